"""Ways to narrow a run that are no selection by their looks."""

from __future__ import annotations

import shlex

import pytest

from pytest_readiness.adapter.selection import typed_causes

TREE = ("tests/test_a.py", "tests/unit/test_b.py", "src/shop/tests/test_in.py")


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    for name in TREE:
        path = pytester.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("def test_x(): pass\n")
    return pytester


TESTPATHS = "[pytest]\ntestpaths = tests\npythonpath = src\n"
ADDOPTS = "[pytest]\naddopts = -m 'not slow' tests\n"


@pytest.mark.parametrize(
    ("ini", "typed", "expected"),
    [
        ("", "-o testpaths=tests/unit", ["-o testpaths=tests/unit"]),
        ("", "-o python_files=test_a*.py", ["-o python_files=test_a*.py"]),
        ("", "-o python_functions=test_x", ["-o python_functions=test_x"]),
        ("", "--override-ini=norecursedirs=unit", ["-o norecursedirs=unit"]),
        ("", "-o log_cli=true -o cache_dir=.x", []),
        # what is typed in the place of addopts is typed
        (ADDOPTS, "-o addopts=", []),
        (ADDOPTS, "-o addopts='-m fast'", ["-m fast"]),
        (ADDOPTS, "-o addopts=-v tests/test_a.py", ["tests/test_a.py"]),
        ("", "-o addopts='-k cart'", ["-k cart"]),
        # modules by name: as the file or the directory that they are
        (TESTPATHS, "--pyargs shop.tests", ["shop.tests"]),
        (TESTPATHS, "--pyargs shop.tests.test_in", ["shop.tests.test_in"]),
        (TESTPATHS, "--pyargs nowhere", []),
        ("[pytest]\npythonpath = src\n", "--pyargs shop.tests", []),
        ("[pytest]\npythonpath = src\n", "--pyargs shop.tests.test_in", ["shop.tests.test_in"]),
        # collectors switched off
        ("", "-p no:unittest", ["-p no:unittest"]),
        ("", "-p no:cacheprovider", []),
    ],
)
def test_what_narrows(project: pytest.Pytester, ini: str, typed: str, expected: list[str]) -> None:
    project.makeini(ini or "[pytest]\n")
    config = project.parseconfig("-p", "no:randomly", *shlex.split(typed))
    assert list(typed_causes(config, config._parser)) == expected
