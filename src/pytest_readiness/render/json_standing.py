"""What stands beside the gates, as JSON: requirements, decisions, tools, drift."""

from __future__ import annotations

import datetime

from pytest_readiness.model.requirement import (
    Attestation,
    Effort,
    LookProof,
    MetricProof,
    Proof,
    Requirement,
    ToolProof,
)
from pytest_readiness.model.scorecard import Scorecard
from pytest_readiness.model.standing import (
    ConditionState,
    Drift,
    ProofResult,
    QuarantineState,
    RequirementResult,
    ToolLine,
)
from pytest_readiness.render.json_gates import gate, gate_result
from pytest_readiness.render.json_values import Json, exact, number, origin, subject, waiver


def standing(scorecard: Scorecard) -> Json:
    """Fields of the report, each empty where there is nothing of it."""
    return {
        "hotfixes": [waiver(one) for one in scorecard.hotfixes],
        "decisions": [
            {
                "gate": name,
                "reason": one.reason,
                "owner": one.owner,
                "expires": one.expires,
                "decided": one.decided,
                "value": one.value,
            }
            for name, one in scorecard.decisions
        ],
        "ending_waivers": [
            {**waiver(state.waiver), "message": state.message} for state in scorecard.waivers_ending
        ],
        "requirements": [_result(result) for result in scorecard.requirements],
        "conditions": [_condition(state) for state in scorecard.conditions],
        "quarantine": [_quarantine(state) for state in scorecard.quarantine],
        "tools": [_tool(line) for line in scorecard.tools],
        "drift": _drift(scorecard.drift),
    }


def day(given: datetime.date | None) -> str | None:
    return given.isoformat() if given is not None else None


def effort(given: Effort | None) -> Json | None:
    if given is None:
        return None
    return {
        "text": given.text,
        "low": exact(given.low) if given.low is not None else None,
        "high": exact(given.high) if given.high is not None else None,
    }


def _result(result: RequirementResult) -> Json:
    return {
        **_requirement(result.requirement),
        "owner": result.owner or result.requirement.owner,
        "state": result.state.value,
        "effect": result.effect.value,
        "message": result.message,
        "because": list(result.because),
        "at_risk": result.risk,
        "earned": exact(result.earned),
        "possible": exact(result.possible),
        "waiver": waiver(result.waiver) if result.waiver is not None else None,
        "proofs": [_proof(proof) for proof in result.proofs],
    }


def _requirement(given: Requirement) -> Json:
    return {
        "id": given.id,
        "title": given.title,
        "category": given.category,
        "severity": given.severity.value,
        "depends_on": list(given.depends_on),
        "not_applicable": given.not_applicable,
        "points": exact(given.points) if given.points is not None else None,
        "effort": effort(given.effort),
        "due": day(given.due),
        "milestone": given.milestone,
        "risk": given.risk,
        "action": given.action,
        "fixable": given.fixable,
        "configured": [_configured(proof) for proof in given.proofs],
        "origin": origin(given.origin),
    }


def _configured(proof: Proof) -> Json:
    """A proof as it is asked for; its fields depend on its kind, and all kinds have all fields."""
    told: Json = {"kind": "tests", "select": [], "look": None, "gate": None, "attestation": None}
    if isinstance(proof, ToolProof):
        return {**told, "kind": "tool", "select": list(proof.select)}
    if isinstance(proof, LookProof):
        look = proof.look
        looked = {"what": look.what, "path": look.path, "text": look.text, "regex": look.regex}
        return {**told, "kind": "look", "look": looked}
    if isinstance(proof, MetricProof):
        return {**told, "kind": "metric", "gate": gate(proof.gate)}
    if isinstance(proof, Attestation):
        return {**told, "kind": "attestation", "attestation": _attestation(proof)}
    return told


def _attestation(given: Attestation) -> Json:
    return {
        "by": given.by,
        "date": given.date.isoformat(),
        "until": day(given.until),
        "state": given.state.value,
        "evidence": given.evidence,
        "points": exact(given.points) if given.points is not None else None,
        "strengths": list(given.strengths),
        "weaknesses": list(given.weaknesses),
        "notes": list(given.notes),
    }


def _proof(proof: ProofResult) -> Json:
    return {
        "what": proof.what,
        "state": proof.state.value,
        "text": proof.text,
        "at_risk": proof.risk,
        "points": exact(proof.points) if proof.points is not None else None,
        "result": gate_result(proof.result) if proof.result is not None else None,
        "waiver": waiver(proof.waiver) if proof.waiver is not None else None,
        "traces": [
            {
                "subject": subject(trace.subject),
                "outcome": trace.outcome,
                "detail": trace.detail,
            }
            for trace in proof.traces
        ],
    }


def _condition(state: ConditionState) -> Json:
    condition = state.condition
    return {
        "text": condition.text,
        "owner": condition.owner,
        "due": condition.due.isoformat(),
        "done": day(condition.done),
        "effect": state.effect.value,
        "message": state.message,
        "origin": origin(condition.origin),
    }


def _quarantine(state: QuarantineState) -> Json:
    entry = state.quarantine
    return {
        "test": entry.test,
        "reason": entry.reason,
        "owner": entry.owner,
        "expires": entry.expires.isoformat(),
        "tests": list(state.tests),
        "effect": state.effect.value,
        "message": state.message,
        "origin": origin(entry.origin),
    }


def _tool(line: ToolLine) -> Json:
    return {
        "name": line.name,
        "command": line.command,
        "exit_status": line.exit_status,
        "duration": number(line.duration, None),
        "version": line.version,
        "findings": None if line.problem else line.findings,
        "levels": [{"level": level, "count": count} for level, count in line.levels],
        "fixable": line.fixable,
        "fix": line.fix,
        "problem": line.problem,
        "remedy": line.remedy,
    }


def _drift(drift: Drift | None) -> Json | None:
    if drift is None:
        return None
    return {
        "base": drift.base,
        "commit": drift.commit,
        "message": drift.message,
        "remedy": drift.remedy,
        "changes": [
            {
                "what": change.what,
                "name": change.name,
                "change": change.change.value,
                "weaker": change.weaker,
                "before": change.before,
                "after": change.after,
                "line": change.line,
            }
            for change in drift.changes
        ],
    }
