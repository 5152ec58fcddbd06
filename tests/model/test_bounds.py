"""Feasibility against brute force over grids that hold every corner."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_readiness.model.bounds import (
    NOT_NEGATIVE,
    SHARE,
    Interval,
    Limit,
    feasible,
    feasible_share,
)

OFFSETS = st.integers(-3, 3).map(Fraction)


def limits(slopes: st.SearchStrategy[Fraction]) -> st.SearchStrategy[tuple[Limit, ...]]:
    limit = st.builds(Limit, offset=OFFSETS, slope=slopes, strict=st.booleans())
    return st.lists(limit, max_size=3).map(tuple)


def intervals(*slopes: int) -> st.SearchStrategy[Interval]:
    some = limits(st.sampled_from([Fraction(slope) for slope in slopes]))
    return st.builds(Interval, lower=some, upper=some)


def holds(interval: Interval, value: Fraction, baseline: Fraction = Fraction(0)) -> bool:
    def edge(limit: Limit) -> Fraction:
        return limit.offset + limit.slope * baseline

    return all(
        value > edge(limit) or (value == edge(limit) and not limit.strict)
        for limit in interval.lower
    ) and all(
        value < edge(limit) or (value == edge(limit) and not limit.strict)
        for limit in interval.upper
    )


@given(intervals(0))
def test_without_a_baseline_it_is_what_a_fine_grid_finds(interval: Interval) -> None:
    grid = [Fraction(n, 2) for n in range(-8, 9)]  # halves lie between any two whole offsets
    assert feasible(interval) == any(holds(interval, value) for value in grid)


@given(intervals(0, 1, 2), intervals(0))
def test_with_a_baseline_it_is_what_a_fine_grid_finds(value: Interval, baseline: Interval) -> None:
    # offsets are whole and slopes differ by 1 or 2, so every corner's baseline is a multiple of 1/2
    bases = [Fraction(n, 4) for n in range(-60, 61)]
    possible = False
    for base in bases:
        if not holds(baseline, base):
            continue
        edges = sorted({limit.offset + limit.slope * base for limit in value.lower + value.upper})
        around = [Fraction(0)] if not edges else [edges[0] - 1, *edges, edges[-1] + 1]
        around += [(one + two) / 2 for one, two in itertools.pairwise(edges)]
        if any(holds(value, candidate, base) for candidate in around):
            possible = True
            break
    assert feasible(value, baseline) == possible


def one_sided(side: str) -> st.SearchStrategy[Interval]:
    limit = st.builds(
        Limit, offset=st.integers(0, 12).map(lambda n: Fraction(n, 12)), strict=st.booleans()
    )
    return limit.map(lambda one: Interval(**{side: (one,)}))


@settings(deadline=None)
@given(st.integers(0, 6), st.none() | st.integers(0, 6), one_sided("lower"), one_sided("upper"))
def test_counts_and_shares_against_every_small_pair(
    first: int, last: int | None, low: Interval, high: Interval
) -> None:
    count = Interval(
        lower=(Limit(offset=Fraction(first)),),
        upper=() if last is None else (Limit(offset=Fraction(last)),),
    )
    share = low & high
    # every share in twelfths, and between any two of them, is met by small numbers
    pairs = itertools.product(range(first, 30 if last is None else last + 1), range(1, 100))
    expected = any(
        holds(share, Fraction(number, total)) for number, total in pairs if number <= total
    )
    assert feasible_share(count, share) == expected


@pytest.mark.parametrize(
    ("offset", "strict", "up", "down"),
    [("1/2", False, 1, 0), ("3", False, 3, 3), ("3", True, 4, 2), ("-1/2", True, 0, -1)],
)
def test_limits_of_whole_numbers(offset: str, strict: bool, up: int, down: int) -> None:
    limit = Limit(offset=Fraction(offset), strict=strict)
    whole = Interval(lower=(limit,), upper=(limit,)).whole()
    assert whole == Interval(
        lower=(Limit(offset=Fraction(up)),), upper=(Limit(offset=Fraction(down)),)
    )


def test_domains() -> None:
    assert feasible(NOT_NEGATIVE)
    assert not feasible(SHARE & Interval(lower=(Limit(offset=Fraction(1), strict=True),)))
