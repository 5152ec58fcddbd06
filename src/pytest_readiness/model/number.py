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


def compare(value: Number, limit: Fraction, nearest: float | None = None) -> int:
    """-1, 0 or 1 as ``exact(value)`` is below, at or above ``limit``; ``value`` must be finite.

    Rounding to the nearest float never reverses an order. So where a float differs from the float
    ``nearest`` to the limit (an infinity beyond the largest), the exact numbers differ alike, and
    only where they are equal are exact numbers needed.
    """
    if isinstance(value, float):
        if nearest is not None and value != nearest:
            return -1 if value < nearest else 1
        value = exact(value)
    difference = value.numerator * limit.denominator - limit.numerator * value.denominator
    return (difference > 0) - (difference < 0)
