"""Metrics of the second order: of requirements, decisions, drift and the score."""

from __future__ import annotations

from fractions import Fraction

import pytest

from judging import waiver
from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.measure.entries_standing import STANDING
from pytest_readiness.measure.scope import Scope
from pytest_readiness.measure.second_order import measure_standing
from pytest_readiness.model.evidence import Reason
from pytest_readiness.model.measurement import (
    Component,
    Measurement,
    NotApplicable,
    NotMeasured,
    Reading,
)
from pytest_readiness.model.metric import SubjectKind
from pytest_readiness.model.requirement import State
from pytest_readiness.model.scorecard import Effect
from pytest_readiness.model.standing import (
    Change,
    Drift,
    PolicyChange,
    ProofResult,
    QuarantineState,
    RequirementResult,
    Standing,
)
from requiring import entry, requirement


def of(metric: str, standing: Standing | None) -> Reading:
    (reading,) = measure_standing(CATALOGUE[metric], standing, Scope())
    return reading


def value(metric: str, standing: Standing) -> object:
    reading = of(metric, standing)
    assert isinstance(reading, Measurement)
    return reading.value


def result(id: str, state: State, *proofs: State) -> RequirementResult:
    return RequirementResult(
        requirement=requirement(id),
        state=state,
        effect=Effect.NONE,
        message="because",
        proofs=tuple(ProofResult(what="it", state=one, text="") for one in proofs),
    )


def members(metric: str, standing: Standing) -> list[tuple[str, str]]:
    reading = of(metric, standing)
    assert isinstance(reading, Measurement)
    return [(member.subject.id, member.detail) for member in reading.members]


ALL = Standing(
    requirements=(
        result("PASS", State.PASSED, State.PASSED),
        result("FAIL", State.FAILED, State.FAILED),
        result("BAD", State.WAIVED, State.FAILED, State.PASSED),
        result("OPEN", State.NOT_VERIFIED, State.NOT_VERIFIED),
        result("SOME", State.IN_PROGRESS),
        result("WAIT", State.DEFERRED, State.PASSED),
        result("DARK", State.WAIVED, State.NOT_VERIFIED),
        result("NO", State.NOT_APPLICABLE),
    )
)


def test_met_is_what_passed_of_what_applies() -> None:
    reading = of("requirements.met", ALL)
    assert isinstance(reading, Measurement)
    assert (reading.value, reading.part, reading.total) == (Fraction(1, 7), 1, 7)
    assert [member.subject.kind for member in reading.members] == [SubjectKind.REQUIREMENT] * 6
    assert members("requirements.met", ALL)[:2] == [
        ("FAIL", "failed: because"),
        ("BAD", "waived: because"),
    ]


def test_failed_and_unverified_count_what_is_waived_too_and_nothing_twice() -> None:
    failed = {id for id, _ in members("requirements.failed", ALL)}
    unverified = {id for id, _ in members("requirements.unverified", ALL)}
    assert failed == {"FAIL", "BAD"}
    assert unverified == {"OPEN", "SOME", "WAIT", "DARK"}
    assert value("requirements.failed", ALL) == 2
    assert value("requirements.unverified", ALL) == 4


@pytest.mark.parametrize(
    ("requirements", "message"),
    [
        ((), "no requirement is configured"),
        ((result("NO", State.NOT_APPLICABLE),), "no requirement applies"),
    ],
)
def test_of_no_requirement_nothing_is_a_share(
    requirements: tuple[RequirementResult, ...], message: str
) -> None:
    reading = of("requirements.met", Standing(requirements=requirements))
    assert isinstance(reading, NotApplicable)
    assert reading.message == message


def test_waivers_and_entries_in_force_are_counted_by_name() -> None:
    held = QuarantineState(
        quarantine=entry("tests/**"), effect=Effect.RISK, message="holds no test"
    )
    inert = QuarantineState(quarantine=entry("old"), effect=Effect.NONE)
    standing = Standing(waivers=(waiver("tests.failed", "a::b"),), quarantine=(held, inert))
    assert members("waivers.active", standing) == [("tests.failed a::b", "to 2026-11-20, @shop")]
    assert members("quarantine.entries", standing) == [("tests/**", "holds no test")]
    assert value("quarantine.entries", standing) == 1


def change(weaker: bool, **fields: object) -> PolicyChange:
    usual = {"what": "gate", "name": "tests.failed", "change": Change.LOOSENED, "line": 7}
    return PolicyChange(weaker=weaker, **{**usual, **fields})  # type: ignore[arg-type]


def test_only_what_is_weaker_counts_as_weakened() -> None:
    drift = Drift(
        changes=(
            change(True, before="== 0", after="<= 3"),
            change(True, name="x", change=Change.REMOVED, before="== 0"),
            change(True, name="y", change=Change.ADDED),
            change(False, change=Change.TIGHTENED),
        )
    )
    assert members("policy.weakened", Standing(drift=drift)) == [
        ("gate tests.failed", "loosened: == 0 -> <= 3"),
        ("gate x", "removed: == 0"),
        ("gate y", "added"),
    ]
    reading = of("policy.weakened", Standing(drift=drift))
    assert isinstance(reading, Measurement)
    assert reading.members[0].subject.line == 7


@pytest.mark.parametrize(
    ("drift", "message"),
    [(None, "the base's policy was not read"), (Drift(message="no base"), "no base")],
)
def test_without_a_base_nothing_is_known_of_weakening(drift: Drift | None, message: str) -> None:
    reading = of("policy.weakened", Standing(drift=drift))
    assert isinstance(reading, NotMeasured)
    assert (reading.reason, reading.message) == (Reason.NO_DATA, message)


def test_the_score_is_exact() -> None:
    assert value("readiness.score", Standing(share=Fraction(868, 1000))) == Fraction(868, 1000)
    assert isinstance(of("readiness.score", Standing()), NotMeasured)


@pytest.mark.parametrize("metric", STANDING, ids=lambda metric: metric.name)
def test_nothing_rests_on_its_own_result(metric: object) -> None:
    name = metric.name  # type: ignore[attr-defined]
    reading = of(name, None)
    assert isinstance(reading, NotMeasured)
    assert reading.reason is Reason.ERROR


def test_no_component_has_any_of_them() -> None:
    scope = Scope(Component(name="shop", paths=("src/**",)))
    for metric in STANDING:
        (reading,) = measure_standing(metric, ALL, scope)
        assert isinstance(reading, NotMeasured)
        assert reading.subject.component == "shop"
