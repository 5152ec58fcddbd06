from __future__ import annotations

import shlex

import pytest

from pytest_readiness.adapter.selection import typed_causes

TREE = ("tests/test_a.py", "tests/unit/test_b.py", "other/test_c.py")


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    for name in TREE:
        path = pytester.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("def test_x(): pass\n")
    return pytester


def causes(pytester: pytest.Pytester, typed: str) -> list[str]:
    config = pytester.parseconfig("-p", "no:randomly", *shlex.split(typed))
    return list(typed_causes(config, config._parser))


TESTPATHS = "[pytest]\ntestpaths = tests\n"


@pytest.mark.parametrize(
    ("ini", "typed", "expected"),
    [
        # options
        ("", "", []),
        ("", "-k cart", ["-k cart"]),
        ("", "-m 'not slow' -v --tb=short", ["-m not slow"]),
        ("", "--lf", ["--last-failed"]),
        ("", "--ff", []),
        ("", "--nf", []),
        ("", "--sw", ["--stepwise"]),
        ("", "--deselect a::b --deselect c", ["--deselect a::b", "--deselect c"]),
        ("", "--ignore=tests/unit", ["--ignore tests/unit"]),
        ("", "--ignore-glob=*unit*", ["--ignore-glob *unit*"]),
        ("", "-x", []),
        ("", "-k ''", []),
        ("", "--benchmark-only", ["--benchmark-only"]),
        # what the ini file says is the suite
        ("[pytest]\naddopts = -m 'not slow' --deselect a::b", "", []),
        ("[pytest]\naddopts = -m 'not slow'", "-m 'not slow'", []),
        ("[pytest]\naddopts = -m 'not slow'", "-m slow", ["-m slow"]),
        ("[pytest]\naddopts = -m 'not slow'", "-m ''", []),
        ("[pytest]\naddopts = --deselect a::b", "--deselect a::b --deselect c", ["--deselect c"]),
        ("[pytest]\naddopts = tests/unit", "", []),
        ("[pytest]\naddopts = tests/unit", "tests/test_a.py", []),
        # paths, with nothing configured: a directory is the suite
        ("", "tests", []),
        ("", "tests other", []),
        ("", ".", []),
        ("", "tests/unit", []),
        ("", "tests/test_a.py", ["tests/test_a.py"]),
        ("", "tests/test_a.py::test_x", ["tests/test_a.py::test_x"]),
        ("", "tests other/test_c.py", []),
        # paths, with testpaths
        (TESTPATHS, "", []),
        (TESTPATHS, "tests", []),
        (TESTPATHS, "./tests/", []),
        (TESTPATHS, ".", []),
        (TESTPATHS, "tests other/test_c.py", []),
        (TESTPATHS, "tests/unit", ["tests/unit"]),
        (TESTPATHS, "other", ["other"]),
        (TESTPATHS, "tests/unit tests/test_a.py", ["tests/unit", "tests/test_a.py"]),
        ("[pytest]\ntestpaths = tests other", "tests", ["tests"]),
        ("[pytest]\ntestpaths = tests other", "tests other", []),
        ("[pytest]\ntestpaths = te*", "tests", []),
        ("[pytest]\ntestpaths = nowhere", "tests", []),
    ],
)
def test_only_what_was_typed_narrows(
    project: pytest.Pytester, ini: str, typed: str, expected: list[str]
) -> None:
    project.makeini(ini or "[pytest]\n")
    assert causes(project, typed) == expected


def test_the_environment_counts_as_typed(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "-k 'cart or shop'")
    assert causes(project, "") == ["-k cart or shop"]
    assert causes(project, "-k cart") == ["-k cart"]
    monkeypatch.setenv("PYTEST_ADDOPTS", "tests/test_a.py")
    assert causes(project, "") == ["tests/test_a.py"]


def test_a_directory_below_the_rootdir_is_a_part(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.makeini(TESTPATHS)
    monkeypatch.chdir(project.path / "tests" / "unit")
    assert causes(project, "") == ["the current directory tests/unit"]
    monkeypatch.chdir(project.path / "tests")
    assert causes(project, "") == []


def test_values_of_options_that_nobody_knows_yet_are_no_paths(project: pytest.Pytester) -> None:
    project.makeini("[pytest]\n")
    project.makeconftest("def pytest_addoption(parser): parser.addoption('--color-of')")
    assert causes(project, "--color-of red") == []


def test_a_module_by_name_is_like_a_directory(project: pytest.Pytester) -> None:
    project.makeini("[pytest]\n")
    assert causes(project, "--pyargs json") == []
    assert causes(project, "--pyargs json::test_x") == ["json::test_x"]
