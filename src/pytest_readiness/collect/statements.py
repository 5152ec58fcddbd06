"""Statement tables: what coverage makes of a source file whatever ran, so that it need not parse it again.

A table is built from an analysis by coverage itself and holds only when it gives the very figures of
that analysis. What it cannot know, it says, and the file is analysed anew: a figure from a table is
never another than coverage's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pytest_readiness.model import lines
from pytest_readiness.model.lines import EMPTY, Lines
from pytest_readiness.model.value import dataclass, replace

_WITH = re.compile(rb"\s*(?:async\s+)?with\b")

Arc = tuple[int, int]
"""From line, to line: entries and exits of code objects are negative."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What coverage recorded while a file ran, as it recorded it."""

    lines: Lines
    arcs: tuple[Arc, ...] | None
    """None: branches were not measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """The figures of one file."""

    statements: Lines
    executed: Lines
    branches: tuple[Arc, ...] | None
    taken: tuple[Arc, ...]
    spans: tuple[Arc, ...]
    """First and last line of the statements longer than a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    statements: Lines
    spans: tuple[Arc, ...]
    """First and last line of everything that coverage takes for one line."""
    branches: tuple[Arc, ...] | None
    """None: made without branches."""
    excused: frozenset[int]
    """Indexes of branches that count as taken whatever ran (``# pragma: no branch``)."""
    odd: Lines
    """Lines of ``with`` statements: coverage gives some arcs from and to these another end."""
    arcs: Mapping[Arc, int]
    """Arc of an odd line to the index of the branch that it takes, -1 for none. Others are not known."""

    def covered(self, recorded: Recorded) -> Covered | None:
        """The figures, or None where an arc was recorded of which the table knows nothing."""
        taken: tuple[Arc, ...] = ()
        if self.branches is not None:
            if recorded.arcs is None:
                return None
            indexes = self._indexes(recorded.arcs, self.branches)
            if indexes is None:
                return None
            taken = tuple(self.branches[index] for index in sorted(indexes | self.excused))
        return Covered(
            statements=self.statements,
            executed=Lines(_heads(recorded.lines, self.spans) & self.statements),
            branches=self.branches,
            taken=taken,
            spans=_statement_spans(self.spans, self.statements),
        )

    def _indexes(self, arcs: Iterable[Arc], branches: tuple[Arc, ...]) -> set[int] | None:
        """Of the branches taken; None where an arc of an odd line is not known."""
        index = {branch: number for number, branch in enumerate(branches)}
        head = {line: first for first, last in self.spans for line in range(first + 1, last + 1)}
        odd = frozenset(lines.numbers(self.odd))
        taken = set()
        for start, end in arcs:
            first = head.get(start, start)
            last = head.get(end, end) if end > 0 else -head.get(-end, -end)
            if first in odd or last in odd:
                effect = self.arcs.get((start, end))
                if effect is None:
                    return None
                taken.add(effect)
            else:
                taken.add(index.get((first, last), -1))
        taken.discard(-1)
        return taken


def examine(
    reporter: Any, analysis: Any, recorded: Recorded, content: bytes
) -> tuple[Covered, Table | None]:
    """The figures of coverage's own analysis, and a table where one can give the same.

    ``reporter``: a ``coverage.plugin.FileReporter``; only its documented methods are used.
    ``analysis``: what coverage made of it. ``content``: of the file.
    """
    length = content.count(b"\n") + 1
    statements = lines.of(analysis.statements)
    executed = Lines(lines.of(analysis.executed) & statements)
    spans = _spans(reporter.translate_lines(range(1, length + 1)), length)
    branches: tuple[Arc, ...] | None = None
    taken: tuple[Arc, ...] = ()
    exact = True
    if recorded.arcs is not None:
        missing = {
            (line, target)
            for line, targets in analysis.missing_branch_arcs().items()
            for target in targets
        }
        possible = _possible(reporter.arcs(), analysis)
        numbers = analysis.numbers
        exact = len(possible) == numbers.n_branches and missing <= set(possible)
        branches, taken = settle(
            set(possible) - missing, missing, numbers.n_branches, numbers.n_missing_branches
        )
    covered = Covered(
        statements=statements,
        executed=executed,
        branches=branches,
        taken=taken,
        spans=_statement_spans(spans, statements),
    )
    if not exact:
        return covered, None
    table = Table(
        statements=statements,
        spans=spans,
        branches=branches,
        excused=frozenset(
            index for index, arc in enumerate(branches or ()) if arc[0] in analysis.no_branch
        ),
        odd=(odd := _odd(content, spans) if branches else EMPTY),
        arcs=_effects(reporter, recorded.arcs or (), branches or (), odd, spans),
    )
    return covered, table if table.covered(recorded) == covered else None


