"""One benchmark's figures against a window of its earlier ones: slower, faster, or not to be told.

All in logarithms, so that 20 % means the same for nanoseconds and minutes. A figure exceeds the window
when it lies above the window's median by more than the window's own noise explains: the median absolute
deviation, made comparable with a standard deviation (Hampel, "The influence curve and its role in
robust estimation", JASA 69, 1974; Leys et al., J. Exp. Soc. Psychol. 49, 2013).

A benchmark is suspect only when its seconds exceed those of runs at the same speed of the machine, and
its seconds in spins of the canary exceed the window's, the noisier of the two by a part of its limit,
and both for every one of several statistics: noise adds time to some rounds, slower code to all of them.
"""

from __future__ import annotations

import enum
import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from pytest_readiness.measure.canary import LIKE, Pace, quantile

NOISES = 3.0
"""How many times the window's noise a figure has to be off; more for few runs, see ``_against``."""
LEAST = math.log(1.07)
"""No difference below this is told: windows that are quieter by chance would accuse of anything."""
BARE = 1.5
"""Without a canary a difference has to be this many times as large."""
DRIFT = 1.2
"""The same where the drift of the other benchmarks stands in for a canary."""
CALM = 0.8
"""The share of a window at one speed that makes a machine one that keeps its speed."""
FLOOR = 0.01
"""No window is taken to be quieter, as a logarithm."""
PEERS = 3
"""Runs at the same speed of the machine without which seconds are not compared."""
SOFT = 0.7
"""The part of its limit by which the noisier of seconds and spins has to be off."""
ALONG = 0.5
"""The share of a statistic's own difference by which what supports it has to differ."""
BEYOND = math.log(2.0)
"""What is slower by this is no noise of a steady machine, and needs no second run."""
MAD = 1.4826
"""Makes a median absolute deviation comparable with a standard deviation of normal noise."""
_SUPPORT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"median": ("min", "q1"), "mean": ("min", "q1", "median"), "min": ()}
)
"""What has to move with a statistic."""


class State(enum.Enum):
    """What one comparison says."""

    WITHIN = "within"
    FASTER = "faster"
    UNSURE = "unsure"
    """Slower, and it may have been the machine or some of its rounds."""
    SLOWER = "slower"


class Point(NamedTuple):
    """One benchmark in one run."""

    run: int
    """Index of an earlier run; -1: the present one."""
    figures: Mapping[str, float]
    """Logarithms of seconds per iteration by statistic."""
    pace: Pace | None = None
    code: str = ""


class Compared(NamedTuple):
    """A point against a window."""

    state: State
    ratio: float
    """Logarithm of how much slower; negative: faster. The smaller of seconds and spins when slower."""
    noise: float
    """One standard deviation of ``ratio``, as a logarithm."""
    limit: float
    """What a difference has to exceed to be told, as a logarithm."""
    why: str = ""
    """Why it is unsure."""
    at_once: bool = False
    """Slower beyond what needs confirming."""
    weak: bool = False
    """Unsure, and the same in another run would say that it is slower."""
    doubted: bool = False
    """Unsure by a canary, and the same in another run would make it a suspect."""
    judged: bool = True
    """Compared at a steady speed that the window knows."""
    strength: float = 0.0
    """How far it is off in limits, where all that has to be off is: beyond 1 it is slower."""


class _Against(NamedTuple):
    ratio: float
    noise: float
    limit: float

    @property
    def above(self) -> bool:
        return self.ratio > self.limit

    @property
    def below(self) -> bool:
        return self.ratio < -self.limit


def compare(point: Point, window: Sequence[Point], statistic: str) -> Compared:
    """``window`` holds at least two points, each with the statistic."""
    found = _compared(point, window, statistic)
    if found.state in (State.SLOWER, State.UNSURE) and not found.at_once:
        least = _least(point, window, statistic)
        if least > BEYOND:
            ratio = max(found.ratio, least)
            return found._replace(state=State.SLOWER, ratio=ratio, at_once=True, why="")
    return found


def _least(point: Point, window: Sequence[Point], statistic: str) -> float:
    """How much slower it is at the very least, whatever the machine did, as a logarithm.

    Against the slowest run of the window, the machine taken to be as much slower than in the window's
    best moments as the worst quarter of its spins; -inf without a canary.
    """
    paces = [one.pace for one in window if one.pace is not None and one.pace.canary]
    if point.pace is None or not point.pace.canary or len(paces) < 2:
        return -math.inf
    machine = max(point.pace.high - min(pace.low for pace in paces), 0.0)
    names = [name for name in (statistic, *_SUPPORT.get(statistic, ())) if name in point.figures]
    known = {name: [one.figures[name] for one in window if name in one.figures] for name in names}
    seconds = min(point.figures[name] - max(known[name], default=math.inf) for name in names)
    return seconds - machine


