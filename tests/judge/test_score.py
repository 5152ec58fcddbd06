"""The score: what gates and requirements earn, by category, weighted, with grades."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judging import gate
from pytest_readiness.judge.grades import grade
from pytest_readiness.judge.score import earned, requirement_points, score, score_table, share
from pytest_readiness.model.policy import Policy
from pytest_readiness.model.requirement import GRADES, Scoring, State
from pytest_readiness.model.scorecard import CategoryScore, Effect, GateOutcome, GateResult
from pytest_readiness.model.standing import Earlier, RequirementResult, ScoreTable
from pytest_readiness.render import figures
from scored import everything, met, outcome, percent, points, scorings
from strategies import law

PASSED, FAILED, INCONCLUSIVE, NOT_MEASURED, NOT_APPLICABLE, WAIVED, ERROR = GateOutcome
BLOCK, RISK, NONE = Effect
HALF = Fraction(1, 2)
Everything = tuple[list[GateResult], list[RequirementResult]]


def table(
    gates: list[GateResult], requirements: list[RequirementResult], scoring: Scoring | None
) -> ScoreTable:
    made = score_table(gates, requirements, scoring)
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("state", "given_", "risk", "share_"),
    [
        (State.PASSED, None, False, 1),
        (State.PASSED, 4, False, Fraction(4, 5)),
        (State.PASSED, 0, False, 0),
        (State.PASSED, 9, False, 1),  # never more than there is
        (State.PASSED, None, True, HALF),
        (State.PASSED, 4, True, Fraction(2, 5)),
        (State.WAIVED, None, False, HALF),
        (State.FAILED, 5, False, 0),
        (State.IN_PROGRESS, 3, False, Fraction(3, 5)),
        (State.IN_PROGRESS, None, False, 0),
        (State.NOT_VERIFIED, 5, False, 0),
        (State.DEFERRED, None, False, 0),
    ],
)
def test_what_a_requirement_earns(
    state: State, given_: int | None, risk: bool, share_: Fraction
) -> None:
    made = met("A", state, given=given_, risk=risk, points=Fraction(5))
    assert (made.earned, made.possible) == (share_ * 5, 5)


def test_a_requirement_without_points_is_worth_one_and_the_fewest_points_count() -> None:
    one = met("A").requirement
    assert requirement_points(one, State.PASSED, (), risk=False) == (1, 1)
    proofs = [*met("A", given=4).proofs, *met("A", given=3).proofs]
    five = met("A", points=Fraction(5)).requirement
    assert requirement_points(five, State.PASSED, proofs, risk=False) == (3, 5)


def test_points_of_eleven_categories_are_their_sum() -> None:
    """4+3+4+5+3+3+4+5+3+3+3 is 40 of 55, and not 38."""
    given_ = (4, 3, 4, 5, 3, 3, 4, 5, 3, 3, 3)
    requirements = [
        met(f"R{number}", given=value, points=Fraction(5), category=f"c{number}")
        for number, value in enumerate(given_)
    ]
    made = table([], requirements, points(", ".join(f"c{number} 5" for number in range(11))))
    assert (made.total, made.maximum, made.percent) == (40, 55, False)
    assert [line.weighted for line in made.lines] == list(given_)
    assert figures.percent(made.share) == "72.7 %"
    assert [line.open for line in made.lines] == [int(value < 5) for value in given_]


def test_per_cent_of_ten_categories_are_their_weighted_sum() -> None:
    """98 x 25 % + 100 x 15 % + ... is 86.8, and not 92; that is what the blockers cost."""
    shares = {
        "Security": (25, 98),
        "Risk": (15, 100),
        "Errors": (10, 92),
        "Testing": (10, 85),
        "Monitoring": (15, 60),
        "Docs": (10, 82),
        "Deployment": (5, 70),
        "Performance": (5, 88),
        "Architecture": (3, 90),
        "Code": (2, 90),
    }
    requirements = [
        met(name, given=value, points=Fraction(100), category=name)
        for name, (_, value) in shares.items()
        if name != "Monitoring"
    ]
    requirements += [
        met("alerts", points=Fraction(60), category="Monitoring"),
        met("stubs", State.FAILED, BLOCK, points=Fraction(40), category="Monitoring"),
    ]
    grades = {"A+": 97, "A": 93, "A-": 90, "B+": 85, "B": 80, "C": 70, "F": 0}
    scoring = Scoring(
        weights=tuple((name, Fraction(weight)) for name, (weight, _) in shares.items()),
        grades=tuple((name, Fraction(bound, 100)) for name, bound in grades.items()),
    )
    made = table([], requirements, scoring)
    assert made.total == Fraction("86.8")
    assert (made.maximum, made.percent, made.grade) == (100, True, "B+")
    assert [float(line.weighted) for line in made.lines] == [
        24.5, 15.0, 9.2, 8.5, 9.0, 8.2, 3.5, 4.4, 2.7, 1.8,
    ]  # fmt: skip
    assert (made.closed, made.closed_grade) == (Fraction("92.8"), "A-")
    monitoring = made.lines[4]
    assert (monitoring.passed, monitoring.open, monitoring.grade) == (1, 1, "F")


def test_a_category_of_a_gate_is_its_own_or_its_metrics() -> None:
    gates = [
        outcome(PASSED, weight=3),
        outcome(FAILED, BLOCK, name="mine", category="Security"),
        outcome(PASSED, metric="coverage.lines"),
        GateResult(gate=gate("shop.sales", ">= 1"), metric=None, outcome=ERROR, effect=BLOCK),
    ]
    made = table(gates, [met("A"), met("B", category="Security")], None)
    assert [(line.category, line.earned, line.possible) for line in made.lines] == [
        ("tests", 3, 3),
        ("Security", 1, 2),
        ("coverage", 1, 1),
        ("shop", 0, 1),
        ("requirements", 1, 1),
    ]


def test_a_category_without_members_earns_nothing_and_stays_in_the_denominator() -> None:
    made = table([outcome(PASSED)], [], percent("tests 75, Securty 25"))
    assert [(line.category, line.weighted, line.weight) for line in made.lines] == [
        ("tests", 75, 75),
        ("Securty", 0, 25),
    ]
    assert (made.total, made.maximum, made.lines[1].grade) == (75, 100, "F")


def test_a_category_without_a_weight_is_listed_and_counts_nothing() -> None:
    gates = [outcome(PASSED), outcome(FAILED, BLOCK, metric="coverage.lines")]
    made = table(gates, [], percent("tests 100"))
    assert [(line.category, line.weight, line.open) for line in made.lines] == [
        ("tests", 100, 0),
        ("coverage", 0, 1),
    ]
    assert (made.share, made.closed) == (1, 100)


def test_only_what_does_not_apply_leaves_the_denominator() -> None:
    gone = outcome(NOT_APPLICABLE, metric="coverage.patch")
    half = [met("A", State.NOT_APPLICABLE, points=Fraction(9)), met("B", State.FAILED, BLOCK)]
    made = table([outcome(PASSED), gone], half, points("tests 6, coverage 3, requirements 1"))
    assert [(line.weight, line.inapplicable, line.grade) for line in made.lines] == [
        (6, 0, "A"),
        (0, 1, ""),
        (1, 1, "F"),
    ]
    assert (made.total, made.maximum) == (6, 7)


def test_a_score_of_nothing_that_applies_is_none() -> None:
    assert score_table([outcome(NOT_APPLICABLE)], [], percent("tests 100")) is None
    assert score_table([], [], Scoring()) is None


def test_a_score_stands_where_weights_are_configured_and_not_otherwise() -> None:
    gates, requirements = [outcome(PASSED)], [met("A")]
    assert score_table(gates, requirements) is None
    assert score(gates, requirements) is None
    assert score_table(gates, requirements, Scoring()) is not None
    assert score_table([outcome(PASSED, weight=1)], requirements) is not None
    assert score_table(gates, [met("A", points=Fraction(2))]) is not None


def test_neither_a_gate_on_the_score_nor_a_fault_is_part_of_it() -> None:
    own = outcome(FAILED, BLOCK, metric="readiness.score", weight=9)
    fault = GateResult(
        gate=gate("tests.failed", "== 0", name="conftest.py", metric=""),
        metric=None,
        outcome=ERROR,
        effect=BLOCK,
    )
    made = table([outcome(PASSED, weight=1), own, fault], [], None)
    assert [line.category for line in made.lines] == ["tests"]
    assert share(Policy(gates=()), [own], []) is None


def test_the_trend_is_the_share_of_the_last_comparable_run() -> None:
    earlier = Earlier(run="2026-11-18", score=HALF, categories=(("tests", Fraction(1, 3)),))
    made = score_table([outcome(PASSED)], [met("A")], Scoring(), earlier)
    assert made is not None
    assert made.before == HALF
    assert [line.before for line in made.lines] == [Fraction(1, 3), None]


@pytest.mark.parametrize(
    ("part", "total", "given_"),
    [
        (9, 10, "A"),
        (89_999, 100_000, "B"),  # 89.999 % is no A
        (899_999_999_999, 1_000_000_000_000, "B"),
        (1, 1, "A"),
        (4, 5, "B"),
        (599, 1000, "F"),
        (0, 1, "F"),
    ],
)
def test_grades_have_exact_bounds(part: int, total: int, given_: str) -> None:
    exact = Fraction(part, total)
    assert grade(exact, GRADES) == given_
    # what is shown stands on the same side of the bound as what was decided
    shown = Fraction(figures.percent(exact).removesuffix(" %")) / 100
    assert grade(shown, GRADES) == given_
    assert grade(exact, ()) == ""


@law
@given(st.fractions(0, 1), st.sets(st.integers(1, 99), min_size=1, max_size=6))
def test_a_grade_is_the_best_whose_bound_is_reached(exact: Fraction, bounds: set[int]) -> None:
    grades = [(str(bound), Fraction(bound, 100)) for bound in sorted(bounds | {0}, reverse=True)]
    found = int(grade(exact, grades))
    assert Fraction(found, 100) <= exact
    assert not any(Fraction(found, 100) < bound <= exact for _, bound in grades)


@law
@given(everything(), scorings())
def test_the_table_adds_up(results: Everything, scoring: Scoring | None) -> None:
    made = score_table(*results, scoring)
    if made is None:
        return
    lines = made.lines
    assert made.total == sum(line.weighted for line in lines)
    assert made.maximum == sum(line.weight for line in lines) > 0
    assert 0 <= made.total <= made.closed <= made.maximum
    assert all(0 <= line.earned <= line.possible for line in lines)
    members = sum(line.passed + line.open + line.inapplicable for line in lines)
    assert members == sum(map(len, results))
    gone = sum(
        weight
        for name, weight in (scoring.weights if scoring else ())
        if any(line.category == name and not line.weight for line in lines)
    )
    if made.percent:
        assert made.maximum == 100 - gone
    if scoring is None or not scoring.weights:
        assert made.maximum == sum(line.possible for line in lines)
        assert made.total == sum(line.earned for line in lines)
    short = score(*results, scoring)
    assert short is not None
    assert (short.earned, short.possible) == (made.total, made.maximum)
    assert sum(one.earned for one in short.categories) == made.total
    assert all(
        one.earned / one.possible == next(x.share for x in lines if x.category == one.category)
        for one in short.categories
    )


@law
@given(everything(), scorings(), st.data())
def test_what_is_lost_never_raises_the_score(
    results: Everything, scoring: Scoring | None, data: st.DataObject
) -> None:
    """A result that turns into "not measured" stays in the denominator."""
    gates, requirements = results
    before = score_table(gates, requirements, scoring)
    if before is None or not (gates or requirements):
        return
    place = data.draw(st.integers(0, len(gates) + len(requirements) - 1))
    if place < len(gates):
        lost = gates[place]
        if lost.outcome is NOT_APPLICABLE:
            return
        fields = {"weight": lost.gate.weight, "category": lost.gate.category}
        gates = [*gates[:place], outcome(NOT_MEASURED, BLOCK, **fields), *gates[place + 1 :]]
    else:
        place -= len(gates)
        one = requirements[place]
        if one.state is State.NOT_APPLICABLE:
            return
        category, worth = one.requirement.category, one.requirement.points
        unknown = met("X", State.NOT_VERIFIED, BLOCK, category=category, points=worth)
        requirements = [*requirements[:place], unknown, *requirements[place + 1 :]]
    after = score_table(gates, requirements, scoring)
    assert after is not None
    assert after.share <= before.share
    assert after.maximum == before.maximum


@law
@given(everything(), scorings())
def test_closing_the_blockers_gives_what_is_told(
    results: Everything, scoring: Scoring | None
) -> None:
    """``closed`` is the score of the same results with everything that blocks passed."""
    gates, requirements = results
    made = score_table(gates, requirements, scoring)
    if made is None:
        return
    mended = [
        outcome(PASSED, weight=one.gate.weight, category=one.gate.category)
        if one.effect is BLOCK
        else one
        for one in gates
    ]
    met_now = [
        met("X", category=one.requirement.category, points=one.requirement.points)
        if one.effect is BLOCK
        else one
        for one in requirements
    ]
    after = table(mended, met_now, scoring)
    assert (made.closed, made.closed_grade) == (after.total, after.grade)


def test_every_outcome_earns_what_the_page_says() -> None:
    share_of = {said: earned(outcome(said)) for said in GateOutcome}
    assert share_of == {
        PASSED: 1,
        FAILED: 0,
        INCONCLUSIVE: HALF,
        NOT_MEASURED: 0,
        NOT_APPLICABLE: 0,
        WAIVED: HALF,
        ERROR: 0,
    }


def test_the_short_form_leaves_out_what_has_no_weight() -> None:
    gates = [outcome(PASSED), outcome(FAILED, BLOCK, metric="coverage.lines")]
    short = score(gates, (), percent("tests 60, Empty 40"))
    assert short is not None
    assert short.categories == (
        CategoryScore(category="tests", earned=Fraction(60), possible=Fraction(60)),
        CategoryScore(category="Empty", earned=Fraction(0), possible=Fraction(40)),
    )
