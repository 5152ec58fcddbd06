"""Runs from one history into another, and out of it."""

from __future__ import annotations

import gzip
import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import kept
from pytest_readiness import cli
from pytest_readiness.history import baseline_file
from pytest_readiness.history.decisions import Decided
from pytest_readiness.history.entry import Entry
from pytest_readiness.history.store import open_store
from pytest_readiness.model.evidence import Decision

Capsys = pytest.CaptureFixture[str]
DB = ".readiness/history.db"


def fill(path: str, entries: Sequence[Entry], project: Path) -> None:
    store = open_store(path, project)
    for one in entries:
        store.append(one)
    store.close()


def entries(path: str, project: Path) -> list[Entry]:
    store = open_store(path, project, create=False, read_only=True)
    found = list(store.entries())
    store.close()
    return found


def run(capsys: Capsys, *arguments: str, status: int = 0) -> str:
    assert cli.main(["history", *arguments]) == status
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return out if status == 0 else out + err


@pytest.fixture
def five(project: Path) -> list[Entry]:
    runs = [kept.numbered(number) for number in range(5)]
    fill(DB, runs, project)
    return runs


@pytest.mark.parametrize("name", ["runs.jsonl", "runs.jsonl.gz"])
def test_there_and_back(project: Path, five: list[Entry], capsys: Capsys, name: str) -> None:
    assert run(capsys, "export", name) == f"5 runs written to {name}\n"
    told = run(capsys, "import", name, "--history", "other.db")
    assert told == f"{name}: 5 runs, 5 new\n"
    assert entries("other.db", project) == entries(DB, project) == five
    assert run(capsys, "import", name, "--history", "other.db") == f"{name}: 5 runs, 0 new\n"


def decided(gate: str, day: str = "2026-11-21") -> Decided:
    decision = Decision(
        reason="checkout is down, 全\n\ud800",
        owner="@oncall",
        expires="2026-11-23",
        decided=f"{day}T03:04:05.000+00:00",
        value="2",
    )
    return Decided(runs="run-001 run-002", gate=gate, project="shop", decision=decision)


def decisions(path: str, project: Path, *new: Decided) -> tuple[Decided, ...]:
    store = open_store(path, project)
    store.decide(new)
    found = store.decisions()
    store.close()
    return found


@pytest.mark.parametrize("name", ["runs.jsonl", "runs.jsonl.gz"])
def test_hotfixes_go_along(project: Path, five: list[Entry], capsys: Capsys, name: str) -> None:
    two = decisions(DB, project, decided("tests.failed"), decided("coverage.lines"))
    assert len(two) == 2
    told = run(capsys, "export", name)
    assert told == f"5 runs and 2 decisions written to {name}\n"
    arguments = ("import", name, "--history", "other.db")
    assert run(capsys, *arguments) == f"{name}: 5 runs, 5 new; 2 decisions, 2 new\n"
    assert decisions("other.db", project) == two
    assert run(capsys, *arguments) == f"{name}: 5 runs, 0 new; 2 decisions, 0 new\n"
    third = decided("tests.failed", "2026-11-22")
    decisions("third.db", project, third, two[0])
    told = run(capsys, "merge", "third.db", "--history", "other.db")
    assert told == "third.db: 0 runs, 0 new; 2 decisions, 1 new\n"
    assert decisions("other.db", project) == (*two, third)
    assert run(capsys, "export", "empty.jsonl", "--history", "third.db").startswith("0 runs and 2")
    told = run(capsys, "import", "empty.jsonl", "--history", "fourth.db")
    assert told == "empty.jsonl: 0 runs, 0 new; 2 decisions, 2 new\n"


def test_the_latest_runs_take_hotfixes_since_then_along(
    project: Path, five: list[Entry], capsys: Capsys
) -> None:
    decisions(DB, project, decided("old", "2000-01-01"), decided("new", "2099-01-01"))
    lines = [json.loads(line) for line in run(capsys, "export", "--last", "2").splitlines()]
    assert [line.get("gate") for line in lines] == [None, None, "new"]
    assert len(run(capsys, "export").splitlines()) == 7


@pytest.mark.parametrize(
    "changes",
    [
        {"decision": 3},
        {"decision": {}},
        {"gate": None},
        {"runs": ["a"]},
        {"expires": "soon"},
        {"decided": 7},
        {"version": 9},
    ],
)
def test_a_damaged_hotfix_is_told(
    project: Path, five: list[Entry], capsys: Capsys, changes: dict[str, object]
) -> None:
    decisions(DB, project, decided("tests.failed"))
    *runs, last = run(capsys, "export").splitlines()
    document = json.loads(last)
    for key, value in changes.items():
        (document if key in document else document["decision"])[key] = value
    (project / "x.jsonl").write_text("\n".join([*runs, json.dumps(document)]))
    told = run(capsys, "import", "x.jsonl", "--history", "other.db", status=4)
    assert "x.jsonl: 5 runs, 5 new" in told
    assert "x.jsonl:6: " in told
    assert decisions("other.db", project) == ()


