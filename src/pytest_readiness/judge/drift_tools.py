"""How the tools of two policies differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pytest_readiness.judge.drift_decisions import direction, matched
from pytest_readiness.model.standing import Change, PolicyChange
from pytest_readiness.model.tool import Tool

_ASPECTS = (
    "run",
    "report",
    "format",
    "shell",
    "directory",
    "level",
    "pattern",
    "figure",
    "total",
    "metric",
    "unit",
)
"""What decides which findings a tool has; when it runs and how it is mended does not."""

_Difference = tuple[Change, bool, str, str]


def tool_changes(before: Sequence[Tool], after: Sequence[Tool]) -> Iterator[PolicyChange]:
    """A tool that is not run any more finds nothing; gates on it alone would tell."""
    for then, now in matched(before, after, lambda one: one.name):
        if now is None and then is not None:
            yield PolicyChange(
                what="tool", name=then.name, change=Change.REMOVED, weaker=True, before=_tool(then)
            )
        elif then is None and now is not None:
            yield PolicyChange(
                what="tool",
                name=now.name,
                change=Change.ADDED,
                weaker=False,
                after=_tool(now),
                line=now.origin.line,
            )
        elif then is not None and now is not None:
            for change, weaker, old, new in _of_tool(then, now):
                yield PolicyChange(
                    what="tool",
                    name=now.name,
                    change=change,
                    weaker=weaker,
                    before=old,
                    after=new,
                    line=now.origin.line,
                )


def _of_tool(then: Tool, now: Tool) -> Iterator[_Difference]:
    for name in _ASPECTS:
        old, new = getattr(then, name), getattr(now, name)
        if old != new:
            yield Change.CHANGED, True, f"{name}: {_value(old)}", f"{name}: {_value(new)}"
    if then.statuses != now.statuses:
        more = bool(set(now.statuses) - set(then.statuses))
        fewer = bool(set(then.statuses) - set(now.statuses))
        if more or fewer:
            yield direction(more, fewer), more, _statuses(then), _statuses(now)
    if then.max_age != now.max_age:
        longer = now.max_age is None or (then.max_age is not None and now.max_age > then.max_age)
        change = Change.LOOSENED if longer else Change.TIGHTENED
        yield change, longer, _age(then), _age(now)


def _tool(tool: Tool) -> str:
    return tool.run or tool.report


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) or "none"


def _statuses(tool: Tool) -> str:
    return f"statuses: {', '.join(map(str, sorted(tool.statuses)))}"


def _age(tool: Tool) -> str:
    return "any age" if tool.max_age is None else f"at most {tool.max_age:g} s old"
