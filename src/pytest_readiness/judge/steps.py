"""The order in which open items are closed: next steps."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from pytest_readiness.judge.effort import Sizes, hours_of
from pytest_readiness.model.requirement import Severity
from pytest_readiness.model.scorecard import Effect
from pytest_readiness.model.standing import Item

_EFFECTS = (Effect.BLOCK, Effect.RISK, Effect.NONE)
_SEVERITIES = tuple(Severity)
_NEVER = "9999-12-31"
_UNKNOWN = float("inf")
Rank = tuple[int, int, str, Fraction | float, Fraction | float, int]
"""Effect, severity, due day, hours at least and at most, place; the least comes first."""


def ordered(
    items: Sequence[Item], waits: Mapping[str, Iterable[str]], sizes: Sizes
) -> tuple[Item, ...]:
    """What others wait for before them; else what blocks, the gravest, the first due, the least work.

    An item is as urgent as the most urgent of those that wait for it.

    :param waits: by the id of a requirement, the ids of those that it depends on.
    """
    ranks = {place: _rank(item, place, sizes) for place, item in enumerate(items)}
    places = {item.name: place for place, item in enumerate(items) if item.kind == "requirement"}
    before: dict[int, set[int]] = {place: set() for place in ranks}
    for name, place in places.items():
        before[place] = {places[other] for other in waits.get(name, ()) if other in places} - {
            place
        }
    after: dict[int, set[int]] = {place: set() for place in ranks}
    for place, others in before.items():
        for other in others:
            after[other].add(place)
    urgency = {place: min(ranks[one] for one in _reached(place, after)) for place in ranks}
    ready = [(urgency[place], ranks[place]) for place in ranks if not before[place]]
    heapq.heapify(ready)
    done: list[int] = []
    while ready:
        _, rank = heapq.heappop(ready)
        place = rank[-1]
        done.append(place)
        for other in after[place]:
            before[other].discard(place)
            if not before[other]:
                heapq.heappush(ready, (urgency[other], ranks[other]))
    # a circle is a configuration error; should one come this far, no item is lost by it
    rest = sorted(ranks.keys() - set(done), key=ranks.__getitem__)
    return tuple(items[place] for place in (*done, *rest))


def _rank(item: Item, place: int, sizes: Sizes) -> Rank:
    hours = hours_of(item.effort, sizes)
    least, most = hours if hours is not None else (_UNKNOWN, _UNKNOWN)
    return (
        _EFFECTS.index(item.effect),
        _SEVERITIES.index(item.severity),
        item.due.isoformat() if item.due else _NEVER,
        least,
        most,
        place,
    )


def _reached(start: int, edges: Mapping[int, Iterable[int]]) -> set[int]:
    """All places that can be reached, the start included."""
    seen = {start}
    pending = [start]
    while pending:
        for other in edges[pending.pop()]:
            if other not in seen:
                seen.add(other)
                pending.append(other)
    return seen
