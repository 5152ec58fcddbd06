from __future__ import annotations

from fractions import Fraction

import pytest

from pytest_readiness.measure.measure import measure
from pytest_readiness.model.evidence import (
    Benchmark,
    Collection,
    Evidence,
    Gap,
    Memory,
    Outcome,
    Reason,
    Record,
)
from pytest_readiness.model.measurement import (
    Component,
    Measurement,
    NotMeasured,
    Reading,
    Request,
)
from strategies import WINDOWS, attempt, chain, evidence_of, record, run

PASSED, FAILED, SKIPPED = Outcome.PASSED, Outcome.FAILED, Outcome.SKIPPED
A, B = "pay/test_a.py::test_a", "cart/test_a.py::test_b"
PAY = Component(name="pay", paths=("pay/**",))


def read(
    evidence: Evidence, metric: str, *, component: str = "", statistic: str = ""
) -> tuple[Reading, ...]:
    request = Request(metric=metric, component=component, statistic=statistic)
    return measure(evidence, [request], components=[PAY])[request]


def values(readings: tuple[Reading, ...]) -> dict[str, object]:
    """By subject: values, and reasons of what is not measured."""
    return {
        reading.subject.name: reading.value
        if isinstance(reading, Measurement)
        else getattr(reading, "reason", None)
        for reading in readings
    }


def told(*records: Record, tests: tuple[str, ...] = (A,), **fields: object) -> Evidence:
    return Evidence.of([record(run(**fields)), record(Collection(tests=tests)), *records])


def test_the_longest_run_is_the_suites_duration() -> None:
    one = evidence_of((A, PASSED), duration=3.0)
    two = Evidence.of([record(run(duration=5.0), run="s"), record(Collection(tests=()), run="s")])
    assert values(read(one.merge(two), "suite.duration")) == {"": 5.0}


def test_of_a_component_the_time_of_its_tests() -> None:
    evidence = evidence_of((A, PASSED), (B, PASSED), duration=30.0)
    assert values(read(evidence, "suite.duration", component="pay")) == {"": 0.875}


@pytest.mark.parametrize(
    ("metric", "expected"),
    [("test.duration", 0.875), ("test.setup", 0.25), ("test.teardown", 0.125)],
)
def test_phases(metric: str, expected: float) -> None:
    evidence = evidence_of((A, PASSED), (B, PASSED))
    assert values(read(evidence, metric)) == {A: expected, B: expected}
    assert values(read(evidence, metric, component="pay")) == {A: expected}


def test_a_skipped_test_took_the_time_of_its_phases() -> None:
    evidence = told(record(attempt(SKIPPED, call=None), A))
    assert values(read(evidence, "test.duration")) == {A: 0.375}


def test_the_last_attempt_is_timed() -> None:
    slow = record(attempt(FAILED, superseded=True, call=9.0), A)
    (reading,) = read(told(slow, record(attempt(), A, attempt=1)), "test.duration")
    assert isinstance(reading, Measurement)
    assert (reading.value, reading.detail) == (0.875, "attempt 2 of 2")


def test_of_several_runs_the_slowest_and_of_a_matrix_each() -> None:
    one = told(record(attempt(call=1.0), A))

    def other(**fields: object) -> Evidence:
        return Evidence.of(
            [
                record(run(**fields), run="s"),
                record(Collection(tests=(A,)), run="s"),
                record(attempt(call=2.0), A, run="s"),
            ]
        )

    assert values(read(one.merge(other()), "test.duration")) == {A: 2.375}
    assert values(read(one.merge(other(environment=WINDOWS)), "test.duration")) == {
        f"{A} [cpython3.12-linux]": 1.375,
        f"{A} [cpython3.13-windows]": 2.375,
    }


def test_a_crashed_test_has_no_time() -> None:
    crashed = attempt(FAILED, crashed=True, setup=None, call=None, teardown=None)
    assert values(read(told(record(crashed, A)), "test.duration")) == {A: Reason.ERROR}


def test_a_missing_result_is_named_and_the_run_is_not_measured() -> None:
    readings = read(told(*chain(A, PASSED), tests=(A, B)), "test.duration")
    assert values(readings) == {"": Reason.PARTIAL, B: Reason.PARTIAL, A: 0.875}


def test_timeout_share_is_exact_and_full_for_one_that_ran_into_it() -> None:
    sections = ("tests", "timeout")
    evidence = told(
        record(attempt(call=0.125, setup=0.25, teardown=0.0, timeout=0.625), A),
        record(attempt(FAILED, call=0.1, timeout=60.0, timed_out=True), B),
        tests=(A, B),
        sections=sections,
    )
    assert values(read(evidence, "test.timeout-share")) == {A: Fraction(3, 5), B: 1}
    nothing = read(told(*chain(A, PASSED), sections=sections), "test.timeout-share")
    assert values(nothing) == {"": Reason.NO_DATA}


