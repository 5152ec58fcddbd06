"""Values over the runs of the base branch: a line of bars each, or a table of one metric."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_readiness.model.chronicle import Trend
from pytest_readiness.model.measurement import Number
from pytest_readiness.model.metric import Direction
from pytest_readiness.render import figures
from pytest_readiness.render import history_words as words
from pytest_readiness.render.grid import Cell, Column, grid
from pytest_readiness.render.line import Line, Writer
from pytest_readiness.render.sparkline import sparkline

_SUMMARY = (
    Column("metric", elastic=True, least=24),
    Column("of", elastic=True, rank=3),
    Column("environment", elastic=True, rank=5),
    Column("runs", right=True, rank=4),
    Column("first", right=True, rank=2),
    Column("latest", right=True),
    Column("oldest to newest", rank=1),
)
_VALUES = (
    Column("when (UTC)"),
    Column("run", rank=2),
    Column("commit", rank=1),
    Column("value", right=True),
)
_BARS = 24


def summary(trends: Sequence[Trend], writer: Writer) -> list[Line]:
    """A row for each metric."""
    several = len({trend.kin for trend in trends}) > 1
    return grid(_SUMMARY, [_row(trend, writer, several=several) for trend in trends], writer)


def values(trend: Trend, writer: Writer, *, most: int) -> list[Line]:
    """One metric's latest values, a row each."""
    name = f"{_name(trend)}{f' of {trend.subject}' if trend.subject else ''} ({trend.kin})"
    kept = trend.values[-most:] if most else trend.values
    rows = [
        [
            Cell(words.when(one.run)),
            Cell(words.short(one.run)),
            Cell(words.commit(one.run)),
            Cell(shown(trend, one.value)),
        ]
        for one in kept
    ]
    bars = _bars(trend, writer, len(kept))
    return [
        *writer.paragraph(name, ("bold",), indent=0, hard=False),
        *(writer.paragraph(bars, ("cyan",)) if bars.strip() else ()),
        *grid(_VALUES, rows, writer),
    ]


def shown(trend: Trend, value: Number) -> str:
    """A value with its unit, rounded towards the failing side."""
    metric = trend.metric
    rounding = figures.Rounding.UP if metric.direction is Direction.LOWER else figures.Rounding.DOWN
    return figures.number(value, metric.unit, label=metric.label, rounding=rounding)


def _row(trend: Trend, writer: Writer, *, several: bool) -> list[Cell]:
    return [
        Cell(_name(trend)),
        Cell(trend.subject),
        Cell(trend.kin if several else ""),
        Cell(figures.count(len(trend.values))),
        Cell(shown(trend, trend.values[0].value)),
        Cell(shown(trend, trend.values[-1].value)),
        Cell(_bars(trend, writer, _BARS), ("cyan",), drawn=True),
    ]


def _name(trend: Trend) -> str:
    series = trend.series
    said = series.metric
    said += f" ({series.statistic})" if series.statistic else ""
    return said + (f" of {series.component}" if series.component else "")


def _bars(trend: Trend, writer: Writer, most: int) -> str:
    return sparkline([one.value for one in trend.values], unicode=writer.unicode, most=most)
