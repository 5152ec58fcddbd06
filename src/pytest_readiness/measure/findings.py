"""Findings of tools as all runs together tell of them: each place once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from pytest_readiness.model.outside import ToolFinding
from pytest_readiness.model.value import dataclass

_NO_FIXES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What all runs together found of one tool, level, rule and path."""

    id: str
    tool: str
    level: str
    rule: str
    path: str
    places: tuple[tuple[int, str], ...]
    more: int
    fixable: int
    """How many of them the tool can mend by itself."""
    fix: str
    """The command that does."""

    @property
    def count(self) -> int:
        return len(self.places) + self.more


def united(
    found: Iterable[ToolFinding], fixes: Mapping[str, str] = _NO_FIXES
) -> tuple[Finding, ...]:
    """By id; what several runs found alike counts once.

    :param fixes: commands that mend, by tool.
    """
    groups: dict[str, list[ToolFinding]] = {}
    for one in found:
        groups.setdefault(one.id, []).append(one)
    return tuple(
        _united(id, group, fixes.get(group[0].tool, "")) for id, group in sorted(groups.items())
    )


def _united(id: str, group: list[ToolFinding], fix: str) -> Finding:
    places: Counter[tuple[int, str]] = Counter()
    for one in group:
        places |= Counter(one.places)
    first, more = group[0], max(one.more for one in group)
    return Finding(
        id=id,
        tool=first.tool,
        level=first.level,
        rule=first.rule,
        path=first.path,
        places=tuple(sorted(places.elements())),
        more=more,
        fixable=min(max(one.fixable for one in group), places.total() + more),
        fix=fix,
    )
