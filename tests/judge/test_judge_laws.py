"""What judging must keep whatever the policy: absence, tightening and waivers (laws 3, 4 and 5)."""

from __future__ import annotations

import datetime
from dataclasses import replace
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from judging import METRICS, ORIGIN, TODAY, a_test
from pytest_readiness.judge.judge import judge
from pytest_readiness.judge.requests import request_of, requests
from pytest_readiness.judge.score import earned, score
from pytest_readiness.judge.verdict import fails, verdict
from pytest_readiness.model.condition import (
    Baseline,
    Condition,
    Dimension,
    Literal,
    Operator,
    Shift,
    Term,
)
from pytest_readiness.model.evidence import Reason
from pytest_readiness.model.measurement import (
    RUN,
    Measurement,
    Measurements,
    Member,
    NotApplicable,
    NotMeasured,
    Reading,
    Request,
    Subject,
)
from pytest_readiness.model.metric import Metric, SubjectKind, Unit
from pytest_readiness.model.policy import Gate, Level, Missing, Policy, Waiver
from pytest_readiness.model.scorecard import GateOutcome, GateResult, Verdict

LAW = settings(deadline=None)
"""Machines are shared: a slow example is no failure."""
RANK = (Verdict.READY, Verdict.READY_WITH_RISKS, Verdict.NO_VERDICT, Verdict.NOT_READY)
"""From best to worst: a verdict that says nothing is worse than one that says ready."""
NAMES = ("tests.failed", "tests.skipped", "coverage.lines", "test.duration", "suite.duration")
IDS = tuple(f"t.py::{letter}" for letter in "abcd")
SMALL = st.integers(0, 6)
WHY = st.sampled_from([Reason.NO_DATA, Reason.PARTIAL, Reason.ERROR])


@st.composite
def literals(draw: st.DrawFn, metric: Metric) -> Literal | Baseline:
    number = draw(SMALL)
    if metric.unit is Unit.RATIO:
        limit = Literal(value=Fraction(number, 6), dimension=Dimension.PERCENT)
    elif metric.unit is Unit.SECONDS:
        limit = Literal(value=Fraction(number, 2), dimension=Dimension.SECONDS)
    elif metric.of and draw(st.booleans()):
        limit = Literal(value=Fraction(number, 8), dimension=Dimension.PERCENT)
    else:
        limit = Literal(value=Fraction(number))
    if draw(st.integers(0, 4)):
        return limit
    return Baseline(offset=Fraction(1, 10), shift=Shift.RELATIVE, dimension=Dimension.BARE)


@st.composite
def terms(draw: st.DrawFn, metric: Metric) -> Term:
    operator = draw(st.sampled_from([Operator.AT_MOST, Operator.AT_LEAST, Operator.BELOW]))
    return Term(operator=operator, limit=draw(literals(metric)), text="term")


def conditions(metric: Metric) -> st.SearchStrategy[Condition]:
    some = st.lists(terms(metric), min_size=1, max_size=2).map(tuple)
    return st.lists(some, min_size=1, max_size=2).map(
        lambda alternatives: Condition(alternatives=tuple(alternatives), text="condition")
    )


@st.composite
def gates(draw: st.DrawFn, index: int) -> Gate:
    name = draw(st.sampled_from(NAMES))
    per_test = METRICS[name].subject is SubjectKind.TEST
    return Gate(
        name=f"{name}#{index}",
        metric=name,
        condition=draw(conditions(METRICS[name])),
        origin=ORIGIN,
        select=draw(st.sampled_from([(), (IDS[0],), ("t.py::[ab]", IDS[1])])) if per_test else (),
        level=draw(st.sampled_from(Level)),
        weight=draw(st.none() | st.integers(0, 3)),
    )


@st.composite
def values(draw: st.DrawFn, metric: Metric, subject: Subject) -> Measurement:
    number, baseline = draw(SMALL), draw(st.none() | SMALL)
    if metric.unit is Unit.RATIO:
        return Measurement(subject=subject, value=Fraction(number, 6), part=number, total=6)
    if metric.unit is Unit.COUNT:
        members = tuple(Member(subject=a_test(f"t.py::{n}")) for n in range(number))
        total = draw(st.integers(number, 8))
        return Measurement(
            subject=subject, value=number, total=total, members=members, baseline=baseline
        )
    wide = draw(st.none() | SMALL)
    around = {} if wide is None else {"low": number / 2 - wide / 4, "high": number / 2 + wide / 4}
    return Measurement(subject=subject, value=number / 2, baseline=baseline, **around)  # type: ignore[arg-type]


