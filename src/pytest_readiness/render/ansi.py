"""Marked-up lines as text for a terminal, where pytest's own writer is not at hand."""

from __future__ import annotations

from pytest_readiness.render import cells
from pytest_readiness.render.line import Line, Span

_CODES = {"bold": 1, "light": 2, "red": 31, "green": 32, "yellow": 33, "cyan": 36}


def text(line: Line, *, colour: bool) -> str:
    """One line without its newline."""
    return "".join(_span(span) if colour else span.text for span in line)


def rule(title: str, markup: tuple[str, ...], width: int) -> Line:
    """``==== title ====`` over the whole width."""
    room = max(width - cells.width(title) - 2, 2)
    left = "=" * (room // 2)
    right = "=" * (room - room // 2)
    return (Span(f"{left} {title} {right}", markup),)


def _span(span: Span) -> str:
    codes = ";".join(str(_CODES[name]) for name in span.markup if name in _CODES)
    return f"\x1b[{codes}m{span.text}\x1b[0m" if codes else span.text
