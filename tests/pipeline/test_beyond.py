"""From evidence to scorecard where more than gates is configured."""

from __future__ import annotations

import datetime
import json
from fractions import Fraction

import pytest

import strategies as told
from judging import TODAY, gate, waiver
from pytest_readiness.model.evidence import (
    BasePolicy,
    Decision,
    Evidence,
    Gap,
    Outcome,
    Quarantined,
    Reason,
    Selection,
)
from pytest_readiness.model.policy import Level, Missing, Policy
from pytest_readiness.model.requirement import Severity, State
from pytest_readiness.model.scorecard import Effect, GateOutcome, Scorecard, Verdict
from pytest_readiness.pipeline import evaluate
from requiring import (
    A_LOOK,
    BANDIT,
    TESTS,
    attestation,
    condition,
    day,
    entry,
    evidence,
    finding,
    looked,
    marked,
    metric,
    ran_tool,
    requirement,
)

READY, RISKS, NOT_READY, NO_VERDICT = Verdict
A, B = "tests/test_a.py::test_a", "tests/test_b.py::test_b"
GREEN = evidence(
    marked(A, "SEC-1"), looked(True), ran_tool("bandit"), outcomes=((A, Outcome.PASSED),)
)
RED = evidence(
    marked(A, "SEC-1"),
    looked(False),
    ran_tool("bandit", 1),
    finding("bandit", "high", 3, 9),
    outcomes=((A, Outcome.FAILED),),
)
SEC = requirement("SEC-1", TESTS, BANDIT)
DOC = requirement("DOC", A_LOOK, severity=Severity.MEDIUM)
FAILED = gate("tests.failed", "== 0")


def card(made: Evidence, *, today: datetime.date = TODAY, **policy: object) -> Scorecard:
    return evaluate(made, Policy(**{"gates": (FAILED,), **policy}), today=today)  # type: ignore[arg-type]


def test_what_is_proved_is_ready() -> None:
    made = card(GREEN, requirements=(SEC, DOC))
    assert (made.verdict, made.exit_code) == (READY, 0)
    assert made.explanation == "1 gate passed, 2 requirements passed"
    assert [one.requirement.id for one in made.requirements] == ["SEC-1", "DOC"]


def test_what_is_not_is_not_and_says_how_many() -> None:
    made = card(
        RED,
        requirements=(SEC, DOC, requirement("X")),
        conditions=(condition(day(-1)),),
        exit_code=9,
    )
    assert (made.verdict, made.exit_code) == (NOT_READY, 9)
    assert made.explanation == (
        "1 gate failed, 1 requirement failed, 1 not verified, 1 condition overdue"
    )
    assert [one.message for one in made.requirements] == [
        "tests: 1 test failed",
        "README.md: not as required",
        "nothing proves it",
    ]


def test_a_risk_is_a_risk() -> None:
    made = card(
        GREEN,
        requirements=(SEC, requirement("ARCH", severity=Severity.MEDIUM)),
        conditions=(condition(day(3)), condition(day(-3), done=TODAY)),
        fail_on=Level.RISK,
    )
    assert (made.verdict, made.exit_code) == (RISKS, 1)
    assert made.explanation == "1 requirement not verified, 1 condition open"


def test_a_verdict_can_rest_on_requirements_alone() -> None:
    proved = card(GREEN, gates=(), requirements=(SEC,))
    assert (proved.verdict, proved.explanation) == (READY, "1 requirement passed")
    nothing = card(GREEN, gates=(), requirements=(requirement("X", not_applicable="no web"),))
    assert (nothing.verdict, nothing.explanation) == (
        NO_VERDICT,
        "no gate is configured, 1 requirement not applicable",
    )
    little = card(
        GREEN, gates=(), requirements=(requirement("SEC-1", TESTS, severity=Severity.LOW),)
    )
    assert little.verdict is NO_VERDICT


def test_a_part_chosen_at_the_desk_still_has_no_verdict() -> None:
    part = told.evidence_of((A, Outcome.PASSED), selection=Selection(causes=("-k a",)))
    made = card(part, requirements=(SEC,))
    assert (made.verdict, made.would_be, made.exit_code) == (NO_VERDICT, NOT_READY, 0)


