from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest

from flaky_pasts import past
from pytest_readiness.measure.measure import measure
from pytest_readiness.model.evidence import (
    Collection,
    Evidence,
    Outcome,
    Reason,
    Record,
)
from pytest_readiness.model.history import NO_HISTORY, History
from pytest_readiness.model.measurement import (
    Component,
    Measurement,
    NotMeasured,
    Reading,
    Request,
)
from strategies import LINUX, WINDOWS, chain, record, run

PASSED, FAILED = Outcome.PASSED, Outcome.FAILED
T = "tests/test_a.py::test_t"
OTHERS = tuple(f"tests/test_b.py::test_{one}" for one in range(40))
STEADY = "P" * 20
COUNTS = ("tests.flaky-confirmed", "tests.flaky-observed", "tests.flaky-new")


def evidence(
    *outcomes: Outcome, tree: str = "A", failing: tuple[str, ...] = (), **fields: object
) -> Evidence:
    """A run in which T had the outcomes, and the others passed."""
    records: list[Record] = [
        record(run(tree=tree, **fields)),
        record(Collection(tests=(T, *OTHERS))),
        *chain(T, *outcomes, signature="ValueError at tests/test_a.py::test_t:1"),
    ]
    for id in OTHERS:
        records += chain(id, FAILED if id in failing else PASSED)
    return Evidence.of(records)


def history(letters: str, trees: str = "", **more: object) -> History:
    tests: Mapping[str, str] = {T: letters, **dict.fromkeys(OTHERS, "P" * len(letters))}
    return past(tests, trees, **more)  # type: ignore[arg-type]


def read(
    now: Evidence, before: History, metric: str, statistic: str = "", component: str = ""
) -> tuple[Reading, ...]:
    request = Request(metric=metric, statistic=statistic, component=component)
    components = [Component(name="b", paths=("tests/test_b.py",))]
    return measure(now, [request], components=components, history=before)[request]


def one(*args: object, **more: object) -> Measurement:
    (reading,) = read(*args, **more)  # type: ignore[arg-type]
    assert isinstance(reading, Measurement), reading
    return reading


def counts(now: Evidence, before: History) -> list[int | float | Fraction]:
    return [one(now, before, metric).value for metric in COUNTS]


@pytest.mark.parametrize(
    ("letters", "outcomes", "expected"),
    [
        pytest.param(STEADY, [PASSED], [0, 0, 0], id="steady"),
        pytest.param(STEADY, [FAILED], [0, 1, 1], id="its first failure on known code"),
        pytest.param(STEADY, [FAILED, PASSED], [0, 1, 1], id="passed on a rerun"),
        pytest.param("PPFPP" + STEADY, [PASSED], [0, 1, 0], id="seen before"),
        pytest.param("PPFPP" + STEADY, [FAILED, PASSED], [1, 0, 0], id="confirmed by this run"),
        pytest.param("PFPPFP" + STEADY, [PASSED], [1, 0, 0], id="confirmed before"),
    ],
)
def test_present_attempts_count_with_earlier_ones(
    letters: str, outcomes: list[Outcome], expected: list[int]
) -> None:
    assert counts(evidence(*outcomes), history(letters)) == expected


def test_a_failure_on_changed_code_is_ordinary() -> None:
    now = evidence(FAILED, tree="B")
    assert counts(now, history(STEADY)) == [0, 0, 0]
    rate = {one.subject.id: one for one in read(now, history(STEADY), "test.flake-rate")}[T]
    assert isinstance(rate, Measurement)
    assert (rate.value, rate.low) == (0.0, None)
    assert rate.detail.startswith("suspected: ")


def test_members_say_how_often_when_and_how() -> None:
    (member,) = one(evidence(PASSED), history("PFPPFP" + STEADY), COUNTS[0]).members
    assert member.subject.id == T
    assert "failed in 2 of 27 runs" in member.detail
    assert "last on 2026-01-05: ValueError at" in member.detail
    assert "more clean runs to be cleared" in member.detail


