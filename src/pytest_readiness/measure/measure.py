"""Evidence to measurements: what is asked for, and nothing else, is looked up and measured."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.measure.counts import COUNTS, measure_count
from pytest_readiness.measure.definitions import resolve
from pytest_readiness.measure.entries_flaky import FLAKY
from pytest_readiness.measure.entries_standing import STANDING
from pytest_readiness.measure.entries_tool import TOOLS
from pytest_readiness.measure.holes import Holes
from pytest_readiness.measure.results import results
from pytest_readiness.measure.scope import Scope
from pytest_readiness.measure.suite import Suite
from pytest_readiness.measure.view import View
from pytest_readiness.model.evidence import Evidence, Outcome, Reason
from pytest_readiness.model.history import NO_HISTORY, History
from pytest_readiness.model.measurement import (
    RUN,
    Component,
    Measurement,
    Measurements,
    NotMeasured,
    Reading,
    Request,
)
from pytest_readiness.model.metric import Metric
from pytest_readiness.model.value import replace

# what is imported here is needed to count tests; the rest is imported by whoever measures it
if TYPE_CHECKING:
    from pytest_readiness.measure.baseline import Baselines
    from pytest_readiness.measure.figures import Recorded
    from pytest_readiness.measure.files import Files
    from pytest_readiness.measure.flaky_readings import Record
    from pytest_readiness.measure.patch import Patch
    from pytest_readiness.measure.slow_readings import SlowTests
    from pytest_readiness.model.standing import Standing

_NOTHING: Mapping[str, Metric] = MappingProxyType({})


def measure(
    evidence: Evidence,
    requests: Iterable[Request],
    *,
    metrics: Mapping[str, Metric] = _NOTHING,
    components: Sequence[Component] = (),
    history: History = NO_HISTORY,
    standing: Standing | None = None,
) -> Measurements:
    """Every reading that is asked for.

    ``standing`` is what the first judging came to: metrics of the second order are made of it.
    ``metrics`` are definitions from the configuration. Readings of a metric of the run: exactly
    one. Of other metrics: one a subject, and where it is not certain that these are all, or that
    they are right, one of the run before them that says why. Never raises on any evidence.
    """
    defined, conflicts = resolve(evidence, metrics)
    sources = _Sources(evidence, history, standing)
    scopes = {component.name: Scope(component) for component in components}
    scopes[""] = Scope()
    found: dict[Request, tuple[Reading, ...]] = {}
    for request in requests:
        if request in found:
            continue
        problem = _refused(request, defined, conflicts, scopes)
        if problem:
            found[request] = (NotMeasured(subject=RUN, reason=problem[0], message=problem[1]),)
            continue
        metric, scope = defined[request.metric], scopes[request.component]
        bare = replace(request, baseline=False) if request.baseline else request
        if bare not in found:
            readings = _MEASURES.get(metric.name, _figures)(metric, bare, sources, scope)
            found[bare] = tuple(map(_finite, readings))
        if request.baseline:
            found[request] = sources.baselines.beside(metric, request, found[bare])
    return found


def _refused(
    request: Request,
    defined: Mapping[str, Metric],
    conflicts: Mapping[str, str],
    scopes: Mapping[str, Scope],
) -> tuple[Reason, str] | None:
    if request.metric in conflicts:
        return Reason.ERROR, conflicts[request.metric]
    if request.metric not in defined:
        return Reason.NO_DATA, f"nothing recorded or defined {request.metric}"
    if request.component not in scopes:
        return Reason.ERROR, f"no component is called {request.component}"
    return None


class _Sources:
    """What the metrics are measured from, each made when first asked for."""

    def __init__(
        self, evidence: Evidence, history: History, standing: Standing | None = None
    ) -> None:
        self.history = history
        self.standing = standing
        self.view = View(evidence)
        self.holes = Holes(self.view)

    @cached_property
    def baselines(self) -> Baselines:
        from pytest_readiness.measure.baseline import Baselines

        return Baselines(self.view, self.history)

    @cached_property
    def suite(self) -> Suite:
        return Suite(self.view, self.holes, results(self.view))

    @cached_property
    def slow(self) -> SlowTests:
        from pytest_readiness.measure.slow_readings import SlowTests

        return SlowTests(self.suite, self.history)

    @cached_property
    def flaky(self) -> Record:
        from pytest_readiness.measure.flaky_readings import Record

        return Record(self.suite, self.history)

    @property
    def failing(self) -> bool:
        notable = self.suite.notable
        return bool(notable.by_outcome[Outcome.FAILED] or notable.broken)

    @cached_property
    def files(self) -> Files:
        from pytest_readiness.measure.files import Files

        return Files(self.view, self.holes)

    @cached_property
    def patch(self) -> Patch:
        from pytest_readiness.measure.patch import Patch

        return Patch(self.files)

    @cached_property
    def recorded(self) -> Recorded:
        from pytest_readiness.measure.figures import Recorded

        return Recorded(self.view, self.holes, self.suite)


_FAILURES = frozenset({"tests.failed", "tests.errors"})
"""Counts whose members may be known as flaky."""
_Measure = Callable[[Metric, Request, _Sources, Scope], tuple[Reading, ...]]


def _counts(metric: Metric, _: Request, sources: _Sources, scope: Scope) -> tuple[Reading, ...]:
    readings = measure_count(metric, sources.suite, scope)
    if metric.name in _FAILURES and sources.history.attempts and sources.failing:
        from pytest_readiness.measure.known_flaky import remarked

        return remarked(readings, sources.flaky.before, sources.flaky.timeline)
    return readings


def _flaky(metric: Metric, r: Request, sources: _Sources, scope: Scope) -> tuple[Reading, ...]:
    from pytest_readiness.measure import flaky_readings

    if metric.name == "test.flake-rate":
        return flaky_readings.measure_rates(sources.flaky, scope)
    if metric.name == "suite.spurious-red":
        return flaky_readings.measure_spurious(sources.flaky, r.statistic, scope)
    return flaky_readings.measure_flaky(metric, sources.flaky, scope)


def _speed(metric: Metric, _: Request, sources: _Sources, scope: Scope) -> tuple[Reading, ...]:
    from pytest_readiness.measure import speed

    if metric.name == "suite.duration":
        return speed.measure_suite_duration(sources.suite, scope)
    if metric.name == "suite.memory":
        return speed.measure_memory(sources.view, sources.holes, scope)
    return speed.measure_tests(metric, sources.suite, scope)


def _slow(_: Metric, __: Request, sources: _Sources, scope: Scope) -> tuple[Reading, ...]:
    from pytest_readiness.measure.slow_readings import measure_slow_tests

    return measure_slow_tests(sources.slow, scope)


def _warnings(_: Metric, __: Request, sources: _Sources, scope: Scope) -> tuple[Reading, ...]:
    from pytest_readiness.measure.warned import measure_warnings

    return measure_warnings(sources.suite, scope)


def _coverage(metric: Metric, _: Request, sources: _Sources, scope: Scope) -> tuple[Reading, ...]:
    from pytest_readiness.measure import coverage, patch

    if metric.name == "coverage.file":
        return coverage.measure_files(sources.files, scope)
    if metric.name == "coverage.patch":
        return patch.measure_patch(sources.patch, scope)
    if metric.name == "coverage.patch-file":
        return patch.measure_patch_files(sources.patch, scope)
    return coverage.measure_coverage(metric, sources.files, scope)


def _benchmarks(metric: Metric, r: Request, sources: _Sources, scope: Scope) -> tuple[Reading, ...]:
    view, holes, history = sources.view, sources.holes, sources.history
    if metric.name == "benchmark.slowdown":
        from pytest_readiness.measure.regression import measure_slowdown

        return measure_slowdown(metric, r.statistic, view, holes, history, scope)
    if metric.name == "benchmark.missing":
        from pytest_readiness.measure.benchmark_missing import measure_missing

        return measure_missing(view, holes, history, scope)
    from pytest_readiness.measure.benchmark import measure_benchmarks

    return measure_benchmarks(metric, r.statistic, view, holes, scope)


def _figures(metric: Metric, _: Request, sources: _Sources, scope: Scope) -> tuple[Reading, ...]:
    from pytest_readiness.measure.figures import measure_figures

    return measure_figures(metric, sources.recorded, scope)


def _by_file(_: Metric, __: Request, sources: _Sources, scope: Scope) -> tuple[Reading, ...]:
    from pytest_readiness.measure.by_file import measure_by_file

    return measure_by_file(sources.suite, scope)


def _tools(metric: Metric, r: Request, sources: _Sources, scope: Scope) -> tuple[Reading, ...]:
    from pytest_readiness.measure.tools import measure_tools

    return measure_tools(metric, r.select, sources.view, sources.holes, scope)


def _standing(metric: Metric, _: Request, sources: _Sources, scope: Scope) -> tuple[Reading, ...]:
    from pytest_readiness.measure.second_order import measure_standing

    return measure_standing(metric, sources.standing, scope)


_MEASURES: Mapping[str, _Measure] = MappingProxyType(
    {
        **dict.fromkeys(COUNTS, _counts),
        **dict.fromkeys(
            (
                "test.duration",
                "test.setup",
                "test.teardown",
                "test.timeout-share",
                "suite.duration",
                "suite.memory",
            ),
            _speed,
        ),
        **dict.fromkeys(
            (
                "coverage.total",
                "coverage.lines",
                "coverage.branches",
                "coverage.uncovered",
                "coverage.file",
                "coverage.patch",
                "coverage.patch-file",
            ),
            _coverage,
        ),
        **dict.fromkeys(("benchmark.time", "benchmark.slowdown", "benchmark.missing"), _benchmarks),
        **dict.fromkeys((metric.name for metric in FLAKY), _flaky),
        **dict.fromkeys((metric.name for metric in TOOLS), _tools),
        **dict.fromkeys((metric.name for metric in STANDING), _standing),
        "tests.warnings": _warnings,
        "tests.file": _by_file,
        "test.slowdown": _slow,
    }
)
assert _MEASURES.keys() == CATALOGUE.keys()


def _finite(reading: Reading) -> Reading:
    """What is no number must not be compared with a limit: it would pass some of them."""
    if not isinstance(reading, Measurement) or math.isfinite(reading.value):
        return reading
    message = f"{reading.value} is not a finite number"
    return NotMeasured(subject=reading.subject, reason=Reason.ERROR, message=message)
