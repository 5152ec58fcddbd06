"""Benchmarks: ``benchmark.time``, a reading for each of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pytest_readiness.measure.holes import Holes, never, not_measured
from pytest_readiness.measure.integrity import Hole
from pytest_readiness.measure.scope import Scope
from pytest_readiness.measure.view import View
from pytest_readiness.model.evidence import Benchmark, Gap, Reason
from pytest_readiness.model.measurement import Measurement, NotMeasured, Reading, Subject
from pytest_readiness.model.metric import Metric, SubjectKind

_LEAST: Mapping[str, int] = MappingProxyType({"p95": 20, "p99": 100, "stddev": 2, "iqr": 2})
"""Rounds without which a statistic says nothing: beyond a 95th percentile lies one round of 20."""


def measure_benchmarks(
    metric: Metric, statistic: str, view: View, holes: Holes, scope: Scope
) -> tuple[Reading, ...]:
    """A reading for every benchmark that any run measured; of several, the slowest.

    A run without benchmarks is no loss where another run has them, as long as it did not fail.
    """
    name = statistic or metric.usual_statistic
    best: dict[tuple[str, str], Reading] = {}
    for record, benchmark in view.select(Benchmark):
        if scope.covers(record.subject) and not record.attempt:  # later ones: measured again
            environment = view.environment(record.run)
            reading = _reading(subject_of(record.subject, environment), benchmark, name)
            key = (record.subject, environment)
            best[key] = _slower(best[key], reading) if key in best else reading
    told = benchmark_holes(view, holes)
    if not best and not told and scope.component is not None:
        message = f"no benchmark lies in the paths of component {scope.component.name}"
        told = (Hole(Reason.NO_DATA, message, "check its `paths`"),)
    readings = tuple(best[key] for key in sorted(best))
    return (not_measured(scope.subject, told), *readings) if told else readings


def benchmark_holes(view: View, holes: Holes) -> tuple[Hole, ...]:
    """Holes of the benchmarks, without the gaps that another run fills."""
    measured = view.tellers(Benchmark)
    names = {record.subject for record in view.records(Benchmark)}
    told = [
        Hole(gap.reason, view.title(record.run) + gap.message, gap.remedy)
        for record, gap in view.select(Gap)
        if Gap.section(record.subject) == "benchmark"
        and not (gap.reason is Reason.NO_DATA and _filled(record.subject, names))
        and record.run not in view.idle
    ]
    telling = measured | {run for run, _ in holes.gaps("benchmark")}
    silent = holes.wanted("benchmark") - telling - view.idle
    found = [*holes.lost("benchmark"), *told]
    found += (
        Hole(Reason.PARTIAL, f"{view.title(run)}evidence of benchmarks is missing")
        for run in sorted(silent)
    )
    if not measured and not told and not silent:
        found.append(never("benchmarks"))
    return tuple(found)


def _filled(subject: str, names: set[str]) -> bool:
    """Whether another run measured what a gap is about: one benchmark, or any."""
    part = subject.partition(":")[2]
    return part in names if part else bool(names)


def subject_of(id: str, environment: str) -> Subject:
    return Subject(
        kind=SubjectKind.BENCHMARK,
        id=id,
        path=id.partition("::")[0],
        environment=environment,
    )


def _reading(subject: Subject, benchmark: Benchmark, statistic: str) -> Reading:
    value = dict(benchmark.stats).get(statistic)
    if value is None:
        return NotMeasured(
            subject=subject,
            reason=Reason.NO_DATA,
            message=f"its evidence does not tell the statistic {statistic}",
        )
    least = _LEAST.get(statistic, 1)
    if benchmark.rounds < least:
        return NotMeasured(
            subject=subject,
            reason=Reason.NO_DATA,
            message=f"{statistic} needs {least} rounds, it had {benchmark.rounds}",
            remedy=f"pytest --benchmark-min-rounds={least}, or gate its median",
        )
    detail = f"{statistic} of {benchmark.rounds} rounds"
    return Measurement(subject=subject, value=value, detail=detail)


def _slower(one: Reading, other: Reading) -> Reading:
    if isinstance(one, Measurement) and isinstance(other, Measurement):
        return max(one, other, key=lambda reading: reading.value)
    return one if isinstance(one, NotMeasured) else other
