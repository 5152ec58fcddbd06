"""Standard output and standard error of the command line: what they can show, and writing to them."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from typing import TextIO

from pytest_readiness.render import ansi, escape
from pytest_readiness.render.line import Line, Writer

_PROBE = "\u2026\u00e9\u4e2d"
_NARROW, _WIDE = 40, 200


class Console:
    """A stream with its width, its encoding and whether it shows colours."""

    def __init__(self, stream: TextIO, *, colour: str, environ: Mapping[str, str]) -> None:
        """:param colour: ``auto``, ``yes`` or ``no``."""
        self._stream = stream
        self._colour = wants_colour(stream, colour, environ)
        # as pytest: COLUMNS, else the terminal's, else 80
        columns = min(max(shutil.get_terminal_size((80, 24)).columns, _NARROW), _WIDE)
        self.writer = Writer(columns, holds_unicode(stream))

    def write(self, lines: Iterable[Line]) -> None:
        for line in lines:
            self.raw(ansi.text(line, colour=self._colour) + "\n")

    def say(self, text: str) -> None:
        """Foreign text, line by line, each made safe."""
        for line in text.splitlines():
            safe = escape.start_of_line(escape.text(line, unicode=self.writer.unicode))
            self.raw(safe + "\n")

    def raw(self, text: str) -> None:
        """Text as it is: what the stream's encoding does not hold is written as an escape."""
        encoding = getattr(self._stream, "encoding", None) or "ascii"
        self._stream.write(text.encode(encoding, "backslashreplace").decode(encoding))

    def flush(self) -> None:
        self._stream.flush()


def wants_colour(stream: TextIO, choice: str, environ: Mapping[str, str]) -> bool:
    """The option, else ``PY_COLORS``, ``NO_COLOR``, ``FORCE_COLOR`` in pytest's order, else a terminal."""
    if choice != "auto":
        return choice == "yes"
    if environ.get("PY_COLORS") in ("0", "1"):
        return environ["PY_COLORS"] == "1"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and environ.get("TERM") != "dumb"


def holds_unicode(stream: TextIO) -> bool:
    try:
        _PROBE.encode(getattr(stream, "encoding", None) or "ascii")
    except (UnicodeError, LookupError):
        return False
    return True


def abandon(stream: TextIO) -> None:
    """Whoever read the stream has gone: keep Python from complaining about it at its end."""
    descriptor = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(descriptor, stream.fileno())
    except (OSError, ValueError):
        sys.stderr.flush()
    finally:
        os.close(descriptor)
