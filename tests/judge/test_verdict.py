"""The verdict over results, and the score beside it."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from judging import (
    a_test,
    count,
    gate,
    judge_all,
    missing,
    nothing,
    ratio,
    timed,
    value,
    waiver,
)
from pytest_readiness.judge.score import score
from pytest_readiness.judge.verdict import explain, fails, verdict
from pytest_readiness.model.evidence import Reason
from pytest_readiness.model.measurement import Reading
from pytest_readiness.model.policy import Gate, Level, Missing
from pytest_readiness.model.scorecard import CategoryScore, GateResult, Score, Verdict

READY, RISKS, NOT_READY, NO_VERDICT = Verdict
FAILED = gate("tests.failed", "== 0")
LINES = gate("coverage.lines", ">= 90%")
PASS, BREAK, OFF, NONE = count(0, total=9), ratio(1, 2), missing(), nothing()
SKIP = {"when_missing": Missing.SKIP}


def lines(**changes: object) -> Gate:
    return gate("coverage.lines", ">= 90%", **changes)


def results(*pairs: tuple[Gate, Reading]) -> tuple[GateResult, ...]:
    made, _ = judge_all(pairs, waivers=(waiver("coverage.lines", "", ">= 50%"),))
    return made


@pytest.mark.parametrize(
    ("pairs", "decided", "explanation", "fails_on_block", "fails_on_risk"),
    [
        ([(FAILED, PASS)], READY, "1 gate passed", False, False),
        ([(FAILED, PASS), (LINES, ratio(9, 10))], READY, "all 2 gates passed", False, False),
        (
            [(FAILED, PASS), (LINES, NONE)],
            READY,
            "1 of 2 gates passed, 1 not applicable",
            False,
            False,
        ),
        ([(FAILED, PASS), (LINES, BREAK)], RISKS, "1 gate waived", False, True),
        ([(FAILED, PASS), (LINES, ratio(1, 3))], NOT_READY, "1 gate failed", True, True),
        (
            [(FAILED, count(1)), (LINES, OFF)],
            NOT_READY,
            "1 gate failed, 1 not measured",
            True,
            True,
        ),
        (
            [(FAILED, PASS), (lines(level=Level.RISK), ratio(1, 3))],
            RISKS,
            "1 gate failed at level risk",
            False,
            True,
        ),
        (
            [(FAILED, PASS), (LINES, value(0.9, low=0.8, high=1.0))],
            RISKS,
            "1 gate inconclusive",
            False,
            True,
        ),
        (
            [(FAILED, PASS), (lines(level=Level.INFO), ratio(1, 3))],
            READY,
            "1 of 2 gates passed, 1 failed",
            False,
            False,
        ),
        (
            [(FAILED, PASS), (lines(**SKIP), OFF)],
            READY,
            "1 of 2 gates passed, 1 not measured",
            False,
            False,
        ),
        # nothing shown, nothing said
        ([], NO_VERDICT, "no gate is configured", False, False),
        ([(LINES, NONE)], NO_VERDICT, "nothing was measured: 1 gate not applicable", False, False),
        (
            [(lines(**SKIP), OFF)],
            NO_VERDICT,
            "nothing was measured: 1 gate not measured",
            False,
            False,
        ),
        (
            [(lines(when_missing=Missing.RISK), OFF)],
            NO_VERDICT,
            "nothing was measured: 1 gate not measured",
            False,
            True,
        ),
        (
            [(lines(level=Level.INFO), ratio(1, 1))],
            NO_VERDICT,
            "gates that only inform make no verdict",
            False,
            False,
        ),
        (
            [(lines(level=Level.INFO), ratio(1, 1)), (gate("tests.failed", "== 0", **SKIP), OFF)],
            NO_VERDICT,
            "nothing was measured: 1 gate not measured",
            False,
            False,
        ),
    ],
)
def test_verdicts(
    pairs: list[tuple[Gate, Reading]],
    decided: Verdict,
    explanation: str,
    fails_on_block: bool,
    fails_on_risk: bool,
) -> None:
    made = results(*pairs)
    assert verdict(made) is decided
    assert explain(made, decided) == explanation
    assert fails(made, Level.BLOCK) is fails_on_block
    assert fails(made, Level.RISK) is fails_on_risk


@pytest.mark.parametrize(
    ("metric", "conditions", "readings", "decided"),
    [
        # one test is measured, another is not: that one broke its limit was no news that it is ready
        (
            "test.duration",
            ("<= baseline + 10% or >= baseline + 10%", ">= baseline + 10%"),
            [
                nothing(a_test("t.py::a")),
                missing(subject=a_test("t.py::c")),
                timed("t.py::d", 0.0, baseline=1),
            ],
            RISKS,
        ),
        # measured, and without a baseline
        ("tests.failed", ("<= baseline", "<= baseline and <= 0"), [count(1)], RISKS),
        ("tests.failed", ("<= baseline or <= 0", "<= 0"), [count(1)], RISKS),
        # a share of nothing
        ("tests.run", (">= 90%", ">= 90% and >= 1"), [count(0, total=0)], RISKS),
        # a count that is known in part is not measured, nor is it when the part breaks the limit
        (
            "tests.failed",
            ("<= 3", "<= 1"),
            [missing(Reason.PARTIAL, known=count(2))],
            NO_VERDICT,
        ),
        ("suite.duration", ("<= 2s", "<= 1s"), [value(math.nan)], NO_VERDICT),
    ],
)
def test_a_stricter_condition_at_level_risk_gives_no_better_verdict(
    metric: str, conditions: tuple[str, str], readings: list[Reading], decided: Verdict
) -> None:
    for condition in conditions:
        made, _ = judge_all([(gate(metric, condition, level=Level.RISK), readings)])
        assert verdict(made) is decided
        assert fails(made, Level.RISK)


def test_what_is_waved_through_shows_nothing() -> None:
    """Also a number that was measured, where it is compared with nothing."""
    made = gate("tests.failed", "<= baseline", when_no_baseline=Missing.SKIP)
    assert verdict(judge_all([(made, count(1))])[0]) is NO_VERDICT


def test_a_failure_known_in_part_is_told_as_such() -> None:
    made = gate("tests.failed", "== 0", level=Level.RISK)
    known, _ = judge_all([(made, missing(Reason.PARTIAL, known=count(2)))])
    assert explain(known, verdict(known)) == "nothing was measured whole: 1 gate failed"


def test_no_weights_no_score() -> None:
    assert score(results((FAILED, PASS))) is None
    assert score(()) is None


def test_a_score_of_what_applies() -> None:
    made = results(
        (gate("tests.failed", "== 0", weight=3), PASS),
        (gate("tests.skipped", "<= 1", level=Level.RISK), count(2)),
        (gate("tests.errors", "== 0"), count(2)),
        (lines(weight=2), BREAK),
        (gate("coverage.patch", ">= 90%"), NONE),
        (gate("coverage.total", ">= 90%", when_missing=Missing.RISK), OFF),
    )
    assert score(made) == Score(
        earned=Fraction(9, 2),
        possible=Fraction(8),
        categories=(
            CategoryScore(category="tests", earned=Fraction(7, 2), possible=Fraction(5)),
            CategoryScore(category="coverage", earned=Fraction(1), possible=Fraction(3)),
        ),
        grade="F",
    )


def test_a_score_of_nothing_is_none() -> None:
    assert score(results((lines(weight=2), NONE))) is None
    assert score(results((lines(weight=0), ratio(1, 1)))) is None


def test_what_is_left_out_earns_nothing() -> None:
    """A score must not rise because a failing dimension was left out."""
    weighted = gate("tests.failed", "== 0", weight=1)
    failing = score(results((weighted, PASS), (LINES, ratio(1, 3))))
    left_out = score(results((weighted, PASS), (lines(**SKIP), OFF)))
    assert failing == left_out


def test_a_metric_that_nobody_defined_counts_in_its_own_category() -> None:
    made = score(results((gate("shop.sales", ">= 1", weight=1), OFF)))
    assert made is not None
    assert made.categories == (
        CategoryScore(category="shop", earned=Fraction(0), possible=Fraction(1)),
    )
