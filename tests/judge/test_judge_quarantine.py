"""Entries of the quarantine: in force, lapsed, and those that nobody configured."""

from __future__ import annotations

import datetime

import pytest

from judging import TODAY
from pytest_readiness.judge.quarantine import judge_quarantine
from pytest_readiness.model.held import Held
from pytest_readiness.model.scorecard import Effect
from pytest_readiness.model.standing import QuarantineState
from requiring import day, entry

BLOCK, RISK, NONE = Effect
A = "tests/test_a.py::test_a"


def judge(
    expires: datetime.date, tests: tuple[str, ...] = (), clean: int | None = None
) -> QuarantineState:
    ran = {A: tests} if tests else {}
    held = Held(entry=A, tests=tests, clean=clean)
    (state,) = judge_quarantine([entry(A, expires)], [held], ran, today=TODAY, days=90)
    return state


@pytest.mark.parametrize(
    ("expires", "tests", "clean", "effect", "message"),
    [
        (TODAY, (A,), None, RISK, ""),
        (TODAY, (A,), 29, RISK, ""),
        (TODAY, (A,), 30, RISK, "clean in the last 30 runs: release it"),
        (TODAY, (), None, RISK, "holds no test"),
        (day(-1), (), None, NONE, "expired 2026-11-19"),
        (
            day(91),
            (),
            None,
            NONE,
            "ends more than 90 days from now: 2027-02-18 is the last day allowed",
        ),
        (
            day(-1),
            (A,),
            30,
            BLOCK,
            "expired 2026-11-19; 1 test ran under it: run the tests again",
        ),
    ],
)
def test_an_entry_is_a_risk_while_it_holds(
    expires: datetime.date, tests: tuple[str, ...], clean: int | None, effect: Effect, message: str
) -> None:
    state = judge(expires, tests, clean)
    assert (state.effect, state.message, state.tests) == (effect, message, tests)


def test_what_ran_under_an_entry_that_nobody_configured_could_not_fail() -> None:
    (state,) = judge_quarantine([], [], {"tests/**": (A, "b")}, today=TODAY, days=90)
    assert (state.effect, state.quarantine.test) == (BLOCK, "tests/**")
    assert state.message == "is in no configuration; 2 tests ran under it: run the tests again"
