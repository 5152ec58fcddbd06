"""Figures of pytest-benchmark, against its own JSON report and its own session."""

from __future__ import annotations

import json
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observing import Observed, observe
from pytest_readiness.collect.benchmark import benchmark_facts, percentile
from pytest_readiness.model.evidence import Benchmark, Gap, Notice

FAST = ("--benchmark-max-time=0.01", "--benchmark-min-rounds=3", "--benchmark-warmup=off")
PROJECT = """
import pathlib, pytest

def nth():
    path = pathlib.Path(__file__).with_name("count")
    number = int(path.read_text()) + 1 if path.exists() else 1
    path.write_text(str(number))
    return number

def test_sum(benchmark): benchmark(sum, range(100))
@pytest.mark.parametrize("n", [1, 2])
def test_param(benchmark, n): benchmark(range, n)
def test_fails(benchmark):
    benchmark(sum, range(10))
    assert 0
def test_raises(benchmark): benchmark(int, "x")  # before there is a first round
@pytest.mark.xfail
def test_xfails(benchmark):
    benchmark(sum, range(10))
    assert 0
def test_skips(benchmark):
    benchmark(sum, range(10))
    pytest.skip("after all")
@pytest.fixture
def breaks():
    yield
    raise OSError
def test_breaks(breaks, benchmark): benchmark(sum, range(10))
def test_plain(): pass
"""


def benchmark_gaps(seen: Observed) -> dict[str, str]:
    return {
        subject: gap.message
        for subject, gap in seen.of(Gap).items()
        if subject.startswith("benchmark")
    }


def test_figures_are_those_of_its_own_report(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_speed=PROJECT)
    seen = observe(pytester, *FAST, "--benchmark-json=out.json", plugins=("benchmark",))
    found = seen.of(Benchmark)
    assert set(found) == {
        "test_speed.py::test_sum",
        "test_speed.py::test_param[1]",
        "test_speed.py::test_param[2]",
    }
    report = json.loads((pytester.path / "out.json").read_text())
    theirs = {one["fullname"]: one["stats"] for one in report["benchmarks"]}
    for name, ours in found.items():
        stats = dict(ours.stats)
        for key in ("min", "max", "mean", "median", "stddev", "iqr", "q1", "q3"):
            assert stats[key] == pytest.approx(theirs[name][key], rel=1e-12), key
        assert (ours.rounds, ours.iterations) == (
            theirs[name]["rounds"],
            theirs[name]["iterations"],
        )
        assert stats["median"] <= stats["p95"] <= stats["p99"] <= stats["max"]
        assert 1 <= len(ours.data) <= 1000
        assert set(ours.data) <= set(theirs[name]["data"])
    assert set(benchmark_gaps(seen)) == {
        f"benchmark:test_speed.py::test_{name}" for name in ("fails", "xfails", "skips", "breaks")
    }


def test_the_last_passing_attempt_counts(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_speed="""
        import pathlib, time
        def test_slow_first(benchmark):
            path = pathlib.Path(__file__).with_name("count")
            first = not path.exists()
            path.touch()
            benchmark.pedantic(time.sleep, args=(0.2 if first else 0.01,), rounds=2)
            assert not first
        """
    )
    seen = observe(pytester, "--reruns=1", plugins=("benchmark", "rerunfailures"))
    (benchmark,) = seen.of(Benchmark).values()
    assert dict(benchmark.stats)["max"] < 0.2
    assert benchmark_gaps(seen) == {}


def test_a_last_attempt_without_a_benchmark_is_not_measured_by_an_earlier_one(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        test_speed="""
        import pathlib
        def test_odd(benchmark):
            path = pathlib.Path(__file__).with_name("count")
            first = not path.exists()
            path.touch()
            if first:
                benchmark(sum, range(10))
            assert not first
        """
    )
    seen = observe(pytester, *FAST, "--reruns=1", plugins=("benchmark", "rerunfailures"))
    assert seen.of(Benchmark) == {}
    assert set(benchmark_gaps(seen)) == {"benchmark:test_speed.py::test_odd"}


@pytest.mark.parametrize(
    ("args", "plugins", "message"),
    [
        (("--benchmark-disable",), ("benchmark",), "off (--benchmark-disable)"),
        (("--benchmark-skip",), ("benchmark",), "skipped (--benchmark-skip)"),
        (("-n1",), ("benchmark", "xdist"), "off under xdist (-n 1)"),
        (("-p", "no:benchmark"), (), "switched off (-p no:benchmark)"),
        ((), (), "installed but was not loaded"),
        (("-k", "plain"), ("benchmark",), "no benchmark ran"),
    ],
)
def test_why_there_are_no_figures(
    pytester: pytest.Pytester, args: tuple[str, ...], plugins: tuple[str, ...], message: str
) -> None:
    pytester.makepyfile(
        test_speed="def test_sum(benchmark): benchmark(sum, [1])\ndef test_plain(): pass"
    )
    gaps = observe(pytester, *args, plugins=plugins).of(Gap)
    found = {subject: gap for subject, gap in gaps.items() if subject.startswith("benchmark")}
    assert set(found) == {"benchmark"}
    assert message in found["benchmark"].message
    assert found["benchmark"].remedy


def test_n0_measures(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_speed="def test_sum(benchmark): benchmark(sum, [1])")
    seen = observe(pytester, *FAST, "-n0", plugins=("benchmark", "xdist"))
    assert set(seen.of(Benchmark)) == {"test_speed.py::test_sum"}


def test_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    from pytest_readiness.collect import benchmark

    class Plugins:
        def getplugin(self, name: str) -> None: ...
        def is_blocked(self, name: str) -> bool:
            return False

    class Config:
        pluginmanager = Plugins()

        def getoption(self, name: str, default: object) -> object:
            return default

    monkeypatch.setattr(benchmark.importlib.util, "find_spec", lambda name: None)
    ((_, gap, *_),) = benchmark.benchmark_facts(Config(), {})
    assert isinstance(gap, Gap)
    assert "pytest-readiness[benchmark]" in gap.remedy


def test_codspeed_measures_otherwise() -> None:
    class Config:
        def getoption(self, name: str, default: object) -> object:
            return name == "codspeed" or default

    ((_, gap, *_),) = benchmark_facts(Config(), {})
    assert isinstance(gap, Gap)
    assert "--codspeed" in gap.message


def test_regression_is_a_notice(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_speed="""
        import os, time
        def test_sleep(benchmark):
            benchmark.pedantic(time.sleep, args=(float(os.environ["NAP"]),), rounds=2)
        """
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NAP", "0.001")
        observe(pytester, "--benchmark-save=base", plugins=("benchmark",))
        patch.setenv("NAP", "0.1")
        seen = observe(
            pytester,
            "--benchmark-compare",
            "--benchmark-compare-fail=mean:5%",
            plugins=("benchmark",),
        )
    notice = seen.of(Notice)["pytest-benchmark"]
    assert "--benchmark-compare-fail" in notice.text
    assert "test_sleep" in notice.text


@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=50), st.sampled_from([1, 25, 50, 95, 99]))
def test_percentile_is_that_of_the_standard_library(data: list[float], part: int) -> None:
    expected = statistics.quantiles(data, n=100, method="inclusive")[part - 1]
    assert percentile(sorted(data), part) == pytest.approx(expected, rel=1e-9, abs=1e-9)
