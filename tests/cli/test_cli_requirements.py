"""``pytest-readiness requirements``: from evidence, from the history, from what is there."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import strategies as made
from commanding import write
from pytest_readiness import cli
from pytest_readiness.cli import collecting
from pytest_readiness.model.evidence import (
    Attempt,
    Collection,
    Data,
    Evidence,
    Look,
    Marked,
    Outcome,
    Record,
)
from pytest_readiness.model.requirement import LookFor

Capsys = pytest.CaptureFixture[str]
CONFIG = """\
[tool.pytest-readiness]
history = "history.db"

[[tool.pytest-readiness.requirements]]
id = "SEC-1"
title = "Logins need a password"
owner = "@sec @shop"
tests = true

[[tool.pytest-readiness.requirements]]
id = "OPS-1"
title = "Rollback is written down"
severity = "medium"
owner = "@ops"
file = "docs/ops.md"

[[tool.pytest-readiness.requirements]]
id = "OPS-2"
title = "Nothing proves it"
depends-on = ["OPS-1"]
"""
TESTS = """\
import pytest

@pytest.mark.readiness("SEC-1")
def test_login(): raise SystemExit("a test was run")

@pytest.mark.readiness("SEC-1", "OPS-1")
def test_logout(): pass

@pytest.mark.readiness("SEC-2")
def test_other(): pass
"""
A, B = "test_shop.py::test_login", "test_shop.py::test_logout"


def evidence(run: str = "r1", login: Outcome = Outcome.PASSED) -> Evidence:
    look = LookFor(what="file", path="docs/ops.md")
    told: list[tuple[str, Data]] = [
        ("", made.run(sections=("looks", "marks", "tests"))),
        ("", Collection(tests=(A, B))),
        (A, Attempt(outcome=login)),
        (B, Attempt(outcome=Outcome.PASSED)),
        (A, Marked(requirements=("SEC-1",))),
        (B, Marked(requirements=("SEC-1", "OPS-1"))),
        (look.key, Look(holds=False, detail="there is no docs/ops.md")),
    ]
    return Evidence.of(Record(run, "", subject, 0, data) for subject, data in told).sealed()


@pytest.fixture(name="shop")
def fixture_shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pyproject.toml").write_text(CONFIG)
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    write(tmp_path / "one.json", evidence())
    write(tmp_path / "failed.json", evidence("r2", Outcome.FAILED))
    return tmp_path


def listed(capsys: Capsys, *arguments: str) -> str:
    assert cli.main(["requirements", *arguments]) == 0
    return capsys.readouterr().out


def as_json(capsys: Capsys, *arguments: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(listed(capsys, "--json", *arguments))
    return document


def states(document: dict[str, Any]) -> dict[str, str]:
    return {one["id"]: one["state"] for one in document["requirements"]}


def test_from_evidence(shop: Path, capsys: Capsys) -> None:
    out = listed(capsys, "one.json")
    assert out.startswith(" from one.json\n")
    assert "1 of 3 passed, 1 failed, 1 deferred" in out
    assert "pass      SEC-1 Logins need a password" in out
    assert "test_shop.py::test_logout: passed" in out
    assert "docs/ops.md: failed: there is no docs/ops.md" in out
    assert "waits for OPS-1" in out
    assert "2 tests are marked" in out


def test_a_failed_test_is_named(shop: Path, capsys: Capsys) -> None:
    document = as_json(capsys, "failed.json")
    assert states(document) == {"SEC-1": "failed", "OPS-1": "failed", "OPS-2": "deferred"}
    ((proof,),) = [one["proofs"] for one in document["requirements"] if one["id"] == "SEC-1"]
    assert [(one["subject"]["id"], one["outcome"]) for one in proof["traces"]] == [
        (A, "failed"),
        (B, "passed"),
    ]


def test_from_test_to_requirements(shop: Path, capsys: Capsys) -> None:
    assert listed(capsys, "--tests", "failed.json") == (
        " from failed.json\n"
        "\n"
        " test_shop.py::test_login: failed\n"
        "     SEC-1 Logins need a password: failed\n"
        " test_shop.py::test_logout: passed\n"
        "     SEC-1 Logins need a password: failed\n"
        "     OPS-1 Rollback is written down: failed (it asks for no tests: write tests = true)\n"
    )


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--owner", "ops"], {"OPS-1"}),
        (["--owner", "@SHOP"], {"SEC-1"}),
        (["--owner", "nobody"], set()),
        (["--state", "passed"], {"SEC-1"}),
        (["--state", "open"], {"OPS-1", "OPS-2"}),
        (["--state", "failed", "--state", "passed"], {"SEC-1", "OPS-1"}),
        (["--state", "open", "--owner", "@ops"], {"OPS-1"}),
    ],
)
def test_only_some(shop: Path, capsys: Capsys, arguments: list[str], expected: set[str]) -> None:
    document = as_json(capsys, "one.json", *arguments)
    assert set(states(document)) == expected
    ids = {name for test in document["tests"] for name in test["requirements"]}
    assert ("SEC-1" in ids) == bool({"SEC-1", "OPS-1"} & expected)


def test_from_the_latest_whole_run_in_the_history(shop: Path, capsys: Capsys) -> None:
    cli.main(["judge", "failed.json", "--record"])
    cli.main(["judge", "one.json", "--record"])
    capsys.readouterr()
    document = as_json(capsys)
    assert document["source"].startswith("from the latest run in the history: r")
    assert document["ran"] is True
    assert states(document)["OPS-1"] == "failed"


def test_from_what_is_there(shop: Path, capsys: Capsys) -> None:
    (shop / "docs").mkdir()
    (shop / "docs/ops.md").write_text("x")
    (shop / "test_shop.py").write_text(TESTS)
    document = as_json(capsys, "--now")
    assert "no test was run" in document["source"]
    assert (document["schema"], document["version"]) == ("pytest-readiness/requirements", 1)
    assert document["ran"] is False
    assert states(document) == {"SEC-1": "not verified", "OPS-1": "passed", "OPS-2": "not verified"}
    assert [
        (one["test"]["id"], one["requirements"], one["outcome"]) for one in document["tests"]
    ] == [
        (A, ["SEC-1"], ""),
        (B, ["SEC-1", "OPS-1"], ""),
    ]
    assert document["problems"] == [
        'test_shop.py:9: test_shop.py::test_other: there is no requirement "SEC-2": did you mean'
        " SEC-1?"
    ]
    ((proof,),) = [one["proofs"] for one in document["requirements"] if one["id"] == "SEC-1"]
    assert {one["outcome"] for one in proof["traces"]} == {"not run"}


def test_what_cannot_be_collected(shop: Path, capsys: Capsys) -> None:
    (shop / "test_shop.py").write_text("import nothing_here\n")
    (shop / "test_good.py").write_text(TESTS.replace('("SEC-2")', ""))
    out = listed(capsys)
    assert "pytest --collect-only ended with status 2: ERROR test_shop.py" in out
    assert "test_good.py::test_login: not run" in out
    assert "the mark names no requirement" in out


@pytest.mark.parametrize(
    "error", [OSError("no such program"), subprocess.TimeoutExpired("pytest", 300.0)]
)
def test_pytest_that_does_not_answer(
    shop: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*args: object, **more: object) -> None:
        raise error

    monkeypatch.setattr(collecting.subprocess, "run", fail)
    document = as_json(capsys)
    assert states(document)["OPS-1"] == "failed"
    (problem,) = document["problems"]
    assert problem.startswith("pytest could not collect: ")


def test_nothing_is_configured(shop: Path, capsys: Capsys) -> None:
    (shop / "pyproject.toml").write_text("[tool.pytest-readiness]\n")
    assert "no requirements are configured" in listed(capsys)


def test_mistakes(shop: Path, capsys: Capsys) -> None:
    assert cli.main(["requirements", "--now", "one.json", "gone.json"]) == 4
    err = capsys.readouterr().err
    assert "--now is about the files here" in err
    assert "gone.json: cannot be read" in err


def test_hostile_text(shop: Path, capsys: Capsys) -> None:
    hostile = "::error::<b>\\u001b[31m\\u202e"
    config = CONFIG.replace("Logins need", f"{hostile} need").replace("@ops", hostile)
    (shop / "pyproject.toml").write_text(config)
    for arguments in (["one.json"], ["--tests", "one.json"]):
        out = listed(capsys, *arguments)
        assert "<b>" in out
        assert out.replace("\n", "").isprintable()
        assert not any(line.lstrip().startswith("::") for line in out.splitlines())
    document = as_json(capsys, "one.json")
    assert document["requirements"][0]["title"].startswith("::error::<b>\x1b[31m")


def test_the_json_is_of_one_form(shop: Path, capsys: Capsys) -> None:
    schema = {
        "type": "object",
        "required": ["schema", "version", "source", "ran", "requirements", "tests", "problems"],
        "additionalProperties": False,
        "properties": {
            "schema": {"const": "pytest-readiness/requirements"},
            "version": {"const": 1},
            "source": {"type": "string"},
            "ran": {"type": "boolean"},
            "requirements": {"type": "array", "items": {"required": ["id", "state", "proofs"]}},
            "tests": {
                "type": "array",
                "items": {
                    "required": ["test", "requirements", "outcome", "detail", "idle"],
                    "additionalProperties": {},
                },
            },
            "problems": {"type": "array", "items": {"type": "string"}},
        },
    }
    jsonschema.validate(as_json(capsys, "one.json"), schema)
