"""``benchmark.missing``: what the base had and this run has not."""

from __future__ import annotations

import dataclasses

import pytest

from benchmarked import MANIFEST, benchmark, evidence, history, past, readings
from pytest_readiness.model.evidence import Gap, Reason, Record, Selection
from pytest_readiness.model.history import NO_HISTORY, History
from pytest_readiness.model.measurement import Measurement, NotMeasured

A, B, C = (f"tests/test_speed.py::test_{name}" for name in "abc")
BOTH = {A: benchmark(0.001, code="a"), B: benchmark(0.001, code="b")}


def members(*sessions: dict[str, object], now: dict[str, object], **known: object) -> list[str]:
    runs = known.get("runs")
    (found,) = readings(
        evidence(now),  # type: ignore[arg-type]
        history(sessions, runs),  # type: ignore[arg-type]
        "benchmark.missing",
    )
    assert isinstance(found, Measurement), found
    assert found.value == len(found.members)
    return [member.subject.id for member in found.members]


def test_all_there() -> None:
    assert members(BOTH, now=BOTH) == []
    assert members(BOTH, now={**BOTH, C: benchmark(1.0)}) == []


def test_one_is_gone() -> None:
    assert members(BOTH, now={A: BOTH[A]}) == [B]


def test_a_renamed_one_is_not_missing() -> None:
    assert members(BOTH, now={A: BOTH[A], C: benchmark(0.001, code="b")}) == []
    assert members(BOTH, now={A: BOTH[A], C: benchmark(0.001, code="c")}) == [B]


def test_what_the_base_gave_up_is_not_asked_for() -> None:
    assert members(BOTH, {A: BOTH[A]}, now={A: BOTH[A]}) == []


def test_a_base_run_that_was_refused_does_not_forget() -> None:
    refused = {1: past(1, verdict="NOT READY")}
    assert members(BOTH, {A: BOTH[A]}, now={A: BOTH[A]}, runs=refused) == [B]


@pytest.mark.parametrize("fields", [{"base": False}, {"exit_status": 1}, {"kin": "pypy3.10-linux"}])
def test_other_runs_expect_nothing(fields: dict[str, object]) -> None:
    runs = {1: past(1, **fields)}
    assert members({A: BOTH[A]}, BOTH, now={A: BOTH[A]}, runs=runs) == []


def test_one_that_failed_is_not_missing() -> None:
    gap = Gap(reason=Reason.NO_DATA, message="it did not pass", remedy="pytest")
    shown = evidence({A: BOTH[A]})
    shown = shown.merge(type(shown).of([Record("now", "", f"benchmark:{B}", 0, gap)]))
    (found,) = readings(shown, history([BOTH]), "benchmark.missing")
    assert isinstance(found, Measurement)
    assert found.value == 0


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        (NO_HISTORY, Reason.NO_BASELINE),
        (history([]), Reason.NO_BASELINE),
        (History(problem="corrupt", unreadable=True), Reason.ERROR),
    ],
)
def test_without_a_history_it_is_not_measured(known: History, reason: Reason) -> None:
    (found,) = readings(evidence(BOTH), known, "benchmark.missing")
    assert isinstance(found, NotMeasured)
    assert found.reason is reason


def test_a_part_of_the_suite_misses_nothing() -> None:
    run = dataclasses.replace(MANIFEST, selection=Selection(causes=("-k a",), declared=True))
    (found,) = readings(evidence({A: BOTH[A]}, run=run), history([BOTH]), "benchmark.missing")
    assert isinstance(found, NotMeasured)
    assert found.reason is Reason.PARTIAL


@pytest.mark.parametrize(("statistic", "needed"), [("p95", 20), ("p99", 100), ("stddev", 2)])
def test_a_percentile_needs_its_rounds(statistic: str, needed: int) -> None:
    for rounds in (needed - 1, needed):
        one = dataclasses.replace(benchmark(0.001), stats=((statistic, 0.001),), rounds=rounds)
        (found,) = readings(evidence({A: one}), NO_HISTORY, "benchmark.time", statistic)
        assert isinstance(found, Measurement) == (rounds == needed)
        if isinstance(found, NotMeasured):
            assert found.message == f"{statistic} needs {needed} rounds, it had {rounds}"
            assert "--benchmark-min-rounds" in found.remedy
