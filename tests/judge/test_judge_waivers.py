"""Waivers: what one accepts, what it never accepts, and what is said of one that accepts nothing."""

from __future__ import annotations

import datetime
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from judging import (
    METRICS,
    TODAY,
    a_test,
    count,
    file,
    gate,
    judge_all,
    judge_one,
    missing,
    ratio,
    timed,
    value,
    waiver,
)
from pytest_readiness.judge.base_waivers import standing
from pytest_readiness.judge.requirement_waivers import decide_requirement
from pytest_readiness.judge.score import earned
from pytest_readiness.judge.verdict import verdict
from pytest_readiness.judge.waivers import ending, in_force
from pytest_readiness.model.evidence import Reason
from pytest_readiness.model.measurement import RUN, Measurement, Member, Reading, Subject
from pytest_readiness.model.metric import SubjectKind, Unit
from pytest_readiness.model.policy import Gate, Level, Missing, Waiver
from pytest_readiness.model.requirement import State
from pytest_readiness.model.scorecard import Effect, GateOutcome, Verdict

PASSED, FAILED, INCONCLUSIVE, NOT_MEASURED, NOT_APPLICABLE, WAIVED, ERROR = GateOutcome
DAY = datetime.timedelta(days=1)
FLAKY = gate("tests.flaky", "== 0")
BY_FILE = gate("coverage.file", ">= 60%")


def idle_message(made: Waiver, one: Gate, reading: object) -> str:
    _, (state,) = judge_all([(one, reading)], waivers=(made,))  # type: ignore[list-item]
    assert state.waiver is made
    return state.message


def test_a_subject_is_waived_up_to_the_accepted_value() -> None:
    made = waiver("coverage.file", "src/shop/legacy.py", ">= 41%")
    legacy, other = file("src/shop/legacy.py"), file("src/shop/other.py")
    accepted = judge_one(BY_FILE, [ratio(41, 100, legacy), ratio(60, 100, other)], made)
    assert (accepted.outcome, accepted.effect) == (WAIVED, Effect.RISK)
    assert accepted.waivers == (made,)
    assert [finding.waiver for finding in accepted.findings] == [made]
    worse = judge_one(BY_FILE, [ratio(40999, 100000, legacy)], made)
    assert (worse.outcome, worse.waivers) == (FAILED, ())
    another = judge_one(BY_FILE, [ratio(41, 100, legacy), ratio(59, 100, other)], made)
    assert another.outcome is FAILED
    # waived ones stand last, and stay in the account
    assert [finding.subject for finding in another.findings] == [other, legacy]
    assert (another.broken, another.waivers) == (2, (made,))


def test_worse_than_accepted_is_said() -> None:
    made = waiver("coverage.file", "src/a.py", ">= 41%")
    message = idle_message(made, BY_FILE, [ratio(40, 100, file("src/a.py"))])
    assert message == "the value is worse than accepted"


@pytest.mark.parametrize(
    ("expires", "outcome"), [(TODAY, WAIVED), (TODAY + DAY, WAIVED), (TODAY - DAY, FAILED)]
)
def test_the_last_day_is_the_day_of_expiry(expires: datetime.date, outcome: GateOutcome) -> None:
    made = waiver("tests.flaky", "t.py::a", expires=expires)
    (result,), idle = judge_all([(FLAKY, count(1, "t.py::a"))], waivers=(made,))
    assert result.outcome is outcome
    assert [state.message for state in idle] == (
        [f"expired {expires.isoformat()}"] if outcome is FAILED else []
    )


@pytest.mark.parametrize(
    ("members", "subject", "outcome"),
    [
        (["t.py::a"], "t.py::a", WAIVED),
        (["t.py::a[1]"], "t.py::a", FAILED),
        (["t.py::ab"], "t.py::a", FAILED),
        (["t.py::a", "t.py::b"], "t.py::a", FAILED),
        (["t.py::a", "t.py::b"], "t.py::*", WAIVED),
        (["t.py::a", "t.py::b"], "t.py", WAIVED),
        # the run as a whole takes a value
        (["t.py::a"], "", FAILED),
    ],
)
def test_a_waiver_for_one_test_never_covers_another(
    members: list[str], subject: str, outcome: GateOutcome
) -> None:
    result = judge_one(FLAKY, count(len(members), *members), waiver("tests.flaky", subject))
    assert result.outcome is outcome


