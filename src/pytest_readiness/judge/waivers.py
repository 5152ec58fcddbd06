"""Waivers: which finding one accepts, and why one accepts none."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from pytest_readiness.judge.condition import Cause, evaluate
from pytest_readiness.model.condition import check_condition
from pytest_readiness.model.evidence import Reason
from pytest_readiness.model.glob import matches
from pytest_readiness.model.measurement import Measurement, Subject
from pytest_readiness.model.metric import Metric
from pytest_readiness.model.policy import Gate, Waiver
from pytest_readiness.model.scorecard import WaiverState
from pytest_readiness.model.value import dataclass

WORSE = "the value is worse than accepted"
_NO_VALUE = "it names no accepted value: add `accept`"
_HAS_VALUE = "it accepts that there is no value, and there is one, which breaks the gate"
_IN_ERROR = "it accepts that there is no value, not that measuring it went wrong"
_UNNEEDED = "accepts nothing in this run"
HOTFIX_DAYS = 3
"""A hotfix ends on the day at the latest on which 72 hours end."""
SOON = 14
"""Days before its end from which a waiver in use is announced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The waiver that accepts a finding, if any, and the ones that were meant to and do not."""

    waiver: Waiver | None = None
    refused: tuple[WaiverState, ...] = ()


def in_force(
    waivers: Iterable[Waiver], today: datetime.date, days: int | None = None
) -> tuple[Waiver, ...]:
    """Those that hold today; the day on which one expires is the last that it holds.

    :param days: how many days from now one may end at most; None: that is not limited.
    """
    return tuple(waiver for waiver in waivers if not _out_of_force(waiver, today, days))


def _out_of_force(waiver: Waiver, today: datetime.date, days: int | None) -> str:
    """Why it does not hold on that day; empty: it does."""
    from pytest_readiness.model.expiry import lapsed  # most runs have no waivers

    return lapsed(waiver.expires, today, HOTFIX_DAYS if waiver.hotfix else days)


def for_gate(waivers: Iterable[Waiver], gate: Gate) -> tuple[Waiver, ...]:
    """Those of its findings: hotfixes accept results, see :mod:`pytest_readiness.judge.hotfix`."""
    return tuple(
        waiver
        for waiver in waivers
        if waiver.gate in {gate.name, gate.metric} and waiver.state is None and not waiver.hotfix
    )


def decide(
    waivers: Sequence[Waiver], gate: Gate, metric: Metric, measurement: Measurement
) -> Decision:
    """Whether one of the gate's waivers accepts a value that breaks the gate.

    A value without a limit to its getting worse is never accepted. Over an interval the waiver
    stands unless the whole interval is worse, as gates are judged.
    """
    refused: list[WaiverState] = []
    for waiver in waivers:
        if not _names(waiver, gate, measurement.subject):
            continue
        if waiver.not_measured:
            message = _HAS_VALUE
        elif waiver.accept is None:
            message = _NO_VALUE
        elif misfit := check_condition(waiver.accept, metric):
            message = misfit
        else:
            opinion = evaluate(waiver.accept, measurement, metric)
            if opinion.holds or (opinion.holds is None and opinion.causes == {Cause.INTERVAL}):
                return Decision(waiver=waiver, refused=tuple(refused))
            message = (
                WORSE if opinion.holds is False else f"it cannot be told: {_causes(opinion.causes)}"
            )
        refused.append(WaiverState(waiver=waiver, message=message))
    return Decision(refused=tuple(refused))


def decide_member(
    waivers: Sequence[Waiver], metric: Metric, subject: Subject, weight: int
) -> Decision:
    """Whether a waiver accepts one member of a count: by its name, and by how much it counts.

    Without ``accept`` it accepts a member that counts one, no more: a file with two uncovered
    lines could come to have a hundred.
    """
    refused: list[WaiverState] = []
    for waiver in waivers:
        if not waiver.subject or not _selects(waiver.subject, subject):
            continue
        value = Measurement(subject=subject, value=weight)
        if waiver.not_measured:
            message = _HAS_VALUE
        elif waiver.accept is None:
            if weight == 1:
                return Decision(waiver=waiver, refused=tuple(refused))
            message = _NO_VALUE
        elif misfit := check_condition(waiver.accept, metric):
            message = misfit
        elif evaluate(waiver.accept, value, metric).holds:
            return Decision(waiver=waiver, refused=tuple(refused))
        else:
            message = WORSE
        refused.append(WaiverState(waiver=waiver, message=message))
    return Decision(refused=tuple(refused))


def decide_absence(
    waivers: Sequence[Waiver], gate: Gate, subject: Subject, reason: Reason | None
) -> Decision:
    """Whether one of the gate's waivers accepts that there is no value, for that reason."""
    refused: list[WaiverState] = []
    for waiver in waivers:
        if not waiver.not_measured or not _names(waiver, gate, subject):
            continue
        if reason is not None and reason is not Reason.ERROR:
            return Decision(waiver=waiver, refused=tuple(refused))
        if reason is Reason.ERROR:
            refused.append(WaiverState(waiver=waiver, message=_IN_ERROR))
    return Decision(refused=tuple(refused))


def idle(
    waivers: Iterable[Waiver],
    used: Iterable[Waiver],
    refused: Iterable[WaiverState],
    *,
    today: datetime.date,
    days: int | None = None,
) -> tuple[WaiverState, ...]:
    """Every waiver that stands beside no result, and why, in the policy's order.

    :param days: as of :func:`in_force`.
    """
    carried = set(used)
    reasons: dict[Waiver, str] = {}
    for state in refused:
        reasons.setdefault(state.waiver, state.message)
    return tuple(
        WaiverState(
            waiver=waiver,
            message=_out_of_force(waiver, today, days) or reasons.get(waiver, _UNNEEDED),
        )
        for waiver in dict.fromkeys(waivers)
        if waiver not in carried
    )


def ending(used: Iterable[Waiver], today: datetime.date) -> tuple[WaiverState, ...]:
    """Of waivers in use those that end soon, the first to end first. A hotfix always does: it is
    shown before all else anyway."""
    soon = [
        waiver
        for waiver in dict.fromkeys(used)
        if not waiver.hotfix and 0 <= (waiver.expires - today).days <= SOON
    ]
    return tuple(
        WaiverState(waiver=waiver, message=_ends((waiver.expires - today).days))
        for waiver in sorted(soon, key=lambda waiver: waiver.expires)
    )


def _ends(days: int) -> str:
    return {0: "ends today", 1: "ends tomorrow"}.get(days, f"ends in {days} days")


def _names(waiver: Waiver, gate: Gate, subject: Subject) -> bool:
    """Whether the waiver is about this subject.

    What the run as a whole may break, a component may not: that takes the component's name, or
    that of the component's own gate.
    """
    if subject.id:
        return bool(waiver.subject) and _selects(waiver.subject, subject)
    if gate.component:
        if waiver.subject:
            return matches(waiver.subject, gate.component)
        return waiver.gate == gate.name != gate.metric
    return not waiver.subject


def _selects(pattern: str, subject: Subject) -> bool:
    return matches(pattern, subject.id) or matches(pattern, subject.name)


def _causes(causes: Iterable[Cause]) -> str:
    return ", ".join(sorted(cause.value for cause in causes))
