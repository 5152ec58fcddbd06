"""A gate over many subjects: each test, file or benchmark that it selects."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_readiness.judge import effect
from pytest_readiness.judge.absence import (
    Doubt,
    doubt_of_opinion,
    doubt_of_reading,
    doubt_of_value,
    needs_waiver,
    not_applicable,
)
from pytest_readiness.judge.bench import Bench, Judged, waivers_of
from pytest_readiness.judge.shortfall import short_of
from pytest_readiness.judge.waivers import decide, decide_absence
from pytest_readiness.model.lines import Lines
from pytest_readiness.model.measurement import Measurement, NotApplicable, NotMeasured, Reading
from pytest_readiness.model.metric import SubjectKind
from pytest_readiness.model.scorecard import (
    Effect,
    Finding,
    GateOutcome,
    GateResult,
    WaiverState,
)
from pytest_readiness.model.value import dataclass, field, replace

_DOUBTS = (GateOutcome.ERROR, GateOutcome.NOT_MEASURED, GateOutcome.INCONCLUSIVE)


@dataclass(slots=True, kw_only=True)
class _Tally:
    """The gate's subjects, sorted by how they fared."""

    passed: list[Measurement] = field(default_factory=list)
    broken: list[Finding] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    accepted: list[Doubt] = field(default_factory=list)
    """Those of which a waiver accepts that there is no value."""
    absent: list[Finding] = field(default_factory=list)
    """The same as findings, each beside its waiver."""
    nothing: list[NotApplicable] = field(default_factory=list)
    refused: list[WaiverState] = field(default_factory=list)


def judge_subjects(bench: Bench, readings: Sequence[Reading]) -> Judged:
    """Judge every reading (at least one); a single broken subject breaks the gate."""
    tally = _tally(bench, readings)
    tally.broken.sort(key=lambda finding: _badness(bench, finding))
    tally.doubts.sort(key=_gravity)
    tally.accepted.sort(key=_gravity)
    tally.absent.sort(key=lambda finding: finding.subject.name)
    unsure = [*tally.doubts, *tally.accepted]
    judged = sum(isinstance(doubt.reading, Measurement) for doubt in unsure)
    judged += len(tally.passed) + len(tally.broken)
    shown = sum(doubt.shown for doubt in unsure) + len(tally.passed) + len(tally.broken)
    if tally.broken and tally.broken[0].waiver is None:
        result = _failed(bench, tally)
    elif tally.doubts:
        result = _doubtful(bench, tally)
    elif tally.broken or tally.absent:
        result = _waived(bench, tally)
    elif tally.passed:
        result = _passed(bench, tally)
    else:
        first = tally.nothing[0]
        result = not_applicable(bench.gate, bench.metric, first.message, first)
    result = replace(
        result,
        judged=judged,
        shown=shown,
        broken=len(tally.broken),
        values=_values(bench, readings),
        findings=(*tally.broken, *tally.absent),
        waivers=waivers_of([*tally.broken, *tally.absent]),
    )
    return Judged(result=result, refused=tuple(tally.refused))


def _values(bench: Bench, readings: Sequence[Reading]) -> tuple[Measurement, ...]:
    if bench.metric.subject is SubjectKind.TEST:
        return ()
    measured = [reading for reading in readings if isinstance(reading, Measurement)]
    return tuple(sorted(measured, key=lambda reading: reading.subject.name))


def _gravity(doubt: Doubt) -> tuple[int, str]:
    return _DOUBTS.index(doubt.outcome), doubt.reading.subject.name


def _tally(bench: Bench, readings: Sequence[Reading]) -> _Tally:
    gate = bench.gate
    tally = _Tally()
    for reading in readings:
        if isinstance(reading, NotApplicable):
            tally.nothing.append(reading)
        elif isinstance(reading, NotMeasured):
            _doubt(bench, doubt_of_reading(gate, reading), tally)
        elif doubt := doubt_of_value(gate, reading):
            _doubt(bench, doubt, tally)
        else:
            opinion = bench.rule.judge(reading)
            if opinion.holds:
                tally.passed.append(reading)
            elif opinion.holds is None:
                _doubt(bench, doubt_of_opinion(gate, reading, opinion), tally)
            else:
                tally.broken.append(_finding(bench, reading, tally))
    return tally


