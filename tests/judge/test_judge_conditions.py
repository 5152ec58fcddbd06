"""Conditions of an approval on the days around the one on which they are due."""

from __future__ import annotations

import datetime

import pytest

from judging import TODAY
from pytest_readiness.judge.conditions import judge_conditions
from pytest_readiness.model.scorecard import Effect
from requiring import condition, day

BLOCK, RISK, NONE = Effect


@pytest.mark.parametrize(
    ("due", "done", "effect", "message"),
    [
        (day(3), None, RISK, "due in 3 days"),
        (day(1), None, RISK, "due tomorrow"),
        (TODAY, None, RISK, "due today"),
        (day(-1), None, BLOCK, "overdue since 2026-11-19"),
        (day(-1), day(-2), NONE, "done 2026-11-18"),
        (day(-1), TODAY, NONE, "done 2026-11-20"),
        (day(3), day(1), RISK, "due in 3 days; done 2026-11-21, a day that has not come"),
        (
            day(-1),
            day(1),
            BLOCK,
            "overdue since 2026-11-19; done 2026-11-21, a day that has not come",
        ),
    ],
)
def test_an_open_condition_is_a_risk_and_an_overdue_one_blocks(
    due: datetime.date, done: datetime.date | None, effect: Effect, message: str
) -> None:
    (state,) = judge_conditions([condition(due, done=done)], TODAY)
    assert (state.effect, state.message) == (effect, message)
