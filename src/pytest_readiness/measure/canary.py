"""The machine's canary: how fast the machine was around a benchmark, from a fixed piece of work.

A shared machine changes speed by itself, within seconds and by factors. The same fixed spin is timed
just before and just after each benchmark; a benchmark's time in spins, instead of seconds, is what may
be compared from day to day (Bulej et al., "Unit testing performance with stochastic performance logic",
2017, and Mytkowicz et al., "Producing wrong data without doing anything obviously wrong!", ASPLOS 2009,
on why one run is never enough).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

STEADY = math.log(1.15)
"""By how much the spins around a benchmark may differ, as a logarithm, for one pace to stand for them."""
LIKE = math.log(1.15)
"""Paces nearer than this, as a logarithm, are one speed of the machine."""
_FEWEST = 3


class Pace(NamedTuple):
    """The machine's speed around one benchmark: logarithms of seconds a spin."""

    centre: float
    low: float
    """The faster side's lower quartile."""
    high: float
    """The slower side's upper quartile."""
    best: float
    """The fastest spin of all."""
    apart: float = 0.0
    """By how much the fastest spin of one side differs from that of the other."""
    canary: bool = True
    """Of spins; else it is the drift of the session's other benchmarks, which stands in for them."""

    @property
    def steady(self) -> bool:
        return self.high - self.low <= STEADY

    @property
    def even(self) -> bool:
        """Whether the best moments of both sides agree, however busy the machine was between them."""
        return self.apart <= STEADY


def pace_of(before: Sequence[float], after: Sequence[float]) -> Pace | None:
    """None where a side has fewer than three spins or a time that no clock gives."""
    sides = [sorted(before), sorted(after)]
    if any(len(side) < _FEWEST or not 0 < side[0] <= side[-1] < math.inf for side in sides):
        return None
    middles = [math.log(quantile(side, 0.5)) for side in sides]
    return Pace(
        centre=sum(middles) / 2,
        low=min(math.log(quantile(side, 0.25)) for side in sides),
        high=max(math.log(quantile(side, 0.75)) for side in sides),
        best=math.log(min(side[0] for side in sides)),
        apart=abs(math.log(sides[0][0]) - math.log(sides[1][0])),
    )


def drift_pace(drifts: Sequence[float]) -> Pace:
    """The drifts of a session's other benchmarks, as logarithms, in the place of a canary."""
    ordered = sorted(drifts)
    centre = quantile(ordered, 0.5)
    low, high = quantile(ordered, 0.25), quantile(ordered, 0.75)
    return Pace(centre=centre, low=low, high=high, best=centre, canary=False)


def quantile(ordered: Sequence[float], part: float) -> float:
    """Between neighbours by their distance, the default of NumPy; ``ordered`` ascends, not empty."""
    place = (len(ordered) - 1) * part
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
