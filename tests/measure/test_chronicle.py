"""What a history tells of one test, one benchmark, one metric."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pytest_readiness.measure import chronicle
from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.measure.comparable import NEEDED, WINDOW
from pytest_readiness.measure.standing import Standings
from pytest_readiness.model.evidence import Outcome
from pytest_readiness.model.history import (
    History,
    PastAttempt,
    PastBenchmark,
    PastRun,
    PastTime,
    PastValue,
    Series,
)

TEST = "tests/test_a.py::test_one"


def past(number: int, **fields: object) -> PastRun:
    usual: dict[str, object] = {
        "id": f"r{number}",
        "started": f"2026-01-{number + 1:02}T00:00:00Z",
        "kin": "k",
        "machine": "m",
        "fleet": "f",
        "tree": "t",
        "base": True,
    }
    return PastRun(**{**usual, **fields})  # type: ignore[arg-type]


def history(count: int, **fields: object) -> History:
    runs = tuple(past(number) for number in range(count))
    return History(runs=runs, **fields)  # type: ignore[arg-type]


def test_a_test_that_never_ran_has_an_empty_record() -> None:
    told = chronicle.of_test(history(3), TEST)
    assert (told.runs, told.looked, told.attempts, told.paces, told.trials) == (0, 3, 0, (), ())


def test_attempts_are_counted_and_those_that_passed_are_not_listed() -> None:
    attempts = [
        PastAttempt(0, 0, Outcome.FAILED, superseded=True),
        PastAttempt(0, 1, Outcome.PASSED),
        PastAttempt(1, 0, Outcome.PASSED),
        PastAttempt(2, 0, Outcome.ERROR, broken="crash"),
        PastAttempt(3, 0, Outcome.SKIPPED),
    ]
    told = chronicle.of_test(
        history(4, exposure={TEST: {0: 2, 1: 1, 2: 1}}, attempts={TEST: attempts}), TEST
    )
    assert (told.runs, told.attempts, told.reruns, told.bad) == (3, 4, 1, 2)
    assert [trial.attempt.run for trial in told.trials] == [2, 0]
    assert told.trials[0].run.id == "r2"


def test_times_are_put_beside_those_of_the_same_machine_only() -> None:
    runs = tuple(past(number, machine="mn"[number % 2]) for number in range(6))
    times = [PastTime(number, number / 8, number / 4) for number in range(6)]
    told = chronicle.of_test(History(runs=runs, times={TEST: times}), TEST)
    assert [pace.machine for pace in told.paces] == ["m", "n"]  # where it last ran comes last
    assert [one.run.id for one in told.paces[1].times] == ["r1", "r3", "r5"]
    assert (told.paces[1].wall, told.paces[1].cpu, told.paces[1].before) == (0.75, 0.375, None)


@pytest.mark.parametrize(
    ("count", "wall", "before"),
    [
        (1, 0.0, None),
        (WINDOW + NEEDED - 1, 8.5, None),
        (WINDOW + NEEDED, 9.5, 2.0),
        (3 * WINDOW, 24.5, 14.5),
    ],
)
def test_the_latest_ten_and_the_ten_before(count: int, wall: float, before: float | None) -> None:
    times = [PastTime(number, None, float(number)) for number in range(count)]
    runs = tuple(past(0) for _ in range(count))
    (pace,) = chronicle.of_test(History(runs=runs, times={TEST: times}), TEST).paces
    assert (pace.wall, pace.before, pace.cpu) == (wall, before, None)


def bench(number: int, code: str = "c") -> PastBenchmark:
    return PastBenchmark(
        run=number, stats={"median": float(number)}, rounds=5, iterations=1, code=code
    )


@pytest.mark.parametrize(
    ("runs", "codes", "window", "value"),
    [
        ([{}] * 4, "cccc", [0, 1, 2, 3], None),
        ([{}] * 5, "ccccc", [0, 1, 2, 3, 4], 2.0),
        ([{}] * 12, "c" * 12, list(range(2, 12)), 6.5),
        ([{}] * 6, "bccccc", [1, 2, 3, 4, 5], 3.0),
        ([{"base": False}, *[{}] * 5], "cccccc", [1, 2, 3, 4, 5], 3.0),
        ([{"exit_status": 1}, *[{}] * 5], "cccccc", [1, 2, 3, 4, 5], 3.0),
    ],
)
def test_a_benchmarks_window(
    runs: list[dict[str, object]], codes: str, window: list[int], value: float | None
) -> None:
    known = History(
        runs=tuple(past(number, **fields) for number, fields in enumerate(runs)),
        benchmarks={TEST: [bench(number, code) for number, code in enumerate(codes)]},
    )
    (pace,) = chronicle.of_benchmark(known, TEST).paces
    assert [one.benchmark.run for one in reversed(pace.records) if one.window] == window
    assert pace.window == value


def test_trends_are_of_the_base_branch_and_of_one_environment_each() -> None:
    runs = (past(0), past(1, base=False), past(2, kin="other"), past(3))
    values = [PastValue(number, Fraction(number, 4)) for number in range(4)]
    known = History(
        runs=runs,
        values={
            Series("coverage.lines"): {"": values},
            Series("coverage.file"): {"src/a.py": values[:1]},
            Series("acme.latency"): {"": values[:1]},
        },
    )
    told = chronicle.trends(known, CATALOGUE)
    assert [(one.series.metric, one.kin, len(one.values)) for one in told] == [
        ("acme.latency", "k", 1),
        ("coverage.lines", "k", 2),
        ("coverage.lines", "other", 1),
    ]
    (file,) = chronicle.trends(known, CATALOGUE, ["coverage.file"])
    assert (file.subject, file.metric.name) == ("src/a.py", "coverage.file")
    assert chronicle.recorded(known) == {"coverage.lines", "coverage.file", "acme.latency"}


def test_a_standing_is_of_one_environment() -> None:
    runs = tuple(past(number, kin="kj"[number % 2]) for number in range(12))
    attempts = [PastAttempt(number, 0, Outcome.FAILED) for number in (0, 4, 8)]
    attempts += [
        PastAttempt(number, 0, Outcome.PASSED) for number in range(12) if number not in (0, 4, 8)
    ]
    once = dict.fromkeys(range(12), 1)
    known = History(
        runs=runs, exposure={TEST: once, "other": once}, attempts={TEST: sorted(attempts)}
    )
    standings = Standings(known)
    (one,) = standings.of(TEST)
    assert (one.kin, one.failed, one.ran) == ("k", 3, 6)
    assert one.rung in ("observed", "confirmed")
    assert 0 < one.low < one.high < 1
    assert one.missing > 0
    assert standings.of("other") == ()
