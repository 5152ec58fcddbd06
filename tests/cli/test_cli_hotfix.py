"""Hotfixes: saved evidence judged again, with a decision that is shown first and kept."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest

from commanding import CONFIG, evidence, write
from pytest_readiness import cli
from pytest_readiness.cli import hotfix
from pytest_readiness.model.evidence import Attempt, Decision, Evidence, Fault, Outcome, Record, Run
from pytest_readiness.model.value import replace

Capsys = pytest.CaptureFixture[str]
NOW = datetime.datetime.now(datetime.timezone.utc)
DAY = datetime.timedelta(days=1)
ASKED = ("--reason", "checkout is down", "--owner", "@oncall", "--expires", "48h")
FAILED = "tests/test_a.py::test_a"


def broken(**fields: object) -> Evidence:
    """Of a run in which a test failed."""
    made = evidence(exit_status=1, **fields)  # type: ignore[arg-type]
    return Evidence.of(
        record._replace(data=Attempt(outcome=Outcome.FAILED, call=0.1))
        if isinstance(record.data, Attempt) and record.subject == FAILED
        else record
        for record in made.records
        if record.data.kind != "seal"
    )


@pytest.fixture
def broken_run(project: Path) -> Path:
    (project / "pyproject.toml").write_text('[tool.pytest-readiness]\nhistory = "h.db"\n' + CONFIG)
    write(project / "one.json", broken())
    return project


def judge(*arguments: str) -> int:
    return cli.main(["judge", "one.json", *arguments])


def test_a_hotfix_makes_it_ready_with_risks_and_is_kept(broken_run: Path, capsys: Capsys) -> None:
    assert judge() == 1
    capsys.readouterr()
    assert judge("--waive", "tests.failed", *ASKED) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "READY WITH RISKS" in lines[0]
    until = (NOW + 2 * DAY).date().isoformat()
    first = next(line for line in lines[1:] if line.strip() and "judged again" not in line)
    assert f"HOTFIX: tests.failed is waived until {until} by @oncall: checkout is down" in first
    # kept, listed, shown in later scorecards; and it waives nothing there
    assert cli.main(["history", "decisions", "--json"]) == 0
    (kept,) = json.loads(capsys.readouterr().out)["decisions"]
    assert kept.pop("decided")[:10] == NOW.date().isoformat()
    assert kept == {
        "gate": "tests.failed",
        "runs": ["r1"],
        "reason": "checkout is down",
        "owner": "@oncall",
        "expires": until,
        "value": "1",
    }
    assert cli.main(["history", "decisions"]) == 0
    assert "1 hotfix of" in capsys.readouterr().out
    assert judge() == 1
    out = capsys.readouterr().out
    assert "hotfix of an earlier day: @oncall waived tests.failed, which had 1," in out
    assert "NOT READY" in out


def test_what_a_hotfix_does_not_accept(broken_run: Path, capsys: Capsys) -> None:
    waived = ("--waive", "tests.failed", *ASKED)
    assert judge(*waived, "--gate", "tests.run >= 9") == 1  # another gate
    for status in (2, 3):  # interrupted, an internal error: not the tests that failed
        write(broken_run / "one.json", changed(broken(), exit_status=status))
        assert judge(*waived) == status
    fault = Record("r1", "", "plugin", 0, Fault(message="it raised"))
    write(broken_run / "one.json", broken().merge(Evidence.of([fault])))
    assert judge(*waived) == 1
    assert "plugin" in capsys.readouterr().out


def changed(given: Evidence, **fields: object) -> Evidence:
    return Evidence.of(
        record._replace(data=replace(record.data, **fields))
        if isinstance(record.data, Run)
        else record
        for record in given.records
    )


def test_evidence_that_contradicts_itself_is_not_accepted(broken_run: Path, capsys: Capsys) -> None:
    both = broken().merge(changed(broken(), exit_status=0))
    write(broken_run / "one.json", both)
    assert judge("--waive", "tests.failed", *ASKED) == cli.USAGE_ERROR
    assert "the evidence contradicts itself, which no hotfix accepts" in capsys.readouterr().err


def test_a_requirement_is_waived_by_its_id(broken_run: Path, capsys: Capsys) -> None:
    with (broken_run / "pyproject.toml").open("a") as file:
        file.write(
            '[[tool.pytest-readiness.requirements]]\nid = "SEC-1"\ntitle = "No secrets"\n'
            'attestation = { by = "@ada", date = 2026-01-01, state = "not started" }\n'
        )
    assert judge("--waive", "tests.failed", *ASKED) == 1
    assert judge("--waive", "tests.failed", "--waive", "SEC-1", *ASKED) == 0
    capsys.readouterr()
    assert cli.main(["history", "decisions", "--json"]) == 0
    kept = json.loads(capsys.readouterr().out)["decisions"]
    assert [one["gate"] for one in kept] == ["tests.failed", "tests.failed", "SEC-1"]
    assert all(one["value"] for one in kept)


def test_a_hotfix_that_is_not_needed_is_not_kept(broken_run: Path, capsys: Capsys) -> None:
    assert judge("--waive", "tests.run", *ASKED) == 1
    assert "accepts nothing in this run" in capsys.readouterr().out
    assert not (broken_run / "h.db").exists()


def test_a_hotfix_that_cannot_be_kept_does_not_hold(broken_run: Path, capsys: Capsys) -> None:
    (broken_run / "h.db").mkdir()
    assert judge("--waive", "tests.failed", *ASKED) == 1
    assert "the hotfix was not kept, so it does not hold" in capsys.readouterr().err


def test_without_a_history_a_hotfix_stands_in_the_report_alone(
    project: Path, capsys: Capsys
) -> None:
    (project / "pyproject.toml").write_text("[tool.pytest-readiness]\nhistory = false\n" + CONFIG)
    write(project / "one.json", broken())
    assert judge("--waive", "tests.failed", *ASKED) == 0
    assert "no history is kept here" in capsys.readouterr().out


def test_a_decision_in_an_evidence_file_waives_nothing(broken_run: Path, capsys: Capsys) -> None:
    """Whoever writes an evidence file can claim anything; it is shown, and gains nothing."""
    claim = Decision(
        reason="trust me",
        owner="@ceo",
        expires=(NOW + DAY).date().isoformat(),
        decided=NOW.isoformat(),
    )
    with_claim = broken().merge(Evidence.of([Record("r1", "", "tests.failed", 0, claim)]))
    write(broken_run / "one.json", with_claim)
    assert judge() == 1
    assert "NOT READY" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--waive", "tests.failed"), "--reason and --owner and --expires are missing"),
        (("--waive", "tests.failed", *ASKED[:4]), "--expires is missing"),
        (("--waive", "tests.failed", *ASKED[:-1], " "), "--expires is missing"),
        (("--waive", "tests.faild", *ASKED), 'no gate "tests.faild"; did you mean tests.failed?'),
        (("--waive", "coverage", *ASKED), "there are tests.failed, tests.errors, tests.run"),
        (("--waive", "tests.failed", *ASKED[:-1], "73h"), "1h to 72h are allowed"),
        (("--waive", "tests.failed", *ASKED[:-1], "0h"), "1h to 72h are allowed"),
        (("--waive", "tests.failed", *ASKED[:-1], "soon"), '"soon" is no day'),
        (("--waive", "tests.failed", *ASKED[:-1], "2020-01-01"), "2020-01-01 is over"),
        (("--waive", "tests.failed", *ASKED[:-1], "2999-01-01"), "72 hours at most"),
        (("--reason", "x"), "--reason: there is no --waive GATE"),
        (("--history", "--waive", "tests.failed", *ASKED), "name the evidence"),
    ],
)  # fmt: skip
def test_mistakes(broken_run: Path, capsys: Capsys, arguments: tuple[str, ...], says: str) -> None:
    assert judge(*arguments) == cli.USAGE_ERROR
    assert says in " ".join(capsys.readouterr().err.split())
    assert not (broken_run / "h.db").exists()


@pytest.mark.parametrize(
    ("text", "clock", "day"),
    [
        ("72h", "2026-11-21T00:00", "2026-11-24"),
        ("72h", "2026-11-21T23:59", "2026-11-24"),
        ("1h", "2026-11-21T23:30", "2026-11-22"),
        (" 12 h", "2026-11-21T08:00", "2026-11-21"),
        ("2026-11-21", "2026-11-21T23:59", "2026-11-21"),
        ("2026-11-24", "2026-11-21T00:01", "2026-11-24"),
        ("2026-11-25", "2026-11-21T23:59", ""),
        ("2026-11-20", "2026-11-21T00:00", ""),
    ],
)
def test_the_last_day_is_one_of_utc(text: str, clock: str, day: str) -> None:
    now = datetime.datetime.fromisoformat(f"{clock}:00+00:00")
    problems: list[str] = []
    found = hotfix.last_day(text, now, problems)
    assert (found.isoformat() if found else "") == day
    assert bool(problems) is not bool(day)
