"""What a store keeps is what it gives back, in SQLite and in PostgreSQL alike."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import os
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given

from judging import gate
from kept import entry, evidence, numbered, renamed
from pytest_readiness.history.entry import entry_of
from pytest_readiness.history.interface import HistoryError, Store, Wanted
from pytest_readiness.history.rebuild import evidence_of
from pytest_readiness.history.store import open_store
from pytest_readiness.model.evidence import Benchmark, Evidence, Outcome, Run
from pytest_readiness.model.history import Part, PastAttempt, PastTime, PastValue, Series
from pytest_readiness.model.policy import Policy
from pytest_readiness.pipeline import evaluate
from strategies import WINDOWS, attempt, evidences, examples, record, sets_of_records

TODAY = datetime.date(2026, 6, 1)
LINES = Series("coverage.lines")
GATES = Policy(
    gates=(
        gate("tests.collected", ">= 2"),
        gate("tests.failed", "== 0"),
        gate("tests.flaky", "<= 1"),
        gate("tests.skipped", "<= 50%"),
        gate("tests.warnings", "<= 3"),
        gate("tests.deselected", "<= 1"),
        gate("tests.unbounded", "<= 2"),
        gate("coverage.total", ">= 30%"),
        gate("coverage.file", ">= 20%"),
        gate("coverage.patch", ">= 40%"),
        gate("test.duration", "<= 2s"),
        gate("suite.memory", "<= 4KiB"),
        gate("benchmark.time", "<= 1s"),
    )
)
TIME = Series("test.duration", "p95", "shop")
shared = examples(30, suppress_health_check=[HealthCheck.function_scoped_fixture])
_seen = iter(range(1 << 30))


def test_an_empty_history(store: Store) -> None:
    history = store.load(Wanted())
    assert history.runs == ()
    assert not any((history.values, history.attempts, history.exposure, history.times))
    assert list(store.entries()) == []
    assert store.notes == ()
    assert store.prune(1, 1, TODAY) == 0


def test_a_run_counts_once(store: Store) -> None:
    assert store.append(numbered(1))
    assert not store.append(numbered(1))
    assert not store.append(renamed(numbered(2), "run-001"))
    assert list(store.entries()) == [numbered(1)]


def test_entries_come_oldest_first_however_they_were_added(store: Store) -> None:
    for number in (3, 1, 2):
        store.append(numbered(number))
    assert [one.run.id for one in store.entries()] == ["run-001", "run-002", "run-003"]
    assert [one.run.id for one in store.entries(last=2)] == ["run-002", "run-003"]
    assert [one.run.id for one in store.entries(run="run-002")] == ["run-002"]
    assert list(store.entries(last=0)) == list(store.entries(run="nobody")) == []


def test_the_latest_runs_of_a_kin_without_those_left_out(store: Store) -> None:
    for number in range(6):
        store.append(numbered(number))
    store.append(entry("elsewhere", day=9, environment=WINDOWS))
    wanted = Wanted(kin="cpython3.12-linux", limit=3, exclude=frozenset({"run-004"}))
    assert [run.id for run in store.load(wanted).runs] == ["run-002", "run-003", "run-005"]
    assert len(store.load(Wanted()).runs) == 7
    assert [run.id for run in store.load(Wanted(kin="cpython3.13-windows")).runs] == ["elsewhere"]


def test_only_the_parts_that_are_wanted(store: Store) -> None:
    speed = record(Benchmark(stats=(("median", 1.0),), rounds=5, iterations=1), "b", run="r")
    store.append(entry("r", None, speed, values={LINES: {"": (Fraction(1, 3), True)}}))
    filled = {
        part: [
            name
            for name in ("values", "exposure", "times", "benchmarks")
            if getattr(store.load(Wanted(parts=frozenset({part}))), name)
        ]
        for part in Part
    }
    assert filled == {
        Part.VALUES: ["values"],
        Part.ATTEMPTS: ["exposure"],
        Part.TIMES: ["times"],
        Part.BENCHMARKS: ["benchmarks"],
    }


def test_times_of_the_latest_runs_of_each_fleet(store: Store) -> None:
    for number in range(1, 6):
        store.append(numbered(number))
    store.append(
        entry("elsewhere", {"tests/test_a.py::test_1": Outcome.PASSED}, environment=WINDOWS)
    )
    history = store.load(Wanted(times=2))
    assert [time.run for time in history.times["tests/test_a.py::test_1"]] == [0, 4, 5]
    assert list(history.exposure["tests/test_a.py::test_1"]) == [0, 1, 2, 3, 4, 5]
    assert not any(store.load(Wanted(times=0)).times.values())


def test_values_are_exact(store: Store) -> None:
    numbers = [Fraction(1482, 1586), 17, 10**30, 0.1 + 0.2, Fraction(90), -0.5]
    for day, value in enumerate(numbers, 1):
        named = {"tests/a.py::test é\0 \udc80": (value, value != 17)}
        store.append(entry(f"r{day}", day=day, values={LINES: named, TIME: {"x": (1.5, True)}}))
    history = store.load(Wanted())
    assert list(history.values) == [LINES, TIME] or list(history.values) == [TIME, LINES]
    ((name, past),) = history.values[LINES].items()
    assert name == "tests/a.py::test é\0 \udc80"
    assert past == [PastValue(run, value, value != 17) for run, value in enumerate(numbers)]
    assert [type(one.value) for one in past] == [type(value) for value in numbers]
    only = store.load(Wanted(series=frozenset({TIME}))).values
    assert list(only) == [TIME]


def test_infinite_values_are_no_baselines(store: Store) -> None:
    named = {"a": (float("inf"), True), "b": (float("nan"), True), "c": (1, True)}
    store.append(entry(values={LINES: named}))
    assert store.load(Wanted()).values == {LINES: {"c": [PastValue(0, 1)]}}


def test_what_is_known_of_tests(store: Store) -> None:
    a, b, c, d = (f"tests/test_a.py::test_{name}" for name in "abcd")
    plain = Outcome.PASSED
    store.append(entry("r1", {a: plain, b: plain, c: Outcome.SKIPPED}, day=1))
    again = record(attempt(plain, cpu=0.25), a, run="r2", attempt=1)
    broke = attempt(Outcome.FAILED, superseded=True, signature="ValueError at a.py:3")
    store.append(entry("r2", {a: broke, b: plain, c: Outcome.SKIPPED}, again, day=2))
    ended = attempt(Outcome.FAILED, crashed=True)
    store.append(entry("r3", {b: plain, c: plain, d: ended}, day=3))
    history = store.load(Wanted())
    assert dict(history.exposure) == {a: {0: 1, 1: 2}, b: {0: 1, 1: 1, 2: 1}, c: {2: 1}, d: {2: 1}}
    assert dict(history.attempts) == {
        a: [
            PastAttempt(0, 0, plain),
            PastAttempt(1, 0, Outcome.FAILED, True, "ValueError at a.py:3"),
            PastAttempt(1, 1, plain),
        ],
        d: [PastAttempt(2, 0, Outcome.FAILED, broken="crash")],
    }
    usual = (0.375, 0.5, 0.25, 0.125)
    assert dict(history.times) == {
        a: [PastTime(0, *usual), PastTime(1, 0.25, 0.5, 0.25, 0.125)],
        b: [PastTime(run, *usual) for run in range(3)],
        c: [PastTime(2, *usual)],
        d: [],
    }
    assert "nobody" not in history.times
    with pytest.raises(KeyError):
        history.exposure["nobody"]


def test_a_test_that_broke_after_it_passed_is_unsteady(store: Store) -> None:
    store.append(entry("r", {"a": attempt(Outcome.PASSED, errors=("teardown",))}))
    assert store.load(Wanted()).attempts["a"][0].outcome is Outcome.ERROR


def test_benchmarks_come_with_their_sketch(store: Store) -> None:
    slow, fast = (
        Benchmark(
            stats=(("mean", value), ("median", value)),
            rounds=100,
            iterations=2,
            data=tuple(value + round / 100 for round in range(100)),
            before=(0.5,),
            after=(0.25, 0.5),
            code="c",
        )
        for value in (2.0, 1.0)
    )
    again = dataclasses.replace(slow, again=31.0)
    others = [record(slow, "b", run="r", attempt=n) for n in (0,)]
    others += [record(again, "b", run="r", attempt=1), record(fast, "a", run="r")]
    store.append(entry("r", None, *others))
    (past,) = store.load(Wanted()).benchmarks["b"]
    assert past.stats == {"mean": 2.0, "median": 2.0}
    assert (past.rounds, past.iterations, past.before, past.after) == (100, 2, (0.5,), (0.25, 0.5))
    assert (past.sketch[0], past.sketch[5], past.sketch[10]) == (2.0, 2.495, 2.99)
    assert past.code == "c"
    kept = {r.attempt: r.data for r in store.evidence("r").records if r.subject == "b"}
    assert kept[1] == dataclasses.replace(again, data=past.sketch)


@shared
@given(evidence=evidences() | sets_of_records())
def test_an_entry_comes_back_as_it_was(store: Store, evidence: Evidence) -> None:
    """Law: appending and reading is the identity, and so is making evidence of it again."""
    if not any(type(record.data) is Run for record in evidence.records):
        with pytest.raises(ValueError, match="no manifest"):
            entry_of(evidence, None, {})
        return
    made = entry_of(evidence, None, {TIME: {"a": (Fraction(2, 3), False), "b": (1, True)}})
    kept = renamed(made, f"{made.run.id}-{next(_seen)}")
    assert store.append(kept)
    assert list(store.entries(run=kept.run.id)) == [kept]
    assert store.evidence(kept.run.id) == evidence_of(made)
    assert entry_of(store.evidence(kept.run.id), None, made.values) == made


@shared
@given(evidence=evidences())
def test_a_kept_run_is_judged_as_it_was(store: Store, evidence: Evidence) -> None:
    made = entry_of(evidence, None, {})
    kept = renamed(made, f"{made.run.id}-{next(_seen)}")
    store.append(kept)
    again = store.evidence(kept.run.id)
    assert again == evidence
    assert evaluate(again, GATES, today=TODAY) == evaluate(evidence, GATES, today=TODAY)


def test_runs_are_forgotten_by_age_and_by_number(store: Store) -> None:
    for number in range(1, 11):
        store.append(numbered(number))
    assert store.prune(0, 0, TODAY) == 0
    assert store.prune(7, 0, datetime.date(2026, 1, 11)) == 2
    assert [one.run.id for one in store.entries(last=1)] == ["run-010"]
    assert store.prune(0, 3, TODAY) == 5
    assert [one.run.id for one in store.entries()] == ["run-008", "run-009", "run-010"]
    assert list(store.entries()) == [numbered(number) for number in (8, 9, 10)]
    assert store.prune(1, 3, TODAY) == 3
    assert store.load(Wanted()).runs == ()
    assert store.append(numbered(1))


def test_no_such_run(store: Store) -> None:
    with pytest.raises(HistoryError, match="has no run nobody"):
        store.evidence("nobody")


def test_opened_to_be_read(where: str, tmp_path: Path) -> None:
    with pytest.raises(HistoryError):
        open_store(where, tmp_path, read_only=True)
    with pytest.raises(HistoryError):
        open_store(where, tmp_path, create=False)
    with contextlib.closing(open_store(where, tmp_path)) as store:
        store.append(numbered(1))
    with contextlib.closing(open_store(where, tmp_path, read_only=True)) as store:
        assert len(store.load(Wanted()).runs) == 1
        for attempted in (lambda: store.append(numbered(2)), lambda: store.prune(0, 1, TODAY)):
            with pytest.raises(HistoryError, match="read"):
                attempted()


def test_a_forked_child_has_a_connection_of_its_own(store: Store) -> None:
    store.append(numbered(1))
    child = os.fork()
    if not child:
        try:
            os._exit(0 if store.append(numbered(2)) else 1)
        finally:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0
    assert store.append(numbered(3))
    assert len(list(store.entries())) == 3


def test_evidence_is_made_again_for_each_environment(store: Store) -> None:
    both = evidence("r1").merge(evidence("r2", environment=WINDOWS))
    made = entry_of(both, None, {})
    store.append(made)
    assert store.evidence(made.run.id) == both
    history = store.load(Wanted())
    assert sorted(history.exposure) == [
        "tests/test_a.py::test_one [cpython3.12-linux]",
        "tests/test_a.py::test_one [cpython3.13-windows]",
    ]
    assert history.runs[0].kin == "cpython3.12-linux+cpython3.13-windows"
