"""The canary beside real benchmarks of pytest-benchmark, and what switches them off."""

from __future__ import annotations

import sys

import pytest

from pytest_readiness.adapter.canary import SPINS, spins
from pytest_readiness.model.evidence import Benchmark
from pytest_readiness.publish.evidence import loads
from sessions import apart, project, run

GATES = '"benchmark.slowdown" = "<= 10%"\n"benchmark.missing" = "== 0"'
FAST = ("--benchmark-max-time=0.01", "--benchmark-min-rounds=3", "--benchmark-warmup=off")
KEEP = "benchmark rerunfailures"
SUITE = """
import pathlib, pytest

def test_called(benchmark):
    assert benchmark(sum, range(10)) == 45
@pytest.mark.parametrize("n", [1, 2])
def test_pedantic(benchmark, n):
    assert benchmark.pedantic(sum, args=([n],), rounds=3) == n
def test_again(benchmark):
    path = pathlib.Path(__file__).with_name("count")
    path.write_text(path.read_text() + "." if path.exists() else ".")
    benchmark(sum, range(10))
    assert len(path.read_text()) == 3
def test_plain(): pass
"""


def benchmarks(pytester: pytest.Pytester, *args: str, gates: str = GATES) -> dict[str, Benchmark]:
    project(pytester, gates=gates, test_speed=SUITE)
    seen = run(pytester, *FAST, *args, keep=KEEP)
    return {
        record.subject.partition("::")[2]: data for record, data in seen.evidence.select(Benchmark)
    }


def test_spins_stand_beside_every_benchmark(pytester: pytest.Pytester) -> None:
    project(pytester, gates=GATES, test_speed=SUITE)
    # in a process of its own: the flaky plugin patches pytest's runner for good
    result = apart(
        pytester,
        *("--readiness", *FAST, "--reruns=2", "--readiness-evidence=e.json"),
        plugins="benchmark rerunfailures",
    )
    result.assert_outcomes(passed=5)
    evidence = loads((pytester.path / "e.json").read_text())
    found = {record.subject.partition("::")[2]: data for record, data in evidence.select(Benchmark)}
    assert set(found) == {"test_called", "test_pedantic[1]", "test_pedantic[2]", "test_again"}
    for one in found.values():
        assert len(one.before) == len(one.after) == SPINS
        assert all(0 < taken < 1 for taken in (*one.before, *one.after))
        assert len(one.code) == 16
    assert found["test_pedantic[1]"].code == found["test_pedantic[2]"].code
    assert len({one.code for one in found.values()}) == 3


def test_nobody_pays_for_it_who_does_not_ask(pytester: pytest.Pytester) -> None:
    found = benchmarks(pytester, gates='"tests.failed" = "<= 4"')
    assert found["test_called"].before == ()


def test_it_restores_the_tracer() -> None:
    tracer, profiler = sys.gettrace(), sys.getprofile()
    assert len(spins(2)) == 2
    assert (sys.gettrace(), sys.getprofile()) == (tracer, profiler)


def test_a_clock_that_is_asked_twice_a_spin() -> None:
    ticks = iter(range(100))
    assert spins(3, clock=lambda: float(next(ticks))) == (1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("args", "said", "remedy"),
    [
        (("--benchmark-disable",), "--benchmark-disable", "--benchmark-enable"),
        (("-n1",), "off under xdist (-n 1)", "pytest --readiness -n0 --benchmark-only"),
        (("-p", "no:benchmark"), "-p no:benchmark", "leave out"),
    ],
)
def test_what_switches_benchmarks_off_is_told_with_its_remedy(
    pytester: pytest.Pytester, args: tuple[str, ...], said: str, remedy: str
) -> None:
    project(pytester, gates=GATES, test_speed="def test_a(): pass")
    seen = run(pytester, *args, keep=KEEP)
    for name in ("benchmark.slowdown", "benchmark.missing"):
        gate = seen.gate(name)
        assert gate.outcome.value == "not measured"
        assert said in gate.message
        assert remedy in gate.remedy


def test_a_benchmark_that_is_used_twice_fails_as_ever(pytester: pytest.Pytester) -> None:
    twice = "def test_a(benchmark):\n    benchmark(sum, [])\n    benchmark(sum, [])\n"
    project(pytester, gates=GATES, test_speed=twice)
    seen = run(pytester, *FAST, keep=KEEP)
    assert "FixtureAlreadyUsed" in seen.output
