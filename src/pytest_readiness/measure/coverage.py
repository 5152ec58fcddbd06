"""Coverage of the whole source: ``coverage.total lines branches uncovered file``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from pytest_readiness.measure.files import Branch, CoveredFile, Files
from pytest_readiness.measure.holes import not_measured
from pytest_readiness.measure.integrity import Hole
from pytest_readiness.measure.scope import Scope
from pytest_readiness.model import lines
from pytest_readiness.model.evidence import Reason
from pytest_readiness.model.lines import Lines
from pytest_readiness.model.measurement import (
    Measurement,
    Member,
    NotApplicable,
    Reading,
    Subject,
)
from pytest_readiness.model.metric import Metric

_SHOWN = 5


def measure_coverage(metric: Metric, files: Files, scope: Scope) -> tuple[Reading, ...]:
    """One reading of a metric of the run."""
    inside = [file for path, file in files.by_path.items() if scope.covers(path)]
    holes = files.gaps or _outside(inside, scope) or _empty(inside, scope)
    branches = metric.name in ("coverage.branches", "coverage.total")
    if branches:
        holes += _branch_holes(inside, required=metric.name == "coverage.branches")
    if holes:
        return (not_measured(scope.subject, holes),)
    if metric.name == "coverage.branches":
        return (_of_branches(inside, scope),)
    uncovered = _members(inside, branches=branches)
    missed = sum(file.uncovered.bit_count() for file in inside)
    total = sum(file.statements.bit_count() for file in inside)
    if metric.name == "coverage.uncovered":
        return (Measurement(subject=scope.subject, value=missed, total=total, members=uncovered),)
    if branches:
        missed += sum(len(file.untaken) for file in inside)
        total += sum(len(file.branches or ()) for file in inside)
    return (ratio(scope.subject, total - missed, total, uncovered, "no statement was found"),)


def measure_files(files: Files, scope: Scope) -> tuple[Reading, ...]:
    """A reading for every file, and one for the run where something is missing."""
    inside = [file for path, file in files.by_path.items() if scope.covers(path)]
    holes = files.gaps or _outside(inside, scope) or _empty(inside, scope)
    readings: list[Reading] = [not_measured(scope.subject, holes)] if holes else []
    readings += (of_statements(file, file.statements) for file in inside)
    return tuple(readings)


def of_statements(file: CoveredFile, statements: int) -> Reading:
    """Executed ones of some statements of a file; the file itself is the member."""
    total = statements.bit_count()
    uncovered = Lines(statements & ~file.executed)
    missed = uncovered.bit_count()
    members = (Member(subject=file.subject, weight=missed, lines=uncovered),) if missed else ()
    return ratio(file.subject, total - missed, total, members, "it holds no statement")


def ratio(
    subject: Subject, part: int, total: int, members: Sequence[Member], nothing: str
) -> Reading:
    """An exact ratio, or that there is ``nothing`` to measure."""
    if not total:
        return NotApplicable(subject=subject, message=nothing)
    return Measurement(
        subject=subject,
        value=Fraction(part, total),
        part=part,
        total=total,
        members=tuple(members),
    )


def _of_branches(files: Sequence[CoveredFile], scope: Scope) -> Reading:
    total = sum(len(file.branches or ()) for file in files)
    missed = sum(len(file.untaken) for file in files)
    members = [
        Member(
            subject=file.subject,
            weight=len(file.untaken),
            lines=lines.of(abs(source) for source, _ in file.untaken),
            detail=_arrows(file.untaken),
        )
        for file in files
        if file.untaken
    ]
    return ratio(scope.subject, total - missed, total, _worst(members), "no branch was found")


def _arrows(branches: Iterable[Branch]) -> str:
    """``41->43, 50->exit``: the first few branches that were not taken."""
    ordered = sorted(branches)
    shown = [
        f"{abs(source)}->{target if target > 0 else 'exit'}" for source, target in ordered[:_SHOWN]
    ]
    more = f" and {len(ordered) - _SHOWN} more" if len(ordered) > _SHOWN else ""
    return ", ".join(shown) + more


def _members(files: Iterable[CoveredFile], *, branches: bool) -> tuple[Member, ...]:
    """Files with something uncovered; untaken branches count as ``coverage report`` does."""
    members = []
    for file in files:
        uncovered = file.uncovered
        weight = uncovered.bit_count() + (len(file.untaken) if branches else 0)
        if weight:
            detail = _arrows(file.untaken) if branches else ""
            members.append(
                Member(subject=file.subject, weight=weight, lines=uncovered, detail=detail)
            )
    return _worst(members)


def _worst(members: list[Member]) -> tuple[Member, ...]:
    return tuple(sorted(members, key=lambda member: (-member.weight, member.subject.id)))


def _outside(inside: Sequence[CoveredFile], scope: Scope) -> tuple[Hole, ...]:
    if inside or scope.component is None:
        return ()
    name = scope.component.name
    message = f"no measured file lies in the paths of component {name}"
    return (Hole(Reason.NO_DATA, message, "check its `paths`"),)


def _empty(inside: Sequence[CoveredFile], scope: Scope) -> tuple[Hole, ...]:
    """A whole project without a statement is one whose configuration leaves everything out."""
    if scope.component is not None or any(file.statements for file in inside):
        return ()
    message = "coverage found no statement to measure in any file"
    remedy = "check `omit`, `include` and the exclusions of coverage's configuration"
    return (Hole(Reason.NO_DATA, message, remedy),)


def _branch_holes(files: Sequence[CoveredFile], *, required: bool) -> tuple[Hole, ...]:
    without = [file.path for file in files if file.branches is None]
    if not without:
        return ()
    remedy = "set `branch = true` in `[tool.coverage.run]`"
    if len(without) < len(files) or any(file.uneven for file in files):
        message = f"branches were measured in some files or runs only, not all of {without[0]}"
        return (Hole(Reason.PARTIAL, message, remedy),)
    return (Hole(Reason.NO_DATA, "branches were not measured", remedy),) if required else ()
