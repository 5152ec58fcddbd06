"""All that is at hand to explain a gate, a requirement or a finding."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_readiness.model.chronicle import Trend
from pytest_readiness.model.metric import Metric
from pytest_readiness.model.policy import Gate, Policy
from pytest_readiness.model.requirement import Requirement
from pytest_readiness.model.scorecard import Finding, GateResult, Scorecard
from pytest_readiness.model.standing import QuarantineState, RequirementResult, Trace
from pytest_readiness.model.value import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What there is to look at."""

    policy: Policy
    metrics: Mapping[str, Metric]
    scorecard: Scorecard | None = None
    """Of evidence, or of the latest recorded run; None: nothing was judged."""
    source: str = ""
    """What was judged: ``one.json``, ``run 4f2a of 2026-11-18``."""
    trends: tuple[tuple[str, Trend], ...] = ()
    """Values of earlier runs, each with the name of the gate whose they are."""
    unseen: tuple[str, ...] = ()
    """What was not looked at, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """What a name stands for; empty where nothing is called so."""

    name: str
    metric: Metric | None = None
    """Named itself, or by its gates."""
    gates: tuple[tuple[Gate, GateResult | None], ...] = ()
    requirement: Requirement | None = None
    result: RequirementResult | None = None
    findings: tuple[tuple[GateResult, Finding], ...] = ()
    """One a gate that the subject of that name breaks."""
    traces: tuple[tuple[RequirementResult, Trace], ...] = ()
    """Of requirements that rest on the subject."""
    quarantine: tuple[QuarantineState, ...] = ()
    nearest: tuple[str, ...] = ()
    """Names like it, where nothing is called so."""

    @property
    def is_known(self) -> bool:
        return bool(
            self.metric
            or self.gates
            or self.requirement
            or self.findings
            or self.traces
            or self.quarantine
        )
