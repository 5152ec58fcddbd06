"""Scorecards by owner: the part of one, and all in groups."""

from __future__ import annotations

import datetime
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings

from pytest_readiness.judge.effort import add_up
from pytest_readiness.judge.matrices import by_category, by_effort
from pytest_readiness.judge.matrices import by_owner as owners_matrix
from pytest_readiness.judge.owned import owned, owners_of
from pytest_readiness.model.owner import is_owned, names
from pytest_readiness.model.policy import Origin
from pytest_readiness.model.requirement import (
    ApprovalCondition,
    Effort,
    Quarantine,
    Requirement,
    Severity,
    State,
)
from pytest_readiness.model.scorecard import Effect, Scorecard
from pytest_readiness.model.standing import (
    ConditionState,
    Item,
    QuarantineState,
    RequirementResult,
    Summary,
)
from pytest_readiness.render.by_owner import by_owner
from pytest_readiness.render.line import Writer, plain
from pytest_readiness.render.terminal import section
from scorecards import (
    BENCHMARK,
    DURATION,
    NOT_READY,
    PATCH,
    WAIVED,
    WAIVER,
    scorecard,
    scorecards,
)

DAY = datetime.date(2027, 1, 31)
ORIGIN = Origin(source="pyproject.toml")


@pytest.mark.parametrize(
    ("owner", "expected"),
    [
        ("", ()),
        ("@a", ("@a",)),
        ("@a @b/c d@e.org", ("@a", "@b/c", "d@e.org")),
        ("@a @a", ("@a",)),
        ("Payments Team", ("Payments Team",)),
        ("Team @a", ("Team @a",)),
    ],
)
def test_names(owner: str, expected: tuple[str, ...]) -> None:
    assert names(owner) == expected


@pytest.mark.parametrize(
    ("owner", "name", "expected"),
    [
        ("@payments", "@payments", True),
        ("@Payments", "payments", True),
        ("@a @payments", "@payments", True),
        ("@payments-eu", "@payments", False),
        ("Payments Team", "payments team", True),
        ("Payments Team", "Team", False),
        ("", "@a", False),
    ],
)
def test_is_owned(owner: str, name: str, expected: bool) -> None:
    assert is_owned(owner, name) is expected


def requirement(id: str, owner: str, state: State = State.FAILED) -> RequirementResult:
    return RequirementResult(
        requirement=Requirement(id=id, title=f"Title of {id}", origin=ORIGIN),
        state=state,
        effect=Effect.BLOCK,
        owner=owner,
    )


def item(kind: str, name: str, owner: str, effort: str = "M") -> Item:
    return Item(
        kind=kind,
        name=name,
        title=name,
        severity=Severity.HIGH,
        effect=Effect.BLOCK,
        category="tests",
        state="failed",
        owner=owner,
        effort=Effort(text=effort),
        milestone="week 1",
    )


ITEMS = (
    item("gate", "coverage.patch", "@shop-team"),
    item("gate", "test.duration", "@shop-team"),
    item("gate", "benchmark.time", ""),
    item("requirement", "SEC-1", "@orders"),
    item("requirement", "SEC-2", "@payments", "S"),
)
SIZES = (("S", Fraction(2)), ("M", Fraction(8)))
FULL = replace(
    NOT_READY,
    requirements=(requirement("SEC-1", "@orders"), requirement("SEC-2", "@payments")),
    conditions=(
        ConditionState(
            condition=ApprovalCondition(text="pen test", owner="@orders", due=DAY, origin=ORIGIN),
            effect=Effect.RISK,
            message="due in 3 days",
        ),
    ),
    quarantine=(
        QuarantineState(
            quarantine=Quarantine(
                test="t", reason="r", owner="@payments", expires=DAY, origin=ORIGIN
            ),
            effect=Effect.RISK,
        ),
    ),
    summary=Summary(
        items=ITEMS,
        risks=by_category(ITEMS),
        owners=owners_matrix(ITEMS),
        efforts=by_effort(ITEMS),
        blockers=add_up(ITEMS, dict(SIZES)),
    ),
)


def test_the_part_of_one_owner() -> None:
    part = owned(FULL, "orders", SIZES)
    assert [result.gate.name for result in part.results] == ["coverage.patch", "tests.flaky"]
    assert [finding.owner for result in part.results for finding in result.findings] == [
        "@orders",
        "@orders",
    ]
    assert [one.requirement.id for one in part.requirements] == ["SEC-1"]
    assert [one.condition.text for one in part.conditions] == ["pen test"]
    assert part.quarantine == ()
    assert part.waivers_idle == ()
    assert part.summary is not None
    # the gate that has a finding of this owner is something to see to, whoever has most of them
    assert [(one.name, one.owner) for one in part.summary.items] == [
        ("coverage.patch", "orders"),
        ("SEC-1", "@orders"),
    ]
    assert part.summary.blockers.items == 2
    assert part.summary.blockers.low == 16
    for matrix in (part.summary.risks, part.summary.owners, part.summary.efforts):
        assert sum(matrix.sums) == sum(matrix.row_sums) == matrix.total == 2
    assert [hours.items for _, hours in part.summary.milestones] == [2]


