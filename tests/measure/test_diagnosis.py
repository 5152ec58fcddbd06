"""Kinds from facts, the next repetition from kinds not yet settled, and the search for a polluter."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_readiness.measure.candidates import Candidate, Why, candidates
from pytest_readiness.measure.diagnosis import kind_of
from pytest_readiness.measure.repetition import next_way, polluter
from pytest_readiness.measure.tally import Known, Tally, Way
from pytest_readiness.model.diagnosis import Kind
from pytest_readiness.model.evidence import Attempt, Outcome
from pytest_readiness.model.history import NO_HISTORY, History, PastAttempt, PastRun

GOOD = Tally(runs=2)
BAD = Tally(runs=2, failed=2)
MIXED = Tally(runs=2, failed=1)
CRASHED = Tally(runs=2, crashed=1)
HUNG = Tally(runs=1, timed_out=1)
PASSED = Known(passed=True, failed=False)
FAILED = Known(passed=False, failed=True)
FLAKY = Known(passed=True, failed=True)


@pytest.mark.parametrize(
    ("before", "tallies", "kind"),
    [
        (PASSED, {}, None),
        (PASSED, {"alone": GOOD}, Kind.STEADY),
        (PASSED, {"alone": GOOD, "again": GOOD}, Kind.STEADY),
        (PASSED, {"alone": MIXED}, Kind.NON_DETERMINISTIC),
        (PASSED, {"again": MIXED}, Kind.NON_DETERMINISTIC),
        (FAILED, {"alone": MIXED, "again": BAD}, Kind.NON_DETERMINISTIC),
        (FAILED, {"order": MIXED, "alone": GOOD}, Kind.NON_DETERMINISTIC),
        (FAILED, {"alone": BAD, "again": BAD}, Kind.DETERMINISTIC),
        (FAILED, {"alone": Tally(runs=2, crashed=2)}, Kind.DETERMINISTIC),
        (PASSED, {"alone": CRASHED}, Kind.UNSTABLE),
        (FAILED, {"alone": CRASHED}, Kind.UNSTABLE),
        (dataclasses.replace(FAILED, broke=True), {"alone": GOOD, "order": GOOD}, Kind.UNSTABLE),
        # a victim, a brittle one, and one that a later test makes fail
        (FAILED, {"alone": GOOD, "order": BAD}, Kind.ORDER),
        (FAILED, {"alone": GOOD, "order": HUNG}, Kind.ORDER),
        (FAILED, {"alone": GOOD, "again": BAD}, Kind.ORDER),
        (PASSED, {"alone": BAD, "order": GOOD}, Kind.ORDER),
        (PASSED, {"alone": GOOD, "again": BAD, "twice": GOOD}, Kind.ORDER),
        (FLAKY, {"alone": BAD, "again": GOOD}, Kind.ORDER),
        (PASSED, {"alone": GOOD, "again": BAD}, Kind.NOT_IDEMPOTENT),
        (PASSED, {"alone": GOOD, "again": BAD, "twice": BAD}, Kind.NOT_IDEMPOTENT),
        (PASSED, {"alone": GOOD, "twice": BAD}, Kind.NOT_IDEMPOTENT),
        (FAILED, {"alone": GOOD, "order": GOOD}, Kind.NOT_REPRODUCED),
        (FLAKY, {"alone": GOOD, "again": GOOD}, Kind.NOT_REPRODUCED),
        # a fresh process does not stand for the session, whatever runs before it
        (PASSED, {"alone": BAD, "order": BAD}, Kind.NOT_REPRODUCED),
    ],
)
def test_kinds(before: Known, tallies: dict[str, Tally], kind: Kind | None) -> None:
    assert kind_of(dataclasses.replace(before, **tallies)) is kind  # type: ignore[arg-type]


tallies = st.builds(
    lambda good, failed, crashed, hung: Tally(
        runs=good + failed + crashed + hung, failed=failed, crashed=crashed, timed_out=hung
    ),
    *([st.integers(0, 2)] * 4),
)
knowns = st.builds(
    Known,
    passed=st.booleans(),
    failed=st.booleans(),
    again=tallies,
    alone=tallies,
    order=tallies,
    twice=tallies,
)


@given(knowns)
def test_what_never_failed_is_steady_and_what_never_passed_fails_always(known: Known) -> None:
    ways = [tally for _, tally in known.tallies]
    kind = kind_of(known)
    assert (kind is None) == (not any(tally.runs for tally in ways))
    if kind is None:
        return
    failed = known.failed or any(tally.bad for tally in ways)
    passed = known.passed or any(tally.good for tally in ways)
    assert (kind is Kind.STEADY) == (not failed)
    assert (kind is Kind.DETERMINISTIC) == (failed and not passed)
    if any(tally.contradictory for tally in ways) and not any(tally.broke for tally in ways):
        assert kind is Kind.NON_DETERMINISTIC


@given(
    st.sampled_from([PASSED, FAILED, FLAKY]),
    st.sets(st.sampled_from(Way)),
    st.lists(st.booleans(), min_size=60, max_size=60),
)
def test_repeating_comes_to_an_end(
    known: Known, possible: set[Way], outcomes: Sequence[bool]
) -> None:
    for good in outcomes:
        way = next_way(known, possible)
        if way is None:
            return
        assert way in possible
        tally = dict(known.tallies)[way]
        more = dataclasses.replace(tally, runs=tally.runs + 1, failed=tally.failed + (not good))
        known = dataclasses.replace(known, **{way.value: more})  # type: ignore[arg-type]
    pytest.fail("it was repeated 60 times")


TRUTHS = {
    # (among the others, alone, the second time) -> fails
    "steady": (lambda among, second: False, PASSED, Kind.STEADY),
    "always": (lambda among, second: True, FAILED, Kind.DETERMINISTIC),
    "victim": (lambda among, second: among, FAILED, Kind.ORDER),
    "brittle": (lambda among, second: not among, PASSED, Kind.ORDER),
    "itself": (lambda among, second: second, PASSED, Kind.NOT_IDEMPOTENT),
}


@pytest.mark.parametrize(
    ("name", "copies"), list(itertools.product(TRUTHS, [True, False])), ids=str
)
def test_repeating_finds_the_truth(name: str, copies: bool) -> None:
    fails, known, kind = TRUTHS[name]
    possible = set(Way) if copies else set(Way) - {Way.AGAIN}
    made = 0
    while (way := next_way(known, possible)) is not None:
        among, second = way in (Way.AGAIN, Way.ORDER), way in (Way.AGAIN, Way.TWICE)
        tally = dict(known.tallies)[way]
        bad = int(fails(among, second))
        more = dataclasses.replace(tally, runs=tally.runs + 1, failed=tally.failed + bad)
        known = dataclasses.replace(known, **{way.value: more})  # type: ignore[arg-type]
        made += 1
    assert kind_of(known) is kind
    assert made <= 16


@given(st.integers(1, 40), st.data())
def test_one_polluter_is_found(size: int, data: st.DataObject) -> None:
    before = [f"t{number}" for number in range(size)]
    guilty = data.draw(st.sampled_from(before))
    near = data.draw(st.sets(st.sampled_from(before)))
    asked: list[Sequence[str]] = []

    def changes(some: Sequence[str]) -> bool:
        asked.append(some)
        assert list(some) == sorted(some, key=before.index)
        return guilty in some

    assert polluter(before, near, changes) == guilty
    assert len(asked) <= 2 * size.bit_length() + 1


def test_two_that_pollute_together_are_not_named() -> None:
    before = ["a", "b", "c", "d"]
    assert polluter(before, (), lambda some: {"a", "d"} <= set(some)) == ""
    assert polluter([], (), lambda _: True) == ""


def test_without_time_none_is_named() -> None:
    assert polluter(["a", "b"], (), lambda _: None) == ""


RUN = PastRun(id="1", started="", kin="k", machine="m", fleet="f")
HISTORY = History(
    runs=(RUN, RUN),
    attempts={
        "t.py::unsteady": [PastAttempt(0, 0, Outcome.FAILED)],
        "t.py::turned": [PastAttempt(0, 0, Outcome.FAILED)],
        "t.py::broken": [PastAttempt(0, 0, Outcome.FAILED), PastAttempt(1, 0, Outcome.ERROR)],
    },
    exposure={
        "t.py::unsteady": {0: 1, 1: 1},
        "t.py::turned": {0: 1, 1: 1},
        "t.py::broken": {0: 1, 1: 1},
        "t.py::calm": {0: 1, 1: 1},
        "u.py::calm": {1: 1},
        "t.py::flaky": {0: 1},
    },
)


def test_candidates_the_most_informative_first() -> None:
    passed, failed = Attempt(outcome=Outcome.PASSED), Attempt(outcome=Outcome.FAILED)
    attempts = {
        "u.py::calm": [passed],
        "t.py::calm": [passed],
        "t.py::new": [passed],
        "t.py::slow new": [Attempt(outcome=Outcome.PASSED, call=3.0)],
        "t.py::unsteady": [passed],
        "t.py::broken": [failed],
        "t.py::turned": [failed],
        "t.py::flaky": [failed, passed],
        "t.py::skipped": [Attempt(outcome=Outcome.SKIPPED)],
        "t.py::expected": [Attempt(outcome=Outcome.XFAILED)],
    }
    found = candidates(attempts, HISTORY, {"u.py"})
    assert [(one.id, one.why) for one in found] == [
        ("t.py::flaky", Why.FLAKY),
        ("t.py::turned", Why.TURNED),
        ("t.py::broken", Why.FAILED),
        ("t.py::unsteady", Why.UNSTEADY),
        ("t.py::new", Why.NEW),
        ("t.py::slow new", Why.NEW),
        ("u.py::calm", Why.CHANGED),
    ]


def test_without_a_history_nothing_is_new() -> None:
    passed = [Attempt(outcome=Outcome.PASSED)]
    assert candidates({"t.py::a": passed}, NO_HISTORY, ()) == []
    unreadable = dataclasses.replace(HISTORY, unreadable=True)
    assert candidates({"t.py::a": passed}, unreadable, ()) == []


def test_a_candidate_knows_its_timeout_and_its_time() -> None:
    attempts = (
        Attempt(outcome=Outcome.FAILED, setup=1.0, call=2.0, timeout=5.0),
        Attempt(outcome=Outcome.PASSED, call=1.0),
    )
    one = Candidate(id="a", why=Why.FLAKY, attempts=attempts)
    assert (one.seconds, one.timeout) == (3.0, 5.0)
