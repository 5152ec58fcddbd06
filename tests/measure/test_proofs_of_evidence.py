"""What evidence tells of the proofs of requirements: marked tests, looks, exit statuses."""

from __future__ import annotations

import pytest

import strategies as told
from pytest_readiness.measure.proofs import proofs, under_quarantine, wanted
from pytest_readiness.model.evidence import (
    Collection,
    CollectionError,
    Evidence,
    Gap,
    Look,
    Marked,
    Outcome,
    Quarantined,
    Reason,
    Record,
    Run,
    Shard,
)
from pytest_readiness.model.measurement import NotMeasured
from pytest_readiness.model.proof import Proofs, Trialled
from pytest_readiness.model.requirement import LookFor, ToolProof
from requiring import (
    A_LOOK,
    BANDIT,
    README,
    SECTIONS,
    TESTS,
    evidence,
    finding,
    looked,
    marked,
    ran_tool,
    requirement,
)

A, B, C = (f"tests/test_{name}.py::test_{name}" for name in "abc")
WANTED = (requirement("R", TESTS, BANDIT, A_LOOK),)


def proofs_of(made: Evidence) -> Proofs:
    return proofs(made, WANTED, {})


def results(made: Evidence) -> dict[str, Trialled]:
    return {trial.subject.name: trial.result for trial in proofs_of(made).tests.get("R", ())}


@pytest.mark.parametrize(
    ("outcome", "result"),
    [
        (Outcome.PASSED, Trialled.PASSED),
        (Outcome.FAILED, Trialled.FAILED),
        (Outcome.ERROR, Trialled.BROKEN),
        (Outcome.SKIPPED, Trialled.SKIPPED),
        (Outcome.XFAILED, Trialled.EXPECTED),
        (Outcome.XPASSED, Trialled.UNEXPECTED),
    ],
)
def test_a_marked_test_is_told_as_it_came_out(outcome: Outcome, result: Trialled) -> None:
    made = evidence(marked(A, "R"), outcomes=((A, outcome), (B, Outcome.FAILED)))
    assert results(made) == {A: result}
    assert proofs_of(made).untold == ""


def test_a_test_may_prove_several_requirements_and_a_requirement_rest_on_several_tests() -> None:
    made = evidence(
        marked(A, "R", "S"),
        marked(B, "R"),
        outcomes=((A, Outcome.PASSED), (B, Outcome.SKIPPED), (C, Outcome.PASSED)),
    )
    found = proofs_of(made).tests
    assert {id: [trial.subject.id for trial in trials] for id, trials in found.items()} == {
        "R": [A, B],
        "S": [A],
    }


def attempts(*outcomes: Outcome) -> Evidence:
    records = [
        told.record(told.run(sections=SECTIONS)),
        told.record(Collection(tests=(A,))),
        marked(A, "R"),
        *told.chain(A, *outcomes),
    ]
    return Evidence.of(records)


def test_what_passed_after_a_failure_is_flaky() -> None:
    assert results(attempts(Outcome.FAILED, Outcome.PASSED)) == {A: Trialled.FLAKY}
    assert results(attempts(Outcome.PASSED, Outcome.FAILED)) == {A: Trialled.FAILED}
    assert results(attempts(Outcome.FAILED, Outcome.SKIPPED)) == {A: Trialled.SKIPPED}


@pytest.mark.parametrize("outcome", [Outcome.XFAILED, Outcome.FAILED])
def test_a_failure_in_quarantine_is_no_proof(outcome: Outcome) -> None:
    held = told.record(Quarantined(entry="tests/**"), A)
    made = evidence(marked(A, "R"), held, outcomes=((A, outcome),))
    assert results(made) == {A: Trialled.QUARANTINED}
    assert under_quarantine(made) == {"tests/**": (A,)}


def test_what_was_deselected_or_has_no_result_is_told() -> None:
    made = Evidence.of(
        [
            told.record(told.run(sections=SECTIONS)),
            told.record(Collection(tests=(A,), deselected=(B,))),
            *(marked(test, "R") for test in (A, B, C)),
        ]
    )
    assert results(made) == {A: Trialled.LOST, B: Trialled.DESELECTED, C: Trialled.LOST}


def test_a_test_that_failed_has_failed_though_attempts_are_lost() -> None:
    records = told.chain(A, Outcome.PASSED, Outcome.PASSED, Outcome.FAILED)
    made = Evidence.of(
        [
            told.record(told.run(sections=SECTIONS)),
            told.record(Collection(tests=(A,))),
            marked(A, "R"),
            records[0],
            records[2],
        ]
    )
    assert results(made) == {A: Trialled.FAILED}


