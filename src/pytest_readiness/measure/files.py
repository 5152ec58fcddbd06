"""Covered files: coverage of all runs, united by path and content."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from pytest_readiness.measure.holes import TOOL, Holes
from pytest_readiness.measure.integrity import Hole
from pytest_readiness.measure.view import View
from pytest_readiness.model.evidence import FileCoverage, Reason
from pytest_readiness.model.lines import Lines
from pytest_readiness.model.measurement import Subject
from pytest_readiness.model.metric import SubjectKind
from pytest_readiness.model.value import dataclass

WHAT = "coverage"
Branch = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveredFile:
    path: str
    digest: str
    statements: Lines
    executed: Lines
    branches: frozenset[Branch] | None
    """None: not measured, by all runs alike or (``uneven``) by some of them."""
    taken: frozenset[Branch]
    spans: tuple[Branch, ...]
    uneven: bool = False

    @property
    def uncovered(self) -> Lines:
        return Lines(self.statements & ~self.executed)

    @property
    def untaken(self) -> frozenset[Branch]:
        return (self.branches or frozenset()) - self.taken

    @property
    def subject(self) -> Subject:
        return file_subject(self.path)


def file_subject(path: str) -> Subject:
    return Subject(kind=SubjectKind.FILE, id=path, path=path)


class Files:
    """All files of the evidence, and what is missing of them."""

    def __init__(self, view: View, holes: Holes) -> None:
        self.view = view
        self.holes = holes

    @cached_property
    def runs(self) -> frozenset[str]:
        """Those that measured; what tools measured elsewhere stands beside that, not in its place."""
        return frozenset(
            run
            for run, process in {one[:2] for one in self.view.records(FileCoverage)}
            if not process.startswith(TOOL)
        )

    @cached_property
    def _by_path(self) -> dict[str, list[FileCoverage]]:
        found: dict[str, list[FileCoverage]] = {}
        for record, file in self.view.select(FileCoverage):
            found.setdefault(record.subject, []).append(file)
        return found

    @cached_property
    def by_path(self) -> dict[str, CoveredFile]:
        """Files with one content each, sorted by path."""
        return {
            path: _unite(path, parts)
            for path, parts in sorted(self._by_path.items())
            if path not in self.torn
        }

    @cached_property
    def torn(self) -> frozenset[str]:
        """Files that were measured with more than one content."""
        return frozenset(
            path
            for path, parts in self._by_path.items()
            if len({part.digest for part in parts}) > 1
        )

    @cached_property
    def gaps(self) -> tuple[Hole, ...]:
        """What stands between the evidence and the coverage of the whole source."""
        # what only a patch was to be measured for is no measure of the whole
        measured = self.runs & self.holes.wanted("coverage")
        return (
            *self.holes.section("coverage", measured, WHAT),
            *self.holes.unwanted_shards("coverage", measured, WHAT),
            *self.contradictions(self.torn),
        )

    @staticmethod
    def contradictions(paths: Iterable[str]) -> tuple[Hole, ...]:
        return tuple(
            Hole(
                Reason.ERROR,
                f"{path} was measured with different contents",
                "merge only evidence of one state of the code",
            )
            for path in sorted(paths)
        )


def _unite(path: str, parts: list[FileCoverage]) -> CoveredFile:
    statements = executed = 0
    branches: set[Branch] = set()
    taken: set[Branch] = set()
    spans: set[Branch] = set()
    for part in parts:
        statements |= part.statements
        executed |= part.executed
        branches.update(part.branches or ())
        taken.update(part.taken)
        spans.update(part.spans)
    known = sum(part.branches is not None for part in parts)
    return CoveredFile(
        path=path,
        digest=parts[0].digest,
        statements=Lines(statements),
        executed=Lines(executed & statements),
        branches=frozenset(branches) if known == len(parts) else None,
        taken=frozenset(taken & branches),
        spans=tuple(sorted(spans)),
        uneven=0 < known < len(parts),
    )