def test_an_outage_accuses_nobody_and_is_told() -> None:
    reading = one(evidence(PASSED, failing=OTHERS[:20]), history(STEADY), COUNTS[1])
    assert reading.value == 0
    assert reading.detail == "20 tests failed together in this run and are not accused"


def test_what_was_not_collected_is_not_counted() -> None:
    now = Evidence.of(
        [
            record(run()),
            record(Collection(tests=OTHERS)),
            *(r for id in OTHERS for r in chain(id, PASSED)),
        ]
    )
    assert one(now, history("PFPPFP" + STEADY), COUNTS[0]).value == 0


def test_components_count_their_own() -> None:
    now, before = evidence(PASSED), history("PFPPFP" + STEADY)
    assert one(now, before, COUNTS[0], component="b").value == 0
    assert one(now, before, COUNTS[0]).value == 1


@pytest.mark.parametrize("metric", [*COUNTS, "test.flake-rate", "suite.spurious-red"])
def test_without_a_history_there_is_no_baseline(metric: str) -> None:
    (reading,) = read(evidence(PASSED), NO_HISTORY, metric)
    assert isinstance(reading, NotMeasured)
    assert (reading.reason, reading.remedy) == (Reason.NO_BASELINE, NO_HISTORY.remedy)
    (reading,) = read(evidence(PASSED), history("PPP"), metric)
    assert isinstance(reading, NotMeasured)
    assert reading.message == "no baseline: 3 of 5 comparable runs"
    (reading,) = read(evidence(PASSED), History(problem="torn", unreadable=True), metric)
    assert isinstance(reading, NotMeasured)
    assert (reading.reason, reading.message) == (Reason.ERROR, "torn")


def test_what_is_known_without_a_baseline_is_told() -> None:
    (reading,) = read(evidence(FAILED, PASSED), NO_HISTORY, "tests.flaky-observed")
    assert isinstance(reading, NotMeasured)
    assert reading.known is not None
    assert reading.known.value == 1


def test_missing_results_leave_a_gap() -> None:
    now = evidence(PASSED)
    less = Evidence.of(one for one in now.records if one.subject != OTHERS[0])
    for metric in (*COUNTS, "suite.spurious-red"):
        (reading,) = read(less, history(STEADY), metric)
        assert isinstance(reading, NotMeasured)
        assert reading.reason is Reason.PARTIAL
    first, *others = read(less, history(STEADY), "test.flake-rate")
    assert isinstance(first, NotMeasured)
    assert len(others) == len(OTHERS)


def test_rates_have_an_interval_where_there_is_a_contradiction() -> None:
    readings = {
        reading.subject.id: reading
        for reading in read(evidence(PASSED), history("PFPPFP" + STEADY), "test.flake-rate")
        if isinstance(reading, Measurement)
    }
    rate = readings[T]
    assert rate.low is not None
    assert rate.high is not None
    assert rate.low < 2 / 27 < rate.high
    assert rate.detail.startswith("confirmed: ")
    steady = readings[OTHERS[0]]
    assert (steady.value, steady.low, steady.high) == (0.0, None, None)
    assert steady.detail.startswith("no contradiction; not above ")


def test_matrices_are_compared_with_matrices() -> None:
    """One environment fails, the other passes: no contradiction, whatever is merged."""
    now = Evidence.of(
        [
            record(run(environment=LINUX), run="l"),
            record(Collection(tests=(T,)), run="l"),
            *chain(T, PASSED, run="l"),
            record(run(environment=WINDOWS), run="w"),
            record(Collection(tests=(T,)), run="w"),
            *chain(T, FAILED, run="w"),
        ]
    )
    names = [f"{T} [cpython3.12-linux]", f"{T} [cpython3.13-windows]"]
    kin = "cpython3.12-linux+cpython3.13-windows"
    before = past(dict.fromkeys(names, STEADY), " " * 20, kins=[kin] * 20)
    assert counts(now, before) == [0, 0, 0]
    same = past({names[0]: STEADY, names[1]: "PPRPPPR" + "P" * 13}, " " * 20, kins=[kin] * 20)
    assert counts(now, same) == [1, 0, 0]


