"""Tools are run: what became of each, whatever it did; and nothing of it stays behind."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from pytest_readiness.collect import Fact
from pytest_readiness.collect.tools import supervisor
from pytest_readiness.collect.tools.fitting import bandit_settings, fitted, mypy_files
from pytest_readiness.collect.tools.outcome import facts_of_report, facts_of_run, last_lines
from pytest_readiness.collect.tools.reports import mark
from pytest_readiness.collect.tools.running import MOST, Ended, Running
from pytest_readiness.collect.tools.surroundings import INSIDE, surroundings, without_secrets
from pytest_readiness.config.known_tools import KNOWN
from pytest_readiness.model.evidence import Gap, Reason, ToolFinding, ToolRun
from pytest_readiness.model.policy import Origin
from pytest_readiness.model.tool import Tool

ORIGIN = Origin(source="pyproject.toml", key="tools.x", line=7)
PATTERN = r"^(?P<path>\S+):(?P<line>\d+): (?P<message>.+)$"


def tool(run: str = "", **settings: Any) -> Tool:
    return Tool(**{"name": "x", "origin": ORIGIN, "run": run, **settings})


def python(code: str) -> str:
    """A command of this interpreter; the code holds no quotation marks of the kind \"."""
    return f'"{sys.executable}" -I -S -c "{code}"'


def end(one: Tool, root: Path, environ: Mapping[str, str] = os.environ) -> Ended:
    return Running(one, root, dict(environ)).wait()


def facts(one: Tool, root: Path, environ: Mapping[str, str] = os.environ) -> tuple[Fact, ...]:
    before = mark(root, one) if one.report else None
    return facts_of_run(one, root, end(one, root, environ), before, environ)


def gap_of(found: tuple[Fact, ...]) -> Gap:
    (fact,) = found
    assert fact.subject == "tools:x"
    assert isinstance(fact.data, Gap)
    return fact.data


def run_of(found: tuple[Fact, ...]) -> ToolRun:
    assert found[0].subject == "x"
    assert isinstance(found[0].data, ToolRun)
    return found[0].data


def alive(number: int) -> bool:
    """A zombie is not."""
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def soon(holds: Callable[[], bool], seconds: float = 20.0) -> bool:
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


def gone(number: int) -> bool:
    return soon(lambda: not alive(number))


def pids(path: Path, count: int) -> list[int]:
    """What a tool wrote down, as soon as it has."""
    assert soon(lambda: path.exists() and len(path.read_text().split()) == count)
    return [int(number) for number in path.read_text().split()]


# exit statuses


@pytest.mark.parametrize(
    ("command", "shell", "status"),
    [
        ("true", False, 0),
        ("false", False, 1),
        ("exit 3", True, 3),
        ("sh -c 'exit 127'", False, 127),  # no shell of ours: it is the tool's own
        ("sh -c 'kill -SEGV $$'", False, 139),
        ("sh -c 'kill -SEGV $$'; exit $?", True, 139),
        ("kill -KILL $$", True, 137),
    ],
)
def test_a_status_is_told_as_a_shell_tells_it(
    tmp_path: Path, command: str, shell: bool, status: int
) -> None:
    run = run_of(facts(tool(command, shell=shell), tmp_path))
    assert (run.exit_status, run.format, run.command) == (status, "exit-status", command)
    assert 0 < run.duration < 60


def test_a_crash_is_a_result_of_its_status_alone(tmp_path: Path) -> None:
    command = "sh -c 'echo before; kill -SEGV $$'"
    run, finding = facts(tool(command), tmp_path)
    assert isinstance(run.data, ToolRun)
    assert run.data.tail == "before"
    assert isinstance(finding.data, ToolFinding)
    assert finding.data.count == 1
    # and never "no findings" of a tool that prints them
    gap = gap_of(facts(tool(command, format="lines"), tmp_path))
    assert gap.reason is Reason.NO_DATA
    assert (
        gap.message
        == "it ended with exit status 139 (killed by SIGSEGV), and not with 0 or 1: before"
    )
    assert gap.remedy == f"see what it says: {command}"


