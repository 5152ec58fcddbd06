"""bandit's JSON, which its bare installation writes. A file that it could not read is a finding."""

from __future__ import annotations

from typing import Any

from pytest_readiness.collect.tools.formats.levels import SEVERITIES, level_of, ordered
from pytest_readiness.collect.tools.formats.read import Found, Read, UnreadableError, gather
from pytest_readiness.collect.tools.formats.source import Source, shown


def read(source: Source) -> Read:
    log = source.json("JSON of bandit")
    if not isinstance(log, dict) or not all(
        isinstance(log.get(key), list) for key in ("results", "errors")
    ):
        raise UnreadableError(
            f"its output is no JSON of bandit: it has no `results` or `errors`: {shown(source.text)}"
        )
    found = [_finding(source, one, n) for n, one in enumerate(log["results"])]
    found += [_skipped(source, one, n) for n, one in enumerate(log["errors"])]
    # of critical ones it is known that there are none; an error is a file that does not parse
    levels = ordered({*SEVERITIES, "error"})
    return Read(findings=gather(source.tool.name, found), levels=levels)


def _finding(source: Source, result: Any, place: int) -> Found:
    texts = _texts(
        result, f"results[{place}]", "issue_severity", "issue_text", "filename", "test_id"
    )
    line = result.get("line_number")
    url = result.get("more_info")
    return Found(
        level=level_of(texts["issue_severity"]) or "low",  # UNDEFINED
        message=texts["issue_text"],
        rule=texts["test_id"],
        path=source.path(texts["filename"]),
        line=line if type(line) is int else 0,
        url=url if isinstance(url, str) else "",
    )


def _skipped(source: Source, error: Any, place: int) -> Found:
    texts = _texts(error, f"errors[{place}]", "filename", "reason")
    return Found(
        level="error",
        message=f"not looked at: {texts['reason']}",
        rule="not-analysed",
        path=source.path(texts["filename"]),
    )


def _texts(data: Any, where: str, *names: str) -> dict[str, str]:
    """Raises :class:`UnreadableError` where one of them is missing."""
    if not isinstance(data, dict):
        raise UnreadableError(f"`{where}` is no object")
    for name in names:
        if not isinstance(data.get(name), str):
            raise UnreadableError(f"`{where}.{name}` is no text")
    return {name: data[name] for name in names}
