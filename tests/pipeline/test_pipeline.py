"""From evidence to scorecard, with everything between as it is."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

import pytest

import strategies as told
from judging import ORIGIN, TODAY, gate, waiver
from pytest_readiness.config.grammar import parse_condition
from pytest_readiness.model import lines
from pytest_readiness.model.evidence import (
    ChangedFile,
    Comparison,
    Evidence,
    Fault,
    Figure,
    FileCoverage,
    FixtureCost,
    Gap,
    Notice,
    Outcome,
    Reason,
    Record,
    Selection,
    Shard,
)
from pytest_readiness.model.measurement import Component, Measurement
from pytest_readiness.model.metric import Direction, Metric, Unit
from pytest_readiness.model.policy import Gate, Level, Missing, Policy
from pytest_readiness.model.scorecard import GateOutcome, Scorecard, Verdict
from pytest_readiness.pipeline import evaluate

READY, RISKS, NOT_READY, NO_VERDICT = Verdict
PASSED, FAILED, INCONCLUSIVE, NOT_MEASURED, NOT_APPLICABLE, WAIVED, ERROR = GateOutcome
A, B = "tests/test_a.py::test_a", "tests/test_b.py::test_b"
GREEN = told.evidence_of((A, Outcome.PASSED), (B, Outcome.PASSED))
RED = told.evidence_of((A, Outcome.PASSED), (B, Outcome.FAILED))
STARTER = (gate("tests.failed", "== 0"), gate("tests.errors", "== 0"), gate("tests.run", ">= 1"))


def card(
    evidence: Evidence,
    gates: Iterable[Gate] = STARTER,
    today: datetime.date = TODAY,
    **policy: object,
) -> Scorecard:
    return evaluate(evidence, Policy(gates=tuple(gates), **policy), today=today)  # type: ignore[arg-type]


def more(evidence: Evidence, *records: Record) -> Evidence:
    return evidence.merge(Evidence.of(records))


def outcomes(scorecard: Scorecard) -> list[GateOutcome]:
    return [result.outcome for result in scorecard.results]


def test_a_green_suite_is_ready() -> None:
    made = card(GREEN)
    assert (made.verdict, made.would_be, made.exit_code) == (READY, READY, 0)
    assert made.explanation == "all 3 gates passed"
    assert [result.gate for result in made.results] == list(STARTER)
    assert made.score is None


def test_a_red_suite_is_not_ready_and_names_the_test() -> None:
    made = card(RED, exit_code=9)
    assert (made.verdict, made.explanation, made.exit_code) == (NOT_READY, "1 gate failed", 9)
    assert [finding.subject.id for finding in made.results[0].findings] == [B]


@pytest.mark.parametrize(("fail_on", "exit_code"), [(Level.BLOCK, 0), (Level.RISK, 8)])
def test_risks_fail_only_where_asked(fail_on: Level, exit_code: int) -> None:
    gates = (*STARTER[1:], gate("tests.failed", "== 0", level=Level.RISK))
    made = card(RED, gates, fail_on=fail_on, exit_code=8)
    assert (made.verdict, made.exit_code) == (RISKS, exit_code)


def test_nothing_at_all_is_not_ready() -> None:
    made = card(Evidence())
    assert made.verdict is NOT_READY
    assert set(outcomes(made)) == {NOT_MEASURED}


def test_without_gates_there_is_no_verdict() -> None:
    made = card(RED, ())
    assert (made.verdict, made.would_be, made.exit_code) == (NO_VERDICT, NO_VERDICT, 0)
    assert made.explanation == "no gate is configured"


def test_a_part_chosen_at_the_desk_has_no_verdict() -> None:
    """The gates are judged all the same, for information."""
    part = told.evidence_of((A, Outcome.FAILED), selection=Selection(causes=("-k a", "-x")))
    made = card(part)
    assert (made.verdict, made.would_be, made.exit_code) == (NO_VERDICT, NOT_READY, 0)
    assert made.explanation == "only a part of the suite was asked for: -k a, -x"
    assert outcomes(made) == [FAILED, PASSED, PASSED]


def test_a_declared_part_is_judged_as_it_stands() -> None:
    selection = Selection(causes=("-m smoke",), declared=True)
    made = card(told.evidence_of((A, Outcome.PASSED), selection=selection))
    assert (made.verdict, made.selection) == (READY, selection)


def test_one_run_narrowed_at_the_desk_spoils_a_merged_verdict() -> None:
    parts = [
        told.evidence_of((A, Outcome.PASSED), selection=Selection(causes=("-m a",), declared=True)),
        told.evidence_of((B, Outcome.PASSED), selection=Selection(causes=("-k b",))),
    ]
    renamed = [
        Evidence.of(record._replace(run=f"r{number}") for record in part.records)
        for number, part in enumerate(parts)
    ]
    made = card(renamed[0].merge(renamed[1]))
    assert (made.verdict, made.selection.causes) == (NO_VERDICT, ("-k b",))


def test_a_missing_shard_is_not_ready() -> None:
    shard = told.evidence_of((A, Outcome.PASSED), shard=Shard(index=1, total=2))
    assert card(shard).verdict is NOT_READY


def test_a_fault_blocks_in_the_name_of_the_culprit() -> None:
    broken = more(
        GREEN,
        told.record(Fault(message="KeyError: 'x'"), "conftest.py, pytest_readiness_metrics"),
        told.record(
            Fault(message="KeyError: 'x'"), "conftest.py, pytest_readiness_metrics", process="gw1"
        ),
    )
    made = card(broken)
    assert (made.verdict, made.exit_code, made.explanation) == (NOT_READY, 1, "1 gate in error")
    result = made.results[-1]
    assert result.gate.name == "conftest.py, pytest_readiness_metrics"
    assert (result.outcome, result.message) == (ERROR, "KeyError: 'x'")


def test_a_fault_blocks_where_nothing_is_gated() -> None:
    assert card(more(GREEN, told.record(Fault(message="bad"), "plugin")), ()).verdict is NOT_READY


def test_a_fault_is_no_part_of_the_score() -> None:
    gates = (gate("tests.failed", "== 0", weight=1),)
    broken = more(GREEN, told.record(Fault(message="bad"), "plugin"))
    assert card(broken, gates).score == card(GREEN, gates).score


def test_contradictory_evidence_blocks() -> None:
    made = card(GREEN.merge(RED))
    assert made.verdict is NOT_READY
    assert made.results[-1].gate.name == "evidence"
    assert f"attempt '{B}' of run r" in made.results[-1].message


def test_what_fixtures_cost_may_be_told_twice() -> None:
    costs = (
        told.record(FixtureCost(scope="session", seconds=second, count=1), "db")
        for second in (1.0, 2.0)
    )
    assert card(more(GREEN, *costs)).verdict is READY


def test_gaps_and_notices_are_copied_once() -> None:
    gap = Gap(reason=Reason.NO_DATA, message="off", remedy="turn it on")
    notice = Notice(text="--cov-fail-under=90 was not met: 80 %")
    made = card(
        more(
            GREEN,
            told.record(gap, "benchmark"),
            told.record(gap, "benchmark", process="gw1"),
            told.record(notice, "pytest-cov"),
            told.record(notice, "pytest-cov", process="gw1"),
        )
    )
    assert made.gaps == (("benchmark", gap),)
    assert made.notices == (("pytest-cov", notice.text),)
    assert made.verdict is READY


def test_what_is_gated_and_off_is_never_green() -> None:
    """A threshold is configured, its measurement is off: that is told, with the remedy."""
    gap = Gap(reason=Reason.NO_DATA, message="benchmarks are off under xdist", remedy="-n0")
    made = card(
        more(GREEN, told.record(gap, "benchmark")), (*STARTER, gate("benchmark.time", "<= 1s"))
    )
    assert (made.verdict, made.explanation) == (NOT_READY, "1 gate not measured")
    assert "benchmarks are off under xdist" in made.results[-1].message
    assert made.results[-1].remedy == "-n0"


def covered(statements: int, executed: Iterable[int], *, path: str = "src/shop/a.py") -> Record:
    data = FileCoverage(
        digest="d",
        statements=lines.of(range(1, statements + 1)),
        executed=lines.of(executed),
    )
    return told.record(data, path)


def with_coverage(*records: Record) -> Evidence:
    ran = told.evidence_of((A, Outcome.PASSED), sections=("tests", "coverage", "patch"))
    return more(ran, told.record(Comparison(base="origin/main", commit="c0ffee")), *records)


PATCH = gate("coverage.patch", ">= 95%")


def test_a_change_of_documentation_only_is_not_red() -> None:
    changed = ChangedFile(lines=lines.of([1, 2]), ignored="not Python")
    evidence = with_coverage(covered(2, [1]), told.record(changed, "README.md"))
    made = card(evidence, (*STARTER, PATCH))
    assert (made.verdict, made.results[-1].outcome) == (READY, NOT_APPLICABLE)
    alone = card(evidence, (PATCH,))
    assert (alone.verdict, alone.exit_code) == (NO_VERDICT, 0)


def test_a_diff_without_a_measured_line_is_not_a_hundred_percent() -> None:
    changed = told.record(ChangedFile(lines=lines.of([1])), "src/shop/other.py")
    made = card(with_coverage(covered(2, [1]), changed), (*STARTER, PATCH))
    assert (made.verdict, made.results[-1].outcome) == (NOT_READY, NOT_MEASURED)


def test_uncovered_lines_of_a_change_are_named() -> None:
    changed = told.record(ChangedFile(lines=lines.of(range(1, 5)), digest="d"), "src/shop/a.py")
    components = (Component(name="shop", paths=("src/shop/**",), owner="@shop"),)
    made = card(
        with_coverage(covered(9, [1, 2, 9]), changed), (*STARTER, PATCH), components=components
    )
    result = made.results[-1]
    assert result.outcome is FAILED
    (finding,) = result.findings
    assert (finding.subject.path, lines.to_text(finding.lines)) == ("src/shop/a.py", "3-4")
    assert finding.owner == "@shop"
    assert result.short is not None
    assert (result.short.amount, result.short.unit) == (2, "changed lines")


def test_components_are_shown_beside_the_run_and_gated_by_name() -> None:
    components = (
        Component(name="cart", paths=("src/cart/**",)),
        Component(name="pay", paths=("src/pay/**",), owner="@pay"),
    )
    evidence = with_coverage(
        covered(10, range(1, 11), path="src/cart/a.py"), covered(10, [1], path="src/pay/a.py")
    )
    gates = (
        gate("coverage.lines", ">= 50%"),
        gate("coverage.lines", ">= 50%", component="pay", name="pay lines"),
    )
    whole, pay = card(evidence, gates, components=components).results
    assert whole.outcome is PASSED
    assert [
        (part.subject.component, part.value)
        for part in whole.breakdown
        if isinstance(part, Measurement)
    ] == [
        ("cart", Fraction(1)),
        ("pay", Fraction(1, 10)),
    ]
    assert (pay.outcome, pay.findings[0].owner) == (FAILED, "@pay")


def late(metric: str, condition: str, **changes: object) -> Gate:
    made = Gate(
        name=metric, metric=metric, condition=parse_condition(condition, None), origin=ORIGIN
    )
    return replace(made, **changes)  # type: ignore[arg-type]


RECORDED = more(GREEN, told.record(Figure(metric="checkout.p95", value=0.31, unit="s"), A))


def test_a_recorded_figure_is_gated_as_any_other() -> None:
    made = card(RECORDED, (*STARTER, late("checkout.p95", "<= 300ms")))
    result = made.results[-1]
    assert (result.outcome, result.findings[0].subject.id) == (FAILED, A)
    assert card(RECORDED, (*STARTER, late("checkout.p95", "<= 310ms"))).verdict is READY


def test_a_figure_in_another_unit_is_an_error() -> None:
    made = card(RECORDED, (*STARTER, late("checkout.p95", "<= 3MiB", when_missing=Missing.SKIP)))
    assert (made.verdict, made.results[-1].outcome) == (NOT_READY, ERROR)


def test_a_figure_that_never_came_names_the_nearest() -> None:
    made = card(RECORDED, (*STARTER, late("checkout.p59", "<= 300ms")))
    assert (made.verdict, made.results[-1].outcome) == (NOT_READY, NOT_MEASURED)
    assert "did you mean checkout.p95?" in made.results[-1].message


def test_a_configured_aggregate_makes_it_one_value_of_the_run() -> None:
    configured = Metric(
        name="checkout.p95",
        title="Checkout",
        unit=Unit.SECONDS,
        direction=Direction.LOWER,
        category="shop",
        aggregate="max",
    )
    made = card(RECORDED, (late("checkout.p95", "<= 300ms"),), metrics=(configured,))
    (result,) = made.results
    assert (result.outcome, result.reading) != (PASSED, None)
    assert result.metric is not None
    assert result.metric.title == "Checkout"
    assert result.outcome is FAILED


def test_a_waiver_and_its_last_day() -> None:
    accepted = waiver("tests.failed", B)
    before = card(RED, waivers=(accepted,))
    after = card(RED, waivers=(accepted,), today=TODAY + datetime.timedelta(days=1))
    assert (before.verdict, before.results[0].outcome) == (RISKS, WAIVED)
    assert after.verdict is NOT_READY
    assert [state.message for state in after.waivers_idle] == ["expired 2026-11-20"]


def test_the_policy_is_named_on_the_scorecard() -> None:
    elsewhere = (("benchmark.time", "release"),)
    made = card(
        GREEN, stage="pr", profile="library@1", source="pyproject.toml", elsewhere=elsewhere
    )
    assert (made.stage, made.profile, made.source) == ("pr", "library@1", "pyproject.toml")
    assert made.elsewhere == elsewhere
