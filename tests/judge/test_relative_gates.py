"""Gates that compare with a baseline: where there is one, where there is none, where it cannot be read."""

from __future__ import annotations

import pytest

from judging import count, gate, judge_one
from pytest_readiness.model.evidence import Reason
from pytest_readiness.model.measurement import Measurement, Reference
from pytest_readiness.model.policy import Level, Missing
from pytest_readiness.model.scorecard import Effect, GateOutcome

FOUND = Reference(text="2026-11-18, main@1a2b3c4")
NONE = Reference(text="3 of 5 comparable runs", missing=Reason.NO_BASELINE, remedy="run it on main")
UNREADABLE = Reference(text="history.db is locked", missing=Reason.ERROR, remedy="see by whom")


def measured(number: int, baseline: int | None, reference: Reference) -> Measurement:
    made = count(number)
    return Measurement(subject=made.subject, value=number, baseline=baseline, reference=reference)


@pytest.mark.parametrize(
    ("number", "outcome"),
    [(98, GateOutcome.PASSED), (97, GateOutcome.FAILED), (101, GateOutcome.PASSED)],
)
def test_a_share_of_the_baseline(number: int, outcome: GateOutcome) -> None:
    result = judge_one(gate("tests.run", ">= baseline - 2%"), measured(number, 100, FOUND))
    assert result.outcome is outcome


def test_without_one_it_says_how_many_runs_there_are() -> None:
    result = judge_one(gate("tests.run", ">= baseline"), measured(5, None, NONE))
    assert (result.outcome, result.effect) == (GateOutcome.NOT_MEASURED, Effect.RISK)
    assert result.reason is Reason.NO_BASELINE
    assert result.message == "no baseline: 3 of 5 comparable runs"
    assert (result.remedy, result.shown) == ("run it on main", 1)


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("settings", Missing)
def test_one_that_cannot_be_read_is_an_error_whatever_is_overlooked(
    level: Level, settings: Missing
) -> None:
    one = gate(
        "tests.run",
        ">= baseline",
        level=level,
        when_missing=settings,
        when_no_baseline=settings,
    )
    result = judge_one(one, measured(5, None, UNREADABLE))
    assert (result.outcome, result.reason) == (GateOutcome.ERROR, Reason.ERROR)
    assert (
        result.effect
        is {
            Level.BLOCK: Effect.BLOCK,
            Level.RISK: Effect.RISK,
            Level.INFO: Effect.NONE,
        }[level]
    )
    assert (result.message, result.remedy) == ("history.db is locked", "see by whom")


@pytest.mark.parametrize("reference", [NONE, UNREADABLE])
def test_what_needs_no_baseline_is_decided_without(reference: Reference) -> None:
    condition = ">= 5 or >= baseline"
    result = judge_one(gate("tests.run", condition), measured(5, None, reference))
    assert result.outcome is GateOutcome.PASSED
    condition = ">= 6 and >= baseline"
    result = judge_one(gate("tests.run", condition), measured(5, None, reference))
    assert result.outcome is GateOutcome.FAILED
