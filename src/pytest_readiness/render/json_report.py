"""The scorecard as JSON, for machines. Its schema is ``report.schema.json`` beside this module.

Every number is exact where it can be: counts and the two integers of a ratio. ``value`` is the
nearest float on the failing side, so that comparing it with a limit never gives a better result than
the gate's. Text is what it was, lone surrogates aside; whoever shows it has to escape it.
"""

from __future__ import annotations

import json
import math
from fractions import Fraction
from typing import Any

from pytest_readiness.model import lines as line_sets
from pytest_readiness.model.measurement import (
    Measurement,
    NotMeasured,
    Number,
    Reading,
    Reference,
    Subject,
)
from pytest_readiness.model.metric import Direction, Metric, SubjectKind
from pytest_readiness.model.policy import Gate, Origin, Waiver
from pytest_readiness.model.scorecard import (
    Finding,
    GateOutcome,
    GateResult,
    Score,
    Scorecard,
    Short,
)
from pytest_readiness.render import escape, words

NAME = "pytest-readiness/report"
VERSION = 1
Json = dict[str, Any]


def render(scorecard: Scorecard) -> str:
    """JSON text, pure ASCII, ending in a newline."""
    return json.dumps(_clean(report(scorecard)), indent=2, allow_nan=False) + "\n"


def report(scorecard: Scorecard) -> Json:
    """The document before it is text."""
    results = scorecard.results
    counts = dict.fromkeys(GateOutcome, 0)
    for result in results:
        counts[result.outcome] += 1
    return {
        "schema": NAME,
        "version": VERSION,
        "verdict": scorecard.verdict.value,
        "would_be": scorecard.would_be.value,
        "explanation": scorecard.explanation,
        "exit_code": scorecard.exit_code,
        "stage": scorecard.stage,
        "profile": scorecard.profile,
        "source": scorecard.source,
        "selection": {
            "whole": scorecard.selection.whole,
            "causes": list(scorecard.selection.causes),
            "declared": scorecard.selection.declared,
        },
        "outcomes": {outcome.value: number for outcome, number in counts.items()},
        "score": _score(scorecard.score),
        "gates": [_result(result) for result in results],
        "elsewhere": [{"metric": metric, "stage": stage} for metric, stage in scorecard.elsewhere],
        "idle_waivers": [
            {**_waiver(state.waiver), "message": state.message} for state in scorecard.waivers_idle
        ],
        "gaps": [
            {
                "section": section,
                "reason": gap.reason.value,
                "message": gap.message,
                "remedy": gap.remedy,
            }
            for section, gap in scorecard.gaps
        ],
        "diagnoses": [
            {
                "subject": _subject(one.subject),
                "kind": one.kind.value,
                "because": one.because,
                "polluter": one.polluter,
            }
            for one in scorecard.diagnoses
        ],
        "notices": [{"tool": tool, "text": text} for tool, text in scorecard.notices],
    }


def _result(result: GateResult) -> Json:
    metric = result.metric
    return {
        **_gate(result.gate),
        "title": words.title(result),
        "unit": metric.unit.value if metric else "",
        "label": metric.label if metric else "",
        "direction": metric.direction.value if metric else "",
        "category": metric.category if metric else "",
        "outcome": result.outcome.value,
        "effect": result.effect.value,
        "reading": _reading(result.reading, result),
        "judged": result.judged,
        "broken": result.broken,
        "short": _short(result.short),
        "findings": [_finding(finding, result) for finding in result.findings],
        "reason": result.reason.value if result.reason else None,
        "message": result.message,
        "remedy": result.remedy,
        "waivers": [_waiver(waiver) for waiver in result.waivers],
        "breakdown": [_reading(reading, result) for reading in result.breakdown],
    }


def _gate(gate: Gate) -> Json:
    return {
        "name": gate.name,
        "metric": gate.metric,
        "condition": gate.condition.text,
        "level": gate.level.value,
        "select": list(gate.select),
        "component": gate.component,
        "statistic": gate.statistic,
        "when_missing": gate.when_missing.value,
        "when_no_baseline": gate.when_no_baseline.value,
        "weight": gate.weight,
        "origin": _origin(gate.origin),
    }


