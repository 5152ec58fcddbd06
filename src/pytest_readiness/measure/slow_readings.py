"""``test.slowdown``: what was found of slow tests, as readings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from pytest_readiness.measure.comparable import NEEDED
from pytest_readiness.measure.holes import not_measured
from pytest_readiness.measure.integrity import Hole
from pytest_readiness.measure.results import PASSING, Tested, subject_of
from pytest_readiness.measure.scope import Scope
from pytest_readiness.measure.slowdown import Pace, Paces, Sample, State, paces
from pytest_readiness.measure.suite import Suite
from pytest_readiness.model.evidence import Attempt, Outcome, Reason, Remeasured
from pytest_readiness.model.history import History
from pytest_readiness.model.measurement import (
    Measurement,
    NotApplicable,
    NotMeasured,
    Reading,
    Subject,
)

_REMEDY = "let the base branch's runs record their history, or gate `test.duration` meanwhile"
_IDLE = frozenset({Outcome.SKIPPED, Outcome.XFAILED})
_NOTABLE = 1.25
"""A session this much slower than usual is told of."""


class SlowTests:
    """The tests of all runs beside the history, compared once for all components."""

    def __init__(self, suite: Suite, history: History) -> None:
        self.suite = suite
        self.history = history

    @cached_property
    def compared(self) -> dict[str, Paces]:
        """By run."""
        view = self.suite.view
        samples: dict[str, dict[str, Sample]] = {}
        for record, attempt in view.select(Attempt):
            if attempt.superseded or attempt.call is None or attempt.outcome not in PASSING:
                continue
            table = samples.setdefault(record.run, {})
            sample, told = Sample(attempt.cpu, attempt.call), table.get(record.subject)
            # of several workers, each of which ran it, the quickest
            if told is None or sample.wall < told.wall:
                table[record.subject] = sample
        again: dict[str, dict[str, list[Sample]]] = {}
        for record, told_again in view.select(Remeasured):
            tests = again.setdefault(record.run, {})
            sample = Sample(told_again.cpu, told_again.call)
            tests.setdefault(record.subject, []).append(sample)
        return {
            run: paces(self.history, manifest, samples.get(run, {}), again.get(run, {}))
            for run, manifest in view.runs.items()
        }

    @cached_property
    def by_test(self) -> dict[tuple[str, str], tuple[Pace, Paces]]:
        """By id and environment; of several runs, what is worst."""
        found: dict[tuple[str, str], tuple[Pace, Paces]] = {}
        for run, compared in self.compared.items():
            environment = self.suite.view.environment(run)
            for test, pace in compared.tests.items():
                other = found.get((test, environment))
                if other is None or (pace.low, pace.high) > (other[0].low, other[0].high):
                    found[test, environment] = pace, compared
        return found

    def first_days(self) -> Iterator[Hole]:
        """Runs that have too few comparable ones for any test."""
        history = self.history
        if history.unreadable:
            yield Hole(Reason.ERROR, history.problem, history.remedy)
            return
        if history.problem and not history.runs:
            yield Hole(Reason.NO_BASELINE, history.problem, history.remedy)
            return
        short = {run: one.runs for run, one in self.compared.items() if one.runs < NEEDED}
        if len(set(short.values())) == 1 and len(short) == len(self.compared):
            yield Hole(Reason.NO_BASELINE, _count(min(short.values())), _REMEDY)
            return
        for run, runs in short.items():
            yield Hole(Reason.NO_BASELINE, self.suite.view.title(run) + _count(runs), _REMEDY)


def measure_slow_tests(slow: SlowTests, scope: Scope) -> tuple[Reading, ...]:
    """A reading for every test, and one of the run where some are missing or cannot be compared."""
    suite = slow.suite
    holes = suite.gaps(scope) + suite.holes.lost(Remeasured.kind)
    first = tuple(slow.first_days())
    if first:
        return (not_measured(scope.subject, (*holes, *first)),)
    missing = suite.missing(scope)
    absent = {(one.id, one.environment) for one in missing}
    readings: list[Reading] = [
        NotMeasured(
            subject=subject_of(one.id, one.environment),
            reason=Reason.PARTIAL,
            message=f"the test {one.message}",
        )
        for one in dict.fromkeys(missing)
    ]
    readings += _readings(slow, suite.results.tested, scope, absent)
    return (not_measured(scope.subject, holes), *readings) if holes else tuple(readings)


def _readings(
    slow: SlowTests, tested: Sequence[Tested], scope: Scope, absent: Iterable[tuple[str, str]]
) -> Iterator[Reading]:
    found = slow.by_test
    for test in tested:
        key = (test.id, test.environment)
        if not scope.covers(test.id) or key in absent:
            continue
        told = found.get(key)
        yield _untimed(test) if told is None else _reading(test.subject, *told)


def _untimed(test: Tested) -> Reading:
    if all(attempt.outcome in _IDLE for attempt in test.last):
        return NotApplicable(subject=test.subject, message=f"it {test.last[0].outcome.value}")
    message = "the test did not pass"
    if all(attempt.outcome in PASSING for attempt in test.last):
        message = "no time was told"
    return NotMeasured(subject=test.subject, reason=Reason.NO_DATA, message=message)


def _reading(subject: Subject, pace: Pace, compared: Paces) -> Reading:
    if pace.state is State.YOUNG:
        return NotMeasured(
            subject=subject, reason=Reason.NO_BASELINE, message=_count(pace.runs), remedy=_REMEDY
        )
    if pace.state in (State.USUAL, State.FASTER):
        return Measurement(subject=subject, value=pace.value)
    if pace.state is State.CLEARED:
        return Measurement(subject=subject, value=pace.value, detail=pace.state.value)
    return Measurement(
        subject=subject,
        value=pace.value,
        low=pace.low,
        high=pace.high,
        detail=", ".join(_remarks(pace, compared)),
    )


def _remarks(pace: Pace, compared: Paces) -> Iterator[str]:
    yield f"{pace.clock.value} beside {pace.runs} runs"
    yield pace.state.value
    drift = compared.cpu if pace.clock.value.startswith("CPU") else compared.wall
    if drift >= _NOTABLE:
        yield f"less the session's own {drift:.1f}x"
    if compared.remark:
        yield compared.remark


def _count(runs: int) -> str:
    return f"no baseline: {runs} of {NEEDED} comparable runs"
