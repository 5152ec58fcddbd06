"""Lines of keys: by example, and against documents whose lines are known because we wrote them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_readiness.config.names import KeyPath
from pytest_readiness.config.toml import TomlError, locate, nearest_line, parse

DOCUMENT = '''\
# a comment = 1
[project]
name = "x"           # [not.a.header]
text = """
[tool.pytest-readiness.gates]
fake = 1
"""
list = [
  "a]", # ]
  """
[fake]
  """,
  "b", "c",
]

[tool.pytest-readiness]
fail-on = "risk"
gates."coverage.lines" = ">= 90%"
gates.coverage.patch = { require = ">= 95%", level = "risk" }
"a = b" . 'c' = [
  { x = 1 },

  { x = 2 }, { y = [1, 2] } ]

[[tool.pytest-readiness.waivers]]
gate = "one"
[[tool.pytest-readiness.waivers]]
gate = "two"
[tool.pytest-readiness.waivers.deeper]
key = 1
[[tool.pytest-readiness.waivers.list]]
k = 1
[[tool.pytest-readiness.waivers.list]]
k = { z = """
""", y = 1 }
'''

TOOL = ("tool", "pytest-readiness")


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("project",), 2),
        (("project", "name"), 3),
        (("project", "text"), 4),
        (("project", "list"), 8),
        (("project", "list", 0), 9),
        (("project", "list", 1), None),
        (("project", "list", 2), 13),
        (("project", "list", 3), 13),
        (TOOL, 16),
        ((*TOOL, "fail-on"), 17),
        ((*TOOL, "gates"), 18),
        ((*TOOL, "gates", "coverage.lines"), 18),
        ((*TOOL, "gates", "coverage"), 19),
        ((*TOOL, "gates", "coverage", "patch"), 19),
        ((*TOOL, "gates", "coverage", "patch", "level"), 19),
        ((*TOOL, "a = b", "c"), 20),
        ((*TOOL, "a = b", "c", 0, "x"), 21),
        ((*TOOL, "a = b", "c", 1, "x"), 23),
        ((*TOOL, "a = b", "c", 2, "y", 1), 23),
        ((*TOOL, "waivers", 0), 25),
        ((*TOOL, "waivers", 0, "gate"), 26),
        ((*TOOL, "waivers", 1), 27),
        ((*TOOL, "waivers", 1, "gate"), 28),
        ((*TOOL, "waivers", 1, "deeper", "key"), 30),
        ((*TOOL, "waivers", 1, "list", 0, "k"), 32),
        ((*TOOL, "waivers", 1, "list", 1, "k"), 34),
        ((*TOOL, "waivers", 1, "list", 1, "k", "y"), None),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_lines(path: KeyPath, line: int | None, newline: str) -> None:
    text = DOCUMENT.replace("\n", newline)
    parse(text)
    assert locate(text).get(path) == line


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((*TOOL, "waivers", 0, "missing"), 25),
        ((*TOOL, "waivers", 7), None),
        (("project", "list", 1), None),
        (("project", "list", 1, "deeper"), None),
        (("nowhere",), None),
        ((), None),
    ],
)
def test_a_missing_key_is_where_its_table_is(path: KeyPath, line: int | None) -> None:
    assert nearest_line(locate(DOCUMENT), path) == line


def test_what_is_not_toml_has_its_line_in_the_error() -> None:
    with pytest.raises(TomlError, match=r"^Invalid value$") as caught:
        parse("a = 1\nb = = 2\n")
    assert caught.value.line == 2


@pytest.mark.parametrize("text", ["a = " + "[" * 100_000, "a = " + "9" * 5_000])
def test_what_would_break_the_parser_is_an_error_as_any_other(text: str) -> None:
    with pytest.raises(TomlError):
        parse(text)
    assert locate(text) == {}


@pytest.mark.parametrize("text", ["", "\n\n", "a = [", 'a = """', "= 1", "[", "a = 1\n]\n"])
def test_what_is_not_toml_does_no_harm(text: str) -> None:
    assert locate(text) in ({}, {("a",): 1})


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
KEYS = TEXT
SCALARS = TEXT | st.integers(-9, 9) | st.booleans()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3), max_leaves=4)


def _quoted(text: str) -> str:
    """A basic string: JSON's escapes are TOML's, but for what JSON leaves alone."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any, spread: bool) -> list[str]:
    """A value's lines."""
    if isinstance(value, list) and spread:
        return ["[ # ]", *(line + "," for one in value for line in _value(one, False)), "]"]
    if isinstance(value, list):
        return ["[" + ", ".join(_value(one, False)[0] for one in value) + "]"]
    if isinstance(value, str) and spread:
        return ['"""', *(_quoted(line)[1:-1] for line in value.split("\n")), '"""']
    return [_quoted(value) if isinstance(value, str) else json.dumps(value)]


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[KeyPath, int]]:
    """A document, and the line of each of its keys, known because it was written that way."""
    lines: list[str] = []
    expected: dict[KeyPath, int] = {}
    for name in draw(st.lists(KEYS, unique=True, max_size=3)):
        entries = draw(st.integers(0, 2))
        for index in range(max(entries, 1)):
            lines += draw(st.lists(st.sampled_from(["", "  ", "# x = [", '# """']), max_size=2))
            lines.append(f"[[{_quoted(name)}]]" if entries else f" [ {_quoted(name)} ] # =")
            here: KeyPath = (name, index) if entries else (name,)
            expected[here] = len(lines)
            for key in draw(st.lists(KEYS, unique=True, max_size=3)):
                value, spread = draw(VALUES), draw(st.booleans())
                first, *more = _value(value, spread)
                dotted = draw(st.booleans())
                lines.append(f"{_quoted(key)}{' . x' if dotted else ''} = {first}")
                path: KeyPath = (*here, key, "x") if dotted else (*here, key)
                expected[path] = len(lines)
                if isinstance(value, list) and spread:
                    expected |= {(*path, n): len(lines) + 1 + n for n in range(len(value))}
                lines += more
    return "\n".join(lines), expected


@settings(max_examples=200, deadline=None)
@given(documents())
def test_every_line_is_the_one_it_was_written_on(written: tuple[str, dict[KeyPath, int]]) -> None:
    text, expected = written
    parse(text)
    found = locate(text)
    assert {path: found.get(path) for path in expected} == expected
