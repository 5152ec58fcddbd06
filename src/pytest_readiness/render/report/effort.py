"""Efforts in words: of one item, and added up."""

from __future__ import annotations

from pytest_readiness.model.standing import Hours, Item
from pytest_readiness.render import figures


def effort(item: Item) -> str:
    """As it was written: ``4-6h``, ``M``."""
    return item.effort.text if item.effort is not None else ""


def items(number: int) -> str:
    return f"{figures.count(number)} {figures.noun('items', number)}"


def added(hours: Hours) -> str:
    """``5 items, 14 to 19 h for 3 of them``: what has no effort in hours is in no sum."""
    known = hours.items - hours.unknown
    said = items(hours.items)
    if known > 0:
        said += f", {figures.hours(hours.low, hours.high)}"
        said += f" for {figures.count(known)} of them" if hours.unknown else ""
    sizes = ", ".join(f"{size} {figures.count(number)}" for size, number in hours.sizes)
    return f"{said} (sizes: {sizes})" if sizes else said
