"""Evidence: the raw facts of test runs, as a set of keyed records.

A record is one fact with its key: the run and process that saw it, its kind, its subject and the
attempt. Merging is set union (law 1 of docs/design.md). Nothing here is judged, rounded or counted.
"""

from __future__ import annotations

import bisect
import itertools
import operator
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeVar, cast

from pytest_readiness.model.attempt import Attempt, Outcome, PassedTests
from pytest_readiness.model.fact import (
    Benchmark,
    ChangedFile,
    Collection,
    CollectionError,
    Comparison,
    Data,
    Definition,
    Fault,
    Figure,
    FileCoverage,
    FixtureCost,
    Gap,
    Memory,
    Notice,
    Probed,
    Reason,
    Remeasured,
    TestCode,
    Warned,
)
from pytest_readiness.model.outside import (
    BasePolicy,
    Decision,
    Look,
    Marked,
    Quarantined,
    ToolFinding,
    ToolRun,
)
from pytest_readiness.model.run import Environment, Run, Selection, Shard
from pytest_readiness.model.value import NamedTuple, replace

__all__ = [
    "EMPTY",
    "Attempt",
    "BasePolicy",
    "Benchmark",
    "ChangedFile",
    "Collection",
    "CollectionError",
    "Comparison",
    "Data",
    "Decision",
    "Definition",
    "Environment",
    "Evidence",
    "Fault",
    "Figure",
    "FileCoverage",
    "FixtureCost",
    "Gap",
    "Key",
    "Look",
    "Marked",
    "Memory",
    "Notice",
    "Outcome",
    "PassedTests",
    "Probed",
    "Quarantined",
    "Reason",
    "Record",
    "Remeasured",
    "Run",
    "Selection",
    "Shard",
    "TestCode",
    "ToolFinding",
    "ToolRun",
    "Warned",
]


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
_SUBJECT = operator.itemgetter(2)
_PLACE = operator.itemgetter(2, 3)
_SEVERAL = frozenset({Gap.kind, Notice.kind, Fault.kind})


