from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_readiness.model.glob import matches

NAME = st.text(st.sampled_from("ab/.:[]-*?\n é"), max_size=12)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("src/shop/cart.py", "src/shop/cart.py"),
        ("src/**", "src/shop/cart.py"),
        ("src/**/cart.py", "src/cart.py"),
        ("src/**/cart.py", "src/a/b/cart.py"),
        ("**/cart.py", "cart.py"),
        ("**", "anything/at/all"),
        ("src/*.py", "src/a.py"),
        ("src/?.py", "src/a.py"),
        ("src/shop/", "src/shop/deep/cart.py"),
        ("tests/e2e/**", "tests/e2e/test_a.py::test_x[a/b]"),
        ("tests/test_a.py", "tests/test_a.py::TestX::test_y"),
        ("tests/*.py", "tests/test_a.py::test_x[a/b]"),
        ("tests/test_a.py::*", "tests/test_a.py::test_x[a/b::c]"),
        ("tests/test_a.py::test_x[?]", "tests/test_a.py::test_x[1]"),
        ("**::test_x[1]", "tests/test_a.py::test_x[1]"),
        ("**/test_a.py::TestX::*", "tests/test_a.py::TestX::test_y"),
        ("checkout.*", "checkout.p95"),
    ],
)
def test_matches(pattern: str, name: str) -> None:
    assert matches(pattern, name)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("src/*.py", "src/shop/cart.py"),
        ("src/?.py", "src//.py"),
        ("src/shop", "src/shop/cart.py"),
        ("src/**", "src"),
        ("src/**", "tests/src/a.py"),
        ("**/cart.py", "src/minicart.py"),
        ("tests/test_a.py", "tests/test_a.pyc"),
        ("tests/test_a.py", "tests/test_a.py\n"),
        ("tests/test_[ab].py", "tests/test_a.py"),
        ("tests/test_a.py::test_x[[]1]", "tests/test_a.py::test_x[1]"),
        ("tests/test_a.py::test_x", "tests/test_a.py::test_x[1]"),
        ("test_x", "tests/test_a.py::test_x"),
        ("a.b", "a+b"),
        ("A.py", "a.py"),
    ],
)
def test_does_not_match(pattern: str, name: str) -> None:
    assert not matches(pattern, name)


@given(NAME)
def test_a_name_without_wildcards_matches_itself(name: str) -> None:
    pattern = name.replace("*", "").replace("?", "")
    assert matches(pattern, pattern)


@given(NAME, NAME)
def test_any_text_is_a_pattern_and_two_stars_match_all(pattern: str, name: str) -> None:
    assert matches(pattern, name) in (True, False)
    assert matches("**", name)


@given(NAME.filter(lambda name: "::" not in name), NAME.filter(lambda name: "::" not in name))
def test_one_star_stays_within_a_directory(before: str, name: str) -> None:
    expected = re.fullmatch(re.escape("x") + r"[^/]*", name) is not None
    assert matches("x*", name) == expected
