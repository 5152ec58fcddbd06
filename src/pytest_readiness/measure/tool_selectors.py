"""Selectors of findings: ``TOOL:LEVEL:RULE:PATH``, each part a glob, parts at the end left out."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from pytest_readiness.measure.findings import Finding
from pytest_readiness.measure.integrity import Hole
from pytest_readiness.measure.told_by_tools import Tools
from pytest_readiness.model.evidence import Reason
from pytest_readiness.model.glob import matches
from pytest_readiness.model.outside import LEVELS
from pytest_readiness.model.value import NamedTuple

_ANY = "**"


class Selector(NamedTuple):
    text: str
    tool: str
    level: str
    rest: tuple[tuple[str, str], ...]
    """Rule and path: one pair, or several where a rule may hold colons itself."""

    @classmethod
    def of(cls, text: str) -> Selector:
        tool, _, behind = text.partition(":")
        level, _, rest = behind.partition(":")
        parts = rest.split(":")
        pairs = [
            (":".join(parts[:count]) or _ANY, ":".join(parts[count:]) or _ANY)
            for count in range(1, len(parts) + 1)
        ]
        return cls(text, tool or _ANY, level or _ANY, tuple(pairs))

    def selects(self, finding: Finding) -> bool:
        return (
            _matches(self.tool, finding.tool)
            and _matches(self.level, finding.level)
            and any(
                _matches(rule, finding.rule or "-")
                and (path == _ANY or matches(path, finding.path))
                for rule, path in self.rest
            )
        )


def select_tools(tools: Tools, selectors: Sequence[Selector]) -> tuple[tuple[str, ...], list[Hole]]:
    """Tools that the selectors name, without selectors all; and what none of them can tell."""
    if not selectors:
        return tools.names, []
    chosen: dict[str, None] = {}
    missing: list[Hole] = []
    for selector in selectors:
        named = [name for name in tools.names if _matches(selector.tool, name)]
        chosen.update(dict.fromkeys(named))
        measured = [name for name in named if name in tools.levels]
        if not named:
            missing.append(_unknown(selector, tools.names))
        elif measured and not any(
            _matches(selector.level, level) for name in measured for level in tools.levels[name]
        ):
            missing.append(_untold(selector, measured, tools))
    return tuple(chosen), missing


def _matches(glob: str, name: str) -> bool:
    """Names of tools and rules are no paths: ``*`` stands for whatever it likes in them."""
    return matches("::" + glob, "::" + name)


def _unknown(selector: Selector, names: Iterable[str]) -> Hole:
    known = list(names)
    near = difflib.get_close_matches(selector.tool, known, 3, 0.5) or known[:5]
    remedy = f"there are: {', '.join(near)}" if near else "configure it below `tools`"
    return Hole(Reason.NO_DATA, f"`{selector.text}` names no tool of this evidence", remedy)


def _untold(selector: Selector, measured: Sequence[str], tools: Tools) -> Hole:
    told = {level for name in measured for level in tools.levels[name]}
    listed = ", ".join(level for level in LEVELS if level in told) or "no findings"
    level = selector.level
    near = difflib.get_close_matches(level, sorted(told), 1, 0.5)
    return Hole(
        Reason.NO_DATA,
        f"`{selector.text}`: {', '.join(measured)} tells {listed}, no level `{level}`",
        f"write `{selector.tool}:{near[0]}`" if near else "select a level that it tells",
    )
