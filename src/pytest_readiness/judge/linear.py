"""Whether anything satisfies linear inequalities of a few unknowns: exact, by elimination."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from pytest_readiness.model.value import NamedTuple


class Inequality(NamedTuple):
    """``factors . unknowns + constant >= 0``, or ``> 0``."""

    factors: tuple[Fraction, ...]
    constant: Fraction
    strict: bool = False

    def negated(self) -> Inequality:
        return Inequality(tuple(-one for one in self.factors), -self.constant, not self.strict)


def satisfiable(inequalities: Iterable[Inequality]) -> bool:
    """Whether some rational numbers keep them all (Fourier and Motzkin's elimination).

    The number of inequalities can square with every unknown: meant for two or three of them.
    """
    left = list(dict.fromkeys(inequalities))
    unknowns = len(left[0].factors) if left else 0
    for place in range(unknowns):
        left = _without(left, place)
    return all(one.constant > 0 or (one.constant == 0 and not one.strict) for one in left)


def _without(inequalities: Sequence[Inequality], place: int) -> list[Inequality]:
    """What they say of the other unknowns."""
    found = [one for one in inequalities if not one.factors[place]]
    lower = [one for one in inequalities if one.factors[place] > 0]
    upper = [one for one in inequalities if one.factors[place] < 0]
    for low in lower:
        for high in upper:
            first, second = -high.factors[place], low.factors[place]
            factors = tuple(
                a * first + b * second for a, b in zip(low.factors, high.factors, strict=True)
            )
            constant = low.constant * first + high.constant * second
            found.append(Inequality(factors, constant, low.strict or high.strict))
    return list(dict.fromkeys(found))
