"""Numbers, subjects and origins as JSON has them, for all parts of the report."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from pytest_readiness.model.measurement import Number, Subject
from pytest_readiness.model.metric import Direction, Metric, SubjectKind
from pytest_readiness.model.policy import Origin, Waiver

Json = dict[str, Any]


def origin(given: Origin) -> Json:
    return {"source": given.source, "key": given.key, "line": given.line}


def subject(given: Subject) -> Json:
    return {
        "kind": given.kind.value,
        "id": given.id,
        "path": given.path or (given.id if given.kind is SubjectKind.FILE else ""),
        "line": given.line,
        "environment": given.environment,
        "component": given.component,
    }


def waiver(given: Waiver) -> Json:
    return {
        "gate": given.gate,
        "subject": given.subject,
        "accept": given.accept.text if given.accept is not None else None,
        "not_measured": given.not_measured,
        "state": given.state.value if given.state is not None else None,
        "hotfix": given.hotfix,
        "reason": given.reason,
        "owner": given.owner,
        "expires": given.expires.isoformat(),
        "origin": origin(given.origin),
    }


def exact(value: Fraction) -> Json:
    """A number whole, and the nearest float that is not above it."""
    return {
        "value": nearest(value, up=False),
        "numerator": value.numerator,
        "denominator": value.denominator,
    }


def number(value: Number | None, metric: Metric | None) -> int | float | None:
    """Of a fraction the nearest float on the failing side of the metric; null where it is no number."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, Fraction):
        return nearest(value, up=metric is not None and metric.direction is Direction.LOWER)
    return value


def upwards(value: Number) -> int | float | None:
    if isinstance(value, Fraction) and value.denominator == 1:
        return value.numerator
    return nearest(value, up=True) if isinstance(value, Fraction) else number(value, None)


def nearest(value: Fraction, *, up: bool) -> float:
    """The nearest float that is not below the value (``up``), or not above it."""
    found = float(value)
    if up and Fraction(found) < value:
        return math.nextafter(found, math.inf)
    if not up and Fraction(found) > value:
        return math.nextafter(found, -math.inf)
    return found
