"""``waivers-from = "base"``: waivers of this change count only as far as the base has them too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pytest_readiness.model.condition import Condition, Literal, Operator
from pytest_readiness.model.policy import Waiver
from pytest_readiness.model.requirement import State
from pytest_readiness.model.scorecard import WaiverState

_UP = frozenset({Operator.AT_LEAST, Operator.ABOVE})
_DOWN = frozenset({Operator.AT_MOST, Operator.BELOW})


def standing(
    waivers: Iterable[Waiver], base: Sequence[Waiver] | None
) -> tuple[tuple[Waiver, ...], tuple[WaiverState, ...]]:
    """The waivers that count, and the others with why they do not.

    One counts if a waiver of the base is of the same gate and subject, ends no sooner, and accepts
    no less. A hotfix is no part of the change, and counts.

    :param base: the base's own; None: its policy is not known, and nothing stands in it.
    """
    kept: list[Waiver] = []
    dropped: list[WaiverState] = []
    for waiver in waivers:
        if waiver.hotfix:
            kept.append(waiver)
            continue
        message = _missing(waiver, base)
        if message:
            dropped.append(WaiverState(waiver=waiver, message=message))
        else:
            kept.append(waiver)
    return tuple(kept), tuple(dropped)


def _missing(waiver: Waiver, base: Sequence[Waiver] | None) -> str:
    """Why the base does not have it, by the waiver of the base that is nearest; empty: it has."""
    if base is None:
        return 'the base\'s policy is not known, and `waivers-from = "base"`'
    alike = [one for one in base if (one.gate, one.subject) == (waiver.gate, waiver.subject)]
    if not alike:
        return "does not stand in the base"
    accepting = [one for one in alike if _accepts_no_less(one, waiver)]
    if not accepting:
        return "accepts more than in the base"
    latest = max(one.expires for one in accepting)
    return "" if waiver.expires <= latest else f"ends {latest.isoformat()} in the base"


def _accepts_no_less(base: Waiver, waiver: Waiver) -> bool:
    if base.not_measured is not waiver.not_measured:
        return False
    if base.state is not waiver.state:
        return base.state is State.FAILED and waiver.state is not None
    if base.accept is None or waiver.accept is None:
        return base.accept is waiver.accept
    return _as_tight(waiver.accept, base.accept)


def _as_tight(now: Condition, then: Condition) -> bool:
    """Whether all that keeps the one keeps the other, as far as that is plain to see: of one limit."""
    if now.alternatives == then.alternatives:
        return True
    if not len(now.terms) == len(then.terms) == 1:
        return False
    (one,), (other,) = now.terms, then.terms
    limit, old = one.limit, other.limit
    if not isinstance(limit, Literal) or not isinstance(old, Literal):
        return False
    unit, old_unit = (limit.dimension, limit.label), (old.dimension, old.label)
    if one.operator is not other.operator or unit != old_unit:
        return False
    if one.operator in _UP:
        return limit.value >= old.value
    return limit.value == old.value or (one.operator in _DOWN and limit.value < old.value)
