"""Packing: what goes in comes out, and damage is told."""

from __future__ import annotations

import math
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_readiness.history import columns
from pytest_readiness.history.columns import ColumnError
from pytest_readiness.history.database import restored, stored

TIMES = st.lists(st.none() | st.floats(0, 1e6))
FINITE = st.floats(-1e9, 1e9, allow_subnormal=False)


@given(TIMES)
def test_times_are_float32(times: list[float | None]) -> None:
    packed = columns.deflate_times(columns.floats(times))
    unpacked = [
        columns.seconds(value) for value in columns.from_floats(columns.inflate_times(packed))
    ]
    assert unpacked == [
        None if time is None else struct.unpack("<f", struct.pack("<f", time))[0] for time in times
    ]


@given(st.binary(max_size=4000))
def test_packing_loses_nothing(data: bytes) -> None:
    assert columns.inflate(columns.deflate(data)) == data
    whole = data[: len(data) // 4 * 4]
    assert columns.inflate_times(columns.deflate_times(whole)) == whole


def test_columns_are_little_endian_on_every_machine() -> None:
    assert columns.floats([1.0, None])[:4] == b"\0\0\x80\x3f"
    assert math.isnan(struct.unpack("<2f", columns.floats([1.0, None]))[1])
    assert columns.indexes([1, 2**32 - 1]) == b"\1\0\0\0\xff\xff\xff\xff"
    assert columns.small([1, 65535]) == b"\1\0\xff\xff"


def test_what_float32_cannot_hold_is_its_largest() -> None:
    (huge,) = columns.from_floats(columns.floats([1e300]))
    assert columns.seconds(huge) == pytest.approx(3.4028235e38)


@pytest.mark.parametrize(
    ("read", "data"),
    [
        (columns.inflate, b"garbage"),
        (columns.inflate, columns.deflate(b"whole" * 99)[:-3]),
        (columns.inflate, columns.deflate(b"whole") + b"more"),
        (columns.inflate_times, zlib.compress(b"abc")),
        (columns.from_floats, b"12345"),
        (columns.from_small, b"123"),
        (columns.from_text, b"{"),
        (columns.from_text, b"[" * 100_000),
    ],
)
def test_damage_is_told(read: object, data: bytes) -> None:
    with pytest.raises(ColumnError):
        read(data)  # type: ignore[operator]


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "_MOST", 1000)
    with pytest.raises(ColumnError, match="too large"):
        columns.inflate(zlib.compress(bytes(1_000_000)))


@given(st.lists(FINITE, min_size=1, max_size=60))
def test_a_sketch_is_what_numpy_says(values: list[float]) -> None:
    numpy = pytest.importorskip("numpy")  # scipy, which the suite needs, brings it
    expected = numpy.quantile(values, [tenth / 10 for tenth in range(11)])
    assert columns.sketch(values) == pytest.approx(tuple(expected), rel=1e-9, abs=1e-9)


@given(st.lists(FINITE, max_size=60))
def test_the_sketch_of_a_sketch_is_the_sketch(values: list[float]) -> None:
    once = columns.sketch(values)
    assert columns.sketch(once) == once
    assert len(once) == (11 if values else 0)


@given(st.text(st.characters(codec=None)) | st.just("json:x") | st.just("a\0b\udc80"))
def test_any_text_can_be_stored(text: str) -> None:
    kept = stored(text)
    assert restored(kept) == text
    kept.encode("utf-8")
    assert "\0" not in kept