@st.composite
def readings(draw: st.DrawFn, metric: Metric, subject: Subject) -> Reading:
    kind = draw(st.integers(0, 6))
    if kind == 0:
        return NotApplicable(subject=subject, message="nothing")
    if kind == 1:
        return NotMeasured(subject=subject, reason=draw(WHY), message="off")
    return draw(values(metric, subject))


@st.composite
def waivers(draw: st.DrawFn) -> Waiver:
    name = draw(st.sampled_from(NAMES))
    return Waiver(
        gate=name,
        subject=draw(st.sampled_from(["", *IDS, "t.py::*", "t.py::1"])),
        accept=draw(st.none() | conditions(METRICS[name])),
        reason="agreed",
        owner="@shop",
        expires=TODAY + datetime.timedelta(days=draw(st.integers(-1, 1))),
        origin=ORIGIN,
    )


Case = tuple[Policy, Measurements]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    made = tuple(draw(gates(index)) for index in range(draw(st.integers(0, 4))))
    policy = Policy(gates=made, waivers=tuple(draw(st.lists(waivers(), max_size=2))))
    measurements: dict[Request, tuple[Reading, ...]] = {}
    for request in requests(policy, METRICS):
        metric = METRICS[request.metric]
        twin = replace(request, baseline=not request.baseline)
        if twin in measurements:  # one figure, with its baseline and without
            measurements[request] = measurements[twin]
        elif metric.subject is SubjectKind.RUN:
            measurements[request] = (draw(readings(metric, RUN)),)
        else:
            measurements[request] = tuple(draw(readings(metric, a_test(id))) for id in IDS)
    return policy, measurements


def results_of(policy: Policy, measurements: Measurements) -> tuple[GateResult, ...]:
    return judge(measurements, policy, METRICS, today=TODAY)[0]


def rank(results: tuple[GateResult, ...]) -> int:
    return RANK.index(verdict(results))


def points(results: tuple[GateResult, ...]) -> Fraction:
    made = score(results)
    return made.earned / made.possible if made else Fraction(1)


@LAW
@given(cases(), st.data())
def test_absence_never_improves_anything(case: Case, data: st.DataObject) -> None:
    """Law 3, the judge's side: a reading is replaced by its absence."""
    policy, measurements = case
    if not measurements:
        return
    request = data.draw(st.sampled_from(sorted(measurements, key=repr)))
    before = measurements[request]
    if METRICS[request.metric].subject is SubjectKind.TEST and data.draw(st.booleans()):
        after: tuple[Reading, ...] = (
            NotMeasured(subject=RUN, reason=data.draw(WHY), message="all is off"),
        )
    else:
        index = data.draw(st.integers(0, len(before) - 1))
        gone = NotMeasured(
            subject=before[index].subject, reason=data.draw(WHY), message="it is off"
        )
        after = (*before[:index], gone, *before[index + 1 :])
    whole = results_of(policy, measurements)
    less = results_of(policy, {**measurements, request: after})
    assert rank(less) >= rank(whole)
    assert points(less) <= points(whole)
    for level in (Level.BLOCK, Level.RISK):
        assert fails(less, level) or not fails(whole, level)


@LAW
@given(cases(), st.data())
def test_nothing_unmeasured_passes(case: Case, data: st.DataObject) -> None:
    """With every setting that waves absence through, it is still never a pass and earns nothing."""
    policy, measurements = case
    lenient = replace(
        policy,
        gates=tuple(
            replace(
                gate,
                when_missing=data.draw(st.sampled_from(Missing)),
                when_no_baseline=data.draw(st.sampled_from(Missing)),
            )
            for gate in policy.gates
        ),
    )
    absent = {
        request: tuple(
            NotMeasured(subject=reading.subject, reason=data.draw(WHY), message="off")
            for reading in readings
        )
        for request, readings in measurements.items()
    }
    results = results_of(lenient, absent)
    assert all(
        result.outcome in {GateOutcome.NOT_MEASURED, GateOutcome.ERROR, GateOutcome.NOT_APPLICABLE}
        for result in results
    )
    assert not any(earned(result) for result in results)
    assert verdict(results) in {Verdict.NO_VERDICT, Verdict.NOT_READY}


def tighter(gate: Gate, term: Term, how: int) -> Gate:
    """The gate with a condition that implies its old one."""
    alternatives = gate.condition.alternatives
    if how == 0 and len(alternatives) > 1:
        kept = alternatives[1:]
    elif how == 1:
        kept = tuple((*all_of, term) for all_of in alternatives)
    else:
        kept = tuple(tuple(_tighter_term(one) for one in all_of) for all_of in alternatives)
    condition = Condition(alternatives=kept, text="tighter")
    return replace(gate, condition=condition)


