"""Times, timeouts and memory: ``suite.*`` and ``test.*``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from types import MappingProxyType

from pytest_readiness.measure.holes import Holes, not_measured
from pytest_readiness.measure.integrity import Hole
from pytest_readiness.measure.results import Tested, subject_of
from pytest_readiness.measure.scope import Scope
from pytest_readiness.measure.suite import Suite
from pytest_readiness.measure.view import View
from pytest_readiness.model.evidence import Attempt, Memory, Reason
from pytest_readiness.model.measurement import Measurement, NotMeasured, Number, Reading
from pytest_readiness.model.metric import Metric
from pytest_readiness.model.number import exact


def measure_suite_duration(suite: Suite, scope: Scope) -> tuple[Reading, ...]:
    """Of the run, the longest session; of a component, the time of its tests added up."""
    holes = suite.gaps(scope)
    if holes:
        return (not_measured(scope.subject, holes),)
    if scope.whole:
        value = max(run.duration for run in suite.view.runs.values())
    else:
        value = sum(
            _duration(attempt) or 0.0
            for test in suite.results.tested
            if scope.covers(test.id)
            for attempt in test.attempts
        )
    return (Measurement(subject=scope.subject, value=value),)


def measure_memory(view: View, holes: Holes, scope: Scope) -> tuple[Reading, ...]:
    """The largest sum of a run's processes."""
    measured = view.tellers(Memory)
    found = holes.section("memory", measured, "peak memory")
    peaks: dict[str, dict[str, int]] = {}
    for record, memory in view.select(Memory):
        peaks.setdefault(record.run, {})[record.process] = memory.peak
    found += tuple(_silent_processes(view, holes, peaks))
    if not found and not scope.whole:
        found = (Hole(Reason.NO_DATA, "memory belongs to processes, not to components"),)
    if found:
        return (not_measured(scope.subject, found),)
    value = max(sum(processes.values()) for processes in peaks.values())
    return (Measurement(subject=scope.subject, value=value),)


def _silent_processes(
    view: View, holes: Holes, peaks: Mapping[str, Mapping[str, int]]
) -> Iterable[Hole]:
    told = {run for run, _ in holes.gaps("memory")}
    for run, processes in peaks.items():
        manifest = view.runs.get(run)
        if manifest is None or run in told:
            continue
        for process in ("", *manifest.workers):
            if process not in processes:
                name = f"worker {process}" if process else "the main process"
                yield Hole(Reason.PARTIAL, f"{view.title(run)}peak memory of {name} is missing")


def measure_tests(metric: Metric, suite: Suite, scope: Scope) -> tuple[Reading, ...]:
    """A reading for every test that has one, and for the run where some are missing."""
    figure = FIGURES[metric.name]
    share = metric.name == "test.timeout-share"
    missing = suite.missing(scope)
    holes = suite.gaps(scope) + (suite.timeout_gaps() if share else ())
    readings: list[Reading] = []
    for test in suite.results.tested:
        if scope.covers(test.id):
            found = [(value, one) for one in figure(test) if (value := one[0]) is not None]
            if found:
                value, (_, attempt) = max(found, key=lambda pair: pair[0])
                readings.append(
                    Measurement(
                        subject=subject_of(test.id, test.environment, (attempt,)),
                        value=value,
                        detail=_which(test, attempt),
                    )
                )
            elif not share:
                readings.append(_timeless(test, metric))
    if share and not readings and not holes:
        holes = (
            Hole(
                Reason.NO_DATA,
                "no test had a timeout in force",
                "set `timeout = 60` (seconds) of pytest-timeout in pytest's configuration",
            ),
        )
    if holes:
        absent = {(one.id, one.environment): one for one in missing}
        unknown = [
            NotMeasured(
                subject=subject_of(one.id, one.environment),
                reason=Reason.PARTIAL,
                message=f"the test {one.message}",
            )
            for one in absent.values()
        ]
        readings = [
            not_measured(scope.subject, holes),
            *unknown,
            *(r for r in readings if (r.subject.id, r.subject.environment) not in absent),
        ]
    return tuple(readings)


def _timeless(test: Tested, metric: Metric) -> NotMeasured:
    crashed = any(attempt.crashed for attempt in test.last)
    return NotMeasured(
        subject=test.subject,
        reason=Reason.ERROR if crashed else Reason.NO_DATA,
        message="the test crashed its process"
        if crashed
        else f"no {metric.title.lower()} was told",
    )


def _which(test: Tested, attempt: Attempt) -> str:
    if len(test.attempts) == 1:
        return ""
    return f"attempt {test.attempts.index(attempt) + 1} of {len(test.attempts)}"


Figures = Iterable[tuple[Number | None, Attempt]]


def _durations(test: Tested) -> Figures:
    return [(_duration(attempt), attempt) for attempt in test.last]


def _setups(test: Tested) -> Figures:
    return [(attempt.setup, attempt) for attempt in test.last]


def _teardowns(test: Tested) -> Figures:
    return [(attempt.teardown, attempt) for attempt in test.last]


def _shares(test: Tested) -> Figures:
    return [(_share(attempt), attempt) for attempt in test.attempts]


def _duration(attempt: Attempt) -> float | None:
    """All phases that took place, in seconds; None when no phase was timed."""
    phases = [one for one in (attempt.setup, attempt.call, attempt.teardown) if one is not None]
    return sum(phases) if phases else None


def _share(attempt: Attempt) -> Fraction | None:
    if not attempt.timeout or attempt.timeout < 0:
        return None
    share = exact(_duration(attempt) or 0.0) / exact(attempt.timeout)
    return max(share, Fraction(1)) if attempt.timed_out else share


FIGURES: Mapping[str, Callable[[Tested], Figures]] = MappingProxyType(
    {
        "test.duration": _durations,
        "test.setup": _setups,
        "test.teardown": _teardowns,
        "test.timeout-share": _shares,
    }
)
