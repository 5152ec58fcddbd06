"""``history import`` of other tools' files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pytest_readiness.cli.program import main

STORED = {
    "machine_info": {"python_version": "3.12.1", "system": "Linux", "machine": "x86_64"},
    "commit_info": {"id": "abc", "branch": "main", "dirty": False},
    "datetime": "2023-01-02T03:04:05",
    "version": "5.1.0",
    "benchmarks": [
        {"fullname": "t.py::test_a", "stats": {"mean": 1.0, "median": 1.0, "rounds": 3}}
    ],
}
RUN = {"commit": {"id": "a"}, "date": 1690670039287, "tool": "pytest"}
BENCH = {"name": "t.py::test_a", "value": 2.0, "unit": "iter/sec"}
DATA = {"lastUpdate": 1, "entries": {"A": [{**RUN, "benches": [BENCH]}]}}


@pytest.fixture
def files(project: Path) -> Path:
    storage = project / ".benchmarks" / "Linux"
    storage.mkdir(parents=True)
    (storage / "0001_abc.json").write_text(json.dumps(STORED, indent=4))
    (project / "data.js").write_text("window.BENCHMARK_DATA = " + json.dumps(DATA, indent=2))
    return project


def test_other_tools_and_exports_are_told_apart(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--environment", "cpython3.12-linux", "--history", "own.db"]
    assert main(["history", "import", ".benchmarks", "data.js", *where]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said == [".benchmarks: 1 run, 1 new", "data.js: 1 run, 1 new"]
    assert main(["history", "export", "all.jsonl", "--history", "own.db"]) == 0
    capsys.readouterr()
    assert main(["history", "import", "all.jsonl", "data.js", *where]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said == ["all.jsonl: 2 runs, 0 new", "data.js: 1 run, 0 new"]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["data.js"], "does not tell where it was measured"),
        (["data.js", "--environment", "x"], "'x' is not understood"),
        (["data.js", "--environment", "cpus=2", "--as-this-machine"], "exclude each other"),
        (["data.js", "--format", "pytest-benchmark"], "not readable as JSON"),
        (["data.js", "--format", "jsonl"], "data.js:1"),
        (["none.json"], "none.json"),
    ],
)
def test_mistakes_are_told(
    files: Path, capsys: pytest.CaptureFixture[str], args: list[str], said: str
) -> None:
    assert main(["history", "import", "--history", "own.db", *args]) == 4
    assert said in capsys.readouterr().err


def test_as_this_machine(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history", "import", "data.js", "--as-this-machine", "--history", "own.db"]) == 0
    assert "1 new" in capsys.readouterr().out