def _doubt(bench: Bench, doubt: Doubt, tally: _Tally) -> None:
    """Note it, with the waiver that accepts it where there is one."""
    subject = doubt.reading.subject
    decision = decide_absence(bench.waivers, bench.gate, subject, doubt.reason)
    tally.refused += decision.refused
    if decision.waiver is None or not needs_waiver(bench.gate, doubt.effect):
        tally.doubts.append(doubt)
        return
    measured = doubt.reading if isinstance(doubt.reading, Measurement) else None
    tally.accepted.append(doubt)
    tally.absent.append(
        Finding(
            subject=subject,
            measurement=measured,
            detail=doubt.message,
            owner=bench.owner(subject),
            waiver=decision.waiver,
        )
    )


def _finding(bench: Bench, measurement: Measurement, tally: _Tally) -> Finding:
    decision = decide(bench.waivers, bench.gate, bench.metric, measurement)
    tally.refused += decision.refused
    lines = 0
    for member in measurement.members:  # of a file: the file, with its uncovered lines
        lines |= member.lines
    return Finding(
        subject=measurement.subject,
        measurement=measurement,
        short=short_of(bench.rule, measurement),
        detail=measurement.detail,
        lines=Lines(lines),
        owner=bench.owner(measurement.subject),
        waiver=decision.waiver,
    )


def _badness(bench: Bench, finding: Finding) -> tuple[bool, float, str]:
    """Worst first, waived last."""
    room = _room(bench, finding.measurement) if finding.measurement else 0.0
    return (finding.waiver is not None, room, finding.subject.name)


def _room(bench: Bench, measurement: Measurement) -> float:
    room = bench.rule.slack(measurement)
    return 0.0 if room is None else room


def _worst_broken(bench: Bench, tally: _Tally) -> Measurement | None:
    """What is shown of the gate; a waiver changes what that counts for, not what was seen."""
    return min(
        (finding.measurement for finding in tally.broken if finding.measurement),
        key=lambda measurement: (_room(bench, measurement), measurement.subject.name),
        default=None,
    )


def _failed(bench: Bench, tally: _Tally) -> GateResult:
    worst = tally.broken[0]
    effects = [effect.of_failure(bench.gate), *(doubt.effect for doubt in tally.doubts)]
    return GateResult(
        gate=bench.gate,
        metric=bench.metric,
        outcome=GateOutcome.FAILED,
        effect=effect.worst(effects),
        reading=_worst_broken(bench, tally),
        short=worst.short,
        message=_and_doubts(tally),
        remedy=bench.remedy(tally.broken),
    )


def _and_doubts(tally: _Tally) -> str:
    """What else is to be said of a gate that failed: some of its subjects are not known."""
    unknown = [doubt for doubt in tally.doubts if doubt.outcome is not GateOutcome.INCONCLUSIVE]
    return f"{len(unknown)} more not measured: {unknown[0].message}" if unknown else ""


def _doubtful(bench: Bench, tally: _Tally) -> GateResult:
    first = tally.doubts[0]
    effects = [doubt.effect for doubt in tally.doubts]
    if tally.broken or tally.absent:  # all of them waived
        effects.append(effect.of_risk(bench.gate))
    message = first.message
    if len(tally.doubts) > 1 or first.reading.subject.id:
        alike = sum(doubt.outcome is first.outcome for doubt in tally.doubts)
        more = f" and {alike - 1} more" if alike > 1 else ""
        message = f"{first.reading.subject.name or 'the run'}{more}: {message}"
    return GateResult(
        gate=bench.gate,
        metric=bench.metric,
        outcome=first.outcome,
        effect=effect.worst(effects),
        reading=_worst_broken(bench, tally) if tally.broken else first.reading,
        reason=first.reason,
        message=message,
        remedy=first.remedy,
    )


def _waived(bench: Bench, tally: _Tally) -> GateResult:
    """What breaks it is accepted, and what is not known: shown is the first, where there is any."""
    result = GateResult(
        gate=bench.gate,
        metric=bench.metric,
        outcome=GateOutcome.WAIVED,
        effect=effect.of_risk(bench.gate),
        reading=_worst_broken(bench, tally),
        short=tally.broken[0].short if tally.broken else None,
    )
    if not tally.accepted:
        return result
    first = tally.accepted[0]
    return replace(
        result,
        reading=result.reading or first.reading,
        reason=first.reason,
        message=first.message,
    )


def _passed(bench: Bench, tally: _Tally) -> GateResult:
    return GateResult(
        gate=bench.gate,
        metric=bench.metric,
        outcome=GateOutcome.PASSED,
        effect=Effect.NONE,
        reading=min(
            tally.passed,
            key=lambda measurement: (_room(bench, measurement), measurement.subject.name),
        ),
    )
