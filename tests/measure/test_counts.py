from __future__ import annotations

import pytest

from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.measure.measure import measure
from pytest_readiness.model.evidence import (
    Attempt,
    Collection,
    CollectionError,
    Evidence,
    Gap,
    Outcome,
    Reason,
    Record,
    Shard,
    Warned,
)
from pytest_readiness.model.measurement import (
    Component,
    Measurement,
    NotMeasured,
    Reading,
    Request,
)
from strategies import WINDOWS, attempt, chain, evidence_of, record, run

PASSED, FAILED, ERROR = Outcome.PASSED, Outcome.FAILED, Outcome.ERROR
SKIPPED, XFAILED, XPASSED = Outcome.SKIPPED, Outcome.XFAILED, Outcome.XPASSED
A, B, C = (f"tests/test_a.py::test_{name}" for name in "abc")


def read(evidence: Evidence, metric: str, component: str = "") -> Reading:
    request = Request(metric=metric, component=component)
    components = [Component(name=component, paths=(f"{component}/**",))] if component else []
    (reading,) = measure(evidence, [request], components=components)[request]
    return reading


def value(evidence: Evidence, metric: str, component: str = "") -> object:
    reading = read(evidence, metric, component)
    assert isinstance(reading, Measurement), reading
    return reading.value


def names(evidence: Evidence, metric: str) -> list[str]:
    reading = read(evidence, metric)
    assert isinstance(reading, Measurement), reading
    return [member.subject.name for member in reading.members]


def story(*records: list[Record], run_fields: dict[str, object] | None = None) -> Evidence:
    """One run of the tests that the records are about."""
    flat = [one for some in records for one in some]
    ids = tuple(dict.fromkeys(one.subject for one in flat))
    return Evidence.of([record(run(**(run_fields or {}))), record(Collection(tests=ids)), *flat])


OUTCOMES = evidence_of(*((f"tests/test_a.py::test_{one.value}", one) for one in Outcome))


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("tests.collected", 6),
        ("tests.run", 5),
        ("tests.failed", 1),
        ("tests.errors", 1),
        ("tests.skipped", 1),
        ("tests.xfailed", 1),
        ("tests.xpassed", 1),
        ("tests.deselected", 0),
        ("tests.flaky", 0),
        ("tests.warnings", 0),
    ],
)
def test_each_outcome_counts_where_it_belongs(metric: str, expected: int) -> None:
    assert value(OUTCOMES, metric) == expected


def test_a_count_names_its_members_and_its_denominator() -> None:
    reading = read(OUTCOMES, "tests.failed")
    assert isinstance(reading, Measurement)
    assert reading.total == 6
    (member,) = reading.members
    assert member.subject.id == "tests/test_a.py::test_failed"
    assert (member.subject.path, member.subject.line) == ("tests/test_a.py", 3)


def test_the_last_attempt_decides() -> None:
    evidence = story(chain(A, FAILED, PASSED), chain(B, FAILED, FAILED))
    assert names(evidence, "tests.failed") == [B]
    assert value(evidence, "tests.run") == 2


def test_errors_are_counted_as_pytest_counts_them() -> None:
    evidence = Evidence.of(
        [
            *story(
                chain(A, ERROR, errors=("setup", "teardown"), reason="boom"),
                chain(B, FAILED, errors=("teardown",)),
                chain(C, ERROR, PASSED),
            ).records,
            record(CollectionError(message="SyntaxError"), "tests/test_broken.py"),
        ]
    )
    assert value(evidence, "tests.errors") == 4
    assert value(evidence, "tests.failed") == 1
    reading = read(evidence, "tests.errors")
    assert isinstance(reading, Measurement)
    assert [(m.subject.id, m.weight) for m in reading.members] == [
        (A, 2),
        (B, 1),
        ("tests/test_broken.py", 1),
    ]
    assert reading.members[0].detail == "setup and teardown: boom"


@pytest.mark.parametrize(
    ("outcomes", "flaky"),
    [
        ((PASSED,), False),
        ((FAILED, PASSED), True),
        ((ERROR, PASSED), True),
        ((FAILED, FAILED), False),
        ((FAILED, SKIPPED), False),
        ((FAILED, ERROR), False),
        ((PASSED, FAILED), True),
        ((XFAILED, XPASSED), True),
        ((FAILED, FAILED, PASSED), True),
    ],
)
def test_flaky_is_a_contradiction(outcomes: tuple[Outcome, ...], flaky: bool) -> None:
    assert value(story(chain(A, *outcomes)), "tests.flaky") == int(flaky)


def test_flaky_says_on_which_attempt_it_passed() -> None:
    reading = read(story(chain(A, FAILED, FAILED, PASSED)), "tests.flaky")
    assert isinstance(reading, Measurement)
    assert reading.members[0].detail == "passed on attempt 3"


def test_repeats_of_a_test_are_that_test() -> None:
    first, second = f"{A}[1-2]", f"{A}[2-2]"
    evidence = Evidence.of(
        [
            record(run()),
            record(Collection(tests=(first, second), repeats=((first, A), (second, A)))),
            *chain(first, PASSED),
            *chain(second, FAILED),
        ]
    )
    assert names(evidence, "tests.flaky") == [A]
    assert value(evidence, "tests.collected") == 2