def test_standard_output_and_input(
    project: Path, five: list[Entry], capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = run(capsys, "export", "--last", "2")
    assert [json.loads(line)["run"]["id"] for line in text.splitlines()] == ["run-003", "run-004"]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert run(capsys, "import", "-", "--history", "o.db") == "-: 2 runs, 2 new\n"


def test_an_export_is_repeatable(project: Path, five: list[Entry], capsys: Capsys) -> None:
    for name in ("a.gz", "b.gz"):
        run(capsys, "export", name)
    assert (project / "a.gz").read_bytes() == (project / "b.gz").read_bytes()


def test_histories_that_diverged_are_joined(project: Path, capsys: Capsys) -> None:
    runs = [kept.numbered(number) for number in range(7)]
    fill(DB, runs[:4], project)
    fill("left.db", runs[2:5], project)
    fill("right.db", runs[4:], project)
    assert run(capsys, "merge", "left.db", "right.db").splitlines() == [
        "left.db: 3 runs, 1 new",
        "right.db: 3 runs, 2 new",
    ]
    assert entries(DB, project) == runs
    assert len(entries("left.db", project)) == 3
    told = run(capsys, "merge", "right.db", "left.db", DB)
    assert all(line.endswith(" 0 new") for line in told.splitlines())


def test_the_order_of_merging_does_not_matter(project: Path, capsys: Capsys) -> None:
    runs = [kept.numbered(number) for number in range(6)]
    fill("left.db", runs[:4], project)
    fill("right.db", runs[3:], project)
    run(capsys, "merge", "left.db", "right.db", "--history", "one.db")
    run(capsys, "merge", "right.db", "left.db", "--history", "two.db")
    assert entries("one.db", project) == entries("two.db", project) == runs


def test_what_can_be_read_is_taken_over(project: Path, five: list[Entry], capsys: Capsys) -> None:
    run(capsys, "export", "good.jsonl")
    content = (project / "good.jsonl").read_text()
    (project / "cut.jsonl").write_text(content[:-200])
    newer = json.loads(content.splitlines()[0])
    newer["version"] = 99
    (project / "newer.jsonl").write_text(json.dumps(newer))
    (project / "cut.gz").write_bytes(gzip.compress(content.encode())[:-30])
    names = ["cut.jsonl", "newer.jsonl", "cut.gz", "gone.jsonl", "good.jsonl"]
    told = run(capsys, "import", *names, "--history", "other.db", status=4)
    assert "cut.jsonl: 4 runs, 4 new" in told
    assert "cut.jsonl:5: " in told
    assert "upgrade" in told
    assert "cut.gz: cannot be read" in told
    assert "gone.jsonl" in told
    assert "good.jsonl: 5 runs, 1 new" in told
    assert entries("other.db", project) == five


def test_other_histories_that_cannot_be_read(
    project: Path, five: list[Entry], capsys: Capsys
) -> None:
    (project / "text.db").write_text("no database " * 20)
    told = run(capsys, "merge", "gone.db", "text.db", DB, status=4)
    assert "there is no history at" in told
    assert "text.db" in told
    assert (project / "text.db").read_text() == "no database " * 20
    assert not (project / "gone.db").exists()


@pytest.mark.parametrize("command", ["merge", "import"])
def test_no_password_is_printed(
    project: Path, five: list[Entry], capsys: Capsys, command: str
) -> None:
    url = "postgresql://ci:hunter2@localhost:1/readiness"
    told = run(capsys, command, url, status=4)
    assert "hunter2" not in told
    assert "hunter2" not in run(capsys, command, "x", "--history", url, status=4)
    assert "hunter2" not in run(capsys, "runs", "--history", url, status=4)


def test_hostile_names_are_escaped(project: Path, five: list[Entry], capsys: Capsys) -> None:
    told = run(capsys, "import", "::error::x\x1b[31m", status=4)
    assert "\x1b" not in told
    assert not any(line.startswith("::") for line in told.splitlines())


@pytest.mark.parametrize("arguments", [["export", "file/x"], ["baseline", "file/x.json"]])
def test_what_cannot_be_written(
    project: Path, five: list[Entry], capsys: Capsys, arguments: list[str]
) -> None:
    (project / "file").write_text("")
    assert "could not be written" in run(capsys, *arguments, status=4)


def test_prune(project: Path, five: list[Entry], capsys: Capsys) -> None:
    assert run(capsys, "prune", "--runs", "3", "--days", "0") == "2 runs forgotten, 3 kept\n"
    assert [one.run.id for one in entries(DB, project)] == ["run-002", "run-003", "run-004"]


def test_prune_as_configured(project: Path, five: list[Entry], capsys: Capsys) -> None:
    text = (project / "pyproject.toml").read_text()
    head = "[tool.pytest-readiness]\nhistory-runs = 4\nhistory-days = 36500\n"
    (project / "pyproject.toml").write_text(head + text)
    assert run(capsys, "prune") == "1 run forgotten, 4 kept\n"


def test_the_baseline_file_goes_where_it_is_configured(
    project: Path, five: list[Entry], capsys: Capsys
) -> None:
    assert run(capsys, "baseline").startswith(
        f"{project / '.readiness' / 'baseline.json'}: 5 runs of the base branch, "
    )
    head = '[tool.pytest-readiness]\nbaseline-file = "ci/base.json.gz"\n'
    (project / "pyproject.toml").write_text(head + (project / "pyproject.toml").read_text())
    run(capsys, "baseline")
    found = baseline_file.read(project / "ci" / "base.json.gz")
    assert [run.id for run in found.runs] == [one.run.id for one in five]


def test_a_good_baseline_file_is_not_replaced_by_an_empty_one(
    project: Path, capsys: Capsys
) -> None:
    fill(DB, [kept.entry("r", proposal="fork")], project)
    (project / "b.json").write_text("kept")
    told = run(capsys, "baseline", "b.json", status=4)
    assert "no whole run of the base branch" in told
    assert (project / "b.json").read_text() == "kept"
