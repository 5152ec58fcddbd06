"""Another tool as proof of a requirement: it ran, and found nothing."""

from __future__ import annotations

from pytest_readiness.judge.exit_status import said
from pytest_readiness.model.evidence import Reason
from pytest_readiness.model.glob import matches
from pytest_readiness.model.measurement import Measurement, NotMeasured, Reading, Subject
from pytest_readiness.model.metric import SubjectKind
from pytest_readiness.model.proof import Proofs
from pytest_readiness.model.requirement import State, ToolProof
from pytest_readiness.model.standing import ProofResult, Trace


def judge_tool(proof: ToolProof, proofs: Proofs) -> ProofResult:
    what = ", ".join(proof.select)
    ended = {
        name: run
        for name, run in proofs.statuses.items()
        if any(matches(select, name) for select in proof.select)
    }
    reading = proofs.findings.get(proof.select)
    found = _findings(reading)
    broken = {name: run for name, run in ended.items() if run.exit_status}
    if broken:
        words = {name: said(run.exit_status or 0) for name, run in broken.items()}
        alone = len(proof.select) == 1 and len(ended) == 1
        return ProofResult(
            what=what,
            state=State.FAILED,
            text=", ".join(word if alone else f"{name}: {word}" for name, word in words.items()),
            traces=tuple(
                Trace(
                    subject=Subject(kind=SubjectKind.TOOL, id=name),
                    outcome=words[name],
                    detail=run.tail,
                )
                for name, run in broken.items()
            ),
        )
    if found is None:
        text = "nothing tells what it found"
        if isinstance(reading, NotMeasured):
            text = reading.message
        stale = isinstance(reading, NotMeasured) and reading.reason is Reason.STALE
        return ProofResult(what=what, state=State.NOT_VERIFIED, text=text, risk=stale)
    number = int(found.value)
    text = f"{number} {'finding' if number == 1 else 'findings'}" if number else "no findings"
    if isinstance(reading, NotMeasured):
        text = f"at least {text}: {reading.message}"
    elif ended and not number:
        text = said(0)
    return ProofResult(
        what=what,
        state=State.FAILED if number else State.PASSED,
        text=text,
        traces=tuple(
            Trace(subject=member.subject, outcome="found", detail=member.detail)
            for member in found.members
        ),
    )


def _findings(reading: Reading | None) -> Measurement | None:
    """How many there are; of what is known in part only where that is any."""
    if isinstance(reading, NotMeasured):
        return reading.known if reading.known and reading.known.value else None
    return reading if isinstance(reading, Measurement) else None
