"""The output of one tool: its text in whatever encoding it was written, and the names of files in it."""

from __future__ import annotations

import codecs
import json
import os
import urllib.parse
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_readiness.collect.tools.formats.read import UnreadableError

if TYPE_CHECKING:
    from pytest_readiness.model.tool import Tool

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # it begins with the mark of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SHOWN = 80


def decode(raw: bytes) -> str:
    """UTF-8, or what a byte order mark says; PowerShell redirects as UTF-16, at times without one."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(encoding, "replace")
    head = raw[:64]
    if len(head) > 1 and head[1::2].count(0) > len(head) // 4 > head[::2].count(0):
        return raw.decode("utf-16-le", "replace")
    if len(head) > 1 and head[::2].count(0) > len(head) // 4 > head[1::2].count(0):
        return raw.decode("utf-16-be", "replace")
    return raw.decode("utf-8", "replace")


def shown(text: str) -> str:
    """The first words of what was there, for a message."""
    words = " ".join(text[:2_000].split())
    words = "".join(one if one.isprintable() else "?" for one in words)
    return repr(words if len(words) <= _SHOWN else words[: _SHOWN - 3] + "...")


class Source:
    """What a format reads."""

    def __init__(
        self, tool: Tool, raw: bytes, status: int | None, root: Path, written: float | None = None
    ) -> None:
        self.tool = tool
        self.raw = raw
        self.status = status
        self.root = root
        self.written = written
        self._paths: dict[str, str] = {}

    @cached_property
    def text(self) -> str:
        return decode(self.raw)

    @cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    def json(self, what: str) -> Any:
        """The text as JSON. Raises :class:`UnreadableError`."""
        text = self.text
        if not text.strip():
            raise UnreadableError(f"its output is empty, and should be {what}")
        try:
            return json.loads(text, parse_constant=_refuse)
        except json.JSONDecodeError as error:
            cut = error.pos >= len(text.rstrip())
            why = "it ends too early" if cut else f"{error.msg} in line {error.lineno}"
            raise UnreadableError(f"its output is no {what}: {why}: {shown(text)}") from None
        except ValueError as error:  # a number of 5,000 digits
            raise UnreadableError(f"its output is no {what}: {error}: {shown(text)}") from None

    def path(self, name: str, base: Path | None = None) -> str:
        """The project's name of a file that the tool names; one outside of it has its whole name.

        Relative names are relative to ``base``, else to the directory that the tool ran in.
        """
        key = f"{base or ''}\0{name}"
        known = self._paths.get(key)
        if known is None:
            known = self._paths[key] = self._path(name, base)
        return known

    @cached_property
    def _roots(self) -> tuple[str, ...]:
        """The root, links followed or not."""
        whole = os.path.abspath(self.root)
        return tuple(dict.fromkeys((whole, os.path.realpath(whole))))

    def _path(self, name: str, base: Path | None) -> str:
        if not name:
            return ""
        name = name.replace("\0", "?")
        if "\\" in name and "/" not in name:
            name = name.replace("\\", "/")
        start = self.root / self.tool.directory if base is None else base
        whole = os.path.normpath(os.path.join(os.path.abspath(start), name))
        for root in self._roots:
            inside = _below(whole, root)
            if inside is not None:
                return inside
        real = _below(os.path.realpath(whole), self._roots[-1])
        return real if real is not None else whole.replace(os.sep, "/")

    def uri(self, uri: str) -> str:
        """The same of a URI or a relative reference: percent signs decoded, ``file://`` taken off."""
        scheme, colon, rest = uri.partition(":")
        if colon and len(scheme) > 1 and scheme.isalnum():
            if scheme.lower() != "file":
                return uri
            return self.path(_local(rest))
        return self.path(urllib.parse.unquote(uri))

    def numbered(self) -> Iterator[tuple[int, str]]:
        """Lines that say something, with their numbers."""
        for number, line in enumerate(self.lines, 1):
            if line.strip():
                yield number, line


def _below(whole: str, root: str) -> str | None:
    if whole == root:
        return "."
    start = root if root.endswith(os.sep) else root + os.sep
    return whole[len(start) :].replace(os.sep, "/") if whole.startswith(start) else None


def _local(rest: str) -> str:
    """The path of a ``file:`` URI without its scheme."""
    if rest.startswith("//"):
        host, slash, path = rest[2:].partition("/")
        path = urllib.parse.unquote(slash + path)
        if host and host.lower() != "localhost":
            return f"//{host}{path}"
    else:
        path = urllib.parse.unquote(rest)
    drive = path[1:3]
    return path[1:] if os.name == "nt" and drive[1:] == ":" and drive[0].isalpha() else path


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no number")
