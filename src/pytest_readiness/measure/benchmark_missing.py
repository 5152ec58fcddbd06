"""``benchmark.missing``: benchmarks that the base had and this run lost without a word."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_readiness.measure.benchmark import benchmark_holes, subject_of
from pytest_readiness.measure.benchmark_past import renamed
from pytest_readiness.measure.comparable import NEEDED, like
from pytest_readiness.measure.holes import Holes, not_measured
from pytest_readiness.measure.integrity import Hole
from pytest_readiness.measure.scope import Scope
from pytest_readiness.measure.view import View
from pytest_readiness.model.evidence import Benchmark, Gap, Reason, Run
from pytest_readiness.model.history import History, PastBenchmark
from pytest_readiness.model.measurement import Measurement, Member, Reading

_REFUSED = "NOT READY"


def measure_missing(
    view: View, holes: Holes, history: History, scope: Scope
) -> tuple[Reading, ...]:
    """A count, its members the benchmarks; each environment of a matrix by itself."""
    if history.unreadable:
        told = (Hole(Reason.ERROR, history.problem, history.remedy),)
        return (not_measured(scope.subject, told),)
    parts = {
        record.subject for record, _ in view.select(Gap) if record.subject.startswith("benchmark:")
    }
    found = [hole for hole in benchmark_holes(view, holes) if not _of_one(hole, view, parts)]
    environments: dict[str, list[Run]] = {}
    for run in view.tellers(Benchmark):
        if run in view.runs:
            environments.setdefault(view.environment(run), []).append(view.runs[run])
    members: list[Member] = []
    for environment, runs in sorted(environments.items()):
        if not all(run.selection.whole for run in view.runs.values()):
            found.append(Hole(Reason.PARTIAL, "a part of the suite ran", "run the whole suite"))
            break
        expected = _expected(history, runs[0])
        if not expected:
            why = history.problem if not history.runs else "no baseline: 0 of 1 comparable runs"
            found.append(Hole(Reason.NO_BASELINE, why, history.remedy))
            break
        members += _lost(view, environment, expected, parts, scope)
    if found:
        return (not_measured(scope.subject, found),)
    reading = Measurement(subject=scope.subject, value=len(members), members=tuple(members))
    return (reading,)


def _of_one(hole: Hole, view: View, parts: set[str]) -> bool:
    """A benchmark that did not pass is there, if without figures."""
    return any(
        hole.message.endswith(gap.message)
        for record, gap in view.select(Gap)
        if record.subject in parts and gap.reason is Reason.NO_DATA
    )


def _expected(history: History, run: Run) -> dict[str, tuple[PastBenchmark, ...]]:
    """The benchmarks of the latest base run that was not refused; where all were, of the last few."""
    runs = history.runs
    measured = {past.run for pasts in history.benchmarks.values() for past in pasts}
    base = [
        index
        for index in like(history, run)
        if index in measured and runs[index].base and runs[index].exit_status == 0
    ]
    kept = [index for index in base if runs[index].verdict != _REFUSED]
    latest = set(kept[-1:] or base[-NEEDED:])
    return {
        name: tuple(past for past in pasts if past.run <= max(latest))
        for name, pasts in history.benchmarks.items()
        if latest.intersection(past.run for past in pasts)
    }


def _lost(
    view: View,
    environment: str,
    expected: Mapping[str, tuple[PastBenchmark, ...]],
    parts: set[str],
    scope: Scope,
) -> list[Member]:
    codes = {
        record.subject: benchmark.code
        for record, benchmark in view.select(Benchmark)
        if view.environment(record.run) == environment
    }
    collected = {
        test
        for run, collections in view.collections.items()
        if view.environment(run) == environment
        for collection in collections
        for test in collection.tests
    }
    former = set(renamed(codes, expected).values())
    names = [name for name in sorted(expected) if scope.covers(name)]
    members = []
    for name in names:
        if name in codes or name in former or f"benchmark:{name}" in parts:
            continue
        detail = "it ran without figures" if name in collected else "it is not collected any more"
        members.append(Member(subject=subject_of(name, environment), detail=detail))
    return members