def _origin(origin: Origin) -> Json:
    return {"source": origin.source, "key": origin.key, "line": origin.line}


def _reading(reading: Reading | None, result: GateResult) -> Json | None:
    if reading is None:
        return None
    subject = _subject(reading.subject)
    if isinstance(reading, Measurement):
        return {"kind": "measurement", "subject": subject, **_measurement(reading, result)}
    if isinstance(reading, NotMeasured):
        return {
            "kind": "not measured",
            "subject": subject,
            "reason": reading.reason.value,
            "message": reading.message,
            "remedy": reading.remedy,
            "at_least": reading.known.value
            if reading.known is not None and isinstance(reading.known.value, int)
            else None,
        }
    return {"kind": "not applicable", "subject": subject, "message": reading.message}


def _measurement(measured: Measurement, result: GateResult) -> Json:
    metric = result.metric
    return {
        "value": _number(measured.value, metric),
        "text": words.value(measured, metric, result.gate.condition) if metric else "",
        "part": measured.part,
        "total": measured.total,
        "low": _number(measured.low, None),
        "high": _number(measured.high, None),
        "baseline": _number(measured.baseline, metric),
        "reference": _reference(measured.reference),
        "detail": measured.detail,
    }


def _reference(reference: Reference | None) -> Json | None:
    if reference is None:
        return None
    return {
        "text": reference.text,
        "missing": reference.missing.value if reference.missing else None,
        "remedy": reference.remedy,
    }


def _finding(finding: Finding, result: GateResult) -> Json:
    measured = finding.measurement
    return {
        "subject": _subject(finding.subject),
        "measurement": _measurement(measured, result) if measured is not None else None,
        "short": _short(finding.short),
        "detail": finding.detail,
        "lines": [list(pair) for pair in line_sets.ranges(finding.lines)],
        "owner": finding.owner,
        "waiver": _waiver(finding.waiver) if finding.waiver is not None else None,
    }


def _subject(subject: Subject) -> Json:
    return {
        "kind": subject.kind.value,
        "id": subject.id,
        "path": subject.path or (subject.id if subject.kind is SubjectKind.FILE else ""),
        "line": subject.line,
        "environment": subject.environment,
        "component": subject.component,
    }


def _short(short: Short | None) -> Json | None:
    if short is None:
        return None
    return {"amount": _upwards(short.amount), "unit": short.unit}


def _waiver(waiver: Waiver) -> Json:
    return {
        "gate": waiver.gate,
        "subject": waiver.subject,
        "accept": waiver.accept.text if waiver.accept is not None else None,
        "reason": waiver.reason,
        "owner": waiver.owner,
        "expires": waiver.expires.isoformat(),
        "origin": _origin(waiver.origin),
    }


def _score(score: Score | None) -> Json | None:
    if score is None:
        return None
    share = score.earned / score.possible if score.possible else None
    return {
        "share": _float(share, up=False) if share is not None else None,
        "grade": words.grade(share) if share is not None else None,
        "earned": _upwards(score.earned),
        "possible": _upwards(score.possible),
        "categories": [
            {
                "category": entry.category,
                "earned": _upwards(entry.earned),
                "possible": _upwards(entry.possible),
            }
            for entry in score.categories
        ],
    }


def _number(value: Number | None, metric: Metric | None) -> int | float | None:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, Fraction):
        return _float(value, up=metric is not None and metric.direction is Direction.LOWER)
    return value


def _upwards(value: Number) -> int | float | None:
    if isinstance(value, Fraction) and value.denominator == 1:
        return value.numerator
    return _float(value, up=True) if isinstance(value, Fraction) else _number(value, None)


def _float(value: Fraction, *, up: bool) -> float:
    """The nearest float that is not below the value (``up``), or not above it."""
    nearest = float(value)
    if up and Fraction(nearest) < value:
        return math.nextafter(nearest, math.inf)
    if not up and Fraction(nearest) > value:
        return math.nextafter(nearest, -math.inf)
    return nearest


def _clean(value: Any) -> Any:
    """JSON readers refuse lone surrogates."""
    if isinstance(value, str):
        return escape.well_formed(value)
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, list) else value
