"""Judging again beside a history: what is recorded, and what is compared with it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from commanding import evidence, write
from pytest_readiness import cli
from pytest_readiness.cli.history.opened import open_store
from pytest_readiness.history.interface import Wanted
from pytest_readiness.model.evidence import Shard
from pytest_readiness.model.history import PastRun

Capsys = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def kept_for_ever(project: Path) -> None:
    """The evidence is of one day, the clock of any other."""
    path = project / "pyproject.toml"
    path.write_text(f"[tool.pytest-readiness]\nhistory-days = 36500\n{path.read_text()}")


def runs(project: Path) -> tuple[PastRun, ...]:
    store = open_store(".readiness/history.db", project, create=False)
    try:
        return store.load(Wanted()).runs
    finally:
        store.close()


@pytest.fixture
def shards(project: Path) -> list[str]:
    for index, name in enumerate(("a", "b"), 1):
        shard = evidence(f"s{index}", tests=(name,), shard=Shard(index=index, total=2))
        write(project / f"shard-{index}.json", shard)
    return ["shard-1.json", "shard-2.json"]


def said(capsys: Capsys) -> str:
    return " ".join(capsys.readouterr().out.split())


def test_shards_are_recorded_as_one_run(project: Path, shards: list[str], capsys: Capsys) -> None:
    assert cli.main(["judge", *shards, "--record"]) == 0
    id = hashlib.sha256(b"s1\ns2").hexdigest()
    (run,) = runs(project)
    assert (run.id, run.ran, run.failed, run.verdict) == (id, 2, 0, "READY")
    assert run.base
    assert f"recorded as run {id}" in said(capsys)
    assert cli.main(["judge", *reversed(shards), "--record"]) == 0
    assert "was recorded before" in said(capsys)
    assert len(runs(project)) == 1


def test_nothing_is_recorded_unasked(project: Path, shards: list[str]) -> None:
    assert cli.main(["judge", *shards]) == 0
    assert not (project / ".readiness" / "history.db").exists()


def test_a_missing_shard_is_no_base(project: Path, shards: list[str]) -> None:
    assert cli.main(["judge", shards[0], "--record"]) == 1
    (run,) = runs(project)
    assert not run.base


def test_merged_evidence_has_baselines(project: Path, shards: list[str], capsys: Capsys) -> None:
    assert cli.main(["judge", "one.json", "--record"]) == 0
    gate = ["--gate", "tests.run >= baseline"]
    capsys.readouterr()
    assert cli.main(["judge", *shards, *gate]) == 0
    assert " READY: " in said(capsys)
    assert cli.main(["judge", shards[0], *gate]) == 1
    write(project / "less.json", evidence("less", tests=("a",)))
    assert cli.main(["judge", "less.json", *gate]) == 1
    assert "FAIL" in said(capsys)


def test_a_run_is_not_its_own_baseline(project: Path, capsys: Capsys) -> None:
    for _ in range(2):
        assert cli.main(["judge", "one.json", "--record", "--gate", "tests.run >= baseline"]) == 0
        assert "READY WITH RISKS" in said(capsys)


def test_without_a_history_there_is_nothing_to_record_in(project: Path, capsys: Capsys) -> None:
    (project / "pyproject.toml").unlink()
    assert cli.main(["judge", "one.json", "--record"]) == cli.USAGE_ERROR
    assert "no history is kept here" in capsys.readouterr().err


def test_a_history_that_cannot_be_written(project: Path, capsys: Capsys) -> None:
    (project / ".readiness" / "history.db").mkdir(parents=True)
    assert cli.main(["judge", "one.json", "--record"]) == 1
    out, err = capsys.readouterr()
    assert " READY: " in out
    assert err.startswith("pytest-readiness: error: not recorded: ")


def test_a_corrupt_history_is_told_of(
    project: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    path = project / ".readiness" / "history.db"
    path.parent.mkdir()
    path.write_text("not a database, but a long enough text to be taken for a file of its own")
    assert cli.main(["judge", "one.json", "--record"]) == 0
    told = said(capsys)
    assert "history.db.corrupt-1" in told
    assert "recorded as run r1" in told


def test_a_baseline_that_cannot_be_read_is_an_error(project: Path, capsys: Capsys) -> None:
    (project / ".readiness" / "history.db").mkdir(parents=True)
    assert cli.main(["judge", "one.json", "--gate", "tests.run >= baseline"]) == 1
    assert "ERROR Tests run" in said(capsys)


def test_the_baseline_file_stands_in(project: Path, capsys: Capsys) -> None:
    assert cli.main(["judge", "one.json", "--record"]) == 0
    assert cli.main(["history", "baseline", "published.json.gz"]) == 0
    (project / ".readiness" / "history.db").unlink()
    path = project / "pyproject.toml"
    key = 'baseline-file = "published.json.gz"\nhistory-days'
    path.write_text(path.read_text().replace("history-days", key))
    write(project / "less.json", evidence("less", tests=("a",)))
    capsys.readouterr()
    assert cli.main(["judge", "less.json", "--gate", "tests.run >= baseline"]) == 1
    assert "FAIL" in said(capsys)
    (project / "published.json.gz").write_bytes(b"\x1f\x8b")
    assert cli.main(["judge", "less.json", "--gate", "tests.run >= baseline"]) == 1
    assert "truncated" in said(capsys)
