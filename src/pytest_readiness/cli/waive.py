"""``pytest-readiness waive``: a waiver with today's value, written into ``pyproject.toml``."""

from __future__ import annotations

import argparse
import datetime
import re
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pytest_readiness import pipeline
from pytest_readiness.cli import configuration, evidence_files
from pytest_readiness.cli.arguments import UsageError, add_color, add_config
from pytest_readiness.cli.edit import Edit
from pytest_readiness.cli.output import console
from pytest_readiness.cli.past import Past
from pytest_readiness.cli.wanted_waiver import RefusedError, Wanted, found
from pytest_readiness.config.names import quote
from pytest_readiness.config.rewrite import RewriteError, with_waiver
from pytest_readiness.model.evidence import Evidence
from pytest_readiness.model.expiry import lapsed
from pytest_readiness.model.policy import Origin, Policy, Waiver
from pytest_readiness.model.scorecard import Scorecard
from pytest_readiness.model.value import replace

if TYPE_CHECKING:
    from pytest_readiness.cli.arguments import Commands

_DAYS = re.compile(r"(\d{1,4})\s*d")


def add(commands: Commands) -> None:
    parser = commands.add_parser(
        "waive",
        help="write a waiver of what does not pass today",
        description="Write a waiver with today's value into pyproject.toml, and print the change."
        " Today's value is that of the evidence given, else of the latest whole run in the history.",
    )
    parser.set_defaults(run=run)
    parser.add_argument("gate", metavar="GATE", help="a gate's name, or a requirement's id")
    parser.add_argument(
        "subject",
        nargs="?",
        default="",
        metavar="SUBJECT",
        help="the test, file or other subject that is accepted, or a glob",
    )
    for name, metavar, said in (
        ("reason", "TEXT", "why it is accepted"),
        ("owner", "NAME", "who answers for it"),
        ("expires", "DAY", "the last day on which it is, as in 2027-01-31, or 30d from now"),
    ):
        parser.add_argument(f"--{name}", required=True, metavar=metavar, help=said)
    parser.add_argument(
        "--evidence", nargs="+", default=[], metavar="FILE", help="evidence files to go by"
    )
    parser.add_argument("--stage", metavar="NAME", default="", help="a gate of this stage")
    parser.add_argument(
        "--dry-run", action="store_true", help="print the change, and write nothing"
    )
    add_config(parser)
    add_color(parser)


def run(options: argparse.Namespace) -> int:
    place = configuration.place(options.config)
    today = datetime.datetime.now(datetime.timezone.utc).date()
    problems: list[str] = []
    policy = configuration.policy(place.path, problems, stage=options.stage)
    if place.path is None:
        problems.append("there is no [tool.pytest-readiness] to write to: `pytest-readiness init`")
    problems += [
        f"--{name}: it is empty"
        for name in ("reason", "owner")
        if not getattr(options, name).strip()
    ]
    expires = _expires(options.expires, today, policy, problems)
    past = Past(policy or Policy(gates=()), place.root)
    evidence = Evidence()
    if policy is not None and not problems:
        evidence = (
            evidence_files.merged(options.evidence, problems)
            if options.evidence
            else past.latest(problems)
        )
    if problems or policy is None or place.path is None or expires is None:
        raise UsageError(problems)

    def judged(waivers: tuple[Waiver, ...]) -> Scorecard:
        # what is written now may stand in the base tomorrow: whether it counts there is not asked
        asked = replace(policy, waivers=waivers, waivers_from="")
        return pipeline.evaluate(evidence, asked, today=today, history=past.history(evidence))

    try:
        wanted = found(judged(policy.waivers), policy, options.gate, options.subject)
        waiver = Waiver(
            gate=wanted.gate,
            subject=wanted.subject,
            accept=wanted.condition,
            not_measured=wanted.not_measured,
            state=wanted.state,
            reason=options.reason,
            owner=options.owner,
            expires=expires,
            origin=Origin(source=place.path.name),
        )
        if waiver in {state.waiver for state in judged((waiver,)).waivers_idle}:
            raise RefusedError(f"a waiver of {wanted} would accept nothing: it is not known why")
        before = place.path.read_bytes().decode()
        edit = Edit(place.path, before, with_waiver(before, _fields(wanted, options, expires)))
    except (RefusedError, RewriteError) as error:
        raise UsageError([str(error)]) from error
    if not options.dry_run:
        edit.write()
    edit.show()
    shown = console(sys.stdout, options)
    if not options.dry_run:
        shown.say(f"{place.path.name} written: {wanted} is waived until {expires}")
    if policy.waivers_from:
        shown.say("it counts when the base branch has it too (`waivers-from`): merge it on its own")
    return 0


def _fields(
    wanted: Wanted, options: argparse.Namespace, expires: datetime.date
) -> Mapping[str, str | datetime.date]:
    texts = {
        "gate": wanted.gate,
        "subject": wanted.subject,
        "accept": wanted.accept,
        "reason": options.reason,
        "owner": options.owner,
    }
    return {**{key: text for key, text in texts.items() if text}, "expires": expires}


def _expires(
    text: str, today: datetime.date, policy: Policy | None, problems: list[str]
) -> datetime.date | None:
    days = _DAYS.fullmatch(text.strip())
    try:
        day = (
            today + datetime.timedelta(days=int(days[1]))
            if days is not None
            else datetime.date.fromisoformat(text.strip())
        )
    except ValueError:
        problems.append(f"--expires: {quote(text)} is no day: write 2027-01-31, or 30d")
        return None
    why = lapsed(day, today, policy.waiver_days if policy is not None else None)
    if why:
        problems.append(f"--expires: a waiver to {day} would not hold: it {why}")
    return day
