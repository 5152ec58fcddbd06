"""What a history tells of one test, one benchmark, one metric: made to be looked at, never to judge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from pytest_readiness.model.history import (
    PastAttempt,
    PastBenchmark,
    PastRun,
    PastTime,
    Series,
)
from pytest_readiness.model.measurement import Number, Reading
from pytest_readiness.model.metric import Metric


class Trial(NamedTuple):
    """An attempt that did anything but pass at the first try, and its run."""

    run: PastRun
    attempt: PastAttempt


class Timed(NamedTuple):
    """What a passing test took, and in which run."""

    run: PastRun
    time: PastTime


class Benched(NamedTuple):
    """A benchmark's statistics, and in which run."""

    run: PastRun
    benchmark: PastBenchmark
    window: bool
    """One of the runs that the next one is compared with."""


class Valued(NamedTuple):
    """A value, and in which run."""

    run: PastRun
    value: Number


class Judged(NamedTuple):
    """A metric of the subject, measured for its latest run against the runs before."""

    metric: Metric
    reading: Reading
    run: PastRun


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How flaky a test is taken to be in one environment, its latest run included."""

    kin: str
    rung: str
    """``steady``, ``suspected``, ``observed`` or ``confirmed``."""
    failed: int
    ran: int
    """Runs that tell its rate."""
    low: float
    high: float
    """90 % interval of its rate of failure."""
    missing: int
    """Clean runs that it needs to be cleared; 0: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Times on one machine, oldest first."""

    machine: str
    times: tuple[Timed, ...]
    cpu: float | None
    """Median of the latest runs, in seconds of CPU; None: not measured."""
    wall: float | None
    before: float | None
    """Median wall time of as many runs before those; None: too few of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestChronicle:
    """All that is known of one test."""

    __test__ = False

    test: str
    runs: int
    """In how many of the runs it ran."""
    looked: int
    """How many runs were looked at."""
    attempts: int
    reruns: int
    """Attempts beyond the first of each run."""
    bad: int
    """Runs in which some attempt failed or broke."""
    trials: tuple[Trial, ...]
    """Newest first."""
    paces: tuple[Pace, ...]
    standings: tuple[Standing, ...] = ()
    judged: tuple[Judged, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkPace:
    """A benchmark on one machine, newest first."""

    machine: str
    records: tuple[Benched, ...]
    window: float | None
    """Median of the medians of the window, in seconds; None: fewer runs than a baseline needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkChronicle:
    """All that is known of one benchmark."""

    benchmark: str
    runs: int
    looked: int
    paces: tuple[BenchmarkPace, ...]
    judged: tuple[Judged, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """The values of one subject of one metric over the runs of the base branch, oldest first."""

    metric: Metric
    series: Series
    subject: str
    kin: str
    values: tuple[Valued, ...]
