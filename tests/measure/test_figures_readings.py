from __future__ import annotations

from fractions import Fraction

import pytest

from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.measure.definitions import definitions
from pytest_readiness.measure.measure import measure
from pytest_readiness.model.evidence import (
    Collection,
    Definition,
    Evidence,
    Figure,
    Outcome,
    Reason,
    Record,
)
from pytest_readiness.model.measurement import (
    Component,
    Measurement,
    NotMeasured,
    Reading,
    Request,
)
from pytest_readiness.model.metric import Direction, Metric, SubjectKind, Unit
from strategies import attempt, chain, record, run

PASSED, FAILED = Outcome.PASSED, Outcome.FAILED
A, B = "pay/test_a.py::test_a", "cart/test_a.py::test_b"
NAME = "checkout.p95"
PAY = Component(name="pay", paths=("pay/**",))


def metric(**fields: object) -> Metric:
    usual: dict[str, object] = {
        "name": NAME,
        "title": NAME,
        "unit": Unit.SECONDS,
        "direction": Direction.LOWER,
        "category": "custom",
        "subject": SubjectKind.TEST,
    }
    return Metric(**{**usual, **fields})  # type: ignore[arg-type]


def told(*records: Record, tests: tuple[str, ...] = (A, B)) -> Evidence:
    return Evidence.of([record(run()), record(Collection(tests=tests)), *records])


def figure(
    value: float, id: str = A, unit: str = "s", *, attempt: int = 0, run: str = "r", **more: int
) -> Record:
    return record(Figure(metric=NAME, value=value, unit=unit, **more), id, attempt=attempt, run=run)


def read(
    evidence: Evidence, defined: Metric | None = None, component: str = ""
) -> tuple[Reading, ...]:
    request = Request(metric=NAME, component=component)
    metrics = {NAME: defined} if defined else {}
    return measure(evidence, [request], metrics=metrics, components=[PAY])[request]


def values(readings: tuple[Reading, ...]) -> dict[str, object]:
    return {
        reading.subject.name: reading.value
        if isinstance(reading, Measurement)
        else getattr(reading, "reason", None)
        for reading in readings
    }


BOTH = (*chain(A, PASSED), *chain(B, PASSED))


def test_each_test_is_a_subject() -> None:
    evidence = told(*BOTH, figure(0.31), figure(0.5, B))
    assert values(read(evidence)) == {A: 0.31, B: 0.5}
    assert values(read(evidence, component="pay")) == {A: 0.31}
    assert read(evidence)[0].subject.path == "cart/test_a.py"


def test_the_last_attempt_counts_and_only_if_it_passed() -> None:
    rerun = told(
        *chain(A, FAILED, PASSED), *chain(B, FAILED), figure(9.0), figure(0.3, attempt=1),
        figure(0.1, B),
    )  # fmt: skip
    assert values(read(rerun)) == {A: 0.3, B: Reason.NO_DATA}
    forgot = told(*chain(A, FAILED, PASSED), *chain(B, PASSED), figure(9.0))
    assert values(read(forgot)) == {A: Reason.NO_DATA}


def test_a_name_that_is_no_test_is_its_own_subject() -> None:
    named = metric(subject=SubjectKind.NAMED)
    evidence = told(*BOTH, figure(1.0, "login page"), record(Definition(metric=named), NAME))
    (reading,) = read(evidence)
    assert (reading.subject.kind, reading.subject.id) == (SubjectKind.NAMED, "login page")


def test_a_test_without_a_result_may_have_recorded_too() -> None:
    evidence = told(*chain(A, PASSED), figure(0.3))
    assert values(read(evidence)) == {"": Reason.PARTIAL, A: 0.3}


def test_nothing_recorded() -> None:
    assert values(read(told(*BOTH))) == {"": Reason.NO_DATA}
    assert values(read(told(*BOTH), metric())) == {"": Reason.NO_DATA}


@pytest.mark.parametrize(
    ("value", "unit", "more", "expected_unit", "expected"),
    [
        (312, "ms", {}, Unit.SECONDS, 0.312),
        (2, "min", {}, Unit.SECONDS, 120.0),
        (0.31, "s", {}, Unit.SECONDS, 0.31),
        (1.5, "KiB", {}, Unit.BYTES, 1536.0),
        (94.905, "%", {}, Unit.RATIO, Fraction(94905, 100000)),
        (3, "", {"total": 4}, Unit.RATIO, Fraction(3, 4)),
        (12, "", {}, Unit.COUNT, 12),
        (1.5, "", {}, Unit.NUMBER, 1.5),
        (40, "req/s", {}, Unit.NUMBER, 40),
    ],
)
def test_units(
    value: float, unit: str, more: dict[str, int], expected_unit: Unit, expected: object
) -> None:
    evidence = told(*BOTH, figure(value, unit=unit, **more))
    assert definitions(evidence)[NAME].unit is expected_unit
    assert values(read(evidence)) == {A: expected}


