"""What each proof of a requirement came to: one function for each kind of proof."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from pytest_readiness.judge.attestation import judge_attestation
from pytest_readiness.judge.tool_proof import judge_tool
from pytest_readiness.judge.trials import judge_trials
from pytest_readiness.model.evidence import Look, Reason
from pytest_readiness.model.measurement import NotMeasured, Subject
from pytest_readiness.model.metric import SubjectKind
from pytest_readiness.model.proof import Proofs
from pytest_readiness.model.requirement import (
    Attestation,
    LookFor,
    LookProof,
    MetricProof,
    Proof,
    State,
    TestsProof,
    ToolProof,
)
from pytest_readiness.model.scorecard import Effect, GateOutcome, GateResult
from pytest_readiness.model.standing import ProofResult, Trace

PASSED, FAILED, NOT_VERIFIED = State.PASSED, State.FAILED, State.NOT_VERIFIED


def judge_proof(
    proof: Proof,
    requirement: str,
    proofs: Proofs,
    gates: Mapping[str, GateResult],
    today: datetime.date,
) -> ProofResult:
    """*gates* are the results of metric proofs, by the gate's name."""
    if isinstance(proof, TestsProof):
        return judge_trials(proofs.tests.get(requirement, ()), proofs.untold)
    if isinstance(proof, ToolProof):
        return judge_tool(proof, proofs)
    if isinstance(proof, LookProof):
        return _look(proof.look, proofs.looks.get(proof.look.key))
    if isinstance(proof, Attestation):
        return judge_attestation(proof, today)
    return _metric(proof, gates.get(proof.gate.name))


def _look(look: LookFor, found: Look | NotMeasured | None) -> ProofResult:
    what = _sought(look)
    if not isinstance(found, Look):
        text = "this evidence holds no such look" if found is None else found.message
        stale = found is not None and found.reason is Reason.STALE
        return ProofResult(what=what, state=NOT_VERIFIED, text=text, risk=stale)
    outcome = "as required" if found.holds else "not as required"
    return ProofResult(
        what=what,
        state=PASSED if found.holds else FAILED,
        text=found.detail or outcome,
        traces=tuple(
            Trace(subject=Subject(kind=SubjectKind.FILE, id=path, path=path), outcome=outcome)
            for path in found.paths
        ),
    )


def _sought(look: LookFor) -> str:
    """``README.md``, ``no .env``, ``"Rollback" in docs/ops.md``."""
    if look.what == "environment-variables":
        return f"environment variables in {look.path}"
    quoted = f"/{look.text}/" if look.regex else f'"{look.text}"'
    where = f"{quoted} in {look.path}" if look.what in ("text", "no-text") else look.path
    return f"no {where}" if look.what.startswith("no-") else where


_WORDS = {
    GateOutcome.PASSED: (PASSED, "it holds"),
    GateOutcome.FAILED: (FAILED, "it does not hold"),
    GateOutcome.INCONCLUSIVE: (NOT_VERIFIED, "inconclusive"),
    GateOutcome.NOT_MEASURED: (NOT_VERIFIED, "not measured"),
    GateOutcome.ERROR: (NOT_VERIFIED, "error"),
    GateOutcome.NOT_APPLICABLE: (State.NOT_APPLICABLE, "not applicable"),
    GateOutcome.WAIVED: (FAILED, "it does not hold, and a waiver accepts it"),
}


def _metric(proof: MetricProof, result: GateResult | None) -> ProofResult:
    """As its gate came out; what is a risk for a gate (no baseline, inconclusive) is one here."""
    what = f"{proof.gate.metric} {proof.gate.condition.text}"
    if result is None:
        return ProofResult(what=what, state=NOT_VERIFIED, text="it was not judged")
    state, text = _WORDS[result.outcome]
    waived = result.outcome is GateOutcome.WAIVED
    if waived and not result.broken:
        state, text = NOT_VERIFIED, "not measured, and a waiver accepts it"
    if result.message:
        text += f": {result.message}"
    return ProofResult(
        what=what,
        state=state,
        text=text,
        risk=state is NOT_VERIFIED and result.effect is not Effect.BLOCK,
        result=result,
        waiver=next(iter(result.waivers), None) if waived else None,
    )


def shows(proof: ProofResult) -> bool:
    """Whether anything was measured or attested in it."""
    if proof.result is not None:
        return proof.result.shown > 0
    return proof.state in (PASSED, FAILED, State.IN_PROGRESS)
