"""Evidence: the raw facts of test runs, as a set of keyed records.

A record is one fact with its key: the run and process that saw it, its kind, its subject and the
attempt. Merging is set union (law 1 of docs/design.md). Nothing here is judged, rounded or counted.
"""

from __future__ import annotations

import dataclasses
import enum
import itertools
import operator
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, TypeVar

from pytest_readiness.model.lines import Lines
from pytest_readiness.model.metric import Metric


class Reason(enum.Enum):
    """Why something has no value."""

    NO_DATA = "no data"
    NO_BASELINE = "no baseline"
    PARTIAL = "partial"
    STALE = "stale"
    ERROR = "error"


class Outcome(enum.Enum):
    """How one attempt of a test ended, as pytest counts it; a broken call wins over an error."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"
    XFAILED = "xfailed"
    XPASSED = "xpassed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Where a run took place: what may be compared with what."""

    implementation: str
    """``cpython``, ``pypy``: ``sys.implementation.name``."""
    python: str
    """The minor version, ``3.12``."""
    system: str
    """``linux``, ``darwin``, ``windows``."""
    python_full: str = ""
    machine: str = ""
    cpu: str = ""
    cpus: int = 0
    label: str = ""
    """Set by the user to tell environments apart that look alike."""
    packages: tuple[tuple[str, str], ...] = ()
    """Name and version of pytest and of the plugins whose figures are read."""

    @property
    def key(self) -> str:
        """What tells subjects of a matrix apart when runs are merged."""
        return f"{self.kin}-{self.label}" if self.label else self.kin

    @property
    def kin(self) -> str:
        """What counts, outcomes and coverage of other days are compared within."""
        return f"{self.implementation}{self.python}-{self.system}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which part of the suite a run was asked for."""

    causes: tuple[str, ...] = ()
    """What narrowed it, as typed: ``-k cart``, ``tests/test_api.py``, ``-x stopped the run``."""
    declared: bool = False
    """A CI, a shard or strict mode declared this selection to be what is judged."""

    @property
    def whole(self) -> bool:
        return not self.causes


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """Part ``index`` (from 1) of ``total`` parts of one suite."""

    index: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The manifest of one session: where, on what, and what its evidence should hold."""

    kind: ClassVar[str] = "run"
    started: str
    """UTC, ISO 8601."""
    duration: float
    """Wall seconds from the start of the session to the end of its tests."""
    exit_status: int
    """pytest's own, before any gate."""
    environment: Environment
    selection: Selection = Selection()
    sections: tuple[str, ...] = ()
    """Sections that were to be measured: each is here as facts or as a gap."""
    workers: tuple[str, ...] = ()
    """Ids of the xdist workers that took part; empty without xdist."""
    each: bool = False
    """Every worker was to run every test (``--dist each``)."""
    holds: tuple[tuple[str, int], ...] = ()
    """How many records of each kind the run wrote, see :meth:`Evidence.sealed`; empty: not told."""
    shard: Shard | None = None
    commit: str = ""
    branch: str = ""
    target: str = ""
    """Name of the base branch, whose runs move baselines; empty: not known."""
    proposal: str = ""
    """``pull request`` or ``fork``: code that is not of the base branch yet, whatever the branch says."""
    dirty: bool | None = None
    tree: str = ""
    """Fingerprint of the code that ran: commit's tree and uncommitted changes."""
    ci: str = ""
    """Name of the CI system; empty at a developer's desk."""
    project: str = ""
    version: str = ""


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
class Attempt:
    """One attempt of one test; the subject is the test's id, the attempt counts from 0."""

    kind: ClassVar[str] = "attempt"
    outcome: Outcome
    superseded: bool = False
    """Another attempt followed: this one did not decide the test's result."""
    errors: tuple[str, ...] = ()
    """Phases other than the call that broke: ``setup``, ``teardown``."""
    setup: float | None = None
    """Wall seconds, without module, package and session fixtures (see FixtureCost)."""
    call: float | None = None
    teardown: float | None = None
    cpu: float | None = None
    """Process CPU seconds of the call."""
    line: int | None = None
    """Line of the test function, from 1."""
    timed_out: bool = False
    crashed: bool = False
    signature: str = ""
    """What tells one failure from another: exception type and the place that raised it."""
    reason: str = ""
    """First line of the failure, or the reason of a skip or xfail."""
    timeout: float | None = None
    """Seconds after which pytest-timeout would have stopped it; None when none was in force."""
    timeout_source: str = ""
    """``marker``, ``ini``, ``command line`` or ``environment``."""
    subtests: tuple[int, int, int] | None = None
    """Passed, failed and skipped subtests."""


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
    """``again`` in the same process, ``alone`` in a fresh process, ``order``: fresh, the same tests before it."""
    runs: int
    failed: int
    crashed: int = 0
    timed_out: int = 0
    signatures: tuple[str, ...] = ()
    polluter: str = ""
    """The test that, run before it in a fresh process, made it fail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCode:
    """Fingerprint of the code that one test ran, as coverage's contexts tell; the subject is the test."""

    kind: ClassVar[str] = "test-code"
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
    | Notice
    | Gap
    | Fault
)
D = TypeVar("D", bound=Data)
Key = tuple[str, str, str, str, int]
"""Run, process, kind, subject, attempt."""