def test_a_repeat_that_is_flaky_in_itself_counts_once() -> None:
    first, second = f"{A}[1-2]", f"{A}[2-2]"
    evidence = Evidence.of(
        [
            record(run()),
            record(Collection(tests=(first, second), repeats=((first, A), (second, A)))),
            *chain(first, FAILED, PASSED),
            *chain(second, PASSED),
        ]
    )
    assert names(evidence, "tests.flaky") == [A]


def two_runs(one: Outcome, two: Outcome, **second: object) -> Evidence:
    return story(chain(A, one)).merge(
        Evidence.of(
            [
                record(run(**second), run="s"),
                record(Collection(tests=(A,)), run="s"),
                *chain(A, two, run="s"),
            ]
        )
    )


def test_runs_of_one_environment_may_contradict_each_other() -> None:
    evidence = two_runs(PASSED, FAILED)
    assert names(evidence, "tests.flaky") == [A]
    assert value(evidence, "tests.failed") == 1
    assert value(evidence, "tests.collected") == 1


def test_environments_of_a_matrix_do_not_contradict_each_other() -> None:
    evidence = two_runs(PASSED, FAILED, environment=WINDOWS)
    assert value(evidence, "tests.flaky") == 0
    assert value(evidence, "tests.collected") == 2
    assert names(evidence, "tests.failed") == [f"{A} [cpython3.13-windows]"]


def test_a_test_is_skipped_when_no_run_ran_it() -> None:
    assert value(two_runs(SKIPPED, PASSED), "tests.skipped") == 0
    assert value(two_runs(SKIPPED, PASSED), "tests.run") == 1
    assert value(two_runs(SKIPPED, SKIPPED), "tests.skipped") == 1


def test_workers_that_each_run_every_test() -> None:
    fields: dict[str, object] = {"workers": ("gw0", "gw1"), "each": True}
    both = story(
        chain(A, PASSED, process="gw0"), chain(A, FAILED, process="gw1"), run_fields=fields
    )
    assert value(both, "tests.failed") == value(both, "tests.flaky") == 1
    lost = story(chain(A, PASSED, process="gw0"), run_fields=fields)
    assert "no result in worker gw1" in not_measured(lost, "tests.failed").message


def test_a_crashed_test_may_go_on_in_another_worker() -> None:
    evidence = story(
        [record(attempt(FAILED, superseded=True, crashed=True), A, process="gw1")],
        [record(attempt(PASSED), A, process="gw0", attempt=1)],
    )
    assert value(evidence, "tests.failed") == 0
    assert value(evidence, "tests.flaky") == 1


def shard(index: int, total: int, *tests: str, deselected: tuple[str, ...] = ()) -> Evidence:
    name = f"s{index}"
    return Evidence.of(
        [
            record(run(shard=Shard(index=index, total=total)), run=name),
            record(Collection(tests=tests, deselected=deselected), run=name),
            *(one for id in tests for one in chain(id, PASSED, run=name)),
        ]
    )


def test_deselected_is_what_no_shard_ran() -> None:
    evidence = shard(1, 2, A, deselected=(B, C)).merge(shard(2, 2, B, deselected=(A, C)))
    assert names(evidence, "tests.deselected") == [C]
    assert value(evidence, "tests.collected") == 3


def test_a_missing_shard_leaves_nothing_measured() -> None:
    reading = not_measured(shard(2, 3, A), "tests.failed")
    assert reading.reason is Reason.PARTIAL
    assert reading.message == "shards 1, 3 of 3 missing"


def test_warnings_count_as_in_the_summary_and_collection_is_told_once() -> None:
    warned = [
        record(Warned(count=2, where="tests/a.py:1"), "DeprecationWarning: old", run="s1"),
        record(Warned(count=2, where="tests/a.py:1"), "DeprecationWarning: old", run="s2"),
        record(Warned(count=3, where=A), "UserWarning: hm", run="s1"),
        record(Warned(count=1, where=B), "UserWarning: hm", run="s2"),
    ]
    evidence = shard(1, 2, A, deselected=(B,)).merge(
        shard(2, 2, B, deselected=(A,)), Evidence.of(warned)
    )
    reading = read(evidence, "tests.warnings")
    assert isinstance(reading, Measurement)
    assert reading.value == 6
    assert [(m.subject.id, m.weight, m.detail) for m in reading.members] == [
        ("UserWarning: hm", 4, A),
        ("DeprecationWarning: old", 2, "tests/a.py:1"),
    ]


def not_measured(evidence: Evidence, metric: str, component: str = "") -> NotMeasured:
    reading = read(evidence, metric, component)
    assert isinstance(reading, NotMeasured), reading
    return reading