def test_the_verdict_is_that_of_the_whole_and_that_is_said() -> None:
    part = owned(FULL, "@payments")
    for name in ("verdict", "would_be", "explanation", "exit_code", "score", "gaps"):
        assert getattr(part, name) == getattr(FULL, name)
    assert part.notices[0] == (
        "owner",
        "only what @payments owns is shown, 1 of 6 findings; the verdict is of the whole",
    )
    assert part.notices[1:] == FULL.notices
    (result,) = part.results
    assert result.waivers == (WAIVER,)
    assert part.waivers_idle == FULL.waivers_idle


def test_somebody_who_owns_nothing_is_told_who_does() -> None:
    part = owned(NOT_READY, "@nobody")
    assert part.results == ()
    assert part.notices[0][1].endswith("(owners in it: @orders, @payments, @shop-team)")
    assert owned(scorecard(), "@x").notices[0][1].endswith("(owners in it: none)")


def test_everybody_who_owns_something() -> None:
    shared = replace(PATCH, findings=(replace(PATCH.findings[0], owner="@b @A"),))
    assert owners_of(scorecard(shared)) == ("@A", "@b")


def text(card: Scorecard, width: int = 80, most: int | None = 5) -> str:
    return "\n".join(plain(line) for line in by_owner(card, Writer(width, True), most=most))


def test_all_in_groups() -> None:
    assert text(FULL).splitlines() == [
        "",
        " @orders: 2 findings, 1 requirement",
        "   Patch coverage",
        "     src/shop/api/orders.py:7",
        "   Flaky tests",
        "     tests/test_stock.py:12 test_reserve: failed, then passed",
        "   SEC-1 Title of SEC-1: failed",
        "",
        " @payments: 1 finding, 1 requirement",
        "   Coverage by file",
        "     src/shop/legacy.py: 41 %, waived to 2027-01-31, @payments",
        "   SEC-2 Title of SEC-2: failed",
        "",
        " @shop-team: 2 findings",
        "   Patch coverage",
        "     src/shop/cart.py:41-43",
        "   Test duration",
        "     tests/test_api.py:40 test_import: 3.41 s, 1.41 s over",
        "",
        " no owner: 1 finding",
        "   Test duration",
        "     tests/test_api.py:88 TestCart::test_total[two items]: 2.0001 s, 100 us over",
    ]


def test_what_several_own_stands_with_each() -> None:
    shared = replace(PATCH, findings=(replace(PATCH.findings[0], owner="@b @a"),))
    said = text(scorecard(shared))
    assert said.index(" @a: 1 finding") < said.index(" @b: 1 finding")
    assert said.count("src/shop/cart.py:41-43") == 2


def test_nothing_to_list() -> None:
    assert text(scorecard(BENCHMARK)) == ""
    assert text(replace(scorecard(), requirements=(requirement("A", "@a", State.PASSED),))) == ""


def test_a_great_many_are_counted() -> None:
    finding = PATCH.findings[0]
    many = replace(PATCH, findings=(finding,) * 8)
    assert "and 3 more (-vv)" in text(scorecard(many))
    assert "more" not in text(scorecard(many), most=None)


@settings(max_examples=20, deadline=None)
@given(scorecards)
def test_anything_can_be_grouped_and_filtered(card: Scorecard) -> None:
    for width in (20, 100):
        for line in by_owner(card, Writer(width, False)):
            assert plain(line).isprintable()
    for name in (*owners_of(card), "@nobody"):
        part = owned(card, name)
        section(part, verbosity=0, width=80, unicode=True)
        assert part.verdict is card.verdict
        for result in part.results:
            assert result.findings
            assert all(is_owned(one.owner, name) for one in result.findings)
    shown = {
        (result.gate, finding)
        for name in owners_of(card)
        for result in owned(card, name).results
        for finding in result.findings
    }
    owned_ones = {
        (result.gate, finding)
        for result in card.results
        for finding in result.findings
        if names(finding.owner)
    }
    assert shown == owned_ones


def test_a_gate_keeps_its_numbers() -> None:
    part = owned(scorecard(DURATION, WAIVED), "@shop-team")
    (result,) = part.results
    assert (result.judged, result.broken, len(result.findings)) == (214, 2, 1)
