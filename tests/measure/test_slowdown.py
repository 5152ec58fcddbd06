from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_readiness.measure.comparable import NEEDED, WINDOW
from pytest_readiness.measure.slowdown import Clock, Pace, Sample, State, paces, suspects
from slowtimes import (
    LINUX,
    PRESENT,
    Table,
    compare,
    computes,
    history,
    scaled,
    steady,
    suite,
    waits,
)
from strategies import law

SUITE = suite(computing=12, waiting=12)
PAST = steady(SUITE)
ONE, SLEEP = "t.py::computes[4]", "t.py::waits[4]"


def slower(test: str, factor: float, table: Table = SUITE) -> dict[str, Sample]:
    return {**table, test: scaled({test: table[test]}, factor)[test]}


def states(found: dict[str, Pace]) -> set[State]:
    return {pace.state for pace in found.values()}


def test_nothing_has_changed() -> None:
    found = compare(PAST, SUITE)
    assert {pace.state for pace in found.values()} == {State.USUAL}
    assert {pace.value for pace in found.values()} == {0.0}


@pytest.mark.parametrize(("test", "clock"), [(ONE, Clock.CPU), (SLEEP, Clock.WALL)])
def test_three_times_as_long_is_suspected_and_the_next_run_confirms_it(
    test: str, clock: Clock
) -> None:
    slow = slower(test, 3.0)
    first = compare(PAST, slow)
    assert first[test].state is State.SUSPECTED
    assert first[test].clock is clock
    assert first[test].low == 0.0
    assert first[test].value == pytest.approx(2.0, abs=0.2)
    second = compare([*PAST, slow], slow)
    assert second[test].state is State.CONFIRMED
    assert 1.5 < second[test].low < second[test].value < second[test].high
    for found in (first, second):
        assert {pace.state for id, pace in found.items() if id != test} == {State.USUAL}


def test_the_next_run_clears_it() -> None:
    assert compare([*PAST, slower(ONE, 3.0)], SUITE)[ONE].state is State.USUAL


def test_a_slow_run_long_ago_confirms_nothing() -> None:
    past = [*PAST, slower(ONE, 3.0), SUITE]
    assert compare(past, slower(ONE, 3.0))[ONE].state is State.SUSPECTED


@pytest.mark.parametrize(
    ("factor", "state", "low"),
    [(3.0, State.AGAIN, 1.5), (2.4, State.AGAIN, 1.2), (1.0, State.CLEARED, 0.0)],
)
def test_measured_again_the_lesser_time_counts(factor: float, state: State, low: float) -> None:
    again = {ONE: scaled({ONE: SUITE[ONE]}, factor)[ONE]}
    for past in (PAST, [*PAST, slower(ONE, 3.0)]):
        found = compare(past, slower(ONE, 3.0), again)[ONE]
        assert found.state is state
        assert found.low >= low
        assert found.value == pytest.approx(factor - 1, abs=0.2)


def test_a_slowdown_does_not_become_the_normal_unnoticed() -> None:
    slow = slower(ONE, 3.0)
    for count in range(1, WINDOW):
        assert compare([*PAST, *[slow] * count], slow)[ONE].state is State.CONFIRMED
    assert compare([*PAST, *[slow] * WINDOW], slow)[ONE].state is State.USUAL


def test_faster_is_told_without_an_alarm() -> None:
    found = compare(PAST, slower(ONE, 0.4))[ONE]
    assert found.state is State.FASTER
    assert found.value == pytest.approx(-0.6, abs=0.05)


@pytest.mark.parametrize(
    ("usual", "now", "state"),
    [
        (0.0001, 0.0003, State.USUAL),
        (0.0001, 0.0009, State.USUAL),
        (0.0001, 0.03, State.SUSPECTED),
        (0.004, 0.012, State.SUSPECTED),
    ],
)
def test_below_a_millisecond_a_ratio_says_nothing(usual: float, now: float, state: State) -> None:
    table = {**SUITE, "short": computes(usual)}
    assert compare(steady(table), {**table, "short": computes(now)})["short"].state is state


