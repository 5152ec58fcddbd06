"""``remeasure = true``: what became slow is measured once more, and judged with that."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from probing import probe

GATES = """
[tool.pytest-readiness]
profile = "starter@1"
remeasure = true
[tool.pytest-readiness.gates]
"test.slowdown" = "<= 100%"
"""
TESTS = """
import os, time
import pytest
SLOWER = float(os.environ.get("SLOWER", "1"))

@pytest.mark.parametrize("n", range(5))
def test_usual(n): time.sleep(0.02)

RUNS = []
def test_slow():
    RUNS.append(1)
    time.sleep(0.02 * SLOWER)

def test_once():
    "Slow this time, and it does not pass again."
    RUNS.append(2)
    time.sleep(0.02 * SLOWER)
    assert RUNS.count(2) == 1
"""
BENCHMARK = """
import os, time
SLOWER = float(os.environ.get("SLOWER", "1"))

def test_bench(benchmark):
    benchmark.pedantic(time.sleep, args=(0.004 * SLOWER,), rounds=5)
"""
SUSPECTS = """
import pytest_readiness.adapter.remeasure as remeasure
from pytest_readiness.measure.slowdown import Suspect
remeasure.APART = 0.2
remeasure.slow_tests = lambda *_: [Suspect("test_slow.py::test_slow", 5.0)]
remeasure.slow_benchmarks = lambda *_: ("test_bench.py::test_bench",)
"""
"""A conftest file for what history would have told."""
EVIDENCE = ("--readiness", "--readiness-evidence=evidence.json")


def records(root: Path, kind: str) -> list[dict[str, Any]]:
    records = json.loads((root / "evidence.json").read_text())["records"]
    return [record for record in records if record["kind"] == kind]


def test_slow_tests_are_run_again_and_judged_by_that(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makefile(".toml", pyproject=GATES)
    pytester.makepyfile(test_slow=TESTS)
    for _ in range(6):
        usual = probe(pytester, "--readiness", budget="")
        assert usual.status == 0, usual.output
    monkeypatch.setenv("SLOWER", "15")
    seen = probe(pytester, *EVIDENCE, budget="")
    found = [
        one
        for one in records(pytester.path, "remeasured")
        if one["subject"] == "test_slow.py::test_slow"
    ]
    assert [one["attempt"] for one in found] == [1, 2, 3], seen.output
    assert all(one["data"]["call"] >= 0.3 for one in found)
    (note,) = seen.notes
    assert re.match(r"\d slow tests? measured again at the end, in ", note)
    assert "test_slow.py::test_once did not pass again" in note
    assert "7 passed" in seen.output
    # confirmed at once
    assert seen.status == 1
    assert "test_slow.py:9 test_slow" in seen.output.partition("readiness: NOT READY")[2]

    pytester.makefile(".toml", pyproject=GATES.replace("remeasure = true", ""))
    seen = probe(pytester, *EVIDENCE, budget="")
    assert records(pytester.path, "remeasured") == []
    assert seen.notes == []


def test_benchmarks_are_measured_again_later(pytester: pytest.Pytester) -> None:
    pytester.makefile(".toml", pyproject=GATES.replace("test.slowdown", "benchmark.slowdown"))
    pytester.makepyfile(test_bench=BENCHMARK, conftest=SUSPECTS)
    seen = probe(pytester, *EVIDENCE, plugins=("pytest_benchmark.plugin",), budget="")
    first, again = records(pytester.path, "benchmark")
    assert (first.get("attempt", 0), again["attempt"]) == (0, 1), seen.output
    told, retold = first["data"], again["data"]
    assert retold["again"] >= 0.2
    assert retold["code"] == told["code"]
    assert len(retold["before"]) == len(told["before"]) > 0
    assert retold["rounds"] == 5
    (note,) = seen.notes
    assert note.startswith("1 slow benchmark measured again at the end, in ")
    # pytest-benchmark's table has it once
    assert seen.output.count("test_bench ") == 1


def test_under_xdist_nothing_is_measured_again(pytester: pytest.Pytester) -> None:
    pytester.makefile(".toml", pyproject=GATES)
    pytester.makepyfile(test_slow=TESTS, conftest=SUSPECTS)
    seen = probe(pytester, *EVIDENCE, "-n1", plugins=("xdist.plugin",), budget="")
    assert records(pytester.path, "remeasured") == []
    assert seen.notes == [
        "1 suspect was not measured again: the tests ran in the workers of xdist: run without -n"
    ]
