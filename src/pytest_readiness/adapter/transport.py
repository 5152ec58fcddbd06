"""Facts on their way from a worker of pytest-xdist to the controller."""

from __future__ import annotations

import json
from collections.abc import Iterable

from pytest_readiness.collect import Fact
from pytest_readiness.model.codec import decode, encode

KEY = "readiness"
"""In ``workerinput`` and ``workeroutput``."""
REFUSED = "readiness_refused"
"""Of a collection report: why no test is to be run."""


def pack(facts: Iterable[Fact]) -> str:
    """As ASCII text: execnet refuses lone surrogates, and ids may hold them."""
    return json.dumps(
        [
            [fact.subject, fact.data.kind, encode(fact.data), fact.attempt, fact.process]
            for fact in facts
        ]
    )


def unpack(text: str) -> tuple[Fact, ...]:
    """Raises ``ValueError`` on what :func:`pack` did not write."""
    return tuple(
        Fact(subject, decode(kind, data), attempt, process)
        for subject, kind, data, attempt, process in json.loads(text)
    )
