"""What each tool came to: exit status and findings by level."""

from __future__ import annotations

from pytest_readiness.model.metric import Unit
from pytest_readiness.model.scorecard import Scorecard
from pytest_readiness.model.standing import ToolLine
from pytest_readiness.render import figures
from pytest_readiness.render.grid import Cell, Column, grid
from pytest_readiness.render.line import Line, Writer
from pytest_readiness.render.report.heading import heading

_COLUMNS = (
    Column("tool", elastic=True),
    Column("findings", elastic=True, least=24, wraps=", "),
    Column("fixable", right=True, rank=1),
    Column("exit", right=True, rank=2),
    Column("took", right=True, rank=3),
    Column("version", elastic=True, rank=4),
)


def whole(scorecard: Scorecard, writer: Writer) -> list[Line]:
    """A row a tool; below them why one was not measured, and the commands that mend findings."""
    if not scorecard.tools:
        return []
    lines = heading("Tools", writer)
    measured = [line for line in scorecard.tools if not line.problem]
    if measured:
        lines += grid(_COLUMNS, [_row(line) for line in measured], writer, indent=3)
    for line in scorecard.tools:
        if line.problem:
            mend = f" -> {line.remedy}" if line.remedy else ""
            said = f"{line.name}: NOT MEASURED: {line.problem}{mend}"
            lines += writer.paragraph(said, ("yellow",), indent=3, hard=False)
        elif line.fix and line.findings:
            fixed = figures.count(line.fixable) if line.fixable else "what it can"
            said = f"{line.fix} mends {fixed} of {line.name}"
            lines += writer.paragraph(said, indent=3, first="-> ", hard=False)
    return lines


def findings(line: ToolLine) -> str:
    """``critical 0, high 2, medium 1``; of levels that it cannot tell nothing is said."""
    if not line.levels:
        return "none" if line.exit_status in (0, None) else ""
    if len(line.levels) == 1:
        return figures.count(line.findings)
    return ", ".join(f"{level} {figures.count(count)}" for level, count in line.levels)


def _row(line: ToolLine) -> list[Cell]:
    took = figures.number(line.duration, Unit.SECONDS, rounding=figures.Rounding.UP)
    return [
        Cell(line.name),
        Cell(findings(line), ("yellow",) if line.findings else ()),
        Cell(figures.count(line.fixable) if line.fixable else ""),
        Cell(str(line.exit_status) if line.exit_status is not None else ""),
        Cell(took if line.duration else ""),
        Cell(line.version),
    ]
