"""What a measurement is compared with: which runs count, which values, and why there are none."""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Mapping, Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_readiness.measure.baseline import series_of
from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.measure.comparable import NEEDED, WINDOW, Present, alike, like, machine_of
from pytest_readiness.measure.measure import measure
from pytest_readiness.model.evidence import (
    Benchmark,
    Evidence,
    Figure,
    Outcome,
    Reason,
    Selection,
)
from pytest_readiness.model.history import (
    History,
    PastBenchmark,
    PastRun,
    PastTime,
    PastValue,
    Series,
)
from pytest_readiness.model.measurement import (
    Component,
    Measurement,
    NotMeasured,
    Number,
    Reference,
    Request,
)
from pytest_readiness.model.metric import Direction, Metric, Unit
from strategies import LINUX, WINDOWS, evidence_of, law, record
from strategies import run as run_of

A, B = "tests/test_a.py::test_a", "tests/test_a.py::test_b"
NOW = evidence_of((A, Outcome.PASSED), (B, Outcome.PASSED))
MACHINE = machine_of(run_of())


def past(number: int = 0, **fields: object) -> PastRun:
    usual: dict[str, object] = {
        "id": f"run {number}",
        "started": f"2026-11-{number + 1:02}T10:00:00Z",
        "kin": LINUX.kin,
        "machine": MACHINE.machine,
        "fleet": MACHINE.fleet,
        "commit": f"{number:07x}abc",
        "branch": "main",
        "base": True,
    }
    return PastRun(**{**usual, **fields})  # type: ignore[arg-type]


def series(metric: str, statistic: str = "", component: str = "") -> Series:
    return series_of(CATALOGUE[metric], statistic, component)


def history(
    values: Sequence[Number],
    *,
    of: Series,
    name: str = "",
    held: Mapping[int, bool] = {},
    **fields: object,
) -> History:
    """A run a value, the oldest first; ``fields`` of all runs."""
    told = [PastValue(run, value, held.get(run, True)) for run, value in enumerate(values)]
    runs = tuple(past(number, **fields) for number in range(len(values)))
    return History(runs=runs, values={of: {name: told}})


def read(
    evidence: Evidence, metric: str, past: History, *, name: str = "", **request: str
) -> Measurement:
    asked = Request(metric=metric, baseline=True, **request)
    components = [Component(name="unit", paths=("tests/**",))]
    found = measure(evidence, [asked], history=past, components=components)[asked]
    (reading,) = (one for one in found if one.subject.name == name)
    assert isinstance(reading, Measurement), reading
    return reading


def why(reading: Measurement) -> str:
    assert reading.baseline is None
    assert reading.reference is not None
    assert reading.reference.missing is Reason.NO_BASELINE
    return reading.reference.text


RUN_COUNT = series("tests.run")


def test_what_is_exact_has_the_latest_value() -> None:
    reading = read(NOW, "tests.run", history([10, 7, 12, 9], of=RUN_COUNT))
    assert reading.value == 2
    assert reading.baseline == 9
    assert reading.reference == Reference(text="2026-11-04, main@0000003")


def test_nobody_is_asked_for_a_baseline_that_no_gate_needs() -> None:
    asked = Request(metric="tests.run")
    (reading,) = measure(NOW, [asked], history=history([3], of=RUN_COUNT))[asked]
    assert isinstance(reading, Measurement)
    assert (reading.baseline, reading.reference) == (None, None)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"base": False}, "none of 2 comparable runs is a passing one of the base branch"),
        ({"exit_status": 1}, "none of 2 comparable runs is a passing one of the base branch"),
        ({"kin": WINDOWS.kin}, "no earlier run is like this one (cpython3.12-linux)"),
        ({"selection": ("-k cart",)}, "no earlier run is like this one (cpython3.12-linux)"),
    ],
)
def test_runs_that_do_not_count(fields: dict[str, object], said: str) -> None:
    assert why(read(NOW, "tests.run", history([3, 4], of=RUN_COUNT, **fields))) == said
    # and they do not stand in the way of one that does
    known = history([3, 4, 5], of=RUN_COUNT)
    runs = (known.runs[0], *(dataclasses.replace(one, **fields) for one in known.runs[1:]))  # type: ignore[arg-type]
    assert read(NOW, "tests.run", dataclasses.replace(known, runs=runs)).baseline == 3


