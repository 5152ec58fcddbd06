"""Conditions of gates: ``>= 90% and >= baseline - 0.5pp`` as a tree. The parser is ``config.grammar``."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from fractions import Fraction


class Operator(enum.Enum):
    AT_LEAST = ">="
    AT_MOST = "<="
    ABOVE = ">"
    BELOW = "<"
    EQUAL = "=="


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The baseline, shifted: ``- 0.5pp`` is ABSOLUTE -1/200 in PERCENT, ``+ 10%`` is RELATIVE 1/10."""

    offset: Fraction = Fraction(0)
    shift: Shift = Shift.ABSOLUTE
    dimension: Dimension = Dimension.BARE
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
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
