from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_readiness.render import cells, escape

RUDE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
anything = st.text(st.characters()) | st.text(
    st.sampled_from("\x1b[0m\r\n\x07\u202e\u2066\u200b\ufeff\udc80#::[ ]a中é\x9b\u2028\xad")
)


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("tests/test_a.py::test_b[1-é]", "tests/test_a.py::test_b[1-é]"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("one\ntwo\r", r"one\ntwo\r"),
        ("\u202etxt", r"\u202etxt"),
        ("\udc80", r"\udc80"),
        ("a\u200bb", r"a\u200bb"),
        ("##[error]x", r"\x23#[error]x"),
        ("a ##vso[task]b", r"a \x23#vso[task]b"),
        ("##teamcity[x]", r"\x23#teamcity[x]"),
        ("## heading", "## heading"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
    ],
)
def test_one_line_of_printable_text(raw: str, safe: str) -> None:
    assert escape.text(raw) == safe


def test_ascii_where_unicode_cannot_go() -> None:
    assert escape.text("é中", unicode=False) == r"\xe9\u4e2d"


def test_prose_keeps_sentences_together() -> None:
    assert escape.prose("  one\n\n  two\tthree \x07") == r"one two three \x07"


@pytest.mark.parametrize("raw", ["::error::x", "  ::set-output x", "\t::warning file=a::b"])
def test_no_line_begins_with_a_command(raw: str) -> None:
    assert not escape.start_of_line(raw).lstrip().startswith("::")


def test_a_test_id_is_no_command() -> None:
    assert escape.start_of_line(" tests/a.py::b") == " tests/a.py::b"


@given(anything)
def test_nothing_rude_survives(raw: str) -> None:
    for safe in (escape.text(raw), escape.prose(raw)):
        assert not RUDE & {unicodedata.category(char) for char in safe}
        assert "##[" not in safe
        safe.encode("utf-8")
    assert escape.text(raw, unicode=False).isascii()


@given(anything)
def test_well_formed_text_has_no_surrogates_and_keeps_the_rest(raw: str) -> None:
    text = escape.well_formed(raw)
    text.encode("utf-8")
    if not any("\ud800" <= char <= "\udfff" for char in raw):
        assert text == raw


printable = anything.map(escape.text)


@given(printable, st.integers(1, 60), st.booleans())
def test_elided_text_fits(text: str, room: int, unicode: bool) -> None:
    short = cells.elide(text, room, unicode=unicode)
    assert cells.width(short) <= room
    if cells.width(text) <= room:
        assert short == text


@given(printable, st.integers(2, 60))
def test_wrapped_text_fits_and_loses_only_blanks(text: str, room: int) -> None:
    lines = cells.wrap(text, room)
    assert all(cells.width(line) <= room for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_soft_wrapping_keeps_words_whole() -> None:
    assert cells.wrap("run pytest a/very/long/path.py::x now", 10, hard=False) == [
        "run pytest",
        "a/very/long/path.py::x",
        "now",
    ]


def test_a_number_stays_with_its_unit() -> None:
    assert cells.wrap("needs over 2 s", 12) == ["needs over", "2 s"]
    assert cells.wrap("at most 95 %", 10) == ["at most", "95 %"]


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("中文", 4), ("e\u0301", 1), ("", 0)])
def test_cells(text: str, width: int) -> None:
    assert cells.width(text) == width
    assert cells.width(cells.pad(text, 6)) == 6