def test_parts_of_a_suite_are_like_the_same_parts() -> None:
    selected = run_of(selection=Selection(causes=("-m smoke",), declared=True))
    runs = (past(0), past(1, selection=("-m smoke",)), past(2, selection=("-m slow",)))
    assert like(History(runs=runs), selected) == [1]


def test_a_fall_never_becomes_the_next_baseline() -> None:
    known = history([10, 7, 6], of=RUN_COUNT, held={1: False, 2: False})
    assert read(NOW, "tests.run", known).baseline == 10
    never = history([7, 6], of=RUN_COUNT, held={0: False, 1: False})
    assert why(read(NOW, "tests.run", never)) == "no earlier value kept its gates"


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (History(), "no run was recorded before this one"),
        (History(problem="the history is off"), "the history is off"),
        (History(runs=(past(),)), "no comparable run has measured it"),
        (
            History(runs=(past(base=False),)),
            "the earlier run is not a passing run of the base branch",
        ),
    ],
)
def test_why_there_is_none(known: History, said: str) -> None:
    assert why(read(NOW, "tests.run", known)) == said


def test_a_history_that_cannot_be_read_is_no_first_day() -> None:
    known = History(problem="history.db is locked", remedy="see which", unreadable=True)
    reference = read(NOW, "tests.run", known).reference
    assert reference == Reference(
        text="history.db is locked", missing=Reason.ERROR, remedy="see which"
    )


def test_only_the_new_test_is_without_a_baseline() -> None:
    times = {A: [PastTime(run, None, 0.5, 0.25, 0.0) for run in range(NEEDED)]}
    known = History(runs=tuple(map(past, range(NEEDED))), times=times)
    assert read(NOW, "test.duration", known, name=A).baseline == 0.75
    assert read(NOW, "test.setup", known, name=A).baseline == 0.25
    assert read(NOW, "test.teardown", known, name=A).baseline == 0.0
    assert why(read(NOW, "test.duration", known, name=B)) == "0 of 5 comparable runs"


@pytest.mark.parametrize(("number", "said"), [(0, "0 of 5"), (3, "3 of 5"), (4, "4 of 5")])
def test_what_is_noisy_needs_five(number: int, said: str) -> None:
    known = history([2.0] * number + [9.0], of=series("suite.duration"), held={number: False})
    assert why(read(NOW, "suite.duration", known)) == f"{said} comparable runs"


@law
@given(values=st.lists(st.floats(0.01, 1e6), min_size=NEEDED, max_size=3 * WINDOW))
def test_what_is_noisy_is_compared_with_the_median_of_the_latest_ten(values: list[float]) -> None:
    reading = read(NOW, "suite.duration", history(values, of=series("suite.duration")))
    assert reading.baseline == pytest.approx(statistics.median(values[-10:]), rel=1e-15)
    assert reading.reference is not None
    assert reading.reference.text.startswith(f"median of {min(len(values), 10)} runs, 2026-11-")


def test_times_compare_within_a_machine_and_else_within_the_fleet() -> None:
    duration = series("suite.duration")
    other = {"machine": "another CPU"}
    fleet = read(NOW, "suite.duration", history([3.0] * 5, of=duration, **other))
    assert fleet.baseline == 3.0
    assert fleet.reference is not None
    assert fleet.reference.text.endswith("2026-11-01 to 2026-11-05, compared across CPU models")
    strange = history([3.0] * 5, of=duration, machine="another CPU", fleet="and another kind")
    assert why(read(NOW, "suite.duration", strange)) == "0 of 5 comparable runs"


