"""History: what earlier runs left behind, as far as a measurement asks for it. Plain data.

A store (``pytest_readiness.history``) loads it; ``measure`` decides which of its runs are comparable.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence

from pytest_readiness.model.evidence import Outcome
from pytest_readiness.model.measurement import Number
from pytest_readiness.model.value import NamedTuple, dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRun:
    """One recorded run: where it took place, on which code, and how it ended."""

    id: str
    started: str
    """UTC, ISO 8601."""
    kin: str
    """Environment within which counts, outcomes and coverage are compared: ``cpython3.12-linux``."""
    machine: str
    """Environment within which times are compared: kin, architecture, CPU, workers, label."""
    fleet: str
    """The machine without the CPU's model and count: runners of one kind."""
    tree: str = ""
    """Fingerprint of the code: tree and uncommitted changes; empty: not known."""
    commit: str = ""
    branch: str = ""
    base: bool = False
    """It may move a baseline: a whole run of the base branch, not of a fork or a pull request."""
    selection: tuple[str, ...] = ()
    """What narrowed it, as in the manifest; only like selections are compared."""
    exit_status: int = 0
    """pytest's own."""
    verdict: str = ""
    """As judged then: ``READY``."""
    duration: float = 0.0
    ran: int = 0
    """Tests that ran (attempts of one test count once)."""
    failed: int = 0
    """Tests that failed or broke, reruns considered."""
    ci: str = ""
    project: str = ""
    version: str = ""


class PastAttempt(NamedTuple):
    """One attempt of one test in an earlier run."""

    run: int
    """Index into :attr:`History.runs`."""
    number: int
    outcome: Outcome
    superseded: bool = False
    signature: str = ""
    broken: str = ""
    """``timeout`` or ``crash``."""
    code: str = ""
    """Fingerprint of the code that this test ran, where known; else the run's tree counts."""


class PastTime(NamedTuple):
    """What a test's deciding attempt took in an earlier run, in seconds; it passed."""

    run: int
    cpu: float | None
    """Process CPU time of the call."""
    wall: float | None
    """Wall time of the call."""
    setup: float | None = None
    """Wall time, without wide fixtures."""
    teardown: float | None = None


class PastBenchmark(NamedTuple):
    """A benchmark in an earlier run."""

    run: int
    stats: Mapping[str, float]
    """Seconds per iteration by statistic."""
    rounds: int
    iterations: int
    sketch: tuple[float, ...] = ()
    """Eleven quantiles of the rounds, 0 % to 100 %, in seconds per iteration."""
    before: tuple[float, ...] = ()
    """The machine's canary just before it, seconds a spin."""
    after: tuple[float, ...] = ()
    code: str = ""
    """Fingerprint of the benchmark's own code; empty: not known."""


class PastValue(NamedTuple):
    """The value of one subject of one metric in an earlier run."""

    run: int
    value: Number
    held: bool = True
    """False: a gate on the metric failed for it, so that it is no baseline."""


class Series(NamedTuple):
    """Which values belong together."""

    metric: str
    statistic: str = ""
    component: str = ""


class Part(enum.Enum):
    """Parts of a history, so that only what is needed is loaded."""

    VALUES = "values"
    ATTEMPTS = "attempts"
    TIMES = "times"
    BENCHMARKS = "benchmarks"


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Earlier runs, oldest first, and what is known of them."""

    runs: tuple[PastRun, ...] = ()
    values: Mapping[Series, Mapping[str, Sequence[PastValue]]] = field(default_factory=dict)
    """By series and by the subject's name, oldest first."""
    attempts: Mapping[str, Sequence[PastAttempt]] = field(default_factory=dict)
    """All attempts of tests that are unsteady: that in some loaded run did anything but pass, skip
    or xfail at the first attempt. Oldest first."""
    exposure: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    """Of every test: in which runs it ran (index) and how many attempts it made there."""
    times: Mapping[str, Sequence[PastTime]] = field(default_factory=dict)
    """By test, oldest first."""
    benchmarks: Mapping[str, Sequence[PastBenchmark]] = field(default_factory=dict)
    """By benchmark, oldest first."""
    problem: str = ""
    """Why there is none, or less than there should be: ``history is off``."""
    remedy: str = ""
    unreadable: bool = False
    """There is a history, and it could not be read: metrics that need it are errors, not first days."""
    read_only: bool = False
    """It came from a published baseline file."""


NO_HISTORY = History(problem="no history is kept", remedy='set history = ".readiness/history.db"')
"""For judging without one."""
