"""The hotfix: gates waived while saved evidence is judged, for 72 hours at most."""

from __future__ import annotations

import argparse
import datetime
import re
from collections.abc import Iterable, Iterator

from pytest_readiness.config.names import nearest, quote
from pytest_readiness.history.decisions import Decided
from pytest_readiness.measure.integrity import unreadable
from pytest_readiness.measure.view import View
from pytest_readiness.model.evidence import Decision, Evidence, Reason, Run
from pytest_readiness.model.measurement import Measurement
from pytest_readiness.model.policy import Origin, Policy, Waiver
from pytest_readiness.model.scorecard import GateResult, Scorecard
from pytest_readiness.render import figures

LONGEST = 72
_HOURS = re.compile(r"(\d{1,4})\s*h")
_FAILURES = frozenset({"tests.failed", "tests.errors"})
_NEEDED = ("reason", "owner", "expires")


def add_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        "hotfix",
        "accept what a gate has, for a release that cannot wait: the verdict is READY WITH RISKS at "
        "best, and the decision is kept in the history",
    )
    group.add_argument(
        "--waive",
        metavar="GATE",
        action="append",
        default=[],
        help="a gate's name, or a requirement's id; several times",
    )
    group.add_argument("--reason", metavar="TEXT", default="", help="why")
    # --owner, who answers for it, stands with the options of `cli.owners`
    group.add_argument(
        "--expires",
        metavar="DAY|HOURS",
        default="",
        help=f"the last day on which it holds, or hours from now (48h), at most {LONGEST}",
    )


def waivers(
    options: argparse.Namespace,
    policy: Policy,
    evidence: Evidence,
    now: datetime.datetime,
    problems: list[str],
) -> tuple[Waiver, ...]:
    """What is asked for; what is wrong with it goes to ``problems``. ``now`` is in UTC."""
    if not options.waive:
        problems += [
            f"--{name}: there is no --waive GATE that it could be of"
            for name in ("reason", "expires")
            if getattr(options, name)
        ]
        return ()
    missing = [f"--{name}" for name in _NEEDED if not (getattr(options, name) or "").strip()]
    if missing:
        problems.append(
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing: a hotfix says "
            "why, who answers for it, and until when"
        )
    known = dict.fromkeys(name for gate in policy.gates for name in (gate.name, gate.metric))
    known.update((requirement.id, None) for requirement in policy.requirements)
    for name in options.waive:
        if name not in known:
            near = nearest(name, known)
            problems.append(
                f"--waive: there is no gate {quote(name)}"
                + (f"; did you mean {near}?" if near else f" (there are {', '.join(known)})")
            )
    problems += _contradictions(evidence)
    expires = last_day(options.expires, now, problems) if options.expires.strip() else None
    if problems or expires is None:
        return ()
    return tuple(
        Waiver(
            gate=name,
            reason=options.reason,
            owner=options.owner,
            expires=expires,
            origin=Origin(source="command line", key="--waive"),
            hotfix=True,
        )
        for name in dict.fromkeys(options.waive)
    )


def last_day(text: str, now: datetime.datetime, problems: list[str]) -> datetime.date | None:
    latest = (now + datetime.timedelta(hours=LONGEST)).date()
    hours = _HOURS.fullmatch(text.strip())
    if hours is not None:
        if 1 <= int(hours[1]) <= LONGEST:
            return (now + datetime.timedelta(hours=int(hours[1]))).date()
        problems.append(f"--expires: 1h to {LONGEST}h are allowed, not {text.strip()}")
        return None
    try:
        day = datetime.date.fromisoformat(text.strip())
    except ValueError:
        problems.append(
            f"--expires: {quote(text)} is no day and no number of hours: write"
            f" {latest.isoformat()}, or 48h"
        )
        return None
    if day < now.date():
        problems.append(f"--expires: {day} is over: today is {now.date()} (UTC)")
    elif day > latest:
        problems.append(
            f"--expires: a hotfix holds for {LONGEST} hours at most: {latest} is the last day allowed;"
            " what has to hold for longer is a waiver: `pytest-readiness waive`"
        )
    else:
        return day
    return None


def _contradictions(evidence: Evidence) -> Iterator[str]:
    """Why the evidence cannot be relied on at all: nobody can know what they would accept."""
    holes = (hole.message for hole in unreadable(View(evidence)) if hole.reason is Reason.ERROR)
    found = next(holes, "")
    if not found and evidence.conflicts():
        found = "two records contradict each other"
    if found:
        yield f"--waive: the evidence contradicts itself, which no hotfix accepts: {found}"


def accepts_failures(scorecard: Scorecard) -> bool:
    """Whether tests that failed are what a hotfix has accepted: then that pytest failed with them
    is accepted too, though nothing else that it may have failed with."""
    return any(
        result.gate.metric in _FAILURES and any(waiver.hotfix for waiver in result.waivers)
        for result in scorecard.results
    )


def decided(
    scorecard: Scorecard, evidence: Evidence, now: datetime.datetime
) -> tuple[Decided, ...]:
    """The hotfixes that accept something, as they are to be kept."""
    runs = [(record.run, run) for record, run in evidence.select(Run)]
    had: dict[Waiver, str] = {}
    for result in scorecard.results:
        for waiver in result.waivers:
            had.setdefault(waiver, _shown(result))
    for one in scorecard.requirements:
        if one.waiver is not None:
            had.setdefault(one.waiver, one.message)
    return tuple(
        Decided(
            runs=" ".join(sorted({id for id, _ in runs})),
            project=_agreed(run.project for _, run in runs),
            gate=waiver.gate,
            decision=Decision(
                reason=waiver.reason,
                owner=waiver.owner,
                expires=waiver.expires.isoformat(),
                decided=now.isoformat(timespec="milliseconds"),
                value=value,
            ),
        )
        for waiver, value in had.items()
        if waiver.hotfix
    )


def _shown(result: GateResult) -> str:
    """What the gate had."""
    reading = result.reading
    if isinstance(reading, Measurement) and result.metric is not None:
        return figures.measurement(reading, result.metric, result.gate.condition)
    return result.message or result.outcome.value


def _agreed(names: Iterable[str]) -> str:
    distinct = set(names)
    return distinct.pop() if len(distinct) == 1 else ""
