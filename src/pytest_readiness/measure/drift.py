"""Drift: how much slower all tests of a session were than is usual for them, and how unevenly.

The logarithm of a time is taken as what is the test's own, plus what is the session's, plus noise,
and the two parts are found by median polish: Tukey (1977), Exploratory Data Analysis, chapter 11.
Up to half of a session's tests may have changed without moving it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pytest_readiness.measure.robust import deviation, median, middle
from pytest_readiness.model.value import dataclass

ENOUGH = 6
"""Tests without which nothing is divided out: a few changed ones could pass for a slow machine."""
QUARTER = 4
"""The steadiest of so many tests tell what nothing but the machine's speed moves."""
MOST = 1.5
"""Unrest is taken for no more than this: a test is judged by its own past first."""
_SWEEPS = 1

Row = Sequence[tuple[int, float]]
"""Of one test: the place of a session, and the logarithm of the time there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """By the place of a session."""

    shift: Sequence[float]
    """Logarithm of how much slower it was; zero where too few tests tell."""
    least: Sequence[float]
    """The same of the steadiest tests: a sleep takes no longer on a busy machine."""
    unrest: Sequence[float]
    """How much more unevenly than usual its tests moved; at least 1."""
    noise: float
    """The standard deviation, of logarithms, that is usual for a test."""

    @property
    def present(self) -> float:
        """The last session's shift beside that of the usual one."""
        return self.shift[-1] - median(self.shift[:-1])


def drift(rows: Iterable[Row], places: int) -> Drift:
    """Of sessions 0 to ``places``; rows are of tests long enough for their times to be exact."""
    kept = [row for row in rows if len(row) > 2]
    # differences to the last session first: how fast a session was leaves no trace in what follows
    columns: list[list[float]] = [[] for _ in range(places)]
    for row in kept:
        last, reference = row[-1]
        if last == places - 1:
            for place, value in row:
                columns[place].append(value - reference)
    shift = [middle(sorted(column)) if len(column) >= ENOUGH else 0.0 for column in columns]
    for _ in range(_SWEEPS):
        columns = [[] for _ in range(places)]
        for row in kept:
            adjusted = [value - shift[place] for place, value in row]
            centre = middle(sorted(adjusted))
            for (place, _), value in zip(row, adjusted, strict=True):
                columns[place].append(value - centre)
        for place, column in enumerate(columns):
            if len(column) >= ENOUGH:
                column.sort()
                shift[place] += middle(column)
    spreads = [_spread(column) for column in columns]
    told = sorted(spread for spread in spreads if spread)
    usual = middle(told) if told else 0.0
    return Drift(
        shift=shift,
        least=_least(kept, places),
        unrest=[min(MOST, max(1.0, spread / usual)) if usual else 1.0 for spread in spreads],
        noise=usual,
    )


def _least(rows: Sequence[Row], places: int) -> list[float]:
    """Median shift of the steadiest quarter; none where that is too few."""
    shift = [0.0] * places
    centred = []
    for row in rows:
        centre = middle(sorted([value for _, value in row]))
        centred.append((middle(sorted([abs(value - centre) for _, value in row])), centre, row))
    centred.sort(key=lambda one: one[0])
    columns: list[list[float]] = [[] for _ in range(places)]
    for _, centre, row in centred[: len(centred) // QUARTER]:
        for place, value in row:
            columns[place].append(value - centre)
    for place, column in enumerate(columns):
        if len(column) >= ENOUGH:
            shift[place] = middle(sorted(column))
    return shift


def contention(shares: Iterable[Row], places: int) -> list[float]:
    """Logarithm of how many times longer tests that only compute took than they computed.

    ``shares`` are logarithms of wall time by CPU time of such tests: above zero where others
    wanted the same cores.
    """
    columns: list[list[float]] = [[] for _ in range(places)]
    for row in shares:
        for place, value in row:
            columns[place].append(value)
    return [max(0.0, middle(sorted(c))) if len(c) >= ENOUGH else 0.0 for c in columns]


def _spread(column: Sequence[float]) -> float:
    return deviation(column, median(column)) if len(column) >= ENOUGH else 0.0
