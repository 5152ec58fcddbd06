"""Patterns that are compiled late do what ``re`` does."""

from __future__ import annotations

import re

import pytest

from pytest_readiness.model.pattern import pattern


def test_it_is_the_compiled_one() -> None:
    late, early = pattern(r"(a+)b", re.IGNORECASE), re.compile(r"(a+)b", re.IGNORECASE)
    assert late.sub(r"<\\1>", "xAAb ab") == early.sub(r"<\\1>", "xAAb ab")
    assert late.findall("xAAb ab") == early.findall("xAAb ab")
    assert (late.pattern, late.flags, late.groups) == (early.pattern, early.flags, early.groups)
    assert pattern(rb"a").match(b"ab")


def test_it_is_compiled_when_it_is_used() -> None:
    wrong = pattern("(")
    with pytest.raises(re.error):
        wrong.match("")
