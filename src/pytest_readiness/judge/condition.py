"""Does a measurement keep a condition? Yes, no, or unknown and why; in exact numbers."""

from __future__ import annotations

import enum
import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from pytest_readiness.model.condition import Condition, Dimension, Literal, Operator, Shift, Term
from pytest_readiness.model.measurement import Measurement, Number
from pytest_readiness.model.metric import Metric, Unit
from pytest_readiness.model.number import compare, exact


class Cause(enum.Enum):
    """Why it is unknown whether a condition is kept."""

    INTERVAL = "the condition splits the measured interval"
    BASELINE = "there is no baseline"
    DENOMINATOR = "there is nothing of which it could be a share"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """``holds`` is None when unknown; then, and only then, there are causes."""

    holds: bool | None
    causes: frozenset[Cause] = frozenset()


HOLDS = Opinion(holds=True)
BREAKS = Opinion(holds=False)

Limit = Fraction | Cause
Resolved = tuple[tuple[tuple[Operator, Limit], ...], ...]
"""The condition's tree with every limit as a number in base units, or why there is none."""

_SIGNS: dict[Operator, tuple[int, ...]] = {
    Operator.AT_LEAST: (0, 1),
    Operator.AT_MOST: (0, -1),
    Operator.ABOVE: (1,),
    Operator.BELOW: (-1,),
    Operator.EQUAL: (0,),
}


def limit_of(term: Term, measurement: Measurement, metric: Metric) -> Limit:
    """The term's limit for this measurement, in the metric's base unit."""
    limit = term.limit
    if isinstance(limit, Literal):
        if limit.dimension is not Dimension.PERCENT or metric.unit is not Unit.COUNT:
            return limit.value
        # a share of nothing is neither small nor large: 0 of 0 must not count as 100 %
        return limit.value * measurement.total if measurement.total else Cause.DENOMINATOR
    if measurement.baseline is None or not math.isfinite(measurement.baseline):
        return Cause.BASELINE
    baseline = exact(measurement.baseline)
    if limit.shift is Shift.RELATIVE:
        return baseline + abs(baseline) * limit.offset
    return baseline + limit.offset


def resolve(condition: Condition, measurement: Measurement, metric: Metric) -> Resolved:
    return tuple(
        tuple((term.operator, limit_of(term, measurement, metric)) for term in all_of)
        for all_of in condition.alternatives
    )


def evaluate(condition: Condition, measurement: Measurement, metric: Metric) -> Opinion:
    """Judge one measurement; its value must be finite, its bounds may be infinite.

    Over an interval the condition holds when it holds everywhere in it, breaks when it holds
    nowhere in it, and is unknown otherwise.
    """
    resolved = resolve(condition, measurement, metric)
    if measurement.low is None or measurement.high is None:
        return _at(resolved, measurement.value)
    opinions = {_at(resolved, point) for point in _points(resolved, measurement)}
    if len(opinions) == 1:
        return opinions.pop()
    causes = frozenset().union(*(opinion.causes for opinion in opinions))
    return Opinion(holds=None, causes=causes | {Cause.INTERVAL})


def _at(resolved: Resolved, value: Number) -> Opinion:
    """Three-valued logic: a false part decides an ``and``, a true part decides an ``or``."""
    causes: frozenset[Cause] = frozenset()
    for all_of in resolved:
        unknown: set[Cause] = set()
        for operator, limit in all_of:
            if isinstance(limit, Cause):
                unknown.add(limit)
            elif compare(value, limit) not in _SIGNS[operator]:
                break
        else:
            if not unknown:
                return HOLDS
            causes |= unknown
    return Opinion(holds=None, causes=causes) if causes else BREAKS


def _limits(resolved: Resolved) -> Iterator[Fraction]:
    for all_of in resolved:
        for _, limit in all_of:
            if isinstance(limit, Fraction):
                yield limit


def _points(resolved: Resolved, measurement: Measurement) -> Iterable[Fraction]:
    """Points of the interval that stand for all of it: between two limits nothing changes."""
    limits = sorted(set(_limits(resolved)))
    # an infinite bound lies beyond every limit: any number there stands for it
    beyond = 1 + max(abs(limit) for limit in [*limits, exact(measurement.value)])
    bounds = [measurement.value, measurement.low, measurement.high]
    ends = [_within(bound, beyond) for bound in bounds if bound is not None]
    low, high = min(ends), max(ends)
    marks = [low, *(limit for limit in limits if low < limit < high), high]
    return [*marks, *((one + two) / 2 for one, two in itertools.pairwise(marks))]


def _within(bound: Number, beyond: Fraction) -> Fraction:
    if math.isfinite(bound):
        return exact(bound)
    return beyond if bound > 0 else -beyond


def slack(condition: Condition, measurement: Measurement, metric: Metric) -> Fraction | None:
    """How far the value keeps its nearest limit, negative when it breaks it; None: no limit known.

    It only puts subjects in order, worst first: it decides nothing.
    """
    best: Fraction | None = None
    for all_of in resolve(condition, measurement, metric):
        rooms = [
            _room(operator, limit, measurement.value)
            for operator, limit in all_of
            if isinstance(limit, Fraction)
        ]
        if rooms and (best is None or min(rooms) > best):
            best = min(rooms)
    return best


def _room(operator: Operator, limit: Fraction, value: Number) -> Fraction:
    difference = (exact(value) if isinstance(value, float) else value) - limit
    if operator in {Operator.AT_LEAST, Operator.ABOVE}:
        return difference
    return -abs(difference) if operator is Operator.EQUAL else -difference
