"""Matrices: open items counted by two attributes. Each item stands in one cell of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from pytest_readiness.judge.effort import HOURS, NO_EFFORT, SIZES, kind_of
from pytest_readiness.model.requirement import Severity
from pytest_readiness.model.standing import Item, Matrix

NOBODY = "no owner"
COLUMNS = tuple(severity.value for severity in Severity)


def by_category(items: Sequence[Item], categories: Iterable[str] = ()) -> Matrix:
    """``categories``: in which order; those of items that are none of them follow, as they come."""
    present = {item.category for item in items}
    first = [name for name in categories if name in present]
    rows = dict.fromkeys((*first, *(item.category for item in items)))
    return _matrix("risks by category", items, rows, lambda item: item.category)


def by_owner(items: Sequence[Item]) -> Matrix:
    """Owners by name, what nobody owns last."""
    named = sorted(
        {item.owner for item in items if item.owner}, key=lambda name: (_plain(name), name)
    )
    unowned = [NOBODY] if any(not item.owner for item in items) else []
    return _matrix("by owner", items, [*named, *unowned], lambda item: item.owner or NOBODY)


def by_effort(items: Sequence[Item]) -> Matrix:
    """Always all rows: sizes, hours, and what nobody has estimated."""
    rows = (*SIZES, HOURS, NO_EFFORT)
    return _matrix("by effort", items, rows, lambda item: kind_of(item.effort))


def _matrix(
    title: str, items: Sequence[Item], rows: Iterable[str], row_of: Callable[[Item], str]
) -> Matrix:
    counts = {row: dict.fromkeys(COLUMNS, 0) for row in rows}
    for item in items:
        counts[row_of(item)][item.severity.value] += 1
    return Matrix(
        title=title,
        columns=COLUMNS,
        rows=tuple((row, tuple(cells.values())) for row, cells in counts.items()),
        total=len(items),
    )


def _plain(name: str) -> str:
    return name.lstrip("@").casefold()
