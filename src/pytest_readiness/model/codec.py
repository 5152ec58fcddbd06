"""Evidence as JSON values and back, driven by the types themselves.

Fields at their default are left out. Reading trusts nothing: every value is checked against the
field's type, so a damaged or hostile file is an error with a place in it, never a wrong number.
"""

from __future__ import annotations

import dataclasses
import enum
import functools
import math
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any, cast

from pytest_readiness.model import lines
from pytest_readiness.model.evidence import Data
from pytest_readiness.model.value import REQUIRED, fields

KINDS: Mapping[str, type[Data]] = {cls.kind: cls for cls in typing.get_args(Data)}

Json = Any
Convert = Callable[[Any], Any]


class CodecError(ValueError):
    """A JSON value that is not what its field holds; the text says which and why."""


def encode(data: Data) -> dict[str, Json]:
    """The fields of a record's data as JSON values."""
    return cast("dict[str, Json]", _codec(cast("Any", type(data)))[0](data))


def decode(kind: str, value: Json) -> Data:
    """Make a record's data again. Raises :class:`CodecError`."""
    if kind not in KINDS:
        raise CodecError(f"unknown kind {kind!r}, known are {', '.join(sorted(KINDS))}")
    return cast("Data", _codec(cast("Any", KINDS[kind]))[1](value))


def write(hint: Any, value: Any) -> Json:
    """A value of any type that fields of records may have, or of a dataclass of such, as JSON."""
    return _codec(hint)[0](value)


def read(hint: Any, value: Json) -> Any:
    """Make a value of that type again. Raises :class:`CodecError`."""
    return _codec(hint)[1](value)


@functools.cache
def _codec(hint: Any) -> tuple[Convert, Convert]:
    """Encoder and decoder of a type."""
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return _union(typing.get_args(hint))
    if origin is tuple:
        return _tuple(typing.get_args(hint))
    if hint is lines.Lines:
        return lines.to_text, _lines
    if dataclasses.is_dataclass(hint) or hasattr(hint, "_fields"):
        return _record(cast("type", hint))
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return (lambda member: member.value), functools.partial(_enum, hint)
    return (lambda value: value), functools.partial(_scalar, hint)


def _scalar(hint: type, value: Json) -> Json:
    if hint is float and type(value) in (int, float):
        number = float(value)
        if math.isfinite(number):
            return number
    elif type(value) is hint:
        return value
    raise CodecError(f"{_shown(value)} is not {hint.__name__}")


def _lines(value: Json) -> lines.Lines:
    try:
        return lines.from_text(_scalar(str, value))
    except ValueError as error:
        raise CodecError(f"{_shown(value)} is not a set of lines") from error


def _enum(hint: type[enum.Enum], value: Json) -> enum.Enum:
    try:
        return hint(value)
    except ValueError:
        allowed = ", ".join(repr(member.value) for member in hint)
        raise CodecError(f"{_shown(value)} is none of {allowed}") from None


def _union(options: tuple[Any, ...]) -> tuple[Convert, Convert]:
    """``X | None`` and ``int | float``: JSON tells them apart."""
    rest = tuple(option for option in options if option is not types.NoneType)
    if set(rest) == {int, float}:

        def number(value: Json) -> Json:
            return value if type(value) is int else _scalar(float, value)

        return (lambda value: value), number
    (inner,) = rest
    write, read = _codec(inner)

    def write_optional(value: Any) -> Json:
        return None if value is None else write(value)

    def read_optional(value: Json) -> Any:
        return None if value is None else read(value)

    return write_optional, read_optional


def _tuple(items: tuple[Any, ...]) -> tuple[Convert, Convert]:
    if items[-1] is Ellipsis:
        write, read = _codec(items[0])

        def write_all(values: tuple[Any, ...]) -> Json:
            return [write(value) for value in values]

        def read_all(values: Json) -> tuple[Any, ...]:
            return tuple(read(value) for value in _scalar(list, values))

        return write_all, read_all
    codecs = tuple(_codec(item) for item in items)

    def write_each(values: tuple[Any, ...]) -> Json:
        return [write(value) for (write, _), value in zip(codecs, values, strict=True)]

    def read_each(values: Json) -> tuple[Any, ...]:
        if len(_scalar(list, values)) != len(codecs):
            raise CodecError(f"{len(values)} values instead of {len(codecs)}")
        return tuple(read(value) for (_, read), value in zip(codecs, values, strict=True))

    return write_each, read_each


def _record(cls: type) -> tuple[Convert, Convert]:
    hints = typing.get_type_hints(cls)
    codecs = {name: _codec(hints[name]) for name, _ in fields(cls)}
    writers = tuple((name, default, codecs[name][0]) for name, default in fields(cls))
    required = frozenset(name for name, default in fields(cls) if default is REQUIRED)

    def write(instance: Any) -> Json:
        values = ((name, getattr(instance, name), default, w) for name, default, w in writers)
        return {name: w(value) for name, value, default, w in values if value != default}

    def read(values: Json) -> Any:
        _scalar(dict, values)
        if missing := required - values.keys():
            raise CodecError(f"{cls.__name__} has no {', '.join(sorted(missing))}")
        made = {}
        for name, value in values.items():
            if name not in codecs:
                raise CodecError(f"{cls.__name__} has no field {_shown(name)}")
            try:
                made[name] = codecs[name][1](value)
            except CodecError as error:
                raise CodecError(f"{name}: {error}") from None
        return cls(**made)

    return write, read


def _shown(value: Json) -> str:
    text = ascii(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
