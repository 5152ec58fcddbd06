"""Only an exit status of 0 is ever replaced."""

from __future__ import annotations

import pytest

from sessions import apart, plain, project, run

PASSING = "def test_a(): pass"
FAILING = "def test_a(): assert 0"
STATUS_6 = """
import pytest
class Late:
    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session):
        if session.exitstatus == 0: session.exitstatus = 6
def pytest_configure(config): config.pluginmanager.register(Late())
"""

LATER = """
import pytest
class Later:
    @pytest.hookimpl(wrapper=True)
    def pytest_sessionfinish(self, session):
        yield
        if session.exitstatus == 0: session.exitstatus = 6
def pytest_configure(config): config.pluginmanager.register(Later())
"""
"""As pytest's own --max-warnings does: after the summary, and only where nothing else failed."""


@pytest.mark.parametrize(
    ("gates", "policy", "status", "verdict"),
    [
        ("", "", 0, "READY"),
        ('"tests.run" = ">= 5"', "", 1, "NOT READY"),
        ('"tests.run" = ">= 5"', "exit-code = 8", 8, "NOT READY"),
        ('"tests.run" = {require = ">= 5", level = "risk"}', "", 0, "READY WITH RISKS"),
        (
            '"tests.run" = {require = ">= 5", level = "risk"}',
            'fail-on = "risk"',
            1,
            "READY WITH RISKS",
        ),
        ('"tests.run" = {require = ">= 5", level = "info"}', "", 0, "READY"),
    ],
)
def test_the_verdict_decides_where_pytest_is_content(
    pytester: pytest.Pytester, gates: str, policy: str, status: int, verdict: str
) -> None:
    project(pytester, gates=gates, policy=policy, test_a=PASSING)
    seen = run(pytester)
    assert (seen.status, seen.verdict) == (status, verdict)
    assert f"readiness: {verdict}" in seen.output
    if status:
        assert f"(exit status {status})" in seen.output


@pytest.mark.parametrize(
    ("content", "conftest", "args", "status"),
    [
        (FAILING, "", (), 1),
        ("import nowhere", "", (), 2),
        ("", "", (), 5),
        (PASSING, "", ("-k", "nothing"), 5),
        ("import pytest\ndef test_a(): pytest.exit('enough')", "", (), 2),
        ("import pytest\ndef test_a(): pytest.exit('enough', returncode=42)", "", (), 42),
        ("def test_a(): raise KeyboardInterrupt", "", (), 2),
        (PASSING, "def pytest_runtest_logreport(report): raise ValueError('broken')", (), 3),
        (PASSING, "def pytest_collection_finish(session): raise ValueError('broken')", (), 3),
        (PASSING, STATUS_6, (), 6),
        (PASSING, LATER, (), 6),
        (FAILING, "", ("-x",), 1),
        (PASSING, "", ("nowhere.py",), 4),
    ],
)
@pytest.mark.parametrize("gates", ["", '"tests.run" = ">= 5"'])
def test_what_pytest_says_stays(
    pytester: pytest.Pytester,
    content: str,
    conftest: str,
    args: tuple[str, ...],
    status: int,
    gates: str,
) -> None:
    # exit-code 8 would show
    project(pytester, gates=gates, policy="exit-code = 8", test_a=content)
    pytester.makeconftest(conftest)
    assert plain(pytester, *args).status == status
    assert run(pytester, *args).status == status


@pytest.mark.parametrize(
    "hook",
    ["pytest_collection_finish", "pytest_collection_modifyitems", "pytest_collectstart"],
)
def test_a_success_without_a_test_is_none(pytester: pytest.Pytester, hook: str) -> None:
    project(pytester, policy="exit-code = 8", test_a=PASSING)
    pytester.makeconftest(f"import pytest\ndef {hook}(): pytest.exit('enough', returncode=0)")
    assert plain(pytester).status == 0
    seen = run(pytester)
    assert seen.status == 8
    assert seen.verdict == "NOT READY"
    assert seen.output.count("(exit status 8)") == 1


