"""Gates and measurements made by hand, for tests of what judges them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from pytest_readiness.config.grammar import parse_condition
from pytest_readiness.judge.judge import judge
from pytest_readiness.judge.requests import request_of
from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.model.evidence import Reason
from pytest_readiness.model.measurement import (
    RUN,
    Measurement,
    Member,
    NotApplicable,
    NotMeasured,
    Number,
    Reading,
    Request,
    Subject,
)
from pytest_readiness.model.metric import Direction, Metric, SubjectKind, Unit
from pytest_readiness.model.policy import Gate, Origin, Policy, Waiver
from pytest_readiness.model.scorecard import GateResult, WaiverState

TODAY = datetime.date(2026, 11, 20)
ORIGIN = Origin(source="pyproject.toml")
LATENCY = Metric(
    name="checkout.latency",
    title="Latency",
    unit=Unit.NUMBER,
    direction=Direction.LOWER,
    category="shop",
)
"""A metric of the run whose value is any number."""
METRICS: Mapping[str, Metric] = {**CATALOGUE, LATENCY.name: LATENCY}


def gate(metric: str, condition: str, /, **changes: object) -> Gate:
    made = Gate(
        name=metric,
        metric=metric,
        condition=parse_condition(condition, METRICS.get(metric)),
        origin=ORIGIN,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def waiver(gate: str, subject: str = "", accept: str | None = None, **changes: object) -> Waiver:
    made = Waiver(
        gate=gate,
        subject=subject,
        accept=None if accept is None else parse_condition(accept, None),
        reason="agreed",
        owner="@shop",
        expires=TODAY,
        origin=ORIGIN,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def value(number: Number, **fields: object) -> Measurement:
    return Measurement(subject=RUN, value=number, **fields)  # type: ignore[arg-type]


def ratio(part: int, total: int, subject: Subject = RUN, **fields: object) -> Measurement:
    share = Fraction(part, total)
    return Measurement(subject=subject, value=share, part=part, total=total, **fields)  # type: ignore[arg-type]


def a_test(id: str, environment: str = "") -> Subject:
    path = id.partition("::")[0]
    return Subject(kind=SubjectKind.TEST, id=id, path=path, environment=environment)


def file(path: str) -> Subject:
    return Subject(kind=SubjectKind.FILE, id=path, path=path)


def count(number: int, *members: str | Member, total: int | None = None) -> Measurement:
    made = tuple(
        Member(subject=a_test(member)) if isinstance(member, str) else member for member in members
    )
    return Measurement(subject=RUN, value=number, total=total, members=made)


def timed(id: str, seconds: float, **fields: object) -> Measurement:
    return Measurement(subject=a_test(id), value=seconds, **fields)  # type: ignore[arg-type]


def missing(
    reason: Reason = Reason.NO_DATA, subject: Subject = RUN, **fields: object
) -> NotMeasured:
    return NotMeasured(subject=subject, reason=reason, message="it was off", **fields)  # type: ignore[arg-type]


def nothing(subject: Subject = RUN) -> NotApplicable:
    return NotApplicable(subject=subject, message="there is nothing")


def judge_all(
    pairs: Iterable[tuple[Gate, Reading | Iterable[Reading]]],
    *,
    metrics: Mapping[str, Metric] = METRICS,
    **policy: object,
) -> tuple[tuple[GateResult, ...], tuple[WaiverState, ...]]:
    """Judge gates, each against its own readings."""
    pairs = tuple(pairs)
    measurements: dict[Request, tuple[Reading, ...]] = {}
    for one, readings in pairs:
        single = isinstance(readings, Measurement | NotMeasured | NotApplicable)
        request = request_of(one, metrics.get(one.metric, LATENCY))
        measurements[request] = (readings,) if single else tuple(readings)  # type: ignore[arg-type, assignment]
    made = Policy(gates=tuple(one for one, _ in pairs), **policy)  # type: ignore[arg-type]
    return judge(measurements, made, metrics, today=TODAY)


def judge_one(
    one: Gate, readings: Reading | Iterable[Reading], *waivers: Waiver, **policy: object
) -> GateResult:
    (result,), _ = judge_all([(one, readings)], waivers=waivers, **policy)
    return result