def test_a_count_must_keep_its_limit_without_the_waived() -> None:
    reading = count(3, "t.py::a", "t.py::b", "t.py::c", total=40)
    made = waiver("tests.skipped", "t.py::a")
    assert judge_one(gate("tests.skipped", "<= 5%"), reading, made).outcome is WAIVED
    failed = judge_one(gate("tests.skipped", "<= 1"), reading, made)
    assert failed.outcome is FAILED
    assert failed.short is not None
    assert failed.short.amount == 1
    # and a waiver that was not needed stands beside nothing
    assert (
        idle_message(made, gate("tests.skipped", "<= 3"), reading) == "accepts nothing in this run"
    )


def test_a_test_of_a_matrix_is_waived_everywhere_or_in_one_place() -> None:
    places = ("cpython3.10-linux", "cpython3.12-linux")
    members = [Member(subject=a_test("t.py::a", place)) for place in places]
    reading = count(2, *members)
    assert judge_one(FLAKY, reading, waiver("tests.flaky", "t.py::a")).outcome is WAIVED
    one = waiver("tests.flaky", "t.py::a [cpython3.10-linux]")
    assert judge_one(FLAKY, reading, one).outcome is FAILED


def test_a_member_that_may_grow_takes_an_accepted_value() -> None:
    made = gate("coverage.uncovered", "<= 10")
    reading = count(
        14,
        Member(subject=file("src/a.py"), weight=8),
        Member(subject=file("src/b.py"), weight=6),
    )
    assert (
        judge_one(made, reading, waiver("coverage.uncovered", "src/a.py", "<= 8")).outcome is WAIVED
    )
    assert (
        judge_one(made, reading, waiver("coverage.uncovered", "src/a.py", "<= 7")).outcome is FAILED
    )
    limitless = waiver("coverage.uncovered", "src/a.py")
    assert judge_one(made, reading, limitless).outcome is FAILED
    assert idle_message(limitless, made, reading) == "it names no accepted value: add `accept`"


def test_a_value_of_the_run_is_waived_by_what_is_accepted() -> None:
    made = gate("coverage.lines", ">= 90%")
    assert judge_one(made, ratio(80, 100), waiver("coverage.lines", "", ">= 80%")).outcome is WAIVED
    assert judge_one(made, ratio(79, 100), waiver("coverage.lines", "", ">= 80%")).outcome is FAILED
    assert judge_one(made, ratio(80, 100), waiver("coverage.lines")).outcome is FAILED
    counted = judge_one(FLAKY, count(2, "t.py::a", "t.py::b"), waiver("tests.flaky", "", "<= 2"))
    assert counted.outcome is WAIVED


def test_a_waiver_of_the_run_does_not_cover_a_component() -> None:
    pay = Subject(kind=SubjectKind.RUN, component="pay")
    reading = ratio(80, 100, subject=pay)
    made = gate("coverage.lines", ">= 90%", component="pay", name="pay lines")
    for one, outcome in [
        (waiver("coverage.lines", "", ">= 80%"), FAILED),
        (waiver("coverage.lines", "cart", ">= 80%"), FAILED),
        (waiver("coverage.lines", "pay", ">= 80%"), WAIVED),
        (waiver("pay lines", "", ">= 80%"), WAIVED),
    ]:
        assert judge_one(made, reading, one).outcome is outcome


def test_a_waiver_may_name_one_gate_of_several() -> None:
    reading = ratio(80, 100)
    block = gate("coverage.lines", ">= 90%", name="hard")
    risk = gate("coverage.lines", ">= 95%", name="soft", level=Level.RISK)
    (first, second), _ = judge_all(
        [(block, reading), (risk, reading)], waivers=(waiver("hard", "", ">= 80%"),)
    )
    assert (first.outcome, second.outcome) == (WAIVED, FAILED)


