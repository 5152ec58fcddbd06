"""The five reports of ``examples/reports``: every figure is computed here a second time, by others' tools or by hand."""

from __future__ import annotations

import datetime
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from showcase import ROOT, environment, git, section
from showcase import pytest as run_pytest

import warm
from pytest_readiness.config.toml import parse

WRITTEN = datetime.date(2026, 11, 21)
"""The day for which the examples' days were chosen."""
Card = dict[str, Any]
SCREEN = 40
OUTCOMES = (
    "FAIL",
    "ERROR",
    "NOT MEASURED",
    "RISK",
    "INCONCLUSIVE",
    "WAIVED",
    "info",
    "pass",
    "n/a",
)


def copied(name: str, directory: Path) -> Path:
    """The example in a repository of its own, its days as far from today as they were from the day it
    was written on."""
    project = directory / name
    ignored = shutil.ignore_patterns(
        ".*cache", "__pycache__", ".readiness", ".benchmarks", ".coverage*"
    )
    shutil.copytree(ROOT / "examples" / "reports" / name, project, ignore=ignored)
    pyproject = project / "pyproject.toml"
    later = today() - WRITTEN
    pyproject.write_text(
        re.sub(
            r"\b20\d\d-\d\d-\d\d\b",
            lambda day: str(datetime.date.fromisoformat(day[0]) + later),
            pyproject.read_text("utf-8"),
        ),
        "utf-8",
    )
    git(project, "init", "-q", "-b", "main")
    git(project, "add", "-A")
    git(project, "commit", "-q", "-m", "as written")
    return project


def today() -> datetime.date:
    return datetime.datetime.now(datetime.timezone.utc).date()


def reported(project: Path, *arguments: str) -> tuple[int, str, Card]:
    """Exit status, section and JSON report; without -v it is a screen, and nothing that blocks is lost."""
    report, evidence = project.parent / "report.json", project.parent / "evidence.json"
    done = run_pytest(
        project,
        *("--readiness", "-v", f"--readiness-report=json:{report}"),
        *(f"--readiness-evidence={evidence}", *arguments),
    )
    card = json.loads(report.read_text("utf-8"))
    for width in (80, 100, 120):
        brief = warm.run(
            *("pytest_readiness.cli", "judge", "--color=no", str(evidence)),
            cwd=project,
            environ=environment(COLUMNS=str(width)),
        ).stdout
        lines = brief.splitlines()
        assert len(lines) - 1 <= SCREEN, brief  # one line says what was judged again
        blocking = {one["id"] for one in card["requirements"] if one["effect"] == "block"}
        assert {name for name in blocking if name not in brief} == set(), brief
        rows = [line.split("  ")[0].strip() for line in lines]
        words = Counter(row for row in rows if row in OUTCOMES)
        folded = re.search(r" (\d+) more gates", brief)
        assert words.total() + (int(folded[1]) - 1 if folded else 0) >= len(card["gates"]), brief
    return done.returncode, section(done.stdout), card


