"""Coverage that another process wrote down, as facts of the project's files.

Line numbers mean something only beside the content that ran. What proves that the file here is
another one (it is younger than the report, it has fewer lines) is a gap; nobody counts such lines.
"""

from __future__ import annotations

import datetime
import os
import time
from collections.abc import Iterable

from pytest_readiness.collect import Fact
from pytest_readiness.collect.digest import digest
from pytest_readiness.collect.naming import project_path
from pytest_readiness.collect.tools.formats.arcs import Arc, Wayfinder, Ways, spans_of
from pytest_readiness.collect.tools.formats.docstrings import docstrings
from pytest_readiness.collect.tools.formats.read import Read, UnreadableError
from pytest_readiness.collect.tools.formats.source import Source
from pytest_readiness.collect.tools.formats.vouched import vouched
from pytest_readiness.model import lines
from pytest_readiness.model.evidence import FileCoverage, Gap, Notice, Reason
from pytest_readiness.model.lines import Lines
from pytest_readiness.model.value import NamedTuple

_SHOWN = 3
_GRAIN = 2.0
"""Seconds: some file systems tell no finer time."""
_ELSEWHERE = ("site-packages/", "dist-packages/")
AGAIN = "measure again, and read the report that the same state of the code left"


class Report(NamedTuple):
    """What a report says of one file."""

    name: str
    """Where it lies on this machine, if it does."""
    statements: Lines
    executed: Lines
    arcs: tuple[Arc, ...] | None = None
    """All branches, where the report names them."""
    taken: tuple[Arc, ...] = ()
    ways: tuple[Ways, ...] | None = None
    """Branches by line, where the report does not name them all."""
    total: int = 0
    """How many branches there are, where lines that no pragma lets count are left out; 0: all are told."""


def told(source: Source, reports: Iterable[Report], made: float | None, version: str = "") -> Read:
    """Facts of the files of the project. Raises :class:`UnreadableError` where there is none of them."""
    written = min((one for one in (made, source.written) if one is not None), default=None)
    outside: dict[str, None] = {}
    absent: dict[str, None] = {}
    aged: dict[str, None] = {}
    other: dict[str, None] = {}
    found: dict[str, FileCoverage] = {}
    finder = Wayfinder(source)
    for report in reports:
        path = project_path(report.name, source.root)
        if is_outside(path):
            outside[report.name] = None
            continue
        content = content_of(report.name)
        if content is None:
            absent[path] = None
            continue
        if is_aged(source, report.name, written):
            aged[path] = None
            continue
        if report.statements.bit_length() - 1 > content.count(b"\n") + content.count(b"\r") + 1:
            other[path] = None
            continue
        data = _file(report, content, finder)
        found[path] = _united(found[path], data) if path in found else data
    if not (found or outside or absent or aged or other):
        raise UnreadableError("it tells of no file")
    if not (found or absent or aged or other):
        raise UnreadableError(f"none of its files lies in the project: {_listed(outside)}")
    process = f"tool:{source.tool.name}"
    facts = [Fact(path, data, process=process) for path, data in sorted(found.items())]
    facts += gaps(source, written, absent=absent, aged=aged, other=other)
    facts += notices(source, outside)
    return Read(coverage=tuple(facts), version=version)


def is_outside(path: str) -> bool:
    return path.startswith(("../", *_ELSEWHERE)) or os.path.isabs(path) or path == ".."


def is_aged(source: Source, name: str, written: float | None) -> bool:
    """Whether the file was written after the report, and nothing says that it is the same all the same."""
    if written is None:
        return False
    try:
        younger = os.stat(name).st_mtime > written + _GRAIN
    except OSError:
        return False
    return younger and not vouched(source.root, name, written)


def gaps(
    source: Source,
    written: float | None,
    *,
    absent: Iterable[str] = (),
    aged: Iterable[str] = (),
    other: Iterable[str] = (),
) -> list[Fact]:
    """What the report cannot say, in the section ``coverage``."""
    name = source.tool.name
    when = "" if written is None else f" ({_stamp(written)})"
    told = (
        (Reason.PARTIAL, absent, f"{name} measured files that are not here"),
        (Reason.STALE, aged, f"{name}'s report{when} is older than files that it measured"),
        (Reason.ERROR, other, f"{name} measured lines that files here do not have"),
    )
    return [
        Fact(
            f"coverage:{name}",
            Gap(reason=reason, message=f"{message}: {_listed(paths)}", remedy=AGAIN),
            process=f"tool:{name}",
        )
        for reason, paths, message in told
        if paths
    ]


def notices(source: Source, outside: Iterable[str]) -> list[Fact]:
    names = list(outside)
    if not names:
        return []
    many = "1 file" if len(names) == 1 else f"{len(names)} files"
    text = f"{many} outside of the project left out: {_listed(names)}"
    return [Fact(source.tool.name, Notice(text=text), process=f"tool:{source.tool.name}")]


def _listed(paths: Iterable[str]) -> str:
    names = sorted(paths)
    return ", ".join(names[:_SHOWN]) + (
        f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    )


def _stamp(seconds: float) -> str:
    moment = datetime.datetime.fromtimestamp(min(seconds, time.time()), datetime.timezone.utc)
    return moment.strftime("%Y-%m-%d %H:%M UTC")


def content_of(name: str) -> bytes | None:
    try:
        with open(name, "rb") as file:
            return file.read()
    except (OSError, ValueError):
        return None


def _file(report: Report, content: bytes, finder: Wayfinder) -> FileCoverage:
    branches, taken = report.arcs, report.taken
    if branches is None and report.ways is not None:
        branches, taken = finder.arcs(report.name, content, report.ways, report.total)
    statements = Lines(report.statements & ~docstrings(report.name, content))
    return FileCoverage(
        digest=digest(content),
        statements=statements,
        executed=Lines(report.executed & statements),
        branches=branches,
        taken=taken,
        spans=spans_of(report.name, content),
    )


def _united(one: FileCoverage, two: FileCoverage) -> FileCoverage:
    """A file that stands in the report twice."""
    both = one.branches is not None and two.branches is not None
    branches = tuple(sorted({*(one.branches or ()), *(two.branches or ())})) if both else None
    return FileCoverage(
        digest=one.digest,
        statements=Lines(one.statements | two.statements),
        executed=Lines(one.executed | two.executed),
        branches=branches,
        taken=tuple(sorted({*one.taken, *two.taken})) if both else (),
        spans=one.spans,
    )


def lines_of(numbers: Iterable[int]) -> Lines:
    """Raises :class:`UnreadableError` for what no file has."""
    found = set(numbers)
    if found and not 1 <= min(found) <= max(found) <= lines.MAX_LINE:
        raise UnreadableError(f"it tells of line {min(found) if min(found) < 1 else max(found)}")
    return lines.of(found)
