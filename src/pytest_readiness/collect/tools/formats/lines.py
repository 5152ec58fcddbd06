"""Findings that stand one a line, found by a regular expression."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pytest_readiness.collect import matcher
from pytest_readiness.collect.tools.formats.levels import DEFAULT, PLAIN, level_of, ordered
from pytest_readiness.collect.tools.formats.matched import matched
from pytest_readiness.collect.tools.formats.read import Found, Read, UnreadableError, gather
from pytest_readiness.collect.tools.formats.source import Source, shown
from pytest_readiness.model.outside import LEVELS
from pytest_readiness.model.pattern import pattern
from pytest_readiness.model.value import NamedTuple

_COLOUR = pattern(r"\x1b\[[0-9;]*[A-Za-z]")
USUAL = (
    r"^\s*(?P<path>[^\s:](?:[^:]|:(?=[\\/]))*):(?P<line>\d+)(?::\d+)*:? "
    r"(?:-? ?(?P<level>error|warning|note|info|information|fatal|hint)\b:? ?)?(?P<message>.*)"
)
"""``path:line:column: level: message [rule]``, column, level and rule being optional: mypy, gcc, pyflakes."""
_USUAL = pattern(USUAL)
_RULE = pattern(r"[\w./-]+\Z")
_ARROW = "--> "
"""Before a place whose message stands in the line above: ruff, rustc."""
_LONGEST = 10_000
"""Characters of a line; an expression may take the square of them."""
GROUPS = ("path", "line", "level", "rule", "message")
"""What a group is where groups have no names, in this order."""


def read(source: Source) -> Read:
    tool = source.tool
    lines = [_COLOUR.sub("", coloured[:_LONGEST]) for _, coloured in source.numbered()]
    # the usual one is ours, and known to take no time
    hits = matched(tool.pattern, "pattern", lines) if tool.pattern else matcher.hits(_USUAL, lines)
    known = _groups(re.compile(tool.pattern or USUAL))
    usual = tool.level or DEFAULT
    found = [
        _found(source, _Line(lines, place, hit[1], known), usual)
        for place, hit in enumerate(hits)
        if hit is not None
    ]
    if not found and source.status:
        what = (
            f"none of its {len(lines)} lines matches `pattern`: {shown(lines[0])}"
            if lines
            else "printed nothing"
        )
        raise UnreadableError(f"it ended with exit status {source.status}, and {what}")
    told = LEVELS if tool.pattern else PLAIN
    levels = ordered({usual, *(told if "level" in known else ())})
    return Read(findings=gather(tool.name, found), levels=levels)


class _Line(NamedTuple):
    """A line that matches, among the others."""

    lines: Sequence[str]
    place: int
    groups: Sequence[str | None]
    known: Mapping[str, int]

    def group(self, name: str) -> str:
        return (self.groups[self.known[name]] or "").strip() if name in self.known else ""

    @property
    def text(self) -> str:
        """The line; of one that only points at a place (``--> a.py:3:1``) the one before it."""
        text = self.lines[self.place]
        if text.lstrip().startswith(_ARROW) and self.place:
            return self.lines[self.place - 1].strip()
        return text


def _groups(regex: re.Pattern[str]) -> Mapping[str, int]:
    named = regex.groupindex
    return named or dict(zip(GROUPS, range(1, regex.groups + 1), strict=False))


def _found(source: Source, line: _Line, usual: str) -> Found:
    group = line.group
    number = group("line")
    message, rule = group("message") or line.text, group("rule")
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
