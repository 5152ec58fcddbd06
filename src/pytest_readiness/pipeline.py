"""From evidence to scorecard: measure, judge, score. Called after a run, and by re-judging."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import TypeVar

from pytest_readiness.judge.judge import judge
from pytest_readiness.judge.requests import requests
from pytest_readiness.judge.score import score
from pytest_readiness.judge.verdict import explain, fails, verdict
from pytest_readiness.measure.definitions import definitions
from pytest_readiness.measure.measure import measure
from pytest_readiness.measure.narrowing import selection_of
from pytest_readiness.model.condition import Condition
from pytest_readiness.model.diagnosis import Diagnosis
from pytest_readiness.model.evidence import (
    Evidence,
    Fault,
    FixtureCost,
    Gap,
    Notice,
    Probed,
    Reason,
    Run,
    Warned,
)
from pytest_readiness.model.history import NO_HISTORY, History
from pytest_readiness.model.policy import Gate, Origin, Policy
from pytest_readiness.model.scorecard import (
    Effect,
    GateOutcome,
    GateResult,
    Scorecard,
    Verdict,
)

__all__ = ["evaluate", "selection_of"]

T = TypeVar("T")
_TOLD_ONLY = frozenset({FixtureCost.kind, Warned.kind})
"""Kinds whose contradictions cost no more than the metrics that count them."""
_NOTHING_TO_KEEP = Condition(alternatives=(), text="")


def evaluate(
    evidence: Evidence, policy: Policy, *, today: datetime.date, history: History = NO_HISTORY
) -> Scorecard:
    """Judge evidence, of one run or merged, under a policy; ``today`` decides on waivers.

    ``history`` is what earlier runs left behind, without those that the evidence itself is of.
    """
    configured = {metric.name: metric for metric in policy.metrics}
    metrics = definitions(evidence, configured)
    measurements = measure(
        evidence,
        requests(policy, metrics),
        metrics=configured,
        components=policy.components,
        history=history,
    )
    results, idle = judge(measurements, policy, metrics, today=today)
    points = score(results)
    results = (*results, *_faults(evidence), *_conflicts(evidence))
    selection = selection_of(run for _, run in evidence.select(Run))
    would_be = verdict(results)
    judged = selection.whole or selection.declared
    return Scorecard(
        verdict=would_be if judged else Verdict.NO_VERDICT,
        would_be=would_be,
        explanation=explain(results, would_be)
        if judged
        else f"only a part of the suite was asked for: {', '.join(selection.causes)}",
        results=results,
        score=points,
        selection=selection,
        stage=policy.stage,
        profile=policy.profile,
        source=policy.source,
        elsewhere=policy.elsewhere,
        waivers_idle=idle,
        gaps=_once((record.subject, gap) for record, gap in evidence.select(Gap)),
        notices=_once((record.subject, notice.text) for record, notice in evidence.select(Notice)),
        diagnoses=_diagnoses(evidence),
        exit_code=policy.exit_code if judged and fails(results, policy.fail_on) else 0,
    )


def _diagnoses(evidence: Evidence) -> tuple[Diagnosis, ...]:
    if not any(kind is Probed for kind, _, _ in evidence.groups()):
        return ()
    from pytest_readiness.measure.diagnosis import probed_tests

    return probed_tests(evidence)


def _faults(evidence: Evidence) -> Iterable[GateResult]:
    """A plugin, hook or collector that raised blocks, in its own name, whatever the gates say."""
    messages: dict[str, dict[str, None]] = {}
    for record, fault in evidence.select(Fault):
        messages.setdefault(record.subject, {})[fault.message] = None
    for culprit, told in messages.items():
        yield _error(culprit, "; ".join(told), remedy="mend it, or leave it out of the run")


def _conflicts(evidence: Evidence) -> Iterable[GateResult]:
    """Two contents of one record: somebody changed evidence, or two runs share an id."""
    keys = [key for key in evidence.conflicts() if key[2] not in _TOLD_ONLY]
    if keys:
        run, process, kind, subject, attempt = keys[0]
        first = f"{kind} {subject!r} of run {run}" + (f", process {process}" if process else "")
        more = f", and {len(keys) - 1} more" if len(keys) > 1 else ""
        yield _error(
            "evidence",
            f"two records contradict each other: {first}, attempt {attempt}{more}",
            remedy="judge the files that the runs wrote, each as it was written",
        )


def _error(name: str, message: str, remedy: str) -> GateResult:
    gate = Gate(name=name, metric="", condition=_NOTHING_TO_KEEP, origin=Origin(source="this run"))
    return GateResult(
        gate=gate,
        metric=None,
        outcome=GateOutcome.ERROR,
        effect=Effect.BLOCK,
        reason=Reason.ERROR,
        message=message,
        remedy=remedy,
    )


def _once(pairs: Iterable[tuple[str, T]]) -> tuple[tuple[str, T], ...]:
    return tuple(dict.fromkeys(pairs))
