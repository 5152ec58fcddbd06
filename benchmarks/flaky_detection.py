"""How well flaky tests are found, beside the rules in use today.

    python benchmarks/flaky_detection.py DATA_DIR                # the tables of docs/flaky.md
    python benchmarks/flaky_detection.py DATA_DIR --change 0.33  # another world

DATA_DIR holds ``flakeflagger-runs.csv``: the outcomes of each test of open source projects in about
10,000 runs on unchanged code, published by Alshammari, Morris, Hilton and Bell with "FlakeFlagger:
predicting flakiness without rerunning tests", ICSE 2021 (https://github.com/AlshammariA/FlakeFlagger).
One row is ``project,test,failed,passed,exception_types``. From the rates of failure in it, timelines
are simulated (``flaky_timelines.py``); then the very functions that judge a run look at them.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from flaky_timelines import MAIN, Project, Timeline, World, projects, timeline

from pytest_readiness.measure.flakiness import Flakiness, Rung
from pytest_readiness.measure.flaky_history import Timeline as Past
from pytest_readiness.model.evidence import Outcome
from pytest_readiness.model.history import History, PastAttempt

EARLY, LATE = 40, 160
OBSERVED, CONFIRMED = "observed or confirmed", "confirmed"


@dataclass
class Tally:
    """Of one rule: whom it accused."""

    right: int = 0
    wrong: int = 0
    flaky: int = 0
    stable: int = 0
    found: dict[float, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    """By the least rate: tests of that rate found, and all of them."""

    def add(self, project: Project, accused: set[int]) -> None:
        for test in accused:
            if 0 < project.rates[test] < 1:
                self.right += 1
            else:
                self.wrong += 1
        self.flaky += len(project.flaky)
        self.stable += len(project.rates) - len(project.flaky)
        for least in (0.01, 0.05):
            those = [test for test in project.flaky if project.rates[test] >= least]
            self.found[least][0] += sum(test in accused for test in those)
            self.found[least][1] += len(those)

    @property
    def precision(self) -> str:
        return _share(self.right, self.right + self.wrong)

    @property
    def false(self) -> str:
        return f"{1000 * self.wrong / max(1, self.stable):.2f}"

    def recall(self, least: float) -> str:
        return _share(*self.found[least])


def _share(part: int, total: int) -> str:
    return f"{part / total:.3f}" if total else "-"


def until(past: Timeline, sessions: int) -> History:
    """The history as it stood after so many sessions of the main environment."""
    count, end = 0, 0
    for end, run in enumerate(past.history.runs):  # noqa: B007
        count += run.kin == MAIN
        if count > sessions:
            break
    else:
        return past.history
    ran = dict.fromkeys(range(end), 1)
    attempts = {
        test: kept
        for test, some in past.history.attempts.items()
        if (kept := [one for one in some if one.run < end])
    }
    exposure = dict.fromkeys(past.history.exposure, ran)
    return History(runs=past.history.runs[:end], attempts=attempts, exposure=exposure)


def number(test: str) -> int:
    return int(test.removeprefix("test_"))


class Outcomes:
    """Final outcomes of the tests that ever failed, as other rules look at them."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.size = len(history.runs)
        self.failed = {
            test: {one.run for one in some if one.outcome is Outcome.FAILED and not one.superseded}
            for test, some in history.attempts.items()
        }
        bad: dict[int, int] = defaultdict(int)
        for runs in self.failed.values():
            for run in runs:
                bad[run] += 1
        self.bad = bad
        self.trees: dict[str, set[int]] = defaultdict(set)
        for index, run in enumerate(history.runs):
            self.trees[run.tree].add(index)


def both_in_window(seen: Outcomes) -> set[str]:
    window = set(range(max(0, seen.size - 30), seen.size))
    return {test for test, runs in seen.failed.items() if 0 < len(runs & window) < len(window)}


def same_commit(seen: Outcomes, without: Iterable[int] = ()) -> set[str]:
    left_out = set(without)
    trees = [runs - left_out for runs in seen.trees.values()]
    return {
        test
        for test, runs in seen.failed.items()
        if any(0 < len(runs & tree) < len(tree) for tree in trees)
    }


def same_commit_guarded(seen: Outcomes) -> set[str]:
    mostly = {run for run, bad in seen.bad.items() if bad > 0.2 * seen.history.runs[run].ran}
    return same_commit(seen, mostly)


def pass_on_rerun(seen: Outcomes) -> set[str]:
    def passed(some: Iterable[PastAttempt]) -> bool:
        return any(one.number and one.outcome is Outcome.PASSED for one in some)

    return {test for test, some in seen.history.attempts.items() if passed(some)}


def flip_rate(seen: Outcomes) -> set[str]:
    def flips(runs: set[int]) -> int:
        return sum((run in runs) != (run + 1 in runs) for run in range(seen.size - 1))

    return {test for test, runs in seen.failed.items() if flips(runs) >= 0.3 * (seen.size - 1)}


