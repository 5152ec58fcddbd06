"""Ids without xdist's group."""

from __future__ import annotations

import pytest

from pytest_readiness.adapter.nodeid import without_group


@pytest.mark.parametrize(
    ("nodeid", "expected"),
    [
        ("tests/test_a.py::test_x", "tests/test_a.py::test_x"),
        ("tests/test_a.py::test_x@db", "tests/test_a.py::test_x"),
        ("tests/test_a.py::TestA::test_x@db_net", "tests/test_a.py::TestA::test_x"),
        ("tests/a@b/test_a.py::test_x", "tests/a@b/test_a.py::test_x"),
        ("tests/a@b/test_a.py::test_x@db", "tests/a@b/test_a.py::test_x"),
        ("tests/test_a.py::test_x[me@home]", "tests/test_a.py::test_x[me@home]"),
        ("tests/test_a.py::test_x[me@home]@db", "tests/test_a.py::test_x[me@home]"),
        ("tests/test_a.py::test_x[a]@b]", "tests/test_a.py::test_x[a]@b]"),
        ("tests/test_a.py::test_x[a::b]@db", "tests/test_a.py::test_x[a::b]"),
        ("tests/test_a.py", "tests/test_a.py"),
    ],
)
def test_without_group(nodeid: str, expected: str) -> None:
    assert without_group(nodeid) == expected
