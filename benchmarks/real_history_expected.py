"""What a session of ``real_history.py`` should have said, whether it did, and the page about it.

Pure: what happened comes in as data, told by other witnesses than pytest-readiness.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

NEEDED = 5
"""Comparable runs without which a noisy value has no baseline, as documented."""
ALLOWED = Fraction(1, 200)
"""Points that coverage may fall."""
LIMITS = {"test.slowdown": 0.5, "benchmark.slowdown": 0.25}
BENCHMARKS = "test_bench.py::"
SUSPECTS = re.compile(r"(.+?)(?: and (\d+) more)?: the measured interval")
"""Which subject an inconclusive gate names first, and how many besides."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What happened in a session, by a recorder, coverage json, git and the log of the slow function."""

    tree: str
    base: bool
    ran: frozenset[str]
    failed: frozenset[str]
    slowed: frozenset[str]
    lines: tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Said:
    """A gate of the JSON report: how it ended, and the names that break it or may."""

    outcome: str
    names: frozenset[str] = frozenset()
    suspect: str = ""
    """The first that may break it."""
    suspects: int = 0
    judged: int = 0
    """Subjects that have a value."""
    message: str = ""

    @classmethod
    def of(cls, gate: Mapping[str, Any]) -> Said:
        limit = LIMITS.get(gate["metric"])
        names = set()
        for finding in gate["findings"]:
            if gate["metric"].startswith("coverage."):
                continue  # what lacks most, file by file: the value alone is compared
            measured = finding["measurement"]
            low = measured and (measured["value"] if measured["low"] is None else measured["low"])
            if limit is None or (low is not None and low > limit):
                names.add(finding["subject"]["id"])
        suspect, others = "", 0
        if gate["outcome"] == "inconclusive" and gate["metric"] in LIMITS:
            found = SUSPECTS.match(gate["message"])
            suspect, others = (found[1], int(found[2] or 0)) if found else ("", 0)
        return cls(
            outcome=gate["reason"] if gate["reason"] == "no baseline" else gate["outcome"],
            names=frozenset(names),
            suspect=suspect,
            suspects=others + bool(suspect),
            judged=gate["judged"],
            message=gate["message"],
        )


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Outcomes that would be right, and the names."""

    outcome: str
    names: frozenset[str] = frozenset()
    suspects: frozenset[str] = frozenset()
    unasked: str = ""
    """Subjects whose names hold this may be said or not."""


@dataclass
class Past:
    """What went before, by the same witnesses."""

    runs: int = 0
    whole: int = 0
    """Runs of the base branch without a failure: those that a window is made of."""
    coverage: tuple[int, int] | None = None
    outcomes: dict[str, dict[str, list[bool]]] = field(default_factory=dict)
    red: int = 0

    def contradictions(self, test: str) -> int:
        """Independent pairs of a failure and a pass on one tree."""
        return sum(
            min(failed.count(True), failed.count(False))
            for failed in self.outcomes.get(test, {}).values()
        )

    def note(self, seen: Seen) -> None:
        for test in seen.ran:
            by_tree = self.outcomes.setdefault(test, {})
            by_tree.setdefault(seen.tree, []).append(test in seen.failed)

    def add(self, seen: Seen, said: Mapping[str, Said]) -> None:
        self.runs += 1
        if seen.base and not seen.failed:
            self.whole += 1
            if not fell(seen.lines, self.coverage):
                self.coverage = seen.lines


def fell(now: tuple[int, int], before: tuple[int, int] | None) -> bool:
    return before is not None and Fraction(*now) < Fraction(*before) - ALLOWED


def expected(step: str, seen: Seen, past: Past) -> dict[str, Wanted]:
    """What each gate should say of this session, which is added to the outcomes on record.

    Only chance makes a test flaky: what an outage or a commit breaks accuses nobody.
    """
    chance = frozenset(t for t in seen.ran if t.endswith("test_chance"))
    before = {test: past.contradictions(test) for test in chance}
    past.note(
        Seen(
            tree=seen.tree, base=seen.base, ran=chance, failed=seen.failed & chance,
            slowed=seen.slowed, lines=seen.lines,
        )
    )  # fmt: skip
    now = {test: past.contradictions(test) for test in chance}

    def count(names: frozenset[str]) -> Wanted:
        return Wanted(outcome="failed" if names else "passed", names=names)

    wanted = {"tests.failed": count(seen.failed)}
    wanted["tests.flaky-confirmed"] = count(frozenset(t for t in chance if now[t] > 1))
    wanted["tests.flaky-observed"] = count(frozenset(t for t in chance if now[t] == 1))
    wanted["tests.flaky-new"] = count(frozenset(t for t in chance if now[t] and not before[t]))
    wanted["suite.spurious-red"] = Wanted(outcome="passed")
    if past.runs < NEEDED:
        for name in [n for n in wanted if "flaky" in n or "spurious" in n]:
            wanted[name] = Wanted(outcome="no baseline")
    if past.coverage is None:
        wanted["coverage.lines"] = Wanted(outcome="no baseline")
        wanted["benchmark.missing"] = Wanted(outcome="no baseline")
    else:
        short = fell(seen.lines, past.coverage)
        wanted["coverage.lines"] = Wanted(outcome="failed" if short else "passed")
        gone = {"remove": "test_other"}.get(step)
        wanted["benchmark.missing"] = Wanted(
            outcome="failed" if gone else "passed", names=frozenset([gone] if gone else [])
        )
    slowed = frozenset(t for t in seen.slowed - seen.failed if BENCHMARKS not in t)
    if past.whole < NEEDED:
        wanted["test.slowdown"] = wanted["benchmark.slowdown"] = Wanted(outcome="no baseline")
        return wanted
    if step == "slow":  # one run suspects, the next one confirms
        wanted["test.slowdown"] = Wanted(
            outcome="inconclusive", suspects=slowed, unasked=BENCHMARKS
        )
    else:
        wanted["test.slowdown"] = Wanted(
            outcome="failed" if slowed else "passed", names=slowed, unasked=BENCHMARKS
        )
    benchmarks = frozenset(t for t in seen.slowed if BENCHMARKS in t)
    wanted["benchmark.slowdown"] = Wanted(
        outcome="failed" if benchmarks else "passed",
        names=frozenset(t.rpartition("::")[2] for t in benchmarks),
    )
    return wanted


@dataclass(frozen=True, kw_only=True)
class Row:
    """One gate in one session."""

    gate: str
    how: str
    wanted: Wanted
    said: Said


@dataclass(frozen=True, kw_only=True)
class Session:
    number: int
    step: str
    verdict: str
    failed: int
    slowed: int
    gates: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class Verdicts:
    """One project. Costs are medians of unchanged sessions, in seconds of CPU."""

    project: str
    sessions: tuple[Session, ...]
    cpu: float
    plain: float


def asked(names: frozenset[str], wanted: Wanted, gate: str) -> frozenset[str]:
    if gate.startswith("benchmark."):
        return frozenset(name.rpartition("::")[2] for name in names)
    if wanted.unasked:
        return frozenset(name for name in names if wanted.unasked not in name)
    return names


def how(gate: str, wanted: Wanted, said: Said) -> str:
    """``right``; ``inconclusive``, where nothing false was said but not all that was to be said; ``wrong``."""
    if wanted.outcome == "no baseline":
        return "right" if said.outcome == "no baseline" else "wrong"
    names = asked(said.names, wanted, gate)
    if names - wanted.names - wanted.suspects:
        return "wrong"
    if gate in LIMITS or wanted.names or wanted.suspects:
        first = asked(frozenset([said.suspect] if said.suspect else []), wanted, gate)
        more = said.suspects - len(wanted.suspects)
        only = first <= wanted.suspects and more in ((0, 1) if wanted.unasked else (0,))
        if names == wanted.names and only and said.outcome != "no baseline":
            return "right"
        missed = (wanted.names or wanted.suspects) and not (names or said.suspects)
        return "wrong" if missed and said.outcome == "passed" else "inconclusive"
    if said.outcome in ("inconclusive", "no baseline"):
        return "inconclusive"
    return "right" if said.outcome == wanted.outcome else "wrong"


def judged(
    number: int,
    step: str,
    wanted: Mapping[str, Wanted],
    said: Mapping[str, Said],
    verdict: str,
    seen: Seen,
) -> Session:
    rows = tuple(
        Row(gate=gate, how=how(gate, want, said[gate]), wanted=want, said=said[gate])
        for gate, want in wanted.items()
    )
    return Session(
        number=number,
        step=step,
        verdict=verdict,
        failed=len(seen.failed),
        slowed=sum(BENCHMARKS not in test for test in seen.slowed),
        gates=rows,
    )


DONE = {
    "unchanged": "nothing",
    "slow": "a commit slows a function",
    "slow again": "the same commit once more",
    "chance": "a test fails by chance",
    "outage": "a service is away: a file's tests fail",
    "break": "a commit breaks a function",
    "mend": "the commit after mends it",
    "branch": "a branch drops a test file",
    "rename": "a benchmark gets another name",
    "remove": "a benchmark is removed",
}


def page(projects: Sequence[Verdicts], cpu: float, chance: str, where: str) -> str:
    """The Markdown page."""
    total = sum(len(project.sessions) for project in projects)
    text = [
        "# Real sessions with a history",
        "",
        "<!-- Written by benchmarks/real_history.py: do not edit. -->",
        "",
        f"{total} sessions of {len(projects)} released projects that nobody here wrote, alternately "
        "unchanged and with something done to them:",
        "",
        "```console",
        f"$ python benchmarks/real_history.py --sessions {total} --out docs/real-history.md",
        "```",
        "",
        "Each project is unpacked from its source distribution and committed; gates, two benchmarks, a "
        f"test that fails with a probability of {chance} where the session says so, and a hook that "
        "stands for a service are added by a second commit. Every change is a commit of its own and is "
        "reverted by one; chance and the outage come to an unchanged tree. What should be "
        "said is found by others: outcomes by a recorder of fifteen lines, coverage by `coverage json`, "
        "slowed tests by what the slowed function writes into a log.",
        "",
        "*Right*: outcome and names are those that the documentation promises, among them *no baseline* in "
        "the first sessions and *suspected* in the first one that is slow. *Inconclusive*: nothing "
        "false was said, but less than could be, or a suspicion that was not confirmed. *Wrong*: a test "
        "accused that did nothing, or a change not seen.",
        "",
    ]
    for project in projects:
        text += section(project)
    text += [
        f"All of it took {cpu / 60:.0f} minutes of CPU time, installing included, on {where}.",
        "",
    ]
    return "\n".join(text)


def section(project: Verdicts) -> list[str]:
    tally = {gate.gate: Counter[str]() for session in project.sessions for gate in session.gates}
    for session in project.sessions:
        for gate in session.gates:
            tally[gate.gate][gate.how] += 1
    whole = sum(tally.values(), Counter[str]())
    words = ("right", "inconclusive", "wrong")
    text = [
        f"## {project.project}",
        "",
        "| gate | right | inconclusive | wrong |",
        "|---|--:|--:|--:|",
    ]
    text += [
        f"| `{gate}` | {' | '.join(str(found[word]) for word in words)} |"
        for gate, found in tally.items()
    ]
    text += [f"| all | {' | '.join(str(whole[word]) for word in words)} |", ""]
    text += [
        *slowdowns(project),
        f"An unchanged session took {project.cpu:.1f} s of CPU time with `--readiness` and its history, "
        f"{project.plain:.1f} s with pytest-cov alone (medians).",
        "",
        "| | done | tests that failed | verdict | what was said | not right |",
        "|--:|---|--:|---|---|---|",
    ]
    for session in project.sessions:
        said = [spoken(row) for row in session.gates]
        apart = [reason(row) for row in session.gates if row.how != "right"]
        cells = (
            str(session.number), DONE[session.step], str(session.failed), session.verdict,
            "; ".join(filter(None, said)), "; ".join(apart),
        )  # fmt: skip
        text.append(f"| {' | '.join(cells)} |")
    return [*text, ""]


def slowdowns(project: Verdicts) -> list[str]:
    """How single tests fared: accused ones among all judged, and slowed ones found."""
    judged = alarms = slowed = confirmed = 0
    for session in project.sessions:
        for row in session.gates:
            if row.gate == "test.slowdown" and row.wanted.outcome != "no baseline":
                true = row.wanted.names | row.wanted.suspects
                judged += row.said.judged
                alarms += sum(
                    BENCHMARKS not in name and name not in true for name in row.said.names
                )
                slowed += len(row.wanted.names)
                confirmed += len(row.wanted.names & row.said.names)
    share = f" ({100 * alarms / judged:.2f} %)" if judged else ""
    return [
        f"`test.slowdown` judged {judged:,} times a test, {alarms} of them falsely accused{share}; "
        f"in the second slow sessions {confirmed} of {slowed} slowed tests were named.",
        "",
    ]


def reason(row: Row) -> str:
    """Why a gate is not right: its own message, without the tests' directories."""
    message = re.sub(r"\S*/(?=\w+\.py)", "", row.said.message).replace("|", "\\|")
    if len(message) > 200:
        message = message[:200] + " ..."
    names = sorted(name.rpartition("::")[2] for name in row.said.names - row.wanted.names)
    text = f": {names[0]}" if names and row.how == "wrong" else ""
    return f"`{row.gate}` {row.how}{text}" + (f" ({message})" if message else "")


def spoken(row: Row) -> str:
    """A gate that did not simply pass, in a few words."""
    if row.said.outcome == "passed":
        return ""
    names = sorted(row.said.names)
    text = f"`{row.gate}` {row.said.outcome}"
    if names:
        first = names[0].rpartition("::")[2]
        text += f": {first}" + (f" and {len(names) - 1} more" if len(names) > 1 else "")
    if row.said.suspects:
        text += f", {row.said.suspects} suspected"
    return text
