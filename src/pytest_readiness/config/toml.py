"""TOML, and the line on which each key stands, which ``tomllib`` does not tell.

Lines are found with ``tomllib`` itself as the judge of where a statement ends: a statement (a header,
or a key with its value) parses on its own, and stops to parse when its last line is cut off. So there is
no second reading of quoting, escapes or nesting that could differ from the first.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from pytest_readiness.config.names import KeyPath
from pytest_readiness.model.pattern import pattern

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


class TomlError(ValueError):
    """Text that is no TOML."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        """Where, from 1; None when that is not known."""


_CLOSING = pattern(r"\]|\}|\"\"\"|'''")
"""A statement of several lines ends on a line that holds one of these."""
_PLACE = pattern(r"\s*\(at line (\d+), column \d+\)")


def parse(text: str) -> dict[str, Any]:
    """:raises TomlError: for whatever ``tomllib`` cannot read."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise TomlError("Nested too deeply") from None
    except ValueError as error:  # also a number of thousands of digits
        message = str(error)
        place = _PLACE.search(message)
        line = int(place.group(1)) if place else None
        raise TomlError(_PLACE.sub("", message), line) from None


def locate(text: str) -> Mapping[KeyPath, int]:
    """The line, from 1, of each key, header and array entry of a valid document.

    What cannot be told with certainty (an entry that goes over several lines) is left out.
    """
    found: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    here: KeyPath = ()
    for line, statement, data in _statements(text):
        if statement[0].lstrip().startswith("["):
            here = _header(data, counts)
            _note(found, here, line)
            continue
        keys = _key(statement[0])
        if keys is None:
            continue
        _note(found, here + keys, line)
        value: Any = data
        for key in keys:
            value = value[key]
        if len(statement) == 1:
            for path in _within(value):
                _note(found, here + keys + path, line)
        elif isinstance(value, list):
            for offset, index in _entries(statement, keys):
                _note(found, (*here, *keys, index), line + offset)
                for path in _within(value[index]):
                    _note(found, (*here, *keys, index, *path), line + offset)
    return found


def nearest_line(lines: Mapping[KeyPath, int], path: KeyPath) -> int | None:
    """The line of the path, or of the table that it belongs to; none when that cannot be told."""
    for length in range(len(path), -1, -1):
        if path[:length] in lines:
            below = path[length : length + 1]
            return None if below and isinstance(below[0], int) else lines[path[:length]]
    return None


def _note(found: dict[KeyPath, int], path: KeyPath, line: int) -> None:
    for length in range(1, len(path) + 1):
        found.setdefault(path[:length], line)


def _statements(text: str) -> Iterator[tuple[int, list[str], dict[str, Any]]]:
    """First line's number, lines and content of each statement."""
    lines = text.replace("\r\n", "\n").split("\n")
    index = 0
    while index < len(lines):
        start, index = index, index + 1
        first = lines[start].strip()
        if not first or first.startswith("#"):
            continue
        data = _try(lines[start])
        while data is None and index < len(lines):
            index += 1
            if _CLOSING.search(lines[index - 1]):
                data = _try("\n".join(lines[start:index]))
        if data is None:
            return  # not a valid document after all: what was found so far is right
        yield start + 1, lines[start:index], data


def _try(statement: str) -> dict[str, Any] | None:
    try:
        return parse(statement)
    except TomlError:
        return None


def _header(data: dict[str, Any], counts: dict[KeyPath, int]) -> KeyPath:
    """Path of a header's table; each ``[[header]]`` opens the next entry of its array."""
    path: KeyPath = ()
    value: Any = data
    while isinstance(value, dict) and value:
        key, value = next(iter(value.items()))
        path = (*path, key)
        if isinstance(value, list):
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _key(line: str) -> KeyPath | None:
    """Keys before the ``=`` of a statement's first line: the first cut there that is TOML."""
    position = line.find("=")
    while position >= 0:
        value: Any = _try(f"{line[:position]}= 0")
        if value is not None:
            path: KeyPath = ()
            while isinstance(value, dict):
                key, value = next(iter(value.items()))
                path = (*path, key)
            return path
        position = line.find("=", position + 1)
    return None


def _within(value: object) -> Iterator[KeyPath]:
    """Paths of all keys and entries within a value."""
    pairs: Iterator[tuple[str | int, object]]
    if isinstance(value, dict):
        pairs = iter(value.items())
    elif isinstance(value, list):
        pairs = iter(enumerate(value))
    else:
        return
    for key, below in pairs:
        yield (key,)
        for path in _within(below):
            yield (key, *path)


def _entries(statement: list[str], keys: KeyPath) -> Iterator[tuple[int, int]]:
    """``(line offset, index)`` of the entries of an array that stand on one line of their own."""
    before: int | None = 0
    for offset in range(len(statement)):
        value: Any = _try("\n".join([*statement[: offset + 1], "]"]))
        for key in keys:
            value = None if value is None else value[key]
        if value is None and offset == len(statement) - 1:
            value = _last(statement, keys)
        now = len(value) if isinstance(value, list) else None
        if before is not None and now is not None:
            for index in range(before, now):
                yield offset, index
        before = now


def _last(statement: list[str], keys: KeyPath) -> object:
    value: Any = _try("\n".join(statement))
    for key in keys:
        value = None if value is None else value[key]
    return value
