"""pyright's ``--outputjson``, and basedpyright's: lines are counted from 0 there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pytest_readiness.collect.tools.formats.levels import DEFAULT, PLAIN, level_of
from pytest_readiness.collect.tools.formats.read import Found, Read, UnreadableError, gather
from pytest_readiness.collect.tools.formats.source import Source, shown


def read(source: Source) -> Read:
    told = source.json("JSON of pyright (`pyright --outputjson`)")
    found = told.get("generalDiagnostics") if isinstance(told, dict) else None
    if not isinstance(found, list):
        raise UnreadableError(f"it has no `generalDiagnostics`: {shown(source.text)}")
    summary = told.get("summary")
    if isinstance(summary, dict) and summary.get("filesAnalyzed") == 0:
        raise UnreadableError("pyright says that it analysed no file")
    version = told.get("version")
    return Read(
        findings=gather(source.tool.name, _all(source, found)),
        levels=PLAIN,
        version=version[:100] if isinstance(version, str) else "",
    )


def _all(source: Source, told: list[Any]) -> Iterator[Found]:
    for place, one in enumerate(told):
        if not isinstance(one, dict) or not isinstance(one.get("message"), str):
            raise UnreadableError(f"`generalDiagnostics[{place}]` holds no message")
        line: Any = one.get("range")
        for key in ("start", "line"):
            line = line.get(key) if isinstance(line, dict) else None
        rule, path = one.get("rule"), one.get("file") or one.get("uri")
        yield Found(
            level=level_of(str(one.get("severity") or "")) or DEFAULT,
            message=one["message"],
            rule=rule if isinstance(rule, str) else "",
            path=source.path(path) if isinstance(path, str) else "",
            line=line + 1 if type(line) is int else 0,
        )
