"""Coverage's ``patch = subprocess`` starts it in every worker, before pytest is there."""

from __future__ import annotations

import sys

import pytest

from sessions import project


@pytest.mark.parametrize("command", [("pytest",), ("coverage", "run", "-m", "pytest")])
def test_workers_measure_as_the_controller_does(
    pytester: pytest.Pytester, command: tuple[str, ...]
) -> None:
    path = project(
        pytester,
        gates='"coverage.lines" = "== 100%"',
        test_some="""
        import os, shop
        def test_a():
            assert shop.price() == 1
        def test_variable():
            assert os.environ["PYTEST_XDIST_WORKER"]
        """,
    )
    (path / "shop.py").write_text("def price():\n    return 1\n")
    (path / ".coveragerc").write_text("[run]\npatch = subprocess\nsource_pkgs = shop\n")
    result = pytester.run(
        sys.executable,
        "-m",
        *command,
        "--readiness",
        "-n1",
        "-p",
        "no:randomly",
        "-p",
        "no:cacheprovider",
    )
    if command[0] == "pytest":
        assert result.ret == 0
        result.stdout.fnmatch_lines(["*Line coverage*2 of 2 lines*"])
    else:  # nothing was turned on: nothing must be in the workers
        assert result.ret == 1
        result.stdout.fnmatch_lines(["*Line coverage*`coverage run` records only*", "*2 passed*"])