@pytest.mark.parametrize(
    "reading", [missing(), missing(Reason.ERROR), missing(Reason.NO_BASELINE), value(float("nan"))]
)
def test_what_was_not_measured_cannot_be_waived(reading: Measurement) -> None:
    made = gate("suite.duration", "<= 2s")
    result = judge_one(made, reading, waiver("suite.duration", "", ">= 0s"))
    assert result.outcome in {NOT_MEASURED, ERROR}
    assert result.waivers == ()


def test_waived_beside_not_measured_is_not_measured() -> None:
    readings = [timed("t.py::a", 3.0), missing(subject=a_test("t.py::b"))]
    made = waiver("test.duration", "t.py::a", "<= 3s")
    result = judge_one(gate("test.duration", "<= 2s"), readings, made)
    assert (result.outcome, result.effect, result.waivers) == (NOT_MEASURED, Effect.BLOCK, (made,))


def test_accepting_by_a_baseline_takes_a_baseline() -> None:
    made = waiver("coverage.lines", "", ">= baseline")
    one = gate("coverage.lines", ">= 90%")
    assert judge_one(one, ratio(80, 100), made).outcome is FAILED
    assert idle_message(made, one, ratio(80, 100)) == "it cannot be told: there is no baseline"
    assert judge_one(one, ratio(80, 100, baseline=0.8), made).outcome is WAIVED


def test_accepting_in_another_unit_accepts_nothing() -> None:
    made = waiver("coverage.lines", "", ">= 80s")
    one = gate("coverage.lines", ">= 90%")
    assert judge_one(one, ratio(80, 100), made).outcome is FAILED
    assert "coverage.lines" in idle_message(made, one, ratio(80, 100))


def test_an_accepted_value_within_the_interval_stands() -> None:
    """As gates are judged: it is worse only when the whole interval is."""
    made = gate("suite.duration", "<= 2s")
    reading = value(3.0, low=2.5, high=3.5)
    assert judge_one(made, reading, waiver("suite.duration", "", "<= 3s")).outcome is WAIVED
    assert judge_one(made, reading, waiver("suite.duration", "", "<= 2.4s")).outcome is FAILED


def test_a_count_known_in_part_is_not_waived_as_a_whole() -> None:
    """Two failures are known, two are accepted, and there may be more: that is not known."""
    reading = missing(Reason.PARTIAL, known=count(2, "t.py::a", "t.py::b"))
    made = gate("tests.failed", "== 0")
    assert judge_one(made, reading, waiver("tests.failed", "", "<= 2")).outcome is NOT_MEASURED
    assert judge_one(made, reading, waiver("tests.failed", "", "<= 1")).outcome is FAILED
    assert judge_one(made, reading, waiver("tests.failed", "t.py::*")).outcome is NOT_MEASURED
    one_of_two = judge_one(made, reading, waiver("tests.failed", "t.py::a"))
    assert one_of_two.outcome is FAILED
    assert len(one_of_two.waivers) == 1


def test_a_waiver_of_what_is_known_in_part_leaves_a_risk_though_the_rest_is_skipped() -> None:
    reading = missing(Reason.PARTIAL, known=count(2, "t.py::a", "t.py::b"))
    made = gate("tests.failed", "== 0", when_missing=Missing.SKIP)
    assert judge_one(made, reading).effect is Effect.BLOCK
    for one in (waiver("tests.failed", "", "<= 2"), waiver("tests.failed", "t.py::*")):
        result = judge_one(made, reading, one)
        assert (result.outcome, result.effect) == (NOT_MEASURED, Effect.RISK)


