"""The level of one test: the window of times that are usual for it, and what lies beyond.

The window is anchored. A time beyond it is held back, so that a slowdown is not the new normal on
the next day. When the run after it is within the window again, it was noise, and enters. When as
many base runs in a row as a window holds were beyond, they are the new level.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pytest_readiness.measure.comparable import NEEDED, WINDOW
from pytest_readiness.measure.robust import deviation, error_of_median, median

DEVIATIONS = 2.5
"""Beyond is what lies above the window's maximum and this many deviations above its median."""
LEAST = math.log(1.1)
"""Nothing that is less than a tenth above the window's maximum is beyond it."""
SMALLEST = 0.04
"""Logarithm: no test is taken to be steadier than this, however alike its few times look."""
_LUCK = 2
"""How many times too small the deviation of five to ten values may well be."""
_SPIKE = 0.3
"""Logarithm: how far above its deviations a window's maximum is believed where it stands alone. One
spike in ten runs must not hide a slowdown of its size; two are the test's way.
A winsorized value: Huber (1981), Robust Statistics, section 1.7."""


ROW = 3
"""So many runs in a row, each of them high, confirm a slowdown of which none is beyond by itself."""


class Finding(enum.Enum):
    """What a time is beside its window and the runs before it."""

    USUAL = enum.auto()
    UNCLEAR = enum.auto()
    """Between the window and the slow time before it."""
    HIGH = enum.auto()
    """Slow if the runs beside it are high too."""
    BEYOND = enum.auto()
    CONFIRMED = enum.auto()


SLOW = (Finding.BEYOND, Finding.CONFIRMED)


class Value(NamedTuple):
    """The logarithm of a time, less the session's drift."""

    log: float
    enters: bool = True
    """It may enter the window: of a sound run of the base branch."""
    unrest: float = 1.0
    """Factor on the noise of the session."""
    room: float = 0.0
    """Logarithm, to be allowed for: the machine was busier than ever before."""


class Level(NamedTuple):
    """A window's centre and bounds."""

    centre: float
    top: float
    """The maximum, as far as it is believed."""
    bottom: float
    deviation: float
    size: int

    @property
    def error(self) -> float:
        """Standard error of the centre."""
        return error_of_median(self.deviation, self.size)

    def limit(self, unrest: float = 1.0) -> float:
        """What a time must exceed to be beyond."""
        return max(self.top + LEAST, self.centre + DEVIATIONS * self.deviation * unrest)

    def nearer(self, log: float, slow: float) -> bool:
        """Whether a time is nearer to the one before it, which was beyond, than to the centre."""
        return log > (self.centre + slow) / 2


class Scale(NamedTuple):
    """What is usual for a test like this one."""

    noise: float = 0.0
    """Standard deviation of logarithms."""
    allowance: float = 0.0
    """Seconds to which no clock and no scheduler is asked to be exact."""
    rows: bool = False
    """Whether several high times in a row confirm: of wall time, which has outliers."""


class Trail(NamedTuple):
    """What the history of a test ends in."""

    window: Sequence[float]
    """At least NEEDED values, or too few came before."""
    held: Sequence[float]
    """Of the latest runs, as far back as all are high or beyond the window."""
    slow: bool = False
    """Whether one of those was beyond it, or enough of them high in a row."""


def level(window: Sequence[float], noise: float = 0.0) -> Level:
    """``noise`` is what is usual for a test: few values may look more alike than they are."""
    centre = median(window)
    own = deviation(window, centre)
    spread = max(own, min(noise, _LUCK * own), SMALLEST)
    *_, second, first = ordered = sorted(window)
    top = max(second, min(first, centre + DEVIATIONS * spread + _SPIKE))
    return Level(centre, top, ordered[0], spread, len(window))


def is_beyond(value: Value, window: Sequence[float], scale: Scale) -> bool:
    """Whether a time is slower than the window can explain."""
    log = value.log - value.room
    if log <= median(window) + LEAST:  # nearly all end here
        return False
    limit = level(window, scale.noise).limit(value.unrest)
    return log > limit and math.exp(log) > math.exp(limit) + scale.allowance


def is_beyond_again(value: Value, trail: Trail, scale: Scale) -> bool:
    """Whether a time repeats what was beyond: two noisy times tell more than one, so above the
    window's maximum is enough for the second, if it is nearer to the first than to the centre."""
    if not trail.slow or value.log <= median(trail.window) + LEAST:
        return False
    usual = level(trail.window, scale.noise)
    log = value.log - value.room
    return log > usual.top + LEAST and usual.nearer(log, trail.held[-1])


def is_high(value: Value, window: Sequence[float], scale: Scale) -> bool:
    """Whether a time is higher than ROW in a row usually are: ROW such times are as good as two
    beyond the window. A sleep that was disturbed in three of ten runs, but never in three in a row,
    is found so. After the run rules of the Western Electric Statistical Quality Control Handbook
    (1956)."""
    usual = level(window, scale.noise)
    repeated = max(min(window[i : i + ROW]) for i in range(len(window) - ROW + 1))
    limit = max(repeated + LEAST, usual.centre + usual.deviation * value.unrest)
    log = value.log - value.room
    return log > limit and math.exp(log) > math.exp(limit) + scale.allowance


def finding(value: Value, trail: Trail, scale: Scale) -> Finding:
    """What a time is beside what came before."""
    window, held = trail.window, trail.held
    if value.log - value.room > median(window) + LEAST:  # nearly all end before
        alone = is_beyond(value, window, scale)
        if trail.slow and (alone or is_beyond_again(value, trail, scale)):
            return Finding.CONFIRMED
        high = scale.rows and is_high(value, window, scale)
        if high and len(held) + 1 >= ROW:
            return Finding.CONFIRMED
        if alone:
            return Finding.BEYOND
        if high:
            return Finding.HIGH
    if held and level(window, scale.noise).nearer(value.log, held[-1]):
        return Finding.UNCLEAR
    return Finding.USUAL


def extended(trail: Trail, value: Value, scale: Scale) -> Trail:
    """With one more run of the code at hand, which may confirm and never moves the window."""
    found = finding(value, trail, scale)
    if found is Finding.UNCLEAR:
        return trail
    if found is Finding.USUAL:
        return Trail(trail.window, [])
    return Trail(trail.window, [*trail.held, value.log], trail.slow or found in SLOW)


def follow(values: Iterable[Value], scale: Scale) -> Trail:
    """Go through a test's earlier times, oldest first."""
    window: list[float] = []
    trail = Trail(window, [])
    for value in values:
        if not value.enters:
            continue
        if len(window) < NEEDED:
            window.append(value.log)
            continue
        found = finding(value, trail, scale)
        if found is Finding.UNCLEAR:
            continue  # a session too noisy to tell: it neither confirms nor clears
        if found is Finding.USUAL:
            window += [*trail.held, value.log]
            del window[:-WINDOW]
            trail = Trail(window, [])
            continue
        trail = Trail(window, [*trail.held, value.log], trail.slow or found in SLOW)
        if len(trail.held) == WINDOW:
            window = list(trail.held)
            trail = Trail(window, [])
    return trail
