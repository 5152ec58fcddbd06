"""The hotfixes of a history as a table."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from pytest_readiness.model.evidence import Decision
from pytest_readiness.render import figures
from pytest_readiness.render.grid import Cell, Column, grid
from pytest_readiness.render.line import Line, Writer

_COLUMNS = (
    Column("when (UTC)"),
    Column("gate"),
    Column("had", rank=2, elastic=True),
    Column("owner", rank=1),
    Column("until"),
    Column("reason", rank=3, elastic=True, least=18),
)


def decisions(
    given: Sequence[tuple[str, str, Decision]],
    where: str,
    writer: Writer,
    *,
    today: datetime.date,
) -> list[Line]:
    """Gate, ids of the runs judged and decision, oldest first; those that have expired are grey."""
    if not given:
        return writer.paragraph(f"no hotfix is kept in {where}")
    said = f"{figures.count(len(given))} {figures.noun('hotfixes', len(given))} of {where}"
    rows = [_row(gate, decision, today) for gate, _, decision in given]
    return [*writer.paragraph(said, ("light",), hard=False), *grid(_COLUMNS, rows, writer)]


def _row(gate: str, decision: Decision, today: datetime.date) -> list[Cell]:
    over = decision.expires < today.isoformat()
    cells = (
        decision.decided[:16].replace("T", " "),
        gate,
        decision.value,
        decision.owner,
        decision.expires,
        decision.reason,
    )
    return [Cell(text, ("light",) if over else ()) for text in cells]
