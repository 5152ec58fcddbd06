"""Whether anything satisfies a set of limits: exact linear reasoning, without floats.

A limit is a line over the unknown baseline, ``slope * baseline + offset``; a plain number has slope 0.
"""

from __future__ import annotations

import math
from fractions import Fraction

from pytest_readiness.model.value import dataclass

ZERO = Fraction(0)
ONE = Fraction(1)
_ENOUGH = 10_000
"""Counts tried one by one before a pair of count and share is taken to be possible."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A value's lower or upper limit."""

    offset: Fraction
    slope: Fraction = ZERO
    strict: bool = False
    """The limit itself is excluded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Limits of one value; none on a side leaves that side open."""

    lower: tuple[Limit, ...] = ()
    upper: tuple[Limit, ...] = ()

    def __and__(self, other: Interval) -> Interval:
        return Interval(lower=self.lower + other.lower, upper=self.upper + other.upper)

    @property
    def fixed(self) -> Interval:
        """The same without what depends on the baseline."""
        return Interval(
            lower=tuple(limit for limit in self.lower if not limit.slope),
            upper=tuple(limit for limit in self.upper if not limit.slope),
        )

    def whole(self) -> Interval:
        """The same for a value that is an integer: ``> 3`` is ``>= 4``; limits with a slope are kept."""
        return Interval(
            lower=tuple(_round(limit, up=True) for limit in self.lower),
            upper=tuple(_round(limit, up=False) for limit in self.upper),
        )


ANYTHING = Interval()
NOT_NEGATIVE = Interval(lower=(Limit(offset=ZERO),))
NOT_POSITIVE = Interval(upper=(Limit(offset=ZERO),))
SHARE = Interval(lower=(Limit(offset=ZERO),), upper=(Limit(offset=ONE),))


def feasible(value: Interval, baseline: Interval = ANYTHING) -> bool:
    """Whether some baseline within its own fixed limits leaves room for a value.

    The value is eliminated (every lower limit against every upper one), which leaves fixed limits
    of the baseline. Exact over the rationals.
    """
    lower, upper = list(baseline.lower), list(baseline.upper)
    for low in value.lower:
        for high in value.upper:
            slope, offset = low.slope - high.slope, low.offset - high.offset
            strict = low.strict or high.strict
            if slope == 0:
                if offset > 0 or (strict and offset == 0):
                    return False
                continue
            limit = Limit(offset=-offset / slope, strict=strict)
            (upper if slope > 0 else lower).append(limit)
    return all(
        low.offset < high.offset
        or (low.offset == high.offset and not low.strict and not high.strict)
        for low in lower
        for high in upper
    )


def feasible_share(count: Interval, share: Interval) -> bool:
    """Whether an integer ``n >= 0`` and an integer ``total >= max(n, 1)`` exist, so that ``n`` keeps
    the fixed limits of *count*, and ``n / total`` those of *share*.

    Never says no wrongly; gives up saying no after very many counts.
    """
    count = (count & NOT_NEGATIVE).fixed.whole()
    share = (share & SHARE).fixed
    if not feasible(count) or not feasible(share):
        return False
    first = int(max(limit.offset for limit in count.lower))
    if not feasible(share & Interval(lower=(Limit(offset=ZERO, strict=True),))):
        return first == 0 and _total(0, share)
    if not count.upper:
        return True  # multiples of any positive share's numerator go up without end
    last = int(min(limit.offset for limit in count.upper))
    if last - first > _ENOUGH:
        return True
    return any(_total(number, share) for number in range(first, last + 1))


def _total(number: int, share: Interval) -> bool:
    """Whether some total makes *number* a share within limits."""
    if number == 0:
        return feasible(share & Interval(lower=(Limit(offset=ZERO),), upper=(Limit(offset=ZERO),)))
    # number / total >= low  <=>  total <= number / low, and the other way round
    lower = [
        Limit(offset=number / limit.offset, strict=limit.strict)
        for limit in share.upper
        if limit.offset
    ]
    if len(lower) < len(share.upper):
        return False  # a share of at most nothing
    upper = [
        Limit(offset=number / limit.offset, strict=limit.strict)
        for limit in share.lower
        if limit.offset > 0
    ]
    return feasible(Interval(lower=tuple(lower), upper=tuple(upper)).whole())


def _round(limit: Limit, *, up: bool) -> Limit:
    if limit.slope:
        return limit
    edge = math.ceil(limit.offset) if up else math.floor(limit.offset)
    if limit.strict and edge == limit.offset:
        edge += 1 if up else -1
    return Limit(offset=Fraction(edge))
