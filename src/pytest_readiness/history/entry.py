"""An entry: one run, ready to be kept.

A test that passed at its first attempt is one place in each of a few columns; everything else is a
record as it stands in the evidence. The evidence can be made again from it (``rebuild``).
"""

from __future__ import annotations

import bisect
import dataclasses
import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple, cast

from pytest_readiness.history import columns
from pytest_readiness.history.past import past_run
from pytest_readiness.model.evidence import (
    Attempt,
    Benchmark,
    Collection,
    Evidence,
    FileCoverage,
    Outcome,
    Record,
    Run,
    TestCode,
)
from pytest_readiness.model.history import PastRun, Series
from pytest_readiness.model.measurement import Number
from pytest_readiness.model.scorecard import Scorecard
from pytest_readiness.model.value import dataclass

_Shared = tuple[str, str, float | None, str, tuple[int, int, int] | None]
_SHAPES = 65_535
_LINES = 2**32 - 1
Value = tuple[Number, bool]
"""A value, and whether it held: a value that did not never becomes a baseline."""


class Shape(NamedTuple):
    """What many tests of a run have in common."""

    run: str
    process: str
    timeout: float | None
    timeout_source: str
    subtests: tuple[int, int, int] | None


class Collected(NamedTuple):
    """What one process of a run collected."""

    run: str
    process: str
    attempt: int
    subject: str
    tests: bytes
    """Indexes into :attr:`Entry.tests`, in the order of collection."""
    deselected: tuple[str, ...]
    repeats: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """The tests of a run, and columns of what is known of those that passed at once."""

    tests: tuple[str, ...] = ()
    """Names of all tests collected or run, sorted; ``id [environment]`` where there are several."""
    lines: bytes = b""
    """Line of each test, 0: not known."""
    codes: tuple[str, ...] = ()
    """Fingerprint of the code that each test ran; empty: of none is it known."""
    shapes: tuple[Shape, ...] = ()
    shape: bytes = b""
    """Index from 1 into the shapes; 0: it did not simply pass, see the attempts, or did not run."""
    setup: bytes = b""
    call: bytes = b""
    teardown: bytes = b""
    cpu: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One run, ready to be kept; equal entries are the same run with the same content."""

    run: PastRun
    suite: Suite = Suite()
    collections: tuple[Collected, ...] = ()
    attempts: tuple[Record, ...] = ()
    """Those that are not a plain pass at the first attempt, or not the test's only one of its kind."""
    benchmarks: tuple[Record, ...] = ()
    """With a sketch of eleven quantiles in the place of their rounds."""
    files: tuple[Record, ...] = ()
    """Coverage of files."""
    rest: tuple[Record, ...] = ()
    """Everything else of the evidence."""
    values: Mapping[Series, Mapping[str, Value]] = dataclasses.field(default_factory=dict)
    """Of the subjects of metrics, by name."""


def entry_of(
    evidence: Evidence,
    scorecard: Scorecard | None,
    values: Mapping[Series, Mapping[str, Value]],
) -> Entry:
    """Make an entry of the evidence of one run, or of runs merged. Raises ``ValueError``.

    :param values: what is to be found again as baselines.
    """
    sorted_out = _Sorter(evidence)
    if not sorted_out.manifests:
        raise ValueError("the evidence has no manifest of a run")
    suite, attempts = sorted_out.suite()
    ran, failed = _counted(suite, attempts, sorted_out)
    return Entry(
        run=past_run(sorted_out.manifests, scorecard, ran=ran, failed=failed),
        suite=suite,
        collections=sorted_out.collections(suite.tests),
        attempts=attempts,
        benchmarks=tuple(map(_sketched, sorted_out.benchmarks)),
        files=tuple(sorted_out.files),
        rest=tuple(sorted_out.rest),
        values={series: _finite(named) for series, named in values.items()},
    )


def environments(manifests: Mapping[str, Run]) -> dict[str, str]:
    """By run id, what is put behind the names of its tests: `` [key]`` where there are several."""
    keys = {id: run.environment.key for id, run in manifests.items()}
    if len(set(keys.values())) < 2:
        return {}
    return {id: f" [{key}]" for id, key in keys.items()}


def plain(attempt: Attempt) -> bool:
    """Whether there is no more to tell of an attempt than that it passed, and how long it took."""
    return attempt.outcome is Outcome.PASSED and not (
        attempt.superseded
        or attempt.errors
        or attempt.timed_out
        or attempt.crashed
        or attempt.signature
        or attempt.reason
    )