def said_by(project: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=project,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.stdout


def gates(card: Card) -> dict[str, Card]:
    return {gate["name"]: gate for gate in card["gates"]}


def states(card: Card) -> dict[str, str]:
    return {one["id"]: one["state"] for one in card["requirements"]}


def exact(number: Card) -> Fraction:
    return Fraction(number["numerator"], number["denominator"])


def policy(project: Path) -> Card:
    return parse((project / "pyproject.toml").read_text("utf-8"))["tool"]["pytest-readiness"]  # type: ignore[no-any-return]


def adds_up(matrix: Card, items: int) -> None:
    """Rows and columns are sums of the same items."""
    rows = [row["counts"] for row in matrix["rows"]]
    assert [sum(column) for column in zip(*rows, strict=True)] == matrix["sums"]
    assert sum(matrix["sums"]) == matrix["total"] == items


def test_conditional_pass(tmp_path: Path) -> None:
    project = copied("conditional-pass", tmp_path)
    status, shown, card = reported(project)
    found = gates(card)
    assert (status, card["verdict"]) == (0, "READY WITH RISKS")

    # coverage: the whole and each module, as coverage itself tells them
    measured = json.loads(said_by(project, "coverage", "json", "-q", "-o", "-"))
    totals = measured["totals"]
    lines = found["coverage.lines"]["reading"]
    assert (lines["part"], lines["total"]) == (totals["covered_lines"], totals["num_statements"])
    assert {
        one["subject"]["id"]: (one["part"], one["total"])
        for one in found["coverage.file"]["values"]
    } == {
        path: (one["summary"]["covered_lines"], one["summary"]["num_statements"])
        for path, one in measured["files"].items()
    }
    below = {
        path for path, one in measured["files"].items() if one["summary"]["percent_covered"] < 90
    }
    assert {one["subject"]["id"] for one in found["coverage.file"]["findings"]} == below
    assert 0 < len(below) < len(measured["files"])

    # lint, with the command that mends it; no vulnerability by severity; stubs that are missing
    lint = json.loads(said_by(project, "ruff", "check", "--output-format", "json", "."))
    assert found["lint"]["reading"]["value"] == len(lint) > 0
    assert {one["code"] for one in lint} == {"I001", "UP015"}
    assert "ruff check --fix ." in shown
    security = json.loads(said_by(project, "bandit", "-q", "-r", "src", "-f", "json"))
    severe = [one for one in security["results"] if one["issue_severity"] == "HIGH"]
    assert found["vulnerabilities"]["reading"]["value"] == len(severe) == 0
    assert found["type check"]["reading"]["value"] == 1
    assert "types-requests" in shown

    # types, counted
    typed = json.loads(
        subprocess.run(
            [sys.executable, "tools/type_coverage.py"],
            cwd=project, capture_output=True, encoding="utf-8", check=True,
        ).stdout
    )  # fmt: skip
    counted = found["types.coverage"]["reading"]
    assert (counted["part"], counted["total"]) == (typed["typed"], typed["functions"])
    assert typed["typed"] == typed["functions"] > 20

    # what was not measured is told as that, and waits as work with an estimate
    for name in ("detector.p95", "detector.memory"):
        assert (found[name]["outcome"], found[name]["effect"]) == ("not measured", "risk")
    assert states(card) == {
        "SEC-KEY": "passed",
        "SEC-RATE": "passed",
        "P-SAFE": "passed",
        "P-SIMPLE": "passed",
        "P-FAST": "passed",
        "P-DOCUMENTED": "passed",
        "DEP-BUILD": "not applicable",
        "DEP-ENV": "passed",
        "DEP-PIN": "passed",
        "DEP-MIGRATION": "not applicable",
        "DEP-ROLLBACK": "passed",
        "WORK-PERFORMANCE": "not verified",
    }
    summary = card["summary"]
    assert {one["name"] for one in summary["items"] if one["severity"] == "critical"} == {
        "coverage.lines", "coverage.file", "lint", "type check",
    }  # fmt: skip
    assert summary["blockers"]["items"] == 0
    for matrix in ("risks", "owners", "efforts"):
        adds_up(summary[matrix], len(summary["items"]))


def test_approval(tmp_path: Path) -> None:
    project = copied("approval", tmp_path)
    # the state before the fixes of this cycle, judged and kept in the history
    digest = project / "src" / "ledger" / "digest.py"
    fixed = digest.read_text("utf-8")
    digest.write_text((project / "docs" / "digest-before.txt").read_text("utf-8"), "utf-8")
    git(project, "commit", "-q", "-a", "-m", "before")
    status, _, before = reported(project)
    assert (status, before["verdict"]) == (1, "NOT READY")
    style = json.loads(said_by(project, "ruff", "check", "--output-format", "json", "."))
    assert gates(before)["style"]["reading"]["value"] == len(style) > 20
    assert gates(before)["vulnerabilities that block"]["reading"]["value"] == 1
    assert "B324" in json.dumps(gates(before)["vulnerabilities that block"]["findings"])

    digest.write_text(fixed, "utf-8")
    git(project, "commit", "-q", "-a", "-m", "fixed")
    status, shown, card = reported(project)
    found = gates(card)
    assert (status, card["verdict"]) == (0, "READY")
    then_and_now = {
        one["gate"]: (one["then"]["value"], one["now"]["value"], one["better"])
        for one in card["summary"]["before"]
    }
    assert then_and_now["style"] == (len(style), 0, True)
    assert then_and_now["vulnerabilities that block"] == (1, 0, True)
    codes = Counter(one["code"] for one in style)
    fixed_rules = {
        (one["tool"], one["rule"]): (one["then"], one["now"])
        for one in card["summary"]["before_rules"]
    }
    assert fixed_rules.pop(("bandit", "B324")) == (1, 0)
    assert fixed_rules == {("ruff", code): (count, 0) for code, count in codes.items()}
    assert "rules fixed: bandit B324 (1), ruff" in shown

    # tests by file, coverage by module, the suite's time
    by_file = {one["subject"]["id"]: one["value"] for one in found["tests.file"]["values"]}
    text = {path: (project / path).read_text("utf-8") for path in by_file}
    assert by_file == {path: len(re.findall(r"(?m)^def test_", text[path])) for path in text}
    assert sorted(by_file.values()) == [1, 2, 2, 2, 2, 4]
    assert sum(by_file.values()) == found["tests.run"]["reading"]["value"] == 13
    measured = json.loads(said_by(project, "coverage", "json", "-q", "-o", "-"))
    shares = [one["summary"]["percent_covered"] for one in measured["files"].values()]
    values = [
        100 * Fraction(one["part"], one["total"])
        for one in found["coverage.file"]["values"]
        if one["total"]
    ]
    assert (float(min(values)), float(max(values))) == pytest.approx((min(shares), max(shares)))
    assert max(shares) == 100 > min(shares) > 80
    assert 0 < found["suite.duration"]["reading"]["value"] < 60

    # nothing blocks; what is deferred is a list with a plan
    deferred = {one["name"] for one in card["summary"]["items"]}
    assert deferred == {"LATER-ASSERT", "LATER-STREAM"}
    assert all(one["effort"] and one["due"] for one in card["summary"]["items"])
    assert [one["id"] for one in card["requirements"] if one["state"] == "not applicable"] == [
        "SEC-XSS", "PERF-LATENCY", "DEP-CANARY",
    ]  # fmt: skip
    assert card["summary"]["signed"] is True
    assert "approved" in shown


def test_scorecard(tmp_path: Path) -> None:
    project = copied("scorecard", tmp_path)
    status, shown, card = reported(project)
    assert (status, card["verdict"]) == (0, "READY WITH RISKS")
    table = card["summary"]["table"]
    weighted = {line["category"]: line for line in table["lines"] if exact(line["weight"])}
    assert len(weighted) == 11
    assert exact(table["maximum"]) == sum(exact(line["weight"]) for line in weighted.values()) == 55
    expected = {
        "Architecture": 4, "Dependencies": 3, "CI hygiene": 4, "Secrets": 5, "Risk and limits": 3,
        "Strategy": 3, "Observability": 4, "Data and artifacts": 5, "Config precedence": 3,
        "Tests and flakiness": 4, "Performance and latency": 0,
    }  # fmt: skip
    points = {
        name: exact(line["earned"]) / exact(line["possible"]) * exact(line["weight"])
        for name, line in weighted.items()
    }
    assert points == expected
    assert exact(table["total"]) == sum(expected.values()) == 38
    assert "38" in shown
    # measured in place of estimated: a slow test, no timeouts, no percentiles
    found = gates(card)
    assert [one["subject"]["id"] for one in found["test.duration"]["findings"]] == [
        "tests/test_journal.py::test_archive"
    ]
    assert found["tests.unbounded"]["reading"]["value"] == found["tests.run"]["reading"]["value"]
    assert {found[name]["outcome"] for name in ("orders.p95", "orders.p99")} == {"not measured"}

    summary = card["summary"]
    for matrix in ("risks", "owners", "efforts"):
        adds_up(summary[matrix], len(summary["items"]))
    # the critical path, in the order in which one waits for the other, and its days added up
    path = [one["name"] for one in summary["items"] if one["milestone"] == "critical path"]
    assert set(path) == {"KILL-SWITCH", "CONFIG-CHECKED", "LATENCY", "STRATEGY", "OBSERVABILITY"}
    assert path.index("KILL-SWITCH") < path.index("LATENCY")
    days = {
        one["id"]: re.fullmatch(r"(\d+)d", one.get("effort", ""))
        for one in policy(project)["requirements"]
    }
    total = sum(int(days[name][1]) for name in path)  # type: ignore[index]
    (hours,) = (one for one in summary["milestones"] if one["milestone"] == "critical path")
    assert (hours["items"], exact(hours["low"])) == (5, 8 * total)
    assert total == 9
    assert "critical path: 5 items, 72 h (9 days)" in shown
    # approved by one of two, with conditions of which one is met
    assert [(one["approver"], bool(one["date"])) for one in summary["signatures"]] == [
        ("@ada", True), ("@risk", False),
    ]  # fmt: skip
    assert summary["signed"] is False
    assert [one["message"].split()[0] for one in card["conditions"]] == [
        "due",
        "due",
        "done",
        "due",
    ]
    assert datetime.date.fromisoformat(summary["review"]) - today() == datetime.timedelta(29)
    # owners of findings come from CODEOWNERS
    assert found["test.duration"]["findings"][0]["owner"] == "@desk @quality"


def test_checklist(tmp_path: Path) -> None:
    project = copied("checklist", tmp_path)
    status, shown, card = reported(project)
    assert (status, card["verdict"]) == (2, "NOT READY")  # pytest's own: a file was not collected
    assert states(card) == {
        "CLI": "failed",
        "SUITE": "failed",
        "SUITE-COVERAGE": "deferred",
        "SUITE-WORKFLOW": "deferred",
        "LINTER": "passed",
        "LINTER-CLEAN": "deferred",
        "TYPES": "passed",
        "NO-TODO": "passed",
        "ABSTRACT": "passed",
        "NO-SECRETS": "passed",
        "ENV-IGNORED": "passed",
        "BENCHMARKS": "passed",
        "BENCHMARKS-RUN": "deferred",
        "CONFIG-CHECK": "deferred",
        "DOCKERFILE": "passed",
        "IMAGE": "deferred",
        "SMOKE": "deferred",
        "ALERTS": "in progress",
        "BACKUP": "not applicable",
        "README": "failed",
        "REVIEW": "deferred",
    }
    assert "exit status 139 (SIGSEGV)" in shown
    waits = {one["id"]: set(one["because"]) for one in card["requirements"] if one["because"]}
    assert waits["SMOKE"] == {"CLI"}  # what is at the root of it, for IMAGE waits itself
    assert waits["CONFIG-CHECK"] == {"CLI"}
    first = [one["name"] for one in card["summary"]["items"][:2]]
    assert set(first) == {"CLI", "SUITE"}  # what the others wait for is closed first
    assert len({one["category"] for one in card["requirements"]}) == 12


def test_weighted(tmp_path: Path) -> None:
    project = copied("weighted", tmp_path)
    evidence = tmp_path / "evidence.json"
    status, shown, card = reported(project)
    assert (status, card["verdict"]) == (1, "NOT READY")
    table = card["summary"]["table"]
    weights = policy(project)["score"]["categories"]
    shares = {
        "Security": 98, "Risk management": 100, "Error handling": 92, "Testing": 85,
        "Monitoring": 60, "Documentation": 82, "Deployment": 70, "Performance": 88,
        "Architecture": 90, "Code quality": 90,
    }  # fmt: skip
    lines = {line["category"]: line for line in table["lines"]}
    for name, weight in weights.items():
        assert exact(lines[name]["share"]) == Fraction(shares[name], 100), name
        assert exact(lines[name]["weighted"]) == Fraction(shares[name] * weight, 100)
    total = sum(Fraction(shares[name] * weight, 100) for name, weight in weights.items())
    assert exact(table["total"]) == total == Fraction(868, 10)
    assert table["grade"] == "B+"
    # the 92 % of the report by hand was the score with the blockers closed: a line of its own
    closed = total + Fraction((100 - shares["Monitoring"]) * weights["Monitoring"], 100)
    assert exact(table["closed"]) == closed == Fraction(928, 10)
    assert table["closed_grade"] == "A-"
    # critical path: 4-6 h, 8-10 h, 2-3 h
    blockers = card["summary"]["blockers"]
    assert (exact(blockers["low"]), exact(blockers["high"])) == (4 + 8 + 2, 6 + 10 + 3)
    assert "14 to 19 h" in shown
    order = [one["name"] for one in card["summary"]["items"] if one["effect"] == "block"]
    assert order == ["MON-ERRORS", "MON-QUEUE", "MON-DASHBOARD"]
    timeline = [one["milestone"] for one in card["summary"]["milestones"]]
    assert [name for name in timeline if name] == [
        "critical path", "day 1", "recommended", "week 1", "month 1",
    ]  # fmt: skip
    for matrix in ("risks", "owners", "efforts"):
        adds_up(card["summary"][matrix], len(card["summary"]["items"]))

    # the approval with conditions is a decision, dated and owned: made on the saved evidence
    report = tmp_path / "approved.json"
    waive = [option for name in order for option in ("--waive", name)]
    done = warm.run(
        "pytest_readiness.cli", "judge", str(evidence), *waive,
        "--reason", "operators watch by hand for two days", "--owner", "@operations",
        "--expires", str(today() + datetime.timedelta(days=2)), "--report", f"json:{report}",
        cwd=project, environ=environment(),
    )  # fmt: skip
    approved = json.loads(report.read_text("utf-8"))
    assert (done.returncode, approved["verdict"]) == (0, "READY WITH RISKS"), done.stdout
    assert [one["gate"] for one in approved["hotfixes"]] == order
    assert approved["fingerprints"] != []
