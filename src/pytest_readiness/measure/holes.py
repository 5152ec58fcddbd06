"""Holes: what evidence should hold and does not, section by section.

Nothing may look better because a record is absent. So whatever a manifest names (a shard, a worker,
a section, a number of records) and the evidence lacks is a hole, and a metric over a hole is not
measured. Gaps that collectors told are holes as well, unless another run fills them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from pytest_readiness.measure.view import View
from pytest_readiness.model.evidence import (
    Attempt,
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
    Gap,
    Memory,
    Reason,
    Run,
    Warned,
)
from pytest_readiness.model.measurement import Measurement, NotMeasured, Subject

SECTIONS = ("tests", "coverage", "patch", "benchmark", "timeout", "memory")
FIGURES = "figures"
"""Not a section of the manifest: figures are whatever somebody chose to record."""
_EVERY = (*SECTIONS, FIGURES)
_READ_BY: dict[type[Data], tuple[str, ...]] = {
    Collection: ("tests",),
    CollectionError: ("tests",),
    Attempt: ("tests", "timeout"),
    Warned: ("tests",),
    FileCoverage: ("coverage", "patch"),
    Comparison: ("patch",),
    ChangedFile: ("patch",),
    Benchmark: ("benchmark",),
    Memory: ("memory",),
    Figure: (FIGURES,),
    Definition: (FIGURES,),
    # a lost gap may have been one of any section, and a lost fault would have blocked
    Gap: _EVERY,
    Fault: _EVERY,
}
_GRAVITY = (Reason.ERROR, Reason.STALE, Reason.PARTIAL, Reason.NO_BASELINE, Reason.NO_DATA)
_REMERGE = "merge the complete evidence files of all runs"


class Hole(NamedTuple):
    reason: Reason
    message: str
    remedy: str = ""


def not_measured(
    subject: Subject, holes: Iterable[Hole], known: Measurement | None = None
) -> NotMeasured:
    """One reading out of at least one hole, the gravest first."""
    ordered = sorted(dict.fromkeys(holes), key=lambda hole: _GRAVITY.index(hole.reason))
    shown = "; ".join(dict.fromkeys(hole.message for hole in ordered[:3]))
    more = f"; and {len(ordered) - 3} more" if len(ordered) > 3 else ""
    return NotMeasured(
        subject=subject,
        reason=ordered[0].reason,
        message=shown + more,
        remedy=next((hole.remedy for hole in ordered if hole.remedy), ""),
        known=None if ordered[0].reason is Reason.ERROR else known,
    )


class Holes:
    """The holes of a view, found once."""

    def __init__(self, view: View) -> None:
        self._view = view

    @cached_property
    def general(self) -> tuple[Hole, ...]:
        """Those that leave nothing measured: manifests, trees and shards."""
        return tuple(hole for find in (_manifests, _trees, _shards) for hole in find(self._view))

    @cached_property
    def _lost(self) -> dict[str, tuple[Hole, ...]]:
        """Records lost or told twice, by what reads them."""
        lost: dict[str, list[Hole]] = {}
        for sections, hole in (*_counted(self._view), *_conflicting(self._view)):
            for section in sections:
                lost.setdefault(section, []).append(hole)
        return {section: tuple(holes) for section, holes in lost.items()}

    def lost(self, section: str) -> tuple[Hole, ...]:
        """General holes, and lost or contradictory records that the section's metrics read."""
        return self.general + self._lost.get(section, ())

    def gaps(self, section: str) -> Iterator[tuple[str, Gap]]:
        """Run and gap of a section, told by runs that had something to measure."""
        idle = self._view.idle if section != "tests" else frozenset()
        for record, gap in self._view.select(Gap):
            if Gap.section(record.subject) == section and record.run not in idle:
                yield record.run, gap

    def told(self, section: str, measured: frozenset[str]) -> tuple[Hole, ...]:
        """The section's gaps as holes, ``measured`` being the runs that do have facts of it."""
        return tuple(
            Hole(
                Reason.PARTIAL if measured and gap.reason is Reason.NO_DATA else gap.reason,
                self._view.title(run) + gap.message,
                gap.remedy,
            )
            for run, gap in self.gaps(section)
        )

    def wanted(self, section: str) -> frozenset[str]:
        """Runs whose manifest names the section."""
        return frozenset(
            run for run, manifest in self._view.runs.items() if section in manifest.sections
        )

    def section(self, section: str, measured: frozenset[str], what: str) -> tuple[Hole, ...]:
        """Holes of a section that every run with tests must tell, or say why not.

        ``measured`` are the runs with facts of it, ``what`` names it in messages.
        """
        view = self._view
        told = self.told(section, measured)
        silent = self.wanted(section) - measured - {run for run, _ in self.gaps(section)}
        holes = [*self.lost(section), *told]
        holes += (
            Hole(Reason.PARTIAL, f"{view.title(run)}evidence of {what} is missing", _REMERGE)
            for run in sorted(silent - view.idle)
        )
        if not measured and not told and not silent - view.idle:
            holes.append(never(what))
        return tuple(holes)

    def unwanted_shards(
        self, section: str, measured: frozenset[str], what: str
    ) -> tuple[Hole, ...]:
        """Shards that did not measure what other runs did: parts of one suite must agree."""
        view = self._view
        told = {run for run, _ in self.gaps(section)} | self.wanted(section)
        return tuple(
            Hole(Reason.PARTIAL, f"{view.title(run)}{what} was not measured in this shard")
            for run, manifest in sorted(view.runs.items(), key=lambda item: item[0])
            if manifest.shard and measured and run not in measured | told | view.idle
        )


