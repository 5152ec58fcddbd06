"""Figures beside each other: each component's, and those of the last comparable run."""

from __future__ import annotations

from collections.abc import Callable

from pytest_readiness.model.measurement import Measurement, NotMeasured
from pytest_readiness.model.scorecard import GateResult, Scorecard
from pytest_readiness.model.standing import Before, RuleChange
from pytest_readiness.render import figures, words
from pytest_readiness.render.grid import Cell, Column, grid
from pytest_readiness.render.line import Line, Markup, Writer
from pytest_readiness.render.report.heading import heading

_BEFORE = (
    Column("metric", elastic=True, least=20, wraps=" "),
    Column("before", right=True, elastic=True, least=16, wraps=" "),
    Column("now", right=True, elastic=True, least=16, wraps=" "),
    Column("", rank=1),
)
_RULES: tuple[tuple[str, Markup, Callable[[RuleChange], bool]], ...] = (
    ("rules fixed", ("green",), lambda one: not one.now),
    ("fewer findings", ("green",), lambda one: 0 < one.now < one.then),
    ("more findings", ("yellow",), lambda one: 0 < one.then < one.now),
    ("rules new", ("yellow",), lambda one: not one.then),
)
_TURN: dict[bool | None, tuple[str, Markup]] = {
    True: ("better", ("green",)),
    False: ("worse", ("yellow",)),
    None: ("", ()),
}


def components(scorecard: Scorecard, writer: Writer) -> list[Line]:
    """A row a component, a column a gate that was measured for each of them."""
    told: dict[str, GateResult] = {}
    for result in scorecard.results:
        if result.breakdown and result.metric is not None:
            told.setdefault(words.title(result), result)
    names = dict.fromkeys(
        reading.subject.component for result in told.values() for reading in result.breakdown
    )
    if not told:
        return []
    most = max(writer.width // 3, 12)
    columns = [
        Column("component", elastic=True, wraps=" "),
        *(
            Column(
                writer.elide(writer.prose(title), most),
                right=True,
                rank=index,
                elastic=True,
                least=most,
            )
            for index, title in enumerate(told)
        ),
    ]
    rows = [[Cell(name), *(_of(result, name) for result in told.values())] for name in names]
    return [*heading("By component", writer), *grid(columns, rows, writer, indent=3)]


def before(scorecard: Scorecard, writer: Writer) -> list[Line]:
    """What was, what is, and whether that is better."""
    summary = scorecard.summary
    if summary is None or not (summary.before or summary.before_rules):
        return []
    lines = heading("Before and after", writer, summary.before_run)
    if summary.before:
        lines += grid(_BEFORE, [_row(one) for one in summary.before], writer, indent=3)
    for word, markup, holds in _RULES:
        told = [one for one in summary.before_rules if holds(one)]
        if told:
            said = ", ".join(_rule(one) for one in told)
            lines += writer.paragraph(said, markup, first=f"{word}: ", indent=3)
    return lines


def _rule(one: RuleChange) -> str:
    """``ruff I001 (3)`` where there are none now, or were none then; else ``ruff I001 from 3 to 1``."""
    then, now = figures.count(one.then), figures.count(one.now)
    if one.then and one.now:
        return f"{one.tool} {one.rule} from {then} to {now}"
    return f"{one.tool} {one.rule} ({then if one.then else now})"


def _of(result: GateResult, name: str) -> Cell:
    for reading in result.breakdown:
        if reading.subject.component == name and result.metric is not None:
            if isinstance(reading, Measurement):
                shown = figures.measurement(reading, result.metric, result.gate.condition)
                return Cell(shown)
            return Cell("not measured" if isinstance(reading, NotMeasured) else "n/a")
    return Cell("")


def _title(one: Before) -> str:
    """The metric, and the gate's name where it has one of its own."""
    if not one.gate or one.gate.partition("#")[0] == one.metric.name:
        return one.metric.title
    return f"{one.metric.title} ({one.gate})"


def _row(one: Before) -> list[Cell]:
    word, markup = _TURN[one.better]
    return [
        Cell(_title(one)),
        Cell(figures.measurement(one.then, one.metric)),
        Cell(figures.measurement(one.now, one.metric)),
        Cell(word, markup),
    ]
