"""What exceptions tell."""

from __future__ import annotations

import os

import pytest

from pytest_readiness.adapter import failure


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (None, "ValueError"),
        ((os.path.join(os.sep, "p", "tests", "t.py"), 3), "ValueError at tests/t.py:3"),
        ((os.path.join(os.sep, "pp", "t.py"), 3), "ValueError at /pp/t.py:3"),
        ((os.path.join(os.sep, "p", "\udcff.py"), 3), "ValueError at \\udcff.py:3"),
    ],
)
def test_signature(place: tuple[str, int] | None, expected: str) -> None:
    assert failure.signature(ValueError("anything"), place, os.path.join(os.sep, "p")) == expected


def test_a_cycle_and_a_long_chain_end() -> None:
    one, two = ValueError(), KeyError()
    one.__cause__, two.__context__ = two, one
    assert not failure.timed_out(one)
    last = error = ValueError()
    for _ in range(10_000):
        error = ValueError()
        error.__context__ = last
        last = error
    assert not failure.timed_out(error)


def test_only_the_handler_of_pytest_timeout_counts() -> None:
    def timeout_sigalrm() -> None:
        raise AssertionError

    with pytest.raises(AssertionError) as caught:
        timeout_sigalrm()
    assert not failure.timed_out(caught.value)

    namespace = {"__name__": "pytest_timeout"}
    exec("def timeout_sigalrm(): raise AssertionError", namespace)
    with pytest.raises(AssertionError) as caught:
        namespace["timeout_sigalrm"]()  # type: ignore[operator]
    assert failure.timed_out(caught.value)
    group = ValueError()
    group.exceptions = (KeyError(), caught.value)  # type: ignore[attr-defined]
    assert failure.timed_out(group)
