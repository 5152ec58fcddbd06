"""A quarantine hides a failure from the session, and not from the record of the test."""

from __future__ import annotations

import contextlib
import datetime
from pathlib import Path

import pytest

import strategies as made
from judging import ORIGIN, gate
from pytest_readiness.history.entry import entry_of
from pytest_readiness.history.interface import Wanted
from pytest_readiness.history.store import open_store
from pytest_readiness.measure.quarantined import held
from pytest_readiness.model.evidence import (
    Attempt,
    Collection,
    Evidence,
    Outcome,
    Quarantined,
    Record,
)
from pytest_readiness.model.held import CLEAN, Held, unheld
from pytest_readiness.model.history import NO_HISTORY, History
from pytest_readiness.model.policy import Policy
from pytest_readiness.model.requirement import Quarantine
from pytest_readiness.pipeline import evaluate

TODAY = datetime.date(2026, 11, 20)
TEST, OTHER = "t.py::test_a", "t.py::test_b"
ENTRY = Quarantine(test="t.py::*_a", reason="races", owner="@x", expires=TODAY, origin=ORIGIN)
HIDDEN = Attempt(outcome=Outcome.XFAILED, call=0.1, signature="AssertionError at t.py:3")
CLEAN_ATTEMPT = Attempt(outcome=Outcome.XPASSED, call=0.1, reason="quarantined: races")


def evidence(number: int, attempt: Attempt, *, quarantined: bool = True) -> Evidence:
    day = datetime.date(2026, 9, 1) + datetime.timedelta(days=number)
    manifest = made.run(started=f"{day}T10:00:00.000+00:00", tree="same", sections=("tests",))
    run = f"r{number:03}"
    records = [
        Record(run, "", "", 0, manifest),
        Record(run, "", "", 0, Collection(tests=(TEST, OTHER))),
        Record(run, "", TEST, 0, attempt),
        Record(run, "", OTHER, 0, Attempt(outcome=Outcome.PASSED, call=0.1)),
    ]
    if quarantined:
        records.append(Record(run, "", TEST, 0, Quarantined(entry=ENTRY.test)))
    return Evidence.of(records).sealed()


def history(root: Path, attempts: list[Attempt], *, quarantined: bool = True) -> History:
    with contextlib.closing(open_store("h.db", root)) as store:
        for number, attempt in enumerate(attempts):
            store.append(entry_of(evidence(number, attempt, quarantined=quarantined), None, {}))
        return store.load(Wanted())


@pytest.mark.parametrize(
    ("attempt", "outcome"),
    [
        (HIDDEN, Outcome.FAILED),
        (HIDDEN._replace(call=None), Outcome.ERROR),
        (HIDDEN._replace(signature=""), Outcome.XFAILED),
        (CLEAN_ATTEMPT, Outcome.PASSED),
        (CLEAN_ATTEMPT._replace(signature="OSError at t.py:9"), Outcome.ERROR),
        (Attempt(outcome=Outcome.SKIPPED), Outcome.SKIPPED),
        (Attempt(outcome=Outcome.FAILED), Outcome.FAILED),
    ],
)
def test_what_an_attempt_came_to_without_its_mark(attempt: Attempt, outcome: Outcome) -> None:
    assert unheld(attempt) is outcome


def test_a_test_that_sometimes_fails_is_seen_as_flaky(tmp_path: Path) -> None:
    past = history(tmp_path, [HIDDEN if number % 5 == 2 else CLEAN_ATTEMPT for number in range(25)])
    assert [one.signature for one in past.attempts[TEST] if one.outcome is Outcome.FAILED] == [
        HIDDEN.signature
    ] * 5
    # none of these runs counts it among those that failed
    assert {run.failed for run in past.runs} == {0}
    policy = Policy(
        gates=(
            gate("tests.flaky-confirmed", "== 0"),
            gate("tests.xpassed", "== 0"),
            gate("tests.failed", "== 0"),
        ),
        quarantine=(ENTRY,),
    )
    card = evaluate(evidence(25, CLEAN_ATTEMPT), policy, today=TODAY, history=past)
    outcomes = {one.gate.name: one.outcome.value for one in card.results}
    assert outcomes == {
        "tests.flaky-confirmed": "failed",
        "tests.xpassed": "passed",
        "tests.failed": "passed",
    }
    (finding,) = card.results[0].findings
    assert finding.subject.id == TEST


def test_a_mark_of_its_own_says_nothing_of_a_test(tmp_path: Path) -> None:
    """Only of a test in quarantine an expected failure is a failure."""
    attempts = [HIDDEN if number % 5 == 2 else CLEAN_ATTEMPT for number in range(25)]
    past = history(tmp_path, attempts, quarantined=False)
    assert all(one.outcome is not Outcome.FAILED for one in past.attempts.get(TEST, ()))


@pytest.mark.parametrize(
    ("failing", "present", "clean"),
    [
        ((), CLEAN_ATTEMPT, CLEAN + 5),
        ((0,), CLEAN_ATTEMPT, CLEAN + 4),
        ((CLEAN + 3,), CLEAN_ATTEMPT, 1),
        ((), HIDDEN, 0),
        ((), Attempt(outcome=Outcome.SKIPPED), CLEAN + 4),
    ],
)
def test_how_long_it_has_been_clean(
    tmp_path: Path, failing: tuple[int, ...], present: Attempt, clean: int
) -> None:
    past = history(tmp_path, [HIDDEN if n in failing else CLEAN_ATTEMPT for n in range(CLEAN + 4)])
    (found,) = held(evidence(CLEAN + 4, present), [ENTRY], past)
    assert found == Held(entry=ENTRY.test, tests=(TEST,), clean=clean)
    card = evaluate(
        evidence(CLEAN + 4, present),
        Policy(gates=(gate("tests.failed", "== 0"),), quarantine=(ENTRY,)),
        today=TODAY,
        history=past,
    )
    assert ("release it" in card.quarantine[0].message) is (clean >= CLEAN)


def test_an_entry_that_holds_nothing_and_a_day_without_history() -> None:
    other = Quarantine(test="u.py", reason="r", owner="o", expires=TODAY, origin=ORIGIN)
    found = held(evidence(0, HIDDEN), [other, ENTRY], NO_HISTORY)
    assert found == (Held(entry="u.py"), Held(entry=ENTRY.test, tests=(TEST,)))
