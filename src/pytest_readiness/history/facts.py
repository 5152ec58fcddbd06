"""Records and values as JSON values and back, as they stand in tables and in exports."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from pytest_readiness.history.columns import ColumnError
from pytest_readiness.model.codec import CodecError, decode, encode
from pytest_readiness.model.evidence import Record
from pytest_readiness.model.measurement import Number


def record_json(record: Record) -> list[Any]:
    """``[run, process, kind, subject, attempt, data]``."""
    run, process, subject, attempt, data = record
    return [run, process, data.kind, subject, attempt, encode(data)]


def record_from(value: Any) -> Record:
    """Raises :class:`ColumnError`."""
    try:
        run, process, kind, subject, attempt, data = value
        for text in (run, process, kind, subject):
            if type(text) is not str:
                raise ColumnError(f"a record's {ascii(text)[:40]} is not a text")
        if type(attempt) is not int or attempt < 0:
            raise ColumnError(f"a record's attempt {ascii(attempt)[:40]} is not a count")
        return Record(run, process, subject, attempt, decode(kind, data))
    except (CodecError, TypeError, ValueError) as error:
        raise ColumnError(f"a kept record is damaged: {error}") from None


def number_json(value: Number) -> int | float | str:
    """Exact: a fraction is ``"1482/1586"``, reduced."""
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    return value


def number_from(value: Any) -> Number:
    """Raises :class:`ColumnError`."""
    if type(value) is int or (type(value) is float and math.isfinite(value)):
        return value
    if type(value) is str:
        part, _, total = value.partition("/")
        try:
            return Fraction(int(part), int(total))
        except (ValueError, ZeroDivisionError):
            pass
    raise ColumnError(f"{ascii(value)[:40]} is no number")


def texts_from(value: Any) -> tuple[str, ...]:
    """A list of texts. Raises :class:`ColumnError`."""
    if type(value) is list and all(type(text) is str for text in value):
        return tuple(value)
    raise ColumnError(f"{ascii(value)[:40]} is not a list of texts")


def mapping_from(value: Any) -> Mapping[str, Any]:
    """An object. Raises :class:`ColumnError`."""
    if type(value) is dict:
        return value
    raise ColumnError(f"{ascii(value)[:40]} is not an object")
