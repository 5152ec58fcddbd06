"""Expressions of users: the same hits in a process of their own as here, and an end in any case."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_readiness.collect import matcher, matching
from pytest_readiness.collect.looks import look_facts
from pytest_readiness.collect.matching import MatchError, Matching
from pytest_readiness.collect.tools.formats import UnreadableError
from pytest_readiness.model.evidence import Gap, Look, Reason
from pytest_readiness.model.requirement import LookFor
from tool_outputs import places, read_as

ENDLESS = r"(a+)+$"
LONG = "a" * 50 + "!"
"""What it takes years to find nothing in."""
SQUARE = r"\s+x"
"""The square of the length, within one step of the engine: no signal ends it."""


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "LIMIT", 0.4)


def first(expression: str, texts: list[str], flags: int = 0) -> Any:
    with Matching(expression, flags) as found:
        return found.first(texts)


@pytest.mark.parametrize(
    ("expression", "flags"),
    [
        (r"b+", 0),
        (r"(?i)B+", 0),
        (r"^(x)?(?P<word>\w+)$", re.MULTILINE),
        (r"(?a)\w+", 0),
        (r".+", re.DOTALL),
        (r"z*", 0),
    ],
)
def test_a_process_finds_the_same(expression: str, flags: int) -> None:
    texts = ["", "abba", "ab\nBB\n", "é\udc80 \x00é", "x" * 70_000]
    expected = matcher.hits(re.compile(expression, flags), texts)
    assert first(expression, texts, flags) == expected
    assert any(expected)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(st.text(), max_size=4), min_size=1, max_size=4))
def test_of_whatever_texts_one_after_the_other(asked: list[list[str]]) -> None:
    regex = re.compile(r"(\w)(\s+)?")
    with Matching(regex.pattern) as found:
        for texts in asked:
            assert found.first(texts) == matcher.hits(regex, texts)


def test_no_process_for_what_repeats_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(subprocess, "Popen", refused)
    assert first("^TODO|FIXME", ["", "a TODO FIXME"]) == [None, (7, ("FIXME",))]
    for expression in ("a+", "a*", "a{3,}", "a?" * 9, "(a|a)" * 9, "x+" * 2):
        with pytest.raises(MatchError, match="could not be tried: no more processes"):
            first(expression, ["aaa"])


@pytest.mark.parametrize(
    ("expression", "text"),
    [(ENDLESS, LONG), (SQUARE, " " * 3_000_000)],
    ids=["exponential", "square"],
)
def test_it_ends(expression: str, text: str, brief: None) -> None:
    began = time.monotonic()
    with (
        Matching(expression) as found,
        pytest.raises(MatchError, match=r"took longer than 0\.4 s, and was ended"),
    ):
        found.first(["b", text])
    assert time.monotonic() - began < 20


def test_one_that_dies_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text("raise SystemExit")
    monkeypatch.setattr(matcher, "__file__", str(program))
    with pytest.raises(MatchError, match="could not be tried"):
        first("a+", ["a" * 1_000_000])


@pytest.mark.skipif(sys.platform == "win32", reason="no alarm there")
def test_it_ends_by_itself_when_nobody_is_left() -> None:
    """As after ``kill -9``: its input is closed while it is at it."""
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", str(Path(matcher.__file__))],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    assert process.stdin is not None
    asked = json.dumps([ENDLESS, 0, 1]) + "\n" + json.dumps([LONG]) + "\n"
    process.stdin.write(asked.encode())
    process.stdin.close()
    assert process.wait(20) < 0


def test_a_look_that_takes_too_long_is_not_verified(brief: None, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(LONG)
    for what in ("text", "no-text"):
        wanted = LookFor(what=what, path="a.txt", text=ENDLESS, regex=True)
        (fact,) = look_facts(tmp_path, [wanted])
        assert isinstance(fact.data, Gap)
        assert fact.data.reason is Reason.NO_DATA
        assert fact.data.message == (
            "looking for '(a+)+$' in a.txt took longer than 0.4 s, and was ended"
        )
        (fact,) = look_facts(tmp_path, [LookFor(what=what, path="a.txt", text="a+!", regex=True)])
        assert isinstance(fact.data, Look)
        assert fact.data.holds is (what == "text")


def test_a_tool_whose_expression_takes_too_long_is_not_measured(
    brief: None, tmp_path: Path
) -> None:
    said = r"took longer than 0\.4 s, and was ended"
    with pytest.raises(UnreadableError, match=f"`pattern` {said}"):
        read_as("lines", f"fine\n{LONG}\n", tmp_path, pattern=ENDLESS)
    with pytest.raises(UnreadableError, match=f"`figure` {said}"):
        read_as("figure", LONG, tmp_path, figure=ENDLESS)
    with pytest.raises(UnreadableError, match=f"`total` {said}"):
        read_as("figure", f"7 {LONG}", tmp_path, figure=r"^(\d+)", total=ENDLESS)


def test_a_line_that_points_has_the_message_of_the_one_above(tmp_path: Path) -> None:
    """As ruff, rustc and others tell of a place."""
    (tmp_path / "a.py").write_text("x = {  'a':1 }\n")
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--no-cache", "--check", "."]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).stdout
    from pytest_readiness.config.known_tools import KNOWN

    fields = {key: KNOWN["ruff-format"][key] for key in ("pattern", "level")}
    ((level, _, path, _, message),) = places(read_as("lines", said, tmp_path, **fields))
    assert (level, path) == ("warning", "a.py")
    assert "reformat" in message
    assert "-->" not in message
    pointed = "error[E1]: no such name\n  --> src/b.rs:3:7\n   |\n3 | x\n\n --> src/c.rs:1\n"
    found = read_as("lines", pointed, tmp_path, pattern=r"^ +--> (?P<path>[^:]+):(?P<line>\d+)")
    assert [(path, line, message) for _, _, path, line, message in places(found)] == [
        ("src/b.rs", 3, "error[E1]: no such name"),
        ("src/c.rs", 1, "3 | x"),
    ]
