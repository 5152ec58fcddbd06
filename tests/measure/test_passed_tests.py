"""Tests kept as columns are the same evidence, and measured as if they were records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.measure.measure import measure
from pytest_readiness.measure.results import results
from pytest_readiness.measure.view import View
from pytest_readiness.model.evidence import (
    Attempt,
    Collection,
    Evidence,
    Gap,
    Outcome,
    PassedTests,
    Reason,
    Record,
)
from pytest_readiness.model.measurement import Component, Request
from strategies import (
    WINDOWS,
    attempt,
    evidence_of,
    evidences,
    law,
    record,
    run,
    sets_of_records,
)


def in_columns(evidence: Evidence, run: str) -> Evidence:
    """The same, the tests of a run that just passed in columns."""
    made = Counter(one.subject for one, _ in evidence.select(Attempt) if one.run == run)
    passed = PassedTests.empty(run)
    loose: list[Record] = []
    for one in reversed(evidence.records):  # they ran in some order
        data = one.data
        plain = isinstance(data, Attempt) and data == Attempt(
            outcome=Outcome.PASSED,
            setup=data.setup,
            call=data.call,
            teardown=data.teardown,
            cpu=data.cpu,
            line=data.line,
        )
        alone = (one.run, one.process, one.attempt, made[one.subject]) == (run, "", 0, 1)
        if plain and alone:
            assert isinstance(data, Attempt)
            passed.ids.append(one.subject)
            passed.setups.append(data.setup)  # type: ignore[arg-type]
            passed.calls.append(data.call)  # type: ignore[arg-type]
            passed.teardowns.append(data.teardown)  # type: ignore[arg-type]
            passed.cpus.append(data.cpu)  # type: ignore[arg-type]
            passed.lines.append(None if data.line is None else data.line - 1)
        else:
            loose.append(one)
    return Evidence.of(loose, passed)


def runs(evidence: Evidence) -> Sequence[str]:
    return sorted({one.run for one in evidence.records})


@law
@given(st.one_of(evidences(), sets_of_records()), st.data())
def test_it_is_the_same_evidence(evidence: Evidence, data: st.DataObject) -> None:
    if not evidence.records:
        return
    columned = in_columns(evidence, data.draw(st.sampled_from(runs(evidence))))
    assert columned == evidence
    assert hash(columned) == hash(evidence)
    assert columned.counts() == evidence.counts()
    assert columned.kinds() == evidence.kinds()
    assert columned.sealed() == evidence.sealed()
    assert set(columned.conflicts()) == set(evidence.conflicts())
    for kind in evidence.kinds():
        assert list(columned.select(kind)) == list(evidence.select(kind))


@law
@given(evidences(), sets_of_records(), st.data())
def test_it_merges_as_the_same(one: Evidence, two: Evidence, data: st.DataObject) -> None:
    columned = in_columns(one, data.draw(st.sampled_from(runs(one))))
    merged = one.merge(two)
    assert columned.merge(two) == two.merge(columned) == merged
    assert columned.merge(columned) == columned
    # a record of the other may be of a test in the columns
    assert columned.merge(one) == one
    assert set(columned.merge(two).conflicts()) == set(merged.conflicts())


REQUESTS = tuple(
    Request(metric=name, component=component) for name in CATALOGUE for component in ("", "some")
)
SOME = Component(name="some", paths=("tests/test_a.py",))


@law
@given(evidences(), st.data())
def test_it_is_measured_alike(evidence: Evidence, data: st.DataObject) -> None:
    columned = in_columns(evidence, data.draw(st.sampled_from(runs(evidence))))
    assert measure(columned, REQUESTS, components=(SOME,)) == measure(
        evidence, REQUESTS, components=(SOME,)
    )


def test_results_of_a_run_with_all_kinds_of_tests() -> None:
    evidence = evidence_of(
        ("t.py::b", Outcome.PASSED),
        ("t.py::c", Outcome.FAILED),
        ("t.py::a", Outcome.PASSED),
    ).merge(Evidence.of([record(attempt(Outcome.SKIPPED), "t.py::d")]))
    columned = in_columns(evidence, "r")
    assert columned.passed is not None
    assert sorted(columned.passed.ids) == ["t.py::a", "t.py::b"]
    found = results(View(columned))
    assert [test.id for test in found.tested] == ["t.py::a", "t.py::b", "t.py::c", "t.py::d"]
    assert found.tested == results(View(evidence)).tested
    assert (found.count, len(found.further)) == (4, 2)
    assert columned.counts() == evidence.counts()
    assert columned.counts()["r", Attempt] == 4


def test_results_of_runs_in_two_environments() -> None:
    linux = evidence_of(("t.py::a", Outcome.PASSED), ("t.py::b", Outcome.PASSED))
    windows = Evidence.of(
        [
            record(run(environment=WINDOWS), run="w"),
            record(Collection(tests=("t.py::a",)), run="w"),
            record(attempt(Outcome.FAILED), "t.py::a", run="w"),
        ]
    )
    both = in_columns(linux, "r").merge(windows)
    assert both.passed is not None
    found = results(View(both))
    assert found.tested == results(View(linux.merge(windows))).tested
    assert len({test.environment for test in found.tested}) == 2


def test_results_of_a_run_in_which_each_worker_runs_every_test() -> None:
    evidence = evidence_of(("a", Outcome.PASSED), workers=("gw0", "gw1"), each=True)
    columned = in_columns(evidence, "r")
    assert columned.passed is not None
    assert results(View(columned)).missing == results(View(evidence)).missing != []


def test_a_collected_test_that_is_in_no_column_lacks_a_result() -> None:
    passed = PassedTests("r", ["a"], [0.1], [0.1], [0.1], [0.1], [4])
    records = [
        record(run()),
        record(Collection(tests=("a", "b"))),
    ]
    found = results(View(Evidence.of(records, passed)))
    assert [(one.id, one.message) for one in found.missing] == [("b", "has no result")]
    assert found.tested[0].subject.line == 5


def test_a_run_of_which_there_is_nothing_else() -> None:
    passed = PassedTests("r", ["a"], [0.1], [0.1], [0.1], [0.1], [4])
    found = results(View(Evidence.of([], passed)))
    assert found.collected == results(View(Evidence(Evidence.of([], passed).records))).collected
    assert found.collected == {"": {"a"}}


@pytest.mark.parametrize("process", ["", "gw0"])
def test_a_test_in_a_column_and_among_the_records_has_two_attempts(process: str) -> None:
    passed = PassedTests("r", ["a"], [0.1], [0.1], [0.1], [0.1], [4])
    made = Evidence.of([record(attempt(Outcome.FAILED), "a", process=process)], passed)
    assert made.passed is None
    assert len(list(made.select(Attempt))) == 2
    assert bool(made.conflicts()) is (process == "")


@pytest.mark.parametrize("name", ["loose", "passed", "records"])
def test_evidence_is_not_changed(name: str) -> None:
    with pytest.raises(AttributeError):
        setattr(evidence_of(("a", Outcome.PASSED)), name, ())


def test_nothing_in_the_columns_is_no_columns() -> None:
    gap = record(Gap(reason=Reason.NO_DATA, message="m"), "tests")
    assert Evidence.of([gap], PassedTests.empty("r")) == Evidence.of([gap])
    assert repr(Evidence.of([gap])) == f"Evidence(({gap!r},))"
