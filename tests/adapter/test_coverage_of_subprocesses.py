"""Workers measure as the controller decided, whatever coverage they find running in themselves.

``patch = subprocess`` starts it in every worker before pytest is there; ``coverage run`` runs the
controller and no worker.
"""

from __future__ import annotations

import sys

import pytest

from sessions import project

PLAIN = ("pytest",)
RUN = ("coverage", "run", "-m", "pytest")


def session(pytester: pytest.Pytester, command: tuple[str, ...], settings: str) -> pytest.RunResult:
    path = project(
        pytester,
        gates='"coverage.lines" = "== 100%"',
        test_some="""
        import os, shop
        def test_a():
            assert shop.price() == 1
        def test_variables():
            assert os.environ["PYTEST_XDIST_WORKER"]
            assert not [name for name in os.environ if name.startswith("PYTEST_READINESS_")]
        """,
    )
    (path / "shop.py").write_text("def price():\n    return 1\n")
    (path / ".coveragerc").write_text(f"[run]\nsource_pkgs = shop\n{settings}\n")
    # only what is needed: a worker spends a third of its time on loading other plugins
    needed = [part for name in ("readiness", "pytest_cov", "xdist") for part in ("-p", name)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        patch.delenv("PYTEST_ADDOPTS", raising=False)
        return pytester.run(sys.executable, "-m", *command, "--readiness", "-n2", *needed)


@pytest.mark.parametrize("settings", ["patch = subprocess", "branch = true"])
def test_workers_measure_as_the_controller_does(pytester: pytest.Pytester, settings: str) -> None:
    result = session(pytester, PLAIN, settings)
    result.stdout.fnmatch_lines(["*Line coverage*2 of 2 lines*", "*2 passed*"])
    assert result.ret == 0


@pytest.mark.parametrize("settings", ["patch = subprocess", "branch = true"])
def test_workers_measure_nothing_under_coverage_run(
    pytester: pytest.Pytester, settings: str
) -> None:
    result = session(pytester, RUN, settings)
    result.stdout.fnmatch_lines(["*Line coverage*`coverage run` records only*", "*2 passed*"])
    result.stdout.no_fnmatch_line("*INTERNALERROR*")
    assert result.ret == 1


def test_a_worker_in_the_place_of_a_crashed_one_is_told_too(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_crash="import os\ndef test_crash(): os._exit(3)\n")
    result = session(pytester, PLAIN, "patch = subprocess")
    result.stdout.fnmatch_lines(["*is lost: the worker did not finish*", "*1 failed, 2 passed*"])
    result.stdout.no_fnmatch_line("*INTERNALERROR*")


def test_the_controllers_environment_stays_as_it_is(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import os
        def pytest_testnodedown(node):
            assert not [name for name in os.environ if name.startswith("PYTEST_READINESS_")]
        """
    )
    assert session(pytester, PLAIN, "").ret == 0