def sharded(*, second: bool) -> Evidence:
    made = []
    for index, test in enumerate((A, B), 1):
        run = f"shard{index}"
        other = B if test == A else A
        manifest = told.run(sections=SECTIONS, shard=Shard(index=index, total=2))
        records = [
            told.record(manifest, run=run),
            told.record(Collection(tests=(test,), deselected=(other,)), run=run),
            told.record(told.attempt(), test, run=run),
            marked(A, "R", run=run),
            marked(B, "R", run=run),
            looked(True, run=run),
        ]
        made.append(Evidence.of(records).sealed())
    return made[0].merge(made[1]) if second else made[0]


def test_shards_prove_together_and_one_alone_does_not() -> None:
    whole, part = sharded(second=True), sharded(second=False)
    assert results(whole) == {A: Trialled.PASSED, B: Trialled.PASSED}
    assert proofs_of(whole).untold == ""
    assert isinstance(proofs_of(whole).looks[README.key], Look)
    assert "shard 2 of 2 missing" in proofs_of(part).untold
    assert isinstance(proofs_of(part).looks[README.key], NotMeasured)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (told.record(Gap(reason=Reason.PARTIAL, message="gw1 crashed"), "tests"), "gw1 crashed"),
        (told.record(Gap(reason=Reason.ERROR, message="no marks"), "marks"), "no marks"),
        (
            told.record(CollectionError(message="SyntaxError"), "tests/test_z.py"),
            "tests/test_z.py could not be collected",
        ),
    ],
)
def test_what_else_may_be_marked_is_told(change: Record, words: str) -> None:
    assert words in proofs_of(evidence(change)).untold


def test_a_run_that_read_no_marks_says_so() -> None:
    made = told.evidence_of((A, Outcome.PASSED), sections=("tests",))
    assert proofs_of(made).untold == "marks of requirements were not read"


@pytest.mark.parametrize("kind", [Run, Marked, Collection, Look])
def test_a_lost_record_is_missed(kind: type[object]) -> None:
    whole = evidence(marked(A, "R"), looked(True), outcomes=((A, Outcome.PASSED),))
    left = Evidence.of(record for record in whole.records if type(record.data) is not kind)
    found = proofs_of(left)
    lost = found.looks[README.key] if kind is Look else found.untold
    assert isinstance(lost, NotMeasured) if kind is Look else lost


def test_one_look_that_does_not_hold_decides() -> None:
    other = Evidence.of(
        [told.record(told.run(sections=SECTIONS), run="s"), looked(False, run="s", detail="gone")]
    )
    found = proofs_of(evidence(looked(True)).merge(other)).looks[README.key]
    assert isinstance(found, Look)
    assert (found.holds, found.detail) == (False, "gone")


def test_what_could_not_be_looked_at_keeps_its_words_and_harms_no_other_look() -> None:
    env = LookFor(what="no-file", path=".env")
    gap = told.record(Gap(reason=Reason.ERROR, message="not readable"), f"looks:{env.key}")
    made = evidence(looked(True), gap)
    asked = (requirement("R", A_LOOK), requirement("S", type(A_LOOK)(look=env)))
    found = proofs(made, asked, {}).looks
    assert isinstance(found[README.key], Look)
    blind = found[env.key]
    assert isinstance(blind, NotMeasured)
    assert (blind.reason, blind.message) == (Reason.ERROR, "not readable")


def test_no_look_in_the_evidence_is_told() -> None:
    blind = proofs_of(evidence()).looks[README.key]
    assert isinstance(blind, NotMeasured)
    assert blind.message == "this evidence holds no such look"


def test_of_exit_statuses_one_that_is_not_zero_counts() -> None:
    records = [
        ran_tool("smoke", 0, format="exit-status"),
        ran_tool("smoke", 139, format="exit-status", run="s"),
        ran_tool("bandit", 1),
        finding("bandit", "high", 3),
    ]
    other = Evidence.of([told.record(told.run(sections=SECTIONS), run="s")])
    found = proofs_of(evidence(*records, sealed=False).merge(other)).statuses
    assert {name: run.exit_status for name, run in found.items()} == {"smoke": 139}


def test_each_selection_of_findings_is_asked_for_once() -> None:
    other = ToolProof(select=("bandit:high",))
    asked = wanted([requirement("R", BANDIT, other), requirement("S", BANDIT)])
    assert [request.select for request in asked] == [("bandit",), ("bandit:high",)]
