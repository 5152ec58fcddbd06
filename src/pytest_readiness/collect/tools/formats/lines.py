"""Findings that stand one a line, found by a regular expression."""

from __future__ import annotations

import re

from pytest_readiness.collect.tools.formats.levels import DEFAULT, PLAIN, level_of, ordered
from pytest_readiness.collect.tools.formats.read import Found, Read, UnreadableError, gather
from pytest_readiness.collect.tools.formats.source import Source, shown
from pytest_readiness.model.outside import LEVELS
from pytest_readiness.model.pattern import pattern

_COLOUR = pattern(r"\x1b\[[0-9;]*[A-Za-z]")
USUAL = (
    r"^\s*(?P<path>[^\s:](?:[^:]|:(?=[\\/]))*):(?P<line>\d+)(?::\d+)*:? "
    r"(?:-? ?(?P<level>error|warning|note|info|information|fatal|hint)\b:? ?)?(?P<message>.*)"
)
"""``path:line:column: level: message [rule]``, column, level and rule being optional: mypy, gcc, pyflakes."""
_RULE = pattern(r"[\w./-]+\Z")
_LONGEST = 10_000
"""Characters of a line; an expression may take the square of them."""
GROUPS = ("path", "line", "level", "rule", "message")
"""What a group is where groups have no names, in this order."""


def read(source: Source) -> Read:
    tool = source.tool
    try:
        regex = re.compile(tool.pattern or USUAL)
    except re.error as error:
        raise UnreadableError(f"`pattern` is no regular expression: {error}") from None
    named = regex.groupindex
    known = dict(named) if named else dict(zip(GROUPS, range(1, regex.groups + 1), strict=False))
    usual = tool.level or DEFAULT
    found = []
    total, first = 0, ""
    for _, coloured in source.numbered():
        line = _COLOUR.sub("", coloured[:_LONGEST])
        total += 1
        first = first or line
        match = regex.search(line)
        if match is not None:
            found.append(_found(source, match, known, usual))
    if not found and source.status:
        what = (
            f"none of its {total} lines matches `pattern`: {shown(first)}"
            if total
            else "printed nothing"
        )
        raise UnreadableError(f"it ended with exit status {source.status}, and {what}")
    told = LEVELS if tool.pattern else PLAIN
    levels = ordered({usual, *(told if "level" in known else ())})
    return Read(findings=gather(tool.name, found), levels=levels)


def _found(source: Source, match: re.Match[str], known: dict[str, int], usual: str) -> Found:
    def group(name: str) -> str:
        return (match.group(known[name]) or "").strip() if name in known else ""

    number = group("line")
    message, rule = group("message") or match.string, group("rule")
    if not source.tool.pattern:
        message, rule = _parted(message)
    return Found(
        level=level_of(group("level")) or usual,
        message=message,
        rule=rule,
        path=source.path(group("path")),
        line=int(number) if number.isdecimal() and len(number) < 9 else 0,
    )


def _parted(message: str) -> tuple[str, str]:
    """Message and rule of ``message  [rule]`` or ``message (rule)``."""
    start = max(message.rfind(" ["), message.rfind(" ("))
    rule = message[start + 2 : -1]
    if start >= 0 and message[start + 1] + message[-1] in ("[]", "()") and _RULE.match(rule):
        return message[:start].rstrip(), rule
    return message, ""
