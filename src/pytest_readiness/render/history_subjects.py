"""Several tests or benchmarks of a history, a row each."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_readiness.model.chronicle import BenchmarkChronicle, TestChronicle
from pytest_readiness.model.measurement import Measurement
from pytest_readiness.render import figures
from pytest_readiness.render import history_words as words
from pytest_readiness.render.grid import Cell, Column, grid
from pytest_readiness.render.line import Line, Writer
from pytest_readiness.render.sparkline import sparkline

MOST = 50
_RUNGS = ("confirmed", "observed", "suspected", "steady")
_TESTS = (
    Column("test", elastic=True, least=40),
    Column("runs", right=True, rank=2),
    Column("failed", right=True),
    Column("reruns", right=True, rank=3),
    Column("flaky", rank=1),
    Column("call", right=True, rank=4),
    Column("oldest to newest", rank=5),
)
_BENCHMARKS = (
    Column("benchmark", elastic=True, least=36),
    Column("runs", right=True, rank=2),
    Column("latest", right=True),
    Column("window", right=True, rank=1),
    Column("slower", right=True, rank=3),
    Column("oldest to newest", rank=4),
)
_BARS = 20


def tests(told: Sequence[TestChronicle], writer: Writer) -> list[Line]:
    """Those that failed most often first; at most ``MOST``."""
    ordered = sorted(told, key=lambda one: (_rung(one), -one.bad, -one.reruns, one.test))
    rows = [_test(one, writer) for one in ordered[:MOST]]
    return [*grid(_TESTS, rows, writer), *_more(len(told), writer)]


def benchmarks(told: Sequence[BenchmarkChronicle], writer: Writer) -> list[Line]:
    """In the order given; at most ``MOST``."""
    rows = [_benchmark(one, writer) for one in told[:MOST]]
    return [*grid(_BENCHMARKS, rows, writer), *_more(len(told), writer)]


def _rung(told: TestChronicle) -> int:
    return min((_RUNGS.index(one.rung) for one in told.standings), default=len(_RUNGS))


def _test(told: TestChronicle, writer: Writer) -> list[Cell]:
    rung = _rung(told)
    flaky = _RUNGS[rung] if rung < len(_RUNGS) else ""
    pace = told.paces[-1] if told.paces else None
    walls = [one.time.wall for one in pace.times] if pace else []
    bars = sparkline(walls, unicode=writer.unicode, most=_BARS)
    return [
        Cell(told.test),
        Cell(figures.count(told.runs)),
        Cell(figures.count(told.bad), ("red",) if told.bad else ()),
        Cell(figures.count(told.reruns)),
        Cell(flaky, ("yellow",) if flaky in ("confirmed", "observed") else ()),
        Cell(words.seconds(pace.wall if pace else None)),
        Cell(bars, ("cyan",), drawn=True),
    ]


def _benchmark(told: BenchmarkChronicle, writer: Writer) -> list[Cell]:
    pace = told.paces[-1] if told.paces else None
    medians = [one.benchmark.stats.get("median") for one in reversed(pace.records)] if pace else []
    slower = [
        figures.measurement(one.reading, one.metric)
        for one in told.judged
        if isinstance(one.reading, Measurement)
    ]
    bars = sparkline(medians, unicode=writer.unicode, most=_BARS)
    return [
        Cell(told.benchmark),
        Cell(figures.count(told.runs)),
        Cell(words.seconds(medians[-1] if medians else None)),
        Cell(words.seconds(pace.window if pace else None)),
        Cell(", ".join(slower)),
        Cell(bars, ("cyan",), drawn=True),
    ]


def _more(number: int, writer: Writer) -> list[Line]:
    if number <= MOST:
        return []
    return writer.paragraph(f"and {figures.count(number - MOST)} more (--json has all)", ("light",))