@pytest.mark.parametrize("broken", [("d",), ("b", "d")])
def test_a_waiver_changes_nothing_of_what_was_seen(broken: tuple[str, ...]) -> None:
    """Another test that is not measured blocks as before, and the worst value stays the worst."""
    made = gate("test.duration", "<= 0s")
    slow = [timed(f"t.py::{name}", 0.25 * (ord(name) - 96)) for name in broken]
    off = missing(subject=a_test("t.py::c"))
    before = judge_one(made, [*slow, off])
    after = judge_one(made, [*slow, off], waiver("test.duration", "t.py::d", "<= 1s"))
    assert before.outcome is FAILED
    assert after.outcome is (NOT_MEASURED if len(broken) == 1 else FAILED)
    assert before.effect is after.effect is Effect.BLOCK
    assert before.reading is after.reading is slow[-1]
    assert (after.judged, after.shown, after.broken) == (len(slow), len(slow), len(slow))


def test_a_gate_that_only_informs_stays_without_effect_when_waived() -> None:
    made = gate("tests.flaky", "== 0", level=Level.INFO)
    result = judge_one(made, count(1, "t.py::a"), waiver("tests.flaky", "t.py::a"))
    assert (result.outcome, result.effect) == (WAIVED, Effect.NONE)


def test_idle_waivers_keep_the_order_of_the_policy() -> None:
    first = waiver("tests.flaky", "t.py::z")
    second = waiver("no.such.gate", "", expires=TODAY - DAY)
    used = waiver("tests.flaky", "t.py::a")
    _, idle = judge_all([(FLAKY, count(1, "t.py::a"))], waivers=(first, used, second))
    assert [(state.waiver, state.message) for state in idle] == [
        (first, "accepts nothing in this run"),
        (second, "expired 2026-11-19"),
    ]


# --- accepted: that there is no value ----------------------------------------------------------

SLOW = gate("test.duration", "<= 2s")
SUITE = gate("suite.duration", "<= 2s")


def absent(gate: str, subject: str = "", **changes: object) -> Waiver:
    return waiver(gate, subject, not_measured=True, **changes)


@pytest.mark.parametrize(
    "reason", [Reason.NO_DATA, Reason.PARTIAL, Reason.STALE, Reason.NO_BASELINE]
)
def test_no_value_is_waived_where_that_is_accepted(reason: Reason) -> None:
    made = absent("suite.duration")
    result = judge_one(SUITE, missing(reason), made)
    assert (result.outcome, result.effect, result.waivers) == (WAIVED, Effect.RISK, (made,))
    # the fact stays beside it, and a verdict cannot rest on it
    assert (result.reason, result.message, result.judged, result.shown) == (
        reason,
        "it was off",
        0,
        0,
    )
    assert earned(result) == 0
    assert verdict([result]) is Verdict.NO_VERDICT


def test_that_measuring_went_wrong_is_not_waived() -> None:
    made = absent("suite.duration")
    result = judge_one(SUITE, missing(Reason.ERROR), made)
    assert (result.outcome, result.effect, result.waivers) == (ERROR, Effect.BLOCK, ())
    assert "not that measuring it went wrong" in idle_message(made, SUITE, missing(Reason.ERROR))
    assert judge_one(SUITE, value(float("nan")), made).outcome is ERROR


def test_a_value_is_not_waived_as_missing() -> None:
    made = absent("suite.duration")
    assert judge_one(SUITE, value(3.0), made).outcome is FAILED
    assert idle_message(made, SUITE, value(3.0)).endswith("there is one, which breaks the gate")
    assert judge_one(SUITE, value(1.0), made).outcome is PASSED
    member = absent("tests.flaky", "t.py::a")
    assert judge_one(FLAKY, count(1, "t.py::a"), member).outcome is FAILED
    per_test = absent("test.duration", "t.py::a")
    assert judge_one(SLOW, [timed("t.py::a", 3.0)], per_test).outcome is FAILED


