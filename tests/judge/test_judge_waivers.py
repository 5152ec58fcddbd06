"""Waivers: what one accepts, what it never accepts, and what is said of one that accepts nothing."""

from __future__ import annotations

import datetime

import pytest

from judging import (
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
from pytest_readiness.model.evidence import Reason
from pytest_readiness.model.measurement import Measurement, Member, Subject
from pytest_readiness.model.metric import SubjectKind
from pytest_readiness.model.policy import Gate, Level, Missing, Waiver
from pytest_readiness.model.scorecard import Effect, GateOutcome

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
