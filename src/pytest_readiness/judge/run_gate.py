"""A gate over one value of the run, or of a component of it."""

from __future__ import annotations

import math
from fractions import Fraction

from pytest_readiness.judge import effect
from pytest_readiness.judge.absence import (
    Doubt,
    doubt_of_opinion,
    doubt_of_reading,
    doubt_of_value,
    needs_waiver,
    not_applicable,
    waived_absence,
)
from pytest_readiness.judge.bench import Bench, Judged, waivers_of
from pytest_readiness.judge.waivers import decide, decide_absence, decide_member
from pytest_readiness.model.condition import Operator
from pytest_readiness.model.measurement import Measurement, NotApplicable, NotMeasured, Reading
from pytest_readiness.model.metric import Unit
from pytest_readiness.model.number import compare
from pytest_readiness.model.scorecard import (
    Effect,
    Finding,
    GateOutcome,
    GateResult,
    WaiverState,
)
from pytest_readiness.model.value import dataclass, replace

_UPPER = frozenset({Operator.AT_MOST, Operator.BELOW, Operator.EQUAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Members:
    """The members of a broken count, and what is left of it without the accepted ones."""

    findings: tuple[Finding, ...]
    left: Measurement
    refused: tuple[WaiverState, ...]


def judge_run(bench: Bench, reading: Reading, breakdown: tuple[Reading, ...]) -> Judged:
    """Judge the one reading; ``breakdown`` is shown beside it."""
    judged = _judge(bench, reading)
    return replace(judged, result=replace(judged.result, breakdown=breakdown))


def _judge(bench: Bench, reading: Reading) -> Judged:
    if isinstance(reading, NotApplicable):
        return Judged(result=not_applicable(bench.gate, bench.metric, reading.message, reading))
    if isinstance(reading, NotMeasured):
        return _broken_already(bench, reading) or _doubtful(
            bench, doubt_of_reading(bench.gate, reading)
        )
    doubt = doubt_of_value(bench.gate, reading)
    if doubt:
        return _doubtful(bench, doubt)
    opinion = bench.rule.judge(reading)
    if opinion.holds is None:
        return _doubtful(bench, doubt_of_opinion(bench.gate, reading, opinion))
    if opinion.holds:
        return Judged(
            result=GateResult(
                gate=bench.gate,
                metric=bench.metric,
                outcome=GateOutcome.PASSED,
                effect=Effect.NONE,
                reading=reading,
                judged=1,
                shown=1,
            )
        )
    return _broken(bench, reading)


def _broken(bench: Bench, measurement: Measurement) -> Judged:
    """It is waived if a waiver accepts the value, or if the count without accepted members passes."""
    from pytest_readiness.judge.shortfall import short_of

    whole = decide(bench.waivers, bench.gate, bench.metric, measurement)
    if whole.waiver is not None:
        return Judged(
            result=GateResult(
                gate=bench.gate,
                metric=bench.metric,
                outcome=GateOutcome.WAIVED,
                effect=effect.of_risk(bench.gate),
                reading=measurement,
                judged=1,
                shown=1,
                broken=1,
                short=short_of(bench.rule, measurement),
                findings=_members(bench, measurement).findings,
                waivers=(whole.waiver,),
            ),
            refused=whole.refused,
        )
    members = _members(bench, measurement)
    waived = bench.rule.judge(members.left).holds is True
    result = _failure(bench, measurement, members)
    if waived:
        result = replace(
            result, outcome=GateOutcome.WAIVED, effect=effect.of_risk(bench.gate), remedy=""
        )
    return Judged(result=result, refused=whole.refused + members.refused)


def _broken_already(bench: Bench, reading: NotMeasured) -> Judged | None:
    """What is known of a count can break the gate, whatever the rest may be: then it has failed."""
    known = reading.known
    if known is None or doubt_of_value(bench.gate, known):
        return None
    if bench.rule.judge(_at_least(known)).holds is not False:
        return None
    members = _members(bench, _at_least(known))
    if (
        bench.rule.judge(_at_least(members.left)).holds is not False
        or decide(bench.waivers, bench.gate, bench.metric, _at_least(known)).waiver is not None
    ):
        # what is known is accepted, the rest is not known: what was waived stays a risk
        doubt = doubt_of_reading(bench.gate, reading)
        effects = (doubt.effect, effect.of_risk(bench.gate))
        return _doubtful(bench, replace(doubt, effect=effect.worst(effects)), members)
    result = _failure(bench, known, members)
    return Judged(
        result=replace(
            result,
            shown=0,
            reason=reading.reason,
            message=f"at least this, not all is known: {reading.message}",
        ),
        refused=members.refused,
    )


def _failure(bench: Bench, measurement: Measurement, members: _Members) -> GateResult:
    from pytest_readiness.judge.shortfall import short_of

    findings = members.findings
    if not findings and bench.gate.component:
        # nothing to point at but the component itself, which has an owner
        owner = bench.owner(measurement.subject)
        findings = (Finding(subject=measurement.subject, measurement=measurement, owner=owner),)
    return GateResult(
        gate=bench.gate,
        metric=bench.metric,
        outcome=GateOutcome.FAILED,
        effect=effect.of_failure(bench.gate),
        reading=measurement,
        judged=1,
        shown=1,
        broken=1,
        short=short_of(bench.rule, members.left) or short_of(bench.rule, measurement),
        findings=findings,
        remedy=bench.remedy(findings),
        waivers=waivers_of(findings),
    )


def _members(bench: Bench, measurement: Measurement) -> _Members:
    is_count = bench.metric.unit is Unit.COUNT
    if is_count and not _too_high(bench, measurement):
        # the members are what is there; what is missing has no name
        return _Members(findings=(), left=measurement, refused=())
    findings = []
    refused: list[WaiverState] = []
    accepted = 0
    for member in measurement.members:
        waiver = None
        if is_count:
            decision = decide_member(bench.waivers, bench.metric, member.subject, member.weight)
            refused += decision.refused
            waiver = decision.waiver
            accepted += member.weight if waiver else 0
        findings.append(
            Finding(
                subject=member.subject,
                detail=member.detail,
                lines=member.lines,
                owner=bench.owner(member.subject),
                waiver=waiver,
            )
        )
    findings.sort(key=lambda finding: finding.waiver is not None)
    left = replace(measurement, value=measurement.value - accepted) if accepted else measurement
    return _Members(findings=tuple(findings), left=left, refused=tuple(refused))


def _too_high(bench: Bench, measurement: Measurement) -> bool:
    """Whether a smaller count would help: the value breaks one of the upper limits."""
    return any(
        bound.operator in _UPPER
        and isinstance(bound.limit, Fraction)
        and compare(measurement.value, bound.limit) not in bound.signs
        and measurement.value >= bound.limit
        for all_of in bench.rule.limits(measurement)
        for bound in all_of
    )


def _at_least(known: Measurement) -> Measurement:
    """From the known count upwards; of an unknown total nothing is a share."""
    return replace(known, low=float(known.value), high=math.inf, total=None)


def _doubtful(bench: Bench, doubt: Doubt, members: _Members | None = None) -> Judged:
    """:param members: what is known of it, all of which is accepted."""
    findings = members.findings if members else ()
    result = GateResult(
        gate=bench.gate,
        metric=bench.metric,
        outcome=doubt.outcome,
        effect=doubt.effect,
        reading=doubt.reading,
        judged=1 if isinstance(doubt.reading, Measurement) else 0,
        shown=int(doubt.shown),
        reason=doubt.reason,
        message=doubt.message,
        remedy=doubt.remedy,
    )
    decision = decide_absence(bench.waivers, bench.gate, doubt.reading.subject, doubt.reason)
    if decision.waiver is None or not needs_waiver(bench.gate, doubt.effect):
        return Judged(result=result, refused=decision.refused)
    result = waived_absence(result, (*waivers_of(findings), decision.waiver))
    return Judged(result=replace(result, findings=findings), refused=decision.refused)
