"""Requirements and what proves them, both ways."""

from __future__ import annotations

from pytest_readiness.model.measurement import Subject
from pytest_readiness.model.scorecard import Scorecard
from pytest_readiness.model.value import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedTest:
    """A test that is marked, and what with."""

    __test__ = False

    subject: Subject
    requirements: tuple[str, ...]
    outcome: str = ""
    """``passed``, ``failed``; empty: it has not run, or none of them asks for tests."""
    detail: str = ""
    idle: tuple[str, ...] = ()
    """Those of ``requirements`` that ask for no tests: the mark proves nothing of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traceability:
    source: str
    """What it is told from: ``run 20261120T080112-1a2b of 2026-11-20, main``."""
    scorecard: Scorecard
    """With the requirements that were asked for."""
    tests: tuple[TracedTest, ...]
    """All that are marked with one of them, sorted by id."""
    problems: tuple[str, ...] = ()
    """What could not be found out, and marks that name no requirement."""
    ran: bool = True
    """It is told from a run; else no test has run."""
