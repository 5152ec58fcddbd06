"""A view of evidence: its records by kind, its runs and their environments, each found once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import TypeVar, cast

from pytest_readiness.model.evidence import Attempt, Collection, Data, Evidence, Record, Run

D = TypeVar("D", bound=Data)
Kind = type[Data]


class View:
    """Evidence, indexed on demand."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence

    @cached_property
    def _kinds(self) -> dict[type[Data], list[Record]]:
        kinds: dict[type[Data], list[Record]] = {}
        for kind, start, end in self.evidence.groups():
            kinds.setdefault(kind, []).extend(self.evidence.loose[start:end])
        return kinds

    @cached_property
    def _attempts(self) -> list[Record]:
        return [record for record, _ in self.evidence.select(Attempt)]

    def records(self, kind: type[Data]) -> list[Record]:
        """All records of a kind, in canonical order."""
        if kind is Attempt:
            return self._attempts
        return self._kinds.get(kind, [])

    def select(self, kind: type[D]) -> Iterator[tuple[Record, D]]:
        """All records of a kind with their data, in canonical order."""
        for record in self.records(cast("Kind", kind)):
            yield record, cast("D", record.data)

    @cached_property
    def counts(self) -> Counter[tuple[str, Kind]]:
        """How many records of a kind each run has."""
        return self.evidence.counts()

    def tellers(self, kind: type[Data]) -> frozenset[str]:
        """The runs that hold a record of the kind."""
        return frozenset(run for run, found in self.counts if found is kind)

    @cached_property
    def runs(self) -> dict[str, Run]:
        """Manifests by run id; of a run with two of them (an error elsewhere) the first."""
        runs: dict[str, Run] = {}
        for record, run in self.select(Run):
            runs.setdefault(record.run, run)
        return runs

    @cached_property
    def ids(self) -> frozenset[str]:
        """Every run that any record speaks of."""
        return frozenset(run for run, _ in self.counts)

    @cached_property
    def collections(self) -> dict[str, list[Collection]]:
        """What each run collected."""
        collections: dict[str, list[Collection]] = {}
        for record, collection in self.select(Collection):
            collections.setdefault(record.run, []).append(collection)
        return collections

    @cached_property
    def environments(self) -> tuple[str, ...]:
        """Keys of the environments that runs took place in, sorted."""
        return tuple(sorted({run.environment.key for run in self.runs.values()}))

    def environment(self, run: str) -> str:
        """The environment that is part of subjects' identity; empty when there is only one."""
        if len(self.environments) < 2 or run not in self.runs:
            return ""
        return self.runs[run].environment.key

    @cached_property
    def idle(self) -> frozenset[str]:
        """Runs that are known to have had no test to run: what they did not measure is no loss."""
        busy = self.tellers(Attempt)
        return frozenset(
            run
            for run, collections in self.collections.items()
            if run not in busy and not any(collection.tests for collection in collections)
        )

    def title(self, run: str) -> str:
        """How messages call a run; empty when there is only one."""
        if len(self.ids) < 2:
            return ""
        manifest = self.runs.get(run)
        name = f"run {run}"
        if manifest and manifest.shard:
            name = f"shard {manifest.shard.index} of {manifest.shard.total} ({name})"
        return f"{name}: "
