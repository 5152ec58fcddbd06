"""The baseline file: what is measured against it is what is measured against the history."""

from __future__ import annotations

import gzip
import json
import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kept
import strategies as made
from pytest_readiness.history import baseline_file
from pytest_readiness.history.entry import Entry, Value, entry_of
from pytest_readiness.history.interface import HistoryError, Store, Wanted
from pytest_readiness.history.published import published
from pytest_readiness.history.store import open_store
from pytest_readiness.measure.comparable import WINDOW
from pytest_readiness.measure.measure import measure
from pytest_readiness.model.evidence import (
    Attempt,
    Benchmark,
    Evidence,
    FileCoverage,
    Memory,
    Outcome,
)
from pytest_readiness.model.history import History, Series
from pytest_readiness.model.measurement import Measurement, Reading, Request
from strategies import examples

ONE, TWO, RARE = (f"tests/test_a.py::test_{name}" for name in ("one", "two", "rare"))
BENCH = "tests/test_b.py::test_speed"
PLACES = (
    made.LINUX,
    replace(made.LINUX, cpu="other", cpus=8),
    replace(made.LINUX, label="slow"),
    made.WINDOWS,
)
METRICS = (
    "tests.run",
    "tests.failed",
    "coverage.lines",
    "suite.duration",
    "suite.memory",
    "test.duration",
    "test.setup",
    "benchmark.time",
)
Values = Mapping[Series, Mapping[str, Value]]


def story(id: str, chance: random.Random, *, place: int, day: int, **fields: object) -> Evidence:
    """A run with times, memory, coverage and a benchmark of any size."""

    def seconds() -> float:
        return round(chance.uniform(0.001, 9), chance.randint(3, 5))

    tests: dict[str, Outcome | Attempt] = {
        name: made.attempt(setup=seconds(), call=seconds(), cpu=seconds()) for name in (ONE, TWO)
    }
    if chance.random() < 0.3 or id == "present":
        tests[RARE] = made.attempt(call=seconds())
    if chance.random() < 0.2:
        tests[TWO] = Outcome.FAILED
    stats = (("mean", seconds()), ("median", seconds()), ("min", seconds()))
    facts = (
        (Benchmark(stats=stats, rounds=5, iterations=1, data=(1.0, 2.0)), BENCH),
        (Memory(peak=chance.randint(1, 10**9)), ""),
        (FileCoverage(digest="d", statements=made.ALL, executed=made.ALL), "src/a.py"),
    )
    return kept.evidence(
        id,
        tests,
        *(made.record(data, subject, run=id) for data, subject in facts),
        day=day,
        environment=PLACES[place],
        sections=("tests", "memory", "benchmark", "coverage"),
        **fields,
    )


def values(chance: random.Random) -> Values:
    """What is kept of it; some of it broke a gate."""

    def value(number: float | Fraction) -> Value:
        return number, chance.random() < 0.8

    found: dict[Series, dict[str, Value]] = {
        Series("tests.run"): {"": value(chance.randint(0, 9))},
        Series("tests.failed"): {"": value(chance.randint(0, 2))},
        Series("coverage.lines"): {"": value(Fraction(chance.randint(0, 7), 7))},
        Series("suite.duration"): {"": value(chance.uniform(1, 99))},
        Series("suite.memory"): {"": value(chance.randint(1, 10**9))},
    }
    for series, name in (
        (Series("test.duration"), ONE),
        (Series("test.duration"), RARE),
        (Series("benchmark.time", "median"), BENCH),
    ):
        if chance.random() < 0.2:
            found.setdefault(series, {})[name] = (1.0, False)
    return found


@contextmanager
def store_of(entries: Sequence[Entry]) -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as directory:
        store = open_store("history.db", Path(directory))
        for one in entries:
            store.append(one)
        yield store
        store.close()


def measured(evidence: Evidence, history: History) -> list[Reading]:
    wanted = [Request(metric=name, baseline=True) for name in METRICS]
    found = measure(evidence, wanted, history=history)
    return [reading for request in wanted for reading in found[request]]


run = st.tuples(
    st.integers(0, 3),
    st.sampled_from(["base", "base", "base", "pull request"]),
    st.sampled_from([0, 0, 0, 1]),
)


@examples(30)
@given(runs=st.lists(run, max_size=45), seed=st.integers(0, 2**32), place=st.integers(0, 3))
def test_baselines_are_those_of_the_history(
    runs: list[tuple[int, str, int]], seed: int, place: int
) -> None:
    chance = random.Random(seed)
    entries = []
    for day, (where, of, status) in enumerate(runs, 1):
        proposal = of if of != "base" else ""
        evidence = story(
            f"run-{day:03}", chance, place=where, day=day, exit_status=status, proposal=proposal
        )
        entries.append(entry_of(evidence, None, values(chance)))
    present = story("present", chance, place=place, day=250)
    with store_of(entries) as store:
        whole = store.load(Wanted(kin=PLACES[place].kin))
        against_store = measured(present, whole)
        part = published(store)
    file = baseline_file.loads(baseline_file.dumps(part))
    assert all(run.base for run in file.runs)
    for one, other in zip(against_store, measured(present, file), strict=True):
        assert isinstance(one, Measurement)
        assert isinstance(other, Measurement)
        assert one.reference is not None
        assert other.reference is not None
        assert one.reference.missing == other.reference.missing
        if one.baseline is None:
            assert other.baseline is None
        elif isinstance(one.baseline, float):
            assert other.baseline == pytest.approx(one.baseline, rel=1e-3)
            assert other.reference == one.reference
        else:
            assert (other.baseline, other.reference) == (one.baseline, one.reference)


