"""Gates and what was found of them, as JSON."""

from __future__ import annotations

from pytest_readiness.model import lines as line_sets
from pytest_readiness.model.measurement import Measurement, NotMeasured, Reading, Reference
from pytest_readiness.model.metric import Metric
from pytest_readiness.model.policy import Gate
from pytest_readiness.model.scorecard import Finding, GateResult, Score, Short
from pytest_readiness.render import words
from pytest_readiness.render.json_values import (
    Json,
    nearest,
    number,
    origin,
    subject,
    upwards,
    waiver,
)


def gate_result(result: GateResult) -> Json:
    metric = result.metric
    return {
        **gate(result.gate),
        "title": words.title(result),
        "unit": metric.unit.value if metric else "",
        "label": metric.label if metric else "",
        "direction": metric.direction.value if metric else "",
        "category": result.gate.category or (metric.category if metric else ""),
        "outcome": result.outcome.value,
        "effect": result.effect.value,
        "reading": _reading(result.reading, result),
        "judged": result.judged,
        "broken": result.broken,
        "short": _short(result.short),
        "findings": [_finding(finding, result) for finding in result.findings],
        "values": [_reading(value, result) for value in result.values],
        "reason": result.reason.value if result.reason else None,
        "message": result.message,
        "remedy": result.remedy,
        "waivers": [waiver(each) for each in result.waivers],
        "breakdown": [_reading(reading, result) for reading in result.breakdown],
    }


def gate(given: Gate) -> Json:
    return {
        "name": given.name,
        "metric": given.metric,
        "condition": given.condition.text,
        "level": given.level.value,
        "severity": given.severity.value if given.severity is not None else None,
        "select": list(given.select),
        "component": given.component,
        "statistic": given.statistic,
        "when_missing": given.when_missing.value,
        "when_no_baseline": given.when_no_baseline.value,
        "weight": given.weight,
        "origin": origin(given.origin),
    }


def measurement(measured: Measurement, metric: Metric | None, text: str) -> Json:
    """``text``: the value as people are shown it."""
    return {
        "value": number(measured.value, metric),
        "text": text,
        "part": measured.part,
        "total": measured.total,
        "low": number(measured.low, None),
        "high": number(measured.high, None),
        "baseline": number(measured.baseline, metric),
        "reference": _reference(measured.reference),
        "detail": measured.detail,
    }


def score(given: Score | None) -> Json | None:
    if given is None:
        return None
    share = given.earned / given.possible if given.possible else None
    return {
        "share": nearest(share, up=False) if share is not None else None,
        "grade": given.grade or None,
        "earned": upwards(given.earned),
        "possible": upwards(given.possible),
        "categories": [
            {
                "category": entry.category,
                "earned": upwards(entry.earned),
                "possible": upwards(entry.possible),
            }
            for entry in given.categories
        ],
    }


def _reading(reading: Reading | None, result: GateResult) -> Json | None:
    if reading is None:
        return None
    about = subject(reading.subject)
    if isinstance(reading, Measurement):
        return {"kind": "measurement", "subject": about, **_measured(reading, result)}
    if isinstance(reading, NotMeasured):
        return {
            "kind": "not measured",
            "subject": about,
            "reason": reading.reason.value,
            "message": reading.message,
            "remedy": reading.remedy,
            "at_least": reading.known.value
            if reading.known is not None and isinstance(reading.known.value, int)
            else None,
        }
    return {"kind": "not applicable", "subject": about, "message": reading.message}


def _measured(measured: Measurement, result: GateResult) -> Json:
    metric = result.metric
    text = words.value(measured, metric, result.gate.condition) if metric else ""
    return measurement(measured, metric, text)


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
        "subject": subject(finding.subject),
        "measurement": _measured(measured, result) if measured is not None else None,
        "short": _short(finding.short),
        "detail": finding.detail,
        "lines": [list(pair) for pair in line_sets.ranges(finding.lines)],
        "owner": finding.owner,
        "waiver": waiver(finding.waiver) if finding.waiver is not None else None,
    }


def _short(short: Short | None) -> Json | None:
    if short is None:
        return None
    return {"amount": upwards(short.amount), "unit": short.unit}
