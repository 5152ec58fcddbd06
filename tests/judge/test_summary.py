"""The summary as a whole, and the sign-off: who approved, and when it is looked at again."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given

from judging import ORIGIN, TODAY, waiver
from pytest_readiness.judge.score import score_table
from pytest_readiness.judge.signatures import review, signatures
from pytest_readiness.judge.summary import summarise
from pytest_readiness.model.measurement import Component
from pytest_readiness.model.policy import Policy
from pytest_readiness.model.requirement import (
    Approval,
    ApprovalCondition,
    Quarantine,
    Requirement,
    Scoring,
    SignOff,
    State,
)
from pytest_readiness.model.scorecard import Effect, GateOutcome, GateResult
from pytest_readiness.model.standing import Earlier, RequirementResult
from scored import attested, condition, entry, everything, met, outcome, points, scorings
from strategies import law

YESTERDAY, TOMORROW = (TODAY + datetime.timedelta(days=days) for days in (-1, 1))
NEXT_WEEK = TODAY + datetime.timedelta(days=7)
ADA = Approval(by="@ada", date=YESTERDAY, origin=ORIGIN)
BLOCK = Effect.BLOCK


def test_a_summary_of_nothing() -> None:
    made = summarise(Policy(gates=()), (), today=TODAY)
    assert (made.items, made.table, made.before, made.before_run) == ((), None, (), "")
    assert (made.signed, made.signatures, made.review, made.today) == (None, (), None, TODAY)
    assert (made.risks.total, made.blockers.items, made.milestones) == (0, 0, ())


def test_a_summary_holds_all_that_is_open() -> None:
    policy = Policy(
        gates=(),
        components=(Component(name="pay", paths=("src/**",), owner="@pay"),),
        scoring=replace(points("tests 5, Security 5"), hours=(("S", Fraction(4)),)),
        sign_off=SignOff(reviewer="@ada", approvers=("@ada", "@bob"), approvals=(ADA,)),
    )
    made = summarise(
        policy,
        [outcome(GateOutcome.FAILED, BLOCK, component="pay")],
        requirements=[met("B", State.FAILED, BLOCK), met("A", category="Security")],
        conditions=[condition(TOMORROW, Effect.RISK)],
        quarantine=[entry()],
        earlier=Earlier(run="2026-11-18, main@1a2b3c4", verdict="READY", score=Fraction(1, 2)),
        project="shop",
        version="2.4",
        today=TODAY,
    )
    assert [(item.kind, item.owner) for item in made.items] == [
        ("gate", "@pay"),
        ("requirement", ""),
        ("quarantine", "@ada"),
        ("condition", "@risk"),
    ]
    assert [name for name, _ in made.risks.rows] == [
        "tests",
        "requirements",
        "quarantine",
        "conditions",
    ]
    assert made.table is not None
    assert (made.table.total, made.table.maximum, made.table.closed) == (5, 10, 10)
    assert made.table.before == Fraction(1, 2)
    assert (made.before_run, made.verdict_before) == ("2026-11-18, main@1a2b3c4", "READY")
    assert (made.reviewer, made.project, made.version) == ("@ada", "shop", "2.4")
    assert (made.signed, made.blockers.items, made.blockers.unknown) == (False, 2, 2)


@law
@given(everything(), scorings())
def test_counts_by_level_are_counts(
    results: tuple[list[GateResult], list[RequirementResult]], scoring: Scoring | None
) -> None:
    gates, requirements = results
    policy = Policy(gates=(), scoring=scoring)
    made = summarise(policy, gates, requirements=requirements, today=TODAY)
    assert made.risks.total == made.owners.total == made.efforts.total == len(made.items)
    by_level = Counter(item.severity.value for item in made.items)
    for matrix in (made.risks, made.owners, made.efforts):
        assert matrix.sums == tuple(by_level[name] for name in matrix.columns)
    blocking = [item for item in made.items if item.effect is BLOCK]
    assert made.blockers.items == len(blocking)
    # everything that blocks is open: nothing that costs a verdict is left out
    assert len(blocking) == sum(one.effect is BLOCK for one in (*gates, *requirements))
    assert made.table == score_table(gates, requirements, scoring)


@pytest.mark.parametrize(
    ("approval", "message"),
    [
        (ADA, "approved 2026-11-19"),
        (replace(ADA, date=TODAY), "approved 2026-11-20"),
        (replace(ADA, until=TODAY), "approved 2026-11-19, until 2026-11-20"),
        (replace(ADA, version="2.4"), "approved 2026-11-19"),
        (replace(ADA, until=YESTERDAY), "expired 2026-11-19"),
        (replace(ADA, date=TOMORROW), "dated 2026-11-21, which is still to come"),
        (replace(ADA, version="2.3"), "of version 2.3, this is 2.4"),
        (None, "missing"),
    ],
)
def test_an_approval_holds_on_its_days_and_of_its_version(
    approval: Approval | None, message: str
) -> None:
    sign_off = SignOff(approvers=("@ada",), approvals=(approval,) if approval else ())
    (made,), signed = signatures(sign_off, version="2.4", today=TODAY)
    assert made.message == message
    assert signed is message.startswith("approved")
    assert (made.date is not None) is signed


def test_a_version_that_is_not_known_is_not_the_one_approved() -> None:
    sign_off = SignOff(approvers=("@ada",), approvals=(replace(ADA, version="2.3"),))
    (made,), signed = signatures(sign_off, version="", today=TODAY)
    assert made.message == "of version 2.3, the version of this one is not known"
    assert signed is False


def test_all_approvers_have_to_approve_and_others_may() -> None:
    bob = replace(ADA, by="@bob")
    both = SignOff(approvers=("@ada", "@bob"), approvals=(ADA,))
    assert signatures(both, version="", today=TODAY)[1] is False
    assert signatures(replace(both, approvals=(ADA, bob)), version="", today=TODAY)[1] is True
    nobody = SignOff(approvals=(bob,))
    (made,), signed = signatures(nobody, version="", today=TODAY)
    assert (made.approver, made.date, signed) == ("@bob", YESTERDAY, None)


def test_of_several_approvals_one_that_holds_is_enough() -> None:
    """An older one that still holds is not undone by a newer one of another version."""
    newer = replace(ADA, date=TODAY, version="9")
    sign_off = SignOff(approvers=("@ada",), approvals=(newer, ADA))
    (made,), signed = signatures(sign_off, version="2.4", today=TODAY)
    assert (made.date, signed) == (YESTERDAY, True)


QUARANTINE = Quarantine(test="t", reason="r", owner="o", expires=NEXT_WEEK, origin=ORIGIN)
CONDITION = ApprovalCondition(text="t", owner="o", due=NEXT_WEEK, origin=ORIGIN)
REQUIREMENT = Requirement(id="A", title="t", origin=ORIGIN, proofs=(attested(NEXT_WEEK),))


@pytest.mark.parametrize(
    ("policy", "day"),
    [
        ({}, None),
        ({"sign_off": SignOff(review=YESTERDAY), "waivers": (waiver("x"),)}, YESTERDAY),
        ({"waivers": (waiver("x", expires=NEXT_WEEK),)}, NEXT_WEEK),
        ({"quarantine": (QUARANTINE,)}, NEXT_WEEK),
        ({"conditions": (CONDITION,)}, NEXT_WEEK),
        ({"conditions": (replace(CONDITION, done=TODAY),)}, None),
        ({"requirements": (REQUIREMENT,)}, NEXT_WEEK),
        ({"requirements": (replace(REQUIREMENT, not_applicable="no web"),)}, None),
        ({"requirements": (replace(REQUIREMENT, proofs=(attested(None),)),)}, None),
        ({"sign_off": SignOff(approvals=(replace(ADA, until=NEXT_WEEK),))}, NEXT_WEEK),
        ({"sign_off": SignOff(approvals=(replace(ADA, until=NEXT_WEEK, version="1"),))}, None),
        # the earliest counts, the present day too, and what is over does not
        ({"waivers": (waiver("x"), waiver("y", expires=YESTERDAY)), "quarantine": (QUARANTINE,)}, TODAY),
        ({"waivers": (waiver("y", expires=YESTERDAY),)}, None),
    ],
)  # fmt: skip
def test_the_next_review_is_when_the_first_thing_ends(
    policy: dict[str, object], day: datetime.date | None
) -> None:
    made = Policy(gates=(), **policy)  # type: ignore[arg-type]
    assert review(made, version="2", today=TODAY) == day