def test_a_missing_baseline_is_no_value_but_a_worse_part_is() -> None:
    made = absent("coverage.lines")
    relative = gate("coverage.lines", ">= baseline", when_no_baseline=Missing.FAIL)
    assert judge_one(relative, ratio(80, 100)).effect is Effect.BLOCK
    assert judge_one(relative, ratio(80, 100), made).outcome is WAIVED
    both = gate("coverage.lines", ">= 90% and >= baseline", when_no_baseline=Missing.FAIL)
    assert judge_one(both, ratio(80, 100), made).outcome is FAILED


def test_one_subject_without_a_value_is_waived_and_not_another() -> None:
    made = absent("test.duration", "t.py::b")
    readings = [timed("t.py::a", 1.0), missing(subject=a_test("t.py::b"))]
    result = judge_one(SLOW, readings, made)
    assert (result.outcome, result.effect, result.waivers) == (WAIVED, Effect.RISK, (made,))
    assert (result.judged, result.shown, result.broken) == (1, 1, 0)
    assert [(one.subject.id, one.detail) for one in result.findings] == [("t.py::b", "it was off")]
    other = [*readings, missing(subject=a_test("t.py::c"))]
    assert judge_one(SLOW, other, made).outcome is NOT_MEASURED
    # of the run as a whole it says nothing, and the run's of no single test
    assert judge_one(SLOW, [missing()], made).outcome is NOT_MEASURED
    assert judge_one(SLOW, [missing()], absent("test.duration")).outcome is WAIVED
    assert judge_one(SLOW, readings, absent("test.duration")).outcome is NOT_MEASURED


def test_what_is_missing_and_what_is_broken_take_a_waiver_each() -> None:
    readings = [timed("t.py::a", 3.0), missing(subject=a_test("t.py::b"))]
    value_of_a = waiver("test.duration", "t.py::a", "<= 3s")
    none_of_b = absent("test.duration", "t.py::b")
    assert judge_one(SLOW, readings, none_of_b).outcome is FAILED
    assert judge_one(SLOW, readings, value_of_a).outcome is NOT_MEASURED
    both = judge_one(SLOW, readings, value_of_a, none_of_b)
    assert (both.outcome, both.waivers, both.broken) == (WAIVED, (value_of_a, none_of_b), 1)


def test_a_count_known_in_part_breaks_its_gate_whoever_accepts_the_rest() -> None:
    reading = missing(Reason.PARTIAL, known=count(1, "t.py::a"))
    rest, known = absent("tests.failed"), waiver("tests.failed", "t.py::a")
    made = gate("tests.failed", "== 0")
    assert judge_one(made, reading, rest).outcome is FAILED
    assert judge_one(made, reading, known).outcome is NOT_MEASURED
    both = judge_one(made, reading, known, rest)
    assert (both.outcome, both.effect, both.waivers) == (WAIVED, Effect.RISK, (known, rest))


def test_what_waves_absence_through_already_needs_no_waiver() -> None:
    made = absent("suite.duration")
    skipped = gate("suite.duration", "<= 2s", when_missing=Missing.SKIP)
    result = judge_one(skipped, missing(), made)
    assert (result.outcome, result.effect, result.waivers) == (NOT_MEASURED, Effect.NONE, ())
    assert idle_message(made, skipped, missing()) == "accepts nothing in this run"


def test_a_gate_without_any_reading_is_waived_too() -> None:
    never = gate("never.recorded", "<= 2")
    assert judge_one(never, [], absent("never.recorded")).outcome is WAIVED
    none_selected = gate("test.duration", "<= 2s", select=("nowhere/**",))
    readings = [timed("t.py::a", 1.0)]
    assert judge_one(none_selected, readings).outcome is NOT_MEASURED
    assert judge_one(none_selected, readings, absent("test.duration")).outcome is WAIVED


# --- until when ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "holds"), [(0, True), (90, True), (91, False), (4000, False)])
def test_a_waiver_that_ends_too_far_away_accepts_nothing(days: int, holds: bool) -> None:
    made = waiver("tests.flaky", "t.py::a", expires=TODAY + days * DAY)
    (result,), idle = judge_all([(FLAKY, count(1, "t.py::a"))], waivers=(made,))
    assert result.outcome is (WAIVED if holds else FAILED)
    assert [state.message for state in idle] == (
        [] if holds else ["ends more than 90 days from now: 2027-02-18 is the last day allowed"]
    )


