"""Somebody's word, on a day: does it hold, and what does it say?"""

from __future__ import annotations

import datetime

from pytest_readiness.model.measurement import Subject
from pytest_readiness.model.metric import SubjectKind
from pytest_readiness.model.requirement import Attestation, Progress, State
from pytest_readiness.model.standing import ProofResult, Trace

_STATES = {
    Progress.DONE: State.PASSED,
    Progress.IN_PROGRESS: State.IN_PROGRESS,
    Progress.BLOCKED: State.DEFERRED,
    Progress.NOT_STARTED: State.NOT_VERIFIED,
}


def judge_attestation(attestation: Attestation, today: datetime.date) -> ProofResult:
    """It holds from its date to ``until``, both days included; its points count while it does."""
    state, text = _said(attestation, today)
    holds = text is None
    if text is None:
        text = f"by {attestation.by} on {attestation.date}"
        if attestation.state in (Progress.BLOCKED, Progress.NOT_STARTED):
            text = f"{attestation.state.value}, {text}"
        if attestation.until is not None:
            text += f", until {attestation.until}"
    traces: tuple[Trace, ...] = ()
    if attestation.evidence:
        where = Subject(kind=SubjectKind.NAMED, id=attestation.evidence)
        traces = (Trace(subject=where, outcome=attestation.state.value),)
    return ProofResult(
        what="attestation",
        state=state,
        text=text,
        traces=traces,
        points=attestation.points if holds else None,
    )


def _said(attestation: Attestation, today: datetime.date) -> tuple[State, str | None]:
    """The state, and why it does not hold."""
    by = f"by {attestation.by}"
    if attestation.until is not None and today > attestation.until:
        return State.NOT_VERIFIED, f"expired {attestation.until}: {by} on {attestation.date}"
    if attestation.date > today:
        return State.NOT_VERIFIED, f"{by} on {attestation.date}, a day that has not come"
    return _STATES[attestation.state], None
