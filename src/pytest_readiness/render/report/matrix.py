"""Counts by two attributes, with their sums."""

from __future__ import annotations

from pytest_readiness.model.scorecard import Scorecard
from pytest_readiness.model.standing import Matrix
from pytest_readiness.render import cells, figures
from pytest_readiness.render.grid import Cell, Column, grid
from pytest_readiness.render.line import Line, Writer
from pytest_readiness.render.report.heading import heading

_INDENT = 3
_LEAST = 8
"""Cells for the names of rows below which the table is turned, or written out."""


def matrices(scorecard: Scorecard, writer: Writer) -> list[list[Line]]:
    summary = scorecard.summary
    if summary is None:
        return []
    return [
        _matrix(matrix, writer)
        for matrix in (summary.risks, summary.owners, summary.efforts)
        if matrix.total
    ]


def _matrix(matrix: Matrix, writer: Writer) -> list[Line]:
    lines = heading(matrix.title[:1].upper() + matrix.title[1:], writer)
    for one in (matrix, _turned(matrix)):
        if _fits(one, writer):
            return lines + _grid(one, writer)
    for name, counts in matrix.rows:
        told = ", ".join(
            f"{column} {figures.count(count)}"
            for column, count in zip(matrix.columns, counts, strict=True)
            if count
        )
        said = f"{_named(name)}: {told or 'none'}; {figures.count(sum(counts))} in all"
        lines += writer.paragraph(said, indent=_INDENT)
    return lines + writer.paragraph(f"total: {figures.count(matrix.total)}", indent=_INDENT)


def _grid(matrix: Matrix, writer: Writer) -> list[Line]:
    """Columns of counts are never left out: the sums beside them would be wrong."""
    columns = [
        Column("", elastic=True, least=_LEAST, wraps=" "),
        *(Column(writer.prose(_named(name)), right=True) for name in matrix.columns),
        Column("total", right=True),
    ]
    rows = [
        [Cell(_named(name)), *map(_count, counts), Cell(figures.count(sum(counts)))]
        for name, counts in matrix.rows
    ]
    sums = [figures.count(number) for number in (*matrix.sums, matrix.total)]
    rows.append([Cell("total", ("bold",)), *(Cell(text, ("bold",)) for text in sums)])
    return grid(columns, rows, writer, indent=_INDENT)


def _fits(matrix: Matrix, writer: Writer) -> bool:
    titles = [writer.prose(_named(name)) for name in matrix.columns]
    counts = zip(*(row for _, row in matrix.rows), strict=True) if matrix.rows else ()
    widest = [
        max(cells.width(title), len(figures.count(sum(column))))
        for title, column in zip(titles, counts, strict=False)
    ]
    total = max(len("total"), len(figures.count(matrix.total)))
    return _INDENT + _LEAST + sum(2 + width for width in widest) + 2 + total <= writer.width


def _turned(matrix: Matrix) -> Matrix:
    return Matrix(
        title=matrix.title,
        columns=tuple(name for name, _ in matrix.rows),
        rows=tuple(
            (column, tuple(counts[index] for _, counts in matrix.rows))
            for index, column in enumerate(matrix.columns)
        ),
        total=matrix.total,
    )


def _count(number: int) -> Cell:
    return Cell(figures.count(number)) if number else Cell("-", ("light",))


def _named(name: str) -> str:
    return name or "(none)"
