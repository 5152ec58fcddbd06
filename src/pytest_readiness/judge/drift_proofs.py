"""How the requirements of two policies differ, and what proves them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pytest_readiness.judge.drift_decisions import direction, matched
from pytest_readiness.judge.drift_gates import gate_changes
from pytest_readiness.model.metric import SCORE, Metric
from pytest_readiness.model.policy import Policy
from pytest_readiness.model.requirement import (
    Attestation,
    LookProof,
    MetricProof,
    Proof,
    Requirement,
    Severity,
    TestsProof,
    ToolProof,
)
from pytest_readiness.model.standing import Change, PolicyChange
from pytest_readiness.model.value import replace

_RANKS = {
    Severity.LOW: 0,
    Severity.MEDIUM: 1,
    Severity.HIGH: 2,
    Severity.CRITICAL: 3,
}


def requirement_changes(
    before: Policy, after: Policy, metrics: Mapping[str, Metric]
) -> Iterator[PolicyChange]:
    scored = any(gate.metric == SCORE for gate in before.gates)
    for then, now in matched(before.requirements, after.requirements, lambda one: one.id):
        if now is None and then is not None:
            yield PolicyChange(
                what="requirement",
                name=then.id,
                change=Change.REMOVED,
                weaker=not then.not_applicable,
                before=then.title,
            )
        elif then is None and now is not None:
            yield PolicyChange(
                what="requirement",
                name=now.id,
                change=Change.ADDED,
                weaker=False,
                after=now.title,
                line=now.origin.line,
            )
        elif then is not None and now is not None:
            for change, weaker, old, new in _differences(then, now, metrics, scored=scored):
                yield PolicyChange(
                    what="requirement",
                    name=now.id,
                    change=change,
                    weaker=weaker,
                    before=old,
                    after=new,
                    line=now.origin.line,
                )


_Difference = tuple[Change, bool, str, str]


def _differences(
    then: Requirement, now: Requirement, metrics: Mapping[str, Metric], *, scored: bool
) -> Iterator[_Difference]:
    if then.severity is not now.severity:
        lower = _RANKS[now.severity] < _RANKS[then.severity]
        change = Change.LOOSENED if lower else Change.TIGHTENED
        yield change, lower, f"severity {then.severity.value}", f"severity {now.severity.value}"
    if bool(then.not_applicable) is not bool(now.not_applicable):
        waved = bool(now.not_applicable)
        change = Change.LOOSENED if waved else Change.TIGHTENED
        yield change, waved, _applies(then), _applies(now)
    old, new = set(then.depends_on), set(now.depends_on)
    if old != new:
        texts = (_listed("depends on", then.depends_on), _listed("depends on", now.depends_on))
        yield direction(bool(old - new), bool(new - old)), bool(old - new), *texts
    yield from _proofs(then, now, metrics)
    if then.points != now.points:
        yield (
            Change.CHANGED,
            scored,
            f"points {_number(then.points)}",
            f"points {_number(now.points)}",
        )
    if then.category != now.category:
        yield Change.CHANGED, scored, f"category {then.category}", f"category {now.category}"


def _proofs(
    then: Requirement, now: Requirement, metrics: Mapping[str, Metric]
) -> Iterator[_Difference]:
    """All proofs have to hold: one more is stricter; of conditions that changed the gates' own rule."""
    old, new = [*map(_plain, then.proofs)], [*map(_plain, now.proofs)]
    gone = [proof for proof in old if proof not in new]
    come = [proof for proof in new if proof not in old]
    if [type(one) for one in gone] == [type(one) for one in come] == [MetricProof]:
        (one,), (other,) = gone, come
        assert isinstance(one, MetricProof)
        assert isinstance(other, MetricProof)
        for change in gate_changes((one.gate,), (other.gate,), metrics):
            yield change.change, change.weaker, change.before, change.after
    elif gone or come:
        # without any proof it is never met: the first one that it is given lets it pass
        looser = bool(gone) or not old
        tighter = bool(come) or not new
        yield direction(looser, tighter), looser, _named(gone or old), _named(come or new)


def _plain(proof: Proof) -> Proof:
    """Without where it stands."""
    if not isinstance(proof, MetricProof):
        return proof
    gate = proof.gate
    return MetricProof(
        gate=replace(gate, origin=replace(gate.origin, line=None, key="", source=""))
    )


def _named(proofs: Sequence[Proof]) -> str:
    return f"proved by {'; '.join(map(_name, proofs))}" if proofs else "no proof"


def _name(proof: Proof) -> str:
    if isinstance(proof, TestsProof):
        return "tests"
    if isinstance(proof, ToolProof):
        return ", ".join(proof.select)
    if isinstance(proof, LookProof):
        look = proof.look
        return " ".join(filter(None, (look.what, look.path, "matches" * look.regex, look.text)))
    if isinstance(proof, MetricProof):
        return f"{proof.gate.metric} {proof.gate.condition.text}"
    return _attested(proof)


def _attested(proof: Attestation) -> str:
    said = f"{proof.state.value} by {proof.by} on {proof.date.isoformat()}"
    if proof.points is not None:
        said += f", points {_number(proof.points)}"
    return said if proof.until is None else f"{said}, until {proof.until.isoformat()}"


def _applies(requirement: Requirement) -> str:
    why = requirement.not_applicable
    return f"not applicable: {why}" if why else "applies"


def _listed(words: str, names: Sequence[str]) -> str:
    return f"{words} {', '.join(names)}" if names else f"{words} nothing"


def _number(number: object) -> str:
    return "not given" if number is None else str(number)
