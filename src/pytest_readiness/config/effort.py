"""Effort as people write it: ``S``, ``4h``, ``4-6h``, ``1-2d``."""

from __future__ import annotations

import re
from fractions import Fraction

from pytest_readiness.config.names import quote
from pytest_readiness.config.table import Table, kind
from pytest_readiness.model.pattern import pattern
from pytest_readiness.model.requirement import Effort

SIZES = ("S", "M", "L")
"""Whose hours are configured under ``score.hours``."""
HOURS_A_DAY = 8
_SPAN = pattern(
    r"(\d{1,6}(?:\.\d{1,3})?)(?:\s*[-\u2013]\s*(\d{1,6}(?:\.\d{1,3})?))?\s*([hd])", re.ASCII
)
"""ASCII digits only: others are digits to Python and a riddle to readers."""
_FORMS = ("S", "M", "L", "4h", "4-6h", "2d", "1-2d")


def read_effort(table: Table, key: str = "effort") -> Effort | None:
    """None where the key is absent or wrong."""
    if key not in table.data:
        return None
    value = table.data[key]
    if not isinstance(value, str):
        table.problem(
            key,
            f"{kind(value)} stands where an effort is needed",
            allowed=_FORMS,
            remedy="write it in quotes, with its unit; a day is 8 hours",
        )
        return None
    text = value.strip()
    if text in SIZES:
        return Effort(text=text)
    found = _SPAN.fullmatch(text)
    if found is None:
        near = text.upper() if text.upper() in SIZES else ""
        table.problem(
            key,
            f"{quote(value)} is no effort",
            allowed=_FORMS,
            nearest=near,
            remedy="" if near else "a size, or hours or days; a day is 8 hours",
        )
        return None
    unit = HOURS_A_DAY if found[3] == "d" else 1
    low = Fraction(found[1]) * unit
    high = low if found[2] is None else Fraction(found[2]) * unit
    if high < low or not high:
        why = "nothing" if not high else "more at least than at most"
        table.problem(key, f"{quote(value)} is {why}", remedy="for example 4-6h")
        return None
    return Effort(text=text, low=low, high=high)