def test_other_environments_are_no_history() -> None:
    elsewhere = history("PFPPFP" + STEADY, kins=["pypy3.11-linux"] * 26)
    (reading,) = read(evidence(PASSED), elsewhere, COUNTS[0])
    assert isinstance(reading, NotMeasured)
    assert "0 of 5" in reading.message


def test_spurious_red() -> None:
    before = history("PFPPRP" + "FFF" + "P" * 11, "AAAAAA" + "BBB" + "C" * 11)
    as_run = one(evidence(FAILED, tree="C"), before, "suite.spurious-red")
    assert as_run.value == Fraction(2, 21)
    assert (as_run.part, as_run.total) == (2, 21)
    assert as_run.low is not None
    assert as_run.high is not None
    assert as_run.low < 2 / 21 < as_run.high
    assert as_run.detail == "retries hide 4.8 % red runs"
    bare = one(evidence(FAILED, tree="C"), before, "suite.spurious-red", "without-reruns")
    assert bare.value == Fraction(3, 21)


def test_red_for_another_reason_too_is_not_spurious() -> None:
    now = evidence(FAILED, failing=OTHERS[:1], tree="B")
    before = history("PFPPRP" + STEADY)
    assert one(now, before, "suite.spurious-red").part == 1


def test_the_interval_of_spurious_red_is_that_of_jeffreys() -> None:
    stats = pytest.importorskip("scipy.stats")
    reading = one(evidence(PASSED), history("PFPPFP" + STEADY), "suite.spurious-red")
    assert (reading.part, reading.total) == (2, 27)
    assert (reading.low, reading.high) == pytest.approx(stats.beta.ppf([0.05, 0.95], 2.5, 25.5))


def failed_detail(before: History, *outcomes: Outcome, signature: str = "") -> str:
    now = evidence(*outcomes, tree="Z")
    if signature:
        now = Evidence.of(
            [
                *(r for r in now.records if r.subject != T),
                *chain(T, *outcomes, signature=signature, reason="boom"),
            ]
        )
    (member,) = one(now, before, "tests.failed").members
    return member.detail


OFTEN = "PFPPPPPPPPFPPPPPPPPF" * 2 + "P"
SIGNATURES = {T: "ValueError at tests/test_a.py::test_t:1"}


def test_known_flaky_within_the_odds() -> None:
    before = history(OFTEN, signatures=SIGNATURES)
    assert failed_detail(before, FAILED).startswith("known flaky at 1")
    twice = failed_detail(before, FAILED, FAILED)
    assert "a failure of all 2 attempts is expected in" in twice
    assert "real" not in twice


def test_known_flaky_is_no_excuse_against_the_odds() -> None:
    text = failed_detail(history(OFTEN, signatures=SIGNATURES), FAILED, FAILED, FAILED, FAILED)
    assert "of all 4 attempts is expected in only 0." in text
    assert text.endswith(": a real failure")


def test_known_flaky_is_no_excuse_for_a_new_failure() -> None:
    before = history(OFTEN, signatures=SIGNATURES)
    text = failed_detail(before, FAILED, signature="KeyError at shop.py:4")
    assert text.startswith("boom; known flaky at 1")
    assert text.endswith("but this signature is new: a real failure")


@pytest.mark.parametrize("before", [NO_HISTORY, history(STEADY), history("PPFFFPP", "AABBBCC")])
def test_others_have_no_excuse(before: History) -> None:
    assert failed_detail(before, FAILED) == ""


@pytest.mark.parametrize(
    "metric", [*COUNTS, "test.flake-rate", "suite.spurious-red", "tests.failed"]
)
def test_any_evidence_can_be_measured(metric: str) -> None:
    whole = evidence(FAILED, PASSED)
    bare = Evidence.of(one for one in whole.records if one.subject)
    for now in (Evidence(), bare, Evidence.of(whole.records[2:])):
        for before in (NO_HISTORY, history("PFRDSX.P"), history("PFPPFP" + STEADY)):
            first = read(now, before, metric)[0]
            assert not isinstance(first, Measurement)  # without a manifest nothing is sure