def test_a_crash_with_a_usual_status_is_no_result_either(tmp_path: Path) -> None:
    raising = python("raise RuntimeError(1)")  # Python ends with 1, as linters with findings do
    for form in ("lines", "mypy", "sarif", "junit", "pip-audit", "pyright", "bandit"):
        gap = gap_of(facts(tool(raising, format=form), tmp_path))
        assert gap.reason is Reason.NO_DATA
        assert gap.message.endswith("RuntimeError: 1")
    empty = '{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": []}]}'
    (tmp_path / "empty.sarif").write_text(empty)
    fine = tool("cat empty.sarif", format="sarif")
    assert run_of(facts(fine, tmp_path)).exit_status == 0
    failed = dataclasses.replace(fine, run="cat empty.sarif; exit 1", shell=True)
    assert "no finding could be read" in gap_of(facts(failed, tmp_path)).message


def test_statuses_can_be_named(tmp_path: Path) -> None:
    one = tool("echo a.py:3: bad; exit 7", shell=True, format="lines", pattern=PATTERN)
    assert "exit status 7, and not with 0 or 1" in gap_of(facts(one, tmp_path)).message
    found = facts(dataclasses.replace(one, statuses=(0, 7)), tmp_path)
    assert run_of(found).exit_status == 7
    assert found[1].subject == "x:error:-:a.py"


# what is not there


@pytest.mark.parametrize(
    ("command", "shell", "says"),
    [
        ("no-such-tool --check", False, "it is not installed: no-such-tool is nowhere on PATH"),
        ("./no/such/tool", False, "it is not there: ./no/such/tool"),
        ("./plain", False, "it may not be executed: ./plain"),
        ("./interpreted", False, "it could not be started: No such file or directory"),
        ("no-such-tool", True, "it is not installed (exit status 127 of the shell)"),
        ("./plain", True, "it may not be executed (exit status 126 of the shell)"),
    ],
)
def test_a_tool_that_is_not_there_is_a_gap(
    tmp_path: Path, command: str, shell: bool, says: str
) -> None:
    (tmp_path / "plain").write_text("#!/bin/sh\n")
    (tmp_path / "interpreted").write_text("#!/no/such/interpreter\n")
    (tmp_path / "interpreted").chmod(0o755)
    for form in ("exit-status", "sarif"):
        gap = gap_of(facts(tool(command, shell=shell, format=form), tmp_path))
        assert gap.message.startswith(says)
        assert gap.reason is Reason.NO_DATA
        assert gap.remedy == "install it, or correct `run` (pyproject.toml:7 tools.x)"
    known = tool(command, shell=shell, install="pip install x")
    assert gap_of(facts(known, tmp_path)).remedy == "pip install x"


def test_a_directory_that_is_not_there_is_a_gap(tmp_path: Path) -> None:
    assert "no directory sub" in gap_of(facts(tool("true", directory="sub"), tmp_path)).message


def test_a_tool_runs_in_its_directory(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "here").write_text("#!/bin/sh\npwd\n")
    (tmp_path / "sub" / "here").chmod(0o755)
    run = run_of(facts(tool("./here", directory="sub"), tmp_path))
    assert run.tail == str((tmp_path / "sub").resolve())


# time


def test_what_forks_and_hangs_is_ended_whole(tmp_path: Path) -> None:
    code = "sleep 600 & echo $! >>pids; setsid sleep 600 & echo $! >>pids; sleep 600"
    one = tool(code, shell=True, timeout=0.4, format="lines")
    began = time.monotonic()
    gap = gap_of(facts(one, tmp_path))
    assert gap.message == "it took longer than 0.4 s, and was ended"
    assert gap.remedy == "set a longer timeout, or have it do less"
    assert time.monotonic() - began < 20
    numbers = pids(tmp_path / "pids", 2)
    if sys.platform == "linux":
        assert all(map(gone, numbers))


def test_children_that_hold_the_output_open_are_not_waited_for(tmp_path: Path) -> None:
    began = time.monotonic()
    run = run_of(facts(tool("sleep 600 & echo $! >pid; echo done", shell=True), tmp_path))
    assert (run.exit_status, run.tail) == (0, "done")
    assert time.monotonic() - began < 20
    assert gone(int((tmp_path / "pid").read_text()))


def test_what_ignores_being_asked_is_ended_by_force(tmp_path: Path) -> None:
    one = tool("trap '' TERM; while :; do sleep 600; done", shell=True, timeout=0.2)
    assert "took longer than 0.2 s" in gap_of(facts(one, tmp_path)).message