def test_a_short_test_that_computes_is_not_slow_because_it_had_to_wait_twice() -> None:
    """0.1 ms of CPU time, and pytest's own steps: what a preemption adds is wall time."""
    table = {**SUITE, "short": Sample(9e-5, 1.25e-4)}
    waited = {**table, "short": Sample(4e-4, 0.0107)}
    assert compare([*steady(table), waited], waited)["short"].low == 0


def test_a_test_that_stops_the_clock_is_judged_by_cpu_time() -> None:
    table = {**SUITE, "frozen": Sample(0.01, 0.0)}
    slow = {**table, "frozen": Sample(0.03, 0.0)}
    assert compare(steady(table), table)["frozen"].state is State.USUAL
    found = compare([*steady(table), slow], slow)["frozen"]
    assert (found.state, found.clock) == (State.CONFIRMED, Clock.CPU)


def test_windows_counts_cpu_time_in_ticks() -> None:
    environment = replace(LINUX, system="windows")
    present = replace(PRESENT, environment=environment)
    table = {**SUITE, "short": Sample(1 / 64, 1 / 64)}
    past = history(steady(table))
    runs = tuple(replace(one, kin=environment.kin, machine=_machine(present)) for one in past.runs)
    slow = {**table, "short": Sample(3 / 64, 3 / 64), ONE: computes(0.5)}
    found = paces(replace(past, runs=runs), present, slow).tests
    assert found["short"].state is State.USUAL
    assert found[ONE].state is State.SUSPECTED


def _machine(present: object) -> str:
    from pytest_readiness.measure.comparable import machine_of

    return machine_of(present).machine  # type: ignore[arg-type]


def test_a_busy_machine_stretches_wall_time_and_alarms_nobody() -> None:
    """Wall times of what computes triple, sleeps stay, CPU time rises by a fifth."""
    busy = {
        test: Sample((one.cpu or 0) * 1.2, one.wall * (3 if "computes" in test else 1))
        for test, one in SUITE.items()
    }
    for past in (PAST, [*PAST, busy]):
        assert {pace.state for pace in compare(past, busy).values()} == {State.USUAL}
    found = compare([*PAST, busy], {**busy, ONE: scaled({ONE: busy[ONE]}, 3.0)[ONE]})
    assert found[ONE].state is State.SUSPECTED


def test_work_of_the_system_counts_by_its_share() -> None:
    """A test of files: half of it is CPU time, which tells more than its restless wall time."""
    generator = random.Random(4)
    past = [
        {**table, "files": Sample(0.05, 0.1 * generator.choice((1, 1, 2, 4, 8)))} for table in PAST
    ]
    past[0]["files"] = Sample(0.05, 0.1)
    slow = {**SUITE, "files": Sample(0.15, 0.3)}
    found = compare([*past, slow], slow)["files"]
    assert found.state is State.CONFIRMED
    assert found.clock is Clock.BOTH
    assert 1.0 <= found.value <= 2.1  # 0.1 s more of 0.1 s at least


def test_by_cpu_time_alone_a_test_is_slower_by_that_share() -> None:
    """The wall time is what it was: the disk must have been quieter."""
    past = [
        {**table, "files": Sample(0.05, 0.4 if number else 0.1)}
        for number, table in enumerate(PAST)
    ]
    slow = {**SUITE, "files": Sample(0.15, 0.4)}
    found = compare([*past, slow], slow)["files"]
    assert (found.state, found.clock) == (State.CONFIRMED, Clock.CPU)
    assert found.value == pytest.approx(1.0, abs=0.3)  # 0.1 s more of 0.1 s


@pytest.mark.parametrize(
    ("cpu", "wall", "clock", "value"),
    [(3.0, 3.0, Clock.BOTH, 2.0), (3.0, 1.9, Clock.BOTH, 0.9), (1.0, 3.0, None, 0.0)],
    ids=["both say three times", "the wall time says less", "the wall time alone is noise"],
)
def test_where_cpu_time_confirms_wall_time_need_not_be_beyond_its_noise(
    cpu: float, wall: float, clock: Clock | None, value: float
) -> None:
    """A test of files that mostly waits for them, and now and then much longer."""
    waiting = (1, 4, 1, 1, 4, 1.1, 1, 4, 0.9, 1)
    past = [
        {**table, "files": Sample(0.003, 0.1 * factor)}
        for table, factor in zip(PAST, waiting, strict=True)
    ]
    slow = {**SUITE, "files": Sample(0.003 * cpu, 0.1 * wall)}
    found = compare([*past, slow], slow)["files"]
    assert (found.clock if found.state is State.CONFIRMED else None) is clock
    assert found.value == pytest.approx(value, abs=0.25)


