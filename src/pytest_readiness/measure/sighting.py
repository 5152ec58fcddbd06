"""Two sightings of one slowdown: together they need less than either alone.

A figure at the limit of its window is a suspect. Two independent runs that are both off, each by less,
are as unlikely together when their mean exceeds the limit by the square root of two (Stouffer et al.,
"The American Soldier", vol. 1, 1949, on combining independent tests).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from pytest_readiness.measure.exceeding import LEAST, Compared, State

RECENT = 3
"""Earlier runs in a row among which one may be the first sighting."""
EACH = 0.5
"""The part of its limit by which each of two sightings has to be off."""
DOUBT = math.log(1.12)
"""Two doubts below this, as a logarithm, stay doubts."""
SURE = 1.2
"""Two sightings beyond this, in limits, confirm each other."""


def pooled(found: Compared, earlier: Sequence[Compared]) -> float:
    """How far beyond the limit ``found`` is together with its best earlier sighting; 0: with none."""
    if found.strength < EACH:
        return 0.0
    others = [
        one.strength
        for one in earlier[-RECENT:]
        if one.strength >= EACH and (one.ratio + found.ratio) / 2 > LEAST
    ]
    return (found.strength + max(others)) / math.sqrt(2) if others else 0.0


def seen(found: Compared, earlier: Sequence[Compared]) -> Compared:
    """``found``, as slower where an earlier sighting adds what it lacks itself.

    Two doubts, each of which may have been the machine, make a suspect; they confirm nothing.
    """
    if found.state is State.WITHIN and pooled(found, earlier) > 1:
        return found._replace(state=State.SLOWER)
    if found.doubted and any(
        min(one.ratio, found.ratio) > DOUBT and (one.doubted or one.state is State.SLOWER)
        for one in earlier[-RECENT:]
    ):
        return found._replace(state=State.SLOWER)
    return found