def memory(*records: Record, **fields: object) -> dict[str, object]:
    evidence = told(*records, sections=("tests", "memory"), **fields)
    return values(read(evidence, "suite.memory"))


def test_memory_of_all_processes_together() -> None:
    main, worker = record(Memory(peak=100)), record(Memory(peak=30), process="gw0")
    assert memory(main) == {"": 100}
    assert memory(main, worker, workers=("gw0",)) == {"": 130}
    assert memory(main, workers=("gw0",)) == {"": Reason.PARTIAL}
    assert memory(worker, workers=("gw0",)) == {"": Reason.PARTIAL}
    assert memory() == {"": Reason.PARTIAL}
    gap = record(Gap(reason=Reason.PARTIAL, message="worker gw0 crashed"), "memory:gw0")
    assert memory(main, gap, workers=("gw0",)) == {"": Reason.PARTIAL}


def test_memory_of_a_component_is_not_measured() -> None:
    evidence = told(record(Memory(peak=1)), sections=("tests", "memory"))
    (reading,) = read(evidence, "suite.memory", component="pay")
    assert isinstance(reading, NotMeasured)


def benchmark(median: float, **stats: float) -> Benchmark:
    pairs = tuple(sorted({"median": median, **stats}.items()))
    return Benchmark(stats=pairs, rounds=5, iterations=1)


BENCHED = ("tests", "benchmark")


def test_benchmarks_by_statistic() -> None:
    evidence = told(
        record(benchmark(0.5, max=0.9), A), record(benchmark(0.25), B), sections=BENCHED
    )
    assert values(read(evidence, "benchmark.time")) == {A: 0.5, B: 0.25}
    assert values(read(evidence, "benchmark.time", statistic="max")) == {
        A: 0.9,
        B: Reason.NO_DATA,
    }
    assert values(read(evidence, "benchmark.time", component="pay")) == {A: 0.5}


def second(*records: Record, **fields: object) -> Evidence:
    moved = [Record("s", r.process, r.subject, r.attempt, r.data) for r in records]
    return Evidence.of(
        [record(run(**fields), run="s"), record(Collection(tests=(A,)), run="s"), *moved]
    )


def test_a_benchmark_is_measured_if_any_run_measured_it() -> None:
    off = record(Gap(reason=Reason.NO_DATA, message="off under xdist", remedy="-n0"), "benchmark")
    alone = told(off, sections=BENCHED)
    assert values(read(alone, "benchmark.time")) == {"": Reason.NO_DATA}
    serial = second(record(benchmark(0.5), A), sections=BENCHED)
    assert values(read(alone.merge(serial), "benchmark.time")) == {A: 0.5}
    broke = record(Gap(reason=Reason.ERROR, message="it broke"), "benchmark")
    merged = told(broke, sections=BENCHED).merge(serial)
    assert values(read(merged, "benchmark.time")) == {"": Reason.ERROR, A: 0.5}


def test_a_gap_of_one_benchmark_is_filled_by_that_one_only() -> None:
    gap = record(Gap(reason=Reason.NO_DATA, message="it did not pass"), f"benchmark:{B}")
    first = told(record(benchmark(0.5), A), gap, sections=BENCHED)
    assert values(read(first, "benchmark.time")) == {"": Reason.NO_DATA, A: 0.5}
    filled = first.merge(second(record(benchmark(0.1), B), sections=BENCHED))
    assert values(read(filled, "benchmark.time")) == {A: 0.5, B: 0.1}


def test_of_several_runs_the_slowest_benchmark() -> None:
    evidence = told(record(benchmark(0.5), A), sections=BENCHED).merge(
        second(record(benchmark(0.75), A), sections=BENCHED)
    )
    assert values(read(evidence, "benchmark.time")) == {A: 0.75}


def test_a_run_that_tells_nothing_of_its_benchmarks_is_a_hole() -> None:
    assert values(read(told(sections=BENCHED), "benchmark.time")) == {"": Reason.PARTIAL}
    assert values(read(told(), "benchmark.time")) == {"": Reason.NO_DATA}


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_an_error(value: float) -> None:
    evidence = told(record(benchmark(value), A), sections=BENCHED)
    assert values(read(evidence, "benchmark.time")) == {A: Reason.ERROR}
