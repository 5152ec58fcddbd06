"""Which values of a run are kept, which of them hold, and what of a history a policy needs."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import pytest

from judging import METRICS, ORIGIN, TODAY, gate, waiver
from pytest_readiness.history.kept import values_of
from pytest_readiness.history.wanting import COMPARING, wanted
from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.model.evidence import Evidence, Figure, Outcome
from pytest_readiness.model.history import Part, Series
from pytest_readiness.model.measurement import Component
from pytest_readiness.model.metric import SCORE
from pytest_readiness.model.policy import Level, Policy
from pytest_readiness.model.requirement import MetricProof, Requirement
from pytest_readiness.pipeline import evaluate
from strategies import evidence_of, record

A, B = "tests/test_a.py::test_a", "tests/test_b.py::test_b"
EVIDENCE = Evidence.of(
    [
        *evidence_of((A, Outcome.PASSED), (B, Outcome.PASSED)).records,
        record(Figure(metric="shop.queries", value=7), A),
    ]
)
RUN = Series("tests.run")


def kept(*gates: object, **policy: object) -> dict[Series, dict[str, tuple[object, bool]]]:
    made = Policy(gates=gates, **policy)  # type: ignore[arg-type]
    scorecard = evaluate(EVIDENCE, made, today=TODAY)
    return {one: dict(named) for one, named in values_of(EVIDENCE, made, scorecard).items()}


def test_what_no_gate_asks_for_is_kept_too() -> None:
    found = kept()
    assert found[RUN] == {"": (2, True)}
    assert found[Series("tests.failed")] == {"": (0, True)}
    assert found[Series("shop.queries")] == {A: (7, True)}
    # times of tests have columns of their own; what is made of the history is not kept as a value
    assert not any(one.metric.startswith("test.") for one in found)
    assert not any(one.metric in COMPARING for one in found)


@pytest.mark.parametrize(
    ("condition", "level", "held"),
    [
        (">= 3", Level.BLOCK, False),
        (">= 3", Level.RISK, True),  # it only aims high
        (">= 3", Level.INFO, True),
        (">= 3 and >= baseline", Level.RISK, False),
        (">= 2", Level.BLOCK, True),
    ],
)
def test_what_broke_its_gate_does_not_hold(condition: str, level: Level, held: bool) -> None:
    assert kept(gate("tests.run", condition, level=level))[RUN] == {"": (2, held)}


def test_what_broke_the_proof_of_a_requirement_does_not_hold() -> None:
    proof = MetricProof(gate=gate("tests.run", ">= 3", name="R"))
    one = Requirement(id="R", title="R", origin=ORIGIN, proofs=(proof,))
    assert kept(requirements=(one,))[RUN] == {"": (2, False)}


def test_what_is_waived_holds() -> None:
    waived = waiver("tests.run", accept=">= 2")
    assert kept(gate("tests.run", ">= 3"), waivers=(waived,))[RUN] == {"": (2, True)}


def test_of_tests_only_those_that_broke_a_gate_are_kept() -> None:
    broken = gate("test.duration", "<= 1ms", select=(A,))
    assert kept(broken)[Series("test.duration")] == {A: (0.875, False)}


def test_components_have_values_of_what_is_gated_anywhere() -> None:
    unit = Component(name="unit", paths=("tests/test_a.py",))
    found = kept(gate("tests.run", ">= 1"), components=(unit,), elsewhere=(("tests.failed", "pr"),))
    assert found[Series("tests.run", "", "unit")] == {"": (1, True)}
    assert found[Series("tests.failed", "", "unit")] == {"": (0, True)}
    assert Series("tests.skipped", "", "unit") not in found
    own = kept(gate("tests.run", ">= 2", component="unit"), components=(unit,))
    assert (own[Series("tests.run", "", "unit")][""], own[RUN][""]) == ((1, False), (2, True))


@pytest.mark.parametrize(
    ("metric", "condition", "parts"),
    [
        ("tests.run", ">= 1", None),
        ("tests.run", ">= baseline", {Part.VALUES}),
        ("test.duration", "<= baseline + 10%", {Part.VALUES, Part.TIMES}),
        ("benchmark.time", "<= baseline + 10%", {Part.VALUES, Part.BENCHMARKS}),
        ("tests.flaky-confirmed", "== 0", {Part.ATTEMPTS}),
        ("test.slowdown", "<= 50%", {Part.TIMES}),
    ],
)
def test_no_more_is_loaded_than_gates_need(
    metric: str, condition: str, parts: set[Part] | None
) -> None:
    asked = wanted(Policy(gates=(gate(metric, condition),)), METRICS, EVIDENCE)
    assert (asked.parts if asked else None) == parts
    if asked:
        assert (asked.kin, asked.exclude) == ("cpython3.12-linux", {"r"})


def test_all_that_is_made_of_earlier_runs_is_known_as_such() -> None:
    assert COMPARING.keys() <= CATALOGUE.keys()


def test_an_unknown_metric_asks_for_nothing() -> None:
    unknown = dataclasses.replace(gate("tests.run", ">= 1"), metric="shop.unknown")
    assert wanted(Policy(gates=(unknown,)), METRICS, EVIDENCE) is None


def test_the_score_is_kept_with_its_categories() -> None:
    gates = (gate("tests.run", ">= 2", weight=3), gate("tests.failed", ">= 1", weight=1))
    scored = kept(*gates, gate("shop.sales", ">= 1"))
    assert scored[Series(SCORE)] == {"": (Fraction(3, 5), True)}
    assert scored[Series(SCORE, component="tests")] == {"": (Fraction(3, 4), True)}
    assert scored[Series(SCORE, component="shop")] == {"": (Fraction(0), True)}
    assert not any(one.metric == SCORE for one in kept(gate("tests.run", ">= 2")))


def test_a_report_looks_at_the_gated_values_and_the_score_of_earlier_runs() -> None:
    requirement = Requirement(
        id="A",
        title="t",
        origin=ORIGIN,
        category="Docs",
        proofs=(MetricProof(gate=gate("coverage.lines", ">= 9%")),),
    )
    policy = Policy(
        gates=(gate("tests.failed", "== 0"), gate("test.duration", "<= 1s")),
        requirements=(requirement,),
    )
    asked = wanted(policy, METRICS, EVIDENCE)
    assert asked is not None
    assert asked.parts == {Part.VALUES}
    assert asked.series == {
        Series("tests.failed"),
        Series("coverage.lines"),
        Series(SCORE),
        *(Series(SCORE, component=name) for name in ("tests", "speed", "Docs")),
    }


def test_a_baseline_that_proves_a_requirement_is_looked_up() -> None:
    proof = MetricProof(gate=gate("tests.run", ">= baseline"))
    requirement = Requirement(id="A", title="t", origin=ORIGIN, proofs=(proof,))
    asked = wanted(Policy(gates=(), requirements=(requirement,)), METRICS, EVIDENCE)
    assert asked is not None
    assert Series("tests.run") in (asked.series or ())
