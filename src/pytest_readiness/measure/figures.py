"""Figures from outside the catalogue: recorded by tests, plugins and ``conftest.py``."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType

from pytest_readiness.measure.holes import Holes, not_measured
from pytest_readiness.measure.integrity import FIGURES, Hole
from pytest_readiness.measure.results import PASSING, subject_of
from pytest_readiness.measure.scope import Scope
from pytest_readiness.measure.suite import Suite
from pytest_readiness.measure.units import UnitError, number_of
from pytest_readiness.measure.view import View
from pytest_readiness.model.evidence import Attempt, Figure, Reason, Record
from pytest_readiness.model.measurement import (
    Measurement,
    NotMeasured,
    Number,
    Reading,
    Subject,
)
from pytest_readiness.model.metric import Direction, Metric, SubjectKind, Unit
from pytest_readiness.model.number import exact

AGGREGATES: Mapping[str, Callable[[list[Fraction]], Fraction]] = MappingProxyType(
    {
        "sum": lambda values: sum(values, Fraction(0)),
        "max": max,
        "min": min,
        "mean": lambda values: sum(values, Fraction(0)) / len(values),
        "median": statistics.median,
    }
)
"""How the values of the tests become one of the run, by :attr:`Metric.aggregate`."""
_OF_TESTS = (SubjectKind.TEST, SubjectKind.RUN)


class Recorded:
    """All figures, with the test attempts that they belong to."""

    def __init__(self, view: View, holes: Holes, suite: Suite) -> None:
        self.view = view
        self.holes = holes
        self.suite = suite

    @cached_property
    def by_metric(self) -> Mapping[str, list[tuple[Record, Figure]]]:
        found: dict[str, list[tuple[Record, Figure]]] = {}
        for record, figure in self.view.select(Figure):
            found.setdefault(figure.metric, []).append((record, figure))
        return found

    @cached_property
    def attempts(self) -> Mapping[tuple[str, str], list[Record]]:
        """Attempts of the tests that recorded anything, by run and id."""
        wanted = {(record.run, record.subject) for record in self.view.records(Figure)}
        found: dict[tuple[str, str], list[Record]] = {}
        for record in self.view.records(Attempt):
            if (record.run, record.subject) in wanted:
                found.setdefault((record.run, record.subject), []).append(record)
        return found

    @cached_property
    def tests(self) -> frozenset[str]:
        """Every id that is a test's."""
        return frozenset().union(*self.suite.results.collected.values())


def measure_figures(metric: Metric, recorded: Recorded, scope: Scope) -> tuple[Reading, ...]:
    """A reading for each subject, or one for the run where the metric has an aggregate."""
    found = recorded.by_metric.get(metric.name, [])
    holes = recorded.holes.lost(FIGURES) + recorded.holes.lost(f"{Figure.kind} {metric.name}")
    if metric.aggregate and metric.aggregate not in AGGREGATES:
        known = ", ".join(AGGREGATES)
        message = f"its aggregate {metric.aggregate!r} is none of {known}"
        holes += (Hole(Reason.ERROR, message),)
    if not found and not holes:
        holes = (Hole(Reason.NO_DATA, f"nothing recorded {metric.name}"),)
    if metric.subject in _OF_TESTS and any(record.subject for record, _ in found):
        holes += recorded.suite.gaps(scope)  # a test without a result may have recorded it too
    by_subject: dict[tuple[str, str], list[Reading]] = {}
    for record, group in _grouped(found):
        if scope.whole or (record.subject and scope.covers(record.subject)):
            environment = recorded.view.environment(record.run)
            is_test = record.subject in recorded.tests
            subject = _subject(metric, record.subject, environment, is_test=is_test)
            readings = by_subject.setdefault((record.subject, environment), [])
            readings += _of_test(metric, subject, recorded, record, group)
    if not by_subject and not holes:
        holes = (Hole(Reason.NO_DATA, f"nothing in the component recorded {metric.name}"),)
    readings = [_worst(metric, by_subject[key]) for key in sorted(by_subject)]
    if metric.aggregate and not holes:
        return (_aggregate(metric, readings, scope),)
    if metric.aggregate or (metric.subject is SubjectKind.RUN and holes):
        return (not_measured(scope.subject, holes),)
    return (not_measured(scope.subject, holes), *readings) if holes else tuple(readings)


