"""Chronicles: what a history tells of one test, one benchmark, one metric.

For people who look; gates are measured elsewhere. Times are only put beside those of the same machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import TypeVar

from pytest_readiness.measure.comparable import NEEDED, WINDOW
from pytest_readiness.model.chronicle import (
    Benched,
    BenchmarkChronicle,
    BenchmarkPace,
    Pace,
    TestChronicle,
    Timed,
    Trend,
    Trial,
    Valued,
)
from pytest_readiness.model.evidence import Outcome
from pytest_readiness.model.history import History, PastBenchmark, PastRun, PastTime
from pytest_readiness.model.metric import Direction, Metric, SubjectKind, Unit

_BAD = frozenset({Outcome.FAILED, Outcome.ERROR})
T = TypeVar("T", PastTime, PastBenchmark)


def tests(history: History) -> frozenset[str]:
    """Every test that ran in some run."""
    return frozenset(history.exposure)


def benchmarks(history: History) -> frozenset[str]:
    """Every benchmark that was measured in some run."""
    return frozenset(history.benchmarks)


def of_test(history: History, test: str) -> TestChronicle:
    """The record of a test; one that never ran has an empty one."""
    exposure = history.exposure.get(test, {})
    attempts = history.attempts.get(test, ())
    told = [Trial(history.runs[one.run], one) for one in attempts if not _plain(one.outcome)]
    return TestChronicle(
        test=test,
        runs=len(exposure),
        looked=len(history.runs),
        attempts=sum(exposure.values()),
        reruns=sum(exposure.values()) - len(exposure),
        bad=len({one.run for one in attempts if one.outcome in _BAD}),
        trials=tuple(reversed(told)),
        paces=tuple(
            _pace(machine, [Timed(history.runs[time.run], time) for time in times])
            for machine, times in _by_machine(history, history.times.get(test, ())).items()
        ),
    )


def of_benchmark(history: History, name: str) -> BenchmarkChronicle:
    """The record of a benchmark; one that was never measured has an empty one."""
    records = history.benchmarks.get(name, ())
    return BenchmarkChronicle(
        benchmark=name,
        runs=len({record.run for record in records}),
        looked=len(history.runs),
        paces=tuple(
            _benched(history.runs, machine, own)
            for machine, own in _by_machine(history, records).items()
        ),
    )


def trends(
    history: History, metrics: Mapping[str, Metric], names: Iterable[str] = ()
) -> tuple[Trend, ...]:
    """Values over runs of the base branch: of the metrics named, else of all that are of the run."""
    wanted = frozenset(names)
    found = []
    for series, subjects in history.values.items():
        metric = metrics.get(series.metric) or _undefined(series.metric)
        if wanted and series.metric not in wanted:
            continue
        for subject, values in subjects.items():
            if subject and not wanted:
                continue
            by_kin: dict[str, list[Valued]] = {}
            for value in values:
                run = history.runs[value.run]
                if run.base:
                    by_kin.setdefault(run.kin, []).append(Valued(run, value.value))
            found += [
                Trend(metric=metric, series=series, subject=subject, kin=kin, values=tuple(own))
                for kin, own in by_kin.items()
            ]
    return tuple(sorted(found, key=lambda one: (one.series, one.subject, one.kin)))


def recorded(history: History) -> frozenset[str]:
    """Names of the metrics that have values."""
    return frozenset(series.metric for series in history.values)


def _plain(outcome: Outcome) -> bool:
    return outcome in (Outcome.PASSED, Outcome.SKIPPED, Outcome.XFAILED)


def _by_machine(history: History, records: Sequence[T]) -> dict[str, list[T]]:
    """The machine of the latest record last: what people look for stands next to their prompt."""
    found: dict[str, list[T]] = {}
    for record in reversed(records):
        found.setdefault(history.runs[record.run].machine, []).append(record)
    return {machine: found[machine][::-1] for machine in reversed(found)}


def _pace(machine: str, times: Sequence[Timed]) -> Pace:
    walls = [one.time.wall for one in times if one.time.wall is not None]
    cpus = [one.time.cpu for one in times if one.time.cpu is not None]
    earlier = walls[-2 * WINDOW : -WINDOW]
    return Pace(
        machine=machine,
        times=tuple(times),
        cpu=median(cpus[-WINDOW:]) if cpus else None,
        wall=median(walls[-WINDOW:]) if walls else None,
        before=median(earlier) if len(earlier) >= NEEDED else None,
    )


def _benched(
    runs: Sequence[PastRun], machine: str, records: Sequence[PastBenchmark]
) -> BenchmarkPace:
    """The window: the latest base runs that pytest did not fail, as far as the code is the same."""
    latest = records[-1].code
    qualifying = [
        index
        for index, record in enumerate(records)
        if runs[record.run].base and runs[record.run].exit_status == 0 and record.code == latest
    ][-WINDOW:]
    medians = [
        records[index].stats["median"] for index in qualifying if "median" in records[index].stats
    ]
    window = frozenset(qualifying)
    told = [
        Benched(runs[record.run], record, index in window) for index, record in enumerate(records)
    ]
    return BenchmarkPace(
        machine=machine,
        records=tuple(reversed(told)),
        window=median(medians) if len(medians) >= NEEDED else None,
    )


def _undefined(name: str) -> Metric:
    """A metric that nothing here defines any more: bare numbers."""
    return Metric(
        name=name,
        title=name,
        unit=Unit.NUMBER,
        direction=Direction.NEITHER,
        category=name.partition(".")[0],
        subject=SubjectKind.RUN,
        bounded=False,
    )
