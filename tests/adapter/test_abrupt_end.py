"""A process that ends in the middle: neither its status nor an older file may look like success."""

from __future__ import annotations

import pytest

from sessions import apart, project

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
    pytester.makeconftest("""
        import os
        before = os._exit
        def pytest_sessionfinish(): assert os._exit is before
    """)
    assert status(pytester, "--readiness") == 0


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
