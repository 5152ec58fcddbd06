from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_readiness.measure.beta import (
    all_fail,
    all_pass,
    cumulative,
    passes_needed,
    quantile,
)
from strategies import law

SHAPES = st.floats(0.05, 500.0)


@law
@given(st.floats(0.0, 1.0), SHAPES, SHAPES)
def test_cumulative_probabilities_are_those_of_scipy(x: float, a: float, b: float) -> None:
    stats = pytest.importorskip("scipy.stats")
    assert cumulative(x, a, b) == pytest.approx(stats.beta.cdf(x, a, b), abs=1e-9)


@law
@given(st.floats(0.001, 0.999), SHAPES, SHAPES)
def test_quantiles_are_those_of_scipy(share: float, a: float, b: float) -> None:
    stats = pytest.importorskip("scipy.stats")
    assert quantile(share, a, b) == pytest.approx(stats.beta.ppf(share, a, b), abs=1e-8)


@pytest.mark.parametrize(("a", "b"), [(0.01, 5.0), (1.0, 1.0), (0.5, 160.5), (3.0, 10_000.0)])
def test_extreme_shapes(a: float, b: float) -> None:
    stats = pytest.importorskip("scipy.stats")
    for share in (0.05, 0.5, 0.95):
        assert quantile(share, a, b) == pytest.approx(stats.beta.ppf(share, a, b), abs=1e-9)


def test_the_ends() -> None:
    assert (cumulative(-1.0, 2, 3), cumulative(2.0, 2, 3)) == (0.0, 1.0)
    assert (quantile(0.0, 2, 3), quantile(1.0, 2, 3)) == (0.0, 1.0)


@law
@given(st.integers(0, 20), SHAPES, SHAPES)
def test_chances_of_several_attempts_are_moments(attempts: int, a: float, b: float) -> None:
    stats = pytest.importorskip("scipy.stats")
    law_of = stats.betabinom(attempts, a, b)
    assert all_fail(attempts, a, b) == pytest.approx(law_of.pmf(attempts), rel=1e-6, abs=1e-12)
    assert all_pass(attempts, a, b) == pytest.approx(law_of.pmf(0), rel=1e-6, abs=1e-12)


@law
@given(st.floats(0.5, 20.0), st.floats(0.5, 300.0))
def test_the_fewest_passes(a: float, b: float) -> None:
    needed = passes_needed(0.01, a, b)
    assert all_pass(needed, a, b) <= 0.01 < all_pass(needed - 1, a, b)
