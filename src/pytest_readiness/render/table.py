"""The table of gates: a row a gate, in columns that adapt to the width of the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_readiness.model.value import NamedTuple
from pytest_readiness.render import cells
from pytest_readiness.render.line import Line, Markup, Span, Writer, finish

_GAP = "  "
_LEAST_TEXT = 22
_LEAST_JOINED = 32
"""Cells below which a column of words is not worth having."""
_TITLES = (36, 32, 28, 24, 20)
"""Widths of the column of titles that are tried besides the widest title."""


class Row(NamedTuple):
    """The cells of one gate, not yet escaped."""

    word: str
    markup: Markup
    title: str
    figures: str = ""
    detail: str = ""
    message: str = ""
    """In place of figures and detail, over both columns."""
    notes: tuple[str, ...] = ()
    """Lines of their own below the row; one that begins with two blanks is set in by them."""


class _Columns(NamedTuple):
    """Cells each column has. No detail: it shares the figures' column; no title: all is stacked."""

    word: int
    title: int
    figures: int
    detail: int


def render(rows: Sequence[Row], writer: Writer, *, most: int = 0) -> list[Line]:
    """All rows; of a message at most ``most`` lines (0: all of them)."""
    if not rows:
        return []
    safe = [_escape(row, writer) for row in rows]
    bare = [row._replace(notes=()) for row in safe]
    # one long title must not squeeze all other rows: the arrangement with the fewest lines is taken
    columns = min(
        _arrangements(safe, writer.width),
        key=lambda each: sum(len(_row(row, each, writer, most)) for row in bare),
    )
    return [line for row in safe for line in _row(row, columns, writer, most)]


def _arrangements(rows: Sequence[Row], width: int) -> list[_Columns]:
    """What is worth trying, the best looking first."""
    title = max(cells.width(row.title) for row in rows)
    titles = [title, *(cap for cap in _TITLES if cap < title)]
    return list(
        dict.fromkeys(_fit(rows, width, cap, beside) for beside in (True, False) for cap in titles)
    )


def _escape(row: Row, writer: Writer) -> Row:
    return row._replace(
        title=writer.prose(row.title),
        figures=writer.prose(row.figures),
        detail=writer.prose(row.detail),
        message=writer.prose(row.message),
    )


def _fit(rows: Sequence[Row], width: int, title: int, beside: bool) -> _Columns:
    """Columns for titles of at most ``title`` cells, detail in a column of its own or joined.

    Where the width does not allow that, columns give way one after the other.
    """
    word = max(cells.width(row.word) for row in rows)
    figures = max((cells.width(row.figures) for row in rows if row.detail), default=0)
    detail = max(cells.width(row.detail) for row in rows)
    room = width - 1 - word - len(_GAP)
    least_title, least_detail = min(title, 20), min(detail, _LEAST_TEXT)
    spans = max(
        (cells.width(row.message or row.figures) for row in rows if not row.detail), default=0
    )
    widest_title = min(title, room - len(_GAP) - min(spans, _LEAST_JOINED))
    figures = min(figures, max(30, room * 2 // 5))
    if beside and detail and widest_title >= least_title:
        spare = room - figures - 2 * len(_GAP)
        if spare >= least_title + least_detail:
            kept = min(detail, max(spare - title, least_detail))
            return _Columns(word, min(widest_title, spare - kept), figures, kept)
    spare = room - len(_GAP)
    text = max(spans, *(cells.width(_joined(row)) for row in rows))
    least_text = min(text, _LEAST_JOINED)
    if spare >= least_title + least_text:
        kept = min(text, max(spare - title, least_text))
        return _Columns(word, min(title, spare - kept), spare - min(title, spare - kept), 0)
    return _Columns(word, 0, 0, 0)


def _joined(row: Row) -> str:
    return ", ".join(part for part in (row.figures, row.detail) if part)


def _row(row: Row, columns: _Columns, writer: Writer, most: int) -> list[Line]:
    if not columns.title:
        return _stacked(row, writer, most)
    indent = 1 + columns.word + len(_GAP) + columns.title + len(_GAP)
    titles = cells.wrap(row.title, columns.title)
    if row.message or not row.detail:
        body = row.message or row.figures
        texts = _shortened(body, max(writer.width - indent, 2), writer, most)
        bodies = [[Span(text)] for text in texts]
    elif columns.detail:
        left = cells.wrap(row.figures, columns.figures)
        right = cells.wrap(row.detail, columns.detail)
        bodies = [
            [
                Span(cells.pad(_at(left, index), columns.figures)),
                Span(_GAP + _at(right, index)),
            ]
            for index in range(max(len(left), len(right)))
        ]
    else:
        bodies = [[Span(text)] for text in cells.wrap(_joined(row), columns.figures)]
    lines: list[Line] = []
    for index in range(max(len(titles), len(bodies), 1)):
        word = row.word if index == 0 else ""
        lines.append(
            finish(
                [
                    Span(" "),
                    Span(cells.pad(word, columns.word), row.markup if word else ()),
                    Span(_GAP + cells.pad(_at(titles, index), columns.title) + _GAP),
                    *(bodies[index] if index < len(bodies) else []),
                ]
            )
        )
    return lines + _notes(row, 1 + columns.word + len(_GAP), writer)


def _stacked(row: Row, writer: Writer, most: int) -> list[Line]:
    """For narrow terminals: outcome, title and figures in a line where they fit, else below it."""
    room = max(writer.width - 1, 10)
    word = cells.pad(row.word, 4)
    body = row.message or _joined(row)
    whole = f"{word} {row.title}: {body}" if body else f"{word} {row.title}"
    fits = cells.width(whole) <= room
    top = cells.wrap(row.title, max(room - len(word) - 1, 8))
    if fits:
        top, body = [whole[len(word) + 1 :]], ""
    lines = [finish([Span(" "), Span(word, row.markup), Span(f" {_at(top, 0)}")])]
    lines += [finish([Span(f"      {text}")]) for text in top[1:]]
    lines += [
        finish([Span(f"      {text}")]) for text in _shortened(body, max(room - 5, 8), writer, most)
    ]
    return lines + _notes(row, 6, writer)


def _notes(row: Row, indent: int, writer: Writer) -> list[Line]:
    lines = []
    for note in row.notes:
        below = 2 if note.startswith("  ") else 0
        lines += writer.paragraph(note, ("light",), indent=indent + below)
    return lines


def _shortened(safe: str, room: int, writer: Writer, most: int) -> list[str]:
    lines = cells.wrap(safe, room)
    if most and len(lines) > most:
        lines = [*lines[: most - 1], writer.head(" ".join(lines[most - 1 :]), room)]
    return lines


def _at(texts: Sequence[str], index: int) -> str:
    return texts[index] if index < len(texts) else ""
