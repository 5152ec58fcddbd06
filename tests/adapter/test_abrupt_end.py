"""A process that ends in the middle: neither its status nor an older file may look like success."""

from __future__ import annotations

import os

import pytest

from sessions import apart, project, run

ENDS = """
import os
def test_a(): pass
def test_ends(): os._exit({status})
"""


def status(pytester: pytest.Pytester, *args: str) -> int:
    done = apart(pytester, *args)
    return int(done.ret)


@pytest.mark.parametrize(
    ("ends", "args", "expected"),
    [
        (0, (), 0),  # pytest's own
        (0, ("--readiness",), 9),
        (0, ("--readiness", "-s"), 9),
        (0, ("--readiness", "--readiness-mode=collect"), 9),
        (0, ("--readiness", "-k", "test_", "--readiness-mode=strict"), 9),
        (0, ("--readiness", "-k", "test_"), 0),  # a part of it, at a desk
        (3, ("--readiness",), 3),
    ],
)
def test_the_status_of_a_process_that_a_test_ends(
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    ends: int,
    args: tuple[str, ...],
    expected: int,
) -> None:
    for variable in ("CI", "BUILD_NUMBER", "TF_BUILD", "GITHUB_ACTIONS"):
        monkeypatch.delenv(variable, raising=False)
    project(pytester, policy="exit-code = 9", test_some=ENDS.format(status=ends))
    assert status(pytester, *args) == expected


def test_why_is_told_past_the_capturing(pytester: pytest.Pytester) -> None:
    project(pytester, test_some=ENDS.format(status=0))
    done = apart(pytester, "--readiness")
    done.stderr.fnmatch_lines(["NOT READY: os._exit(0) ended the process*(exit status 1)"])


def test_children_may_end_so_and_everything_is_put_back(pytester: pytest.Pytester) -> None:
    project(
        pytester,
        test_some="""
        import multiprocessing, os
        def test_fork():
            child = os.fork()
            if not child:
                os._exit(0)
            assert os.waitpid(child, 0)[1] == 0
        def test_process():
            process = multiprocessing.get_context("fork").Process(target=int)
            process.start(); process.join()
            assert process.exitcode == 0
        """,
    )
    before = os._exit
    assert run(pytester).status == 0
    assert os._exit is before


HALF = {"gates": '"tests.run" = ">= 2"', "policy": "exit-code = 9"}
AFTERWARDS = {
    "finish": "def pytest_sessionfinish(exitstatus): {end}",
    "unconfigure": "def pytest_unconfigure(): {end}",
    "last": "import pytest\n@pytest.hookimpl(trylast=True)\ndef pytest_unconfigure(): {end}",
}
"""Where projects end the process for the sake of threads that would keep it."""


@pytest.mark.parametrize("args", [(), ("-n1",)])
@pytest.mark.parametrize("end", ["os._exit(0)", "sys.exit()", "sys.exit(0)"])
@pytest.mark.parametrize("where", AFTERWARDS)
def test_an_end_after_the_tests_does_not_hide_the_verdict(
    pytester: pytest.Pytester, where: str, end: str, args: tuple[str, ...]
) -> None:
    """The status that the hook was given, or knows, is from before the gates were judged."""
    project(pytester, **HALF, test_some="def test_a(): pass")
    pytester.makeconftest("import os, sys\n" + AFTERWARDS[where].format(end=end))
    done = apart(pytester, "--readiness", *args, plugins="xdist" if args else "")
    assert done.ret == 9
    assert done.stdout.str().count("NOT READY: 1 gate failed (exit status 9)") == 1
    assert not list((pytester.path / ".readiness" / "journal").glob("*"))


@pytest.mark.parametrize("end", ["os._exit(0)", "sys.exit(0)"])
@pytest.mark.parametrize("where", AFTERWARDS)
def test_an_end_after_the_tests_of_a_ready_project_stays(
    pytester: pytest.Pytester, where: str, end: str
) -> None:
    project(pytester, policy="exit-code = 9", test_some="def test_a(): pass")
    pytester.makeconftest("import os, sys\n" + AFTERWARDS[where].format(end=end))
    done = apart(pytester, "--readiness")
    assert done.ret == 0
    assert done.stdout.str().count(" READY: all ") == 1


def test_a_status_of_its_own_stays_at_the_end_too(pytester: pytest.Pytester) -> None:
    project(pytester, **HALF, test_some="def test_a(): pass")
    pytester.makeconftest("import os\ndef pytest_unconfigure(): os._exit(5)")
    assert status(pytester, "--readiness") == 5


def test_files_of_an_earlier_run_do_not_outlive_one_that_dies(pytester: pytest.Pytester) -> None:
    asked = ("--readiness", "--readiness-report=json:r.json", "--readiness-evidence=e.json")
    path = project(pytester, test_some="def test_a(): pass")
    assert status(pytester, *asked) == 0
    assert (path / "r.json").exists()
    assert (path / "e.json").exists()
    (path / "test_some.py").write_text(ENDS.format(status=4))
    assert status(pytester, *asked) == 4
    assert not (path / "r.json").exists()
    assert not (path / "e.json").exists()
