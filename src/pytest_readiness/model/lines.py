"""Sets of line numbers, as integers used as bit sets: line *n* is bit *n*.

A union is ``a | b``, an intersection ``a & b``, a difference ``a & ~b``, a size ``a.bit_count()``.
They hash, compare and take a few hundred bytes for a file of a thousand lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NewType

Lines = NewType("Lines", int)

EMPTY = Lines(0)
MAX_LINE = 10_000_000
"""No source file is longer: a larger number in an evidence file is a fault, not a line."""


def of(numbers: Iterable[int]) -> Lines:
    """The set of the given positive line numbers."""
    buffer = bytearray()
    for number in numbers:
        byte = number >> 3
        if byte >= len(buffer):
            buffer.extend(bytes(byte + 1 - len(buffer)))
        buffer[byte] |= 1 << (number & 7)
    return Lines(int.from_bytes(buffer, "little"))


def numbers(lines: int) -> Iterator[int]:
    """The line numbers of the set, ascending."""
    for first, last in ranges(lines):
        yield from range(first, last + 1)


def ranges(lines: int) -> Iterator[tuple[int, int]]:
    """Maximal runs ``(first, last)`` of consecutive lines, ascending, both ends included."""
    position = 0
    while lines:
        zeros = (lines & -lines).bit_length() - 1
        lines >>= zeros
        ones = (~lines & (lines + 1)).bit_length() - 1
        first = position + zeros
        yield first, first + ones - 1
        lines >>= ones
        position = first + ones


def to_text(lines: int) -> str:
    """``"1-3,7"``: how line sets are written in evidence files and shown to people."""
    return ",".join(
        str(first) if first == last else f"{first}-{last}" for first, last in ranges(lines)
    )


def from_text(text: str) -> Lines:
    """Read what :func:`to_text` wrote.

    Raises ``ValueError`` on anything else, also on lines below 1 or beyond :data:`MAX_LINE`.
    """
    result = 0
    for part in text.split(",") if text else ():
        first_text, dash, last_text = part.partition("-")
        first = int(first_text)
        last = int(last_text) if dash else first
        if not 1 <= first <= last <= MAX_LINE:
            raise ValueError(f"bad line range {part!r}")
        result |= ((1 << (last - first + 1)) - 1) << first
    return Lines(result)
