"""mypy's ``--output=json``: one object a line; nothing at all where all is well."""

from __future__ import annotations

import json

from pytest_readiness.collect.tools.formats.levels import DEFAULT, level_of, ordered
from pytest_readiness.collect.tools.formats.read import Found, Read, UnreadableError, gather
from pytest_readiness.collect.tools.formats.source import Source, shown
from pytest_readiness.model.pattern import pattern

_SUMMARY = pattern(r"(?:Success: |Found \d+ errors? )")


def read(source: Source) -> Read:
    tool = source.tool
    found = [
        _found(source, number, line)
        for number, line in source.numbered()
        if not _SUMMARY.match(line)
    ]
    if source.status and not found:
        raise UnreadableError(f"it ended with exit status {source.status}, and told of no error")
    levels = ordered({"error", "note", *(one.level for one in found)})
    return Read(findings=gather(tool.name, found), levels=levels)


def _found(source: Source, number: int, line: str) -> Found:
    try:
        told = json.loads(line)
    except ValueError:
        told = None
    if not isinstance(told, dict) or not isinstance(told.get("message"), str):
        raise UnreadableError(
            f"line {number} is no object of mypy's JSON (`mypy --output json`): {shown(line)}"
        )
    place, rule, path = told.get("line"), told.get("code"), told.get("file")
    return Found(
        level=level_of(str(told.get("severity") or "")) or source.tool.level or DEFAULT,
        message=told["message"],
        rule=rule if isinstance(rule, str) else "",
        path=source.path(path) if isinstance(path, str) else "",
        line=place if type(place) is int else 0,
    )