@pytest.mark.parametrize(
    ("value", "unit", "more", "defined"),
    [
        (1.0, "s", {}, metric(unit=Unit.BYTES)),
        (1.0, "req/s", {}, metric(unit=Unit.NUMBER, label="req/min")),
        (1, "", {"total": 4}, metric()),
        (1, "", {"total": 0}, metric(unit=Unit.RATIO)),
        (1.5, "", {}, metric(unit=Unit.COUNT)),
        (float("nan"), "s", {}, metric()),
        (float("inf"), "%", {}, metric(unit=Unit.RATIO)),
    ],
)
def test_what_cannot_be_told_in_the_metrics_unit_is_an_error(
    value: float, unit: str, more: dict[str, int], defined: Metric
) -> None:
    evidence = told(
        *BOTH, figure(value, unit=unit, **more), record(Definition(metric=defined), NAME)
    )
    assert values(read(evidence)) == {A: Reason.ERROR}


@pytest.mark.parametrize(
    ("aggregate", "expected"), [("sum", 6), ("max", 4), ("min", 2), ("mean", 3), ("median", 3)]
)
def test_aggregates(aggregate: str, expected: int) -> None:
    evidence = told(*BOTH, figure(2, unit=""), figure(4, B, unit=""))
    defined = metric(unit=Unit.COUNT, aggregate=aggregate)
    assert values(read(evidence, defined)) == {"": expected}
    assert definitions(evidence, {NAME: defined})[NAME].subject is SubjectKind.RUN


def test_an_aggregate_over_an_unknown_value_is_not_measured() -> None:
    evidence = told(*chain(A, PASSED), *chain(B, FAILED), figure(2.0), figure(4.0, B))
    assert values(read(evidence, metric(aggregate="max"))) == {"": Reason.NO_DATA}
    assert values(read(evidence, metric(aggregate="most"))) == {"": Reason.ERROR}


@pytest.mark.parametrize(
    ("direction", "expected"),
    [(Direction.LOWER, 0.5), (Direction.HIGHER, 0.25), (Direction.NEITHER, Reason.ERROR)],
)
def test_of_several_runs_the_worse_value(direction: Direction, expected: object) -> None:
    other = Evidence.of(
        [
            record(run(), run="s"),
            record(Collection(tests=(A, B)), run="s"),
            *(Record("s", "", id, 0, attempt()) for id in (A, B)),
            figure(0.5, run="s"),
        ]
    )
    evidence = told(*BOTH, figure(0.25)).merge(other)
    assert values(read(evidence, metric(direction=direction))) == {A: expected}


def test_a_figure_told_twice_is_an_error_of_its_metric_alone() -> None:
    evidence = told(*BOTH, figure(1.0), figure(2.0), record(Figure(metric="other", value=1), A))
    assert values(read(evidence))[""] is Reason.ERROR
    other = Request(metric="other")
    assert values(measure(evidence, [other])[other]) == {A: 1}


def test_configuration_amends_what_was_recorded() -> None:
    evidence = told(*BOTH, figure(300, unit="ms"))
    open_unit = metric(title="Checkout", unit=Unit.NUMBER, direction=Direction.LOWER)
    found = definitions(evidence, {NAME: open_unit})[NAME]
    assert (found.title, found.unit, found.direction) == (
        "Checkout",
        Unit.SECONDS,
        Direction.LOWER,
    )
    assert values(read(evidence, open_unit)) == {A: 0.3}


def test_two_definitions_in_evidence_are_an_error() -> None:
    evidence = told(
        *BOTH,
        figure(1.0),
        record(Definition(metric=metric()), NAME),
        Record("s", "", NAME, 0, Definition(metric=metric(unit=Unit.BYTES))),
    )
    assert values(read(evidence)) == {"": Reason.ERROR}


def test_a_unit_that_contradicts_the_configured_one_is_an_error() -> None:
    evidence = told(*BOTH, figure(1.0))
    assert values(read(evidence, metric(unit=Unit.BYTES))) == {"": Reason.ERROR}


def test_nobody_redefines_the_catalogue() -> None:
    request = Request(metric="tests.failed")
    evil = metric(name="tests.failed")
    evidence = told(*BOTH, record(Definition(metric=evil), "tests.failed"))
    assert values(measure(evidence, [request])[request]) == {"": Reason.ERROR}
    assert definitions(evidence)["tests.failed"] is CATALOGUE["tests.failed"]


def test_requests_that_nothing_can_answer() -> None:
    for request in (Request(metric="no.such"), Request(metric="tests.run", component="none")):
        (reading,) = measure(told(*BOTH), [request])[request]
        assert isinstance(reading, NotMeasured)
