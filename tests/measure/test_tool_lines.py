"""What each tool came to, from its evidence."""

from __future__ import annotations

import strategies as made
from pytest_readiness.measure.tool_lines import tool_lines
from pytest_readiness.measure.tool_rules import rules
from pytest_readiness.model.evidence import Evidence, Gap, Reason, Record
from pytest_readiness.model.outside import ToolFinding, ToolRun
from pytest_readiness.model.standing import ToolLine

BANDIT = ToolRun(
    command="bandit -r src", format="sarif", levels=("low", "high", "medium"), exit_status=1
)
HASH = ToolFinding(
    tool="bandit", level="high", rule="B324", path="src/a.py", places=((3, "md5"), (9, "md5"))
)
SHELL = ToolFinding(tool="bandit", level="low", rule="B404", path="src/a.py", more=7, fixable=2)


def record(run: str, data: ToolRun | ToolFinding | Gap, subject: str = "") -> Record:
    name = subject or (data.id if isinstance(data, ToolFinding) else "bandit")
    return Record(run, "", name, 0, data)


def lines(*records: Record) -> tuple[ToolLine, ...]:
    manifests = [Record(run, "", "", 0, made.run()) for run in {each.run for each in records}]
    return tool_lines(Evidence.of([*manifests, *records]))


def test_findings_are_counted_by_level_the_gravest_first() -> None:
    (line,) = lines(record("r1", BANDIT), record("r1", HASH), record("r1", SHELL))
    assert line.levels == (("high", 2), ("medium", 0), ("low", 7))
    assert (line.findings, line.fixable, line.exit_status) == (9, 2, 1)


def test_what_several_runs_found_alike_counts_once() -> None:
    other = ToolFinding(
        tool="bandit", level="high", rule="B324", path="src/a.py", places=((3, "md5"), (20, "md5"))
    )
    (line,) = lines(
        record("r1", BANDIT), record("r1", HASH), record("r2", BANDIT), record("r2", other)
    )
    assert line.levels[0] == ("high", 3)


def test_a_tool_that_one_run_could_not_measure_has_no_counts() -> None:
    gap = Gap(reason=Reason.ERROR, message="exit status 139", remedy="run it")
    (line,) = lines(
        record("r1", BANDIT), record("r1", HASH), record("r2", gap, subject="tools:bandit")
    )
    assert (line.levels, line.problem, line.remedy) == ((), "exit status 139", "run it")


def test_tools_stand_by_name_and_other_gaps_are_none_of_theirs() -> None:
    gap = Gap(reason=Reason.NO_DATA, message="not installed")
    found = lines(
        record("r1", BANDIT),
        record("r1", BANDIT, subject="a-tool"),
        record("r1", gap, subject="tools:mypy"),
        record("r1", gap, subject="looks:file"),
    )
    assert [line.name for line in found] == ["a-tool", "bandit", "mypy"]
    assert lines() == ()


def test_findings_are_counted_by_rule() -> None:
    unnamed = ToolFinding(tool="bandit", level="low", path="src/b.py", places=((1, "x"),))
    lower = ToolFinding(tool="bandit", level="low", rule="B324", path="src/b.py", more=1)
    gap = Gap(reason=Reason.NO_DATA, message="not installed")
    stray = ToolFinding(tool="mypy", level="error", rule="misc", places=((1, "x"),))
    records = [
        *(record("r1", one) for one in (BANDIT, HASH, SHELL, unnamed, lower, stray)),
        *(record("r2", one) for one in (BANDIT, HASH)),
        record("r1", BANDIT, subject="clean"),
        record("r1", gap, subject="tools:mypy"),
    ]
    manifests = [Record(run, "", "", 0, made.run()) for run in ("r1", "r2")]
    assert rules(Evidence.of([*manifests, *records])) == {
        "bandit": 11,
        "bandit:B324": 3,
        "bandit:B404": 7,
        "bandit:-": 1,
        "clean": 0,
    }
