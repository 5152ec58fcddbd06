"""Exact numbers: against Python's own Decimal and Fraction."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pytest_readiness.model.number import compare, exact

FLOATS = st.floats(allow_nan=False, allow_infinity=False)


def nearest(limit: Fraction) -> float:
    try:
        return float(limit)
    except OverflowError:
        return math.inf if limit > 0 else -math.inf


@given(FLOATS)
def test_a_float_is_the_decimal_that_people_read(value: float) -> None:
    assert exact(value) == Fraction(Decimal(str(value)))
    assert float(exact(value)) == value


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not a finite number"):
        exact(value)


@given(FLOATS | st.integers() | st.fractions(), FLOATS.map(Fraction) | st.fractions())
@example(0.95, Fraction(19, 20))
@example(0.30000000000000004, Fraction(3, 10))
@example(5e-324, Fraction(0))
@example(1.7976931348623157e308, Fraction(10) ** 400)
@example(-1.7976931348623157e308, -(Fraction(10) ** 400))
@example(9007199254740993, Fraction(9007199254740992))
def test_comparing_is_comparing_exact_numbers(
    value: float | int | Fraction, limit: Fraction
) -> None:
    difference = exact(value) - limit
    expected = (difference > 0) - (difference < 0)
    assert compare(value, limit) == compare(value, limit, nearest(limit)) == expected


@given(FLOATS, st.integers(min_value=-3, max_value=3))
def test_comparing_decides_the_last_bit(value: float, steps: int) -> None:
    """Limits closer to a float than its neighbours are: the quick way must not decide them."""
    limit = exact(value) + steps * Fraction(math.ulp(value)) / 7
    assert compare(value, limit, nearest(limit)) == (steps < 0) - (steps > 0)
