"""What the present configuration would have said of earlier runs."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_readiness.model.history import PastRun
from pytest_readiness.model.metric import Metric
from pytest_readiness.model.policy import Gate
from pytest_readiness.model.scorecard import GateResult, Scorecard


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejudged:
    """An earlier run, judged again with the history that it had before it."""

    run: PastRun
    scorecard: Scorecard | None
    """None: what is kept of the run cannot be read."""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """A run that a gate would have stopped, or warned of."""

    run: PastRun
    result: GateResult


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRecord:
    """What one gate would have said of all runs that have a verdict."""

    gate: Gate
    metric: Metric | None
    blocked: tuple[Stopped, ...] = ()
    """It fails, and blocks."""
    risks: tuple[Stopped, ...] = ()
    """It fails, or is inconclusive or waived, and blocks nothing."""
    passed: int = 0
    unknown: int = 0
    """It is not measured, or in error: what it needs was not recorded then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """All gates, and what they add up to."""

    judged: tuple[Rejudged, ...]
    """Runs that have a verdict, oldest first."""
    gates: tuple[GateRecord, ...]
    blocked: tuple[PastRun, ...] = ()
    """Runs that some gate would have blocked."""
    risky: tuple[PastRun, ...] = ()
    """Runs that would have been READY WITH RISKS."""
    unknown: tuple[PastRun, ...] = ()
    """Runs that are NOT READY only since something was not measured then."""
    partial: int = 0
    """Runs of a part of the suite at a desk: they have no verdict."""
    unreadable: tuple[Rejudged, ...] = ()
    left_out: tuple[Gate, ...] = ()
    """Gates that cannot be tried on the past: they are of a change of the policy."""
