"""``benchmark.slowdown``: what one session says, by the sessions before it."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarked import (
    MANIFEST,
    NAME,
    PHASES,
    SPIN,
    Session,
    benchmark,
    evidence,
    history,
    past,
    quiet,
    readings,
)
from pytest_readiness.measure.benchmark_verdict import Look, settle
from pytest_readiness.measure.exceeding import Compared, State
from pytest_readiness.measure.regression import judge_benchmarks, suspects
from pytest_readiness.measure.view import View
from pytest_readiness.model.evidence import Benchmark, Reason
from pytest_readiness.model.history import NO_HISTORY, History
from pytest_readiness.model.measurement import Measurement, NotMeasured
from pytest_readiness.model.metric import SubjectKind


def one(
    now: Benchmark, sessions: Sequence[Session], *again: Benchmark, known: History | None = None
) -> Measurement:
    found = readings(evidence({NAME: now}, *again), known or history(sessions))
    assert len(found) == 1
    assert isinstance(found[0], Measurement), found
    return found[0]


def absent(now: Benchmark, known: History) -> NotMeasured:
    (found,) = readings(evidence({NAME: now}), known)
    assert isinstance(found, NotMeasured), found
    return found


# one session


def test_within_the_noise_it_is_nothing() -> None:
    found = one(benchmark(0.00102), quiet())
    assert (found.value, found.low, found.high) == (0.0, None, None)
    assert found.detail.startswith("median +2.0 % against 10 runs")


def test_slower_once_is_a_suspect_that_no_gate_fails_on() -> None:
    found = one(benchmark(0.0012), quiet())
    assert found.value == pytest.approx(0.2, abs=0.01)
    assert found.low == 0.0
    assert found.high is not None
    assert found.high > found.value
    assert "suspected" in found.detail


def test_faster_is_told_as_an_improvement() -> None:
    found = one(benchmark(0.0008), quiet())
    assert found.value == pytest.approx(-0.2, abs=0.01)
    assert "faster" in found.detail


def test_a_slower_machine_is_no_slower_benchmark() -> None:
    sessions = [*quiet(6), *({NAME: benchmark(0.002 * part, 2 * SPIN)} for part in PHASES[:4])]
    assert one(benchmark(0.002, 2 * SPIN), sessions).value == 0.0
    assert "suspected" in one(benchmark(0.0024, 2 * SPIN), sessions).detail


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (benchmark(0.0026, 2 * SPIN), "another speed"),
        (benchmark(0.0016, SPIN, after=2 * SPIN), "changed its speed"),
        (benchmark(0.0014, least=0.00098), "only some of its rounds"),
    ],
)
def test_what_may_have_been_the_machine_is_not_certain(now: Benchmark, said: str) -> None:
    found = one(now, quiet())
    assert said in found.detail
    assert found.low == 0.0
    assert found.high is not None
    assert found.high >= found.value > 0


@pytest.mark.parametrize(("seconds", "value"), [(0.0014, 0.0), (0.00125, 0.25)])
def test_on_a_busy_machine_the_best_rounds_decide(seconds: float, value: float) -> None:
    """Spins between 0.5 and 1 ms on both sides; rounds that are slower, unless the best are too."""

    def busy(least: float, middle: float) -> Benchmark:
        one = benchmark(middle, least=least)
        mixed = tuple(SPIN * (1 + 0.1 * number) for number in range(10))
        return dataclasses.replace(one, before=mixed, after=mixed)

    sessions = [{NAME: busy(0.001 * part, 0.0015 * part**9)} for part in PHASES]
    least = 0.001 if value == 0.0 else seconds
    assert one(busy(least, 0.002), sessions).value == pytest.approx(value, abs=0.02)


def test_beyond_twice_needs_no_second_run() -> None:
    found = one(benchmark(0.0025), quiet())
    assert "confirmed by its size" in found.detail
    assert found.low is not None
    assert found.low > 1.2


@pytest.mark.parametrize(
    "now",
    [
        benchmark(0.01, SPIN, after=2 * SPIN),
        benchmark(0.01, 2 * SPIN),
        benchmark(0.01, least=0.005),
    ],
)
def test_nor_does_what_no_machine_explains(now: Benchmark) -> None:
    found = one(now, quiet())
    assert "confirmed by its size" in found.detail
    assert found.low is not None
    assert found.low > 1


def test_what_a_slower_machine_may_explain_needs_one() -> None:
    assert "confirmed" not in one(benchmark(0.0035, SPIN, after=2 * SPIN), quiet()).detail


# confirmed, cleared


def test_an_earlier_run_confirms() -> None:
    found = one(benchmark(0.0012), [*quiet(), {NAME: benchmark(0.00119)}])
    assert "confirmed by an earlier run" in found.detail
    assert found.low is not None
    assert 0.15 < found.low < found.value


@pytest.mark.parametrize(
    ("earlier", "now", "said"),
    [
        (0.0, 0.9, ""),
        (0.9, 0.4, ""),
        (0.6, 0.7, ""),
        (0.8, 0.8, "suspected"),
        (1.4, 0.8, "confirmed by an earlier run"),
        (0.8, 1.4, "confirmed by an earlier run"),
    ],
)
def test_a_second_sighting_needs_less_than_the_first(earlier: float, now: float, said: str) -> None:
    """In limits of the window: 0.15, as a logarithm."""

    def seen(strength: float) -> Compared:
        state = State.SLOWER if strength > 1 else State.WITHIN
        return Compared(state, 0.15 * strength, 0.04, 0.15, strength=strength)

    assert settle([Look(0.0, seen(now))], [seen(earlier)], 10).said == said


@pytest.mark.parametrize("count", [0, 1])
def test_two_doubts_about_the_machine_are_a_suspect_and_confirm_nothing(count: int) -> None:
    doubted = [{NAME: benchmark(0.0026, 2 * SPIN)}] * count
    found = one(benchmark(0.0016, SPIN, after=2 * SPIN), [*quiet(), *doubted])
    assert ("suspected" in found.detail) == bool(count)
    assert found.low == 0.0


@pytest.mark.parametrize(
    ("again", "said"),
    [
        ([benchmark(0.0012, again=45.0)], "confirmed by measuring again 45 s later"),
        ([benchmark(0.0012, again=5.0)], "suspected"),
        ([benchmark(0.001, again=5.0)], "slower at first, not 5 s later"),
        ([benchmark(0.0012, again=5.0), benchmark(0.001, again=50.0)], "slower at first"),
    ],
)
def test_measuring_again_confirms_or_clears(again: list[Benchmark], said: str) -> None:
    assert said in one(benchmark(0.0012), quiet(), *again).detail


def test_a_run_of_the_same_branch_confirms_and_one_of_another_does_not() -> None:
    sessions = [*quiet(), {NAME: benchmark(0.0012)}]
    run = dataclasses.replace(MANIFEST, branch="feature", proposal="pull request")
    for branch, said in (("feature", "confirmed"), ("other", "suspected")):
        known = history(sessions, {10: past(10, base=False, branch=branch)})
        (found,) = readings(evidence({NAME: benchmark(0.0012)}, run=run), known)
        assert isinstance(found, Measurement)
        assert said in found.detail


# the window


def test_a_slower_level_is_not_taken_for_normal_until_it_was_told_ten_times() -> None:
    slow = [{NAME: benchmark(0.0012 * part)} for part in PHASES]
    for count in (1, 5, 9):
        found = one(benchmark(0.0012), [*quiet(), *slow[:count]])
        assert found.value == pytest.approx(0.2, abs=0.02)
        assert "confirmed" in found.detail
    found = one(benchmark(0.0012), [*quiet(), *slow])
    assert found.value == 0.0
    assert "10 runs in a row were slower" in found.detail


@pytest.mark.parametrize(
    "fields", [{"base": False, "branch": "x"}, {"exit_status": 1}, {"failed": 2}]
)
def test_other_branches_and_failed_runs_never_move_the_window(fields: dict[str, object]) -> None:
    sessions = [*quiet(6), *({NAME: benchmark(0.0012)} for _ in range(12))]
    known = history(sessions, {index: past(index, **fields) for index in range(6, 18)})
    found = one(benchmark(0.0012), sessions, known=known)
    assert found.value == pytest.approx(0.2, abs=0.02)
    assert "against 6 runs" in found.detail


def test_another_machine_is_not_compared_with() -> None:
    known = history(quiet(), {index: past(index, machine="x", fleet="y") for index in range(10)})
    assert absent(benchmark(0.001), known).message == "no baseline: 0 of 5 comparable runs"


def test_across_cpu_models_it_says_so() -> None:
    known = history(quiet(), {index: past(index, machine="x") for index in range(10)})
    assert "compared across CPU models" in one(benchmark(0.001), [], known=known).detail


@pytest.mark.parametrize("count", [0, 1, 4])
def test_with_too_few_runs_there_is_no_baseline(count: int) -> None:
    found = absent(benchmark(0.001), history(quiet(count)))
    assert found.reason is Reason.NO_BASELINE
    assert found.message == f"no baseline: {count} of 5 comparable runs"
    assert found.remedy


def test_without_a_history_it_says_why() -> None:
    found = absent(benchmark(0.001), NO_HISTORY)
    assert (found.reason, found.message) == (Reason.NO_BASELINE, "no history is kept")
    broken = History(problem="history.db is corrupt", unreadable=True)
    assert absent(benchmark(0.001), broken).reason is Reason.ERROR


def test_a_changed_benchmark_starts_a_new_window_and_says_so() -> None:
    known = history([*quiet(8, code="old")])
    found = absent(benchmark(0.002, code="new"), known)
    assert "the benchmark itself has changed" in found.message
    sessions = [*quiet(8, code="old"), *quiet(3, 0.002, code="new")]
    found = absent(benchmark(0.002, code="new"), history(sessions))
    assert found.message == "no baseline: 3 of 5 comparable runs since its code changed"
    sessions += quiet(3, 0.002, code="new")
    measured = one(benchmark(0.002, code="new"), sessions)
    assert measured.value == 0.0
    assert "its code changed" in measured.detail


def test_a_renamed_benchmark_is_followed_by_its_code() -> None:
    former = [{"tests/test_speed.py::test_old": session[NAME]} for session in quiet(code="abc")]
    found = one(benchmark(0.0012, code="abc"), former)
    assert found.value == pytest.approx(0.2, abs=0.02)
    assert "it was called tests/test_speed.py::test_old before" in found.detail
    twice = [
        {**session, "tests/test_speed.py::test_other": session[next(iter(session))]}
        for session in former
    ]
    assert absent(benchmark(0.0012, code="abc"), history(twice)).reason is Reason.NO_BASELINE


# without a canary


CALM = (1, 1, 1, 1, 1.5, 1, 1, 1, 1.5, 1)
BIMODAL = (1, 1.5, 1, 1, 1.5, 1, 1.5, 1, 1.5, 1)
MOODY = (1, 1.5, 1.5, 1, 1.5, 1, 1.5, 1.5, 1.5, 1)


@pytest.mark.parametrize(
    ("speeds", "said"),
    [(CALM, "8 runs"), (BIMODAL, "6 runs"), (MOODY, "there is no canary")],
    ids=("calm", "bimodal", "moody"),
)
def test_without_a_canary_the_drift_of_the_others_stands_in(
    speeds: tuple[float, ...], said: str
) -> None:
    names = [NAME, *(f"tests/test_speed.py::test_{number}" for number in range(4))]
    sessions = [
        {name: benchmark(0.001 * part * speed, None) for name in names}
        for part, speed in zip(PHASES, speeds, strict=True)
    ]
    drifted = {name: benchmark(0.0015, None) for name in names}
    calm = readings(evidence(drifted), history(sessions))
    assert [found.value for found in calm if isinstance(found, Measurement)] == [0.0] * 5
    now = {name: benchmark(0.001, None) for name in names} | {NAME: benchmark(0.0012, None)}
    found = {one.subject.id: one for one in readings(evidence(now), history(sessions))}
    own = found[NAME]
    assert isinstance(own, Measurement)
    assert own.value == pytest.approx(0.2, abs=0.03)
    assert own.low == 0.0
    assert said in own.detail


def test_without_a_canary_others_that_disagree_are_no_drift() -> None:
    names = [NAME, *(f"tests/test_speed.py::test_{number}" for number in range(4))]
    sessions = [{name: benchmark(0.001 * part, None) for name in names} for part in PHASES]
    speeds = (1.3, 1.0, 1.0, 1.3, 1.3)
    now = {name: benchmark(0.001 * speed, None) for name, speed in zip(names, speeds, strict=True)}
    found = {one.subject.id: one for one in readings(evidence(now), history(sessions))}
    own = found[NAME]
    assert isinstance(own, Measurement)
    assert own.low == 0.0
    assert "changed its speed" in own.detail


def test_alone_and_without_a_canary_it_takes_more_and_a_second_run() -> None:
    sessions = quiet(spin=None)
    assert one(benchmark(0.00105, None), sessions).value == 0.0
    assert "nothing tells how fast" in one(benchmark(0.002, None), sessions).detail
    sessions.append({NAME: benchmark(0.002, None)})
    assert "confirmed by an earlier run" in one(benchmark(0.002, None), sessions).detail


# many at once


def test_many_suspects_are_one_finding_with_members() -> None:
    names = [f"tests/test_speed.py::test_{number}" for number in range(5)]
    sessions = [{name: benchmark(0.001 * part) for name in names} for part in PHASES]
    now = {name: benchmark(0.0012 if name != names[0] else 0.001) for name in names}
    suite, own = readings(evidence(now), history(sessions))
    assert isinstance(suite, Measurement)
    assert suite.subject.kind is SubjectKind.RUN
    assert suite.value == pytest.approx(0.2, abs=0.02)
    assert suite.low == 0.0
    assert "4 of 5 benchmarks are slower together" in suite.detail
    assert {member.subject.id for member in suite.members} == set(names[1:])
    assert own.subject.id == names[0]
    confirmed, _ = readings(evidence(now), history([*sessions, now]))
    assert isinstance(confirmed, Measurement)
    assert confirmed.low is not None
    assert confirmed.low > 0.1


def test_who_is_to_be_measured_again() -> None:
    names = [f"tests/test_speed.py::test_{number}" for number in range(3)]
    sessions = [{name: benchmark(0.001 * part) for name in names} for part in PHASES]
    now = {
        names[0]: benchmark(0.001),
        names[1]: benchmark(0.0012),
        names[2]: benchmark(0.0026, 2 * SPIN),
    }
    assert suspects(evidence(now), history(sessions)) == (names[1], names[2])
    assert suspects(evidence(now), NO_HISTORY) == ()


# laws

PARTS = st.lists(st.floats(0.9, 1.1), min_size=5, max_size=12)


@given(PARTS, st.floats(0.5, 3.0), st.floats(1.0, 2.0), st.sampled_from(("median", "min", "mean")))
def test_slower_is_never_judged_milder(
    parts: list[float], first: float, more: float, statistic: str
) -> None:
    known = history([{NAME: benchmark(0.001 * part)} for part in parts])

    def value(seconds: float) -> float:
        (found,) = readings(evidence({NAME: benchmark(seconds)}), known, statistic=statistic)
        return float(found.value) if isinstance(found, Measurement) else -2.0

    assert value(0.001 * first * more) >= value(0.001 * first) - 1e-9


# powers of two scale floats exactly: any other factor would break ties of the parts
@given(PARTS, st.floats(0.5, 3.0), st.sampled_from((0.25, 0.5, 2.0, 4.0)))
def test_seconds_have_no_scale(parts: list[float], now: float, scale: float) -> None:
    def said(unit: float) -> list[float]:
        known = history([{NAME: benchmark(unit * part)} for part in parts])
        found = judge_benchmarks(View(evidence({NAME: benchmark(unit * now)})), known, "median")
        return [one.verdict.slowdown for one in found if one.verdict is not None]

    assert said(0.001) == pytest.approx(said(0.001 * scale), abs=1e-6)


def test_false_alarms_and_what_is_found_on_noise_made_by_chance() -> None:
    """Lognormal noise of 2 %, of the machine and of each run: 600 sessions of each kind."""
    rng = random.Random(7)

    def session(factor: float = 1.0) -> Benchmark:
        speed = rng.lognormvariate(0, 0.02)
        spin = SPIN * speed * rng.lognormvariate(0, 0.005)
        return benchmark(0.001 * factor * speed * rng.lognormvariate(0, 0.02), spin)

    false = found = 0
    for _ in range(600):
        known = history([{NAME: session()} for _ in range(10)])
        false += bool(suspects(evidence({NAME: session()}), known))
        found += bool(suspects(evidence({NAME: session(1.2)}), known))
    assert false <= 6
    assert found >= 540