def test_cpu_time_without_wall_time_is_no_slowdown_of_a_test_that_waits() -> None:
    past = [{**table, "files": Sample(0.003, 0.1)} for table in PAST]
    slow = {**SUITE, "files": Sample(0.009, 0.1)}
    assert compare([*past, slow], slow)["files"].state is State.USUAL


def test_what_delays_every_wait_is_no_slowdown_of_the_short_ones() -> None:
    """A busy scheduler ends each wait 10 ms later: nothing to the long, threefold for the short."""
    table = {**SUITE, "short": waits(0.004)}
    late = {
        test: Sample(one.cpu, one.wall + 0.01) if "computes" not in test else one
        for test, one in table.items()
    }
    found = compare([*steady(table), late], late)
    assert found["short"].state is State.USUAL
    slow = {**table, "short": waits(0.014)}
    assert compare([*steady(table), slow], slow)["short"].state is State.CONFIRMED


def test_without_cpu_times_wall_times_serve() -> None:
    bare = {test: Sample(None, one.wall) for test, one in SUITE.items()}
    slow = slower(ONE, 3.0, bare)
    found = compare([*steady(bare), slow], slow)
    assert found[ONE].state is State.CONFIRMED
    assert found[ONE].clock is Clock.WALL


def test_half_of_a_small_suite_may_be_slow() -> None:
    table = suite(computing=4)
    slow = {test: scaled({test: one}, 3.0)[test] for test, one in list(table.items())[:2]}
    now = {**table, **slow}
    found = compare([*steady(table), now], now)
    assert {test for test, pace in found.items() if pace.state is State.CONFIRMED} == set(slow)


# Which runs count


def own(number: int, branch: str = "feature") -> dict[int, dict[str, object]]:
    return {number: {"base": False, "branch": branch}}


FEATURE = replace(PRESENT, branch="feature", proposal="pull request")


@pytest.mark.parametrize(
    ("runs", "state"),
    [
        (own(10), State.CONFIRMED),
        (own(10, "another"), State.SUSPECTED),
        ({10: {"base": True, "branch": "main"}}, State.CONFIRMED),
        ({10: {"base": False, "branch": "feature", "machine": "another"}}, State.SUSPECTED),
    ],
    ids=["its own run", "a run of another branch", "the base itself", "another machine"],
)
def test_what_confirms_a_change_that_is_proposed(
    runs: dict[int, dict[str, object]], state: State
) -> None:
    slow = slower(ONE, 3.0)
    found = paces(history([*PAST, slow], runs), FEATURE, slow).tests
    assert found[ONE].state is state


def test_runs_of_a_proposal_never_move_the_window() -> None:
    slow = slower(ONE, 3.0)
    many = {number: own(number)[number] for number in range(10, 30)}
    found = paces(history([*PAST, *[slow] * 20], many), FEATURE, slow).tests
    assert found[ONE].state is State.CONFIRMED


def test_the_latest_run_of_the_proposal_decides() -> None:
    slow = slower(ONE, 3.0)
    runs = {10: own(10)[10], 11: own(11)[11]}
    found = paces(history([*PAST, slow, SUITE], runs), FEATURE, slow).tests
    assert found[ONE].state is State.SUSPECTED


def test_a_run_that_failed_is_no_window() -> None:
    failed: dict[int, dict[str, object]] = {n: {"exit_status": 1} for n in range(6)}
    found = paces(history(PAST, failed), PRESENT, SUITE)
    assert found.runs == 4
    assert not found.tests


def test_another_cpu_is_compared_where_nothing_else_is_there_and_said() -> None:
    others: dict[int, dict[str, object]] = {n: {"machine": "other"} for n in range(10)}
    found = paces(history(PAST, others), PRESENT, scaled(SUITE, 1.6))
    assert found.remark == "compared across CPU models"
    assert {pace.state for pace in found.tests.values()} == {State.USUAL}
    assert found.cpu == pytest.approx(1.6, rel=0.03)