def _grouped(
    found: Iterable[tuple[Record, Figure]],
) -> Iterable[tuple[Record, list[tuple[Record, Figure]]]]:
    """Figures of one subject in one run; any of their records stands for the group."""
    groups: dict[tuple[str, str], list[tuple[Record, Figure]]] = {}
    for record, figure in found:
        groups.setdefault((record.run, record.subject), []).append((record, figure))
    return [(group[0][0], group) for group in groups.values()]


def _of_test(
    metric: Metric,
    subject: Subject,
    recorded: Recorded,
    record: Record,
    group: list[tuple[Record, Figure]],
) -> list[Reading]:
    """Readings of one subject in one run; of a test, what its last passing attempt recorded."""
    attempts = recorded.attempts.get((record.run, record.subject))
    if attempts is None:
        if record.subject in recorded.tests:
            return [_none(subject, "the test has no result")]
        return [_reading(metric, subject, figure) for _, figure in group]
    deciding = [one for one in attempts if not _attempt(one).superseded]
    if any(_attempt(one).outcome not in PASSING for one in deciding) or not deciding:
        return [_none(subject, "the test did not pass")]
    places = {(one.process, one.attempt) for one in deciding}
    counted = [figure for one, figure in group if (one.process, one.attempt) in places]
    if not counted:
        return [_none(subject, "the last passing attempt of the test did not record it")]
    return [_reading(metric, subject, figure) for figure in counted]


def _attempt(record: Record) -> Attempt:
    assert isinstance(record.data, Attempt)
    return record.data


def _none(subject: Subject, message: str, reason: Reason = Reason.NO_DATA) -> NotMeasured:
    return NotMeasured(subject=subject, reason=reason, message=message)


def _subject(metric: Metric, id: str, environment: str, *, is_test: bool) -> Subject:
    if is_test:
        return subject_of(id, environment)
    kind = SubjectKind.RUN if not id else metric.subject
    if kind is SubjectKind.TEST or (kind is SubjectKind.RUN and id):
        kind = SubjectKind.NAMED
    path = id.partition("::")[0] if kind in (SubjectKind.FILE, SubjectKind.BENCHMARK) else ""
    return Subject(kind=kind, id=id, path=path, environment=environment)


def _reading(metric: Metric, subject: Subject, figure: Figure) -> Reading:
    try:
        value = number_of(figure, metric)
    except UnitError as error:
        return _none(subject, str(error), Reason.ERROR)
    if figure.total is None or not isinstance(figure.value, int):
        return Measurement(subject=subject, value=value)
    return Measurement(subject=subject, value=value, part=figure.value, total=figure.total)


def _worst(metric: Metric, readings: list[Reading]) -> Reading:
    """One reading of a subject that several runs or workers told."""
    for reading in readings:
        if isinstance(reading, NotMeasured):
            return reading
    told = [reading for reading in readings if isinstance(reading, Measurement)]
    told.sort(key=lambda reading: exact(reading.value))
    if metric.direction is Direction.NEITHER and told[0].value != told[-1].value:
        return _none(
            told[0].subject,
            f"runs recorded different values, {told[0].value} and {told[-1].value}: "
            f"which is worse is not defined",
            Reason.ERROR,
        )
    return told[0] if metric.direction is Direction.HIGHER else told[-1]


def _aggregate(metric: Metric, readings: list[Reading], scope: Scope) -> Reading:
    unknown = [reading for reading in readings if isinstance(reading, NotMeasured)]
    if unknown:
        first = unknown[0]
        message = f"{first.subject.name}: {first.message}"
        if len(unknown) > 1:
            message += f", and {len(unknown) - 1} more"
        return NotMeasured(subject=scope.subject, reason=first.reason, message=message)
    values = [exact(reading.value) for reading in readings if isinstance(reading, Measurement)]
    value: Number = AGGREGATES[metric.aggregate](values)
    if metric.unit is Unit.COUNT and Fraction(value).denominator == 1:
        value = int(value)
    elif metric.unit is not Unit.RATIO:
        value = float(value)
    return Measurement(subject=scope.subject, value=value, detail=_summed(metric, len(values)))


def _summed(metric: Metric, count: int) -> str:
    return f"{metric.aggregate} of {count} values" if count > 1 else ""