def test_benchmarks_are_compared_by_their_statistic() -> None:
    benchmark = Benchmark(stats=(("mean", 3.0), ("median", 2.0)), rounds=5, iterations=1)
    sections = ("benchmark", "tests")
    records = [record(run_of(sections=sections)), *NOW.records[1:], record(benchmark, A)]
    now = Evidence.of(
        one for one in records if one.data.kind != "run" or one.data.sections == sections
    )  # type: ignore[union-attr]
    told = [PastBenchmark(run, {"median": 1.0 + run, "mean": 10.0}, 5, 1) for run in range(6)]
    broken = {series("benchmark.time"): {A: [PastValue(5, 6.0, held=False)]}}
    known = History(runs=tuple(map(past, range(6))), benchmarks={A: told}, values=broken)
    assert read(now, "benchmark.time", known, name=A).baseline == 3.0  # the sixth broke its gate
    assert read(now, "benchmark.time", known, name=A, statistic="mean").baseline == 10.0


def test_a_component_has_a_baseline_of_its_own() -> None:
    both = {
        RUN_COUNT: {"": [PastValue(0, 50)]},
        series("tests.run", component="unit"): {"": [PastValue(0, 7)]},
    }
    known = History(runs=(past(),), values=both)
    assert read(NOW, "tests.run", known).baseline == 50
    assert read(NOW, "tests.run", known, component="unit").baseline == 7


@pytest.mark.parametrize(
    ("unit", "value", "earlier", "expected"),
    [
        (Unit.COUNT, 3, [5, 4], 4),
        (Unit.BYTES, 3, [5, 4], 4),  # the size of a wheel is the same each time
        (Unit.NUMBER, 3.5, [5.0, 4.0], None),
        (Unit.NUMBER, 3.5, [5.0, 4.0, 1.0, 2.0, 3.0], 3.0),
        (Unit.SECONDS, 3.5, [5.0, 4.0, 1.0, 2.0, 3.0], 3.0),
        (Unit.RATIO, 1, [Fraction(1, 3)], Fraction(1, 3)),
    ],
)
def test_figures_of_ones_own(
    unit: Unit, value: Number, earlier: list[Number], expected: Number | None
) -> None:
    metric = Metric(
        name="shop.figure",
        title="Figure",
        unit=unit,
        direction=Direction.LOWER,
        category="shop",
        bounded=False,
    )
    total = 1 if unit is Unit.RATIO else None
    bare = unit in (Unit.COUNT, Unit.NUMBER, Unit.RATIO)
    figure = Figure(metric="shop.figure", value=value, total=total, unit="" if bare else unit.value)
    now = Evidence.of([*NOW.records, record(figure)])
    asked = Request(metric="shop.figure", baseline=True)
    known = history(earlier, of=series_of(metric))
    (reading,) = measure(now, [asked], metrics={metric.name: metric}, history=known)[asked]
    assert isinstance(reading, Measurement), reading
    assert reading.baseline == expected


def test_what_was_not_measured_stays_so() -> None:
    asked = Request(metric="coverage.lines", baseline=True)
    known = history([Fraction(1)], of=series("coverage.lines"))
    (reading,) = measure(NOW, [asked], history=known)[asked]
    assert isinstance(reading, NotMeasured)


def test_runs_merged_compare_with_runs_merged() -> None:
    first = run_of()
    second = run_of(environment=WINDOWS)
    present = Present.of([first, second])
    together = f"{LINUX.kin}+{WINDOWS.kin}"
    known = History(runs=(past(0), past(1, kin=together), past(2, kin=WINDOWS.kin)))
    assert present.like(known) == [1]
    assert Present.of([first, first]).like(known) == like(known, first) == [0]
    assert alike(known, first, range(3)) == ([0], "")
