"""Today's value as a condition that accepts it, and hardly anything worse."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from pytest_readiness.config.units import UNITS
from pytest_readiness.model.condition import Condition, Operator
from pytest_readiness.model.measurement import Number
from pytest_readiness.model.metric import Direction, Metric, Unit
from pytest_readiness.model.number import exact

_UPWARDS = frozenset({Operator.AT_LEAST, Operator.ABOVE})
_DIGITS = 3
"""Significant, of times, sizes and other floats."""
_SMALLEST = {Unit.SECONDS: ("s", "ms", "us", "ns"), Unit.BYTES: ("GiB", "MiB", "KiB", "B")}
"""Units to write a value in, the largest that does not make it less than 1."""


def accepting(values: Sequence[Number], metric: Metric, condition: Condition) -> str:
    """``>= 41.23%``: a condition that the worst of the values keeps, rounded to its favour."""
    up = _upwards(metric, condition)
    numbers = [exact(value) for value in values]
    worst = min(numbers) if up else max(numbers)
    return f"{'>=' if up else '<='} {_text(worst, metric, up=up)}"


def _upwards(metric: Metric, condition: Condition) -> bool:
    """Whether a greater value is the better; of a metric without a better direction its gate says it."""
    if metric.direction is not Direction.NEITHER:
        return metric.direction is Direction.HIGHER
    return any(term.operator in _UPWARDS for term in condition.terms)


def _text(value: Fraction, metric: Metric, *, up: bool) -> str:
    if metric.unit is Unit.COUNT:
        return str(math.floor(value) if up else math.ceil(value))
    if metric.unit is Unit.RATIO:
        return _decimal(_rounded(value * 100, Fraction(1, 100), up=up)) + "%"
    unit = metric.label if metric.unit is Unit.NUMBER else ""
    size = Fraction(1)
    if metric.unit in _SMALLEST:
        units = _SMALLEST[metric.unit]
        unit = next((one for one in units if abs(value) >= UNITS[one][1]), units[-1])
        if not value:
            unit = units[0] if metric.unit is Unit.SECONDS else units[-1]
        size = UNITS[unit][1]
    number = value / size
    step = Fraction(10) ** (math.floor(math.log10(abs(number))) + 1 - _DIGITS) if number else size
    space = " " if unit and metric.unit is Unit.NUMBER and unit not in UNITS else ""
    return f"{_decimal(_rounded(number, step, up=up))}{space}{unit}"


def _rounded(value: Fraction, step: Fraction, *, up: bool) -> Fraction:
    steps = value / step
    return step * (math.floor(steps) if up else math.ceil(steps))


def _decimal(value: Fraction) -> str:
    text = format(Decimal(value.numerator) / Decimal(value.denominator), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
