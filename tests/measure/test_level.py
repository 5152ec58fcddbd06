from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_readiness.measure.comparable import NEEDED, WINDOW
from pytest_readiness.measure.level import (
    LEAST,
    ROW,
    Finding,
    Scale,
    Value,
    finding,
    follow,
    is_beyond,
    is_beyond_again,
    level,
)
from strategies import law

CALM = [0.0, 0.03, -0.02, 0.01, -0.03, 0.02, 0.015, -0.01, 0.005, -0.025]
SLOW = math.log(3)
SCALE = Scale(noise=0.02, allowance=0.0)


def past(*logs: float) -> list[Value]:
    return [Value(log) for log in (*CALM, *logs)]


def test_noise_is_not_beyond_and_three_times_as_long_is() -> None:
    assert not is_beyond(Value(0.08), CALM, SCALE)
    assert is_beyond(Value(SLOW), CALM, SCALE)


@pytest.mark.parametrize(
    ("value", "scale"),
    [
        (Value(SLOW, room=1.1), SCALE),
        (Value(0.18, unrest=2.0), SCALE),
        (Value(SLOW), Scale(noise=0.02, allowance=3.0)),
    ],
    ids=["a busy machine explains it", "an uneven session", "nobody times so exactly"],
)
def test_what_explains_a_time(value: Value, scale: Scale) -> None:
    assert not is_beyond(value, CALM, scale)


def test_a_noisy_test_needs_more() -> None:
    noisy = [10 * one for one in CALM]
    assert is_beyond(Value(0.5), CALM, SCALE)
    assert not is_beyond(Value(0.5), noisy, SCALE)


def test_a_slow_time_does_not_enter_the_window() -> None:
    trail = follow(past(SLOW, SLOW), SCALE)
    assert trail.window == CALM
    assert trail.held == [SLOW, SLOW]


def test_a_slowdown_is_the_new_level_after_as_many_runs_as_a_window_holds() -> None:
    assert follow(past(*[SLOW] * (WINDOW - 1)), SCALE).window == CALM
    trail = follow(past(*[SLOW] * WINDOW), SCALE)
    assert trail.window == [SLOW] * WINDOW
    assert not trail.held


def test_a_single_slow_time_is_noise_and_raises_the_limit_a_little() -> None:
    trail = follow(past(SLOW, 0.0), SCALE)
    assert not trail.held
    assert len(trail.window) == WINDOW
    assert max(trail.window) == SLOW
    assert max(CALM) < level(trail.window).top < SLOW / 2
    assert is_beyond(Value(SLOW), trail.window, SCALE)


def test_a_session_too_uneven_to_tell_neither_confirms_nor_clears() -> None:
    loud = Value(0.6, room=0.7)
    assert follow([*past(SLOW), loud], SCALE) == follow(past(SLOW), SCALE)


def test_the_second_time_needs_to_be_less_beyond_than_the_first() -> None:
    noisy = [Value(10 * one) for one in CALM]
    assert not is_beyond(Value(0.7, unrest=2.0), [one.log for one in noisy], SCALE)
    assert follow([*noisy, Value(SLOW), Value(0.7, unrest=2.0)], SCALE).held == [SLOW, 0.7]
    trail = follow([*noisy, Value(SLOW)], SCALE)
    assert is_beyond_again(Value(0.7, unrest=2.0), trail, SCALE)
    assert not is_beyond_again(Value(0.7, unrest=2.0), follow(noisy, SCALE), SCALE)


ROWS = Scale(noise=0.02, rows=True)
RESTLESS = [0.0, 1.6, 0.0, 0.01, 1.9, 0.0, 0.02, 1.5, 0.0, 0.01]
"""A sleep that something disturbs now and then, but never for long."""


def findings(logs: list[float], scale: Scale) -> list[Finding]:
    values = [Value(log) for log in (*RESTLESS, *logs)]
    start = len(RESTLESS)
    return [finding(values[n], follow(values[:n], scale), scale) for n in range(start, len(values))]


def test_high_times_in_a_row_confirm_what_none_of_them_does() -> None:
    found = findings([SLOW] * (ROW + 1), ROWS)
    assert found == [*[Finding.HIGH] * (ROW - 1), Finding.CONFIRMED, Finding.CONFIRMED]
    assert set(findings([SLOW] * ROW, SCALE)) == {Finding.USUAL}


def test_a_usual_time_ends_the_row_and_all_of_it_enters_the_window() -> None:
    logs = [SLOW, SLOW, 0.0, SLOW, SLOW]
    assert Finding.CONFIRMED not in findings(logs, ROWS)
    trail = follow([Value(log) for log in (*RESTLESS, *logs[:3])], ROWS)
    assert list(trail.window) == [*RESTLESS[3:], *logs[:3]]


def test_what_was_high_in_a_row_before_is_the_way_of_the_test() -> None:
    values = [Value(log) for log in (*[SLOW] * 3, *[0.0] * 5)]
    for count in range(3):
        trail = follow([*values, *[Value(SLOW)] * count], ROWS)
        assert finding(Value(SLOW), trail, ROWS) is Finding.USUAL


def test_a_faster_level_enters_at_once() -> None:
    trail = follow(past(*[-1.0] * 6), SCALE)
    assert level(trail.window).centre == -1.0


def test_the_first_runs_make_the_window() -> None:
    values = [Value(0.0), Value(SLOW), Value(0.0, enters=False), Value(0.1)]
    assert follow(values, SCALE).window == [0.0, SLOW, 0.1]


@law
@given(st.lists(st.floats(-0.04, 0.04), min_size=NEEDED, max_size=40), st.floats(-0.04, 0.04))
def test_more_history_never_makes_an_unchanged_test_slow(logs: list[float], now: float) -> None:
    for count in range(NEEDED, len(logs) + 1):
        trail = follow([Value(log) for log in logs[:count]], SCALE)
        assert not trail.held
        assert not is_beyond(Value(now), trail.window, SCALE)


@law
@given(
    st.lists(st.floats(-1, 1), min_size=NEEDED, max_size=WINDOW), st.floats(-3, 3), st.floats(0, 3)
)
def test_slower_is_never_less_beyond(window: list[float], log: float, more: float) -> None:
    if is_beyond(Value(log), window, SCALE):
        assert is_beyond(Value(log + more), window, SCALE)
        assert log > level(window).centre + LEAST
