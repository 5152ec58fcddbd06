"""From evidence to scorecard: measure, judge, score. Called after a run, and by re-judging."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from pytest_readiness.judge.judge import judge_gates
from pytest_readiness.judge.requests import requests
from pytest_readiness.judge.verdict import Beside, explain, fails, verdict
from pytest_readiness.judge.waivers import ending, idle, in_force
from pytest_readiness.measure.definitions import definitions
from pytest_readiness.measure.entries_standing import SECOND_ORDER
from pytest_readiness.measure.measure import measure
from pytest_readiness.measure.narrowing import selection_of
from pytest_readiness.model.condition import Condition
from pytest_readiness.model.evidence import (
    BasePolicy,
    Decision,
    Evidence,
    Fault,
    FixtureCost,
    Gap,
    Notice,
    Probed,
    Quarantined,
    Reason,
    Run,
    Warned,
)
from pytest_readiness.model.history import NO_HISTORY, History
from pytest_readiness.model.measurement import Measurements, Request
from pytest_readiness.model.metric import Metric
from pytest_readiness.model.policy import Gate, Origin, Policy, Waiver
from pytest_readiness.model.scorecard import (
    Effect,
    GateOutcome,
    GateResult,
    Score,
    Scorecard,
    Verdict,
    WaiverState,
)
from pytest_readiness.model.value import NamedTuple

if TYPE_CHECKING:  # of what most policies do not configure
    from pytest_readiness.model.diagnosis import Diagnosis
    from pytest_readiness.model.standing import (
        ConditionState,
        Drift,
        QuarantineState,
        RequirementResult,
        Signature,
        Standing,
    )

__all__ = ["evaluate", "selection_of"]

T = TypeVar("T")
_TOLD_ONLY = frozenset({FixtureCost.kind, Warned.kind})
"""Kinds whose contradictions cost no more than the metrics that count them."""
_NOTHING_TO_KEEP = Condition(alternatives=(), text="")


class Judged(NamedTuple):
    """All that was judged: the gates, in the policy's order, and what stands beside them."""

    results: tuple[GateResult, ...]
    refused: tuple[WaiverState, ...]
    requirements: tuple[RequirementResult, ...] = ()
    conditions: tuple[ConditionState, ...] = ()
    quarantine: tuple[QuarantineState, ...] = ()
    beside: Sequence[Beside] = ()

    @property
    def waivers(self) -> tuple[Waiver, ...]:
        """Those that accept something, each once."""
        found = [waiver for result in self.results for waiver in result.waivers]
        for requirement in self.requirements:
            found += [requirement.waiver] if requirement.waiver else []
            for proof in requirement.proofs:
                found += proof.result.waivers if proof.result else ()
        return tuple(dict.fromkeys(found))


def evaluate(
    evidence: Evidence, policy: Policy, *, today: datetime.date, history: History = NO_HISTORY
) -> Scorecard:
    """Judge evidence, of one run or merged, under a policy; ``today`` decides on what has a last day.

    ``history`` is what earlier runs left behind, without those that the evidence itself is of.
    """
    kinds = evidence.kinds()
    metrics = definitions(evidence, {metric.name: metric for metric in policy.metrics})
    drift: Drift | None = None
    dropped: tuple[WaiverState, ...] = ()
    if BasePolicy in kinds or policy.waivers_from or (Gap in kinds and _told(evidence, "policy")):
        from pytest_readiness.pipeline.drift import against_base

        policy, drift, dropped = against_base(evidence, policy, metrics)
    judged = _judge(evidence, policy, metrics, today=today, history=history, drift=drift)
    results = (*judged.results, *_faults(evidence), *_conflicts(evidence))
    runs = tuple(run for _, run in evidence.select(Run))
    selection = selection_of(runs)
    would_be = verdict(results, judged.beside)
    missing: tuple[Signature, ...] = ()
    if would_be is Verdict.READY_WITH_RISKS and policy.sign_off is not None:
        from pytest_readiness.judge.signatures import against
        from pytest_readiness.pipeline.report import unsigned

        missing = unsigned(policy, runs, today)
        judged = judged._replace(beside=(*judged.beside, *against(missing)))
        would_be = verdict(results, judged.beside)
    counts = selection.whole or selection.declared
    fatal = counts and fails(results, policy.fail_on, judged.beside)
    in_use, days = judged.waivers, policy.waiver_days
    unused = idle(policy.waivers, in_use, judged.refused, today=today, days=days)
    scorecard = Scorecard(
        verdict=would_be if counts else Verdict.NO_VERDICT,
        would_be=would_be,
        explanation=explain(results, would_be, judged.beside)
        if counts
        else f"only a part of the suite was asked for: {', '.join(selection.causes)}",
        results=results,
        score=_score(judged.results, judged.requirements, policy),
        selection=selection,
        stage=policy.stage,
        profile=policy.profile,
        source=policy.source,
        elsewhere=policy.elsewhere,
        waivers_idle=(*unused, *dropped),
        gaps=_once((record.subject, gap) for record, gap in evidence.select(Gap)),
        notices=_once((record.subject, notice.text) for record, notice in evidence.select(Notice)),
        diagnoses=_diagnoses(evidence) if Probed in kinds else (),
        waivers_ending=ending(in_use, today),
        hotfixes=tuple(one for one in in_force(policy.waivers, today, days) if one.hotfix),
        requirements=judged.requirements,
        conditions=judged.conditions,
        quarantine=judged.quarantine,
        drift=drift,
        decisions=_once((record.subject, data) for record, data in evidence.select(Decision)),
        exit_code=policy.exit_code if fatal else 0,
    )
    if not policy.summarised:
        return scorecard
    from pytest_readiness.pipeline.report import reported

    return reported(
        scorecard, evidence, policy, runs, unsigned=missing, today=today, history=history
    )


def _judge(
    evidence: Evidence,
    policy: Policy,
    metrics: Mapping[str, Metric],
    *,
    today: datetime.date,
    history: History,
    drift: Drift | None,
) -> Judged:
    """Most policies are of gates on what was measured; what more there may be is imported for it."""

    def measured(
        part: Policy, further: Iterable[Request] = (), standing: Standing | None = None
    ) -> Measurements:
        return measure(
            evidence,
            (*requests(part, metrics), *further),
            metrics={metric.name: metric for metric in policy.metrics},
            components=policy.components,
            history=history,
            standing=standing,
        )

    if _is_more_than_gates(policy) or Quarantined in evidence.kinds():
        from pytest_readiness.pipeline.beyond import judge_beyond

        return judge_beyond(
            evidence, policy, metrics, measured, today=today, history=history, drift=drift
        )
    results, refused = judge_gates(measured(policy), policy, metrics, today=today)
    return Judged(results, refused)


def _is_more_than_gates(policy: Policy) -> bool:
    """Whether anything is configured that is judged beside gates, or a gate on what others came to."""
    return bool(policy.requirements or policy.conditions or policy.quarantine) or any(
        gate.metric in SECOND_ORDER for gate in policy.gates
    )


def _told(evidence: Evidence, section: str) -> bool:
    return any(Gap.section(record.subject) == section for record, _ in evidence.select(Gap))


def _score(
    results: Sequence[GateResult], requirements: Sequence[RequirementResult], policy: Policy
) -> Score | None:
    weightless = all(result.gate.weight is None for result in results)
    if policy.scoring is None and not requirements and weightless:
        return None  # nothing is imported to find that out
    from pytest_readiness.judge.score import score

    return score(results, requirements, policy.scoring)


def _diagnoses(evidence: Evidence) -> tuple[Diagnosis, ...]:
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
