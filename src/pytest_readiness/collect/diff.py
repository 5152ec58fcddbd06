"""Reading the output of ``git diff -U0``: which lines of which files are new. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_readiness.model.lines import EMPTY, Lines
from pytest_readiness.model.pattern import pattern
from pytest_readiness.model.value import NamedTuple

_HUNK = pattern(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_ESCAPE = pattern(rb"\\([0-7]{3}|.)", re.DOTALL)
_LETTERS = {
    b"a": b"\a",
    b"b": b"\b",
    b"t": b"\t",
    b"n": b"\n",
    b"v": b"\v",
    b"f": b"\f",
    b"r": b"\r",
}
_NOT_FILES = (b" 120000", b" 160000")
"""Modes of symbolic links and submodules: their "lines" are no code."""


class ChangedLines(NamedTuple):
    path: bytes
    """As git names it, relative to the directory of the diff."""
    lines: Lines
    """Lines added or changed, by their present numbers."""


def changed_lines(patch: bytes) -> Iterator[ChangedLines]:
    """Every regular file of the patch that still exists, in the patch's order.

    ``patch``: as written by ``git diff -U0 --text --no-color`` with the prefixes ``a/`` and ``b/``
    and without ``-z``, so that names with unusual characters stand in quotes.
    """
    path = b""
    lines = 0
    regular = True
    skip = 0  # lines of a hunk still to come: content may look like a header
    for line in patch.split(b"\n"):
        if skip and line[:1] in (b"+", b"-"):
            skip -= 1
        elif line.startswith(b"diff --git "):
            if path and regular:
                yield ChangedLines(path, Lines(lines))
            path, lines, regular, skip = b"", EMPTY, True, 0
        elif line.startswith((b"new file mode ", b"new mode ", b"index ")):
            regular = regular and not line.endswith(_NOT_FILES)
        elif line.startswith(b"rename to "):
            path = _unquoted(line[len(b"rename to ") :])
        elif line.startswith(b"+++ "):
            name = _unquoted(line[len(b"+++ ") :].removesuffix(b"\t"))
            path = b"" if name == b"/dev/null" else name.removeprefix(b"b/")
        elif (hunk := _HUNK.match(line)) is not None:
            removed, first, added = (1 if group is None else int(group) for group in hunk.groups())
            skip = removed + added
            lines |= ((1 << added) - 1) << first if added else 0
    if path and regular:
        yield ChangedLines(path, Lines(lines))


def _unquoted(name: bytes) -> bytes:
    """A name as the file system has it; git quotes unusual ones in the manner of C."""
    if not (name.startswith(b'"') and name.endswith(b'"')):
        return name
    return _ESCAPE.sub(_unescaped, name[1:-1])


def _unescaped(match: re.Match[bytes]) -> bytes:
    escape = match[1]
    return bytes([int(escape, 8)]) if len(escape) == 3 else _LETTERS.get(escape, escape)
