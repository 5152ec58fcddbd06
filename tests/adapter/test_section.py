"""The section is printed whatever other plugins do, and once."""

from __future__ import annotations

import json

import pytest

from sessions import Seen, apart, project, run

PASSING = "def test_a(): pass"
RAISES = """
import pytest
def pytest_terminal_summary(terminalreporter):
    raise ValueError("no summary today")
"""
RAISES_AROUND = """
import pytest
@pytest.hookimpl(wrapper=True)
def pytest_terminal_summary(terminalreporter):
    yield
    raise ValueError("no summary today")
"""
FINISH_RAISES = """
def pytest_sessionfinish(session):
    raise ValueError("no finish today")
"""


@pytest.fixture
def failing_gate(pytester: pytest.Pytester) -> pytest.Pytester:
    project(pytester, gates='"tests.run" = ">= 5"', policy="exit-code = 8", test_a=PASSING)
    return pytester


def printed(seen: Seen) -> int:
    return seen.output.count("readiness: NOT READY")


def test_it_stands_above_pytest_s_last_line(failing_gate: pytest.Pytester) -> None:
    seen = run(failing_gate)
    lines = seen.output.splitlines()
    section = next(i for i, line in enumerate(lines) if "readiness: NOT READY" in line)
    last = next(i for i, line in enumerate(lines) if "1 passed" in line)
    assert section < last
    assert lines[last - 1].strip() == "NOT READY: 1 gate failed (exit status 8)"


@pytest.mark.parametrize("conftest", [RAISES, RAISES_AROUND, FINISH_RAISES])
def test_other_plugins_may_raise(failing_gate: pytest.Pytester, conftest: str) -> None:
    failing_gate.makeconftest(conftest)
    result = apart(failing_gate, "--readiness")
    output = result.stdout.str()
    assert output.count("readiness: NOT READY") == 1
    assert "NOT READY: 1 gate failed" in output
    assert result.ret != 0


def test_an_internal_error_does_not_hide_it(failing_gate: pytest.Pytester) -> None:
    failing_gate.makeconftest("def pytest_runtest_logreport(report): raise ValueError('broken')")
    seen = run(failing_gate)
    assert seen.status == 3
    assert printed(seen) == 1
    assert seen.gate("pytest").message == "internal error: ValueError: broken"


def test_an_exit_with_a_status_of_its_own_does_not_hide_it(pytester: pytest.Pytester) -> None:
    project(pytester, test_a="import pytest\ndef test_a(): pytest.exit('x', returncode=42)")
    seen = run(pytester)
    assert seen.status == 42
    assert printed(seen) == 1
    assert "pytest's own exit status 42 stays" in seen.output


@pytest.mark.parametrize(
    ("args", "lines"),
    [(("-q",), 1), (("-qq",), 1), (("-qqq",), 1)],
)
def test_quiet_is_one_line(
    failing_gate: pytest.Pytester, args: tuple[str, ...], lines: int
) -> None:
    seen = run(failing_gate, *args)
    assert seen.status == 8
    told = [line for line in seen.output.splitlines() if "readiness" in line.lower()]
    assert told == ["readiness: NOT READY: 1 gate failed (exit status 8)"]
    assert len(told) == lines


def test_verbose_says_where_limits_come_from(failing_gate: pytest.Pytester) -> None:
    assert "starter@1" in run(failing_gate, "-v").output
    assert "tests.run" in run(failing_gate, "-v").output


def test_no_summary_hides_pytest_s_own_sections_only(failing_gate: pytest.Pytester) -> None:
    assert printed(run(failing_gate, "--no-summary")) == 1


def test_without_a_terminal_the_status_tells(failing_gate: pytest.Pytester) -> None:
    seen = run(failing_gate, "-p", "no:terminal")
    assert seen.status == 8
    assert printed(seen) == 0


@pytest.mark.parametrize("args", [(), ("-p", "no:terminal")])
def test_a_report_on_standard_output_is_the_last_and_whole(
    failing_gate: pytest.Pytester, args: tuple[str, ...]
) -> None:
    seen = run(failing_gate, "--readiness-report=json:-", *args)
    text = seen.output[seen.output.index("\n{") if not args else seen.output.index("{") :]
    report, _ = json.JSONDecoder().raw_decode(text.lstrip())
    assert report["verdict"] == "NOT READY"


def test_reports_are_written_where_asked(failing_gate: pytest.Pytester) -> None:
    seen = run(failing_gate, "--readiness-report=json", "--readiness-report=json:out/r.json")
    first = (failing_gate.path / ".readiness" / "report.json").read_text()
    assert first == (failing_gate.path / "out" / "r.json").read_text()
    assert json.loads(first)["verdict"] == seen.verdict


def test_an_unknown_type_of_report_is_a_usage_error(failing_gate: pytest.Pytester) -> None:
    seen = run(failing_gate, "--readiness-report=jsn:x", "--readiness-report=nope")
    assert seen.status == 4
    assert "did you mean json" in seen.output
    assert "nope" in seen.output
    assert "1 passed" not in seen.output


@pytest.mark.parametrize("hostile", ["\\x1b[31m", "\\n::error::x", "<script>", "\\u202e"])
def test_hostile_ids_reach_no_terminal(pytester: pytest.Pytester, hostile: str) -> None:
    content = f"""
        import pytest
        @pytest.mark.parametrize("x", [0], ids=["{hostile}"])
        def test_a(x): assert 0
        """
    project(pytester, test_a=content)
    seen = run(pytester)
    section = seen.output[seen.output.index("readiness: NOT READY") :]
    assert "test_a" in section
    assert "\x1b" not in section
    assert "\n::error::" not in section
    assert "\u202e" not in section


def test_an_ascii_terminal_gets_ascii(
    failing_gate: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    result = apart(failing_gate, "--readiness")
    output = result.stdout.str()
    assert "\\u" not in output
    assert output.isascii()


def test_other_tools_failures_are_told_and_not_judged_twice(pytester: pytest.Pytester) -> None:
    project(pytester, test_a=PASSING)
    pytester.makepyfile(lib="def f():\n    return 1\n")
    seen = run(pytester, "--cov=lib", "--cov-fail-under=90")
    assert seen.status == 1
    assert seen.verdict == "READY"
    assert any(tool == "pytest-cov" for tool, _ in seen.scorecard.notices)
    assert "pytest-cov" in seen.output[seen.output.index("readiness: READY") :]
