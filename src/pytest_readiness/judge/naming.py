"""What a name that somebody asks about stands for: a gate, a metric, a requirement, a finding."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from pytest_readiness.model import lines as line_sets
from pytest_readiness.model.explanation import Known, Meant
from pytest_readiness.model.measurement import Subject
from pytest_readiness.model.scorecard import Finding, GateResult, Scorecard
from pytest_readiness.model.standing import RequirementResult, Trace


def meant(name: str, known: Known) -> Meant:
    """All that is called so, as the scorecard shows it; else the names that are like it."""
    policy, card = known.policy, known.scorecard
    gates = tuple(gate for gate in policy.gates if name in (gate.name, gate.metric))
    results = {result.gate.name: result for result in card.results} if card else {}
    metric = known.metrics.get(gates[0].metric if gates else name)
    requirement = next((one for one in policy.requirements if one.id == name), None)
    found = Meant(
        name=name,
        metric=metric,
        gates=tuple((gate, results.get(gate.name)) for gate in gates),
        requirement=requirement,
        result=next((one for one in _requirements(card) if one.requirement.id == name), None),
        findings=tuple(
            (result, one)
            for result, one in _findings(card)
            if _is(one.subject, name) or _holds(one, name)
        ),
        traces=tuple(pair for pair in _traces(card) if _is(pair[1].subject, name)),
        quarantine=tuple(
            state
            for state in (card.quarantine if card else ())
            if name in state.tests or name == state.quarantine.test
        ),
    )
    if found.is_known:
        return found
    like = difflib.get_close_matches(name, sorted(_names(known)), n=3, cutoff=0.5)
    return Meant(name=name, nearest=tuple(like))


def _is(subject: Subject, name: str) -> bool:
    """By its id, with or without its environment, its file, or file and line."""
    places = {subject.id, subject.name, subject.path}
    if subject.path and subject.line is not None:
        places.add(f"{subject.path}:{subject.line}")
    return name in places - {""}


def _holds(finding: Finding, name: str) -> bool:
    """Whether the name is the finding's file with one of its lines, or with all, as a scorecard has them."""
    path, _, written = name.rpartition(":")
    if not finding.lines or path != finding.subject.path:
        return False
    try:
        asked = line_sets.from_text(written)
    except ValueError:
        return False
    return bool(asked) and not asked & ~finding.lines


def _requirements(card: Scorecard | None) -> tuple[RequirementResult, ...]:
    return card.requirements if card is not None else ()


def _findings(card: Scorecard | None) -> Iterator[tuple[GateResult, Finding]]:
    for result in card.results if card is not None else ():
        for finding in result.findings:
            yield result, finding
    for requirement in _requirements(card):
        for proof in requirement.proofs:
            if proof.result is not None:
                for finding in proof.result.findings:
                    yield proof.result, finding


def _traces(card: Scorecard | None) -> Iterator[tuple[RequirementResult, Trace]]:
    for requirement in _requirements(card):
        for proof in requirement.proofs:
            for trace in proof.traces:
                yield requirement, trace


def _names(known: Known) -> set[str]:
    names = {gate.name for gate in known.policy.gates} | set(known.metrics)
    names |= {requirement.id for requirement in known.policy.requirements}
    names |= {finding.subject.name for _, finding in _findings(known.scorecard)}
    names |= {trace.subject.name for _, trace in _traces(known.scorecard)}
    for state in known.scorecard.quarantine if known.scorecard else ():
        names |= {state.quarantine.test, *state.tests}
    return names - {""}
