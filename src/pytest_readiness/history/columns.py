"""Columns: one number for each test of a run, packed. The only place that knows how.

Times are float32 (a relative error of 6e-8, far below any clock's), indexes are unsigned integers,
both little-endian; what is absent is NaN. Columns are deflated at the fastest level: the noise in
times does not compress: of them only the upper halves are, which have the exponent.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
import zlib
from array import array
from collections.abc import Iterable, Sequence
from typing import Any

_LEVEL = 1
_MOST = 1 << 30
"""Bytes that anything packed may unpack to: more is damage, or somebody's bomb."""
_LARGEST = 3.4028234663852886e38
"""Of float32."""
_NAN = math.nan


class ColumnError(ValueError):
    """Packed data that cannot be unpacked: the text says why."""


def floats(values: Iterable[float | None]) -> bytes:
    """Seconds as float32, None as NaN."""
    return _bytes(array("f", [_NAN if value is None else value for value in values]))


def indexes(values: Iterable[int]) -> bytes:
    """Numbers below 2**32."""
    return _bytes(array("I", values))


def small(values: Iterable[int]) -> bytes:
    """Numbers below 65,536."""
    return _bytes(array("H", values))


def from_floats(data: bytes) -> array[float]:
    return _array("f", data)


def from_indexes(data: bytes) -> array[int]:
    return _array("I", data)


def from_small(data: bytes) -> array[int]:
    return _array("H", data)


def seconds(value: float) -> float | None:
    """One value of a column of times."""
    if math.isnan(value):
        return None
    return value if -_LARGEST <= value <= _LARGEST else math.copysign(_LARGEST, value)


def deflate(data: bytes) -> bytes:
    return zlib.compress(data, _LEVEL)


def inflate(data: bytes) -> bytes:
    """Raises :class:`ColumnError`."""
    content, rest = _inflated(data)
    if rest:
        raise ColumnError("something stands behind packed data")
    return content


def _inflated(data: bytes) -> tuple[bytes, bytes]:
    """What is unpacked, and what stands behind it."""
    unpacker = zlib.decompressobj()
    try:
        content = unpacker.decompress(bytes(data), _MOST)
    except zlib.error as error:
        raise ColumnError(f"packed data is damaged: {error}") from None
    if not unpacker.eof:
        raise ColumnError("packed data is cut short, or too large")
    return content, unpacker.unused_data


def deflate_times(data: bytes) -> bytes:
    """A column of float32: the upper halves deflated, the lower ones, which are noise, as they are."""
    upper, lower = data[3::4] + data[2::4], data[1::4] + data[0::4]
    if lower.count(lower[:1]) * 2 > len(lower):
        return deflate(upper + lower)
    return deflate(upper) + lower


def inflate_times(data: bytes) -> bytes:
    """Raises :class:`ColumnError`."""
    planes = b"".join(_inflated(data))
    size = len(planes) // 4
    if size * 4 != len(planes):
        raise ColumnError("a column of times is cut short")
    column = bytearray(len(planes))
    for plane in range(4):
        column[3 - plane :: 4] = planes[plane * size : (plane + 1) * size]
    return bytes(column)


def text(value: Any) -> bytes:
    """A JSON value in ASCII: no lone surrogate, and no NUL, stands in the way of any store."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False).encode("ascii")


def from_text(data: bytes) -> Any:
    """Raises :class:`ColumnError`."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ColumnError(f"kept text is no JSON: {error}") from None


def digest(data: bytes) -> str:
    """What content is known by: 128 bits of BLAKE2b, which is quick without help from the CPU."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def sketch(values: Sequence[float]) -> tuple[float, ...]:
    """Eleven quantiles, 0 % to 100 %, between neighbours by their distance; () of nothing.

    Hyndman and Fan's definition 7 (Sample Quantiles in Statistical Packages, The American
    Statistician 50, 1996), NumPy's default. The sketch of a sketch is the sketch itself.
    """
    if not values:
        return ()
    ordered = sorted(values)
    last = len(ordered) - 1
    points = []
    for tenth in range(11):
        below, rest = divmod(last * tenth, 10)
        above = min(below + 1, last)
        points.append(ordered[below] + (ordered[above] - ordered[below]) * (rest / 10))
    return tuple(points)


def _bytes(column: array[Any]) -> bytes:
    if sys.byteorder == "big":
        column.byteswap()
    return column.tobytes()


def _array(code: str, data: bytes) -> array[Any]:
    column = array(code)
    try:
        column.frombytes(data)
    except ValueError as error:
        raise ColumnError(f"a column is cut short: {error}") from None
    if sys.byteorder == "big":
        column.byteswap()
    return column
