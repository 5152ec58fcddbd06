"""The times that the present run's tests are compared with, and what the sessions did to them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from pytest_readiness.measure.comparable import WINDOW, alike, like, machine_of
from pytest_readiness.measure.drift import ENOUGH, QUARTER, Drift, Row, contention, drift
from pytest_readiness.measure.level import Scale, Value
from pytest_readiness.measure.robust import median
from pytest_readiness.model.evidence import Run
from pytest_readiness.model.history import History, PastTime

FLOOR = 0.001
"""Seconds: shorter times count as this much, there the clock and the scheduler decide."""
TICK = 1 / 64
"""Seconds: what Windows counts CPU time in. GetProcessTimes, Microsoft's documentation."""
COMPUTES = 0.8
"""CPU time by wall time from which on a test is judged by CPU time alone."""
AROUND = 0.00005
"""Seconds of a call's wall time that are pytest's own steps around it, in no CPU time here. Without
them a test of 0.1 ms that computes would pass for one that waits, and two preemptions for a slowdown."""
MATTERS = 0.1
"""The same, from which on its CPU time counts beside its wall time, as the share that it is."""
LOOKBACK = 2 * WINDOW
"""Base runs that are gone through: a window, and as many runs as make a new level."""
OWN = 3
"""Latest runs of a branch of its own."""
_PARTS = (0.5, 0.25)
"""How much of the contention the system's calls of a test may feel in CPU time."""
_DEARER = (0.1, 0.2, 0.3)
"""Logarithm of CPU time by logarithm of wall time, where a disk or a database is busy. Of a test
that does more work both grow, and what is left is less than the truth."""
_LATE = 0.25
"""So many of a session's waits were less late than what counts as its lateness: below a half, for
most are later than by the scheduler alone."""
_MOST_LATE = 0.95
"""Of a wall time, this much may be lateness."""


class Sample(NamedTuple):
    """What the call of a test took, in seconds."""

    cpu: float | None
    wall: float


class Timed(NamedTuple):
    """A test's times: place of the session, CPU and wall seconds, oldest first."""

    past: Sequence[tuple[int, float, float]]
    now: Sample
    share: float
    """CPU time by wall time when nobody else wanted the cores: the largest share seen."""


class Comparable:
    """Which earlier runs count, in which places; the present one has the last.

    The window is of sound runs of the base branch. Runs of the branch at hand come after them:
    they have the change that is judged, and may confirm it.
    """

    def __init__(self, history: History, run: Run) -> None:
        runs = history.runs
        candidates = like(history, run)
        sound = [i for i in candidates if runs[i].base and not runs[i].exit_status]
        window, self.remark = alike(history, run, sound)
        window = window[-LOOKBACK:]
        self.base = len(window)
        """Places below are of the base branch."""
        self.first = window[0] if window else 0
        where = machine_of(run)
        own = [
            index
            for index in candidates
            if index > self.first and run.branch and runs[index].branch == run.branch
            if not runs[index].base
            if (
                runs[index].machine == where.machine
                if not self.remark
                else runs[index].fleet == where.fleet
            )
        ]
        order = [*window, *own[-OWN:]]
        self.place = {index: place for place, index in enumerate(order)}
        self.last = len(order)
        self.windows = run.environment.system == "windows"

    def timed(self, times: Sequence[PastTime], now: Sample) -> Timed:
        """The comparable ones of a test's times."""
        place, first = self.place, self.first
        rows: list[tuple[int, float, float]] = []
        share = 0.0
        for past in reversed(times):
            run, cpu, wall = past[:3]
            if run < first:
                break
            # a test may stop pytest's clock (freezegun does), but not that of CPU time
            wall = wall or cpu or 0.0
            if run not in place or not wall:
                continue
            if cpu is None:
                cpu = 0.0
            elif cpu > share * (own := max(wall - AROUND, wall / 2)):
                share = cpu / own
            rows.append((place[run], cpu, wall))
        rows.sort()
        if not now.wall:
            now = Sample(now.cpu, now.cpu or 0.0)
        return Timed(rows, now, share if now.cpu else 0.0)