def _compared(point: Point, window: Sequence[Point], statistic: str) -> Compared:
    pace = point.pace
    paced = [one for one in window if one.pace is not None]
    if pace is None or len(paced) < max(2, len(window) // 2):
        return _bare(point, window, statistic)
    peers = [one for one in paced if one.pace and one.pace.steady and _near(one, point, _centre)]
    if pace.steady and len(peers) >= PEERS:
        found = _alike(point, peers, statistic, _centre)
        return found if pace.canary else _by_drift(found, len(peers) / len(window))
    peers = [one for one in paced if one.pace and one.pace.even and _near(one, point, _best)]
    if pace.canary and pace.even and "min" in point.figures and len(peers) >= PEERS:
        found = _alike(point, peers, "min", _best)
        # of a busy machine only the best rounds are compared: nothing is said of the others
        return found._replace(at_once=False) if found.state is State.SLOWER else _no_better(found)
    return _unlike(point, paced, statistic) if pace.steady else _unsteady(point, paced, statistic)


def _no_better(found: Compared) -> Compared:
    return found._replace(state=State.WITHIN) if found.state is State.FASTER else found


def _by_drift(found: Compared, calm: float) -> Compared:
    """Without a canary it takes more, and a machine that keeps its speed; ``calm``: how far it does."""
    found = found._replace(at_once=False)
    strength = found.strength / DRIFT if calm >= CALM else 0.0
    found = found._replace(strength=strength)
    if found.state is not State.SLOWER:
        return found
    if found.ratio <= DRIFT * found.limit:
        return found._replace(state=State.WITHIN)
    if calm < CALM:
        why = "the machine changes its speed, and there is no canary"
        return found._replace(state=State.UNSURE, why=why, weak=True)
    return found


def _alike(
    point: Point, peers: Sequence[Point], statistic: str, level: Callable[[Point], float]
) -> Compared:
    """At a speed that the window knows; ``level``: of what spins are counted."""
    spins = _all(point, peers, statistic, level)
    seconds = _all(point, peers, statistic, lambda _: 0.0)
    both = (spins[statistic], seconds[statistic])
    nearest = min(both, key=lambda one: abs(one.ratio))
    found = Compared(State.WITHIN, nearest.ratio, nearest.noise, max(one.limit for one in both))
    if all(one.below for one in both):
        return found._replace(state=State.FASTER)
    quiet, loud = sorted(both, key=lambda one: one.limit)
    strength = min(quiet.ratio / quiet.limit, loud.ratio / max(loud.limit * SOFT, quiet.limit))
    everything = [*spins.values(), *seconds.values()]
    along = min(one.ratio for one in everything) >= nearest.ratio * ALONG
    if strength <= 1:
        return found._replace(strength=max(strength, 0.0) if along else 0.0)
    if not along:
        return found._replace(
            state=State.UNSURE,
            why="only some of its rounds are slower",
            weak=True,
            doubted=_canary(point),
        )
    sure = min(one.ratio - one.limit for one in both)
    return found._replace(state=State.SLOWER, at_once=sure > BEYOND, strength=strength)


def _unlike(point: Point, window: Sequence[Point], statistic: str) -> Compared:
    """The machine was as fast as in hardly any run of the window: seconds cannot be compared."""
    own = _all(point, window, statistic, _centre)[statistic]
    found = Compared(State.WITHIN, own.ratio, own.noise, own.limit, judged=False)
    if not own.above:
        return found
    why = "the machine ran at another speed than before"
    return found._replace(state=State.UNSURE, why=why, doubted=_canary(point))


def _unsteady(point: Point, window: Sequence[Point], statistic: str) -> Compared:
    """The machine changed its speed meanwhile: only its best moments can be compared."""
    own = _all(point, window, statistic, _centre)[statistic]
    found = Compared(State.WITHIN, own.ratio, own.noise, own.limit, judged=False)
    name = "min" if "min" in point.figures else statistic
    best = _all(point, window, name, _best)[name]
    if not best.above:
        return found._replace(ratio=min(own.ratio, best.ratio))
    why = "the machine changed its speed meanwhile"
    return found._replace(
        state=State.UNSURE, ratio=max(own.ratio, best.ratio), why=why, doubted=_canary(point)
    )


def _bare(point: Point, window: Sequence[Point], statistic: str) -> Compared:
    """Seconds alone: nothing tells slower code from a slower machine."""
    seconds = _all(point, window, statistic, lambda _: 0.0)
    own = seconds[statistic]
    found = Compared(State.WITHIN, own.ratio, own.noise, own.limit * BARE)
    if own.ratio < -found.limit:
        return found._replace(state=State.FASTER)
    if own.ratio > found.limit:
        why = "nothing tells how fast the machine was"
        return found._replace(state=State.UNSURE, why=why, weak=True)
    return found


def _all(
    point: Point, window: Sequence[Point], statistic: str, level: Callable[[Point], float]
) -> dict[str, _Against]:
    """The statistic and what has to move with it, in units of ``level``."""
    found = {}
    for name in (statistic, *_SUPPORT.get(statistic, ())):
        values = [one.figures[name] - level(one) for one in window if name in one.figures]
        if name in point.figures and len(values) >= 2:
            found[name] = _against(point.figures[name] - level(point), values)
    return found


def _against(value: float, values: Sequence[float]) -> _Against:
    middle = statistics.median(values)
    spread = MAD * statistics.median(abs(one - middle) for one in values)
    noise = max(spread, FLOOR)
    # of few values neither the middle nor the spread is well known
    limit = NOISES * (1 + 2 / len(values)) * noise
    most = quantile(sorted(values), 0.9) - middle
    return _Against(value - middle, noise, max(limit, LEAST, most))


def _near(one: Point, other: Point, level: Callable[[Point], float]) -> bool:
    return abs(level(one) - level(other)) <= LIKE


def _canary(point: Point) -> bool:
    return point.pace is not None and point.pace.canary


def _best(point: Point) -> float:
    return point.pace.best if point.pace is not None else 0.0


def _centre(point: Point) -> float:
    return point.pace.centre if point.pace is not None else 0.0