def settle(
    taken: Iterable[Arc], missing: Iterable[Arc], total: int, n_missing: int
) -> tuple[tuple[Arc, ...], tuple[Arc, ...]]:
    """Branches and those taken, as many as coverage counts, both sorted.

    Some versions count more or fewer than they name (class bodies, lines excused from branches):
    surplus is left out, and what has no name stands as ``(0, -n)``, taken.
    """
    kept = sorted(taken)[: total - n_missing]
    kept += [(0, -number) for number in range(1, total - n_missing - len(kept) + 1)]
    lost = sorted(missing)[:n_missing]
    return tuple(sorted(kept + lost)), tuple(sorted(kept))


def _possible(arcs: Iterable[Arc], analysis: Any) -> list[Arc]:
    """The arcs that are branches: those of lines with more than one way out, exclusions aside."""
    ways, excluded = analysis.exit_counts, analysis.excluded
    return [arc for arc in arcs if ways.get(arc[0], 0) > 1 and arc[1] not in excluded]


def _odd(content: bytes, spans: tuple[Arc, ...]) -> Lines:
    """First lines of what begins with ``with``: more than the statements (strings), never fewer."""
    found = [number for number, line in enumerate(content.split(b"\n"), 1) if _WITH.match(line)]
    return Lines(_heads(lines.of(found), spans))


def _effects(
    reporter: Any,
    arcs: Iterable[Arc],
    branches: tuple[Arc, ...],
    odd: Lines,
    spans: tuple[Arc, ...],
) -> dict[Arc, int]:
    """Which branch each recorded arc of an odd line takes, as coverage says, one at a time."""
    index = {branch: number for number, branch in enumerate(branches)}
    touched = set(lines.numbers(odd))
    touched |= {
        line for first, last in spans if odd >> first & 1 for line in range(first, last + 1)
    }
    effects = {}
    for arc in arcs:
        if abs(arc[0]) in touched or abs(arc[1]) in touched:
            effects[arc] = -1
            for translated in reporter.translate_arcs([arc]):
                effects[arc] = index.get(translated, -1)
    return effects


def _spans(heads: set[int], length: int) -> tuple[Arc, ...]:
    """Runs of lines of which only the first is its own translation."""
    rest = ((1 << length) - 1) << 1 & ~lines.of(heads)
    return tuple((first - 1, last) for first, last in lines.ranges(rest) if first > 1)


def _heads(recorded: Lines, spans: tuple[Arc, ...]) -> int:
    """Recorded lines, those within a span standing for its first."""
    result: int = recorded
    for first, last in spans:
        inner = ((1 << (last - first)) - 1) << (first + 1)
        if recorded & inner:
            result |= 1 << first
    return result


def _statement_spans(spans: tuple[Arc, ...], statements: Lines) -> tuple[Arc, ...]:
    return tuple(span for span in spans if statements >> span[0] & 1)


# How tables are kept: plain lists of integers


def pack(table: Table) -> list[Any]:
    """As JSON takes it."""
    return [
        f"{table.statements:x}",
        [number for span in table.spans for number in span],
        None if table.branches is None else [line for arc in table.branches for line in arc],
        sorted(table.excused),
        f"{table.odd:x}",
        [number for arc, effect in table.arcs.items() for number in (*arc, effect)],
    ]


def unpack(packed: Any) -> Table:
    """Read what :func:`pack` wrote. Raises ValueError, TypeError or IndexError on anything else."""
    statements, spans, branches, excused, odd, arcs = packed
    pairs = None if branches is None else tuple(zip(branches[0::2], branches[1::2], strict=True))
    known = dict(zip(zip(arcs[0::3], arcs[1::3], strict=True), arcs[2::3], strict=True))
    table = Table(
        statements=Lines(int(statements, 16)),
        spans=tuple(zip(spans[0::2], spans[1::2], strict=True)),
        branches=pairs,
        excused=frozenset(excused),
        odd=Lines(int(odd, 16)),
        arcs=known,
    )
    if table.statements < EMPTY or not {-1, *known.values(), *excused} <= {
        *range(-1, len(pairs or ()))
    }:
        raise ValueError("not a statement table")
    return table


def widened(old: Table, new: Table) -> Table:
    """The new table, which also knows the arcs that the old one knew of the same content."""
    if old.branches != new.branches:
        return new
    return replace(new, arcs={**old.arcs, **new.arcs})
