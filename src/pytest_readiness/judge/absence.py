"""Results of gates that have no clear yes or no: not measured, not applicable, inconclusive."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pytest_readiness.judge import effect
from pytest_readiness.judge.bench import Judged
from pytest_readiness.judge.condition import Cause, Opinion
from pytest_readiness.judge.waivers import decide_absence
from pytest_readiness.model.evidence import Reason
from pytest_readiness.model.measurement import (
    RUN,
    Measurement,
    NotApplicable,
    NotMeasured,
    Reading,
    Reference,
)
from pytest_readiness.model.metric import Metric
from pytest_readiness.model.policy import Gate, Level, Waiver
from pytest_readiness.model.scorecard import Effect, GateOutcome, GateResult
from pytest_readiness.model.value import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Why a subject neither keeps nor breaks its gate, and what that does to the verdict."""

    outcome: GateOutcome
    effect: Effect
    reading: Reading
    reason: Reason | None
    message: str
    remedy: str = ""
    sound: bool = True
    """False: what was measured is no number."""

    @property
    def shown(self) -> bool:
        """Whether a verdict can rest on it: there is a number, and nothing waves it through."""
        return (
            isinstance(self.reading, Measurement) and self.sound and self.effect is not Effect.NONE
        )


def not_measured(
    gate: Gate,
    metric: Metric | None,
    reason: Reason,
    message: str,
    remedy: str = "",
) -> GateResult:
    """For a gate that found no reading at all."""
    return GateResult(
        gate=gate,
        metric=metric,
        outcome=_outcome(reason),
        effect=effect.of_absence(gate, reason),
        reason=reason,
        message=message,
        remedy=remedy,
    )


def accept_absence(judged: Judged, waivers: Sequence[Waiver]) -> Judged:
    """The same for a gate that found no reading at all, if a waiver accepts that there is none."""
    result = judged.result
    if result.outcome not in {GateOutcome.NOT_MEASURED, GateOutcome.ERROR} or not waivers:
        return judged
    decision = decide_absence(waivers, result.gate, RUN, result.reason)
    refused = judged.refused + decision.refused
    if decision.waiver is None or not needs_waiver(result.gate, result.effect):
        return replace(judged, refused=refused)
    return Judged(result=waived_absence(result, (decision.waiver,)), refused=refused)


def needs_waiver(gate: Gate, absence: Effect) -> bool:
    """Whether anything is left to accept: `when-missing = "skip"` has waved it through already."""
    return absence is not Effect.NONE or gate.level is Level.INFO


def waived_absence(result: GateResult, waivers: Sequence[Waiver]) -> GateResult:
    """What is not known stays said; that it is accepted stands beside it, and is never more than a risk."""
    return replace(
        result,
        outcome=GateOutcome.WAIVED,
        effect=effect.mildest((effect.of_risk(result.gate), result.effect)),
        remedy="",
        waivers=tuple(dict.fromkeys((*result.waivers, *waivers))),
    )


def not_applicable(
    gate: Gate, metric: Metric, message: str, reading: NotApplicable | None = None
) -> GateResult:
    return GateResult(
        gate=gate,
        metric=metric,
        outcome=GateOutcome.NOT_APPLICABLE,
        effect=Effect.NONE,
        reading=reading,
        message=message,
    )


def doubt_of_reading(gate: Gate, reading: NotMeasured) -> Doubt:
    return Doubt(
        outcome=_outcome(reading.reason),
        effect=effect.of_absence(gate, reading.reason),
        reading=reading,
        reason=reading.reason,
        message=reading.message,
        remedy=reading.remedy,
    )


def doubt_of_value(gate: Gate, measurement: Measurement) -> Doubt | None:
    """A value that is no number cannot be judged."""
    bounds = (measurement.low, measurement.high)
    if math.isfinite(measurement.value) and not any(
        bound is not None and math.isnan(bound) for bound in bounds
    ):
        return None
    return Doubt(
        outcome=GateOutcome.ERROR,
        effect=effect.of_failure(gate),
        reading=measurement,
        reason=Reason.ERROR,
        message=f"the value {measurement.value} is not a finite number",
        remedy="record finite numbers only",
        sound=False,
    )


def doubt_of_opinion(gate: Gate, measurement: Measurement, opinion: Opinion) -> Doubt:
    """What is unknown, and its effect.

    Of all that has to become known for one alternative the worst counts, of several alternatives
    the mildest: leaving one out, which is stricter, never gives a better verdict.
    """
    causes = opinion.causes
    absent = _without_baseline(measurement)
    broken = Cause.BASELINE in causes and absent.missing is Reason.ERROR
    if Cause.DENOMINATOR in causes and not broken:
        reason, message, remedy = Reason.NO_DATA, Cause.DENOMINATOR.value, ""
    elif Cause.BASELINE in causes:
        reason, message, remedy = absent.missing or Reason.NO_BASELINE, absent.text, absent.remedy
    else:
        return Doubt(
            outcome=GateOutcome.INCONCLUSIVE,
            effect=effect.of_risk(gate),
            reading=measurement,
            reason=None,
            message="the measured interval holds values on both sides of the limit"
            + (f": {measurement.detail}" if measurement.detail else ""),
            remedy="more samples or another run narrow the interval",
        )
    effects = {
        Cause.DENOMINATOR: effect.of_absence(gate, Reason.NO_DATA),
        Cause.BASELINE: effect.of_absence(gate, absent.missing or Reason.NO_BASELINE),
        Cause.INTERVAL: effect.of_risk(gate),
    }
    return Doubt(
        outcome=_outcome(reason),
        effect=effect.mildest(
            effect.worst(effects[cause] for cause in way) for way in opinion.ways
        ),
        reading=measurement,
        reason=reason,
        message=message,
        remedy=remedy,
    )


def _without_baseline(measurement: Measurement) -> Reference:
    """Why there is none, in words that stand alone."""
    absent = measurement.reference
    if absent is None or absent.missing is None:
        return Reference(text=Cause.BASELINE.value, missing=Reason.NO_BASELINE)
    if absent.missing is Reason.NO_BASELINE:
        return replace(absent, text=f"no baseline: {absent.text}")
    return absent


def _outcome(reason: Reason) -> GateOutcome:
    return GateOutcome.ERROR if reason is Reason.ERROR else GateOutcome.NOT_MEASURED
