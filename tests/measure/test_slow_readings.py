from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from judging import gate, judge_one
from pytest_readiness.measure.measure import measure
from pytest_readiness.model.evidence import (
    Collection,
    Evidence,
    Outcome,
    Reason,
    Record,
    Remeasured,
)
from pytest_readiness.model.history import NO_HISTORY, History
from pytest_readiness.model.measurement import (
    Component,
    Measurement,
    NotApplicable,
    NotMeasured,
    Reading,
    Request,
)
from pytest_readiness.model.scorecard import GateOutcome
from slowtimes import PRESENT, Table, computes, history, scaled, steady, suite, waits
from strategies import attempt, record

SUITE = suite(computing=12)
PAST = steady(SUITE)
ONE = "t.py::computes[4]"
SLOW = {**SUITE, ONE: scaled({ONE: SUITE[ONE]}, 3.0)[ONE]}
REQUEST = Request(metric="test.slowdown")


def told(table: Table, *more: Record, run: str = "r", holds: bool = False) -> Evidence:
    manifest = replace(PRESENT, holds=((Remeasured.kind, 1),)) if holds else PRESENT
    extra = [one.subject for one in more if one.data.kind == "attempt"]
    return Evidence.of(
        [
            record(manifest, run=run),
            record(Collection(tests=(*table, *extra)), run=run),
            *(
                record(attempt(call=one.wall, cpu=one.cpu), test, run=run)
                for test, one in table.items()
            ),
            *more,
        ]
    )


def read(evidence: Evidence, past: History, component: str = "") -> tuple[Reading, ...]:
    components = [Component(name="other", paths=("other/**",))]
    request = replace(REQUEST, component=component)
    return measure(evidence, [request], components=components, history=past)[request]


def by_test(readings: tuple[Reading, ...]) -> Mapping[str, Reading]:
    return {reading.subject.id: reading for reading in readings}


def outcome(evidence: Evidence, past: History) -> GateOutcome:
    return judge_one(gate("test.slowdown", "<= 50%"), read(evidence, past)).outcome


def test_unchanged_tests_pass() -> None:
    readings = read(told(SUITE), history(PAST))
    assert len(readings) == len(SUITE)
    assert {one.value for one in readings if isinstance(one, Measurement)} == {0.0}
    assert outcome(told(SUITE), history(PAST)) is GateOutcome.PASSED


def test_suspected_is_inconclusive_and_confirmed_fails() -> None:
    reading = by_test(read(told(SLOW), history(PAST)))[ONE]
    assert isinstance(reading, Measurement)
    assert reading.detail == "CPU time beside 10 runs, suspected, not confirmed yet"
    assert outcome(told(SLOW), history(PAST)) is GateOutcome.INCONCLUSIVE
    assert outcome(told(SLOW), history([*PAST, SLOW])) is GateOutcome.FAILED
    assert outcome(told(SUITE), history([*PAST, SLOW])) is GateOutcome.PASSED


@pytest.mark.parametrize(
    ("factor", "expected"), [(3.0, GateOutcome.FAILED), (1.0, GateOutcome.PASSED)]
)
def test_measured_again(factor: float, expected: GateOutcome) -> None:
    sample = scaled({ONE: SUITE[ONE]}, factor)[ONE]
    again = record(Remeasured(cpu=sample.cpu, call=sample.wall), ONE, attempt=1)
    assert outcome(told(SLOW, again), history(PAST)) is expected
    reading = by_test(read(told(SLOW, again), history(PAST)))[ONE]
    assert isinstance(reading, Measurement)
    assert "measuring again" in reading.detail


def test_what_was_measured_again_and_lost_is_missed() -> None:
    readings = read(told(SUITE, holds=True), history(PAST))
    assert isinstance(readings[0], NotMeasured)
    assert readings[0].message == "1 of 1 records of kind remeasured are missing"


def test_a_slow_session_is_told_with_a_suspect() -> None:
    reading = by_test(read(told(scaled(SLOW, 1.5)), history(PAST)))[ONE]
    assert isinstance(reading, Measurement)
    assert reading.detail.endswith("less the session's own 1.5x")


@pytest.mark.parametrize(
    ("past", "reason", "message"),
    [
        (NO_HISTORY, Reason.NO_BASELINE, "no history is kept"),
        (history(PAST[:3]), Reason.NO_BASELINE, "no baseline: 3 of 5 comparable runs"),
        (
            History(problem="history.db is corrupt", unreadable=True),
            Reason.ERROR,
            "history.db is corrupt",
        ),
    ],
)
def test_first_days(past: History, reason: Reason, message: str) -> None:
    (reading,) = read(told(SUITE), past)
    assert isinstance(reading, NotMeasured)
    assert (reading.reason, reading.message) == (reason, message)
    assert reading.remedy or reason is Reason.ERROR


def test_a_young_test_has_no_baseline_yet() -> None:
    past = [{**table, "new": computes(0.1)} if n > 6 else table for n, table in enumerate(PAST)]
    reading = by_test(read(told({**SUITE, "new": computes(0.1)}), history(past)))["new"]
    assert isinstance(reading, NotMeasured)
    assert reading.reason is Reason.NO_BASELINE
    assert reading.message == "no baseline: 3 of 5 comparable runs"


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (Outcome.SKIPPED, NotApplicable),
        (Outcome.XFAILED, NotApplicable),
        (Outcome.FAILED, NotMeasured),
        (Outcome.ERROR, NotMeasured),
    ],
)
def test_a_test_that_did_not_pass_has_no_time(outcome: Outcome, kind: type[Reading]) -> None:
    other = record(attempt(outcome), "t.py::other")
    assert isinstance(by_test(read(told(SUITE, other), history(PAST)))["t.py::other"], kind)


def test_the_attempt_that_passed_is_compared() -> None:
    first = record(attempt(Outcome.FAILED, superseded=True, call=9.0, cpu=9.0), "t.py::other")
    second = record(attempt(call=0.2, cpu=0.2), "t.py::other", attempt=1)
    past = [{**table, "t.py::other": computes(0.2)} for table in PAST]
    reading = by_test(read(told(SUITE, first, second), history(past)))["t.py::other"]
    assert isinstance(reading, Measurement)
    assert reading.value == 0.0


def test_of_several_runs_the_worst_counts() -> None:
    merged = told(SUITE).merge(told(SLOW, run="s"))
    assert outcome(merged, history([*PAST, SLOW])) is GateOutcome.FAILED


def test_components_have_their_own_tests() -> None:
    table = {**SUITE, "other/t.py::waits": waits(0.2)}
    readings = read(told(table), history(steady(table)), "other")
    assert [reading.subject.id for reading in readings] == ["other/t.py::waits"]


def test_a_test_without_a_result_is_missed() -> None:
    evidence = told(SUITE)
    lost = Evidence.of(one for one in evidence.records if one.subject != ONE)
    first, second, *others = read(lost, history(PAST))
    assert isinstance(first, NotMeasured)
    assert isinstance(second, NotMeasured)
    assert second.subject.id == ONE
    assert len(others) == len(SUITE) - 1
