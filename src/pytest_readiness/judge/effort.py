"""Effort: what is left to do, added up in hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from pytest_readiness.model.requirement import Effort
from pytest_readiness.model.standing import Hours, Item

SIZES = ("S", "M", "L")
HOURS = "hours"
NO_EFFORT = "none"
Sizes = Mapping[str, Fraction]
"""Hours of the sizes, as far as they are configured."""


def hours_of(effort: Effort | None, sizes: Sizes) -> tuple[Fraction, Fraction] | None:
    """Hours at least and at most; None: not known."""
    if effort is None:
        return None
    low, high = effort.low, effort.high
    if low is None or high is None:
        known = sizes.get(effort.text)
        return None if known is None else (known, known)
    return low, high


def kind_of(effort: Effort | None) -> str:
    """``S``, ``M``, ``L``, ``hours`` or ``none``: the row of the matrix."""
    if effort is None:
        return NO_EFFORT
    return effort.text if effort.low is None else HOURS


def add_up(items: Iterable[Item], sizes: Sizes) -> Hours:
    """The hours of all of them, and how many have none that is known."""
    items = tuple(items)
    found = [hours_of(item.effort, sizes) for item in items]
    known = [hours for hours in found if hours is not None]
    kinds = [kind_of(item.effort) for item in items]
    return Hours(
        low=sum((low for low, _ in known), Fraction(0)),
        high=sum((high for _, high in known), Fraction(0)),
        items=len(items),
        unknown=len(items) - len(known),
        sizes=tuple((size, kinds.count(size)) for size in SIZES if size in kinds),
    )


def by_milestone(items: Sequence[Item], sizes: Sizes) -> tuple[tuple[str, Hours], ...]:
    """Hours of each milestone, the one that is due first in front, what has none last.

    Empty where nothing has a milestone. Together they hold every item once.
    """
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(item.milestone, []).append(item)
    if not any(groups):
        return ()

    def order(name: str) -> tuple[bool, bool, str]:
        due = min((item.due.isoformat() for item in groups[name] if item.due), default="")
        return not name, not due, due

    return tuple((name, add_up(groups[name], sizes)) for name in sorted(groups, key=order))
