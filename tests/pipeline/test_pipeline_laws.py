"""Verdicts over evidence of any layout: orders, shards, workers, and what is lost (laws 1 to 3)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

import strategies as told
from judging import TODAY, gate
from pytest_readiness.model.evidence import Evidence, Fault, Gap, Notice, Run
from pytest_readiness.model.policy import Level, Policy
from pytest_readiness.model.scorecard import GateOutcome, Scorecard, Verdict
from pytest_readiness.pipeline import evaluate
from strategies import examples

LAW = examples(60)
RANK = (Verdict.READY, Verdict.READY_WITH_RISKS, Verdict.NO_VERDICT, Verdict.NOT_READY)
COUNTED = (
    gate("tests.collected", ">= 2"),
    gate("tests.failed", "== 0"),
    gate("tests.errors", "<= 1"),
    gate("tests.skipped", "<= 50%", level=Level.RISK),
    gate("tests.run", ">= 50%", weight=2),
    gate("tests.flaky", "<= 1", level=Level.RISK),
    gate("tests.deselected", "<= 1", level=Level.INFO),
    gate("tests.warnings", "<= 3"),
    gate("coverage.total", ">= 30%"),
    gate("coverage.lines", ">= 40% or >= baseline"),
    gate("coverage.file", ">= 20%"),
    gate("coverage.patch", ">= 40%"),
    gate("coverage.patch-file", ">= 20%", level=Level.RISK),
)
TIMED = (
    gate("test.duration", "<= 2s"),
    gate("suite.memory", "<= 4KiB"),
    gate("tests.timeouts", "== 0"),
    gate("tests.unbounded", "<= 2", level=Level.RISK),
    gate("test.timeout-share", "<= 80%", level=Level.RISK),
    gate("benchmark.time", "<= 1s"),
)
ALL = Policy(gates=(*COUNTED, *TIMED))


def card(evidence: Evidence, policy: Policy = ALL) -> Scorecard:
    return evaluate(evidence, policy, today=TODAY)


def told_of(scorecard: Scorecard) -> Sequence[object]:
    """What must be equal however the suite was run: everything but where it was seen."""
    return [
        (
            result.gate.name,
            result.outcome,
            result.effect,
            result.judged,
            result.broken,
            result.short,
            # the first place where a shared warning was seen depends on the order
            sorted((finding.subject.name, finding.lines) for finding in result.findings),
            getattr(result.reading, "value", None),
        )
        for result in scorecard.results
    ]


@LAW
@given(told.evidences(), st.randoms(use_true_random=False))
def test_orders_and_copies_do_not_matter(evidence: Evidence, order: random.Random) -> None:
    shuffled = [*evidence.records, *evidence.records]
    order.shuffle(shuffled)
    assert card(Evidence.of(shuffled)) == card(evidence)


@LAW
@given(told.stories(min_tests=1), st.lists(st.integers(0, 2), min_size=1), st.integers(1, 3))
def test_shards_and_workers_do_not_matter(story: told.Story, split: list[int], total: int) -> None:
    """Law 2, to the end: the same results and the same verdict."""
    policy = Policy(gates=COUNTED)
    whole = card(told.whole(story), policy)
    workers = card(told.by_workers(story, total), policy)
    assert told_of(workers) == told_of(whole)
    shards = card(told.merged(told.by_shards(story, split, total)), policy)
    # what is seen while collecting is seen by every shard: equal where measure says so
    assert told_of(shards) == told_of(whole)
    assert workers.verdict is shards.verdict is whole.verdict


@LAW
@given(told.evidences(complete=True), st.data())
def test_what_is_lost_never_improves_a_verdict(evidence: Evidence, data: st.DataObject) -> None:
    """Law 3, to the end: any record of a sealed run is lost, or all of one process."""
    if len(evidence.conflicts()):
        return
    victim = data.draw(st.sampled_from(evidence.records))
    if data.draw(st.booleans()):
        kept = [record for record in evidence.records if record != victim]
    else:
        kept = [
            record
            for record in evidence.records
            if (record.run, record.process) != (victim.run, victim.process)
            or isinstance(record.data, Run)
        ]
    if isinstance(victim.data, Run) and len({record.run for record in evidence.records}) > 1:
        # nothing names an unsharded run of another environment: it may never have been
        kept = [record for record in evidence.records if record != victim]
    before, after = card(evidence), card(Evidence.of(kept))
    assert RANK.index(after.verdict) >= RANK.index(before.verdict)
    assert before.score is not None
    assert after.score is not None
    assert after.score.earned / after.score.possible <= before.score.earned / before.score.possible


@LAW
@given(told.sets_of_records())
def test_any_evidence_gives_a_scorecard(evidence: Evidence) -> None:
    """Whatever a file may hold: judged without an exception, and faults always block."""
    made = card(evidence)
    assert len(made.results) >= len(ALL.gates)
    if any(True for _ in evidence.select(Fault)):
        assert made.would_be is Verdict.NOT_READY


@LAW
@given(told.evidences(gaps=False))
def test_a_notice_changes_no_result(evidence: Evidence) -> None:
    policy = Policy(gates=(gate("tests.failed", "== 0"),))
    notice = told.record(Notice(text="hm"), "pytest-cov", run=evidence.records[0].run)
    noted = evidence.merge(Evidence.of([notice]))
    before, after = card(evidence, policy), card(noted, policy)
    assert after.results == before.results
    assert after.notices == (("pytest-cov", "hm"),)


@LAW
@given(told.evidences(), st.sampled_from(Level))
def test_never_ready_without_a_pass(evidence: Evidence, level: Level) -> None:
    policy = Policy(gates=tuple(replace(one, level=level) for one in ALL.gates))
    made = card(evidence, policy)
    if made.would_be is Verdict.READY:
        assert any(
            result.outcome is GateOutcome.PASSED and result.gate.level is not Level.INFO
            for result in made.results
        )


@LAW
@given(told.evidences())
def test_every_gap_is_told(evidence: Evidence) -> None:
    assert {gap for _, gap in card(evidence).gaps} == {gap for _, gap in evidence.select(Gap)}
