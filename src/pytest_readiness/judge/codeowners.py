"""The rules of CODEOWNERS: of each section the last one that matches, all sections together."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pytest_readiness.model.requirement import OwnerRule

_TOLD = 5


class CodeOwners:
    """Looks up the owners of paths that are relative to the project's directory."""

    __slots__ = ("_directory", "_sections")

    def __init__(self, rules: Sequence[OwnerRule]) -> None:
        usable = [rule for rule in rules if rule.regex and not rule.problem]
        self._directory = usable[0].directory if usable else ""
        sections: dict[str, list[OwnerRule]] = {}
        for rule in usable:
            sections.setdefault(rule.section, []).append(rule)
        self._sections = [_Section(found) for found in sections.values()]

    def of(self, path: str) -> str:
        """All owners, a space between them, in the order of their sections; empty: nobody."""
        place = _within(self._directory, path)
        if place is None:
            return ""
        found: dict[str, None] = {}
        for section in self._sections:
            found.update(dict.fromkeys(section.of(place)))
        return " ".join(found)


class _Section:
    """One expression for all patterns: the last that matches has to be found, not every one."""

    __slots__ = ("_excluded", "_rules", "_search")

    def __init__(self, rules: Sequence[OwnerRule]) -> None:
        excluded = [f"(?:{rule.regex})" for rule in rules if rule.excluded]
        self._excluded = _compiled("|".join(excluded)) if excluded else None
        self._rules = [rule for rule in reversed(rules) if not rule.excluded]
        self._search = _compiled("|".join(f"({rule.regex})" for rule in self._rules))

    def of(self, path: str) -> tuple[str, ...]:
        if not self._rules or (self._excluded is not None and self._excluded.match(path)):
            return ()
        found = self._search.match(path)
        return self._rules[found.lastindex - 1].owners if found and found.lastindex else ()


def _compiled(alternatives: str) -> re.Pattern[str]:
    return re.compile(f"(?:{alternatives})\\Z", re.DOTALL)


def _within(directory: str, path: str) -> str | None:
    """The path from the repository's top; None: it leads out of it."""
    if path.startswith("/"):
        return None
    if ".." not in path:
        return f"{directory}/{path}" if directory else path
    parts = directory.split("/") if directory else []
    for part in path.split("/"):
        if part != "..":
            parts.append(part)
        elif parts:
            parts.pop()
        else:
            return None
    return "/".join(parts)


def owner_notes(rules: Sequence[OwnerRule]) -> tuple[str, ...]:
    """What the forge takes no notice of in the file, the first few of it."""
    told = [rule.problem for rule in rules if rule.problem]
    left = len(told) - _TOLD
    if left <= 1:
        return tuple(told)
    return (*told[:_TOLD], f"{left} more lines are skipped")
