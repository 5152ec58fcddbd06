"""What reading the output of a tool comes to, and how single findings become facts."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_readiness.collect import Fact
from pytest_readiness.model.evidence import Figure, ToolFinding
from pytest_readiness.model.lines import MAX_LINE
from pytest_readiness.model.value import NamedTuple

MAX_PLACES = 1_000
"""Of one level, rule and path; those beyond are counted, not told."""
MAX_MESSAGE = 300
MAX_NAME = 500
"""Characters of a rule or a path."""


class UnreadableError(Exception):
    """The output is not what its format says; the text tells what is wrong, and where."""


class Read(NamedTuple):
    findings: tuple[ToolFinding, ...] = ()
    figures: tuple[tuple[str, Figure], ...] = ()
    """Subject, the tool's name, and figure."""
    coverage: tuple[Fact, ...] = ()
    """Files of the project, and gaps and notices of what is not among them."""
    levels: tuple[str, ...] = ()
    """All levels that findings of this output can have."""
    version: str = ""


class Found(NamedTuple):
    """One finding."""

    level: str
    message: str
    rule: str = ""
    path: str = ""
    line: int = 0
    fixable: bool = False
    url: str = ""


def gather(tool: str, found: Iterable[Found]) -> tuple[ToolFinding, ...]:
    """One fact for each level, rule and path, in the order of their ids."""
    groups: dict[str, list[Found]] = {}
    for one in found:
        # as ids are made: two that look alike are one
        parts = (one.level, one.rule[:MAX_NAME] or "-", one.path[:MAX_NAME])
        groups.setdefault(":".join(parts).rstrip(":"), []).append(one)
    return tuple(_fact(tool, groups[key]) for key in sorted(groups))


def _fact(tool: str, group: list[Found]) -> ToolFinding:
    first = group[0]
    places = sorted((_line(one.line), brief(one.message)) for one in group)
    return ToolFinding(
        tool=tool,
        level=first.level,
        rule=first.rule[:MAX_NAME],
        path=first.path[:MAX_NAME],
        places=tuple(places[:MAX_PLACES]),
        more=max(0, len(places) - MAX_PLACES),
        fixable=sum(one.fixable for one in group),
        url=next((one.url for one in group if one.url.startswith(("https://", "http://"))), ""),
    )


def _line(line: int) -> int:
    return line if 0 < line <= MAX_LINE else 0


def brief(message: str) -> str:
    """The first line that says something, at most 300 characters of it."""
    first = next((line.strip() for line in message.splitlines() if line.strip()), "")
    return first if len(first) <= MAX_MESSAGE else first[: MAX_MESSAGE - 3] + "..."
