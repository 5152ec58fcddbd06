"""What each tool came to: how it ended, and how many findings it has of each level."""

from __future__ import annotations

from collections import Counter

from pytest_readiness.measure.findings import united
from pytest_readiness.model.evidence import Evidence, Gap
from pytest_readiness.model.outside import LEVELS, ToolFinding, ToolRun
from pytest_readiness.model.standing import ToolLine

_SECTION = "tools:"


def tool_lines(evidence: Evidence) -> tuple[ToolLine, ...]:
    """A line a tool, by name. What several runs found alike counts once.

    A tool that any run could not measure has no counts: they would be too low.
    """
    runs: dict[str, list[ToolRun]] = {}
    for record, run in evidence.select(ToolRun):
        runs.setdefault(record.subject, []).append(run)
    found: dict[str, list[ToolFinding]] = {}
    for _, finding in evidence.select(ToolFinding):
        found.setdefault(finding.tool, []).append(finding)
    gaps: dict[str, Gap] = {}
    for record, gap in evidence.select(Gap):
        if record.subject.startswith(_SECTION):
            gaps.setdefault(record.subject.removeprefix(_SECTION), gap)
    names = sorted({*runs, *gaps})
    return tuple(_line(name, runs.get(name, []), found.get(name, []), gaps) for name in names)


def _line(
    name: str, runs: list[ToolRun], found: list[ToolFinding], gaps: dict[str, Gap]
) -> ToolLine:
    if name in gaps:
        command = runs[0].command if runs else ""
        gap = gaps[name]
        return ToolLine(name=name, command=command, problem=gap.message, remedy=gap.remedy)
    first = runs[0]
    each = united(found)
    counts = Counter[str]()
    for finding in each:
        counts[finding.level] += finding.count
    told = {level for run in runs for level in run.levels} | set(counts)
    return ToolLine(
        name=name,
        command=first.command,
        exit_status=_worst(runs),
        duration=max(run.duration for run in runs),
        version=first.version,
        levels=tuple((level, counts[level]) for level in LEVELS if level in told),
        fixable=sum(finding.fixable for finding in each),
        fix=next((run.fix for run in runs if run.fix), ""),
    )


def _worst(runs: list[ToolRun]) -> int | None:
    """The highest exit status; None: only reports were read."""
    known = [run.exit_status for run in runs if run.exit_status is not None]
    return max(known, default=None)
