"""What other tools found: ``tool.findings``, ``tool.new-findings`` and ``tool.figure``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pytest_readiness.measure.files import Files
from pytest_readiness.measure.findings import Finding
from pytest_readiness.measure.holes import Holes, not_measured
from pytest_readiness.measure.integrity import FIGURES, REMERGE, Hole
from pytest_readiness.measure.patch import Patch
from pytest_readiness.measure.scope import Scope
from pytest_readiness.measure.told_by_tools import Tools
from pytest_readiness.measure.tool_selectors import Selector, select_tools
from pytest_readiness.measure.view import View
from pytest_readiness.model import lines
from pytest_readiness.model.evidence import ChangedFile, Comparison, Figure, Reason
from pytest_readiness.model.measurement import (
    Measurement,
    Member,
    NotApplicable,
    NotMeasured,
    Reading,
    Subject,
)
from pytest_readiness.model.metric import Metric, SubjectKind
from pytest_readiness.model.number import exact
from pytest_readiness.model.outside import LEVELS
from pytest_readiness.model.value import replace

CHANGES = "changes"
"""The section of what differs from the base, where its coverage is not asked for."""
_GRAVITY = {level: place for place, level in enumerate(LEVELS)}
_NOTHING = "no file differs from the base"


def measure_tools(
    metric: Metric, select: Sequence[str], view: View, holes: Holes, scope: Scope
) -> tuple[Reading, ...]:
    """One reading of the run of a count; of figures one a tool, behind one that says what is missing."""
    tools = Tools(view, holes)
    if metric.name == "tool.figure":
        return _figures(metric, tools, scope)
    selectors = [Selector.of(text) for text in select]
    chosen, missing = select_tools(tools, selectors)
    found = [
        finding
        for finding in tools.findings
        if (not selectors or any(one.selects(finding) for one in selectors))
        and (scope.whole or (finding.path and scope.covers(finding.path)))
    ]
    missing += tools.holes(chosen)
    if metric.name == "tool.new-findings":
        return (_new(found, missing, view, holes, scope),)
    return (_counted(found, missing, scope),)


def _counted(found: Iterable[Finding], missing: Sequence[Hole], scope: Scope) -> Reading:
    members = _members(found)
    value = sum(member.weight for member in members)
    measured = Measurement(subject=scope.subject, value=value, members=members)
    return not_measured(scope.subject, missing, measured) if missing else measured


def _new(
    found: Iterable[Finding], missing: list[Hole], view: View, holes: Holes, scope: Scope
) -> Reading:
    """Only what stands on changed lines; what has no line where its file changed."""
    changed: dict[str, int] = {}
    for record, one in view.select(ChangedFile):
        if scope.covers(record.subject):
            changed[record.subject] = changed.get(record.subject, 0) | one.lines
    gaps = [*Patch(Files(view, holes)).gaps, *_silent(view, holes)]
    if gaps:
        return not_measured(scope.subject, [*gaps, *missing])
    if not changed:
        return NotApplicable(subject=scope.subject, message=_NOTHING)
    kept = []
    homeless = 0
    for finding in found:
        homeless += 0 if finding.path else finding.count
        if finding.path in changed:
            touched = changed[finding.path]
            kept.append(
                replace(
                    finding,
                    places=tuple(
                        place for place in finding.places if not place[0] or touched >> place[0] & 1
                    ),
                    more=0,
                )
            )
            if finding.more:
                message = f"of {finding.more} more findings {finding.id} no line is known"
                missing.append(Hole(Reason.PARTIAL, message))
    reading = _counted((one for one in kept if one.places), missing, scope)
    if homeless and isinstance(reading, Measurement):
        return replace(reading, detail=f"{homeless} of no file left out")
    return reading


def _silent(view: View, holes: Holes) -> Iterable[Hole]:
    """Runs that were to look at the difference with the base, and say nothing of it."""
    told = {run for run, _ in holes.gaps("patch")} | view.tellers(Comparison)
    for run in sorted(holes.wanted(CHANGES) - holes.wanted("patch") - told):
        message = f"{view.title(run)}evidence of the difference with the base is missing"
        yield Hole(Reason.PARTIAL, message, REMERGE)


def _members(found: Iterable[Finding]) -> tuple[Member, ...]:
    """The gravest level first, then the most numerous."""
    ordered = sorted(found, key=lambda one: (_GRAVITY.get(one.level, -1), -one.count, one.id))
    return tuple(_member(one) for one in ordered)


def _member(finding: Finding) -> Member:
    numbers = [line for line, _ in finding.places if line]
    messages = list(dict.fromkeys(message for _, message in finding.places if message))
    detail = messages[0] if messages else ""
    if numbers:  # it is shown by path and lines: what would tell the rest of its id?
        rule = f" {finding.rule}" if finding.rule else ""
        detail = f"{finding.tool}{rule} ({finding.level}): {detail}"
    others = finding.count - 1
    if others:
        detail += f" (and {others} more)"
    if finding.fixable:
        many = "" if finding.count == 1 else f"{finding.fixable} "
        by = f": {finding.fix}" if finding.fix else ""
        detail += f" [{many}fixable{by}]"
    return Member(
        subject=Subject(
            kind=SubjectKind.TOOL,
            id=finding.id,
            path=finding.path,
            line=min(numbers, default=None),
        ),
        weight=finding.count,
        lines=lines.of(numbers),
        detail=detail.strip(),
    )


def _figures(metric: Metric, tools: Tools, scope: Scope) -> tuple[Reading, ...]:
    """A tool's figure is of the whole project: no component has one."""
    missing = tools.holes(tools.names)
    general = set(missing)
    for section in (FIGURES, f"{Figure.kind} {metric.name}"):
        missing += [hole for hole in tools.lost(section) if hole not in general]
    told = tools.figures(metric.name) if scope.whole else {}
    if not told and not missing:
        where = "" if scope.whole else " in the component"
        missing.append(Hole(Reason.NO_DATA, f"no tool told a figure{where}"))
    readings = [_figure(name, figures) for name, figures in sorted(told.items())]
    return (not_measured(scope.subject, missing), *readings) if missing else tuple(readings)


def _figure(name: str, figures: Sequence[Figure]) -> Reading:
    """Which of two figures is the worse one, nobody says."""
    subject = Subject(kind=SubjectKind.TOOL, id=name)
    one = figures[0]
    if any((each.value, each.total) != (one.value, one.total) for each in figures):
        values = ", ".join(dict.fromkeys(_shown(each) for each in figures))
        message = f"runs told different figures ({values}): which is worse is not defined"
        return NotMeasured(subject=subject, reason=Reason.ERROR, message=message)
    try:
        exact(one.value)
    except ValueError as error:
        return NotMeasured(subject=subject, reason=Reason.ERROR, message=str(error))
    return Measurement(subject=subject, value=one.value, detail=_detail(one))


def _shown(figure: Figure) -> str:
    return f"{figure.value}" if figure.total is None else f"{figure.value} of {figure.total}"


def _detail(figure: Figure) -> str:
    return figure.unit if figure.total is None else f"of {figure.total}"
