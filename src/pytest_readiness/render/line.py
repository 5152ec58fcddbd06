"""Lines of marked-up text, before any medium has them."""

from __future__ import annotations

from pytest_readiness.model.value import NamedTuple
from pytest_readiness.render import cells, escape

Markup = tuple[str, ...]
_HANGING = 3
"""Cells by which lines are set in below a first one that begins with many words."""


class Span(NamedTuple):
    """A piece of a line, safe to print, and the keywords of pytest's terminal writer for it."""

    text: str
    markup: Markup = ()


Line = tuple[Span, ...]


def plain(line: Line) -> str:
    """The line without its markup."""
    return "".join(span.text for span in line)


def finish(spans: list[Span]) -> Line:
    """Drop blanks at the end and whatever a CI's log reader would take for a command."""
    kept = [span for span in spans if span.text]
    while kept and not kept[-1].text.strip():
        kept.pop()
    if kept:
        kept[-1] = Span(kept[-1].text.rstrip(), kept[-1].markup)
    text = "".join(span.text for span in kept)
    safe = escape.start_of_line(text)
    return tuple(kept) if safe == text else (Span(safe),)


class Writer(NamedTuple):
    """What a terminal can show: its width in cells, and whether more than ASCII."""

    width: int
    unicode: bool

    def text(self, raw: str) -> str:
        return escape.text(raw, unicode=self.unicode)

    def prose(self, raw: str) -> str:
        return escape.prose(raw, unicode=self.unicode)

    def elide(self, safe: str, room: int) -> str:
        return cells.elide(safe, room, unicode=self.unicode)

    def paragraph(
        self,
        raw: str,
        markup: Markup = (),
        *,
        indent: int = 1,
        first: str = "",
        most: int = 0,
        hard: bool = True,
    ) -> list[Line]:
        """Prose wrapped to the width, ``first`` in front of it and the rest hanging below its text.

        At most ``most`` lines (0: all of them), the last of which is elided. Where ``first`` would
        take a quarter of the width, the rest hangs below its beginning.
        """
        if len(first) > max(self.width // 4, _HANGING):
            return self._flowing(raw, markup, indent, first, most, hard=hard)
        blank = " " * (indent + cells.width(first))
        room = max(self.width - len(blank), 10)
        lines = cells.wrap(self.prose(raw), room, hard=hard)
        if most and len(lines) > most:
            rest = " ".join(lines[most - 1 :])
            lines = [*lines[: most - 1], self.head(rest, room)]
        front = " " * indent + first
        return [
            finish([Span(front if index == 0 else blank), Span(line, markup)])
            for index, line in enumerate(lines)
        ]

    def _flowing(
        self, raw: str, markup: Markup, indent: int, first: str, most: int, *, hard: bool
    ) -> list[Line]:
        """``first`` as the beginning of the text, save for its markup."""
        blank = " " * (indent + _HANGING)
        room = max(self.width - len(blank), 10)
        front = " " * indent + first
        taken = cells.width(front) - len(blank)
        # a word that takes the room of `first`, which ends with a blank
        lines = cells.wrap("_" * (taken - 1) + f" {self.prose(raw)}", room, hard=hard)
        if most and len(lines) > most:
            lines = [*lines[: most - 1], self.head(" ".join(lines[most - 1 :]), room)]
        lines[0] = lines[0][taken:]
        return [
            finish([Span(blank if index else front), Span(line, markup)])
            for index, line in enumerate(lines)
        ]

    def head(self, safe: str, room: int) -> str:
        """Shorten at the end."""
        if cells.width(safe) <= room:
            return safe
        mark = "…" if self.unicode else "..."
        lines = cells.wrap(safe, max(room - cells.width(mark), 2))
        return (lines[0] if lines else "") + mark
