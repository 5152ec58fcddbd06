"""A plain table in columns: widths fit what is in them, and give way on a narrow terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pytest_readiness.render import cells
from pytest_readiness.render.line import Line, Markup, Span, Writer, finish

_GAP = 2


class Cell(NamedTuple):
    """One cell's text, not yet escaped."""

    text: str
    markup: Markup = ()
    drawn: bool = False
    """Made by a renderer out of characters that the writer can show: not to be escaped."""


class Column(NamedTuple):
    """What stands above a column, and how it gives way."""

    title: str
    right: bool = False
    """Numbers stand at the right."""
    rank: int = 0
    """Where there is no room, the column with the highest rank is left out first; 0: never."""
    elastic: bool = False
    """Its cells may be shortened in the middle, or broken into lines."""
    least: int = 12
    """Cells that an elastic column keeps as long as other columns can be left out."""
    wraps: str = ""
    """Behind which text a cell that is too wide is broken; empty: it is shortened."""


def grid(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], writer: Writer, *, indent: int = 1
) -> list[Line]:
    """A line of titles and a line a row, more where a cell wraps. A column without text is left out."""
    safe = [[_escape(cell, writer) for cell in row] for row in rows]
    kept = [
        index for index in range(len(columns)) if not safe or any(row[index].text for row in safe)
    ]
    wanted = {
        index: max(
            cells.width(columns[index].title), *(cells.width(row[index].text) for row in safe), 0
        )
        for index in kept
    }
    widths = _fit(columns, wanted, writer.width - indent)
    titles = [
        Cell(writer.elide(column.title, widths.get(index, 0)), ("light",))
        for index, column in enumerate(columns)
    ]
    lines = [_line(columns, titles, widths, indent)]
    for row in safe:
        texts = {
            index: _lines(columns[index], row[index].text, widths[index], writer)
            for index in widths
        }
        for place in range(max(map(len, texts.values()), default=1)):
            shown = [
                cell._replace(text=(texts.get(index, ())[place : place + 1] or [""])[0])
                for index, cell in enumerate(row)
            ]
            lines.append(_line(columns, shown, widths, indent))
    return lines


def _lines(column: Column, text: str, width: int, writer: Writer) -> list[str]:
    """In lines where every piece fits one, else in one line, shortened."""
    if cells.width(text) <= width or not column.wraps:
        return [writer.elide(text, width)]
    head = column.wraps.rstrip()
    pieces = text.split(column.wraps)
    lines = [""]
    for place, piece in enumerate(pieces):
        said = piece + head if place < len(pieces) - 1 else piece
        joined = f"{lines[-1]} {said}" if lines[-1] else said
        if cells.width(joined) <= width:
            lines[-1] = joined
        elif lines[-1]:
            lines.append(said)
        else:
            lines[-1] = said
    if any(cells.width(line) > width for line in lines):
        return [writer.elide(text, width)]
    return lines


def _escape(cell: Cell, writer: Writer) -> Cell:
    return cell if cell.drawn else cell._replace(text=writer.prose(cell.text))


def _fit(columns: Sequence[Column], wanted: dict[int, int], width: int) -> dict[int, int]:
    """Cells of each column that stays: first the elastic ones give way, then whole columns go."""
    widths = dict(wanted)
    while True:
        over = sum(widths.values()) + _GAP * (len(widths) - 1) - width
        if over <= 0:
            return widths
        elastic = sorted((widths[index], index) for index in widths if columns[index].elastic)
        droppable = sorted((columns[index].rank, index) for index in widths if columns[index].rank)
        spare = sum(max(held - columns[index].least, 0) for held, index in elastic)
        if droppable and spare < over:
            del widths[droppable[-1][1]]
            continue
        enough = spare >= over  # as it is now: `over` shrinks below
        for held, index in reversed(elastic):
            least = columns[index].least if enough else 1
            taken = min(max(held - least, 0), over)
            widths[index] -= taken
            over -= taken
        return widths


def _line(
    columns: Sequence[Column], row: Sequence[Cell], widths: dict[int, int], indent: int
) -> Line:
    spans = [Span(" " * indent)]
    for position, (index, width) in enumerate(widths.items()):
        cell = row[index]
        blank = " " * (width - cells.width(cell.text))
        gap = " " * _GAP if position else ""
        before, after = (gap + blank, "") if columns[index].right else (gap, blank)
        spans += [Span(before), Span(cell.text, cell.markup), Span(after)]
    return finish(spans)
