"""Spans of time as settings have them: ``30s``, ``5min``, ``24h``, ``7d``."""

from __future__ import annotations

import re
from decimal import Decimal

from pytest_readiness.config.table import Table, kind
from pytest_readiness.model.pattern import pattern

SECONDS = {"ms": "0.001", "s": "1", "min": "60", "h": "3600", "d": "86400"}
PATTERN = r"^\s*[0-9]+(\.[0-9]+)?\s*(ms|s|min|h|d)\s*$"
"""As the JSON schema has it."""
_SPAN = pattern(r"\s*(\d+(?:\.\d+)?)\s*(ms|s|min|h|d)\s*", re.ASCII)
_MOST = 366 * 86_400


def read_duration(table: Table, key: str, default: float) -> float:
    """Seconds, more than none and at most a year."""
    if key not in table.data:
        return default
    value = table.data[key]
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    seconds = float(Decimal(found[1]) * Decimal(SECONDS[found[2]])) if found else 0.0
    if 0 < seconds <= _MOST:
        return seconds
    table.problem(
        key,
        f"{kind(value)} is no duration"
        if found is None
        else f"{kind(value)} is {'longer than a year' if seconds else 'no time at all'}",
        allowed=[f"a number and one of {' '.join(SECONDS)}"],
        remedy=f'for example {key} = "5min"',
    )
    return default
