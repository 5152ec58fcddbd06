"""The scorecard: what the judge found, complete, so that no renderer has to decide, count or round."""

from __future__ import annotations

import enum
from fractions import Fraction
from typing import TYPE_CHECKING

from pytest_readiness.model.evidence import Gap, Reason, Selection
from pytest_readiness.model.lines import EMPTY, Lines
from pytest_readiness.model.measurement import Measurement, Reading, Subject
from pytest_readiness.model.metric import Metric
from pytest_readiness.model.policy import Gate, Waiver
from pytest_readiness.model.value import dataclass

if TYPE_CHECKING:  # most scorecards hold none of these
    from pytest_readiness.model.diagnosis import Diagnosis
    from pytest_readiness.model.evidence import Decision
    from pytest_readiness.model.standing import (
        ConditionState,
        Drift,
        QuarantineState,
        RequirementResult,
        Summary,
        ToolLine,
    )


class GateOutcome(enum.Enum):
    PASSED = "passed"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"
    NOT_MEASURED = "not measured"
    NOT_APPLICABLE = "not applicable"
    WAIVED = "waived"
    ERROR = "error"


class Effect(enum.Enum):
    """What a gate's outcome does to the verdict."""

    BLOCK = "block"
    RISK = "risk"
    NONE = "none"


class Verdict(enum.Enum):
    READY = "READY"
    READY_WITH_RISKS = "READY WITH RISKS"
    NOT_READY = "NOT READY"
    NO_VERDICT = "NO VERDICT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Short:
    """By how much a value misses its limit, always positive, in what people mend: lines, tests, seconds."""

    amount: int | float | Fraction
    unit: str
    """What the metric counts (``tests``, ``changed lines``), ``pp``, ``s``, ``B`` or the metric's label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One subject that breaks a gate."""

    subject: Subject
    measurement: Measurement | None = None
    """The subject's own value; None for a member of a count."""
    short: Short | None = None
    detail: str = ""
    lines: Lines = EMPTY
    owner: str = ""
    waiver: Waiver | None = None
    """The waiver that accepts it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """What the judge found of one gate."""

    gate: Gate
    metric: Metric | None
    """None when nothing defined the gate's metric."""
    outcome: GateOutcome
    effect: Effect
    reading: Reading | None = None
    """Of the run for a metric of the run, else the worst subject's."""
    judged: int = 0
    """Subjects judged, the denominator of ``broken``."""
    shown: int = 0
    """Subjects measured whole, and not waved through: those on which a verdict can rest. It depends
    on what was measured, not on how the condition came out."""
    broken: int = 0
    """Subjects that break the condition, waived ones included."""
    short: Short | None = None
    findings: tuple[Finding, ...] = ()
    """All of them, worst first."""
    values: tuple[Measurement, ...] = ()
    """What every subject has, by name, where there are few by nature: files, tools, benchmarks,
    figures with names. Of tests there may be 50,000."""
    reason: Reason | None = None
    message: str = ""
    """Why it is not measured, not applicable, inconclusive or in error."""
    remedy: str = ""
    """What to do next, a command where there is one."""
    waivers: tuple[Waiver, ...] = ()
    """Those in force on its findings."""
    breakdown: tuple[Reading, ...] = ()
    """For a metric of the run: the same for each component."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryScore:
    """What the gates of one category earned of what they could."""

    category: str
    earned: Fraction
    possible: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What all gates earned of what they could."""

    earned: Fraction
    possible: Fraction
    categories: tuple[CategoryScore, ...]
    grade: str = ""
    """Empty: none is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverState:
    """A waiver that no gate result carries, and why: ``expired 2026-01-31``, ``accepts nothing in this run``."""

    waiver: Waiver
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """Every gate's result, the verdict, and what stands beside them."""

    verdict: Verdict
    would_be: Verdict
    """What the verdict would be had the run been whole; equal to ``verdict`` when it was."""
    explanation: str
    """``2 blocking gates failed, 1 not measured``: why the verdict is what it is."""
    results: tuple[GateResult, ...]
    """One a gate, in the policy's order."""
    score: Score | None
    """None where no weights are configured."""
    selection: Selection
    stage: str = ""
    profile: str = ""
    source: str = ""
    elsewhere: tuple[tuple[str, str], ...] = ()
    waivers_idle: tuple[WaiverState, ...] = ()
    gaps: tuple[tuple[str, Gap], ...] = ()
    """``(section, gap)``: everything that could not be measured, gated or not."""
    notices: tuple[tuple[str, str], ...] = ()
    """``(tool, text)``: what other tools of the session decided by themselves."""
    diagnoses: tuple[Diagnosis, ...] = ()
    """Of the tests that were repeated on purpose, those that tell most first."""
    waivers_ending: tuple[WaiverState, ...] = ()
    """Waivers in use that end within 14 days."""
    hotfixes: tuple[Waiver, ...] = ()
    """Decided while this evidence was judged: shown before all else."""
    requirements: tuple[RequirementResult, ...] = ()
    """In the policy's order."""
    conditions: tuple[ConditionState, ...] = ()
    quarantine: tuple[QuarantineState, ...] = ()
    tools: tuple[ToolLine, ...] = ()
    """By name."""
    drift: Drift | None = None
    """None: it was not looked for."""
    decisions: tuple[tuple[str, Decision], ...] = ()
    """Hotfixes of earlier days that the evidence tells of: ``(gate, decision)``."""
    summary: Summary | None = None
    """None where nothing but gates is configured."""
    fingerprints: tuple[tuple[str, str], ...] = ()
    """``evidence`` and ``policy``: what to give to anybody who is to compute the same verdict."""
    exit_code: int = 0
    """What an exit status of 0 is to be replaced by; 0: nothing is replaced."""