class Evidence:
    """A set of records. Make one with :meth:`of`."""

    __slots__ = ("_records", "loose", "passed")
    loose: tuple[Record, ...]
    passed: PassedTests | None
    _records: tuple[Record, ...] | None
    """None: not made yet."""

    def __init__(self, loose: tuple[Record, ...] = (), passed: PassedTests | None = None) -> None:
        """``loose``: in canonical order, all but those of ``passed``, of whose tests they have no attempt."""
        put = object.__setattr__
        put(self, "loose", loose)
        put(self, "passed", passed)
        put(self, "_records", loose if passed is None else None)

    @classmethod
    def of(cls, records: Iterable[Record], passed: PassedTests | None = None) -> Evidence:
        """Of records in any order, and tests that just passed."""
        found = tuple(_ordered(records))
        if passed is None or not passed.ids:
            return cls(found)
        made = cls(found, passed)
        told = {
            record.subject
            for kind, start, end in made.groups()
            if kind is Attempt and found[start].run == passed.run
            for record in found[start:end]
        }
        if told and not told.isdisjoint(passed.ids):
            return cls(tuple(_ordered(made.records)))
        return made

    @property
    def records(self) -> tuple[Record, ...]:
        """All of them, in canonical order."""
        if self._records is None:
            found = tuple(_with_passed(self.loose, self.passed))
            object.__setattr__(self, "_records", found)
            return found
        return self._records

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"evidence is not changed: {name}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Evidence) and self.records == other.records

    def __hash__(self) -> int:
        return hash(self.records)

    def __repr__(self) -> str:
        return f"Evidence({self.records!r})"

    def groups(self) -> Iterator[tuple[type[Data], int, int]]:
        """Type, start and end in :attr:`loose` of the records of each run, process and kind."""
        records = self.loose
        start, count = 0, len(records)
        while start < count:
            group = _group(records[start])
            end = start + 1
            if end < count and _group(records[end]) == group:
                # one suite is one group: its records are not gone through
                end = bisect.bisect_right(records, group, end, count, key=_group)
            yield type(records[start].data), start, end
            start = end

    def counts(self) -> Counter[tuple[str, type[Data]]]:
        """How many records each run has of a kind."""
        counts: Counter[tuple[str, type[Data]]] = Counter()
        for kind, start, end in self.groups():
            counts[self.loose[start].run, kind] += end - start
        if self.passed is not None:
            counts[self.passed.run, Attempt] += len(self.passed.ids)
        return counts

    def kinds(self) -> frozenset[type[Data]]:
        """Of which there are records."""
        return frozenset(kind for _, kind in self.counts())

    def sealed(self) -> Evidence:
        """The complete evidence of one run, its manifest now saying how many records there are.

        With that, whatever is lost later (a file of coverage, a gap, a warning) is known to be
        lost. What is added afterwards does no harm.
        """
        kinds: Counter[str] = Counter()
        for (_, kind), count in self.counts().items():
            if kind is not Run:
                kinds[kind.kind] += count
        holds = tuple(sorted(kinds.items()))
        return Evidence(
            tuple(
                record._replace(data=replace(record.data, holds=holds))
                if isinstance(record.data, Run)
                else record
                for record in self.loose
            ),
            self.passed,
        )

    def merge(self, *others: Evidence) -> Evidence:
        """Set union: associative, commutative, idempotent; the empty evidence is its identity."""
        every = (self, *others)
        passed = [evidence.passed for evidence in every if evidence.passed is not None]
        if len(passed) == 1:
            return Evidence.of((record for one in every for record in one.loose), passed[0])
        return Evidence.of(record for one in every for record in one.records)

    def select(self, kind: type[D]) -> Iterator[tuple[Record, D]]:
        """Every record whose data is of the given kind, in canonical order."""
        if self.passed is not None and cast("type[Data]", kind) is Attempt:
            yield from Evidence(self.records).select(kind)
            return
        for found, start, end in self.groups():
            if found is kind:
                for record in self.loose[start:end]:
                    yield record, cast("D", record.data)

    def conflicts(self) -> tuple[Key, ...]:
        """Keys that stand here with more than one content.

        Gaps, notices and faults are no conflict: one tool may have several things to say.
        """
        subjects = list(map(_SUBJECT, self.loose))
        alike = map(operator.eq, subjects, subjects[1:])
        return tuple(
            dict.fromkeys(
                one.key
                for one, two in itertools.compress(itertools.pairwise(self.loose), alike)
                if one.data.kind not in _SEVERAL and one.key == two.key
            )
        )


def _with_passed(loose: tuple[Record, ...], passed: PassedTests | None) -> list[Record]:
    """The records of ``loose`` and of the tests that passed, in canonical order."""
    found = list(loose)
    if passed is None or not passed.ids:
        return found
    data = passed.attempts()
    block = [
        tuple.__new__(Record, (passed.run, "", id, 0, attempt))
        for id, attempt in zip(passed.ids, data, strict=True)
    ]
    group = _group(block[0])
    start = bisect.bisect_left(found, group, key=_group)
    end = bisect.bisect_right(found, group, key=_group)
    # records of one group differ by subject and attempt
    found[start:end] = sorted([*block, *found[start:end]], key=_PLACE)
    return found


def _group(record: Record) -> tuple[str, str, str]:
    return record.key[:3]


def _ordered(records: Iterable[Record]) -> list[Record]:
    """In canonical order, each once."""
    # found equal by key, not by hash: hashing every field of every attempt costs more
    keyed = sorted([(record.key, record) for record in records], key=_FIRST)
    if all(one[0] != two[0] for one, two in itertools.pairwise(keyed)):
        return [record for _, record in keyed]
    unique: list[Record] = []
    for _, group in itertools.groupby(keyed, key=_FIRST):
        contents = dict.fromkeys(record for _, record in group)
        # two contents under one key: their order must not depend on the input's
        unique += sorted(contents, key=lambda record: repr(record.data))
    return unique


EMPTY = Evidence()
