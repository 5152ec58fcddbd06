"""Conditions of gates: ``>= 90% and >= baseline - 0.5pp`` as a tree. The parser is ``config.grammar``.

:func:`check_condition` says whether a condition suits a metric: right units, and something can meet it.
"""

from __future__ import annotations

import enum
from fractions import Fraction

from pytest_readiness.model.bounds import (
    ANYTHING,
    NOT_NEGATIVE,
    NOT_POSITIVE,
    SHARE,
    Interval,
    Limit,
    feasible,
    feasible_share,
)
from pytest_readiness.model.metric import Metric, Unit
from pytest_readiness.model.pattern import pattern
from pytest_readiness.model.value import dataclass


class Operator(enum.Enum):
    AT_LEAST = ">="
    AT_MOST = "<="
    ABOVE = ">"
    BELOW = "<"
    EQUAL = "=="

    @property
    def signs(self) -> tuple[int, ...]:
        """What :func:`~pytest_readiness.model.number.compare` may say of a value that keeps it."""
        return _SIGNS[self]


_SIGNS = {
    Operator.AT_LEAST: (0, 1),
    Operator.AT_MOST: (0, -1),
    Operator.ABOVE: (1,),
    Operator.BELOW: (-1,),
    Operator.EQUAL: (0,),
}


class Dimension(enum.Enum):
    """What kind of quantity a number was written in."""

    BARE = ""
    PERCENT = "%"
    SECONDS = "s"
    BYTES = "B"
    LABEL = "label"
    """The own unit of a metric from outside the catalogue, see ``Literal.label``."""


class Shift(enum.Enum):
    """What is added to a baseline."""

    ABSOLUTE = "absolute"
    """In the base unit; percentage points of a ratio as 1/100 each."""
    RELATIVE = "relative"
    """A share of the baseline itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal:
    """A number in base units: ``90%`` is 9/10, ``200ms`` is 1/5, ``1KiB`` is 1024.

    Against a count, a percentage is a share of the count's denominator.
    """

    value: Fraction
    dimension: Dimension = Dimension.BARE
    label: str = ""

    def is_share(self, metric: Metric) -> bool:
        """A percentage of the metric's denominator, not a value of the metric itself."""
        return self.dimension is Dimension.PERCENT and metric.unit is Unit.COUNT


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The baseline, shifted: ``- 0.5pp`` is ABSOLUTE -1/200 in PERCENT, ``+ 10%`` is RELATIVE 1/10 in
    PERCENT, ``* 0.98`` is RELATIVE -1/50, BARE: a share of the baseline that even a ratio's may have.
    """

    offset: Fraction = Fraction(0)
    shift: Shift = Shift.ABSOLUTE
    dimension: Dimension = Dimension.BARE
    label: str = ""

    def beside(self, baseline: Fraction) -> Fraction:
        """The limit that this means where the baseline is known."""
        if self.shift is Shift.RELATIVE:
            return baseline + abs(baseline) * self.offset
        return baseline + self.offset


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One comparison of a condition."""

    operator: Operator
    limit: Literal | Baseline
    text: str
    """As the user wrote it, ``>= 90%``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A disjunction of conjunctions: ``and`` binds tighter than ``or``."""

    alternatives: tuple[tuple[Term, ...], ...]
    text: str

    @property
    def terms(self) -> tuple[Term, ...]:
        return tuple(term for all_of in self.alternatives for term in all_of)

    @property
    def relative(self) -> bool:
        """Whether it compares with a baseline."""
        return any(isinstance(term.limit, Baseline) for term in self.terms)


_OWN = {
    Unit.COUNT: Dimension.BARE,
    Unit.RATIO: Dimension.PERCENT,
    Unit.SECONDS: Dimension.SECONDS,
    Unit.BYTES: Dimension.BYTES,
}
_NUMBER = pattern(r"[0-9][0-9._]*")
_WRITE = {
    Dimension.BARE: "a number without a unit",
    Dimension.PERCENT: "a percentage, such as {n}%",
    Dimension.SECONDS: "a time, such as {n}s, {n}ms or {n}min",
    Dimension.BYTES: "a size, such as {n}MiB",
}