class Effects:
    """What each session did to the tests of each kind."""

    def __init__(self, tests: Mapping[str, Timed], comparable: Comparable) -> None:
        self.last = comparable.last
        places = self.last + 1
        computing = [one for one in tests.values() if _exact(one.now.cpu, one.share >= COMPUTES)]
        waiting = [one for one in tests.values() if _exact(one.now.wall, one.share < COMPUTES)]
        mixed = [one for one in waiting if one.share >= MATTERS]
        self.cpu = drift(map(self._cpu, computing), places)
        self.mixed = drift(map(self._cpu, mixed), places)
        self.wall = drift(map(self._wall, waiting), places)
        self.busy = contention(map(self._stretch, computing), places)
        self.late = lateness(waiting, places)
        """Seconds, by place: how much later than usual even the less disturbed waits ended."""
        known = len(computing) >= ENOUGH
        self.walls = [self.wall]
        if len(waiting) // QUARTER >= ENOUGH:
            self.walls.append(self._slowed(self.wall.least))
        elif known:
            self.walls.append(self._slowed(self.cpu.shift))
        if known:
            self.walls.append(self._slowed(self._stretched(1.0), self.wall))
        self.cpus = [self.cpu, self.mixed]
        if known:
            self.cpus += [self._slowed(self._stretched(part), self.cpu) for part in _PARTS]

    def waited(self, timed: Timed) -> list[Drift]:
        """How much more CPU time the test's own waiting costs: a disk that others use makes each
        call of the system dearer, and the test's wall time tells how much they did."""
        logs = {here: math.log(max(wall, FLOOR)) for here, _, wall in timed.past}
        centre = median(list(logs.values()))
        logs[self.last] = math.log(max(timed.now.wall, FLOOR))
        excess = [logs.get(here, centre) - centre for here in range(self.last + 1)]
        return [self._slowed([part * one for one in excess]) for part in _DEARER]

    def _stretched(self, part: float) -> list[float]:
        return [one + part * busy for one, busy in zip(self.cpu.shift, self.busy, strict=True)]

    def _slowed(self, shift: Sequence[float], noisy: Drift | None = None) -> Drift:
        """By so much; as noisy as others, or as steady as the tests that nothing moves."""
        if noisy is None:
            return Drift(shift=shift, least=shift, unrest=[1.0] * len(shift), noise=0.0)
        return replace(noisy, shift=shift, least=shift)

    def _cpu(self, timed: Timed) -> Row:
        row = [(here, math.log(cpu)) for here, cpu, _ in timed.past if cpu > FLOOR]
        row.append((self.last, math.log(timed.now.cpu or FLOOR)))
        return row

    def _wall(self, timed: Timed) -> Row:
        row = [(here, math.log(wall)) for here, _, wall in timed.past if wall > FLOOR]
        row.append((self.last, math.log(timed.now.wall)))
        return row

    def _stretch(self, timed: Timed) -> Row:
        row = [(here, math.log(wall / cpu)) for here, cpu, wall in timed.past if cpu > FLOOR]
        row.append((self.last, math.log((timed.now.wall or FLOOR) / (timed.now.cpu or FLOOR))))
        return row


def _exact(seconds: float | None, of_kind: bool) -> bool:
    return of_kind and seconds is not None and seconds > 2 * FLOOR


def lateness(waiting: Iterable[Timed], places: int) -> list[float]:
    """Seconds: a busy scheduler ends every wait later, by a time and not by a factor."""
    columns: list[list[float]] = [[] for _ in range(places)]
    for timed in waiting:
        if len(timed.past) > 2:
            usual = median([wall for _, _, wall in timed.past])
            for here, _, wall in timed.past:
                columns[here].append(wall - usual)
            columns[-1].append(timed.now.wall - usual)
    return [
        max(0.0, sorted(column)[int(len(column) * _LATE)]) if len(column) >= ENOUGH else 0.0
        for column in columns
    ]


class Case:
    """One test's times by one clock, less what the sessions did to them."""

    def __init__(
        self,
        past: Sequence[tuple[int, float]],
        effect: Drift,
        base: int,
        floor: float,
        late: Sequence[float] = (),
        rows: bool = False,
    ) -> None:
        """``late`` is of wall times."""
        self.effect, self.base, self.late = effect, base, late
        self.bottom = math.log(floor)
        self.scale = Scale(effect.noise, floor / 2, rows)
        self.values = [self.value(here, seconds) for here, seconds in past]

    def value(self, here: int, seconds: float | None, room: float = 0.0) -> Value:
        log = math.log(seconds) - self.effect.shift[here] if seconds else self.bottom
        if seconds and self.late:
            room -= math.log1p(-min(self.late[here] / seconds, _MOST_LATE))
        return Value(max(log, self.bottom), here < self.base, self.effect.unrest[here], room)

    @property
    def spread(self) -> float:
        """Mean absolute deviation without the largest: a median would not see the few quiet
        sessions that tell one way from another, and one slow run is not to choose."""
        logs = [one.log for one in self.values]
        centre = median(logs)
        kept = sorted([abs(log - centre) for log in logs])[:-1]
        return sum(kept) / len(kept)


def steadiest(cases: Iterable[Case]) -> Case:
    """Tests feel a busy machine differently: what leaves a test's own past steadiest is its way."""
    first, *others = cases
    return min([first, *others], key=lambda case: case.spread) if others else first
