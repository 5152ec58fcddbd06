"""The score: how much of what is configured was earned. It is shown, and decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from pytest_readiness.model.policy import Level
from pytest_readiness.model.scorecard import CategoryScore, GateOutcome, GateResult, Score

_HALF = frozenset({GateOutcome.INCONCLUSIVE, GateOutcome.WAIVED})


def score(results: Sequence[GateResult]) -> Score | None:
    """Weighted, over all that is configured; None where no gate has a weight.

    A gate without a weight of its own weighs 1. Only what is not applicable leaves the
    denominator: what could not be measured stays in it and earns nothing.
    """
    if all(result.gate.weight is None for result in results):
        return None
    counted = [result for result in results if result.outcome is not GateOutcome.NOT_APPLICABLE]
    categories = dict.fromkeys(_category(result) for result in counted)
    scores = tuple(
        _of_category(category, (one for one in counted if _category(one) == category))
        for category in categories
    )
    possible = sum((one.possible for one in scores), Fraction(0))
    if not possible:
        return None
    return Score(
        earned=sum((one.earned for one in scores), Fraction(0)),
        possible=possible,
        categories=tuple(one for one in scores if one.possible),
    )


def earned(result: GateResult) -> Fraction:
    """The share of its weight that a gate earns."""
    if result.outcome is GateOutcome.PASSED:
        return Fraction(1)
    lenient = result.outcome is GateOutcome.FAILED and result.gate.level is not Level.BLOCK
    return Fraction(1, 2) if lenient or result.outcome in _HALF else Fraction(0)


def _of_category(category: str, results: Iterable[GateResult]) -> CategoryScore:
    total = Fraction(0)
    possible = Fraction(0)
    for result in results:
        weight = 1 if result.gate.weight is None else result.gate.weight
        possible += weight
        total += weight * earned(result)
    return CategoryScore(category=category, earned=total, possible=possible)


def _category(result: GateResult) -> str:
    if result.metric is None:
        return result.gate.metric.partition(".")[0]
    return result.metric.category