def some_history(number: int = 12) -> History:
    with store_of([kept.numbered(one) for one in range(number)]) as store:
        return published(store)


def test_only_the_latest_runs_are_published() -> None:
    entries = [kept.entry(f"run-{day:03}", day=day) for day in range(1, 60)]
    entries.append(kept.entry("a pull request", day=60, proposal="pull request"))
    with store_of(entries) as store:
        part = published(store)
        assert len(store.load(Wanted()).runs) == 60
    assert [run.id for run in part.runs] == [f"run-{day:03}" for day in range(60 - WINDOW, 60)]
    assert part.read_only


def test_a_test_that_ran_seldom_brings_its_own_runs() -> None:
    """Its times are in fewer than ten of the latest runs: older ones are published for it."""
    entries = [
        kept.entry(f"run-{day:03}", {ONE: Outcome.PASSED, **rare(day)}, day=day)
        for day in range(1, 60)
    ]
    with store_of(entries) as store:
        part = published(store)
    assert len(part.times[RARE]) == WINDOW
    assert {part.runs[time.run].id for time in part.times[RARE]} <= {run.id for run in part.runs}
    assert len(part.exposure[ONE]) == WINDOW


def rare(day: int) -> dict[str, Outcome]:
    return {RARE: Outcome.PASSED} if day % 4 == 0 else {}


def test_it_reads_back_as_it_was_written() -> None:
    part = some_history()
    data = baseline_file.dumps(part)
    again = baseline_file.loads(data)
    assert again.runs == part.runs
    assert again.exposure == part.exposure
    assert again.attempts == part.attempts
    assert baseline_file.dumps(again) == data
    assert baseline_file.loads(baseline_file.dumps(part, packed=True)) == again


def test_packed_or_not_the_same_history_makes_the_same_bytes() -> None:
    part = some_history()
    packed = baseline_file.dumps(part, packed=True)
    assert packed == baseline_file.dumps(part, packed=True)
    assert gzip.decompress(packed) == baseline_file.dumps(part)


def test_hostile_names_survive() -> None:
    name = "tests/t.py::test_x[\x1b[31m::error::\udc80\0]"
    with store_of([kept.entry("r", {name: Outcome.FAILED})]) as store:
        part = published(store)
    assert name in baseline_file.loads(baseline_file.dumps(part)).attempts


def damaged(text: str) -> list[tuple[str, bytes, str]]:
    document = json.loads(text)
    newer = {**document, "version": 99}
    lost = {**document, "runs": document["runs"][:1]}
    strange = {**document, "runs": [{**document["runs"][0], "ran": "many"}]}
    foreign = {**document, "runs": [{**document["runs"][0], "color": "red"}]}
    return [
        ("newer", json.dumps(newer).encode(), "upgrade"),
        ("cut", text[:200].encode(), "truncated"),
        ("packed and cut", gzip.compress(text.encode())[:100], "truncated"),
        ("no JSON", b"\x00\x01", "not readable"),
        ("another file", b"{}", "not a baseline file"),
        ("an array", b"[]", "not a baseline file"),
        ("runs lost", json.dumps(lost).encode(), "damaged"),
        ("wrong type", json.dumps(strange).encode(), "damaged"),
        ("unknown field", json.dumps(foreign).encode(), "damaged"),
        ("no runs", b'{"schema":"pytest-readiness/baseline","version":1}', "damaged"),
        ("bad version", b'{"schema":"pytest-readiness/baseline","version":"1"}', "version"),
        ("deep", b"[" * 100_000, "not readable"),
    ]


def test_a_file_that_cannot_be_used_says_why_and_what_to_do(tmp_path: Path) -> None:
    for what, content, said in damaged(baseline_file.dumps(some_history()).decode()):
        path = tmp_path / "baseline.json"
        path.write_bytes(content)
        with pytest.raises(HistoryError) as caught:
            baseline_file.read(path)
        assert said in f"{caught.value.message} {caught.value.remedy}", what
        assert caught.value.remedy, what
        assert str(path) in caught.value.message


@examples(150)
@given(data=st.data())
def test_damage_is_an_error_or_no_damage(data: st.DataObject) -> None:
    content = bytearray(CONTENT)
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[place] = data.draw(st.integers(0, 255))
    with suppress(HistoryError):
        assert isinstance(baseline_file.loads(bytes(content)), History)


CONTENT = baseline_file.dumps(some_history(4))


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="no such baseline file"):
        baseline_file.read(tmp_path / "gone.json")
    with pytest.raises(HistoryError, match="cannot be read"):
        baseline_file.read(tmp_path)
