"""LCOV's tracefiles."""

from __future__ import annotations

import os
from collections.abc import Iterator

from pytest_readiness.collect.tools.formats.arcs import EXIT, Ways
from pytest_readiness.collect.tools.formats.covering import Report, lines_of, told
from pytest_readiness.collect.tools.formats.read import Read, UnreadableError
from pytest_readiness.collect.tools.formats.source import Source, shown
from pytest_readiness.model.pattern import pattern

_JUMP = pattern(r"jump to line (\d{1,8})\Z")


class _File:
    def __init__(self, name: str) -> None:
        self.name = name
        self.hits: dict[int, int] = {}
        self.branches: dict[int, dict[tuple[str, str], int]] = {}
        self.counted = 0
        """How many branches it says that it has."""


def read(source: Source) -> Read:
    files: dict[str, _File] = {}
    now: _File | None = None
    for number, line in source.numbered():
        kind, colon, rest = line.strip().partition(":")
        if kind == "SF" and colon:
            now = files.setdefault(rest, _File(rest))
        elif kind == "end_of_record":
            now = None
        elif colon and kind in ("DA", "BRDA", "BRF"):
            if now is None:
                raise UnreadableError(f"line {number} belongs to no file: {shown(line)}")
            try:
                _add(now, kind, rest)
            except (ValueError, IndexError, OverflowError):
                raise UnreadableError(f"line {number} is no LCOV: {shown(line)}") from None
        elif not (
            (colon and kind.replace("_", "").isalnum() and kind.isupper()) or kind[:1] == "#"
        ):
            raise UnreadableError(f"line {number} is no LCOV: {shown(line)}")
    if now is not None:
        raise UnreadableError(f"it ends within what it tells of {now.name}")
    if not files:
        raise UnreadableError("its output is empty, and should be LCOV")
    # coverage says nothing of branches in files that have none
    counted = any(file.branches or file.counted for file in files.values())
    return told(source, _reports(source, files, branches=counted), None)


def _add(file: _File, kind: str, rest: str) -> None:
    parts = rest.split(",")
    if kind == "BRF":
        file.counted = max(file.counted, int(rest))
    elif kind == "DA":
        line = int(parts[0])
        file.hits[line] = file.hits.get(line, 0) + max(0, int(float(parts[1])))
    else:
        line, block, name, hits = int(parts[0]), parts[1], ",".join(parts[2:-1]), parts[-1]
        here = file.branches.setdefault(line, {})
        here[block, name] = here.get((block, name), 0) + (0 if hits == "-" else int(float(hits)))


def _reports(source: Source, files: dict[str, _File], *, branches: bool) -> Iterator[Report]:
    base = os.path.join(source.root, source.tool.directory)
    for file in files.values():
        yield Report(
            os.path.normpath(os.path.join(base, file.name.replace("\\", "/"))),
            lines_of(file.hits),
            lines_of(line for line, hits in file.hits.items() if hits),
            ways=tuple(_ways(line, one) for line, one in sorted(file.branches.items()))
            if branches
            else None,
            total=file.counted,
        )


def _ways(line: int, branches: dict[tuple[str, str], int]) -> Ways:
    targets = {key: _target(key[1]) for key in branches}
    taken = [key for key, hits in branches.items() if hits]
    known = 0 not in targets.values()
    to = frozenset(targets[key] for key in taken)
    known = known and len(to) == len(taken)
    return Ways(line, len(branches), len(taken), to=to if known else None)


def _target(name: str) -> int:
    """The line that a branch leads to; 0: its name, a number of some kind, does not tell.

    Coverage calls them ``jump to line 13``, ``return from function 'x'``, ``exit class 'X'``.
    """
    match = _JUMP.match(name)
    if match is not None:
        return int(match[1])
    return EXIT if name[:1].isalpha() else 0
