"""Ids relative to the project, where pytest's rootdir lies above it (a monorepo run from its top)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pytest_readiness.collect import Fact
from pytest_readiness.model.evidence import (
    Attempt,
    Benchmark,
    Collection,
    CollectionError,
    Figure,
    FixtureCost,
    Marked,
    Quarantined,
    TestCode,
    Warned,
)
from pytest_readiness.model.value import replace

_BY_NODE = (
    Attempt,
    Benchmark,
    CollectionError,
    Figure,
    FixtureCost,
    Marked,
    Quarantined,
    TestCode,
)


def relocate(facts: Iterable[Fact], inner: str) -> Iterator[Fact]:
    """Cut ``inner`` (``packages/api/``) from ids; what lies beside the project climbs by ``../``."""
    if not inner:
        yield from facts
        return
    for fact in facts:
        data = fact.data
        if isinstance(data, Collection):
            moved: Collection | Warned = replace(
                data,
                tests=tuple(_cut(one, inner) for one in data.tests),
                deselected=tuple(_cut(one, inner) for one in data.deselected),
                repeats=tuple((_cut(one, inner), _cut(of, inner)) for one, of in data.repeats),
            )
            yield fact._replace(data=moved)
        elif isinstance(data, Warned):
            yield fact._replace(data=replace(data, where=_cut(data.where, inner)))
        elif isinstance(data, _BY_NODE):
            yield fact._replace(subject=_cut(fact.subject, inner))
        else:
            yield fact


def located(nodeid: str, inner: str) -> str:
    """One id, as facts have it."""
    return _cut(nodeid, inner) if inner else nodeid


def _cut(nodeid: str, inner: str) -> str:
    if not nodeid or nodeid.startswith(inner):
        return nodeid[len(inner) :]
    there, here = nodeid.split("/"), inner.rstrip("/").split("/")
    shared = 0
    while shared < min(len(there) - 1, len(here)) and there[shared] == here[shared]:
        shared += 1
    return "../" * (len(here) - shared) + "/".join(there[shared:])
