"""Edges that read the world and return facts, or gaps that say why there are none. They never raise."""

from __future__ import annotations

from pytest_readiness.model.evidence import Data
from pytest_readiness.model.value import NamedTuple


class Fact(NamedTuple):
    """A record before the session stamps it with its run."""

    subject: str
    data: Data
    attempt: int = 0
    process: str = ""
