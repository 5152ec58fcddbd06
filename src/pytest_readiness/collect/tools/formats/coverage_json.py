"""Coverage's JSON report: statements and branches by name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from pytest_readiness.collect.statements import settle
from pytest_readiness.collect.tools.formats.arcs import by_line
from pytest_readiness.collect.tools.formats.covering import Report, content_of, lines_of, told
from pytest_readiness.collect.tools.formats.docstrings import docstrings
from pytest_readiness.collect.tools.formats.read import Read, UnreadableError
from pytest_readiness.collect.tools.formats.source import Source, shown
from pytest_readiness.model.lines import Lines


def read(source: Source) -> Read:
    report = source.json("JSON of coverage (`coverage json`)")
    files = report.get("files") if isinstance(report, dict) else None
    if not isinstance(files, dict):
        raise UnreadableError(f"it has no `files`: {shown(source.text)}")
    meta = report.get("meta")
    version = meta.get("version") if isinstance(meta, dict) else ""
    # its time of making tells no time zone: `written` is better
    return told(source, _reports(source, files), None, str(version or ""))


def _reports(source: Source, files: dict[str, Any]) -> Iterator[Report]:
    base = os.path.join(source.root, source.tool.directory)
    for name, entry in files.items():
        yield _checked(name, os.path.normpath(os.path.join(base, name.replace("\\", "/"))), entry)


def _checked(told_as: str, name: str, entry: Any) -> Report:
    try:
        return _report(name, entry)
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableError(
            f"`files` tells of {told_as} otherwise than coverage does: "
            f"{type(error).__name__}: {error}"
        ) from None


def _report(name: str, entry: dict[str, Any]) -> Report:
    summary = entry["summary"]
    missing = lines_of(entry["missing_lines"])
    excluded = lines_of(entry.get("excluded_lines", ()))
    executed = Lines(lines_of(entry["executed_lines"]) & ~excluded & ~missing)
    statements = Lines(executed | missing)
    content = content_of(name)
    if statements.bit_count() > summary["num_statements"] and content is not None:
        executed = Lines(executed & ~docstrings(name, content))
        statements = Lines(executed | missing)
    count, known = summary["num_statements"], statements.bit_count()
    # of a file that is not here, or is another one, nothing will be counted
    here = content is not None and statements.bit_length() - 2 <= content.count(b"\n")
    if known < count or (here and known != count):
        raise ValueError(f"{known} lines, num_statements says otherwise")
    if "num_branches" not in summary:
        return Report(name, statements, executed)
    reached = {(line, target) for line, target in entry["executed_branches"]}
    lost = {(line, target) for line, target in entry["missing_branches"]}
    if not all(type(end) is int for arc in reached | lost for end in arc):
        raise ValueError("a branch is no pair of lines")
    count = int(summary["num_branches"])
    if len(reached | lost) < count:  # excused ones have no names
        return Report(name, statements, executed, ways=by_line(reached, lost), total=count)
    arcs, taken = settle(reached - lost, lost, count, int(summary["missing_branches"]))
    if len(arcs) != count:
        raise ValueError(f"{len(arcs)} branches, num_branches says otherwise")
    return Report(name, statements, executed, arcs=arcs, taken=taken)
