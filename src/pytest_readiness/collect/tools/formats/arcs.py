"""Branches that a report counts and does not name, named as coverage names them.

Coverage's XML names the branches that were not taken, LCOV describes them. Lines of one file unite
over runs by the very pairs of lines that coverage has, so they are looked up in coverage's own parser;
what does not fit it has no branches at all, which is told, rather than a wrong number of them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import Any

from pytest_readiness.collect.tools.formats.source import Source
from pytest_readiness.model.value import NamedTuple

Arc = tuple[int, int]
EXIT = -1
"""Stands for the one way out of the function, class or module."""


class Ways(NamedTuple):
    """The branches of one line."""

    line: int
    total: int
    taken: int
    to: frozenset[int] | None = None
    """Where those lead that were taken; None: not told."""
    missed: frozenset[int] | None = None
    """Where those lead that were not."""


class Wayfinder:
    """Of one report."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._exclude: str | None = None

    def arcs(
        self, name: str, content: bytes, ways: Sequence[Ways], count: int = 0
    ) -> tuple[tuple[Arc, ...] | None, tuple[Arc, ...]]:
        """All branches and those taken, sorted; None: they have no names.

        ``count``: how many there are. Those of lines without ways are excused: taken, whatever ran.
        """
        if not name.endswith((".py", ".pyw")):
            return _numbered(ways)
        if not ways and not count:
            return (), ()
        possible = self._possible(name, content)
        if possible is None:
            return None, ()
        branches: list[Arc] = []
        taken: list[Arc] = []
        for way in ways:
            targets = possible.get(way.line, ())
            reached = _reached(way, targets)
            if reached is None:
                return None, ()
            branches += ((way.line, target) for target in targets)
            taken += ((way.line, target) for target in reached)
        if count > len(branches):
            told = {way.line for way in ways}
            excused = [
                (line, target)
                for line, targets in possible.items()
                if line not in told
                for target in targets
            ]
            if len(branches) + len(excused) != count:
                return None, ()
            branches += excused
            taken += excused
        return tuple(sorted(branches)), tuple(sorted(taken))

    def _possible(self, name: str, content: bytes) -> dict[int, tuple[int, ...]] | None:
        """Where each line with several ways out may lead to."""
        try:
            from coverage.parser import PythonParser

            text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
            parser: Any = PythonParser(text=text, filename=name, exclude=self._exclusions())
            parser.parse_source()
            exits: dict[int, int] = parser.exit_counts()
            found: dict[int, set[int]] = {}
            for start, end in parser.arcs():
                if exits.get(start, 0) > 1 and end not in parser.excluded:
                    found.setdefault(start, set()).add(end)
        except Exception:  # another version of coverage, no coverage, or no Python after all
            return None
        return {line: tuple(sorted(targets)) for line, targets in found.items()}

    def _exclusions(self) -> str:
        if self._exclude is None:
            import coverage

            from pytest_readiness.collect.tools.formats.directory import within

            with within(self._source):
                patterns = coverage.Coverage(data_file=None).get_exclude_list("exclude")
            self._exclude = "|".join(f"(?:{one})" for one in patterns)
        return self._exclude


def by_line(taken: Iterable[Arc], lost: Iterable[Arc]) -> tuple[Ways, ...]:
    """Branches with their names, as ways."""
    to: dict[int, set[int]] = {}
    missed: dict[int, set[int]] = {}
    for found, arcs in ((to, taken), (missed, lost)):
        for line, target in arcs:
            found.setdefault(line, set()).add(target)
    return tuple(
        Ways(
            line,
            len(to.get(line, ())) + len(missed.get(line, ())),
            len(to.get(line, ())),
            to=frozenset(to.get(line, ())),
        )
        for line in sorted({*to, *missed})
    )


def _reached(way: Ways, targets: tuple[int, ...]) -> set[int] | None:
    """Those of the targets that were reached; None: the report does not fit them."""
    if len(targets) != way.total:
        return None
    everything = set(targets)
    if way.taken in (0, way.total):
        return everything if way.taken else set()
    if way.missed is not None:
        missed = _named(way.missed, targets)
        reached = None if missed is None else everything - missed
    else:
        reached = None if way.to is None else _named(way.to, targets)
    return reached if reached is not None and len(reached) == way.taken else None


def _named(told: Iterable[int], targets: tuple[int, ...]) -> set[int] | None:
    exits = [target for target in targets if target < 0]
    found = set()
    for one in told:
        if one == EXIT and EXIT not in targets:
            if len(exits) != 1:
                return None
            one = exits[0]  # noqa: PLW2901
        if one not in targets:
            return None
        found.add(one)
    return found


def _numbered(ways: Iterable[Ways]) -> tuple[tuple[Arc, ...], tuple[Arc, ...]]:
    """Of a language that nobody else measures: the first are taken, so that a union never has too many."""
    branches: list[Arc] = []
    taken: list[Arc] = []
    for way in ways:
        arcs = [(way.line, -number) for number in range(1, way.total + 1)]
        branches += arcs
        taken += arcs[: way.taken]
    return tuple(sorted(set(branches))), tuple(sorted(set(taken)))


def spans_of(name: str, content: bytes) -> tuple[Arc, ...]:
    """First and last line of statements longer than a line, in what is Python."""
    if not name.endswith((".py", ".pyw")):
        return ()
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            last = node.end_lineno or node.lineno
            if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
                decorators = getattr(body[0], "decorator_list", ())
                first = min([body[0].lineno, *(one.lineno for one in decorators)])
                last = max(node.lineno, first - 1)
            if last > node.lineno:
                found.add((node.lineno, last))
    return tuple(sorted(found))