def failure_rate(seen: Outcomes) -> set[str]:
    return {test for test, runs in seen.failed.items() if 0.1 <= len(runs) / seen.size <= 0.8}


RULES: dict[str, Callable[[Outcomes], set[str]]] = {
    "both outcomes in a window of 30 runs": both_in_window,
    "same commit, both outcomes": same_commit,
    "same commit, runs with 80 % passed": same_commit_guarded,
    "passed on a rerun": pass_on_rerun,
    "flip rate >= 0.3": flip_rate,
    "failure rate 10 to 80 %": failure_rate,
}


@dataclass
class Scores:
    """Of one world at one time."""

    rules: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    covered: int = 0
    above: int = 0
    below: int = 0
    ceilings: dict[tuple[float, int], list[int]] = field(
        default_factory=lambda: defaultdict(lambda: [0, 0])
    )
    """By least rate and number: tests with that many own failures, and all."""

    def look(self, past: Timeline, sessions: int, others: bool) -> None:
        history, project = until(past, sessions), past.project
        flakiness = Flakiness(Past(history, MAIN))
        cases = flakiness.cases
        self.rules[OBSERVED].add(
            project, {number(t) for t, c in cases.items() if c.rung.value >= Rung.OBSERVED.value}
        )
        self.rules[CONFIRMED].add(
            project, {number(t) for t, c in cases.items() if c.rung is Rung.CONFIRMED}
        )
        for test, case in cases.items():
            rate = project.rates[number(test)]
            if case.contradictions and 0 < rate < 1:
                believed = flakiness.posterior(test)
                self.below += rate < believed.low
                self.above += rate > believed.high
                self.covered += believed.low <= rate <= believed.high
        for least in (0.01, 0.05):
            for test in project.flaky:
                if project.rates[test] >= least:
                    own = sum(session < sessions for session in past.own.get(test, ()))
                    for needed in (1, 2):
                        self.ceilings[least, needed][0] += own >= needed
                        self.ceilings[least, needed][1] += 1
        if others:
            seen = Outcomes(history)
            for name, rule in RULES.items():
                self.rules[name].add(project, {number(test) for test in rule(seen)})

    @property
    def coverage(self) -> str:
        return _share(self.covered, self.covered + self.above + self.below)


def main() -> int:
    args = _arguments()
    found = projects(args.data / "flakeflagger-runs.csv")
    if args.projects:
        found = [one for one in found if any(name in one.name for name in args.projects)]
    began = time.process_time()
    for line in report(found, args):
        print(line, flush=True)
    if args.verbose:
        print(f"\n{time.process_time() - began:.0f} s of CPU time")
    return 0


def report(found: list[Project], args: argparse.Namespace) -> Iterable[str]:
    flaky = sum(len(project.flaky) for project in found)
    tests = sum(len(project.rates) for project in found)
    yield f"{tests:,} tests of {len(found)} projects, {flaky} of them flaky; {args.seeds} timelines a project."
    world = World(change=args.change, sessions=LATE)
    for outage in (0.005, 0.02):
        for reruns in (0, 1):
            here = replace(world, outage=outage, reruns=reruns)
            early, late = Scores(), Scores()
            for project in found:
                for seed in range(args.first, args.first + args.seeds):
                    past = timeline(project, here, seed)
                    early.look(past, EARLY, others=True)
                    late.look(past, LATE, others=True)
            yield ""
            again = "one rerun" if reruns else "no reruns"
            yield f"### Outages in {outage:.1%} of sessions, {again}".replace("%", " %")
            yield ""
            yield from table(early, late)


def table(early: Scores, late: Scores) -> Iterable[str]:
    yield (
        f"| rule | recall, rate >= 5 %, {EARLY} sessions | recall, rate >= 1 %, {LATE} sessions "
        f"| precision, {EARLY} | precision, {LATE} | accused of 1,000 stable, {EARLY} | {LATE} |"
    )
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for name in (OBSERVED, CONFIRMED, *RULES):
        one, two = early.rules[name], late.rules[name]
        yield (
            f"| {name} | {one.recall(0.05)} | {two.recall(0.01)} | {one.precision} "
            f"| {two.precision} | {one.false} | {two.false} |"
        )
    for needed, words in ((1, "one failure"), (2, "two failures")):
        first, second = early.ceilings[0.05, needed], late.ceilings[0.01, needed]
        yield f"| *ceiling: {words} happened* | {_share(*first)} | {_share(*second)} | | | | |"
    yield ""
    yield (
        f"90 % intervals cover the true rate of {early.coverage} of the observed flaky tests after "
        f"{EARLY} sessions, of {late.coverage} after {LATE}."
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, help="the folder of flakeflagger-runs.csv")
    parser.add_argument("--seeds", type=int, default=20, help="timelines a project")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument(
        "--change", type=float, default=World().change, help="of the code, a session"
    )
    parser.add_argument("--projects", nargs="+", help="only those with one of these in the name")
    parser.add_argument("--verbose", action="store_true", help="say what it cost")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
