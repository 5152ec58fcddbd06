"""One number of a tool's output, by JSON pointer (RFC 6901) or by a regular expression's first group."""

from __future__ import annotations

import math
import re
from typing import Any

from pytest_readiness.collect.tools.formats.matched import matched
from pytest_readiness.collect.tools.formats.read import Read, UnreadableError
from pytest_readiness.collect.tools.formats.source import Source, shown
from pytest_readiness.model.evidence import Figure
from pytest_readiness.model.pattern import pattern

_NUMBER = pattern(r"[+-]?(?:\d{1,3}(?:[,_ ]\d{3})+|\d+)?(?:\.\d+)?(?:[eE][+-]?\d{1,3})?\Z")
_INDEX = pattern(r"(?:0|[1-9][0-9]*)\Z")
_LONGEST = 300
"""Digits; a float has no more."""


def read(source: Source) -> Read:
    tool = source.tool
    value = number_at(source, tool.figure, "figure")
    total: int | None = None
    if tool.total:
        whole = number_at(source, tool.total, "total")
        if not isinstance(value, int) or not isinstance(whole, int):
            raise UnreadableError(f"{value} of {whole} is no ratio of two integers")
        if whole < 0 or (whole and not 0 <= value <= whole):
            raise UnreadableError(f"{value} of {whole} is no part of a whole")
        if not whole:
            raise UnreadableError(f"{value} of {whole}: there is nothing that it is a part of")
        total = whole
    unit = "" if total is not None else tool.unit
    figure = Figure(
        metric=tool.metric or "tool.figure",
        value=value,
        unit=unit,
        total=total,
    )
    return Read(figures=((tool.name, figure),))


def number_at(source: Source, place: str, key: str) -> int | float:
    """The number that a pointer or an expression names. Raises :class:`UnreadableError`."""
    if not place or place.startswith("/"):
        return _number(resolve(source.json("JSON"), place), f"what stands at {place or 'its root'}")
    (hit,) = matched(place, key, [source.text], re.MULTILINE)
    if hit is None:
        raise UnreadableError(f"nothing in it matches {place!r}: {shown(source.text)}")
    return _number(hit[1][1 if len(hit[1]) > 1 else 0], f"what {place!r} matches")


def resolve(document: Any, pointer: str) -> Any:
    """What a JSON pointer names in a document. Raises :class:`UnreadableError`."""
    found = document
    walked = ""
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        if isinstance(found, dict) and key in found:
            found = found[key]
        elif isinstance(found, list) and _INDEX.match(key) and int(key) < len(found):
            found = found[int(key)]
        else:
            raise UnreadableError(f"nothing stands at {pointer}: {_there(found, walked)}")
        walked += f"/{token}"
    return found


def _there(found: Any, walked: str) -> str:
    where = walked or "its root"
    if isinstance(found, dict):
        keys = ", ".join(list(found)[:5]) + (", ..." if len(found) > 5 else "")
        return f"{where} holds {keys or 'nothing'}"
    if isinstance(found, list):
        return f"{where} has {len(found)} items"
    return f"{where} is {shown(str(found))}"


def _number(value: Any, what: str) -> int | float:
    found: int | float | None = None
    if isinstance(value, str):
        text = value.strip().rstrip("%").rstrip()
        if any(map(str.isdecimal, text)) and len(text) < _LONGEST and _NUMBER.match(text):
            plain = text.replace(",", "").replace("_", "").replace(" ", "")
            found = float(plain) if set(plain) & set(".eE") else int(plain)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        found = value
    if found is None:
        raise UnreadableError(f"{what} is no number: {shown(str(value))}")
    if abs(found) > 10**_LONGEST or not math.isfinite(found):
        raise UnreadableError(f"{what} is no finite number")
    return found
