"""The pace of the machine, against scipy and the standard library."""

from __future__ import annotations

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_readiness.measure.canary import pace_of, quantile
from pytest_readiness.measure.exceeding import MAD, NOISES, Point, State, compare

TIMES = st.lists(st.floats(1e-7, 10.0), min_size=3, max_size=40)


@given(TIMES, st.sampled_from((0.25, 0.5, 0.75, 0.9)))
def test_a_quantile_is_that_of_scipy(values: list[float], part: float) -> None:
    from scipy.stats import scoreatpercentile

    ordered = sorted(values)
    assert quantile(ordered, part) == pytest.approx(
        float(scoreatpercentile(ordered, part * 100)), rel=1e-9
    )


@given(TIMES, TIMES)
def test_a_pace_holds_its_parts_in_order(before: list[float], after: list[float]) -> None:
    pace = pace_of(before, after)
    assert pace is not None
    assert pace.best <= pace.low <= pace.centre + 1e-9
    assert pace.centre <= pace.high + 1e-9
    middle = math.sqrt(statistics.median(before) * statistics.median(after))
    assert math.exp(pace.centre) == pytest.approx(middle)
    assert pace == pace_of(list(reversed(before)), after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((), ()),
        ((1.0, 1.0), (1.0, 1.0, 1.0)),
        ((0.0, 1.0, 1.0), (1.0, 1.0, 1.0)),
        ((1.0, 1.0, math.inf), (1.0, 1.0, 1.0)),
        ((-1.0, 1.0, 1.0), (1.0, 1.0, 1.0)),
    ],
)
def test_no_pace_where_a_side_tells_none(
    before: tuple[float, ...], after: tuple[float, ...]
) -> None:
    assert pace_of(before, after) is None


@pytest.mark.parametrize(
    ("after", "steady"), [(1.0, True), (1.1, True), (1.2, False), (2.0, False)]
)
def test_it_is_steady_while_both_sides_agree(after: float, steady: bool) -> None:
    pace = pace_of((1.0,) * 5, (after,) * 5)
    assert pace is not None
    assert pace.steady == steady


def test_the_noise_is_the_scaled_median_deviation_of_scipy() -> None:
    from scipy.stats import median_abs_deviation

    values = [0.0, 0.05, -0.04, 0.02, 0.1, -0.07, 0.03, -0.02, 0.06, -0.05]
    window = [Point(index, {"min": value}) for index, value in enumerate(values)]
    found = compare(Point(-1, {"min": 0.0}), window, "min")
    assert pytest.approx(1 / 0.6744897501960817, rel=1e-4) == MAD
    assert found.noise == pytest.approx(
        float(median_abs_deviation(values, scale="normal")), rel=1e-4
    )
    assert found.limit == pytest.approx(1.5 * NOISES * 1.2 * found.noise)
    assert found.state is State.WITHIN
