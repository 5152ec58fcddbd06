"""Units that a number in a condition may carry, and what each is in base units."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from pytest_readiness.model.condition import Dimension
from pytest_readiness.model.metric import Metric, Unit

UNITS: Mapping[str, tuple[Dimension, Fraction]] = {
    "": (Dimension.BARE, Fraction(1)),
    "%": (Dimension.PERCENT, Fraction(1, 100)),
    "ns": (Dimension.SECONDS, Fraction(1, 10**9)),
    "us": (Dimension.SECONDS, Fraction(1, 10**6)),
    "µs": (Dimension.SECONDS, Fraction(1, 10**6)),
    "ms": (Dimension.SECONDS, Fraction(1, 1000)),
    "s": (Dimension.SECONDS, Fraction(1)),
    "min": (Dimension.SECONDS, Fraction(60)),
    "h": (Dimension.SECONDS, Fraction(3600)),
    "B": (Dimension.BYTES, Fraction(1)),
    "KiB": (Dimension.BYTES, Fraction(1024)),
    "MiB": (Dimension.BYTES, Fraction(1024**2)),
    "GiB": (Dimension.BYTES, Fraction(1024**3)),
    "TiB": (Dimension.BYTES, Fraction(1024**4)),
}
POINTS = "pp"
"""Percentage points: only beside a baseline."""

MISTAKEN: Mapping[str, str] = {
    "sec": "s",
    "secs": "s",
    "second": "s",
    "seconds": "s",
    "S": "s",
    "msec": "ms",
    "MS": "ms",
    "μs": "us",
    "m": "min",
    "mins": "min",
    "minute": "min",
    "minutes": "min",
    "hr": "h",
    "hour": "h",
    "hours": "h",
    "kB": "KiB",
    "KB": "KiB",
    "k": "KiB",
    "K": "KiB",
    "MB": "MiB",
    "mb": "MiB",
    "M": "MiB",
    "GB": "GiB",
    "gb": "GiB",
    "G": "GiB",
    "kb": "KiB",
    "bytes": "B",
    "b": "B",
    "percent": "%",
    "pct": "%",
    "points": "pp",
}
"""What people write, and the unit that they mean."""

_DECIMAL = ("kB", "MB", "GB")
"""A figure may be recorded in these; a limit may not: too many mean KiB, MiB and GiB by them."""
_NAMES = {
    Unit.RATIO: ("%",),
    Unit.SECONDS: ("ns", "us", "ms", "s", "min", "h"),
    Unit.BYTES: ("B", "KiB", "MiB", "GiB", "TiB"),
}


def unit_names(metric: Metric | None) -> tuple[str, ...]:
    """Names of the units that suit the metric; empty for bare numbers only."""
    if metric is None:
        return tuple(name for name in UNITS if name and name != "µs")
    if metric.unit is Unit.NUMBER:
        return (metric.label,) if metric.label else ()
    if metric.unit is Unit.COUNT:
        return ("%",) if metric.of else ()
    return _NAMES[metric.unit]


def metric_unit(text: str) -> tuple[Unit, str]:
    """Unit and label of a metric whose author named its unit in words: ``s``, ``MiB``, ``req/s``."""
    if text == "count":
        return Unit.COUNT, ""
    if text in _DECIMAL:
        return Unit.BYTES, ""
    dimension, _ = UNITS.get(text, (Dimension.LABEL, Fraction(1)))
    match dimension:
        case Dimension.PERCENT:
            return Unit.RATIO, ""
        case Dimension.SECONDS:
            return Unit.SECONDS, ""
        case Dimension.BYTES:
            return Unit.BYTES, ""
    return Unit.NUMBER, text
