"""Headings of sections, and lists that are cut short where not all was asked for."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_readiness.render import cells, figures
from pytest_readiness.render.line import Line, Markup, Span, Writer, finish

_GAP = "  "
_LINES = ((80, 2), (60, 3))
_MOST_LINES = 4
"""Below the narrowest of these widths."""


def heading(title: str, writer: Writer, note: str = "") -> list[Line]:
    """The title, and beside it, or below where there is no room, what there is to say at once."""
    safe, beside = writer.prose(title), writer.prose(note)
    if not beside:
        return writer.paragraph(title, ("bold",))
    if 1 + cells.width(safe) + len(_GAP) + cells.width(beside) <= writer.width:
        return [finish([Span(" "), Span(safe, ("bold",)), Span(_GAP + beside)])]
    return [*writer.paragraph(title, ("bold",)), *writer.paragraph(note, indent=3)]


def listed(
    entries: Sequence[tuple[str, Markup]],
    writer: Writer,
    *,
    most: int | None,
    first: str = "",
    lines: int = 0,
    indent: int = 1,
) -> list[Line]:
    """A paragraph an entry, of ``lines`` lines at most (0: all); beyond ``most`` entries they are counted.

    ``first`` stands in front of each, and is no foreign text.
    """
    told: list[Line] = []
    for text, markup in entries[:most]:
        told += writer.paragraph(text, markup, first=first, most=lines, indent=indent, hard=False)
    return told + more(len(entries) - len(entries[:most]), writer, indent)


def brief(writer: Writer) -> int:
    """Lines of an entry where not all of it was asked for: as much text on a narrow terminal."""
    return next((lines for width, lines in _LINES if writer.width >= width), _MOST_LINES)


def more(left: int, writer: Writer, indent: int = 1) -> list[Line]:
    """``and 3 more (-v shows all)``."""
    if left <= 0:
        return []
    said = f"and {figures.count(left)} more (-v shows all)"
    return writer.paragraph(said, ("light",), indent=indent)