def test_the_cap_is_the_policys() -> None:
    made = waiver("tests.flaky", "t.py::a", expires=TODAY + 8 * DAY)
    for days, outcome in [(7, FAILED), (8, WAIVED)]:
        pairs = [(FLAKY, count(1, "t.py::a"))]
        (result,), _ = judge_all(pairs, waivers=(made,), waiver_days=days)
        assert result.outcome is outcome
    forever = waiver("tests.flaky", "t.py::a", expires=datetime.date.max)
    assert in_force([forever], TODAY, 90) == ()


def test_waivers_in_use_that_end_soon_are_announced_the_first_first() -> None:
    made = {
        days: waiver("tests.flaky", f"t.py::{days}", expires=TODAY + days * DAY)
        for days in (15, 14, 2, 1, 0)
    }
    hotfix = waiver("tests.flaky", hotfix=True)
    assert [
        (state.waiver.subject, state.message) for state in ending([*made.values(), hotfix], TODAY)
    ] == [
        ("t.py::0", "ends today"),
        ("t.py::1", "ends tomorrow"),
        ("t.py::2", "ends in 2 days"),
        ("t.py::14", "ends in 14 days"),
    ]


# --- requirements ----------------------------------------------------------------------------------

OPEN = (State.NOT_VERIFIED, State.IN_PROGRESS, State.DEFERRED)


@pytest.mark.parametrize("state", State)
def test_a_requirement_is_waived_up_to_the_state_accepted(state: State) -> None:
    mild = waiver("SEC-1", state=State.NOT_VERIFIED)
    harsh = waiver("SEC-1", state=State.FAILED)
    hotfix = waiver("SEC-1", hotfix=True)
    other = waiver("SEC-2", state=State.FAILED)
    of_a_gate = waiver("SEC-1")

    def holding(*waivers: Waiver) -> Waiver | None:
        return decide_requirement(waivers, "SEC-1", state).waiver

    assert holding(mild) == (mild if state in OPEN else None)
    unmet = state in {*OPEN, State.FAILED}
    assert holding(harsh) == (harsh if unmet else None)
    assert holding(hotfix) == (hotfix if unmet else None)
    assert holding(other, of_a_gate) is None


def test_a_requirement_that_failed_is_worse_than_one_not_verified() -> None:
    (refused,) = decide_requirement(
        [waiver("SEC-1", state=State.NOT_VERIFIED)], "SEC-1", State.FAILED
    ).refused
    assert refused.message == "the requirement failed, which is worse than accepted"


def test_a_requirements_waiver_is_not_one_of_a_gate_of_its_name() -> None:
    made = waiver("tests.flaky", "t.py::a", state=State.FAILED)
    assert judge_one(FLAKY, count(1, "t.py::a"), made).outcome is FAILED


# --- hotfixes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "reading"),
    [
        (FLAKY, count(2, "t.py::a", "t.py::b")),
        (SUITE, value(99.0)),
        (SUITE, missing()),
        (SUITE, missing(Reason.ERROR)),
        (SLOW, [timed("t.py::a", 3.0), missing(subject=a_test("t.py::b"))]),
        (gate("never.recorded", "<= 2"), []),
    ],
)
def test_a_hotfix_accepts_whatever_its_gate_has(one: Gate, reading: Reading) -> None:
    hotfix = waiver(one.metric, hotfix=True)
    result = judge_one(one, reading, hotfix)
    assert (result.outcome, result.effect, result.waivers) == (WAIVED, Effect.RISK, (hotfix,))
    assert all(finding.waiver is hotfix for finding in result.findings)
    assert judge_one(one, reading, replace(hotfix, gate="tests.run")).effect is Effect.BLOCK