@pytest.mark.parametrize("option", ["--fixtures", "--markers", "--cache-show", "--collect-only"])
def test_what_runs_no_test_has_no_verdict(pytester: pytest.Pytester, option: str) -> None:
    project(pytester, gates='"tests.run" = ">= 5"', test_a=PASSING)
    seen = run(pytester, option)
    assert (seen.status, seen.scorecards) == (0, [])


OLDER = """
def pytest_addoption(parser):
    parser.addoption("--max-warnings", dest="max_warnings", type=int)
    parser.addini("max_warnings", "", default=None)
"""
"""Of pytest before 9.2."""


@pytest.mark.parametrize(
    ("gates", "limit", "status", "said"),
    [
        (
            '"tests.run" = ">= 5"',
            "0",
            6,
            "NOT READY: 1 gate failed (pytest's own exit status 6 stays)",
        ),
        ("", "0", 6, "READY: all 3 gates passed (pytest's own exit status 6 stays)"),
        ('"tests.run" = ">= 5"', "1", 8, "NOT READY: 1 gate failed (exit status 8)"),
        ("", "1", 0, "READY: all 3 gates passed\n"),
    ],
)
@pytest.mark.parametrize("ini", [False, True])
def test_the_status_of_too_many_warnings_is_the_one_that_is_told(
    pytester: pytest.Pytester, gates: str, limit: str, status: int, said: str, ini: bool
) -> None:
    """pytest sets it after the summary, by the same figures."""
    content = "import warnings\ndef test_a(): warnings.warn('old')"
    project(pytester, gates=gates, policy="exit-code = 8", test_a=content)
    if not hasattr(pytest.ExitCode, "MAX_WARNINGS_ERROR"):
        fails = f"if len(session.config.pluginmanager.getplugin('terminalreporter').stats['warnings']) > {limit}"
        pytester.makeconftest(OLDER + LATER.replace("if session", f"{fails} and session"))
    seen = run(pytester, *(("-o", f"max_warnings={limit}") if ini else ("--max-warnings", limit)))
    assert seen.status == status
    assert said in seen.output


def test_fail_on_flaky_of_rerunfailures_stays(pytester: pytest.Pytester) -> None:
    project(pytester, gates='"tests.run" = ">= 5"', test_a=FLAKY)
    # in a process of its own: the flaky plugin patches pytest's runner for good
    result = apart(
        pytester, "--readiness", "--reruns=1", "--fail-on-flaky", plugins="rerunfailures"
    )
    assert result.ret == 7
    result.stdout.fnmatch_lines(["*readiness: NOT READY*", "*pytest's own exit status 7 stays*"])


FLAKY = """
tried = []
def test_a():
    tried.append(1)
    assert len(tried) > 1
"""


def test_a_worker_that_loses_a_test_is_no_success(pytester: pytest.Pytester) -> None:
    """pytest itself exits 0 here, with one of two tests never run."""
    project(pytester, test_a="def test_a(): pass\ndef test_b(): pass")
    pytester.makeconftest(
        """
        import pytest
        class Breaks:
            def pytest_runtest_teardown(self, item): pass
            @pytest.hookimpl(tryfirst=True)
            def pytest_runtest_protocol(self, item):
                if item.name == "test_b": raise ValueError("broken")
        def pytest_configure(config):
            if hasattr(config, "workerinput"): config.pluginmanager.register(Breaks())
        """
    )
    seen = run(pytester, "-n1", keep="xdist")
    assert seen.status != 0
    assert seen.verdict == "NOT READY"


def test_a_gate_that_prints_fail_fails(pytester: pytest.Pytester) -> None:
    """Seen in the field: message and decision round differently."""
    project(
        pytester,
        gates='"tests.skipped" = "<= 33.3%"',
        test_a="import pytest\ndef test_a(): pytest.skip()\ndef test_b(): pass\ndef test_c(): pass",
    )
    seen = run(pytester)
    assert seen.status == 1
    assert seen.gate("tests.skipped").outcome.value == "failed"
