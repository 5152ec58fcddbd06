from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_readiness.measure import robust
from pytest_readiness.measure.slowdown import CONFIDENCE
from strategies import law

VALUES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40)


@law
@given(VALUES)
def test_centre_and_spread_are_those_of_scipy(values: list[float]) -> None:
    from scipy import stats

    centre = robust.median(values)
    assert centre == pytest.approx(stats.scoreatpercentile(values, 50))
    expected = stats.median_abs_deviation(values, scale="normal")
    assert robust.deviation(values, centre) == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_constants_are_those_of_the_normal_distribution() -> None:
    from scipy.stats import norm

    assert pytest.approx(1 / norm.ppf(0.75)) == robust.TO_DEVIATION
    assert pytest.approx(1 / (2 * norm.pdf(0))) == robust.MEDIAN_ERROR
    assert pytest.approx(norm.ppf(0.95)) == CONFIDENCE


def test_the_error_of_a_median_is_that_of_many_medians() -> None:
    import numpy
    from scipy import stats

    generator = numpy.random.default_rng(1)
    medians = [
        robust.median(list(stats.norm.rvs(size=25, random_state=generator))) for _ in range(2000)
    ]
    assert robust.error_of_median(1.0, 25) == pytest.approx(float(numpy.std(medians)), rel=0.06)


@law
@given(st.lists(st.floats(0, 1), min_size=11, max_size=11), st.floats(-1e9, 1e9))
def test_less_than_half_of_the_values_cannot_spoil_them(values: list[float], wild: float) -> None:
    spoilt = [*values, *[wild] * 10]
    assert 0 <= robust.median(spoilt) <= 1
    assert robust.deviation(spoilt, robust.median(spoilt)) <= robust.TO_DEVIATION
    assert math.isfinite(robust.median(spoilt))
