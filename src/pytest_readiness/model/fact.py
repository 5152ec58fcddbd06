"""Facts: what a run can tell, one type a kind. Nothing here is judged, rounded or counted."""

from __future__ import annotations

import enum
from typing import ClassVar

from pytest_readiness.model.attempt import Attempt
from pytest_readiness.model.lines import Lines
from pytest_readiness.model.metric import Metric
from pytest_readiness.model.outside import (
    BasePolicy,
    Decision,
    Look,
    Marked,
    Quarantined,
    ToolFinding,
    ToolRun,
)
from pytest_readiness.model.run import Run
from pytest_readiness.model.value import dataclass


class Reason(enum.Enum):
    """Why something has no value."""

    NO_DATA = "no data"
    NO_BASELINE = "no baseline"
    PARTIAL = "partial"
    STALE = "stale"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """What pytest collected: told once a run, whatever the number of workers."""

    kind: ClassVar[str] = "collection"
    tests: tuple[str, ...]
    """Ids to be run, in order, relative to the project's root."""
    deselected: tuple[str, ...] = ()
    repeats: tuple[tuple[str, str], ...] = ()
    """``(id, id of the test it repeats)`` for repeats by pytest-repeat and pytest-flakefinder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionError:
    """A file or module that could not be collected; the subject is its node id."""

    kind: ClassVar[str] = "collection-error"
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FixtureCost:
    """Set-up time of a fixture wider than a function, in one process; the subject names it."""

    kind: ClassVar[str] = "fixture"
    scope: str
    seconds: float
    count: int
    """How often it was set up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """A warning that pytest showed; the subject is ``category: message``."""

    kind: ClassVar[str] = "warning"
    count: int
    where: str = ""
    """A test's id, or file and line, of the first one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCoverage:
    """What coverage knows of one source file; the subject is its path, ``/`` between parts."""

    kind: ClassVar[str] = "file-coverage"
    digest: str
    """Of the file's content: lines of different contents are never united."""
    statements: Lines
    executed: Lines
    """Those of the statements that ran."""
    branches: tuple[tuple[int, int], ...] | None = None
    """Every possible branch, as line pairs (exits are negative), sorted; None: not measured."""
    taken: tuple[tuple[int, int], ...] = ()
    """Those of the branches that were taken, sorted."""
    spans: tuple[tuple[int, int], ...] = ()
    """First and last line of statements longer than a line: told for changed files only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What the working tree was compared with for patch coverage."""

    kind: ClassVar[str] = "comparison"
    base: str
    """The ref as configured or found."""
    commit: str
    """The merge base."""


OUTSIDE = "outside the measured source"
"""Why a changed file needs no coverage: to be told, since the source may have been set too narrow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedFile:
    """A file that differs from the base; the subject is its present path."""

    kind: ClassVar[str] = "changed-file"
    lines: Lines
    """Lines added or changed, by their present numbers."""
    digest: str = ""
    """Of the present content, as in FileCoverage."""
    ignored: str = ""
    """Why its lines need no coverage (``linguist-generated``, ``omitted by coverage``, ``not Python``); empty: they do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """A benchmark's last passing attempt; the subject is its id."""

    kind: ClassVar[str] = "benchmark"
    stats: tuple[tuple[str, float], ...]
    """Seconds per iteration by statistic, sorted by name: ``iqr max mean median min p95 p99 q1 q3 stddev``."""
    rounds: int
    iterations: int
    data: tuple[float, ...] = ()
    """Seconds per iteration of each round, at most 1,000 of them."""
    before: tuple[float, ...] = ()
    """The machine's canary just before it: seconds of each of a few fixed spins."""
    after: tuple[float, ...] = ()
    """The same just after it."""
    code: str = ""
    """Fingerprint of the benchmark's own code."""
    again: float = 0.0
    """Seconds since its first measurement of this session; the record's attempt counts them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remeasured:
    """A slow suspect, run again at the end of the session; the attempt counts from 1."""

    kind: ClassVar[str] = "remeasured"
    cpu: float | None
    """Process CPU seconds of the call."""
    call: float
    """Wall seconds of the call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """A test repeated on purpose, in one way; the subject is the test, the attempt numbers the way."""

    kind: ClassVar[str] = "probed"
    way: str
    """``again`` in a copy of the process that ran the suite, ``alone`` in a fresh process, ``order``:
    fresh, the same tests before it; ``twice``: the second time in a fresh process."""
    runs: int
    failed: int
    crashed: int = 0
    timed_out: int = 0
    signatures: tuple[str, ...] = ()
    polluter: str = ""
    """The test that, run before it in a fresh process, changed its result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCode:
    """Fingerprint of the code that one test ran, as coverage's contexts tell; the subject is the test."""

    kind: ClassVar[str] = "test-code"
    __test__: ClassVar[bool] = False
    """It is no test, whatever it is called."""
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Peak resident memory of one process."""

    kind: ClassVar[str] = "memory"
    peak: int
    """Bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure from outside the catalogue; the subject is the test that recorded it, a path or any name."""

    kind: ClassVar[str] = "figure"
    metric: str
    value: int | float
    unit: str = ""
    total: int | None = None
    """For an exact ratio: ``value`` of ``total``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A metric from outside the catalogue, so that judging later needs none of the code that made it."""

    kind: ClassVar[str] = "definition"
    metric: Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What another tool of the session decided by itself: ``--cov-fail-under`` failed; the subject names it."""

    kind: ClassVar[str] = "notice"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A section, or one part of it, that could not be measured; the subject is ``section`` or ``section:part``."""

    kind: ClassVar[str] = "gap"
    reason: Reason
    message: str
    remedy: str = ""

    @staticmethod
    def section(subject: str) -> str:
        return subject.partition(":")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A plugin, hook or collector that raised; the subject names the culprit. It blocks."""

    kind: ClassVar[str] = "fault"
    message: str


Data = (
    Run
    | Collection
    | CollectionError
    | Attempt
    | FixtureCost
    | Warned
    | FileCoverage
    | Comparison
    | ChangedFile
    | Benchmark
    | Remeasured
    | Probed
    | TestCode
    | Memory
    | Figure
    | Definition
    | ToolRun
    | ToolFinding
    | Look
    | Marked
    | Quarantined
    | BasePolicy
    | Decision
    | Notice
    | Gap
    | Fault
)
