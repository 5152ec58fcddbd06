"""Text measured in terminal cells: wide characters take two, combining marks none."""

from __future__ import annotations

import unicodedata

from pytest_readiness.model.pattern import pattern

_BREAK = pattern(r"(?<!\d) | (?!(?:%|(?:[num]?s|min|h|B|[KMGT]iB|pp)\b))")
"""Blanks at which a line may break: not those between a number and its unit."""


def width(text: str) -> int:
    """Cells that printable text takes on a terminal."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def pad(text: str, cells: int) -> str:
    """Fill up with blanks on the right; longer text stays as it is."""
    return text + " " * (cells - width(text))


def elide(text: str, cells: int, *, unicode: bool) -> str:
    """Shorten in the middle, where paths and test ids say least; never longer than ``cells``."""
    if width(text) <= cells:
        return text
    mark = "…" if unicode else "..."
    room = cells - width(mark)
    if room < 2:
        return _head(text, cells)
    tail = _tail(text, room * 2 // 3)
    return _head(text, room - width(tail)) + mark + tail


def wrap(text: str, cells: int, *, hard: bool = True) -> list[str]:
    """Break at blanks, not between numbers and units, into lines of at most ``cells``.

    A longer word is cut when ``hard``; else it keeps a line of its own and runs over, so that a
    path or a command can still be copied whole. No text gives no line.
    """
    cells = max(cells, 2)
    lines: list[str] = []
    line = ""
    for word in _BREAK.split(text):
        joined = f"{line} {word}" if line else word
        if width(joined) <= cells:
            line = joined
            continue
        if line:
            lines.append(line)
        while hard and width(word) > cells:
            head = _head(word, cells)
            lines.append(head)
            word = word[len(head) :]  # noqa: PLW2901
        line = word
    return [*lines, line] if line else lines


def _cells(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _head(text: str, cells: int) -> str:
    taken = 0
    for index, char in enumerate(text):
        taken += _cells(char)
        if taken > cells:
            return text[:index]
    return text


def _tail(text: str, cells: int) -> str:
    taken = 0
    for index in range(len(text) - 1, -1, -1):
        taken += _cells(text[index])
        if taken > cells:
            return text[index + 1 :]
    return text
