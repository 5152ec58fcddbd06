"""Requirements: what their proofs, the others that they depend on and waivers make of each."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from pytest_readiness.judge import effect
from pytest_readiness.judge.dependencies import OPEN, judge_together, waived
from pytest_readiness.judge.owners import Owners
from pytest_readiness.judge.proofs import judge_proof, shows
from pytest_readiness.judge.score import requirement_points
from pytest_readiness.model.policy import Level, Policy, Waiver
from pytest_readiness.model.proof import Proofs
from pytest_readiness.model.requirement import Requirement, Severity, State
from pytest_readiness.model.scorecard import Effect, GateResult, WaiverState
from pytest_readiness.model.standing import ProofResult, RequirementResult
from pytest_readiness.model.value import replace

LEVELS: Mapping[Severity, Level] = {
    Severity.CRITICAL: Level.BLOCK,
    Severity.HIGH: Level.BLOCK,
    Severity.MEDIUM: Level.RISK,
    Severity.LOW: Level.INFO,
}
"""What one that is not met does, where nothing is configured."""
_WORST = (
    State.FAILED,
    State.NOT_VERIFIED,
    State.DEFERRED,
    State.IN_PROGRESS,
    State.PASSED,
    State.NOT_APPLICABLE,
)


def judge_requirements(
    policy: Policy,
    proofs: Proofs,
    gates: Mapping[str, GateResult],
    *,
    waivers: Sequence[Waiver],
    owners: Owners,
    today: datetime.date,
) -> tuple[tuple[RequirementResult, ...], tuple[WaiverState, ...]]:
    """One result a requirement, in the policy's order, and waivers that do not accept what they name.

    *gates* are the results of the proofs by a metric, *waivers* those in force.
    """
    levels = {**LEVELS, **dict(policy.severities)}
    effects = {
        requirement.id: effect.of_level(levels[requirement.severity])
        for requirement in policy.requirements
    }
    alone = {
        requirement.id: _alone(
            requirement,
            tuple(
                judge_proof(proof, requirement.id, proofs, gates, today)
                for proof in requirement.proofs
            ),
            effects[requirement.id],
        )
        for requirement in policy.requirements
    }
    together, refused = judge_together(policy.requirements, alone, effects, waivers)
    return tuple(_finished(result, owners, today) for result in together), refused


def _alone(
    requirement: Requirement, proofs: tuple[ProofResult, ...], unmet: Effect
) -> RequirementResult:
    """By its own proofs: the worst decides. *unmet* is what it does if it is not met."""
    result = RequirementResult(
        requirement=requirement,
        state=State.NOT_VERIFIED,
        effect=unmet,
        proofs=proofs,
        message="nothing proves it",
        owner=requirement.owner,
        shown=unmet is not Effect.NONE and any(map(shows, proofs)),
    )
    if requirement.not_applicable:
        return replace(
            result,
            state=State.NOT_APPLICABLE,
            effect=Effect.NONE,
            proofs=(),
            message=requirement.not_applicable,
            shown=False,
        )
    unmet_proofs = [one for one in proofs if one.state in OPEN and one.waiver is None]
    if unmet_proofs:
        return _unmet(result, unmet_proofs)
    accepted = next((proof for proof in proofs if proof.waiver is not None), None)
    if accepted is not None and accepted.waiver is not None:
        return waived(
            replace(result, state=accepted.state, message=_because(accepted)), accepted.waiver
        )
    return _met(result) if proofs else result


def _unmet(result: RequirementResult, proofs: Sequence[ProofResult]) -> RequirementResult:
    """What cannot be settled for now (no baseline, stale, inconclusive) is a risk, as of a gate."""
    deciding = min(proofs, key=lambda proof: (_WORST.index(proof.state), proof.risk))
    soft = all(proof.risk for proof in proofs)
    return replace(
        result,
        state=deciding.state,
        effect=effect.at_most_risk(result.effect) if soft else result.effect,
        message=_because(deciding),
        risk=soft,
    )


def _met(result: RequirementResult) -> RequirementResult:
    applies = any(proof.state is State.PASSED for proof in result.proofs)
    doubtful = next((proof for proof in result.proofs if proof.risk), None)
    shown = doubtful or min(result.proofs, key=lambda proof: _WORST.index(proof.state))
    return replace(
        result,
        state=State.PASSED if applies else State.NOT_APPLICABLE,
        effect=effect.at_most_risk(result.effect) if doubtful else Effect.NONE,
        message=_because(shown),
        risk=doubtful is not None,
    )


def _because(proof: ProofResult) -> str:
    return f"{proof.what}: {proof.text}"


def _finished(result: RequirementResult, owners: Owners, today: datetime.date) -> RequirementResult:
    """With its points, an owner if anybody owns what is at fault, and the day on which it was due."""
    earned, possible = requirement_points(
        result.requirement, result.state, result.proofs, risk=result.risk
    )
    result = replace(result, earned=earned, possible=possible)
    if result.state not in OPEN and result.state is not State.WAIVED:
        return result
    due = result.requirement.due
    if due is not None and due < today:
        result = replace(result, message=f"{result.message}; it was due {due}")
    if result.owner:
        return result
    wrong = (proof for proof in result.proofs if proof.state in OPEN)
    found = (owners.of(trace.subject) for proof in wrong for trace in proof.traces)
    return replace(result, owner=next(filter(None, found), ""))
