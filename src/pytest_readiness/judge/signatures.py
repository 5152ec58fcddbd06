"""The sign-off: who has to approve, who has, and when all of it is to be looked at again."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence

from pytest_readiness.judge.verdict import Beside
from pytest_readiness.model.policy import Policy
from pytest_readiness.model.requirement import Approval, Attestation, SignOff
from pytest_readiness.model.scorecard import Effect
from pytest_readiness.model.standing import Signature


def signatures(
    sign_off: SignOff, *, version: str, today: datetime.date
) -> tuple[tuple[Signature, ...], bool | None]:
    """One for each approver, and for others who approved; and whether all approvers have.

    None: nobody has to. An approval holds from its day to its last, and, where it names a version,
    of that version only.
    """
    names = dict.fromkeys((*sign_off.approvers, *(one.by for one in sign_off.approvals)))
    found = tuple(_signature(name, sign_off.approvals, version, today) for name in names)
    if not sign_off.approvers:
        return found, None
    return found, all(one.date is not None for one in found if one.approver in sign_off.approvers)


def unsigned(
    sign_off: SignOff | None, *, version: str, today: datetime.date
) -> tuple[Signature, ...]:
    """Where approvals are required: approvers who have none that holds. Each of them blocks."""
    if sign_off is None or not sign_off.required:
        return ()
    found, _ = signatures(sign_off, version=version, today=today)
    return tuple(one for one in found if one.date is None and one.approver in sign_off.approvers)


def against(missing: Iterable[Signature]) -> tuple[Beside, ...]:
    """What approvals that are missing do to the verdict."""
    return tuple(Beside("approval", "missing", Effect.BLOCK) for _ in missing)


def review(policy: Policy, *, version: str, today: datetime.date) -> datetime.date | None:
    """The next review: as configured, else the first day from today on which something ends.

    That is a waiver, an entry of the quarantine, an attestation, an approval that holds, or a
    condition that falls due. None: nothing ends.
    """
    sign_off = policy.sign_off
    if sign_off is not None and sign_off.review is not None:
        return sign_off.review
    return min((day for day in _ends(policy, version, today) if day >= today), default=None)


def _signature(
    name: str, approvals: Sequence[Approval], version: str, today: datetime.date
) -> Signature:
    own = sorted((one for one in approvals if one.by == name), key=lambda one: one.date)
    valid = [one for one in own if not _against(one, version, today)]
    if valid:
        last = valid[-1]
        said = f"approved {last.date}" + (f", until {last.until}" if last.until else "")
        return Signature(approver=name, date=last.date, message=said)
    if own:
        return Signature(approver=name, message=_against(own[-1], version, today))
    return Signature(approver=name, message="missing")


def _against(approval: Approval, version: str, today: datetime.date) -> str:
    """Why it does not hold; empty: it does."""
    if approval.date > today:
        return f"dated {approval.date}, which is still to come"
    if approval.until is not None and approval.until < today:
        return f"expired {approval.until}"
    if approval.version and approval.version != version:
        here = f"this is {version}" if version else "the version of this one is not known"
        return f"of version {approval.version}, {here}"
    return ""


def _ends(policy: Policy, version: str, today: datetime.date) -> Iterator[datetime.date]:
    yield from (waiver.expires for waiver in policy.waivers)
    yield from (entry.expires for entry in policy.quarantine)
    yield from (one.due for one in policy.conditions if one.done is None)
    for proof in _attestations(policy):
        if proof.until is not None:
            yield proof.until
    approvals = policy.sign_off.approvals if policy.sign_off else ()
    for approval in approvals:
        if approval.until is not None and not _against(approval, version, today):
            yield approval.until


def _attestations(policy: Policy) -> Iterable[Attestation]:
    return (
        proof
        for requirement in policy.requirements
        if not requirement.not_applicable
        for proof in requirement.proofs
        if isinstance(proof, Attestation)
    )
