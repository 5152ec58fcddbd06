"""Rings of things that wait for one another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence


def cycles(waits: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """Rings, each from the name that comes first in ``waits``; none only where there is no ring at all.

    Rings that share names are not all told: there can be very many. A name that is not in ``waits``
    waits for nothing.
    """
    places = {name: place for place, name in enumerate(waits)}
    found: dict[tuple[str, ...], None] = {}
    done: set[str] = set()
    for start in waits:
        path: dict[str, Iterator[str]] = {} if start in done else {start: iter(waits[start])}
        while path:
            name = next(reversed(path))
            below = next((one for one in path[name] if one in places and one not in done), None)
            if below is None:
                done.add(name)
                del path[name]
            elif below in path:
                names = list(path)
                found[_turned(names[names.index(below) :], places)] = None
            else:
                path[below] = iter(waits[below])
    return list(found)


def _turned(ring: Sequence[str], places: Mapping[str, int]) -> tuple[str, ...]:
    first = min(range(len(ring)), key=lambda index: places[ring[index]])
    return (*ring[first:], *ring[:first])
