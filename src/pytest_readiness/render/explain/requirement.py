"""A requirement: what proves it, what rests on it, who closes it."""

from __future__ import annotations

from pytest_readiness.model.explanation import Known
from pytest_readiness.model.policy import Level
from pytest_readiness.model.requirement import (
    Attestation,
    LookProof,
    MetricProof,
    Proof,
    Requirement,
    ToolProof,
)
from pytest_readiness.model.standing import RequirementResult
from pytest_readiness.render import words
from pytest_readiness.render.explain.entry import BESIDE, entry
from pytest_readiness.render.line import Line, Writer
from pytest_readiness.render.report import requirements
from pytest_readiness.render.report.heading import heading

_LEVELS = {
    Level.BLOCK: "blocks: NOT READY",
    Level.RISK: "is a risk: READY WITH RISKS",
    Level.INFO: "is told, and does nothing to the verdict",
}
_LOOKS = {
    "file": "there is {}",
    "no-file": "there is no {}",
    "environment-variables": "all environment variables that the source uses are in {}",
}


def section(
    given: Requirement, result: RequirementResult | None, known: Known, writer: Writer
) -> list[Line]:
    lines = heading(given.title or given.id, writer, given.id)
    lines += entry("from", str(given.origin), writer)
    owner = requirements.owner(result) if result is not None else given.owner
    lines += entry("owner", owner, writer)
    lines += entry("effect", _effect(given, known), writer)
    for proof in given.proofs:
        lines += entry("proof", wanted(proof), writer)
    if not given.proofs and not given.not_applicable:
        lines += entry("proof", "none: nothing can verify it", writer, ("yellow",))
    lines += entry("n/a", given.not_applicable, writer)
    lines += entry("depends on", ", ".join(given.depends_on), writer)
    resting = [one.id for one in known.policy.requirements if given.id in one.depends_on]
    lines += entry("needed by", ", ".join(resting), writer)
    lines += entry("effort", given.effort.text if given.effort else "", writer)
    lines += entry("due", given.due.isoformat() if given.due else "", writer)
    lines += entry("for", given.milestone, writer)
    lines += entry("risk", given.risk, writer)
    for waiver in known.policy.waivers:
        if waiver.gate == given.id:
            said = f"{words.waived(waiver)}: {waiver.reason} ({waiver.origin})"
            lines += entry("waiver", said, writer, ("yellow",))
    lines += entry("to mend it", given.action, writer)
    return lines + (_now(result, known, writer) if result is not None else [])


def _now(result: RequirementResult, known: Known, writer: Writer) -> list[Line]:
    """Its state, and what came of each proof."""
    word, markup = requirements.outcome(result)
    why = requirements.why(result)
    said = f"{word}: {why}" if why else word
    lines = entry("now", said + (f" ({known.source})" if known.source else ""), writer, markup)
    for told in requirements.proved(result):
        if told.startswith("  "):
            lines += writer.paragraph(told, ("light",), indent=BESIDE + 2)
        else:
            lines += entry("found", told, writer)
    return lines


def wanted(proof: Proof) -> str:
    """What has to hold, in words."""
    if isinstance(proof, ToolProof):
        return f"no findings of {' and '.join(proof.select)}"
    if isinstance(proof, LookProof):
        look = proof.look
        if look.what in _LOOKS:
            return _LOOKS[look.what].format(look.path)
        verb = "matches" if look.regex else "has"
        return f"{look.path} {verb} {'no ' if look.what == 'no-text' else ''}{look.text!r}"
    if isinstance(proof, MetricProof):
        return f"{proof.gate.metric} {proof.gate.condition.text}"
    if isinstance(proof, Attestation):
        until = f", until {proof.until.isoformat()}" if proof.until else ""
        said = f"{proof.by} says it is {proof.state.value}, on {proof.date.isoformat()}{until}"
        return f"{said}; see {proof.evidence}" if proof.evidence else said
    return "tests marked with it: at least one runs, and all pass"


def _effect(given: Requirement, known: Known) -> str:
    level = dict(known.policy.severities).get(given.severity)
    said = f"severity {given.severity.value}"
    return f"{said}: while it is not met it {_LEVELS[level]}" if level is not None else said