def test_gates_on_requirements_are_judged_behind_them_and_stand_in_their_place() -> None:
    gates = (
        gate("requirements.met", ">= 100%"),
        FAILED,
        gate("requirements.failed", "== 0", level=Level.INFO),
    )
    made = card(RED, gates=gates, requirements=(requirement("SEC-1", BANDIT, owner="@sec"), DOC))
    assert [one.gate.name for one in made.results] == [one.name for one in gates]
    met, _, failed = made.results
    assert met.outcome is failed.outcome is GateOutcome.FAILED
    assert [(one.subject.id, one.owner) for one in failed.findings] == [
        ("SEC-1", "@sec"),
        ("DOC", ""),
    ]


def test_waivers_quarantine_and_the_score_can_be_gated() -> None:
    gates = (
        gate("readiness.score", ">= 75%"),
        gate("tests.failed", "== 0", weight=1),
        gate("waivers.active", "== 0"),
        gate("quarantine.entries", "<= 1", weight=2),
    )
    made = card(RED, gates=gates, waivers=(waiver("tests.failed", A),), quarantine=(entry("x"),))
    score, failed, waivers, held = made.results
    assert failed.outcome is GateOutcome.WAIVED
    assert waivers.outcome is GateOutcome.FAILED
    assert held.outcome is GateOutcome.PASSED
    # 1/2 of 1, 0 of 1 and 2 of 2: 62.5 %, the score's own gate left out
    assert getattr(score.reading, "value", None) == Fraction(5, 8)
    assert score.outcome is GateOutcome.FAILED


def test_a_metric_proves_a_requirement_without_being_a_gate() -> None:
    """Also where gates on the same metric are read from the top: it shares no subject with them."""
    slow = gate("test.duration", "<= 1s", select=("tests/**",))
    fast = requirement("FAST", metric(gate("test.duration", "<= 10ms"), "FAST"))
    other = requirement("SLOW", metric(gate("test.duration", "<= 10s"), "SLOW"))
    made = card(GREEN, gates=(slow,), requirements=(fast, other))
    assert [one.gate.name for one in made.results] == ["test.duration"]
    result, fine = made.requirements
    assert (result.state, fine.state, made.verdict) == (State.FAILED, State.PASSED, NOT_READY)
    (proof,) = result.proofs
    assert proof.result is not None
    assert [one.subject.id for one in proof.result.findings] == [A]


def test_no_requirement_rests_on_what_requirements_come_to() -> None:
    one = requirement("ALL", metric(gate("requirements.met", ">= 0%"), "ALL"))
    (result,) = card(GREEN, requirements=(one,)).requirements
    assert result.state is State.NOT_VERIFIED
    assert "known only when everything else has been judged" in result.message


def test_waivers_of_requirements_are_used_refused_expire_and_end_soon() -> None:
    accepted = waiver("SEC-1", state=State.FAILED, expires=day(3))
    refused = waiver("DOC", state=State.NOT_VERIFIED)
    unused = waiver("OTHER", state=State.FAILED)
    policy = {
        "gates": (),
        "requirements": (requirement("SEC-1", BANDIT), DOC),
        "waivers": (accepted, refused, unused),
    }
    made = card(RED, **policy)
    assert (made.verdict, made.explanation) == (RISKS, "1 requirement failed, 1 waived")
    assert [(one.waiver.gate, one.message) for one in made.waivers_idle] == [
        ("DOC", "the requirement failed, which is worse than accepted"),
        ("OTHER", "accepts nothing in this run"),
    ]
    assert [(one.waiver.gate, one.message) for one in made.waivers_ending] == [
        ("SEC-1", "ends in 3 days")
    ]
    later = card(RED, today=day(4), **policy)
    assert later.verdict is NOT_READY
    assert later.waivers_idle[0].message == "expired 2026-11-23"


def test_a_hotfix_is_told_and_accepts_a_requirement() -> None:
    hotfix = waiver("SEC-1", hotfix=True, expires=day(1))
    made = card(RED, gates=(), requirements=(requirement("SEC-1", BANDIT),), waivers=(hotfix,))
    assert (made.hotfixes, made.verdict) == ((hotfix,), RISKS)
    late = card(
        RED, today=day(2), gates=(), requirements=(requirement("SEC-1", BANDIT),), waivers=(hotfix,)
    )
    assert (late.hotfixes, late.verdict) == ((), NOT_READY)


def test_decisions_of_earlier_days_are_told() -> None:
    made = Decision(reason="release", owner="@a", expires="2026-11-20", decided="2026-11-20T10:00Z")
    noted = GREEN.merge(Evidence.of([told.record(made, "tests.failed")]))
    assert card(noted).decisions == (("tests.failed", made),)