def never(what: str) -> Hole:
    """Nobody measured it, and nobody says why."""
    return Hole(
        Reason.NO_DATA,
        f"{what} was not measured",
        "run the tests with `--readiness` and a gate that needs it",
    )


def _manifests(view: View) -> Iterator[Hole]:
    if not view.runs and not view.ids:
        yield Hole(Reason.NO_DATA, "there is no evidence of any run", "run `pytest --readiness`")
    for run in sorted(view.ids - view.runs.keys()):
        yield Hole(Reason.PARTIAL, f"the manifest of run {run} is missing", _REMERGE)
    told = Counter(record.run for record in view.records(Run))
    for run, count in sorted(told.items()):
        if count > 1:
            yield Hole(Reason.ERROR, f"run {run} has {count} different manifests", _REMERGE)


def _trees(view: View) -> Iterator[Hole]:
    runs = view.runs.values()
    trees = {run.tree for run in runs if run.tree}
    commits = {run.commit for run in runs if run.commit}
    if len(trees) > 1 or (len(commits) > 1 and not all(run.tree for run in runs)):
        shown = ", ".join(sorted(commit[:12] for commit in commits)) or f"{len(trees)} trees"
        yield Hole(
            Reason.ERROR,
            f"the runs are of different code ({shown})",
            "merge only evidence of one state of the code",
        )


def _shards(view: View) -> Iterator[Hole]:
    present: dict[tuple[str, int], set[int]] = {}
    for run in view.runs.values():
        if run.shard:
            present.setdefault((run.environment.key, run.shard.total), set()).add(run.shard.index)
    for (environment, total), indices in sorted(present.items()):
        absent = sorted(set(range(1, total + 1)) - indices)
        if absent:
            where = f" on {environment}" if len(view.environments) > 1 else ""
            listed = ", ".join(map(str, absent))
            yield Hole(
                Reason.PARTIAL,
                f"{'shard' if len(absent) == 1 else 'shards'} {listed} of {total}{where} missing",
                "add the evidence of every shard",
            )


def _counted(view: View) -> Iterator[tuple[tuple[str, ...], Hole]]:
    """Readers of the kinds of which a run holds fewer records than its manifest says."""
    here: dict[type[Data], Counter[str]] = {}
    for run, manifest in view.runs.items():
        told = dict(manifest.holds)
        for kind, readers in _READ_BY.items():
            expected = told.get(kind.kind, 0)
            if not expected:
                continue
            if kind not in here:
                here[kind] = Counter(record.run for record in view.records(kind))
            if here[kind][run] < expected:
                yield (
                    readers,
                    Hole(
                        Reason.PARTIAL,
                        f"{view.title(run)}{expected - here[kind][run]} of {expected} records of "
                        f"kind {kind.kind} are missing",
                        _REMERGE,
                    ),
                )


def _conflicting(view: View) -> Iterator[tuple[tuple[str, ...], Hole]]:
    """Readers of the records that are here with two contents; for a figure, its metric alone."""
    readers = {kind.kind: sections for kind, sections in _READ_BY.items()}
    for run, _, kind, subject, _ in view.evidence.conflicts():
        sections = (kind,) if kind.startswith(f"{Figure.kind} ") else readers.get(kind, ())
        yield (
            sections,
            Hole(
                Reason.ERROR,
                f"{view.title(run)}two different records of {kind} {subject}".rstrip(),
                "merge each evidence file once, as it was written",
            ),
        )
