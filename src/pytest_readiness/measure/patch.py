"""Coverage of what changed against the base: ``coverage.patch`` and ``coverage.patch-file``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from pytest_readiness.measure.coverage import of_statements, ratio
from pytest_readiness.measure.files import CoveredFile, Files, file_subject
from pytest_readiness.measure.holes import not_measured
from pytest_readiness.measure.integrity import Hole
from pytest_readiness.measure.scope import Scope
from pytest_readiness.model import lines
from pytest_readiness.model.evidence import ChangedFile, Comparison, Reason
from pytest_readiness.model.fact import OUTSIDE
from pytest_readiness.model.lines import Lines
from pytest_readiness.model.measurement import (
    Measurement,
    NotApplicable,
    NotMeasured,
    Reading,
)
from pytest_readiness.model.value import dataclass

_WHAT = "the difference with the base"
_NAMED = 3
_NOTHING = "no line that can be measured was changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Lines of one file that need coverage."""

    path: str
    lines: Lines
    digests: frozenset[str]


class Patch:
    """The changed lines, and the coverage that they are looked up in."""

    def __init__(self, files: Files) -> None:
        self._files = files

    @cached_property
    def gaps(self) -> tuple[Hole, ...]:
        """What stands between the evidence and the changed lines themselves."""
        view, holes = self._files.view, self._files.holes
        compared = view.tellers(Comparison)
        # one comparison serves all runs of one state of the code
        told = holes.told("patch", compared) if not compared else ()
        silent = holes.wanted("patch") - compared - {run for run, _ in holes.gaps("patch")}
        found = [*holes.lost("patch"), *told]
        found += (
            Hole(Reason.PARTIAL, f"{view.title(run)}evidence of {_WHAT} is missing")
            for run in sorted(silent)
        )
        bases = {comparison.commit for _, comparison in view.select(Comparison)}
        if len(bases) > 1:
            found.append(
                Hole(
                    Reason.ERROR,
                    f"the runs were compared with {len(bases)} different commits",
                    "give all of them one base: `--readiness-base COMMIT`",
                )
            )
        if not compared and not told and not silent:
            found.append(
                Hole(
                    Reason.NO_DATA,
                    f"{_WHAT} was not looked at",
                    "run the tests with `--readiness` and a gate on `coverage.patch`",
                )
            )
        return tuple(found)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Changed files with lines that need coverage, by path."""
        found: dict[str, list[ChangedFile]] = {}
        for record, changed in self._files.view.select(ChangedFile):
            if changed.lines and not changed.ignored:
                found.setdefault(record.subject, []).append(changed)
        return tuple(_change(path, parts) for path, parts in sorted(found.items()))

    @cached_property
    def nothing(self) -> str:
        """What to say where no changed line needs coverage."""
        found = {
            record.subject
            for record, changed in self._files.view.select(ChangedFile)
            if changed.lines and changed.ignored == OUTSIDE
        }
        if not found:
            return _NOTHING
        are = "is" if len(found) == 1 else "are"
        return f"{_NOTHING}: {_some(sorted(found))} {are} {OUTSIDE}"

    @cached_property
    def coverage_gaps(self) -> tuple[Hole, ...]:
        """What stands between the changed lines and their coverage."""
        files = self._files
        view, holes = files.view, files.holes
        # "only changed files were analysed" is no gap here: a run that was to measure only a
        # patch tells of its coverage by the gaps of the patch
        whole = holes.wanted("coverage")
        relevant = [
            *((run, gap) for run, gap in holes.gaps("coverage") if run in whole),
            *((run, gap) for run, gap in holes.gaps("patch") if gap.reason is Reason.PARTIAL),
            *((run, gap) for run, gap in holes.gaps("patch") if run not in files.runs),
            *((run, gap) for run, gap in holes.gaps("coverage") if run not in files.runs),
        ]
        found = [
            Hole(
                Reason.PARTIAL if files.runs and gap.reason is Reason.NO_DATA else gap.reason,
                view.title(run) + gap.message,
                gap.remedy,
            )
            for run, gap in relevant
        ]
        told = {run for section in ("coverage", "patch") for run, _ in holes.gaps(section)}
        silent = (whole | holes.wanted("patch")) - files.runs - told - view.idle
        found += (
            Hole(Reason.PARTIAL, f"{view.title(run)}evidence of coverage is missing")
            for run in sorted(silent)
        )
        found += holes.unwanted_shards("patch", files.runs, "coverage")
        return tuple(found)

    def reading(self, change: Change) -> Reading:
        """Of one changed file."""
        subject = file_subject(change.path)
        file = self._files.by_path.get(change.path)
        if file is None:
            torn = change.path in self._files.torn
            return NotMeasured(
                subject=subject,
                reason=Reason.ERROR if torn else Reason.PARTIAL,
                message="it was measured with different contents"
                if torn
                else "it was changed, and its coverage was not measured",
                remedy="add it to coverage's `source`, or omit it there",
            )
        if change.digests - {file.digest}:
            return NotMeasured(
                subject=subject,
                reason=Reason.ERROR,
                message="its content is not the one that was measured",
                remedy="run the tests again",
            )
        return of_statements(file, statements_of(file, change.lines))


def measure_patch(patch: Patch, scope: Scope) -> tuple[Reading, ...]:
    """One reading: all changed statements."""
    blocked = _blocked(patch, scope)
    if blocked:
        return (blocked,)
    readings = [patch.reading(change) for change in _inside(patch, scope)]
    unknown = [reading for reading in readings if isinstance(reading, NotMeasured)]
    holes = [*patch.coverage_gaps]
    if unknown and not holes:  # else the gap explains it
        named = _some([reading.subject.id for reading in unknown])
        worst = min(unknown, key=lambda reading: reading.reason is not Reason.ERROR)
        holes.append(Hole(worst.reason, f"{named}: {worst.message}", worst.remedy))
    if holes:
        return (not_measured(scope.subject, holes),)
    known = [reading for reading in readings if isinstance(reading, Measurement)]
    members = sorted(
        (member for reading in known for member in reading.members),
        key=lambda member: (-member.weight, member.subject.id),
    )
    part = sum(reading.part or 0 for reading in known)
    total = sum(reading.total or 0 for reading in known)
    return (ratio(scope.subject, part, total, members, patch.nothing),)


def measure_patch_files(patch: Patch, scope: Scope) -> tuple[Reading, ...]:
    """A reading for every changed file, and one for the run where something is missing."""
    blocked = _blocked(patch, scope)
    if blocked:
        return (blocked,)
    readings = tuple(patch.reading(change) for change in _inside(patch, scope))
    if patch.coverage_gaps:
        return (not_measured(scope.subject, patch.coverage_gaps), *readings)
    return readings


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"


def _blocked(patch: Patch, scope: Scope) -> NotMeasured | NotApplicable | None:
    """Why there is nothing to look up in coverage, whether it was measured or not."""
    if patch.gaps:
        return not_measured(scope.subject, patch.gaps)
    if not _inside(patch, scope):
        return NotApplicable(subject=scope.subject, message=patch.nothing)
    return None


def _inside(patch: Patch, scope: Scope) -> tuple[Change, ...]:
    return tuple(change for change in patch.changes if scope.covers(change.path))


def _change(path: str, parts: Iterable[ChangedFile]) -> Change:
    union = 0
    digests = set()
    for part in parts:
        union |= part.lines
        digests.add(part.digest)
    return Change(path=path, lines=Lines(union), digests=frozenset(digests - {""}))


def statements_of(file: CoveredFile, changed: int) -> Lines:
    """First lines of the statements that changed lines belong to.

    A line within a statement of several lines belongs to the innermost one that holds it.
    """
    found = changed & file.statements
    rest = changed & ~file.statements
    if rest:
        spans = sorted(file.spans, key=lambda span: span[1] - span[0])
        for line in lines.numbers(rest):
            for first, last in spans:
                if first <= line <= last:
                    found |= (1 << first) & file.statements
                    break
    return Lines(found)
