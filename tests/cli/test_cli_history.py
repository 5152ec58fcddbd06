"""Looking at a history from the command line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest

import kept
import strategies as made
from pytest_readiness import cli
from pytest_readiness.history.entry import Entry
from pytest_readiness.history.store import open_store
from pytest_readiness.model.evidence import Attempt, Benchmark, Outcome
from pytest_readiness.model.history import Series

Capsys = pytest.CaptureFixture[str]
STEADY = "tests/test_a.py::test_steady"
FLAKY = "tests/test_a.py::test_flaky[::error::\x1b[31m]"
BENCH = "tests/test_b.py::test_speed"
DB = ".readiness/history.db"


def fill(project: Path, entries: Sequence[Entry]) -> None:
    store = open_store(DB, project)
    for one in entries:
        store.append(one)
    store.close()


def session(day: int, **fields: object) -> Entry:
    """One of many: a test fails in every third, a benchmark becomes slower, coverage grows."""
    flaky = made.attempt(Outcome.FAILED, signature="AssertionError at tests/test_a.py:3")
    tests: dict[str, Outcome | Attempt] = {
        STEADY: made.attempt(call=day / 64, cpu=day / 128),
        FLAKY: Outcome.PASSED if day % 3 else flaky,
    }
    stats = (("median", day / 1000), ("min", day / 2000))
    bench = made.record(
        Benchmark(stats=stats, rounds=5, iterations=1), BENCH, run=f"20260101T000000-{day:08x}"
    )
    usual: dict[str, object] = {
        "tree": "t1",
        "commit": "c0ffee",
        "branch": "main",
        "target": "main",
    }
    return kept.entry(
        f"20260101T000000-{day:08x}",
        tests,
        bench,
        day=day,
        values={
            Series("coverage.lines"): {"": (Fraction(80 + day, 100), True)},
            Series("tests.run"): {"": (2, True)},
            Series("coverage.file"): {f"src/{name}.py": (Fraction(1, 2), True) for name in "ab"},
        },
        exit_status=0 if day % 3 else 1,
        **{**usual, **fields},
    )


@pytest.fixture
def recorded(project: Path) -> Path:
    fill(project, [session(day) for day in range(1, 13)])
    return project


def run(capsys: Capsys, *arguments: str, status: int = 0) -> str:
    assert cli.main(["history", *arguments]) == status
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return err if status else out


def lines(capsys: Capsys, *arguments: str) -> list[str]:
    return [" ".join(line.split()) for line in run(capsys, *arguments).splitlines()]


def test_runs(recorded: Path, capsys: Capsys) -> None:
    told = lines(capsys, "runs", "--last", "2")
    assert " ".join(told).startswith(f"2 runs of {recorded / DB}")
    told = told[-3:]
    assert told[0] == "when (UTC) run branch commit environment tests failed verdict base"
    assert told[1].startswith(
        "2026-01-11 00:00 0000000b main c0ffee cpython3.12-linux 2 0 not judged"
    )
    assert told[2].endswith("2 1 not judged (1) base")
    assert lines(capsys, "--last", "2")[-3:] == told
    assert lines(capsys, "--last", "5", "runs", "--last", "2")[-3:] == told
    assert len(lines(capsys)) == len(lines(capsys, "runs", "--last=0")) >= 14


def test_a_table_of_runs_fits_a_narrow_terminal(
    recorded: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "48")
    told = run(capsys).splitlines()
    assert max(map(len, told[-13:])) <= 48
    assert told[-13] == " when (UTC)        tests  failed  verdict"


def test_what_runs_did_not_agree_on_is_told(project: Path, capsys: Capsys) -> None:
    fill(project, [session(1, proposal="pull request", branch="\x1b[31m##vso[x]")])
    told = run(capsys, "runs")
    assert "\x1b" not in told
    assert "##vso[" not in told
    assert " base" not in told.splitlines()[-1]


def test_a_test(recorded: Path, capsys: Capsys) -> None:
    told = lines(capsys, "test", FLAKY, "--last", "2")
    assert told[0] == r"tests/test_a.py::test_flaky[::error::\x1b[31m]"
    assert "ran in 12 of 12 runs, 12 attempts; failed in 4 runs" in told
    together = " ".join(told)
    assert "flaky, confirmed: 4 of 12 runs failed, its rate is" in together
    assert "more clean runs to be cleared (cpython3.12-linux)" in together
    listed = [line for line in told if "AssertionError at tests/test_a.py:3" in line]
    assert len(listed) == 2
    assert listed[0].startswith("2026-01-12 00:00 0000000c main t1 1 failed")
    assert told[-1] == "and 2 more attempts (--last 0 shows all)"


def test_a_steady_test_has_its_times(recorded: Path, capsys: Capsys) -> None:
    told = " ".join(lines(capsys, "test", STEADY))
    assert "failed in 0 runs" in told
    assert "call 118 ms" in told  # the median of days 3 to 12, in 64ths of a second
    assert "CPU 58.6 ms" in told
    assert "▁▁▂▃▃▄▅▆▆▇██" in told
    assert "flaky" not in told


def test_a_part_of_the_name_is_enough(recorded: Path, capsys: Capsys) -> None:
    whole = lines(capsys, "test", STEADY)
    assert lines(capsys, "test", STEADY.rpartition("::")[2].upper()) == whole
    assert lines(capsys, "test", f"*{STEADY.rpartition('::')[2]}*") == whole


def test_several_tests_are_a_table_the_worst_first(recorded: Path, capsys: Capsys) -> None:
    told = lines(capsys, "test", "tests/**")
    assert told[0] == "test runs failed reruns flaky call oldest to newest"
    assert told[1].split()[1:5] == ["12", "4", "0", "confirmed"]
    assert told[2].startswith(f"{STEADY} 12 0 0")
    assert lines(capsys, "test", "tests/test_a.py") == told


def test_a_benchmark(recorded: Path, capsys: Capsys) -> None:
    told = lines(capsys, "benchmark", BENCH, "--last", "2")
    assert told[0] == BENCH
    assert told[1] == "measured in 12 of 12 runs"
    assert any(line.startswith("Benchmark slowdown: ") for line in told)
    rows = [line for line in told if line.startswith("2026-")]
    assert len(rows) == 2
    assert rows[0].startswith("2026-01-12 00:00 0000000c main c0ffee 12 ms 6 ms 5")
    assert told[-1] == "and 10 more runs (--last 0 shows all)"


def test_several_benchmarks(project: Path, capsys: Capsys) -> None:
    other = made.record(Benchmark(stats=(), rounds=1, iterations=1), "tests/b.py::test_x", run="r")
    fill(project, [session(1), kept.entry("r", {}, other, day=2)])
    told = lines(capsys, "benchmark", "**")
    assert told[0].startswith("benchmark runs")
    assert len(told) == 3


def test_trends(recorded: Path, capsys: Capsys) -> None:
    told = lines(capsys, "trends")
    assert told[0] == "metric runs first latest oldest to newest"
    assert told[1] == "coverage.lines 12 81 % 92 % ▁▁▂▃▃▄▅▆▆▇██"
    assert told[2] == "tests.run 12 2 2 ▄▄▄▄▄▄▄▄▄▄▄▄"
    assert len(told) == 3


def test_trends_of_one_metric(recorded: Path, capsys: Capsys) -> None:
    told = lines(capsys, "trends", "coverage.lines", "--last", "3")
    assert told[0] == "coverage.lines (cpython3.12-linux)"
    assert told[1] == "▁▅█"
    assert told[2:] == [
        "when (UTC) run commit value",
        "2026-01-10 00:00 0000000a c0ffee 90 %",
        "2026-01-11 00:00 0000000b c0ffee 91 %",
        "2026-01-12 00:00 0000000c c0ffee 92 %",
    ]
    assert "coverage.file of src/b.py (cpython3.12-linux)" in lines(
        capsys, "trends", "coverage.file"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["test", "tests/test_a.py::test_stedy"], f"the nearest: {STEADY}"),
        (["test", "no/such"], "no test in"),
        (["benchmark", "tests/test_b.py::test_sped"], f"the nearest: {BENCH}"),
        (["trends", "coverage.lime"], "the nearest: coverage.lines"),
        (["--history", "gone.db"], "there is no history at"),
        (["runs", "--history", "gone.json"], "no such baseline file"),
        (["export", "--history", "gone.json"], "is a baseline file"),
        (["--config", "gone.toml"], "gone.toml"),
    ],
)
def test_mistakes(recorded: Path, capsys: Capsys, arguments: list[str], said: str) -> None:
    assert said in run(capsys, *arguments, status=4)


def test_no_history_is_kept(project: Path, capsys: Capsys) -> None:
    assert "there is no history at" in run(capsys, status=4)
    (project / "pyproject.toml").unlink()
    assert "no history is kept here" in run(capsys, status=4)


def test_an_empty_history(project: Path, capsys: Capsys) -> None:
    fill(project, [])
    said = "".join(run(capsys).split())
    assert said == f"no run is kept in {project / DB} yet".replace(" ", "")
    assert "has no test yet" in run(capsys, "test", "x", status=4)
    assert "has no value of a run" in run(capsys, "trends", status=4)


@pytest.mark.parametrize("arguments", [["runs", "--last=many"], ["runs", "--last=-1"], ["test"]])
def test_wrong_arguments(arguments: list[str], capsys: Capsys) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["history", *arguments])
    assert caught.value.code == 4


def test_json(recorded: Path, capsys: Capsys) -> None:
    runs = json.loads(run(capsys, "--json"))
    assert runs["schema"] == "pytest-readiness/history-view"
    assert len(runs["runs"]) == 12
    assert runs["runs"][-1]["ran"] == 2
    (test,) = json.loads(run(capsys, "test", FLAKY, "--json"))["tests"]
    assert (test["test"], test["failed_runs"]) == (FLAKY, 4)
    assert test["flaky"][0]["rung"] == "confirmed"
    assert [trial["started"][:10] for trial in test["trials"]][:2] == ["2026-01-12", "2026-01-09"]
    (benchmark,) = json.loads(run(capsys, "benchmark", BENCH, "--json"))["benchmarks"]
    assert benchmark["machines"][0]["runs"][0]["stats"] == {"median": 0.012, "min": 0.006}
    trends = json.loads(run(capsys, "trends", "--json"))["trends"]
    assert trends[0]["values"][-1]["value"] == 0.92
    assert (trends[0]["values"][-1]["part"], trends[0]["values"][-1]["total"]) == (23, 25)


def test_a_baseline_file_can_be_looked_at(recorded: Path, capsys: Capsys) -> None:
    told = run(capsys, "baseline", "b.json.gz")
    assert told.startswith("b.json.gz: 12 runs of the base branch, ")
    assert (
        lines(capsys, "--history", "b.json.gz", "--last=2")[-2:] == lines(capsys, "--last=2")[-2:]
    )
    assert "flaky, confirmed" in run(capsys, "test", FLAKY, "--history", "b.json.gz")
    assert "measured in" in run(capsys, "benchmark", BENCH, "--history", "b.json.gz")
    assert "coverage.lines" in run(capsys, "trends", "--history", "b.json.gz")
