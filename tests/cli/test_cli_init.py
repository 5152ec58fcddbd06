"""A first configuration from one run: it passes on that run, and asks for what was reached."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_cli_ratchet import covered

from commanding import evidence, write
from pytest_readiness import cli
from pytest_readiness.config.load import load_policy
from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.model.evidence import Attempt, Evidence, Outcome, Record

Capsys = pytest.CaptureFixture[str]


@pytest.fixture
def measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".readiness").mkdir()
    write(tmp_path / ".readiness" / "first.json", covered("r1", 94, 12))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_was_reached_is_asked_for(measured: Path, capsys: Capsys) -> None:
    assert cli.main(["init"]) == 0
    out, err = capsys.readouterr()
    gates = dict(line.split(" = ", 1) for line in out.splitlines() if line.startswith('"'))
    assert gates['"coverage.lines"'].startswith('">= 93% and >= baseline - 0.5pp"')
    assert gates['"coverage.lines"'].endswith("# 94 % today")
    assert gates['"tests.run"'].startswith('">= 1 and >= baseline - 2%"')
    assert '"coverage.branches"' not in gates
    assert '"benchmark.time"' not in gates
    assert err == ""
    assert not (measured / "pyproject.toml").exists()


@pytest.mark.parametrize("before", ["", "[project]\nname = 'shop'", "[project]\nname = 'shop'\n\n"])
def test_written_it_passes_on_the_same_run(measured: Path, capsys: Capsys, before: str) -> None:
    path = measured / "pyproject.toml"
    if before:
        path.write_text(before)
    assert cli.main(["init", "--write"]) == 0
    assert path.read_text().startswith(before)
    load_policy(path, catalogue=CATALOGUE)
    capsys.readouterr()
    assert cli.main(["judge", ".readiness/first.json"]) == 0
    assert " NOT READY" not in capsys.readouterr().out


def test_a_second_time_is_refused(measured: Path, capsys: Capsys) -> None:
    assert cli.main(["init", "--write"]) == 0
    text = (measured / "pyproject.toml").read_text()
    assert cli.main(["init", "--write"]) == 4
    err = capsys.readouterr().err
    assert "has a [tool.pytest-readiness] already" in err
    assert "measure a run first" not in err
    assert (measured / "pyproject.toml").read_text() == text


def test_no_gate_excuses_a_failing_test(measured: Path, capsys: Capsys) -> None:
    failed = Record(
        "r1", "", "tests/test_a.py::test_a", 0, Attempt(outcome=Outcome.FAILED, call=0.1)
    )
    whole = evidence("r1")
    records = [one for one in whole.records if one.key != failed.key]
    write(measured / "red.json", Evidence.of([*records, failed]))
    assert cli.main(["init", "red.json"]) == 0
    out, err = capsys.readouterr()
    assert "tests.failed" not in out
    assert "does not pass today" in err


def test_without_a_measured_run_it_says_how_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["init"]) == 4
    assert "measure a run first: pytest --readiness" in capsys.readouterr().err


def test_a_broken_pyproject_is_told(measured: Path, capsys: Capsys) -> None:
    (measured / "pyproject.toml").write_text("[tool\n")
    assert cli.main(["init"]) == 4
    assert "pyproject.toml" in capsys.readouterr().err
