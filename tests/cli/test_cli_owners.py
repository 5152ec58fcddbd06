"""What is shown of a scorecard, by who owns it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commanding import CONFIG, write
from pytest_readiness import cli
from pytest_readiness.model.evidence import Attempt, Collection, Evidence, Outcome, Record
from strategies import run

Capsys = pytest.CaptureFixture[str]
TESTS = ("shop/test_a.py::test_a", "shop/test_a.py::test_b", "mail/test_c.py::test_c")


@pytest.fixture
def failed(project: Path) -> Path:
    """Three tests that failed, of two owners."""
    records = [
        Record("r", "", "", 0, run(sections=("tests",), exit_status=1)),
        Record("r", "", "", 0, Collection(tests=TESTS)),
        *(Record("r", "", test, 0, Attempt(outcome=Outcome.FAILED, call=0.1)) for test in TESTS),
    ]
    write(project / "failed.json", Evidence.of(records).sealed())
    (project / "CODEOWNERS").write_text("* @all\n/shop/ @shop @ada\n[broken\n")
    return project


def judged(capsys: Capsys, *arguments: str) -> str:
    assert cli.main(["judge", "failed.json", *arguments]) == 1
    return capsys.readouterr().out


@pytest.mark.usefixtures("failed")
def test_only_what_somebody_owns(capsys: Capsys) -> None:
    whole, part = judged(capsys), judged(capsys, "--owner", "@shop")
    assert "test_c" in whole
    assert "test_c" not in part
    assert "test_b" in part
    assert "only what @shop owns is shown, 2 of 3 findings; the verdict is of the whole" in part
    assert part.splitlines()[0] == whole.splitlines()[0]
    assert part.splitlines()[-1] == whole.splitlines()[-1]
    assert "note: CODEOWNERS: CODEOWNERS:3: GitHub knows no [ ] in patterns" in whole


@pytest.mark.usefixtures("failed")
def test_a_report_shows_the_same_part(capsys: Capsys, failed: Path) -> None:
    judged(capsys, "--owner", "all", "--report", "json:report.json")
    report = json.loads((failed / "report.json").read_text())
    (gate,) = report["gates"]
    assert [finding["owner"] for finding in gate["findings"]] == ["@all"]
    assert report["verdict"]


@pytest.mark.usefixtures("failed")
def test_grouped_by_owner(capsys: Capsys) -> None:
    lines = judged(capsys, "--by-owner").splitlines()
    heads = [line for line in lines if line.startswith(" @")]
    assert heads == [" @ada: 2 findings", " @shop: 2 findings", " @all: 1 finding"]
    assert "NOT READY" in lines[-1]
    assert "@" not in judged(capsys, "--by-owner", "-q")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("failed.json", "--owner", "@"), "--owner: name somebody, as in --owner @payments"),
        (("--history", "--owner", "@a"), "name the evidence that is shown"),
        (("--history", "--by-owner"), "name the evidence that is shown"),
    ],
)
@pytest.mark.usefixtures("failed")
def test_mistakes(capsys: Capsys, arguments: tuple[str, ...], message: str) -> None:
    assert cli.main(["judge", *arguments]) == cli.USAGE_ERROR
    assert message in capsys.readouterr().err


def test_owners_cost_nothing_where_nobody_is_named(project: Path, capsys: Capsys) -> None:
    (project / "pyproject.toml").write_text(
        CONFIG.replace("[tool", "[tool.pytest-readiness]\ncodeowners = false\n[tool", 1)
    )
    (project / "CODEOWNERS").write_text("[broken\n")
    assert cli.main(["judge", "one.json"]) == 0
    assert "CODEOWNERS" not in capsys.readouterr().out
