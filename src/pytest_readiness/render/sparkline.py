"""A row of figures as a line of bars, one character a figure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

_BARS = "▁▂▃▄▅▆▇█"
_ASCII = "_.-~+=*#"
"""Eight characters of rising weight."""


def sparkline(
    values: Sequence[int | float | Fraction | None], *, unicode: bool, most: int = 40
) -> str:
    """The latest ``most`` figures; a blank where there is none. Equal ones stand in the middle."""
    bars = _BARS if unicode else _ASCII
    shown = [_finite(value) for value in values[-most:]]
    known = [value for value in shown if value is not None]
    if not known:
        return ""
    low, span = min(known), max(known) - min(known)
    if not math.isfinite(span):
        return ""
    return "".join(
        " " if value is None else bars[_level(value - low, span, len(bars))] for value in shown
    )


def _finite(value: int | float | Fraction | None) -> float | None:
    try:
        return None if value is None or not math.isfinite(float(value)) else float(value)
    except OverflowError:
        return None


def _level(above: float, span: float, levels: int) -> int:
    if span <= 0:
        return (levels - 1) // 2
    return min(int(above / span * levels), levels - 1)
