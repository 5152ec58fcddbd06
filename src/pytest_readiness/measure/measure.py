"""Evidence to measurements: what is asked for, and nothing else, is looked up and measured."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from pytest_readiness.measure.baseline import Baselines
from pytest_readiness.measure.benchmark import measure_benchmarks
from pytest_readiness.measure.benchmark_missing import measure_missing
from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.measure.counts import COUNTS, measure_count
from pytest_readiness.measure.coverage import measure_coverage, measure_files
from pytest_readiness.measure.definitions import resolve
from pytest_readiness.measure.entries_flaky import FLAKY
from pytest_readiness.measure.figures import Recorded, measure_figures
from pytest_readiness.measure.files import Files
from pytest_readiness.measure.holes import Holes
from pytest_readiness.measure.patch import Patch, measure_patch, measure_patch_files
from pytest_readiness.measure.regression import measure_slowdown
from pytest_readiness.measure.results import results
from pytest_readiness.measure.scope import Scope
from pytest_readiness.measure.slow_readings import SlowTests, measure_slow_tests
from pytest_readiness.measure.speed import (
    FIGURES,
    measure_memory,
    measure_suite_duration,
    measure_tests,
)
from pytest_readiness.measure.suite import Suite
from pytest_readiness.measure.view import View
from pytest_readiness.measure.warned import measure_warnings
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

if TYPE_CHECKING:
    from pytest_readiness.measure.flaky_readings import Record

_NOTHING: Mapping[str, Metric] = MappingProxyType({})


def measure(
    evidence: Evidence,
    requests: Iterable[Request],
    *,
    metrics: Mapping[str, Metric] = _NOTHING,
    components: Sequence[Component] = (),
    history: History = NO_HISTORY,
) -> Measurements:
    """Every reading that is asked for.

    ``metrics`` are definitions from the configuration. Readings of a metric of the run: exactly
    one. Of other metrics: one a subject, and where it is not certain that these are all, or that
    they are right, one of the run before them that says why. Never raises on any evidence.
    """
    defined, conflicts = resolve(evidence, metrics)
    sources = _Sources(evidence, history)
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

    def __init__(self, evidence: Evidence, history: History) -> None:
        self.history = history
        self.view = View(evidence)
        self.holes = Holes(self.view)

    @cached_property
    def baselines(self) -> Baselines:
        return Baselines(self.view, self.history)

    @cached_property
    def suite(self) -> Suite:
        return Suite(self.view, self.holes, results(self.view))

    @cached_property
    def slow(self) -> SlowTests:
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
        return Files(self.view, self.holes)

    @cached_property
    def patch(self) -> Patch:
        return Patch(self.files)

    @cached_property
    def recorded(self) -> Recorded:
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
    from pytest_readiness.measure import flaky_readings  # only who asks for it pays

    if metric.name == "test.flake-rate":
        return flaky_readings.measure_rates(sources.flaky, scope)
    if metric.name == "suite.spurious-red":
        return flaky_readings.measure_spurious(sources.flaky, r.statistic, scope)
    return flaky_readings.measure_flaky(metric, sources.flaky, scope)


def _tests(metric: Metric, _: Request, sources: _Sources, scope: Scope) -> tuple[Reading, ...]:
    return measure_tests(metric, sources.suite, scope)


def _coverage(metric: Metric, _: Request, sources: _Sources, scope: Scope) -> tuple[Reading, ...]:
    return measure_coverage(metric, sources.files, scope)


def _figures(metric: Metric, _: Request, sources: _Sources, scope: Scope) -> tuple[Reading, ...]:
    return measure_figures(metric, sources.recorded, scope)


_MEASURES: Mapping[str, _Measure] = MappingProxyType(
    {
        **dict.fromkeys(COUNTS, _counts),
        **dict.fromkeys(FIGURES, _tests),
        **dict.fromkeys(
            ("coverage.total", "coverage.lines", "coverage.branches", "coverage.uncovered"),
            _coverage,
        ),
        **dict.fromkeys((metric.name for metric in FLAKY), _flaky),
        "tests.warnings": lambda m, r, s, scope: measure_warnings(s.suite, scope),
        "suite.duration": lambda m, r, s, scope: measure_suite_duration(s.suite, scope),
        "suite.memory": lambda m, r, s, scope: measure_memory(s.view, s.holes, scope),
        "coverage.file": lambda m, r, s, scope: measure_files(s.files, scope),
        "coverage.patch": lambda m, r, s, scope: measure_patch(s.patch, scope),
        "coverage.patch-file": lambda m, r, s, scope: measure_patch_files(s.patch, scope),
        "benchmark.time": lambda m, r, s, scope: measure_benchmarks(
            m, r.statistic, s.view, s.holes, scope
        ),
        "test.slowdown": lambda m, r, s, scope: measure_slow_tests(s.slow, scope),
        "benchmark.slowdown": lambda m, r, s, scope: measure_slowdown(
            m, r.statistic, s.view, s.holes, s.history, scope
        ),
        "benchmark.missing": lambda m, r, s, scope: measure_missing(
            s.view, s.holes, s.history, scope
        ),
    }
)
assert _MEASURES.keys() == CATALOGUE.keys()


def _finite(reading: Reading) -> Reading:
    """What is no number must not be compared with a limit: it would pass some of them."""
    if not isinstance(reading, Measurement) or math.isfinite(reading.value):
        return reading
    message = f"{reading.value} is not a finite number"
    return NotMeasured(subject=reading.subject, reason=Reason.ERROR, message=message)
