"""Each kind of flakiness, planted in a small suite, is named for what it is."""

from __future__ import annotations

import pytest

from probing import probe, project

ORDER = """
STATE = []

def test_polluter(): STATE.append(1)
def test_between(): pass
def test_victim(): assert not STATE
def test_brittle(): assert STATE
"""
ITSELF = """
SEEN = []

def test_not_idempotent():
    SEEN.append(1)
    assert len(SEEN) == 1

class TestEach:
    def test_instance(self):
        assert not hasattr(self, "seen")
        self.seen = True
"""
CHANCE = """
import os, time
import pytest
from turns import turn, unsteady

def test_alternates(): assert unsteady("a")
def test_crashes():
    number = turn("c")
    if number == 1:
        os.abort()
    assert number

@pytest.mark.timeout(2)
def test_hangs():
    number = turn("h")
    if number == 1:
        time.sleep(600)
    assert number

def test_always(): assert 0
def test_just_once(): assert turn("o")

@pytest.mark.xfail
def test_expected(): assert 0

@pytest.fixture
def broken(): assert unsteady("f")
def test_fixture(broken): pass
"""


@pytest.mark.skipif("sys.platform == 'win32'", reason="os.abort opens a dialogue")
def test_kinds(pytester: pytest.Pytester) -> None:
    project(
        pytester,
        ini="pythonpath = ['.']",
        test_order=ORDER,
        sub__test_itself=ITSELF,
        test_chance=CHANCE,
    )
    seen = probe(pytester, plugins=("pytest_timeout",))
    assert seen.kinds == {
        "test_polluter": "steady",
        "test_between": "steady",
        "test_victim": "depends on order",
        "test_brittle": "depends on order",
        "test_not_idempotent": "not idempotent",
        "TestEach::test_instance": "steady",
        "test_alternates": "non-deterministic",
        "test_crashes": "unstable by crash or timeout",
        "test_hangs": "unstable by crash or timeout",
        "test_always": "deterministic failure",
        "test_just_once": "not reproduced",
        "test_fixture": "non-deterministic",
    }, seen.output
    found = seen.diagnoses
    assert found["test_victim"]["polluter"] == "test_order.py::test_polluter"
    assert found["test_victim"]["because"].startswith("fails after test_order.py::test_polluter; ")
    assert found["test_brittle"]["polluter"] == "test_order.py::test_polluter"
    assert found["test_brittle"]["because"].startswith("passes after test_order.py::test_polluter")
    assert "crashed 1 of" in found["test_crashes"]["because"]
    assert "timed out 1 of" in found["test_hangs"]["because"]
    # in the section, and beside the failed tests
    assert "probe: test_order.py::test_victim: depends on order: fails after" in seen.output
    assert "deterministic failure, assert 0" in seen.output
    assert seen.status == 1