class _Sorter:
    """The records of evidence by what becomes of them."""

    def __init__(self, evidence: Evidence) -> None:
        self.manifests: dict[str, Run] = {}
        self.tries: list[Record] = []
        self.benchmarks: list[Record] = []
        self.files: list[Record] = []
        self.rest: list[Record] = []
        self._collected: list[Record] = []
        self._codes: list[Record] = []
        places = {
            Attempt: self.tries,
            Benchmark: self.benchmarks,
            FileCoverage: self.files,
            Collection: self._collected,
            TestCode: self._codes,
        }
        for record in evidence.records:
            kind = type(record.data)
            places.get(kind, self.rest).append(record)
            if kind is Run:
                self.manifests.setdefault(record.run, cast("Run", record.data))
        self.endings = environments(self.manifests)

    def name(self, run: str, id: str) -> str:
        """How a test is called in the history."""
        return id + self.endings[run] if run in self.endings else id

    def suite(self) -> tuple[Suite, tuple[Record, ...]]:
        """The columns, and the attempts that are not in them."""
        taken: dict[str, tuple[int, Attempt]] = {}
        left: list[Record] = []
        lines: dict[str, int] = {}
        numbers: dict[_Shared, int] = {}
        for record in self.tries:
            run, process, subject, number, data = record
            attempt = cast("Attempt", data)
            name = subject if not self.endings else self.name(run, subject)
            line = attempt.line or 0
            known = lines.setdefault(name, line if 0 < line <= _LINES else 0)
            # the columns have no place for another line, a second attempt, or a word about it
            if number or name in taken or known != line or attempt.line == 0 or not plain(attempt):
                left.append(record)
                continue
            shape = (run, process, attempt.timeout, attempt.timeout_source, attempt.subtests)
            index = numbers.get(shape)
            if index is None:
                if len(numbers) == _SHAPES:
                    left.append(record)
                    continue
                index = numbers[shape] = len(numbers) + 1
            taken[name] = (index, attempt)
        names = self._names(lines)
        return self._columns(names, lines, taken, tuple(Shape(*shape) for shape in numbers)), tuple(
            left
        )

    def _names(self, lines: Mapping[str, int]) -> tuple[str, ...]:
        names = set(lines)
        for record in self._collected:
            tests = cast("Collection", record.data).tests
            ending = self.endings.get(record.run, "")
            names.update([test + ending for test in tests] if ending else tests)
        return tuple(sorted(names))

    def _columns(
        self,
        names: tuple[str, ...],
        lines: Mapping[str, int],
        taken: Mapping[str, tuple[int, Attempt]],
        shapes: tuple[Shape, ...],
    ) -> Suite:
        nothing = (0, _NOTHING)
        found = [taken.get(name, nothing) for name in names]
        attempts = [attempt for _, attempt in found]
        return Suite(
            tests=names,
            lines=columns.indexes([lines.get(name, 0) for name in names]),
            codes=self._fingerprints(names),
            shapes=shapes,
            shape=columns.small([index for index, _ in found]),
            setup=columns.floats([attempt.setup for attempt in attempts]),
            call=columns.floats([attempt.call for attempt in attempts]),
            teardown=columns.floats([attempt.teardown for attempt in attempts]),
            cpu=columns.floats([attempt.cpu for attempt in attempts]),
        )

    def _fingerprints(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Of each test; what the column cannot hold stays among the rest too."""
        if not self._codes:
            return ()
        tests = set(names)
        found: dict[str, str] = {}
        for record in self._codes:
            name = self.name(record.run, record.subject)
            fitting = len(self.manifests) == 1 and record.run in self.manifests
            code = cast("TestCode", record.data).digest
            bare = fitting and not record.process and not record.attempt and bool(code)
            if not bare or name in found or name not in tests:
                self.rest.append(record)
            found.setdefault(name, code)
        return tuple(found.get(name, "") for name in names)

    def collections(self, tests: tuple[str, ...]) -> tuple[Collected, ...]:
        """What was collected, as places in ``tests``."""
        place = {name: index for index, name in enumerate(tests)} if self._collected else {}
        return tuple(
            Collected(
                record.run,
                record.process,
                record.attempt,
                record.subject,
                columns.indexes(
                    [place[self.name(record.run, test)] for test in data.tests]
                    if self.endings
                    else [place[test] for test in data.tests]
                ),
                data.deselected,
                data.repeats,
            )
            for record in self._collected
            for data in (cast("Collection", record.data),)
        )


# zero where nothing is known: a column without NaN is quicker to read
_NOTHING = Attempt(outcome=Outcome.PASSED, setup=0.0, call=0.0, teardown=0.0, cpu=0.0)


def _finite(named: Mapping[str, Value]) -> dict[str, Value]:
    """Without infinities and NaN: no baseline can be one."""
    return {
        subject: (value, held) for subject, (value, held) in named.items() if math.isfinite(value)
    }


def _sketched(record: Record) -> Record:
    data = cast("Benchmark", record.data)
    return record._replace(data=dataclasses.replace(data, data=columns.sketch(data.data)))


def _counted(suite: Suite, attempts: Iterable[Record], found: _Sorter) -> tuple[int, int]:
    """Tests that ran, and those of them that failed in the end."""
    shape = columns.from_small(suite.shape)
    ran: set[str] = set()
    failed: set[str] = set()
    for record in attempts:
        attempt = cast("Attempt", record.data)
        if attempt.outcome is not Outcome.SKIPPED:
            name = found.name(record.run, record.subject)
            ran.add(name)
            if not attempt.superseded and (attempt.errors or attempt.outcome in _BAD):
                failed.add(name)
    both = sum(1 for name in ran if shape[bisect.bisect_left(suite.tests, name)])
    return len(shape) - shape.count(0) + len(ran) - both, len(failed)


_BAD = frozenset({Outcome.FAILED, Outcome.ERROR})