class Record(NamedTuple):
    """One fact with its key. A named tuple: a suite of 50,000 tests makes 50,000 of them."""

    run: str
    process: str
    """Worker id; empty for the controller or a run without xdist."""
    subject: str
    attempt: int
    data: Data

    @property
    def key(self) -> Key:
        data = self.data
        kind = data.kind
        if type(data) is Figure:  # a test may record several figures
            kind = f"{kind} {data.metric}"
        return (self.run, self.process, kind, self.subject, self.attempt)


_FIRST = operator.itemgetter(0)
_SEVERAL = frozenset({Gap.kind, Notice.kind, Fault.kind})


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A set of records. Make one with :meth:`of`, which puts them in their canonical order."""

    records: tuple[Record, ...] = ()

    @classmethod
    def of(cls, records: Iterable[Record]) -> Evidence:
        # found equal by key, not by hash: hashing every field of every attempt costs more
        keyed = sorted([(record.key, record) for record in records], key=_FIRST)
        if all(one[0] != two[0] for one, two in itertools.pairwise(keyed)):
            return cls(records=tuple(record for _, record in keyed))
        unique: list[Record] = []
        for _, group in itertools.groupby(keyed, key=_FIRST):
            contents = dict.fromkeys(record for _, record in group)
            # two contents under one key: their order must not depend on the input's
            unique += sorted(contents, key=lambda record: repr(record.data))
        return cls(records=tuple(unique))

    def sealed(self) -> Evidence:
        """The complete evidence of one run, its manifest now saying how many records there are.

        With that, whatever is lost later (a file of coverage, a gap, a warning) is known to be
        lost. What is added afterwards does no harm.
        """
        kinds = Counter(type(record.data) for record in self.records)
        holds = tuple(
            sorted((kind.kind, count) for kind, count in kinds.items() if kind is not Run)
        )
        return Evidence(
            records=tuple(
                record._replace(data=dataclasses.replace(record.data, holds=holds))
                if isinstance(record.data, Run)
                else record
                for record in self.records
            )
        )

    def merge(self, *others: Evidence) -> Evidence:
        """Set union: associative, commutative, idempotent; the empty evidence is its identity."""
        return Evidence.of(record for evidence in (self, *others) for record in evidence.records)

    def select(self, kind: type[D]) -> Iterator[tuple[Record, D]]:
        """Every record whose data is of the given kind, in canonical order."""
        for record in self.records:
            if type(record.data) is kind:
                yield record, record.data

    def conflicts(self) -> tuple[Key, ...]:
        """Keys that stand here with more than one content.

        Gaps, notices and faults are no conflict: one tool may have several things to say.
        """
        keys = [record.key for record in self.records]
        return tuple(
            dict.fromkeys(
                one
                for one, two in itertools.pairwise(keys)
                if one == two and one[2] not in _SEVERAL
            )
        )


EMPTY = Evidence()
