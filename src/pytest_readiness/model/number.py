"""Exact numbers: how a measured value is compared with a limit, without ever rounding."""

from __future__ import annotations

import math
from fractions import Fraction

from pytest_readiness.model.measurement import Number


def exact(value: Number) -> Fraction:
    """The number that ``value`` names.

    A float names the shortest decimal that reads back as it, the one that Python, JSON and people
    write: a recorded ``0.95`` is 95/100, not the binary fraction a little below, so it meets a
    limit of 95 %. Raises ``ValueError`` for infinities and NaN.
    """
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value!r} is not a finite number")
        return Fraction(repr(value))
    return Fraction(value)


def compare(value: Number, limit: Fraction) -> int:
    """-1, 0 or 1 as ``exact(value)`` is below, at or above ``limit``; ``value`` must be finite.

    Rounding to the nearest float never reverses an order. So where two floats differ, what they
    were rounded from differs alike, and only where they are equal are exact numbers needed.
    """
    if isinstance(value, float):
        try:
            rounded = limit.numerator / limit.denominator
        except OverflowError:
            return -1 if limit > 0 else 1
        if value != rounded:
            return -1 if value < rounded else 1
        value = exact(value)
    difference = value.numerator * limit.denominator - limit.numerator * value.denominator
    return (difference > 0) - (difference < 0)
