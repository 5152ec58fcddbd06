"""Integrity of evidence: whether all is here that its manifests name, once, and of one tree."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_readiness.measure.view import View
from pytest_readiness.model.evidence import (
    Attempt,
    BasePolicy,
    Benchmark,
    ChangedFile,
    Collection,
    CollectionError,
    Comparison,
    Data,
    Decision,
    Definition,
    Fault,
    Figure,
    FileCoverage,
    Gap,
    Look,
    Marked,
    Memory,
    Quarantined,
    Reason,
    Remeasured,
    Run,
    ToolFinding,
    ToolRun,
    Warned,
)
from pytest_readiness.model.value import NamedTuple

SECTIONS = (
    *("tests", "coverage", "patch", "benchmark", "timeout", "memory"),
    *("tools", "looks", "marks", "policy"),
)
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
    Remeasured: (Remeasured.kind,),
    Figure: (FIGURES,),
    Definition: (FIGURES,),
    ToolRun: ("tools", FIGURES),
    ToolFinding: ("tools",),
    Look: ("looks",),
    Marked: ("marks",),
    # a test under quarantine is an expected failure: without its entry nobody knows why
    Quarantined: ("tests", "marks"),
    BasePolicy: ("policy",),
    Decision: ("policy",),
    # a lost gap may have been one of any section, and a lost fault would have blocked
    Gap: _EVERY,
    Fault: _EVERY,
}
REMERGE = "merge the complete evidence files of all runs"


class Hole(NamedTuple):
    reason: Reason
    message: str
    remedy: str = ""


def unreadable(view: View) -> Iterator[Hole]:
    """Holes that leave nothing measured: manifests, trees and shards."""
    yield from _manifests(view)
    yield from _trees(view)
    yield from _shards(view)


def lost(view: View) -> Iterator[tuple[tuple[str, ...], Hole]]:
    """Records lost or told twice, and the sections that read them."""
    yield from _counted(view)
    yield from _conflicting(view)


def _manifests(view: View) -> Iterator[Hole]:
    if not view.runs and not view.ids:
        yield Hole(Reason.NO_DATA, "there is no evidence of any run", "run `pytest --readiness`")
    for run in sorted(view.ids - view.runs.keys()):
        yield Hole(Reason.PARTIAL, f"the manifest of run {run} is missing", REMERGE)
    for run in sorted(view.runs):
        count = view.counts[run, Run]
        if count > 1:
            yield Hole(Reason.ERROR, f"run {run} has {count} different manifests", REMERGE)


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
    for run, manifest in view.runs.items():
        told = dict(manifest.holds)
        for kind, readers in _READ_BY.items():
            expected = told.get(kind.kind, 0)
            here = view.counts[run, kind]
            if here < expected:
                yield (
                    readers,
                    Hole(
                        Reason.PARTIAL,
                        f"{view.title(run)}{expected - here} of {expected} records of "
                        f"kind {kind.kind} are missing",
                        REMERGE,
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
