"""A number in the unit in which a limit was written, and back to text."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pytest_readiness.config.units import UNITS

_NUMBER = re.compile(r"[<>=]+\s*[+-]?\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?\s*(.*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Amount:
    """The unit of a limit: its text, and how much of the metric's base unit it is."""

    unit: str
    size: Fraction

    @classmethod
    def of(cls, term: str) -> Amount:
        """The unit of a term such as ``<= 250 ms``; a recorded figure's own unit counts as 1."""
        match = _NUMBER.match(term)
        unit = match[1].strip() if match else ""
        return cls(unit, UNITS[unit][1] if unit in UNITS else Fraction(1))

    def rounded(self, value: Fraction, *, up: bool) -> Fraction:
        """Two significant digits in this unit; ``up``: a lower limit, so rounded down, else up."""
        number = value / self.size
        if not number:
            return value
        step = Fraction(10) ** (math.floor(math.log10(abs(number))) - 1)
        steps = number / step
        return (math.floor(steps) if up else math.ceil(steps)) * step * self.size

    def text(self, value: Fraction) -> str:
        """The value in this unit, exact."""
        number = value / self.size
        digits = Decimal(number.numerator) / Decimal(number.denominator)
        text = format(digits, "f")
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        space = " " if self.unit and self.unit != "%" and self.unit not in UNITS else ""
        return f"{text}{space}{self.unit}"
