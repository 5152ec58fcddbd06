"""By how much a value misses its limit, in what people mend: lines, tests, seconds."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

from pytest_readiness.judge.condition import Rule
from pytest_readiness.model.condition import Operator
from pytest_readiness.model.measurement import Measurement
from pytest_readiness.model.metric import Metric, Unit
from pytest_readiness.model.number import compare, exact
from pytest_readiness.model.scorecard import Short


def short_of(rule: Rule, measurement: Measurement) -> Short | None:
    """The least that would have to change for the condition to hold; None where none is known.

    Counts are whole things (the first that meets the limit), percentage points are in units of
    one hundredth (``Short(amount=5, unit="pp")`` is 5 percentage points).
    """
    candidates = []
    for all_of in rule.limits(measurement):
        misses = [
            miss
            for bound in all_of
            if isinstance(bound.limit, Fraction)
            for miss in _misses(bound.operator, bound.limit, measurement, rule.metric)
        ]
        if misses:
            candidates.append(max(misses, key=lambda miss: (miss.unit == "pp", miss.amount)))
    return min(candidates, key=lambda miss: (miss.unit == "pp", miss.amount), default=None)


def _misses(
    operator: Operator, limit: Fraction, measurement: Measurement, metric: Metric
) -> Iterator[Short]:
    value = exact(measurement.value)
    part, total = measurement.part, measurement.total
    if metric.unit is Unit.COUNT and value.denominator == 1:
        steps = _steps(operator, limit, value.numerator)
        if steps:
            yield Short(amount=steps, unit=metric.counts or metric.label)
        return
    if metric.unit is Unit.RATIO:
        if part is not None and total:
            steps = _steps(operator, limit * total, part)
            if abs(steps) and 0 <= part + _towards(operator, limit * total, part) * steps <= total:
                yield Short(amount=steps, unit=metric.counts or metric.label)
                return
        difference, unit = 100 * (limit - value), "pp"
    else:
        difference, unit = limit - value, _unit(metric)
    if compare(value, limit) not in operator.signs:
        yield Short(amount=abs(difference), unit=unit)


def _unit(metric: Metric) -> str:
    return metric.label if metric.unit is Unit.NUMBER else metric.unit.value


def _towards(operator: Operator, limit: Fraction, part: int) -> int:
    """1 when the part has to grow, -1 when it has to shrink."""
    if operator is Operator.EQUAL:
        return 1 if part < limit else -1
    return 1 if operator in {Operator.AT_LEAST, Operator.ABOVE} else -1


def _steps(operator: Operator, limit: Fraction, count: int) -> int:
    """How many whole things more, or fewer, until ``count`` meets the limit; 0 when it does."""
    if operator is Operator.AT_LEAST:
        return max(0, math.ceil(limit) - count)
    if operator is Operator.ABOVE:
        return max(0, math.floor(limit) + 1 - count)
    if operator is Operator.AT_MOST:
        return max(0, count - math.floor(limit))
    if operator is Operator.BELOW:
        return max(0, count - math.ceil(limit) + 1)
    return math.ceil(abs(limit - count))
