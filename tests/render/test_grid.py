"""Tables in columns, and lines of bars."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_readiness.render import cells
from pytest_readiness.render.grid import Cell, Column, grid
from pytest_readiness.render.line import Writer, plain
from pytest_readiness.render.sparkline import sparkline

COLUMNS = (
    Column("when"),
    Column("branch", rank=2, elastic=True),
    Column("tests", right=True, rank=1),
    Column("verdict"),
)
ROWS = [
    [Cell("2026-11-20"), Cell("feature/a-rather-long-name"), Cell("1,482"), Cell("READY")],
    [Cell("2026-11-21"), Cell("main"), Cell("7"), Cell("NOT READY", ("red",))],
]


def shown(width: int, *, unicode: bool = True) -> list[str]:
    return [plain(line) for line in grid(COLUMNS, ROWS, Writer(width, unicode))]


def test_columns_fit_what_is_in_them() -> None:
    assert shown(80) == [
        " when        branch                      tests  verdict",
        " 2026-11-20  feature/a-rather-long-name  1,482  READY",
        " 2026-11-21  main                            7  NOT READY",
    ]


def test_an_elastic_column_gives_way_first_then_the_least_wanted_goes() -> None:
    assert "…" in shown(48)[1]
    assert "..." in shown(48, unicode=False)[1]
    assert shown(36)[0].split() == ["when", "tests", "verdict"]
    assert shown(25)[0].split() == ["when", "verdict"]


def test_a_column_without_text_is_left_out() -> None:
    columns = (Column("one"), Column("two"))
    rows = [[Cell("a"), Cell("")], [Cell("b"), Cell("")]]
    assert [plain(line) for line in grid(columns, rows, Writer(40, True))] == [" one", " a", " b"]


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (40, [" tool    findings", " bandit  critical 0, high 12, medium 0"]),
        (30, [" tool    findings", " bandit  critical 0, high 12,", "         medium 0"]),
        (
            21,
            [" tool    findings", " bandit  critical 0,", "         high 12,", "         medium 0"],
        ),
        (18, [" tool    findings", " bandit  cri…ium 0"]),
    ],
)
def test_a_cell_wraps_between_what_belongs_together(width: int, expected: list[str]) -> None:
    columns = (Column("tool"), Column("findings", elastic=True, least=4, wraps=", "))
    rows = [[Cell("bandit"), Cell("critical 0, high 12, medium 0", ("yellow",))]]
    lines = grid(columns, rows, Writer(width, True))
    assert [plain(line) for line in lines] == expected
    marked = [span.text for line in lines for span in line if span.markup == ("yellow",)]
    assert len(marked) == len(expected) - 1


@given(
    words=st.lists(st.text("abc", min_size=1, max_size=8), min_size=1), width=st.integers(12, 60)
)
def test_nothing_of_a_cell_that_wraps_is_lost(words: list[str], width: int) -> None:
    columns = (Column("", elastic=True, least=4, wraps=" "), Column("n", right=True))
    head, *lines = grid(columns, [[Cell(" ".join(words)), Cell("7")]], Writer(width, True))
    told = [plain(line).removesuffix("7").strip() for line in lines]
    assert " ".join(told) == " ".join(words)
    assert all(cells.width(plain(line)) <= width for line in (head, *lines))


def test_markup_stands_on_its_cell_only() -> None:
    line = grid(COLUMNS, ROWS, Writer(80, True))[2]
    assert [span.text for span in line if span.markup] == ["NOT READY"]


@given(
    rows=st.lists(st.lists(st.text(max_size=30), min_size=4, max_size=4), max_size=4),
    width=st.integers(40, 120),
    unicode=st.booleans(),
)
def test_anything_is_one_printable_line_a_row(
    rows: list[list[str]], width: int, unicode: bool
) -> None:
    columns = [*COLUMNS[:3], Column("verdict", elastic=True)]
    lines = grid(columns, [[Cell(text) for text in row] for row in rows], Writer(width, unicode))
    assert len(lines) == len(rows) + 1
    for line in lines:
        text = plain(line)
        assert text.isprintable()
        assert unicode or text.isascii()
        assert not text.lstrip().startswith("::")


@pytest.mark.parametrize(
    ("values", "bars", "plain_bars"),
    [
        ([], "", ""),
        ([1, 2, 3, 4, 5, 6, 7, 8], "▁▂▃▄▅▆▇█", "_.-~+=*#"),
        ([5, 5, 5], "▄▄▄", "~~~"),
        ([0, None, 1], "▁ █", "_ #"),
        ([0, math.nan, 1], "▁ █", "_ #"),
        ([None], "", ""),
        ([Fraction(1, 3), Fraction(2, 3)], "▁█", "_#"),
        ([-1e308, 1e308], "", ""),
        ([10**400, 1], " ▄", " ~"),
    ],
)
def test_sparkline(values: list[float | None], bars: str, plain_bars: str) -> None:
    assert sparkline(values, unicode=True) == bars
    assert sparkline(values, unicode=False) == plain_bars


def test_a_sparkline_shows_the_latest() -> None:
    assert sparkline(range(100), unicode=True, most=3) == "▁▅█"


@given(values=st.lists(st.none() | st.floats() | st.integers() | st.fractions(), max_size=60))
def test_a_sparkline_has_a_place_for_each(values: list[float | None]) -> None:
    line = sparkline(values, unicode=True)
    assert len(line) in (0, min(len(values), 40))
    assert cells.width(line) == len(line)


@pytest.mark.parametrize("wanted", list(itertools.product([1, 6, 20, 40], repeat=3)))
def test_elastic_columns_give_way_until_all_fit(wanted: tuple[int, ...]) -> None:
    columns = [Column("", elastic=True, least=least) for least in (20, 16, 16)]
    rows = [[Cell("x" * width) for width in wanted]]
    for line in grid(columns, rows, Writer(40, True)):
        assert cells.width(plain(line)) <= 40
