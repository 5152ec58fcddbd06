from __future__ import annotations

import pytest

from pytest_readiness.model.evidence import Figure
from sessions import apart, project, run

BAD = ["float('nan')", "float('inf')", "'12'", "None", "True", "object()", "1j", "Raises()"]
RAISES = "class Raises:\n    def __float__(self): raise RuntimeError('no')\n"


def figures(seen) -> dict[tuple[str, str, int], float]:
    return {
        (record.subject, figure.metric, record.attempt): figure.value
        for record, figure in seen.evidence.select(Figure)
    }


SUITE = """
import decimal, fractions, pytest
def test_a(readiness):
    readiness.record("checkout.p95", 0.31, unit="s")
    readiness.record("checkout.items", 3)
    readiness.record("checkout.items", 4)
@pytest.mark.parametrize("value", [decimal.Decimal("0.25"), fractions.Fraction(1, 4)])
def test_b(readiness, value):
    readiness.record("other.part", value)
def test_c(readiness):
    readiness.record("other.share", 9, total=10)
"""


@pytest.mark.parametrize("args", [(), ("-n2",), ("-n1", "--dist=loadgroup")])
def test_figures_of_tests_are_gated(pytester: pytest.Pytester, args: tuple[str, ...]) -> None:
    gates = (
        '"checkout.p95" = "<= 300ms"\n"checkout.items" = "== 4"\n'
        '"other.part" = "== 0.25"\n"other.share" = ">= 90%"'
    )
    project(pytester, gates=gates, test_a=SUITE)
    seen = run(pytester, *args)
    outcomes = seen.outcomes()
    assert outcomes["checkout.p95"] == "failed"
    assert outcomes["checkout.items"] == "passed"
    assert outcomes["other.part"] == "passed"
    assert outcomes["other.share"] == "passed"
    (finding,) = seen.gate("checkout.p95").findings
    assert finding.subject.id == "test_a.py::test_a"


@pytest.mark.parametrize("value", BAD)
def test_what_is_no_figure_never_fails_the_test(pytester: pytest.Pytester, value: str) -> None:
    content = f"{RAISES}def test_a(readiness): readiness.record('a.b', {value})"
    project(pytester, gates='"a.b" = ">= 0"', test_a=content)
    seen = run(pytester)
    assert "1 passed" in seen.output
    assert seen.status == 1
    (fault,) = (one for one in seen.scorecard.results if one.outcome.value == "error")
    assert fault.gate.name == "test_a.py::test_a"
    assert "readiness.record('a.b'" in fault.message


@pytest.mark.parametrize("name", ["x", "", "a b.c", "tests.failed", "coverage.mine"])
def test_a_name_that_cannot_be_is_named(pytester: pytest.Pytester, name: str) -> None:
    project(pytester, test_a=f"def test_a(readiness): readiness.record({name!r}, 1)")
    seen = run(pytester)
    assert "1 passed" in seen.output
    assert seen.verdict == "NOT READY"


FLAKY = """
tried = []
def test_a(readiness):
    tried.append(1)
    readiness.record("a.b", len(tried))
    assert len(tried) == 2
"""


@pytest.mark.parametrize("args", [(), ("-n1",)])
def test_the_attempt_is_told(pytester: pytest.Pytester, args: tuple[str, ...]) -> None:
    project(pytester, gates='"a.b" = "== 2"', test_a=FLAKY)
    # in a process of its own: the flaky plugin patches pytest's runner for good
    result = apart(pytester, "--readiness", "--reruns=2", *args, plugins="rerunfailures xdist")
    result.stdout.fnmatch_lines(["*readiness: READY*"])


def test_a_crash_loses_no_figure_of_the_tests_before(pytester: pytest.Pytester) -> None:
    content = """
        import os
        def test_a(readiness): readiness.record("a.b", 99)
        def test_b(): os._exit(1)
        """
    project(pytester, gates='"a.b" = "<= 1"', test_a=content)
    seen = run(pytester, "-n1")
    assert seen.outcomes()["a.b"] == "failed"
    assert figures(seen) == {("test_a.py::test_a", "a.b", 0): 99}
