"""Configured tools in a session: when they are run, when they are not, and what becomes of the session."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from pytest_readiness import cli
from pytest_readiness.adapter.tooling import Tooling
from pytest_readiness.collect.tools.running import Running
from pytest_readiness.collect.tools.surroundings import INSIDE
from pytest_readiness.model.evidence import Evidence, Fault, Gap, Run, ToolFinding, ToolRun
from pytest_readiness.publish.evidence import loads
from sessions import project, run

PASSING = "def test_a(): pass\ndef test_b(): pass\n"
TOOLS = """
[tool.pytest-readiness.tools.lint]
run = "echo ran >>ran; echo test_a.py:1: bad; exit 1"
shell = true
format = "lines"
pattern = '^(?P<path>\\S+):(?P<line>\\d+): (?P<message>.+)$'
"""
GATE = '"tool.findings" = "== 0"'


@pytest.fixture(autouse=True)
def inside_of_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(INSIDE, raising=False)


def made(pytester: pytest.Pytester, tools: str = TOOLS, **files: str) -> Path:
    return project(pytester, policy=tools, gates=GATE, **{"test_a": PASSING, **files})


def ran(pytester: pytest.Pytester) -> int:
    """How often the tool ran."""
    path = pytester.path / "ran"
    return len(path.read_text().splitlines()) if path.exists() else 0


def gaps(evidence: Evidence) -> dict[str, str]:
    return {
        record.subject: gap.message
        for record, gap in evidence.select(Gap)
        if Gap.section(record.subject) == "tools"
    }


def findings(evidence: Evidence) -> list[str]:
    return [record.subject for record, _ in evidence.select(ToolFinding)]


def test_a_tool_runs_after_the_tests(pytester: pytest.Pytester) -> None:
    tools = TOOLS.replace("echo ran", "ls after && sleep 0.7; echo ran")
    made(pytester, tools, test_b="import pathlib\ndef test(): pathlib.Path('after').touch()")
    seen = run(pytester)
    assert ran(pytester) == 1
    assert "3 passed" in seen.output
    assert "readiness: running lint\n" in seen.output
    assert (seen.status, seen.outcomes()["tool.findings"]) == (1, "failed")
    assert findings(seen.evidence) == ["lint:error:-:test_a.py"]
    ((_, tool),) = seen.evidence.select(ToolRun)
    assert (tool.exit_status, tool.format) == (1, "lines")
    # nothing of it is the suite's time
    ((_, manifest),) = seen.evidence.select(Run)
    assert tool.duration > 0.7 > manifest.duration
    assert "tools" in manifest.sections


def test_quiet_sessions_are_quiet(pytester: pytest.Pytester) -> None:
    made(pytester)
    seen = run(pytester, "-q")
    assert "running lint" not in seen.output
    assert ran(pytester) == 1


@pytest.mark.parametrize(
    ("arguments", "times"),
    [
        (("-k", "test_a"), 0),
        (("-k", "test_a", "--readiness-mode=strict"), 1),
        (("-x",), 1),
        (("--readiness-mode=collect",), 1),
        (("--readiness-shard=1/2",), 1),
        (("-n1",), 1),
        (("--collect-only",), 0),
    ],
)
def test_when_they_run(pytester: pytest.Pytester, arguments: tuple[str, ...], times: int) -> None:
    made(pytester)
    seen = run(pytester, *arguments, "--readiness-evidence=e.json")
    assert ran(pytester) == times
    assert "INTERNALERROR" not in seen.output
    if "--collect-only" not in arguments:
        evidence = loads((pytester.path / "e.json").read_text())
        assert findings(evidence) == ["lint:error:-:test_a.py"] * times
        assert bool(gaps(evidence)) is (not times)


def test_a_run_that_stopped_at_a_desk_runs_none(pytester: pytest.Pytester) -> None:
    made(pytester, test_a="def test_a(): assert 0\ndef test_b(): pass\n")
    seen = run(pytester, "-x")
    assert (seen.verdict, ran(pytester)) == ("NO VERDICT", 0)
    assert gaps(seen.evidence) == {
        "tools": "no tool is run for a part of the suite that was chosen at a desk"
    }


def test_tests_that_fail_do_not_keep_tools_from_running(pytester: pytest.Pytester) -> None:
    made(pytester, test_a="def test_a(): assert 0\n", test_b="import no_such_module\n")
    seen = run(pytester)
    assert seen.status == 2
    assert ran(pytester) == 1


@pytest.mark.parametrize("mode", ["auto", "strict"])
def test_who_broke_the_session_off_does_not_wait_for_tools(
    pytester: pytest.Pytester, mode: str
) -> None:
    made(pytester, test_a="def test_a(): raise KeyboardInterrupt\n")
    seen = run(pytester, f"--readiness-mode={mode}")
    assert seen.status == 2
    assert ran(pytester) == 0


def test_ctrl_c_ends_a_tool_and_those_to_come(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(pytester, TOOLS + TOOLS.replace("tools.lint", "tools.other"))

    def interrupted(self: Running) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Running, "wait", interrupted)
    seen = run(pytester)
    assert seen.outcomes()["tool.findings"] == "not measured"
    assert gaps(seen.evidence) == {
        "tools:lint": "it was interrupted by Ctrl-C",
        "tools:other": "it was not run: interrupted by Ctrl-C",
    }
    assert seen.status == 1


BESIDE = """
[tool.pytest-readiness.tools.server]
run = "echo $$ >pid; echo ran >>ran; while test ! -e done; do sleep 0.01; done"
shell = true
beside = true
timeout = "20s"
"""


def test_a_tool_may_run_beside_the_tests(pytester: pytest.Pytester) -> None:
    suite = """