def test_a_tool_may_be_ended_early_and_leaves_nothing(tmp_path: Path) -> None:
    running = Running(tool("echo $$ >pid; exec sleep 600", shell=True), tmp_path, os.environ)
    (number,) = pids(tmp_path / "pid", 1)
    running.close()
    assert gone(number)
    assert running.wait().problem == "was ended with the session"


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_session_that_is_killed_leaves_no_orphan(tmp_path: Path) -> None:
    code = (
        "import os, pathlib, sys, time\n"
        "from pytest_readiness.collect.tools.running import Running\n"
        "from pytest_readiness.model.policy import Origin\n"
        "from pytest_readiness.model.tool import Tool\n"
        "run = 'setsid sleep 600 & echo $! $$ >pids; sleep 600'\n"
        "tool = Tool(name='x', origin=Origin(source=''), run=run, shell=True)\n"
        "running = Running(tool, pathlib.Path.cwd(), os.environ)\n"
        # a child that a test forked holds the line of life open
        "os.fork() or time.sleep(600)\n"
        "print(running._place.name, flush=True)\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=tmp_path, stdout=subprocess.PIPE, start_new_session=True
    ) as session:
        assert session.stdout is not None
        place = Path(os.fsdecode(session.stdout.readline().strip()))
        try:
            numbers = pids(tmp_path / "pids", 2)
            assert place.is_dir()
        finally:
            session.kill()
    try:
        assert all(map(gone, numbers))
        assert soon(lambda: not place.exists())
    finally:
        with contextlib.suppress(OSError):
            os.killpg(session.pid, signal.SIGKILL)


# output


def test_50_mb_of_findings_are_read(tmp_path: Path) -> None:
    code = "import sys; [sys.stdout.write('a.py:1: ' + 'x' * 990 + chr(10)) for _ in range(50_000)]"
    found = facts(tool(python(code), format="lines", pattern=PATTERN), tmp_path)
    finding = found[1].data
    assert isinstance(finding, ToolFinding)
    assert finding.count == 50_000
    assert len(finding.places) <= 1_000


def test_output_without_end_is_a_gap_and_memory_stays(tmp_path: Path) -> None:
    one = tool("yes", format="sarif", timeout=60.0)
    ended = end(one, tmp_path)
    assert ended.problem == f"printed more than the {MOST // 1024**2} MiB that are read"
    assert len(ended.tail) <= 65_536
    assert not ended.output


def test_errors_stand_apart_from_what_a_program_reads(tmp_path: Path) -> None:
    both = "echo out; echo err >&2"
    assert end(tool(both, shell=True, format="lines"), tmp_path).output == b"out\nerr\n"
    assert end(tool(both, shell=True, format="figure", figure="(o)"), tmp_path).output.endswith(
        b"err\n"
    )
    for settings in ({"format": "sarif"}, {"format": "figure", "figure": "/a"}):
        ended = end(tool(both, shell=True, **settings), tmp_path)
        assert (ended.output, ended.tail) == (b"out\n", b"err\n")


def test_rubbish_is_a_gap_with_its_last_lines(tmp_path: Path) -> None:
    one = tool("echo '<html>'; echo went wrong >&2", shell=True, format="sarif")
    gap = gap_of(facts(one, tmp_path))
    assert gap.reason is Reason.NO_DATA
    assert gap.message.startswith("its output is no SARIF")
    assert gap.message.endswith(": went wrong")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (b"", ""),
        (b"a\n\n \nb\r\nc", "b | c"),
        (b"\x1b[31mred\x1b[0m \x1b]8;;http://x\x07link\x1b]8;;\x1b\\", "red link"),
        (b"x" * 50, "..." + "x" * 17),
        (b"\xff\xfe", "\ufffd\ufffd"),
    ],
)
def test_last_lines(said: bytes, told: str) -> None:
    assert last_lines(said, 2, 20, " | ") == told


# reports