def test_a_quarantine_in_force_is_a_risk_and_one_that_lapsed_hides_nothing() -> None:
    held = evidence(told.record(Quarantined(entry="tests/**"), A), outcomes=((A, Outcome.XFAILED),))
    listed = {"quarantine": (entry("tests/**"),)}
    made = card(held, **listed)
    assert (made.verdict, made.explanation) == (RISKS, "1 quarantine in force")
    assert made.quarantine[0].tests == (A,)
    assert card(held, today=day(1), **listed).verdict is NOT_READY
    assert card(held).verdict is NOT_READY
    assert card(GREEN, today=day(1), **listed).verdict is READY


def based(text: dict[str, object] | str) -> Evidence:
    written = text if isinstance(text, str) else json.dumps(text)
    return GREEN.merge(
        Evidence.of([told.record(BasePolicy(base="main", commit="c0ffee", text=written))])
    )


def test_drift_is_shown_and_can_be_gated() -> None:
    base = based({"gates": {"tests.failed": "== 0", "tests.errors": "== 0"}})
    made = card(base)
    assert made.drift is not None
    assert (made.drift.base, made.drift.message) == ("main", "")
    assert any(one.weaker for one in made.drift.changes)
    assert made.verdict is READY
    gated = card(base, gates=(FAILED, gate("policy.weakened", "== 0")))
    assert gated.results[1].outcome is GateOutcome.FAILED


def test_a_base_that_cannot_be_read_is_a_gap_of_that_gate_alone() -> None:
    made = card(based("{"), gates=(FAILED, gate("policy.weakened", "== 0", level=Level.RISK)))
    assert made.drift is not None
    assert "cannot be read" in made.drift.message
    assert [one.outcome for one in made.results] == [GateOutcome.PASSED, GateOutcome.NOT_MEASURED]
    assert card(based("{")).verdict is READY


def test_the_first_policy_is_no_weaker_than_none() -> None:
    """Nothing to compare with is no pass either: it is what a missing baseline is."""
    adopted = {"waivers": (waiver("tests.skipped"),)}
    made = card(based(""), **adopted)
    assert made.drift is not None
    assert (made.drift.changes, made.drift.first) == ((), True)
    assert made.drift.message == (
        "main has no [tool.pytest-readiness] yet: there is nothing to compare with"
    )
    assert made.verdict is READY
    weakened = gate("policy.weakened", "== 0")
    gated = card(based(""), gates=(FAILED, weakened), **adopted)
    result = gated.results[1]
    assert (result.outcome, result.reason) == (GateOutcome.NOT_MEASURED, Reason.NO_BASELINE)
    assert gated.verdict is RISKS
    strict = gate("policy.weakened", "== 0", when_no_baseline=Missing.FAIL)
    assert card(based(""), gates=(FAILED, strict)).verdict is NOT_READY
    red = card(RED.merge(based("")), waivers=(waiver("tests.failed", A),), waivers_from="base")
    assert red.verdict is NOT_READY  # a waiver of the change itself accepts nothing
    lost = card(GREEN.merge(Evidence.of([])), gates=(FAILED, weakened))
    assert lost.verdict is NOT_READY  # what was not read is worse than what was found empty


def test_without_a_base_no_waiver_of_this_change_counts() -> None:
    gap = Gap(reason=Reason.NO_DATA, message="no base was found")
    made = card(
        RED.merge(Evidence.of([told.record(gap, "policy")])),
        waivers=(waiver("tests.failed", A),),
        waivers_from="base",
    )
    assert made.verdict is NOT_READY
    assert [one.waiver.gate for one in made.waivers_idle] == ["tests.failed"]
    assert made.drift is not None
    assert made.drift.message == "no base was found"


def test_a_summary_stands_where_more_than_gates_is_configured() -> None:
    assert card(GREEN).summary is None
    made = card(RED, requirements=(SEC,))
    assert made.summary is not None
    assert [one.name for one in made.summary.items if one.effect is Effect.BLOCK] == [
        "tests.failed",
        "SEC-1",
    ]
    assert made.summary.today == TODAY


@pytest.mark.parametrize("later", [0, 1])
def test_the_day_decides_on_attestations(later: int) -> None:
    one = requirement("ARCH", attestation(until=TODAY))
    assert card(GREEN, requirements=(one,), today=day(later)).verdict is (READY, NOT_READY)[later]