@pytest.mark.parametrize(("days", "outcome"), [(-1, FAILED), (0, WAIVED), (3, WAIVED), (4, FAILED)])
def test_a_hotfix_holds_for_72_hours_at_most(days: int, outcome: GateOutcome) -> None:
    hotfix = waiver("tests.flaky", hotfix=True, expires=TODAY + days * DAY)
    for cap in (1, 90):  # that of waivers is not its own
        pairs = [(FLAKY, count(1, "t.py::a"))]
        (result,), _ = judge_all(pairs, waivers=(hotfix,), waiver_days=cap)
        assert result.outcome is outcome


def test_a_hotfix_that_was_not_needed_stands_beside_nothing() -> None:
    hotfix = waiver("tests.flaky", hotfix=True)
    (result,), idle = judge_all([(FLAKY, count(0))], waivers=(hotfix,))
    assert result.outcome is PASSED
    assert [state.message for state in idle] == ["accepts nothing in this run"]
    for harmless in (
        judge_one(gate("tests.flaky", "== 0", level=Level.INFO), count(1), hotfix),
        judge_one(gate("tests.flaky", "== 0", when_missing=Missing.SKIP), missing(), hotfix),
    ):
        assert (harmless.effect, harmless.waivers) == (Effect.NONE, ())


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(Level), st.sampled_from(Missing), st.sampled_from([None, *Reason]))
def test_with_a_hotfix_that_accepts_something_it_is_ready_with_risks_at_best(
    level: Level, when: Missing, reason: Reason | None
) -> None:
    hotfix = waiver("tests.flaky", hotfix=True)
    one = gate("tests.flaky", "== 0", level=level, when_missing=when, when_no_baseline=when)
    passing = gate("tests.failed", "== 0")
    reading = count(2) if reason is None else missing(reason)
    results, _ = judge_all([(one, reading), (passing, count(0))], waivers=(hotfix,))
    if results[0].waivers:
        assert verdict(results) is Verdict.READY_WITH_RISKS
    else:
        assert results[0].effect is Effect.NONE


# --- only those of the base ------------------------------------------------------------------------

LEGACY = waiver("coverage.file", "src/a.py", ">= 41%", expires=TODAY + 9 * DAY)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({}, ""),
        ({"reason": "another", "owner": "@other"}, ""),
        ({"expires": TODAY}, ""),
        ({"expires": TODAY + 10 * DAY}, "ends 2026-11-29 in the base"),
        ({"subject": "src/*.py"}, "does not stand in the base"),
        ({"gate": "coverage.lines"}, "does not stand in the base"),
        ({"accept": waiver("coverage.file", "", ">= 50%").accept}, ""),
        ({"accept": waiver("coverage.file", "", ">= 40%").accept}, "accepts more than in the base"),
        ({"accept": waiver("coverage.file", "", "<= 50%").accept}, "accepts more than in the base"),
        ({"accept": waiver("coverage.file", "", ">= 50%  or >= 1%").accept}, "accepts more than in the base"),
        ({"accept": None}, "accepts more than in the base"),
        ({"accept": None, "not_measured": True}, "accepts more than in the base"),
        ({"hotfix": True, "subject": ""}, ""),
    ],
)  # fmt: skip
def test_only_what_the_base_accepts_too(change: dict[str, object], why: str) -> None:
    made = replace(LEGACY, **change)  # type: ignore[arg-type]
    kept, dropped = standing([made], [LEGACY])
    assert kept == (() if why else (made,))
    assert [state.message for state in dropped] == ([why] if why else [])


def test_of_requirements_the_base_may_accept_the_worse() -> None:
    mild, harsh = (waiver("SEC-1", state=state) for state in (State.NOT_VERIFIED, State.FAILED))
    assert standing([mild], [harsh]) == ((mild,), ())
    assert standing([harsh], [mild])[0] == ()


def test_nothing_stands_in_a_base_that_is_not_known() -> None:
    kept, (state,) = standing([LEGACY], None)
    assert kept == ()
    assert "the base's policy is not known" in state.message


