"""How the decisions of two policies differ: waivers, quarantine, conditions of an approval, approvers."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from pytest_readiness.judge.implication import implies
from pytest_readiness.model.condition import Condition
from pytest_readiness.model.metric import Metric
from pytest_readiness.model.policy import Origin, Waiver
from pytest_readiness.model.requirement import ApprovalCondition, Quarantine, SignOff, State
from pytest_readiness.model.standing import Change, PolicyChange

T = TypeVar("T")


def waiver_changes(
    before: Sequence[Waiver], after: Sequence[Waiver], metrics: Mapping[str, Metric]
) -> Iterator[PolicyChange]:
    """A hotfix is no part of the configuration: it is told on its own."""
    now_standing = [waiver for waiver in after if not waiver.hotfix]
    for then, now in matched(before, now_standing, lambda one: (one.gate, one.subject)):
        name = _waived(now or then)
        if then is None or now is None:
            yield _came_or_went("waiver", name, then, now, _accepts)
            continue
        yield from _moved_day("waiver", name, then.expires, now.expires, now.origin)
        looser = not _accepts_within(now, then, metrics)
        tighter = not _accepts_within(then, now, metrics)
        if looser or tighter:
            yield PolicyChange(
                what="waiver",
                name=name,
                change=direction(looser, tighter),
                weaker=looser,
                before=_accepts(then),
                after=_accepts(now),
                line=now.origin.line,
            )


def quarantine_changes(
    before: Sequence[Quarantine], after: Sequence[Quarantine]
) -> Iterator[PolicyChange]:
    for then, now in matched(before, after, lambda one: one.test):
        if then is None or now is None:
            yield _came_or_went("quarantine", (now or then).test, then, now, _until)  # type: ignore[union-attr]
        else:
            yield from _moved_day("quarantine", now.test, then.expires, now.expires, now.origin)


def condition_changes(
    before: Sequence[ApprovalCondition], after: Sequence[ApprovalCondition]
) -> Iterator[PolicyChange]:
    """Of an approval. One that is met and taken out was none any more."""
    for then, now in matched(before, after, lambda one: one.text):
        if now is None and then is not None:
            yield PolicyChange(
                what="condition",
                name=then.text,
                change=Change.REMOVED,
                weaker=then.done is None,
                before=f"due {then.due.isoformat()}",
            )
        elif then is None and now is not None:
            yield PolicyChange(
                what="condition",
                name=now.text,
                change=Change.ADDED,
                weaker=False,
                after=f"due {now.due.isoformat()}",
                line=now.origin.line,
            )
        elif then is not None and now is not None:
            yield from _moved_day("condition", now.text, then.due, now.due, now.origin, "due")
            if (then.done is None) is not (now.done is None):
                met = now.done is not None
                yield PolicyChange(
                    what="condition",
                    name=now.text,
                    change=Change.LOOSENED if met else Change.TIGHTENED,
                    weaker=met,
                    before=_done(then),
                    after=_done(now),
                    line=now.origin.line,
                )


def sign_off_changes(before: SignOff | None, after: SignOff | None) -> Iterator[PolicyChange]:
    """Who has to approve; who did is no part of the policy."""
    old = before.approvers if before is not None else ()
    new = after.approvers if after is not None else ()
    for name in dict.fromkeys((*old, *new)):
        if name not in new:
            yield PolicyChange(what="approver", name=name, change=Change.REMOVED, weaker=True)
        elif name not in old:
            yield PolicyChange(what="approver", name=name, change=Change.ADDED, weaker=False)
    asked, asks = (one is not None and one.required for one in (before, after))
    if asked != asks:
        yield PolicyChange(
            what="setting",
            name="sign-off.required",
            change=Change.TIGHTENED if asks else Change.LOOSENED,
            weaker=asked,
            before=str(asked).lower(),
            after=str(asks).lower(),
        )


def matched(
    before: Sequence[T], after: Sequence[T], key: Callable[[T], object]
) -> list[tuple[T | None, T | None]]:
    """Pairs by key, equals first; those of now in their order, then those that are gone."""
    free: dict[object, list[T]] = {}
    for one in before:
        free.setdefault(key(one), []).append(one)
    found: list[tuple[T | None, T | None]] = []
    for now in after:
        same = free.get(key(now), [])
        then = next((one for one in same if one == now), same[0] if same else None)
        if then is not None:
            same.remove(then)
        found.append((then, now))
    return [*found, *((one, None) for left in free.values() for one in left)]


def direction(looser: bool, tighter: bool) -> Change:
    if looser and tighter:
        return Change.CHANGED
    return Change.LOOSENED if looser else Change.TIGHTENED


def _came_or_went(
    what: str, name: str, then: T | None, now: T | None, shown: Callable[[T], str]
) -> PolicyChange:
    """Of what lets something pass."""
    if now is None:
        return PolicyChange(
            what=what,
            name=name,
            change=Change.REMOVED,
            weaker=False,
            before="" if then is None else shown(then),
        )
    origin = getattr(now, "origin", None)
    return PolicyChange(
        what=what,
        name=name,
        change=Change.ADDED,
        weaker=True,
        after=shown(now),
        line=origin.line if isinstance(origin, Origin) else None,
    )


def _moved_day(
    what: str,
    name: str,
    then: datetime.date,
    now: datetime.date,
    origin: Origin,
    word: str = "until",
) -> Iterator[PolicyChange]:
    if then != now:
        yield PolicyChange(
            what=what,
            name=name,
            change=Change.LOOSENED if now > then else Change.TIGHTENED,
            weaker=now > then,
            before=f"{word} {then.isoformat()}",
            after=f"{word} {now.isoformat()}",
            line=origin.line,
        )


def _accepts_within(one: Waiver, other: Waiver, metrics: Mapping[str, Metric]) -> bool:
    """Whether what *one* accepts, *other* does too."""
    if one.not_measured is not other.not_measured:
        return False
    if one.state is not other.state:
        return one.state is State.NOT_VERIFIED and other.state is State.FAILED
    if one.accept is None or other.accept is None:
        return one.accept is other.accept
    return _implies(one.accept, other.accept, metrics.get(one.gate))


def _implies(one: Condition, other: Condition, metric: Metric | None) -> bool:
    return implies(one, other, metric)


def _accepts(waiver: Waiver) -> str:
    if waiver.not_measured:
        accepted = "not measured"
    elif waiver.state is not None:
        accepted = waiver.state.value
    else:
        accepted = waiver.accept.text if waiver.accept is not None else ""
    until = _until(waiver)
    return f"accepts {accepted} {until}" if accepted else until


def _until(decision: Waiver | Quarantine) -> str:
    return f"until {decision.expires.isoformat()}, {decision.owner}"


def _waived(waiver: Waiver | None) -> str:
    if waiver is None:
        return ""
    return f"{waiver.gate} for {waiver.subject}" if waiver.subject else waiver.gate


def _done(condition: ApprovalCondition) -> str:
    return "open" if condition.done is None else f"done {condition.done.isoformat()}"
