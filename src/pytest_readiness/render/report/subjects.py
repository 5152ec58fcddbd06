"""What every file, tool, benchmark or named figure has, those that keep the limit too."""

from __future__ import annotations

from pytest_readiness.model import lines as line_sets
from pytest_readiness.model.lines import Lines
from pytest_readiness.model.measurement import Measurement
from pytest_readiness.model.metric import Metric
from pytest_readiness.model.scorecard import Finding, GateResult, Scorecard
from pytest_readiness.render import figures, words
from pytest_readiness.render.grid import Cell, Column, grid
from pytest_readiness.render.line import Line, Writer
from pytest_readiness.render.report.heading import heading
from pytest_readiness.render.rows import titled

_MOST = 40
"""Rows of one table, where not everything was asked for."""
_COLUMNS = (
    Column("", elastic=True, least=24, wraps=" "),
    Column("value", right=True, elastic=True, least=16, wraps=" "),
    Column("", rank=1, elastic=True, least=16, wraps=" "),
    Column("lines", rank=3, elastic=True, least=12),
    Column("", rank=2, elastic=True, least=16, wraps=" "),
)


def tables(scorecard: Scorecard, writer: Writer, verbosity: int) -> list[list[Line]]:
    """A table a gate on several subjects that are few by nature."""
    told = []
    titles = titled(scorecard.results)
    for result, title in zip(scorecard.results, titles, strict=True):
        if len(result.values) > 1 and result.metric is not None:
            told.append(_table(result, result.metric, title, writer, verbosity))
    return told


def _table(
    result: GateResult, metric: Metric, title: str, writer: Writer, verbosity: int
) -> list[Line]:
    number = len(result.values)
    most = number if verbosity >= 2 else _MOST
    broken = {finding.subject.name: finding for finding in result.findings}
    rows = [
        _row(value, metric, broken.get(value.subject.name), result)
        for value in result.values[:most]
    ]
    note = f"{words.subjects(metric, number)}, {words.needs(result.gate.condition)}"
    lines = [*heading(title, writer, note), *grid(_COLUMNS, rows, writer, indent=3)]
    if number <= most:
        return lines
    said = f"and {figures.count(number - most)} more (-vv shows all)"
    return [*lines, *writer.paragraph(said, ("light",), indent=3)]


def _row(
    value: Measurement, metric: Metric, finding: Finding | None, result: GateResult
) -> list[Cell]:
    short = finding.short if finding is not None else None
    return [
        Cell(value.subject.name),
        Cell(
            figures.measurement(value, metric, result.gate.condition),
            ("yellow",) if finding is not None else (),
        ),
        Cell(words.parts(value, metric)),
        Cell(_ranges(finding, value)),
        Cell(words.short(short, result) if short is not None else ""),
    ]


def _ranges(finding: Finding | None, value: Measurement) -> str:
    """Lines that are to be mended, of the finding or of what the value counts."""
    lines = int(finding.lines) if finding is not None else 0
    for member in value.members:
        lines |= int(member.lines)
    pairs = line_sets.ranges(Lines(lines))
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in pairs)