# --- laws --------------------------------------------------------------------------------------------

NAMES = ("tests.failed", "coverage.lines", "test.duration", "suite.duration")
CONDITIONS = {
    Unit.COUNT: ("<= 0", "<= 2", ">= 1"),
    Unit.RATIO: (">= 50%", "< 30%"),
    Unit.SECONDS: ("<= 1s", "<= 2s", ">= 1s"),
}
REASONS = st.sampled_from(Reason)
BETTER = (Effect.NONE, Effect.RISK, Effect.BLOCK)


@st.composite
def waivers(draw: st.DrawFn) -> Waiver:
    name = draw(st.sampled_from(NAMES))
    accepts = draw(st.sampled_from(["", "none", "value", "hotfix"]))
    text = draw(st.sampled_from(CONDITIONS[METRICS[name].unit]))
    return waiver(
        name,
        draw(st.sampled_from(["", "t.py::a", "t.py::*"])) if accepts != "hotfix" else "",
        text if accepts == "value" else None,
        not_measured=accepts == "none",
        hotfix=accepts == "hotfix",
        expires=TODAY + draw(st.integers(-1, 120)) * DAY,
    )


@st.composite
def a_reading(draw: st.DrawFn, unit: Unit, subject: Subject) -> Reading:
    if draw(st.booleans()):
        return missing(draw(REASONS), subject)
    number = draw(st.integers(0, 3))
    if unit is Unit.RATIO:
        return Measurement(subject=subject, value=Fraction(number, 3), part=number, total=3)
    members = tuple(Member(subject=a_test(f"t.py::{one}")) for one in "abc"[:number])
    if unit is Unit.COUNT:
        return Measurement(subject=subject, value=number, members=members)
    return Measurement(subject=subject, value=float(number))


@st.composite
def judged(draw: st.DrawFn) -> tuple[Gate, list[Reading]]:
    name = draw(st.sampled_from(NAMES))
    unit = METRICS[name].unit
    made = gate(
        name,
        draw(st.sampled_from(CONDITIONS[unit])),
        level=draw(st.sampled_from(Level)),
        when_missing=draw(st.sampled_from(Missing)),
    )
    subjects = [a_test("t.py::a"), a_test("t.py::b")] if name == "test.duration" else [RUN]
    return made, [draw(a_reading(unit, subject)) for subject in subjects]


@settings(deadline=None, max_examples=100)
@given(st.lists(judged(), min_size=1, max_size=3), st.lists(waivers(), max_size=2), waivers())
def test_adding_any_waiver_never_makes_it_ready(
    pairs: list[tuple[Gate, list[Reading]]], before: list[Waiver], added: Waiver
) -> None:
    named = [(replace(one, name=f"{one.name} {n}"), got) for n, (one, got) in enumerate(pairs)]
    old, _ = judge_all(named, waivers=tuple(before))
    new, idle = judge_all(named, waivers=(*before, added))
    assert verdict(new) is not Verdict.READY or verdict(old) is Verdict.READY
    for one, other in zip(old, new, strict=True):
        # what was seen stays; no effect is worse, and none but a block becomes milder
        assert (other.judged, other.shown, other.broken) == (one.judged, one.shown, one.broken)
        assert BETTER.index(other.effect) <= BETTER.index(one.effect)
        assert other.effect is one.effect or (one.effect, other.effect) == (
            Effect.BLOCK,
            Effect.RISK,
        )
    used = {waiver for result in new for waiver in result.waivers}
    assert used.isdisjoint(state.waiver for state in idle)
    assert {*before, added} == used | {state.waiver for state in idle}


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 20), st.integers(0, 20))
def test_a_worse_value_than_the_accepted_never_passes(number: int, accepted: int) -> None:
    outcome = judge_one(FLAKY, count(number), waiver("tests.flaky", "", f"<= {accepted}")).outcome
    assert outcome is (PASSED if not number else WAIVED if number <= accepted else FAILED)