def _tighter_term(term: Term) -> Term:
    if not isinstance(term.limit, Literal):
        return term
    step = Fraction(1 if term.operator is Operator.AT_LEAST else -1, 100)
    return replace(term, limit=replace(term.limit, value=term.limit.value + step))


@LAW
@given(cases(), st.data())
def test_tightening_never_improves_a_verdict(case: Case, data: st.DataObject) -> None:
    """Law 4: a stricter condition, or a stricter level of a gate that decides at all."""
    policy, measurements = case
    if not policy.gates:
        return
    index = data.draw(st.integers(0, len(policy.gates) - 1))
    gate = policy.gates[index]
    if gate.level is Level.RISK and METRICS[gate.metric].subject is SubjectKind.RUN:
        gate = replace(gate, level=data.draw(st.sampled_from([Level.RISK, Level.BLOCK])))
    gate = tighter(gate, data.draw(terms(METRICS[gate.metric])), data.draw(st.integers(0, 2)))
    strict = replace(policy, gates=(*policy.gates[:index], gate, *policy.gates[index + 1 :]))
    before, after = results_of(policy, measurements), results_of(strict, measurements)
    assert rank(after) >= rank(before)
    assert fails(after, Level.RISK) or not fails(before, Level.RISK)


@LAW
@given(cases(), waivers())
def test_a_waiver_never_makes_it_ready(case: Case, waiver: Waiver) -> None:
    """Law 4: and it changes no more than failed to waived."""
    policy, measurements = case
    before = results_of(policy, measurements)
    after = results_of(replace(policy, waivers=(*policy.waivers, waiver)), measurements)
    assert verdict(after) is not Verdict.READY or verdict(before) is Verdict.READY
    for one, other in zip(before, after, strict=True):
        assert other.reading == one.reading
        assert other.judged == one.judged
        assert other.broken == one.broken
        assert other.outcome is one.outcome or one.outcome is GateOutcome.FAILED


@LAW
@given(cases(), st.integers(1, 400))
def test_an_expired_waiver_is_as_none(case: Case, days: int) -> None:
    policy, measurements = case
    past = TODAY - datetime.timedelta(days=days)
    expired = tuple(replace(waiver, expires=past) for waiver in policy.waivers)
    results, idle = judge(measurements, replace(policy, waivers=expired), METRICS, today=TODAY)
    assert results == results_of(replace(policy, waivers=()), measurements)
    assert [state.waiver for state in idle] == list(dict.fromkeys(expired))


@LAW
@given(cases())
def test_every_waiver_is_accounted_for_once(case: Case) -> None:
    policy, measurements = case
    results, idle = judge(measurements, policy, METRICS, today=TODAY)
    used = {waiver for result in results for waiver in result.waivers}
    assert used.isdisjoint(state.waiver for state in idle)
    assert used | {state.waiver for state in idle} == set(policy.waivers)


@LAW
@given(cases())
def test_every_subject_is_judged_by_one_gate_of_a_kind(case: Case) -> None:
    """No subject is judged twice at one level, and with a gate for the rest, none is left out."""
    policy, measurements = case
    always = Condition(alternatives=((),), text="always")
    policy = replace(policy, gates=tuple(replace(gate, condition=always) for gate in policy.gates))
    rest = tuple(
        Gate(
            name=f"rest {level.value}",
            metric="test.duration",
            condition=always,
            origin=ORIGIN,
            level=level,
        )
        for level in Level
    )
    policy = replace(policy, gates=(*policy.gates, *rest))
    durations = tuple(Measurement(subject=a_test(id), value=1.0) for id in IDS)
    measurements = {**measurements, request_of(rest[0], METRICS[rest[0].metric]): durations}
    results = results_of(policy, measurements)
    for level in Level:
        judged = sum(
            result.judged
            for result in results
            if result.gate.metric == "test.duration" and result.gate.level is level
        )
        assert judged == len(IDS)


@LAW
@given(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(0, 10_000))
def test_ratios_are_compared_in_integers(part: int, total: int, basis_points: int) -> None:
    """Law 5: ``covered * 100 >= target * total`` and nothing else."""
    part = min(part, total)
    limit = Literal(value=Fraction(basis_points, 10_000), dimension=Dimension.PERCENT)
    term = Term(operator=Operator.AT_LEAST, limit=limit, text="")
    gate = Gate(
        name="coverage.lines",
        metric="coverage.lines",
        condition=Condition(alternatives=((term,),), text=""),
        origin=ORIGIN,
    )
    measurement = Measurement(subject=RUN, value=Fraction(part, total), part=part, total=total)
    (result,) = results_of(
        Policy(gates=(gate,)), {request_of(gate, METRICS[gate.metric]): (measurement,)}
    )
    assert (result.outcome is GateOutcome.PASSED) is (part * 10_000 >= basis_points * total)
