"""The score: one line, or a line a category with weights, trend and grade."""

from __future__ import annotations

from fractions import Fraction

from pytest_readiness.model.scorecard import Scorecard
from pytest_readiness.model.standing import CategoryLine, ScoreTable
from pytest_readiness.render import figures
from pytest_readiness.render.grid import Cell, Column, grid
from pytest_readiness.render.line import Line, Writer
from pytest_readiness.render.report.heading import heading

_NAME = Column("category", elastic=True, wraps=" ")
_PERCENT = (
    _NAME,
    Column("earned", right=True, rank=4),
    Column("of", right=True, rank=5),
    Column("share", right=True),
    Column("weight", right=True, rank=3),
    Column("weighted", right=True, rank=1),
    Column("since", right=True, rank=6),
    Column("grade", rank=2),
    Column("open", right=True, rank=7),
)
_POINTS = (
    _NAME,
    Column("score", right=True),
    Column("max", right=True, rank=1),
    Column("share", right=True),
    Column("since", right=True, rank=3),
    Column("grade", rank=2),
    Column("open", right=True, rank=4),
)


def brief(scorecard: Scorecard, writer: Writer) -> list[Line]:
    """``score: 86.8 %, grade B+ (+2.3 pp)``, and on a line of its own what may become of it."""
    table = scorecard.summary.table if scorecard.summary is not None else None
    if table is None:
        return []
    said = _said(table, table.total, table.grade)
    if table.before is not None:
        said += f" ({_change(table.share, table.before)})"
    lines = writer.paragraph(said, first="score: ", most=3)
    if table.closed == table.total:
        return lines
    closed = _said(table, table.closed, table.closed_grade)
    return lines + writer.paragraph(f"score if the blockers were closed: {closed}", most=2)


def whole(scorecard: Scorecard, writer: Writer) -> list[Line]:
    """The table, and what the score would be if the blockers were closed."""
    table = scorecard.summary.table if scorecard.summary is not None else None
    if table is None:
        return []
    note = _said(table, table.total, table.grade)
    rows = _percent(table) if table.percent else _points(table)
    lines = heading("By category", writer, note)
    lines += grid(_PERCENT if table.percent else _POINTS, rows, writer, indent=3)
    if table.closed == table.total:
        return lines
    closed = _said(table, table.closed, table.closed_grade)
    return lines + writer.paragraph(f"if the blockers were closed: {closed}", indent=3)


def _percent(table: ScoreTable) -> list[list[Cell]]:
    earned = figures.points([line.earned for line in table.lines])
    possible = figures.points([line.possible for line in table.lines])
    weights = figures.points([*(line.weight for line in table.lines), table.maximum])
    weighted = figures.points([*(line.weighted for line in table.lines), table.total])
    shares = _shares(table)
    rows = [
        [
            Cell(line.category),
            Cell(earned[index]),
            Cell(possible[index]),
            Cell(shares[index]),
            Cell(f"{weights[index]} %"),
            Cell(weighted[index]),
            *_rest(line),
        ]
        for index, line in enumerate(table.lines)
    ]
    total = [
        Cell("total", ("bold",)),
        Cell(""),
        Cell(""),
        Cell(shares[-1], ("bold",)),
        Cell(f"{weights[-1]} %"),
        Cell(weighted[-1], ("bold",)),
        *_sum(table),
    ]
    return [*rows, total]


def _points(table: ScoreTable) -> list[list[Cell]]:
    scores = figures.points([*(line.weighted for line in table.lines), table.total])
    most = figures.points([*(line.weight for line in table.lines), table.maximum])
    shares = _shares(table)
    rows = [
        [
            Cell(line.category),
            Cell(scores[index]),
            Cell(most[index]),
            Cell(shares[index]),
            *_rest(line),
        ]
        for index, line in enumerate(table.lines)
    ]
    total = [
        Cell("total", ("bold",)),
        Cell(scores[-1], ("bold",)),
        Cell(most[-1]),
        Cell(shares[-1], ("bold",)),
        *_sum(table),
    ]
    return [*rows, total]


def _shares(table: ScoreTable) -> list[str]:
    """Of each line and of the whole."""
    shown = figures.points([*(line.share * 100 for line in table.lines), table.share * 100])
    shares = [
        f"{text} %" if line.possible else "n/a"
        for text, line in zip(shown, table.lines, strict=False)
    ]
    return [*shares, f"{shown[-1]} %"]


def _rest(line: CategoryLine) -> list[Cell]:
    since = "" if line.before is None else _change(line.share, line.before)
    return [Cell(since), Cell(line.grade), Cell(figures.count(line.open) if line.open else "")]


def _sum(table: ScoreTable) -> list[Cell]:
    since = "" if table.before is None else _change(table.share, table.before)
    opened = sum(line.open for line in table.lines)
    return [
        Cell(since),
        Cell(table.grade, ("bold",)),
        Cell(figures.count(opened) if opened else ""),
    ]


def _change(now: Fraction, then: Fraction) -> str:
    """In percentage points, rounded down: never more of a gain than there is."""
    if now == then:
        return "as before"
    (text,) = figures.points([(now - then) * 100])
    return f"{'+' if now > then else ''}{text} pp"


def _said(table: ScoreTable, points: Fraction, grade: str) -> str:
    share = points / table.maximum if table.maximum else Fraction(0)
    said = f"{figures.points([share * 100])[0]} %"
    if not table.percent:
        earned, most = figures.points([points]), figures.points([table.maximum])
        said = f"{earned[0]} of {most[0]} points ({said})"
    return f"{said}, grade {grade}" if grade else said