def check_condition(condition: Condition, metric: Metric) -> str | None:
    """What is wrong with the condition for this metric, in a sentence; None: nothing.

    Units are checked first, then whether any value (and baseline) can meet at least one alternative.
    """
    for term in condition.terms:
        if wrong := _check_unit(term, metric):
            return f"{term.text}: {wrong}"
    if any(_possible(all_of, metric) for all_of in condition.alternatives):
        return None
    if any(_possible((term,), metric) for term in condition.terms):
        return f"nothing can meet {condition.text}: its parts exclude each other"
    return f"nothing can meet {condition.text}: {_range(metric)}"


def _check_unit(term: Term, metric: Metric) -> str | None:
    limit = term.limit
    number = (_NUMBER.findall(term.text) or ["1"])[-1]
    own = _OWN.get(metric.unit, Dimension.BARE)
    if isinstance(limit, Literal):
        amount, share = limit.value, metric.unit is Unit.COUNT and metric.of != ""
    else:
        amount, share = limit.offset, False
        if limit.shift is Shift.RELATIVE:
            if limit.dimension is Dimension.PERCENT and metric.unit is Unit.RATIO:
                sign = "-" if limit.offset < 0 else "+"
                factor = float(1 + limit.offset)
                return (
                    f"{number}% of a percentage can be meant in two ways: write"
                    f" baseline {sign} {number}pp for percentage points,"
                    f" or baseline * {factor:g} for a share of the baseline"
                )
            return None
    if limit.dimension is own or (limit.dimension is Dimension.BARE and not amount):
        return None
    if limit.dimension is Dimension.LABEL and metric.unit is Unit.NUMBER:
        if limit.label == metric.label:
            return None
        write = f"a number in {metric.label}" if metric.label else "a number without a unit"
    elif limit.dimension is Dimension.PERCENT and metric.unit is Unit.COUNT:
        if share:
            return None
        write = (
            "a number, or a percentage of the baseline (without pp)"
            if isinstance(limit, Baseline)
            else "a number: it is a count of which nothing is the whole"
        )
    else:
        write = _WRITE[own].format(n=number)
        if share:
            write += f", or a percentage of {metric.of}"
    return f"the unit does not fit {metric.name}: write {write}"


def _possible(all_of: tuple[Term, ...], metric: Metric) -> bool:
    """Whether some value and some baseline meet every term."""
    if not metric.bounded and _possible_side(all_of, metric, NOT_POSITIVE, -1):
        return True
    return _possible_side(all_of, metric, _domain(metric) & NOT_NEGATIVE, 1)


def _possible_side(all_of: tuple[Term, ...], metric: Metric, baseline: Interval, sign: int) -> bool:
    """The same for baselines of one sign: a relative shift is a share of the baseline's size."""
    value, share = _domain(metric), ANYTHING
    for term in all_of:
        limit = term.limit
        if isinstance(limit, Baseline):
            relative = limit.shift is Shift.RELATIVE
            slope = 1 + sign * limit.offset if relative else Fraction(1)
            value &= _interval(term.operator, Fraction(0) if relative else limit.offset, slope)
        elif limit.dimension is Dimension.PERCENT and metric.unit is Unit.COUNT:
            share &= _interval(term.operator, limit.value)
        else:
            value &= _interval(term.operator, limit.value)
    if metric.unit is Unit.COUNT:
        value = value.whole()
    if not feasible(value, baseline):
        return False
    return share == ANYTHING or not metric.bounded or feasible_share(value, share)


def _interval(operator: Operator, offset: Fraction, slope: Fraction = Fraction(0)) -> Interval:
    limit = Limit(offset=offset, slope=slope, strict=operator in (Operator.ABOVE, Operator.BELOW))
    match operator:
        case Operator.AT_LEAST | Operator.ABOVE:
            return Interval(lower=(limit,))
        case Operator.AT_MOST | Operator.BELOW:
            return Interval(upper=(limit,))
        case Operator.EQUAL:
            return Interval(lower=(limit,), upper=(limit,))


def _domain(metric: Metric) -> Interval:
    if not metric.bounded:
        return ANYTHING
    return SHARE if metric.unit is Unit.RATIO else NOT_NEGATIVE


def _range(metric: Metric) -> str:
    if not metric.bounded:
        return "no value is like that"
    if metric.unit is Unit.RATIO:
        return f"{metric.name} lies between 0% and 100%"
    if metric.unit is Unit.COUNT:
        whole = " (and not above 100% as a share)" if metric.of else ""
        return f"{metric.name} is a whole number, never below 0{whole}"
    return f"{metric.name} is never below 0"