def test_a_report_must_be_the_runs_own(tmp_path: Path) -> None:
    (tmp_path / "r.txt").write_text("a.py:1: old\n")
    os.utime(tmp_path / "r.txt", (10**9, 10**9))
    one = tool("true", report="r.txt", format="lines", pattern=PATTERN)
    assert gap_of(facts(one, tmp_path)).message == (
        "it wrote no report: r.txt is an old one, as it lay there before"
    )
    (tmp_path / "r.txt").unlink()
    assert gap_of(facts(one, tmp_path)).message == "it wrote no report r.txt"
    writes = dataclasses.replace(one, run="echo a.py:1: bad >r.txt; exit 1", shell=True)
    for _ in range(2):  # the second one writes what lay there already
        found = facts(writes, tmp_path)
        assert run_of(found).command == writes.run
        assert run_of(found).written.startswith(time.strftime("%Y-", time.gmtime()))
        assert [fact.subject for fact in found[1:]] == ["x:error:-:a.py"]


def test_the_age_of_a_report(tmp_path: Path) -> None:
    one = tool(report="r.txt", format="lines", pattern=PATTERN, max_age=3600.0)
    path, now = tmp_path / "r.txt", 1_700_000_000.0
    path.write_text("a.py:1: bad\n")

    def read(age: float, max_age: float | None = 3600.0) -> tuple[Fact, ...]:
        os.utime(path, (now - age, now - age))
        return facts_of_report(dataclasses.replace(one, max_age=max_age), tmp_path, now, {})

    run = run_of(read(3600))
    assert (run.command, run.exit_status, run.written) == (
        "r.txt",
        None,
        "2023-11-14T21:13:20+00:00",
    )
    assert run_of(read(-3600))  # a clock that is ahead a little
    old = gap_of(read(3601))
    assert old.reason is Reason.STALE
    assert old.message.startswith("its report r.txt is 60 min old, more than 60 min")
    assert gap_of(read(86_400 * 9)).message.startswith("its report r.txt is 9 days old")
    ahead = gap_of(read(-3601))
    assert ahead.reason is Reason.STALE
    assert "its age cannot be told" in ahead.message
    assert run_of(read(10**9, None))
    assert run_of(read(-(10**6), None))


def test_reports_that_cannot_be_read(tmp_path: Path) -> None:
    one = tool(report="r.txt", format="lines")
    path = tmp_path / "r.txt"

    def says() -> str:
        return gap_of(facts_of_report(one, tmp_path, time.time(), {})).message

    assert says() == "there is no report r.txt"
    path.mkdir()
    assert says() == "its report r.txt is no file"
    path.rmdir()
    os.mkfifo(path)
    assert says() == "its report r.txt is no file"
    path.unlink()
    with open(path, "wb") as file:
        file.truncate(MOST + 1)
    assert says().startswith("its report r.txt has 64 MiB")


def test_what_is_lost_of_coverage_is_lost_there_too(tmp_path: Path) -> None:
    one = tool(report="coverage.xml", format="coverage-xml")
    found = facts_of_report(one, tmp_path, time.time(), {})
    assert [fact.subject for fact in found] == ["tools:x", "coverage:x"]
    assert isinstance(found[1].data, Gap)
    assert found[1].data.message == "x: there is no report coverage.xml"


# surroundings


def test_a_tool_sees_the_session_as_it_was_called() -> None:
    environ = {
        "HOME": "/home/me",
        "PATH": "/bin",
        "FORCE_COLOR": "1",
        "PYTEST_ADDOPTS": "--readiness",
        "PYTEST_CURRENT_TEST": "t",
        "PYTEST_XDIST_WORKER": "gw0",
        "PYTEST_PLUGINS": "mine",
        "COV_CORE_SOURCE": "x",
        "COVERAGE_PROCESS_START": "x",
        "OVER": "1",
    }
    one = tool("true", environment=(("OVER", "2"), ("NEW", "3")))
    found = surroundings(one, environ)
    path = found.pop("PATH").split(os.pathsep)
    assert "/bin" in path
    assert os.path.dirname(sys.executable) in path
    if sys.prefix != sys.base_prefix:
        assert path[0] == os.path.dirname(sys.executable)
    assert found == {
        "HOME": "/home/me",
        "PYTEST_PLUGINS": "mine",
        "OVER": "2",
        "NEW": "3",
        "NO_COLOR": "1",
        "TERM": "dumb",
        "PYTHONIOENCODING": "utf-8",
        INSIDE: "x",
    }
    assert surroundings(tool(environment=(("PATH", "/only"),)), environ)["PATH"] == "/only"


