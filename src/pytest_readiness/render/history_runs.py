"""The runs of a history as a table."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_readiness.model.history import PastRun
from pytest_readiness.render import figures
from pytest_readiness.render import history_words as words
from pytest_readiness.render.grid import Cell, Column, grid
from pytest_readiness.render.line import Line, Writer

_COLUMNS = (
    Column("when (UTC)"),
    Column("run", rank=3),
    Column("branch", rank=5, elastic=True),
    Column("commit", rank=4),
    Column("environment", rank=7, elastic=True, least=18),
    Column("selection", rank=8, elastic=True),
    Column("tests", right=True, rank=1),
    Column("failed", right=True, rank=2),
    Column("took", right=True, rank=9),
    Column("verdict"),
    Column("base", rank=6),
)


def runs(given: Sequence[PastRun], where: str, writer: Writer) -> list[Line]:
    """What is kept at ``where``: the runs given, oldest first."""
    if not given:
        return writer.paragraph(f"no run is kept in {where} yet")
    said = f"{figures.count(len(given))} {figures.noun('runs', len(given))} of {where}"
    return [
        *writer.paragraph(said, ("light",), hard=False),
        *grid(_COLUMNS, [_row(run) for run in given], writer),
    ]


def _row(run: PastRun) -> list[Cell]:
    failed = Cell(figures.count(run.failed), ("red",) if run.failed else ())
    return [
        Cell(words.when(run)),
        Cell(words.short(run)),
        Cell(run.branch),
        Cell(words.commit(run)),
        Cell(words.environment(run)),
        Cell(", ".join(run.selection)),
        Cell(figures.count(run.ran)),
        failed,
        Cell(words.seconds(run.duration)),
        words.verdict(run),
        Cell(words.base(run)),
    ]
