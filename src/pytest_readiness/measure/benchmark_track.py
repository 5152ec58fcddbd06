"""A benchmark through its earlier runs: the window that later ones are held against.

The window is anchored: a run that was suspect is not taken into it, so that a slowdown cannot become
normal by being repeated. It becomes the new level when as many runs in a row as a window holds were
slower, each of them told; and at once when the benchmark's own code changed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

from pytest_readiness.measure.canary import LIKE, Pace
from pytest_readiness.measure.comparable import NEEDED, WINDOW
from pytest_readiness.measure.exceeding import (
    PEERS,
    Compared,
    Point,
    State,
    compare,
)
from pytest_readiness.measure.sighting import EACH, seen
from pytest_readiness.model.value import dataclass

SAME = math.log(1.13)
"""Runs whose drifts, which stand in for a canary, are nearer than this were on one kind of machine."""
REACH = 60
"""Earlier runs of a benchmark that are looked at, whatever came of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """What the earlier runs of one benchmark leave to compare with."""

    accepted: tuple[Point, ...] = ()
    """Oldest first; the window is chosen of them."""
    pending: tuple[Compared, ...] = ()
    """What was said of the latest runs that were slower or unsure, since the last that was neither."""
    note: str = ""
    """What began the window: its code changed, a slower level was taken over."""


def logarithms(stats: Mapping[str, float]) -> dict[str, float]:
    """Of every statistic that is a time; what is no positive number has none."""
    return {
        name: math.log(value)
        for name, value in stats.items()
        if 0 < value < math.inf and name not in ("stddev", "iqr")
    }


def follow(points: Sequence[Point], base: Callable[[int], bool], statistic: str) -> Track:
    """Through ``points``, oldest first; ``base`` tells of a run whether it may move the window.

    What is not of the base is only held against the window: it can confirm, not move it.
    """
    accepted: list[Point] = []
    slower: list[tuple[Point, Compared]] = []
    strange: list[Compared] = []
    raised: list[Compared] = []
    note = ""
    for point in points[-REACH:]:
        if statistic not in point.figures:
            continue
        own = base(point.run)
        if own and differs(point, accepted):
            accepted, slower, strange, raised = [point], [], [], []
            note = "its code changed"
            continue
        window = choose(point, accepted)
        if len(window) < NEEDED:
            if own:
                accepted.append(point)
            continue
        if differs(point, accepted):
            continue
        earlier = (*raised, *(one for _, one in slower), *strange)
        found = seen(compare(point, window, statistic), earlier)
        calm = found.state in (State.WITHIN, State.FASTER)
        if not own:
            strange = [] if calm else [*strange, found]
            continue
        if calm:
            accepted.append(point)
            slower = []
            raised = [found] if found.strength >= EACH else []
            continue
        slower.append((point, found))
        if len(slower) >= WINDOW:
            accepted, slower, strange, raised = [one for one, _ in slower], [], [], []
            note = f"{WINDOW} runs in a row were slower than before, and are the level now"
    pending = (*raised, *(found for _, found in slower), *strange)
    return Track(accepted=tuple(accepted), pending=pending, note=note)


def choose(point: Point, accepted: Sequence[Point]) -> Sequence[Point]:
    """The window for ``point``: the last ten that were taken as it was.

    Those around which the machine was steady at the same speed, else those whose best moments were
    as fast, where there are enough of them to compare seconds. Without a canary those of a like drift:
    hosted runners differ from run to run by their kind of processor.
    """
    pace = point.pace
    steady = [one for one in accepted if one.pace is not None and one.pace.steady]
    if pace is None:
        return accepted[-WINDOW:]
    if not pace.canary:
        peers = [one for one in steady if _near(one.pace, pace, SAME)]
        return peers[-WINDOW:] if len(peers) >= NEEDED else accepted[-WINDOW:]
    if pace.steady:
        peers = [one for one in steady if _near(one.pace, pace)]
        if len(peers) >= PEERS:
            return _filled(peers, steady if len(steady) >= NEEDED else accepted)
    even = [one for one in accepted if one.pace is not None and one.pace.even]
    if pace.even:
        peers = [one for one in even if one.pace and abs(one.pace.best - pace.best) <= LIKE]
        if len(peers) >= PEERS:
            return _filled(peers, accepted)
    return steady[-WINDOW:] if len(steady) >= NEEDED else accepted[-WINDOW:]


def _filled(peers: Sequence[Point], others: Sequence[Point]) -> Sequence[Point]:
    """The latest peers, and before them others where the peers alone are too few."""
    if len(peers) >= NEEDED:
        return peers[-WINDOW:]
    chosen = {one.run for one in peers}
    rest = [one for one in others if one.run not in chosen]
    return [*rest[len(peers) - WINDOW :], *peers]


def differs(point: Point, accepted: Iterable[Point]) -> bool:
    """Whether it is known to be of other code than the latest whose code is known."""
    known = [one.code for one in accepted if one.code]
    return bool(known) and bool(point.code) and known[-1] != point.code


def _near(one: Pace | None, other: Pace, apart: float = LIKE) -> bool:
    return one is not None and abs(one.centre - other.centre) <= apart