def test_the_tools_of_this_python_need_no_activation(tmp_path: Path) -> None:
    run = run_of(
        facts(tool("python -c 'import sys; print(sys.prefix)'"), tmp_path, {"PATH": "/bin"})
    )
    assert run.tail == sys.prefix


def test_secrets_of_the_environment_are_not_told(tmp_path: Path) -> None:
    environ = {
        **os.environ,
        "MY_API_KEY": "hunter2hunter2",
        "DATABASE_URL": "postgresql://me:pass@db/x",
        "GIT_AUTHOR_NAME": "somebody else",
        "SHORT_TOKEN": "bad",
    }
    text = b"a hunter2hunter2 b postgresql://me:pass@db/x c somebody else bad"
    assert without_secrets(text, environ) == b"a *** b *** c somebody else bad"
    leaking = 'echo "a.py:1: $MY_API_KEY $OTHER_SECRET"; echo $MY_API_KEY >r.txt; exit '
    own = (("OTHER_SECRET", "swordfish1"),)
    for status in ("0", "7"):
        for form in ("lines", "exit-status", "sarif"):
            one = tool(leaking + status, shell=True, format=form, environment=own)
            told = repr(facts(one, tmp_path, environ))
            assert "***" in told
            assert "hunter2" not in told
            assert "swordfish1" not in told
    written = repr(
        facts_of_report(tool(report="r.txt", format="lines"), tmp_path, time.time(), environ)
    )
    assert "hunter2" not in written


# commands of known tools


@pytest.mark.parametrize("mending", ["fix = true", "fix-only = true"])
def test_ruff_mends_nothing_that_it_is_to_count(tmp_path: Path, mending: str) -> None:
    unused = "import os\n"
    (tmp_path / "pyproject.toml").write_text(f"[tool.ruff]\n{mending}\n")
    (tmp_path / "a.py").write_text(unused)
    known = KNOWN["ruff"]
    found = facts(tool(known["run"], name="ruff", format=known["format"]), tmp_path)
    assert [fact.subject for fact in found] == ["ruff", "ruff:error:F401:a.py"]
    assert (tmp_path / "a.py").read_text() == unused


def test_mypy_is_told_what_to_check_where_its_configuration_does_not(tmp_path: Path) -> None:
    one = tool("mypy --x {mypy-files}")
    assert fitted(one, tmp_path).run == "mypy --x ."
    (tmp_path / "setup.cfg").write_text("[mypy]\nfiles = src\n")
    assert fitted(one, tmp_path).run == "mypy --x"
    (tmp_path / "pyproject.toml").write_text("[tool.mypy]\nstrict = true\n")
    assert mypy_files(tmp_path) == "."  # that file is read before setup.cfg
    (tmp_path / "pyproject.toml").write_text('[tool.mypy]\npackages = ["shop"]\n')
    assert mypy_files(tmp_path) == ""
    (tmp_path / "mypy.ini").write_text("[mypy-shop.*]\nx = 1\n")
    assert mypy_files(tmp_path) == ""
    (tmp_path / "mypy.ini").write_text("[mypy]\n")
    assert mypy_files(tmp_path) == "."
    (tmp_path / "mypy.ini").write_text("rubbish\n")
    assert mypy_files(tmp_path) == ""


def test_bandit_reads_what_the_project_configures(tmp_path: Path) -> None:
    assert bandit_settings(tmp_path).startswith("-x ./.venv,")
    (tmp_path / "pyproject.toml").write_text("[tool.bandit]\n")
    assert bandit_settings(tmp_path).startswith("-c pyproject.toml -x ./.venv,")
    (tmp_path / ".bandit").write_text("[bandit]\n")
    assert bandit_settings(tmp_path) == "-c pyproject.toml"
    (tmp_path / "pyproject.toml").write_text("rubbish\n")
    assert bandit_settings(tmp_path) == ""
    plain = tool("bandit -r src")
    assert fitted(plain, tmp_path) is plain


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_descendants_are_found() -> None:
    with subprocess.Popen(["sh", "-c", "sleep 600 & wait"], start_new_session=True) as process:
        assert soon(lambda: len(supervisor.descendants(process.pid)) == 1)
        assert process.pid in supervisor.descendants(os.getpid())
        supervisor.end(process)
        assert supervisor.descendants(process.pid) == []
