"""Does a measurement keep a condition? Yes, no, or unknown and why; in exact numbers."""

from __future__ import annotations

import enum
import itertools
import math
from collections.abc import Iterable
from fractions import Fraction

from pytest_readiness.model.condition import Condition, Literal, Operator, Term
from pytest_readiness.model.measurement import RUN, Measurement, Number
from pytest_readiness.model.metric import Metric
from pytest_readiness.model.number import compare, exact
from pytest_readiness.model.value import NamedTuple, dataclass


class Cause(enum.Enum):
    """Why it is unknown whether a condition is kept."""

    INTERVAL = "the condition splits the measured interval"
    BASELINE = "there is no baseline"
    DENOMINATOR = "there is nothing of which it could be a share"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """``holds`` is None when unknown; then, and only then, there are ways."""

    holds: bool | None
    ways: frozenset[frozenset[Cause]] = frozenset()
    """For each alternative that may hold, all that has to become known for it."""

    @property
    def causes(self) -> frozenset[Cause]:
        return frozenset().union(*self.ways)


HOLDS = Opinion(holds=True)
BREAKS = Opinion(holds=False)

Limit = Fraction | Cause


class Bound(NamedTuple):
    """A term whose limit is a number in the metric's base unit, or the cause why there is none."""

    operator: Operator
    limit: Limit
    signs: tuple[int, ...]
    """What :func:`compare` may say of a value that keeps it."""
    nearest: float
    """The float nearest to the limit."""


Resolved = tuple[tuple[Bound, ...], ...]
"""The condition's tree with its limits as numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A condition over one metric, ready to be held against many measurements."""

    condition: Condition
    metric: Metric
    fixed: Resolved | None
    """Its limits, where they are the same for every measurement."""

    @classmethod
    def of(cls, condition: Condition, metric: Metric) -> Rule:
        varies = any(
            not isinstance(term.limit, Literal) or term.limit.is_share(metric)
            for term in condition.terms
        )
        anything = Measurement(subject=RUN, value=0)
        fixed = None if varies else resolve(condition, anything, metric)
        return cls(condition=condition, metric=metric, fixed=fixed)

    def limits(self, measurement: Measurement) -> Resolved:
        return self.fixed or resolve(self.condition, measurement, self.metric)

    def judge(self, measurement: Measurement) -> Opinion:
        """Judge one measurement; its value must be finite, its bounds may be infinite.

        Over an interval the condition holds when it holds everywhere in it, breaks when it holds
        nowhere in it, and is unknown otherwise.
        """
        resolved = self.limits(measurement)
        if measurement.low is None or measurement.high is None:
            return _at(resolved, measurement.value)
        opinions = {_at(resolved, point) for point in _points(resolved, measurement)}
        if len(opinions) == 1:
            return opinions.pop()
        ways = {way | {Cause.INTERVAL} for opinion in opinions for way in opinion.ways}
        if HOLDS in opinions:
            ways.add(frozenset({Cause.INTERVAL}))
        return Opinion(holds=None, ways=frozenset(ways))

    def slack(self, measurement: Measurement) -> float | None:
        """How far the value keeps its nearest limit, negative when it breaks it; None: unknown.

        It only puts subjects in order, worst first: it decides nothing.
        """
        value = _float(measurement.value)
        best: float | None = None
        for all_of in self.limits(measurement):
            rooms = [_room(bound, value) for bound in all_of if isinstance(bound.limit, Fraction)]
            if rooms and (best is None or min(rooms) > best):
                best = min(rooms)
        return best


def evaluate(condition: Condition, measurement: Measurement, metric: Metric) -> Opinion:
    """:meth:`Rule.judge`, for one measurement."""
    return Rule.of(condition, metric).judge(measurement)


def limit_of(term: Term, measurement: Measurement, metric: Metric) -> Limit:
    """The term's limit for this measurement, in the metric's base unit."""
    limit = term.limit
    if isinstance(limit, Literal):
        if not limit.is_share(metric):
            return limit.value
        # a share of nothing is neither small nor large: 0 of 0 must not count as 100 %
        return limit.value * measurement.total if measurement.total else Cause.DENOMINATOR
    if measurement.baseline is None or not math.isfinite(measurement.baseline):
        return Cause.BASELINE
    return limit.beside(exact(measurement.baseline))


def resolve(condition: Condition, measurement: Measurement, metric: Metric) -> Resolved:
    return tuple(
        tuple(_bound(term.operator, limit_of(term, measurement, metric)) for term in all_of)
        for all_of in condition.alternatives
    )


def _bound(operator: Operator, limit: Limit) -> Bound:
    nearest = math.nan if isinstance(limit, Cause) else _float(limit)
    return Bound(operator, limit, operator.signs, nearest)


def _float(number: Number) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _at(resolved: Resolved, value: Number) -> Opinion:
    """Three-valued logic: a false part decides an ``and``, a true part decides an ``or``."""
    ways: set[frozenset[Cause]] = set()
    for all_of in resolved:
        unknown: set[Cause] = set()
        for bound in all_of:
            if isinstance(bound.limit, Cause):
                unknown.add(bound.limit)
            elif compare(value, bound.limit, bound.nearest) not in bound.signs:
                break
        else:
            if not unknown:
                return HOLDS
            ways.add(frozenset(unknown))
    return Opinion(holds=None, ways=frozenset(ways)) if ways else BREAKS


def _points(resolved: Resolved, measurement: Measurement) -> Iterable[Fraction]:
    """Points of the interval that stand for all of it: between two limits nothing changes."""
    bounds = (bound for all_of in resolved for bound in all_of)
    limits = sorted({bound.limit for bound in bounds if isinstance(bound.limit, Fraction)})
    # an infinite bound lies beyond every limit: any number there stands for it
    beyond = 1 + max(abs(limit) for limit in [*limits, exact(measurement.value)])
    spread = (measurement.value, measurement.low, measurement.high)
    ends = [_within(end, beyond) for end in spread if end is not None]
    low, high = min(ends), max(ends)
    marks = [low, *(limit for limit in limits if low < limit < high), high]
    return [*marks, *((one + two) / 2 for one, two in itertools.pairwise(marks))]


def _within(end: Number, beyond: Fraction) -> Fraction:
    if math.isfinite(end):
        return exact(end)
    return beyond if end > 0 else -beyond


def _room(bound: Bound, value: float) -> float:
    difference = value - bound.nearest
    if 1 in bound.signs:
        return difference
    return -difference if -1 in bound.signs else -abs(difference)
