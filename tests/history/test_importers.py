"""Histories of other tools: their own files, read as they write them, and broken ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pytest_readiness.history.entry import Entry
from pytest_readiness.history.importers import FORMATS, ImportingError, Origin, detect, read
from pytest_readiness.history.line import from_line, to_line
from pytest_readiness.model.evidence import Benchmark, Environment, Run

FAST = ("--benchmark-max-time=0.005", "--benchmark-min-rounds=5", "--benchmark-warmup=off")
HERE = Environment(implementation="cpython", python="3.12", system="linux", machine="arm64")


def taken(path: Path, format: str = "auto", **origin: Any) -> list[Entry]:
    return list(read(path, format, Origin(**origin)))


def benchmarks(entry: Entry) -> dict[str, Benchmark]:
    return {
        record.subject: record.data
        for record in entry.benchmarks
        if isinstance(record.data, Benchmark)
    }


def manifest(entry: Entry) -> Run:
    (run,) = (record.data for record in entry.rest if isinstance(record.data, Run))
    return run


# pytest-benchmark


@pytest.fixture
def saved(pytester: pytest.Pytester) -> Path:
    """A project whose benchmarks pytest-benchmark saved, in its storage and in a file."""
    pytest.importorskip("pytest_benchmark")
    pytester.makepyfile(test_speed="def test_sum(benchmark): benchmark(sum, range(10))")
    result = pytester.runpytest_inprocess(
        *FAST, "--benchmark-autosave", "--benchmark-json=out.json", "-p", "no:readiness"
    )
    result.assert_outcomes(passed=1)
    return pytester.path


def test_what_pytest_benchmark_saved(saved: Path) -> None:
    theirs = json.loads((saved / "out.json").read_text())
    (entry,) = taken(saved / "out.json")
    (own,) = benchmarks(entry).values()
    stats = theirs["benchmarks"][0]["stats"]
    for name in ("min", "max", "mean", "median", "q1", "q3", "iqr", "stddev"):
        assert dict(own.stats)[name] == stats[name]
    assert (own.rounds, own.iterations) == (stats["rounds"], stats["iterations"])
    assert set(dict(own.stats)) >= {"p95", "p99"}
    machine = theirs["machine_info"]
    where = manifest(entry).environment
    assert (where.implementation, where.system) == ("cpython", "linux")
    assert machine["python_version"].startswith(where.python + ".")
    assert where.cpus == machine["cpu"]["count"]
    assert entry.run.base
    assert from_line(to_line(entry)) == entry


def test_one_session_saved_twice_is_one_run(saved: Path) -> None:
    (one,) = taken(saved / "out.json")
    (other,) = taken(saved / ".benchmarks")
    assert one.run.id == other.run.id
    assert taken(saved / "out.json") == [one]
    assert "p95" not in dict(next(iter(benchmarks(other).values())).stats)


def stored(**fields: Any) -> dict[str, Any]:
    document: dict[str, Any] = {
        "machine_info": {
            "python_implementation": "PyPy",
            "python_version": "3.10.13",
            "machine": "AMD64",
            "system": "Windows",
            "cpu": {"brand": "an older name", "count": 8},
        },
        "commit_info": {"id": "abc", "branch": "master", "dirty": False, "project": "shop"},
        "benchmarks": [
            {
                "fullname": "tests/test_a.py::test_a[1]",
                "stats": {"min": 1.0, "mean": 2.0, "median": 1.5, "rounds": 3, "iterations": 1},
            }
        ],
        "datetime": "2023-01-02T03:04:05.600000",
        "version": "3.4.1",
    }
    return {**document, **fields}


def write(path: Path, document: object) -> Path:
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


def test_an_older_file_of_another_machine(tmp_path: Path) -> None:
    (entry,) = taken(write(tmp_path / "a.json", stored()))
    run = entry.run
    assert (run.kin, run.commit, run.branch, run.base) == (
        "pypy3.10-windows",
        "abc",
        "master",
        True,
    )
    assert run.started == "2023-01-02T03:04:05.600+00:00"
    assert run.machine.endswith("an older name|8")
    assert set(benchmarks(entry)) == {"tests/test_a.py::test_a[1]"}


@pytest.mark.parametrize(
    ("commit", "origin", "base"),
    [
        ({"id": "abc", "branch": "feature", "dirty": False}, {}, False),
        ({"id": "abc", "branch": "feature", "dirty": False}, {"branch": "feature"}, True),
        ({"id": "abc", "branch": "main", "dirty": True}, {}, False),
        ({"id": "abc", "branch": "(detached head)", "dirty": False}, {}, True),
        ({"id": "unversioned", "branch": "(unknown)", "dirty": False}, {}, True),
        (None, {}, True),
    ],
)
def test_which_runs_may_move_a_baseline(
    tmp_path: Path, commit: object, origin: dict[str, str], base: bool
) -> None:
    path = write(tmp_path / "a.json", stored(commit_info=commit))
    (entry,) = taken(path, **origin)
    assert entry.run.base is base


def test_the_user_says_where_it_was(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", stored())
    (entry,) = taken(path, said=Origin.parse("cpython3.12-linux, cpus=2, label=ci"))
    assert entry.run.machine == "cpython3.12-linux|AMD64|serial|ci|an older name|2"
    (entry,) = taken(path, here=HERE)
    assert manifest(entry).environment == HERE


@pytest.mark.parametrize("text", ["here", "cpus=many", "colour=red", "cpython-linux", "=3"])
def test_where_it_was_has_to_be_understood(text: str) -> None:
    with pytest.raises(ImportingError, match="not understood"):
        Origin.parse(text)


# github-action-benchmark


def data_js(**fields: Any) -> dict[str, Any]:
    bench = {
        "name": "tests/test_a.py::test_a",
        "value": 4000.0,
        "unit": "iter/sec",
        "range": "stddev: 0.000012",
        "extra": "mean: 250 usec\nrounds: 1234",
    }
    run = {
        "commit": {"id": "f00", "message": "m", "url": "u"},
        "date": 1690670039287,
        "tool": "pytest",
        "benches": [bench],
    }
    older = {**run, "commit": {"id": "e00"}, "date": 1690670000000}
    other = {**run, "tool": "cargo"}
    document = {
        "lastUpdate": 1690670039300,
        "repoUrl": "https://github.com/owner/shop",
        "entries": {"Benchmark": [run, older], "Rust": [other]},
    }
    return {**document, **fields}


@pytest.mark.parametrize("shape", ["window.BENCHMARK_DATA = {}", "{}"])
def test_what_github_action_benchmark_published(tmp_path: Path, shape: str) -> None:
    text = shape.replace("{}", json.dumps(data_js(), indent=2))
    older, newer = taken(write(tmp_path / "data.js", text), here=HERE)
    assert (older.run.commit, newer.run.commit) == ("e00", "f00")
    assert newer.run.started == "2023-07-29T22:33:59.287+00:00"
    assert newer.run.project == "shop"
    assert newer.run.base
    (own,) = benchmarks(newer).values()
    assert own.rounds == 1234
    assert dict(own.stats) == {"mean": pytest.approx(0.00025), "stddev": 0.000012}
    assert taken(tmp_path / "data.js", here=HERE)[1] == newer


def test_where_nobody_says_where_it_was_nothing_is_taken(tmp_path: Path) -> None:
    path = write(tmp_path / "data.js", data_js())
    with pytest.raises(ImportingError, match="does not tell where it was measured") as caught:
        taken(path)
    assert "--as-this-machine" in caught.value.remedy


# bad files

BENCH = {"name": "a", "value": 1.0, "unit": "iter/sec"}
RUN = {"commit": {"id": "a"}, "date": 1, "tool": "pytest", "benches": [BENCH]}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("", "not in a format"),
        ("[1, 2", "not in a format"),
        ('{"machine_info": {}, "benchmarks": [', "not readable as JSON"),
        (stored(benchmarks={}), "benchmarks: a list is missing"),
        (stored(benchmarks=[3]), "benchmarks[0]: an object is missing"),
        (stored(benchmarks=[{"stats": {}}]), "fullname: a text is missing"),
        (stored(benchmarks=[{"fullname": "a", "stats": {"min": 1.0}}]), "neither mean nor median"),
        (stored(benchmarks=[{"fullname": "a", "stats": {"mean": "x"}}]), "'x' is no time"),
        (stored(benchmarks=[{"fullname": "a", "stats": {"mean": -1}}]), "-1 is no time"),
        (stored(datetime="yesterday"), "'yesterday' is no time"),
        (stored(datetime=None), "datetime: a text is missing"),
        (stored(commit_info=[1]), "commit_info: an object is missing"),
        ("window.BENCHMARK_DATA = oops", "not JSON"),
        (data_js(entries=[]), "entries: an object is missing"),
        (data_js(entries={"A": [{**RUN, "tool": "go"}]}), "no entry is of the tool pytest"),
        (data_js(entries={"A": [{**RUN, "commit": {}}]}), "commit.id: a text is missing"),
        (data_js(entries={"A": [{**RUN, "date": "x"}]}), "date: 'x' is no time"),
        (data_js(entries={"A": [{**RUN, "date": 1e30}]}), "is no time"),
        (data_js(entries={"A": [{**RUN, "benches": [{**BENCH, "unit": "s"}]}]}), "unit: 's'"),
        (data_js(entries={"A": [{**RUN, "benches": [{**BENCH, "value": 0}]}]}), "iterations"),
    ],
)
def test_a_bad_file_is_named_with_the_place(tmp_path: Path, document: object, said: str) -> None:
    path = write(tmp_path / "bad.json", document)
    with pytest.raises(ImportingError) as caught:
        taken(path, here=HERE)
    assert str(path) in caught.value.message
    assert said in caught.value.message


def test_what_cannot_be_read_at_all(tmp_path: Path) -> None:
    with pytest.raises(ImportingError, match="No such file"):
        taken(tmp_path / "none.json")
    with pytest.raises(ImportingError, match="no saved benchmarks"):
        taken(tmp_path)
    (tmp_path / "b.json").write_bytes(b"\xff\xfe{")
    with pytest.raises(ImportingError, match="not UTF-8"):
        taken(tmp_path / "b.json")


def test_formats_are_known_by_their_content() -> None:
    assert set(FORMATS) == {"pytest-benchmark", "github-action-benchmark"}
    assert detect(json.dumps(stored())) == "pytest-benchmark"
    assert detect("window.BENCHMARK_DATA = {}") == "github-action-benchmark"
    assert detect(json.dumps(data_js())) == "github-action-benchmark"
    assert detect('{"schema": "pytest-readiness/history"}') == ""
