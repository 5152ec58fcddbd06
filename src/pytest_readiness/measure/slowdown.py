"""Slow tests: the present run's times beside those of the comparable runs before it.

Tests that compute are judged by CPU time, the rest by wall time (and by CPU time as far as that
matters for them). A time is divided by the session's drift and compared with the test's own window.
Beyond it, a test is suspected; the next run, or a second measurement in this one, confirms or
clears it.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from pytest_readiness.measure.comparable import NEEDED
from pytest_readiness.measure.level import (
    DEVIATIONS,
    LEAST,
    SLOW,
    Finding,
    Level,
    Trail,
    Value,
    extended,
    finding,
    follow,
    level,
)
from pytest_readiness.measure.slow_table import (
    COMPUTES,
    FLOOR,
    MATTERS,
    TICK,
    Case,
    Comparable,
    Effects,
    Sample,
    Timed,
    steadiest,
)
from pytest_readiness.model.evidence import Run
from pytest_readiness.model.history import History

__all__ = ["Clock", "Pace", "Paces", "Sample", "State", "Suspect", "paces", "suspects"]

CONFIDENCE = 1.6448536269514722
"""Standard errors on each side of a 90 % interval: Phi^-1(0.95)."""

FASTER = math.log(1.25)
"""Logarithm: how far below its window a test is faster. That fails no gate, so it need not be fine."""
TOLD = FLOOR / 4
"""Seconds: CPU time from which on it may confirm what wall time says; it measures no slowdown."""


class Clock(enum.Enum):
    """Which time a test was judged by."""

    CPU = "CPU time"
    WALL = "wall time"
    BOTH = "CPU and wall time"


class State(enum.Enum):
    """What a test's time is beside its window."""

    YOUNG = "too few comparable runs"
    USUAL = "usual"
    FASTER = "faster"
    CLEARED = "suspected, cleared by measuring again"
    SUSPECTED = "suspected, not confirmed yet"
    AGAIN = "confirmed by measuring again"
    CONFIRMED = "confirmed by the run before"


class Pace(NamedTuple):
    """One test. ``value`` is 0.5 where it takes 50 % longer; the interval lies around it."""

    state: State
    clock: Clock = Clock.WALL
    value: float = 0.0
    low: float = 0.0
    high: float = 0.0
    runs: int = 0
    """Comparable runs with a time of it."""


class Paces(NamedTuple):
    """All tests of a run that have a time."""

    tests: Mapping[str, Pace]
    """Empty where there are too few comparable runs."""
    runs: int
    """Comparable runs there are."""
    remark: str = ""
    """``compared across CPU models``."""
    cpu: float = 1.0
    """How many times slower than usual the session computed; divided out already."""
    wall: float = 1.0
    """The same of tests that wait."""


class Suspect(NamedTuple):
    """A test to be measured again."""

    test: str
    ratio: float
    """Its time now by its usual time."""


_NONE: Mapping[str, Sequence[Sample]] = MappingProxyType({})


def suspects(history: History, run: Run, samples: Mapping[str, Sample]) -> list[Suspect]:
    """Tests whose times are beyond their windows, the slowest first.

    Those that the run before confirms are among them: measured again, they may yet be cleared.
    ``samples`` are the times of the present run's passing tests.
    """
    found = [
        Suspect(test, 1 + pace.value)
        for test, pace in paces(history, run, samples).tests.items()
        if pace.state in (State.SUSPECTED, State.CONFIRMED)
    ]
    return sorted(found, key=lambda suspect: (-suspect.ratio, suspect.test))


def paces(
    history: History,
    run: Run,
    samples: Mapping[str, Sample],
    again: Mapping[str, Sequence[Sample]] = _NONE,
) -> Paces:
    """Compare every test; ``again`` are the times of those that were measured again."""
    comparable = Comparable(history, run)
    if comparable.base < NEEDED:
        return Paces({}, comparable.base, comparable.remark)
    times = history.times
    tests = {
        test: comparable.timed(times.get(test, ()), sample) for test, sample in samples.items()
    }
    effects = Effects(tests, comparable)
    found = {
        test: _pace(comparable, effects, timed, again.get(test, ()))
        for test, timed in tests.items()
    }
    return Paces(
        found,
        comparable.base,
        comparable.remark,
        math.exp(effects.cpu.present),
        math.exp(effects.wall.present),
    )


def _pace(comparable: Comparable, effects: Effects, timed: Timed, again: Sequence[Sample]) -> Pace:
    """The worse of what the clocks say that matter for the test."""
    runs = sum(1 for here, _, _ in timed.past if here < comparable.base)
    if runs < NEEDED:
        return Pace(State.YOUNG, runs=runs)
    if timed.share >= COMPUTES:
        pace = _by_cpu(comparable, effects, timed, again)
    else:
        pace = _by_wall(comparable, effects, timed, again)
        if timed.share >= MATTERS:
            pace = max(pace, _by_cpu(comparable, effects, timed, again), key=_gravity)
        if timed.share and not comparable.windows:
            pace = max(pace, _by_both(comparable, effects, timed, again), key=_gravity)
    return pace._replace(runs=runs)


