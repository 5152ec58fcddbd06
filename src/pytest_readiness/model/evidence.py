"""Evidence: the raw facts of test runs, as a set of keyed records.

A record is one fact with its key: the run and process that saw it, its kind, its subject and the
attempt. Merging is set union (law 1 of docs/design.md). Nothing here is judged, rounded or counted.
"""

from __future__ import annotations

import bisect
import itertools
import operator
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar, cast

from pytest_readiness.model.attempt import Attempt, Outcome
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
from pytest_readiness.model.value import NamedTuple, dataclass, replace

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
_SEVERAL = frozenset({Gap.kind, Notice.kind, Fault.kind})


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A set of records. Make one with :meth:`of`, which puts them in their canonical order."""

    records: tuple[Record, ...] = ()

    @classmethod
    def of(cls, records: Iterable[Record], block: Sequence[Record] = ()) -> Evidence:
        """``block``: more of them, of one run, process and kind, each subject once and in order."""
        found = _ordered(records)
        if block:
            keys = [record.key for record in found]
            place = bisect.bisect_left(keys, block[0].key)
            if place == bisect.bisect_right(keys, block[-1].key):
                found[place:place] = block
            else:  # some stand among them
                found = _ordered([*found, *block])
        return cls(records=tuple(found))

    def groups(self) -> Iterator[tuple[type[Data], int, int]]:
        """Type, start and end of the records of each run, process and kind."""
        records = self.records
        start, count = 0, len(records)
        while start < count:
            group = _group(records[start])
            end = start + 1
            if end < count and _group(records[end]) == group:
                # one suite is one group: its records are not gone through
                end = bisect.bisect_right(records, group, end, count, key=_group)
            yield type(records[start].data), start, end
            start = end

    def sealed(self) -> Evidence:
        """The complete evidence of one run, its manifest now saying how many records there are.

        With that, whatever is lost later (a file of coverage, a gap, a warning) is known to be
        lost. What is added afterwards does no harm.
        """
        kinds: Counter[str] = Counter()
        records = list(self.records)
        manifests: list[int] = []
        for kind, start, end in self.groups():
            if kind is Run:
                manifests += range(start, end)
            else:
                kinds[kind.kind] += end - start
        holds = tuple(sorted(kinds.items()))
        for place in manifests:
            record = records[place]
            if isinstance(record.data, Run):
                records[place] = record._replace(data=replace(record.data, holds=holds))
        return Evidence(records=tuple(records))

    def merge(self, *others: Evidence) -> Evidence:
        """Set union: associative, commutative, idempotent; the empty evidence is its identity."""
        return Evidence.of(record for evidence in (self, *others) for record in evidence.records)

    def select(self, kind: type[D]) -> Iterator[tuple[Record, D]]:
        """Every record whose data is of the given kind, in canonical order."""
        for found, start, end in self.groups():
            if found is kind:
                for record in self.records[start:end]:
                    yield record, cast("D", record.data)

    def conflicts(self) -> tuple[Key, ...]:
        """Keys that stand here with more than one content.

        Gaps, notices and faults are no conflict: one tool may have several things to say.
        """
        subjects = list(map(_SUBJECT, self.records))
        alike = map(operator.eq, subjects, subjects[1:])
        return tuple(
            dict.fromkeys(
                one.key
                for one, two in itertools.compress(itertools.pairwise(self.records), alike)
                if one.data.kind not in _SEVERAL and one.key == two.key
            )
        )


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
