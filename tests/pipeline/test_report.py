"""The report of a whole evaluation: its score is the one that is gated, kept and compared with."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import pytest

from judging import ORIGIN, TODAY, gate
from pytest_readiness.history.kept import values_of
from pytest_readiness.measure.comparable import machine_of
from pytest_readiness.model.evidence import Evidence, Outcome
from pytest_readiness.model.history import History, PastRun, PastValue
from pytest_readiness.model.measurement import Measurement
from pytest_readiness.model.policy import Level, Policy
from pytest_readiness.model.requirement import (
    Approval,
    LookFor,
    LookProof,
    MetricProof,
    Requirement,
    Severity,
    SignOff,
)
from pytest_readiness.model.scorecard import Effect, Scorecard, Verdict
from pytest_readiness.pipeline import evaluate
from scored import percent
from strategies import LINUX, evidence_of
from strategies import run as run_of

A, B = "tests/test_a.py::test_a", "tests/test_a.py::test_b"
ABOUT = {"project": "shop", "version": "2.4", "branch": "main"}
EVIDENCE = evidence_of((A, Outcome.PASSED), (B, Outcome.PASSED), **ABOUT)
MANUAL = Requirement(
    id="DOC",
    title="A handbook",
    origin=ORIGIN,
    category="Docs",
    severity=Severity.LOW,
    proofs=(LookProof(look=LookFor(what="file", path="docs/handbook.md")),),
)
ENOUGH = Requirement(
    id="MANY",
    title="Enough tests",
    origin=ORIGIN,
    category="Docs",
    proofs=(MetricProof(gate=gate("tests.run", ">= 2", name="MANY")),),
)
POLICY = Policy(
    gates=(gate("tests.failed", "== 0"), gate("readiness.score", ">= 90%")),
    requirements=(MANUAL, ENOUGH),
    scoring=percent("tests 60, Docs 40"),
    sign_off=SignOff(
        approvers=("@ada",),
        approvals=(Approval(by="@ada", date=TODAY, version="2.4", origin=ORIGIN),),
    ),
)


def card(
    evidence: Evidence = EVIDENCE, policy: Policy = POLICY, history: History | None = None
) -> Scorecard:
    return evaluate(evidence, policy, today=TODAY, history=history or History())


def test_the_gated_score_is_the_one_that_is_shown() -> None:
    made = card()
    assert made.summary is not None
    assert made.summary.table is not None
    reading = made.results[1].reading
    assert isinstance(reading, Measurement)
    assert made.score is not None
    assert (
        reading.value
        == made.summary.table.share
        == made.score.earned / made.score.possible
        == Fraction(4, 5)
    )
    assert (made.verdict, made.score.grade) == (Verdict.NOT_READY, "B")
    assert [item.name for item in made.summary.items] == ["readiness.score", "DOC"]


def test_gates_alone_have_no_summary() -> None:
    made = card(policy=Policy(gates=POLICY.gates[:1]))
    assert (made.summary, made.score) == (None, None)


@pytest.mark.parametrize(("version", "signed"), [("2.4", True), ("2.5", False)])
def test_what_is_approved_is_the_version_that_all_runs_are_of(version: str, signed: bool) -> None:
    about = {**ABOUT, "version": version}
    other = evidence_of((A, Outcome.PASSED), (B, Outcome.PASSED), **about)
    second = Evidence.of(record._replace(run="s") for record in other.records)
    summary = card(EVIDENCE.merge(second)).summary
    assert summary is not None
    assert (summary.project, summary.version) == ("shop", "2.4" if signed else "")
    assert summary.signed is signed


def test_what_one_run_kept_the_next_one_is_put_beside() -> None:
    first = card()
    kept = values_of(EVIDENCE, POLICY, first)
    machine = machine_of(run_of())
    past = PastRun(
        id="first",
        started="2026-11-18T10:00:00Z",
        kin=LINUX.kin,
        machine=machine.machine,
        fleet=machine.fleet,
        commit="1a2b3c4d",
        branch="main",
        verdict=first.verdict.value,
    )
    history = History(
        runs=(past,),
        values={
            series: {name: (PastValue(0, *told),) for name, told in named.items()}
            for series, named in kept.items()
        },
    )
    red = evidence_of((A, Outcome.PASSED), (B, Outcome.FAILED), **ABOUT)
    summary = card(red, history=history).summary
    assert summary is not None
    assert (summary.before_run, summary.verdict_before) == ("2026-11-18, main@1a2b3c4", "NOT READY")
    assert [(one.gate, one.now.value, one.then.value, one.better) for one in summary.before] == [
        ("tests.failed", 1, 0, False),
        ("readiness.score", Fraction(1, 5), Fraction(4, 5), False),
        ("MANY", 2, 2, None),
    ]
    assert summary.table is not None
    assert summary.table.before == Fraction(4, 5)
    assert [(line.category, line.share, line.before) for line in summary.table.lines] == [
        ("tests", 0, 1),
        ("Docs", Fraction(1, 2), Fraction(1, 2)),
    ]


def test_a_sign_off_alone_makes_a_summary_without_a_score() -> None:
    policy = dataclasses.replace(POLICY, requirements=(), scoring=None, gates=POLICY.gates[:1])
    made = card(policy=policy)
    assert made.summary is not None
    assert (made.summary.table, made.summary.signed) == (None, True)


@pytest.mark.parametrize(
    ("approved", "version", "skips", "expected"),
    [
        (("@ada", "@risk"), "2.4", 0, Verdict.READY_WITH_RISKS),
        (("@ada",), "2.4", 0, Verdict.NOT_READY),
        (("@ada", "@risk"), "2.3", 0, Verdict.NOT_READY),
        ((), "2.4", 2, Verdict.READY),  # there is nothing to approve
    ],
)
def test_required_approvals(
    approved: tuple[str, ...], version: str, skips: int, expected: Verdict
) -> None:
    """Of a run that is READY WITH RISKS by one gate: two tests are fewer than it asks for."""
    policy = Policy(
        gates=(
            gate("tests.failed", "== 0"),
            gate("tests.run", f">= {4 - skips}", level=Level.RISK),
        ),
        sign_off=SignOff(
            approvers=("@ada", "@risk"),
            required=True,
            approvals=tuple(
                Approval(by=name, date=TODAY, version=version, origin=ORIGIN) for name in approved
            ),
        ),
    )
    made = card(policy=policy)
    assert made.verdict is expected
    if expected is Verdict.NOT_READY:
        missing = 2 if version == "2.3" else 1
        assert made.explanation == f"{missing} approval{'s' * (missing > 1)} missing"
        assert made.exit_code == policy.exit_code
        assert made.summary is not None
        assert (made.summary.required, made.summary.signed) == (True, False)
        blockers = [item for item in made.summary.items if item.effect is Effect.BLOCK]
        assert [(item.kind, item.owner) for item in blockers] == [
            ("approval", "@ada"),
            ("approval", "@risk"),
        ][-missing:]
        assert made.summary.blockers.items == made.summary.owners.total - 1 == missing
        assert made.summary.items[0] is blockers[0]
        state = "of version 2.3, this is 2.4" if version == "2.3" else "missing"
        assert {item.state for item in blockers} == {state}
    else:
        assert made.summary is not None
        assert all(item.kind != "approval" for item in made.summary.items)
    assert policy.sign_off is not None
    shown = dataclasses.replace(
        policy, sign_off=dataclasses.replace(policy.sign_off, required=False)
    )
    assert card(policy=shown).verdict is (
        Verdict.READY if expected is Verdict.READY else Verdict.READY_WITH_RISKS
    )
