"""Beyond the gates: requirements, conditions and quarantine, and gates on what all that came to."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping

from pytest_readiness.judge.beside import beside
from pytest_readiness.judge.conditions import judge_conditions
from pytest_readiness.judge.judge import judge_gates
from pytest_readiness.judge.owners import Owners
from pytest_readiness.judge.requirements import judge_requirements
from pytest_readiness.judge.score import share
from pytest_readiness.judge.waivers import in_force
from pytest_readiness.measure.entries_standing import SECOND_ORDER
from pytest_readiness.measure.proofs import proofs, under_quarantine, wanted
from pytest_readiness.model.evidence import Evidence
from pytest_readiness.model.history import History
from pytest_readiness.model.measurement import Measurements, Request
from pytest_readiness.model.metric import SCORE, Metric, SubjectKind
from pytest_readiness.model.policy import Gate, Policy
from pytest_readiness.model.requirement import MetricProof
from pytest_readiness.model.scorecard import GateResult
from pytest_readiness.model.standing import (
    Drift,
    QuarantineState,
    RequirementResult,
    Standing,
)
from pytest_readiness.model.value import replace
from pytest_readiness.pipeline import Judged

Measure = Callable[[Policy, Iterable[Request], "Standing | None"], Measurements]
"""Readings for a policy's gates and of further requests, with what the first judging came to."""


def judge_beyond(
    evidence: Evidence,
    policy: Policy,
    metrics: Mapping[str, Metric],
    measure: Measure,
    *,
    today: datetime.date,
    history: History,
    drift: Drift | None,
) -> Judged:
    """Judge in three steps: what is measured; what that comes to; the score of all of it.

    Requirements stand between the first two: they rest on metrics, and metrics rest on them.
    """
    first, second, third = _in_steps(policy.gates)
    rested = _rested(policy)
    readings = measure(replace(policy, gates=(*first, *rested)), wanted(policy.requirements), None)
    results, refused = judge_gates(readings, replace(policy, gates=first), metrics, today=today)
    proved: dict[str, GateResult] = {}
    for gate in rested:  # each by itself: gates of one list share its subjects
        (proved[gate.name],), more = judge_gates(
            readings, replace(policy, gates=(gate,)), metrics, today=today
        )
        refused += more
    requirements, more = judge_requirements(
        policy,
        proofs(evidence, policy.requirements, readings),
        proved,
        waivers=in_force(policy.waivers, today, policy.waiver_days),
        owners=Owners(policy.components, policy.owners),
        today=today,
    )
    refused += more
    quarantine = _quarantine(evidence, policy, today, history)
    standing = Standing(
        requirements=requirements,
        waivers=Judged(results, (), requirements).waivers,
        quarantine=quarantine,
        drift=drift,
    )
    for gates in filter(None, (second, third)):
        part = replace(policy, gates=gates, components=())
        if gates is third:
            standing = replace(standing, share=share(policy, results, requirements))
        more_results, more = judge_gates(measure(part, (), standing), part, metrics, today=today)
        results += tuple(_owned(result, requirements) for result in more_results)
        refused += more
    order = {gate.name: place for place, gate in enumerate(policy.gates)}
    conditions = judge_conditions(policy.conditions, today)
    return Judged(
        results=tuple(sorted(results, key=lambda result: order[result.gate.name])),
        refused=refused,
        requirements=requirements,
        conditions=conditions,
        quarantine=quarantine,
        beside=beside(requirements, conditions, quarantine),
    )


def _in_steps(gates: Iterable[Gate]) -> tuple[tuple[Gate, ...], ...]:
    steps: tuple[list[Gate], ...] = ([], [], [])
    for gate in gates:
        steps[2 if gate.metric == SCORE else int(gate.metric in SECOND_ORDER)].append(gate)
    return tuple(map(tuple, steps))


def _rested(policy: Policy) -> tuple[Gate, ...]:
    """Conditions over metrics that requirements rest on."""
    return tuple(
        proof.gate
        for requirement in policy.requirements
        if not requirement.not_applicable
        for proof in requirement.proofs
        if isinstance(proof, MetricProof)
    )


def _quarantine(
    evidence: Evidence, policy: Policy, today: datetime.date, history: History
) -> tuple[QuarantineState, ...]:
    ran = under_quarantine(evidence)
    if not policy.quarantine and not ran:
        return ()
    from pytest_readiness.judge.quarantine import judge_quarantine
    from pytest_readiness.measure.quarantined import held

    return judge_quarantine(
        policy.quarantine,
        held(evidence, policy.quarantine, history),
        ran,
        today=today,
        days=policy.waiver_days,
    )


def _owned(result: GateResult, requirements: Iterable[RequirementResult]) -> GateResult:
    """With the owners of the requirements that it finds."""
    owners = {one.requirement.id: one.owner for one in requirements}
    return replace(
        result,
        findings=tuple(
            replace(finding, owner=finding.owner or owners[finding.subject.id])
            if finding.subject.kind is SubjectKind.REQUIREMENT
            else finding
            for finding in result.findings
        ),
    )