import os, pathlib, time
def test_a():
    until = time.monotonic() + 20
    while not pathlib.Path("ran").exists() and time.monotonic() < until: time.sleep(0.01)
    assert pathlib.Path("ran").exists()
    pathlib.Path("done").touch()
"""
    made(pytester, BESIDE, test_a=suite)
    seen = run(pytester)
    assert seen.status == 0
    ((record, tool),) = seen.evidence.select(ToolRun)
    assert (record.subject, tool.exit_status, ran(pytester)) == ("server", 0, 1)


def test_none_runs_beside_a_part_of_the_suite(pytester: pytest.Pytester) -> None:
    made(pytester, BESIDE, test_a="import time\ndef test_a(): time.sleep(0.3)\n")
    run(pytester, "-k", "test_a")
    assert ran(pytester) == 0


@pytest.mark.parametrize("arguments", [(), ("-x",), ("--maxfail=1", "-p", "no:terminal")])
def test_what_runs_beside_ends_with_the_session(
    pytester: pytest.Pytester, arguments: tuple[str, ...]
) -> None:
    suite = """
import pathlib, time
def test_a():
    until = time.monotonic() + 10
    while not pathlib.Path("ran").exists() and time.monotonic() < until: time.sleep(0.01)
    raise KeyboardInterrupt
"""
    made(pytester, BESIDE, test_a=suite)
    began = time.monotonic()
    run(pytester, *arguments)
    assert time.monotonic() - began < 15  # it would run for 20 s
    number = int((pytester.path / "pid").read_text())
    assert not Path(f"/proc/{number}").exists()


def test_a_session_that_a_tool_started_runs_none(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(pytester)
    monkeypatch.setenv(INSIDE, "smoke")
    seen = run(pytester)
    assert ran(pytester) == 0
    (message,) = gaps(seen.evidence).values()
    assert "started by the tool smoke of another one" in message
    assert seen.status == 1


@pytest.mark.parametrize("broken", ["facts", "begin", "_facts", "_started"])
def test_our_own_mistake_is_a_fault_and_blocks(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    made(pytester)

    def raising(*_: object) -> None:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(Tooling, broken, raising)
    seen = run(pytester)
    assert "2 passed" in seen.output
    assert "INTERNALERROR" not in seen.output
    assert (seen.status, seen.verdict) == (1, "NOT READY")
    assert any("ours" in fault.message for _, fault in seen.evidence.select(Fault))


def test_tests_cannot_add_a_command(pytester: pytest.Pytester) -> None:
    suite = """
import pathlib
def test_a():
    path = pathlib.Path("pyproject.toml")
    path.write_text(path.read_text().replace("echo ran", "echo ran >other; echo ran"))
"""
    made(pytester, test_a=suite)
    run(pytester)
    assert ran(pytester) == 1
    assert not (pytester.path / "other").exists()


def test_evidence_is_judged_again_and_no_command_is_run(
    pytester: pytest.Pytester, capsys: pytest.CaptureFixture[str]
) -> None:
    made(pytester)
    run(pytester, "--readiness-evidence=e.json")
    path = pytester.path / "e.json"
    evil = path.read_text().replace("echo ran >>ran", "echo evil >>ran; echo ran >>ran")
    assert evil != path.read_text()
    path.write_text(evil)
    assert cli.main(["judge", "e.json"]) == 1
    assert "Findings of tools" in capsys.readouterr().out
    assert ran(pytester) == 1