def test_a_test_without_a_result_leaves_nothing_measured() -> None:
    evidence = Evidence.of(
        [record(run()), record(Collection(tests=(A, B, C))), *chain(A, FAILED), *chain(B, PASSED)]
    )
    reading = not_measured(evidence, "tests.failed")
    assert reading.reason is Reason.PARTIAL
    assert reading.message == f"1 of 3 collected tests lack a result: {C} has no result"
    assert reading.known is not None
    assert reading.known.value == 1
    assert [member.subject.id for member in reading.known.members] == [A]
    assert reading.known.total is None
    assert not_measured(evidence, "tests.skipped").known is None


def test_lost_attempts_are_missed() -> None:
    first, last = chain(A, FAILED, PASSED)
    assert "lacks attempt 1" in not_measured(story([last]), "tests.flaky").message
    assert "lacks its last attempt" in not_measured(story([first]), "tests.failed").message


@pytest.mark.parametrize("metric", ["tests.failed", "tests.collected", "coverage.lines"])
def test_no_evidence_at_all(metric: str) -> None:
    assert not_measured(Evidence(), metric).reason is Reason.NO_DATA


def test_a_run_without_manifest() -> None:
    evidence = Evidence.of([record(Collection(tests=(A,))), *chain(A, PASSED)])
    assert "manifest of run r is missing" in not_measured(evidence, "tests.failed").message


def test_a_run_that_tells_no_collection() -> None:
    assert not_measured(Evidence.of([record(run())]), "tests.run").reason is Reason.PARTIAL


def test_different_code_is_an_error() -> None:
    evidence = two_runs(PASSED, PASSED, tree="t2").merge(
        Evidence.of([record(run(tree="t1"), run="t"), record(Collection(tests=()), run="t")])
    )
    reading = not_measured(evidence, "tests.failed")
    assert reading.reason is Reason.ERROR
    assert reading.known is None


def test_contradictory_records_are_an_error() -> None:
    evidence = story(chain(A, PASSED)).merge(Evidence.of(chain(A, FAILED)))
    assert not_measured(evidence, "tests.failed").reason is Reason.ERROR


def test_a_gap_says_why_and_what_to_do() -> None:
    gap = record(Gap(reason=Reason.ERROR, message="it broke", remedy="mend it"), "tests")
    evidence = OUTCOMES.merge(Evidence.of([gap]))
    reading = not_measured(evidence, "tests.failed")
    assert (reading.reason, reading.message, reading.remedy) == (
        Reason.ERROR,
        "it broke",
        "mend it",
    )


def test_components_count_their_own_tests() -> None:
    evidence = evidence_of(("pay/test_a.py::test_x", FAILED), ("cart/test_a.py::test_y", PASSED))
    assert value(evidence, "tests.failed", "pay") == 1
    assert value(evidence, "tests.failed", "cart") == 0
    assert value(evidence, "tests.run", "cart") == 1
    assert read(evidence, "tests.run", "pay").subject.component == "pay"
    assert "no collected test" in not_measured(evidence, "tests.failed", "docs").message


def test_a_missing_result_elsewhere_is_no_gap_of_a_component() -> None:
    evidence = Evidence.of(
        [
            record(run()),
            record(Collection(tests=("pay/test_a.py::test_x", "cart/test_a.py::test_y"))),
            *chain("pay/test_a.py::test_x", PASSED),
        ]
    )
    assert value(evidence, "tests.failed", "pay") == 0
    not_measured(evidence, "tests.failed", "cart")


def test_timeouts() -> None:
    evidence = story(
        chain(A, FAILED, PASSED, timed_out=True, timeout=1.0),
        chain(B, PASSED),
        chain(C, SKIPPED),
        run_fields={"sections": ("tests", "timeout")},
    )
    assert names(evidence, "tests.timeouts") == [A]
    assert names(evidence, "tests.unbounded") == [B]


def test_an_attempt_that_lost_the_timer_of_the_first_says_how_to_keep_it() -> None:
    (first, second), never = chain(A, FAILED, PASSED, timeout=5.0), chain(B, FAILED, PASSED)
    assert isinstance(second.data, Attempt)
    second = second._replace(data=second.data._replace(timeout=None))
    fields: dict[str, object] = {"sections": ("tests", "timeout")}
    reading = read(story([first, second], never, run_fields=fields), "tests.unbounded")
    assert isinstance(reading, Measurement)
    lost, without = reading.members
    assert "attempt 1 had 5 s" in lost.detail
    assert "timeout_func_only = true" in lost.detail
    assert without.detail == ""
    remedy = CATALOGUE["tests.unbounded"].remedy
    assert "timeout = 60" in remedy
    assert "timeout_func_only = true" in remedy


@pytest.mark.parametrize("metric", ["tests.timeouts", "tests.unbounded"])
def test_without_the_plugin_no_test_is_free_of_timeouts(metric: str) -> None:
    fields: dict[str, object] = {"sections": ("tests", "timeout")}
    gap = Gap(reason=Reason.NO_DATA, message="pytest-timeout is not installed", remedy="install")
    evidence = story(chain(A, PASSED), run_fields=fields)
    evidence = evidence.merge(Evidence.of([record(gap, "timeout")]))
    reading = not_measured(evidence, metric)
    assert (reading.reason, reading.remedy) == (Reason.NO_DATA, "install")
    assert not_measured(story(chain(A, PASSED)), metric).reason is Reason.NO_DATA
