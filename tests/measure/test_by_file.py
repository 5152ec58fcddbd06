"""Tests by file, and what a gate on files shows of those that keep it."""

from __future__ import annotations

from judging import TODAY, gate
from pytest_readiness.measure.measure import measure
from pytest_readiness.model.evidence import Evidence, Outcome
from pytest_readiness.model.measurement import Component, Measurement, NotMeasured, Reading, Request
from pytest_readiness.model.policy import Policy
from pytest_readiness.pipeline import evaluate
from strategies import attempt, evidence_of, record, run

ONE, TWO, OTHER = "tests/a.py::test_one", "tests/a.py::test_two[x]", "tests/sub/b.py::C::test_three"


def by_file(evidence: Evidence, **more: object) -> tuple[Reading, ...]:
    request = Request(metric="tests.file", component="sub" if more else "")
    return measure(evidence, [request], **more)[request]  # type: ignore[arg-type]


def told(readings: tuple[Reading, ...]) -> dict[str, object]:
    assert all(isinstance(reading, Measurement) for reading in readings)
    return {one.subject.name: one.value for one in readings if isinstance(one, Measurement)}


def test_each_file_with_its_tests_whatever_came_of_them() -> None:
    evidence = evidence_of((ONE, Outcome.PASSED), (TWO, Outcome.SKIPPED), (OTHER, Outcome.FAILED))
    assert told(by_file(evidence)) == {"tests/a.py": 2, "tests/sub/b.py": 1}


def test_of_a_component_only_its_files() -> None:
    evidence = evidence_of((ONE, Outcome.PASSED), (OTHER, Outcome.PASSED))
    component = Component(name="sub", paths=("tests/sub/**",))
    assert told(by_file(evidence, components=[component])) == {"tests/sub/b.py": 1}


def test_a_run_that_tells_no_collection_leaves_it_unknown() -> None:
    evidence = Evidence.of([record(run()), record(attempt(), subject=ONE)])
    first, *_ = by_file(evidence)
    assert isinstance(first, NotMeasured)


def test_a_gate_on_files_shows_what_each_has_and_one_on_tests_does_not() -> None:
    evidence = evidence_of((ONE, Outcome.PASSED), (TWO, Outcome.PASSED), (OTHER, Outcome.PASSED))
    gates = (gate("tests.file", ">= 2"), gate("test.duration", "<= 10s"))
    files, tests = evaluate(evidence, Policy(gates=gates), today=TODAY).results
    assert [(one.subject.name, one.value) for one in files.values] == [
        ("tests/a.py", 2),
        ("tests/sub/b.py", 1),
    ]
    assert [finding.subject.name for finding in files.findings] == ["tests/sub/b.py"]
    assert tests.values == ()