def _gravity(pace: Pace) -> tuple[float, float, bool]:
    return pace.low, pace.high, pace.state is State.CLEARED


def _by_cpu(
    comparable: Comparable, effects: Effects, timed: Timed, again: Sequence[Sample]
) -> Pace:
    floor = 4 * TICK if comparable.windows else FLOOR
    pace = _of_cpu(comparable, effects, timed, again, floor)
    if timed.share >= COMPUTES:
        return pace
    value, low, high = (timed.share * one for one in (pace.value, pace.low, pace.high))
    return pace._replace(value=value, low=low, high=high)


def _of_cpu(
    comparable: Comparable,
    effects: Effects,
    timed: Timed,
    again: Sequence[Sample],
    floor: float,
) -> Pace:
    """The CPU time by itself."""
    past = [(here, cpu) for here, cpu, _ in timed.past]
    alone = timed.share >= COMPUTES
    ways = [effects.cpu] if alone else [*effects.cpus, *effects.waited(timed)]
    case = steadiest(Case(past, way, comparable.base, floor) for way in ways)
    now = case.value(comparable.last, timed.now.cpu)
    repeated = [case.value(comparable.last, one.cpu) for one in again]
    return _judge(case, now, repeated)._replace(clock=Clock.CPU)


def _walls(comparable: Comparable, effects: Effects, timed: Timed) -> Case:
    """High times in a row confirm only of tests that wait: those of files are high in a row whenever
    another process uses the disk."""
    past = [(here, wall) for here, _, wall in timed.past]
    base, rows = comparable.base, timed.share < MATTERS
    return steadiest(Case(past, way, base, FLOOR, effects.late, rows) for way in effects.walls)


def _by_wall(
    comparable: Comparable, effects: Effects, timed: Timed, again: Sequence[Sample]
) -> Pace:
    case = _walls(comparable, effects, timed)
    room = max(0.0, effects.busy[-1] - max(effects.busy[here] for here, _, _ in timed.past))
    now = case.value(comparable.last, timed.now.wall, room)
    repeated = [case.value(comparable.last, one.wall, room) for one in again]
    return _judge(case, now, repeated)


def _by_both(
    comparable: Comparable, effects: Effects, timed: Timed, again: Sequence[Sample]
) -> Pace:
    """Where CPU time confirms that the test does more, wall time need not be beyond its noise to
    tell how much longer it takes. The lesser counts of what CPU time says, at least, and what the
    wall times do on (geometric) average: that the test is slower is confirmed already."""
    pace = _of_cpu(comparable, effects, timed, again, TOLD)
    if pace.state not in (State.CONFIRMED, State.AGAIN):
        return Pace(State.USUAL)
    case = _walls(comparable, effects, timed)
    walls = [case.value(comparable.last, one.wall).log for one in (timed.now, *again)]
    if not again:
        walls.append(case.values[-1].log)
    usual = level(follow(case.values, case.scale).window, case.scale.noise)
    longer = math.expm1(math.fsum(walls) / len(walls) - usual.centre)
    if longer <= math.expm1(LEAST):
        return Pace(State.USUAL)
    most = max(pace.high, math.expm1(max(walls) - usual.centre))
    least = min(pace.value, longer)
    return Pace(pace.state, Clock.BOTH, least, min(pace.low, longer), most)


def _judge(case: Case, now: Value, again: Sequence[Value]) -> Pace:
    scale = case.scale
    trail = follow(case.values, scale)
    window = trail.window
    own = [one for one in case.values if not one.enters]
    if own:  # of the code at hand: these, and not the base's, say whether it was slow before
        trail = Trail(window, [])
        for value in own:
            trail = extended(trail, value, scale)
    found = finding(now, trail, scale)
    if found not in SLOW:
        if now.log < min(window) - FASTER:
            return _faster(now, level(window, scale.noise))
        return Pace(State.USUAL)
    usual = level(window, scale.noise)
    if again:
        best = min(now, *again)
        if finding(best, trail, scale) in SLOW:
            return _slow(State.AGAIN, usual, best.log, now.log)
        return Pace(State.CLEARED)
    if found is Finding.CONFIRMED:
        return _slow(State.CONFIRMED, usual, trail.held[-1], now.log)
    return _slow(State.SUSPECTED, usual, now.log, now.log)._replace(low=0.0)


def _faster(now: Value, usual: Level) -> Pace:
    value = math.expm1(now.log - usual.centre)
    if now.log >= usual.centre - DEVIATIONS * usual.deviation * now.unrest:
        return Pace(State.USUAL)
    return Pace(State.FASTER, value=value, low=value, high=value)


def _slow(state: State, usual: Level, one: float, two: float) -> Pace:
    """By the lesser of two times; the window's own median is uncertain too."""
    least, most = min(one, two), max(one, two)
    error = CONFIDENCE * usual.error
    return Pace(
        state,
        value=math.expm1(least - usual.centre),
        low=max(0.0, math.expm1(least - usual.centre - error)),
        high=math.expm1(most - usual.centre + error),
    )