def test_a_young_test_waits_for_its_runs() -> None:
    past = [{**table, "new": computes(0.1)} if n > 6 else table for n, table in enumerate(PAST)]
    found = compare(past, {**SUITE, "new": computes(0.9), "newest": computes(1.0)})
    assert (found["new"].state, found["new"].runs) == (State.YOUNG, 3)
    assert (found["newest"].state, found["newest"].runs) == (State.YOUNG, 0)


@pytest.mark.parametrize("runs", range(NEEDED))
def test_too_few_runs(runs: int) -> None:
    found = paces(history(PAST[:runs]), PRESENT, SUITE)
    assert not found.tests
    assert found.runs == runs


# To be measured again


def test_suspects_are_told_the_slowest_first() -> None:
    slow = {**slower(ONE, 3.0), SLEEP: waits(1.0)}
    found = suspects(history(PAST), PRESENT, slow)
    assert [suspect.test for suspect in found] == [SLEEP, ONE]
    assert found[1].ratio == pytest.approx(3.0, abs=0.2)
    assert not suspects(history(PAST), PRESENT, SUITE)


def test_what_the_run_before_confirms_is_measured_again_too() -> None:
    slow = slower(ONE, 3.0)
    assert [one.test for one in suspects(history([*PAST, slow]), PRESENT, slow)] == [ONE]


# Laws

factors = st.floats(0.3, 3.0)
sessions = st.lists(factors, min_size=11, max_size=11)


def drifting(by: list[float], table: Table = SUITE) -> list[dict[str, Sample]]:
    return [scaled(one, factor) for one, factor in zip(steady(table), by, strict=False)]


def close(one: dict[str, Pace], two: dict[str, Pace]) -> None:
    assert one.keys() == two.keys()
    for test, pace in one.items():
        assert pace.state is two[test].state
        assert pace[2:5] == pytest.approx(two[test][2:5], abs=1e-6)


@law
@given(sessions)
def test_how_fast_a_session_was_changes_nothing(by: list[float]) -> None:
    """All its times times a constant; none of them may come near to a millisecond."""
    long = scaled(SUITE, 10)
    slow = slower(ONE, 3.0, long)
    past = [*steady(long), slow]
    expected = dict(compare(past[1:], slow))
    scales = [*by, 1.0]
    moved = [scaled(one, factor) for one, factor in zip(past[1:], scales, strict=False)]
    close(dict(compare(moved, scaled(slow, by[-1]))), expected)


@law
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_tests_changes_nothing(generator: random.Random) -> None:
    slow = slower(SLEEP, 3.0)
    order = list(SUITE)
    generator.shuffle(order)
    past = [{test: table[test] for test in order} for table in [*PAST, slow]]
    now = {test: slow[test] for test in order}
    assert compare(past, now) == compare([*PAST, slow], slow)


@law
@given(st.integers(NEEDED, 30), st.integers(0, 9), st.floats(0.5, 2.0))
def test_more_history_never_makes_an_unchanged_test_slow(
    count: int, start: int, drift: float
) -> None:
    past = (steady(SUITE) * 4)[start : start + count]
    found = compare(past, scaled(SUITE, drift))
    assert {pace.state for pace in found.values()} <= {State.USUAL}


@law
@given(st.floats(1.0, 5.0), st.floats(1.0, 5.0))
def test_a_slower_test_is_never_judged_better(one: float, two: float) -> None:
    less, more = sorted((one, two))
    past = [*PAST, slower(ONE, 5.0)]
    first, second = (compare(past, slower(ONE, factor))[ONE] for factor in (less, more))
    assert first.low <= second.low + 1e-9
    assert first.high <= second.high + 1e-9


@law
@given(st.floats(1.0, 5.0), st.floats(1.0, 5.0))
def test_measuring_again_never_makes_it_worse_than_without(now: float, again: float) -> None:
    """Against a confirmation by the run before: a lesser time can only clear or soften."""
    past = [*PAST, slower(ONE, 5.0)]
    repeated = {ONE: scaled({ONE: SUITE[ONE]}, again)[ONE]}
    alone = compare(past, slower(ONE, now))[ONE]
    assert compare(past, slower(ONE, now), repeated)[ONE].low <= alone.low + 1e-9
