"""Line sets against Python's own sets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_readiness.model import lines

SETS = st.sets(st.integers(min_value=1, max_value=2_000))


@given(SETS, SETS)
def test_set_algebra(a: set[int], b: set[int]) -> None:
    one, two = lines.of(a), lines.of(b)
    assert set(lines.numbers(one | two)) == a | b
    assert set(lines.numbers(one & two)) == a & b
    assert set(lines.numbers(one & ~two)) == a - b
    assert one.bit_count() == len(a)


@given(SETS)
def test_text_is_read_back(a: set[int]) -> None:
    line_set = lines.of(a)
    assert list(lines.numbers(line_set)) == sorted(a)
    assert lines.from_text(lines.to_text(line_set)) == line_set


def test_text_is_short() -> None:
    assert lines.to_text(lines.of([1, 2, 3, 7])) == "1-3,7"
    assert lines.to_text(lines.EMPTY) == ""


@pytest.mark.parametrize("text", ["0", "-1", "3-2", "1,,2", "a", "1-", " ", "10000001", "9" * 5000])
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        lines.from_text(text)
