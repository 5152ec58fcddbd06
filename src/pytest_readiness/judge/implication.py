"""Whether all that keeps one condition keeps another: exact, over every value and every baseline.

A comparison is linear in three unknowns: the value, its baseline, and what a count is a share of.
One condition implies another if nothing keeps the first and breaks the second.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from fractions import Fraction

from pytest_readiness.judge.linear import Inequality, satisfiable
from pytest_readiness.model.condition import (
    Condition,
    Dimension,
    Literal,
    Operator,
    Shift,
    Term,
)
from pytest_readiness.model.metric import Metric, Unit

_MOST = 4096
"""Ways to break a condition that are tried before the answer is no."""
_ZERO, _ONE = Fraction(0), Fraction(1)
_VALUE = (_ONE, _ZERO, _ZERO)
_BASELINE = (_ZERO, _ONE, _ZERO)
_TOTAL = (_ZERO, _ZERO, _ONE)

Alternatives = tuple[tuple[Term, ...], ...]


def implies(
    first: Condition, second: Condition, metric: Metric | None, *, blind: bool = False
) -> bool:
    """Whether *second* holds wherever *first* does, and is not broken for certain where *first* is
    in doubt. Never yes wrongly.

    :param metric: None where nothing is known of it.
    :param blind: also whether *second* is no more in doubt than *first* where there is no baseline.
    """
    one, other = first.alternatives, second.alternatives
    if one == other:
        return True
    if metric is None and not _alike((*first.terms, *second.terms)):
        return False
    pairs = [(one, other)]
    if not all(_known(term, metric) for term in (*first.terms, *second.terms)):
        # without a baseline some comparisons are unknown
        pairs.append((_possible(one, metric), _possible(other, metric)))
        if blind:
            pairs.append((_certain(one, metric), _certain(other, metric)))
    signs = (1,) if metric is not None and metric.bounded else (1, -1)
    return all(_covers(*pair, metric, sign) for pair in pairs for sign in signs)


def _known(term: Term, metric: Metric | None) -> bool:
    """Whether its limit is a number, whatever the run."""
    return isinstance(term.limit, Literal) and not _is_share(term.limit, metric)


def _is_share(limit: Literal, metric: Metric | None) -> bool:
    return metric is not None and limit.is_share(metric)


def _alike(terms: Sequence[Term]) -> bool:
    """Whether the numbers of a metric that is not known are written in one unit."""
    kinds = {(term.limit.dimension, term.limit.label) for term in terms}
    kinds.discard((Dimension.BARE, ""))
    return len(kinds) <= 1 and Dimension.PERCENT not in {dimension for dimension, _ in kinds}


def _certain(alternatives: Alternatives, metric: Metric | None) -> Alternatives:
    return tuple(all_of for all_of in alternatives if all(_known(term, metric) for term in all_of))


def _possible(alternatives: Alternatives, metric: Metric | None) -> Alternatives:
    return tuple(tuple(term for term in all_of if _known(term, metric)) for all_of in alternatives)


def _covers(one: Alternatives, other: Alternatives, metric: Metric | None, sign: int) -> bool:
    """Whether nothing keeps an alternative of *one* and breaks every one of *other*.

    ``sign`` is that of the baseline, a share of which is a share of its size.
    """
    if math.prod(2 * len(all_of) for all_of in other) * len(one) > _MOST:
        return False
    domain = list(_domain(metric, sign))
    for all_of in one:
        kept = [part for term in all_of for part in _kept(term, metric, sign)]
        for broken in itertools.product(*(_breaks(every, metric, sign) for every in other)):
            if satisfiable(_whole(part, metric) for part in (*domain, *kept, *broken)):
                return False
    return True


def _breaks(all_of: Sequence[Term], metric: Metric | None, sign: int) -> list[Inequality]:
    return [part.negated() for term in all_of for part in _kept(term, metric, sign)]


def _kept(term: Term, metric: Metric | None, sign: int) -> Iterator[Inequality]:
    """What keeps the term: one inequality, or two for an equality."""
    limit = term.limit
    if isinstance(limit, Literal):
        share = _is_share(limit, metric)
        factors = (_ONE, _ZERO, -limit.value) if share else _VALUE
        constant = _ZERO if share else -limit.value
    elif limit.shift is Shift.RELATIVE:
        factors, constant = (_ONE, -(1 + sign * limit.offset), _ZERO), _ZERO
    else:
        factors, constant = (_ONE, -_ONE, _ZERO), -limit.offset
    above = Inequality(factors, constant, term.operator is Operator.ABOVE)
    if term.operator is not Operator.AT_MOST and term.operator is not Operator.BELOW:
        yield above
    if term.operator in (Operator.AT_MOST, Operator.BELOW, Operator.EQUAL):
        turned = tuple(-one for one in factors)
        yield Inequality(turned, -constant, term.operator is Operator.BELOW)


def _domain(metric: Metric | None, sign: int) -> Iterator[Inequality]:
    """What holds of every value, baseline and total."""
    yield Inequality(tuple(sign * one for one in _BASELINE), _ZERO)
    if metric is None or not metric.bounded:
        return
    yield Inequality(_VALUE, _ZERO)
    if metric.unit is Unit.RATIO:
        yield Inequality((-_ONE, _ZERO, _ZERO), _ONE)
        yield Inequality((_ZERO, -_ONE, _ZERO), _ONE)
    if metric.unit is Unit.COUNT and metric.of:
        yield Inequality(_TOTAL, -_ONE)
        yield Inequality((-_ONE, _ZERO, _ONE), _ZERO)


def _whole(inequality: Inequality, metric: Metric | None) -> Inequality:
    """Of a count, which is an integer: ``> 3`` is ``>= 4``."""
    (value, baseline, total), constant, strict = inequality
    if metric is None or metric.unit is not Unit.COUNT or baseline or total or abs(value) != 1:
        return inequality
    edge = Fraction(math.floor(constant))
    return Inequality(inequality.factors, edge - 1 if strict and edge == constant else edge)
