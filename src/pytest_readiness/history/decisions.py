"""Hotfixes that were decided while saved evidence was judged, in a table of their own."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from pytest_readiness.history.database import Database, restored, stored
from pytest_readiness.model.evidence import Decision
from pytest_readiness.model.policy import Policy
from pytest_readiness.model.value import dataclass

_COLUMNS = "runs, project, gate, reason, owner, expires, decided, value"
_KEEP = (
    f"INSERT INTO decisions ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (runs, gate, decided) DO NOTHING"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A hotfix, and what it was decided on."""

    runs: str
    """Ids of the runs whose evidence was judged, with spaces between them."""
    gate: str
    """A gate's name, or a requirement's id."""
    decision: Decision
    project: str = ""


def keep(db: Database, decided: Iterable[Decided]) -> None:
    """Within a transaction."""
    db.many(_KEEP, [tuple(map(stored, _cells(one))) for one in decided])


def _cells(one: Decided) -> tuple[str, ...]:
    made = one.decision
    return (
        *(one.runs, one.project, one.gate),
        *(made.reason, made.owner, made.expires, made.decided, made.value),
    )


def kept(db: Database) -> tuple[Decided, ...]:
    """Within a transaction."""
    found = []
    for row in db.rows(f"SELECT {_COLUMNS} FROM decisions ORDER BY decided, number"):
        runs, project, gate, reason, owner, expires, decided, value = map(restored, row)
        decision = Decision(
            reason=reason, owner=owner, expires=expires, decided=decided, value=value
        )
        found.append(Decided(runs=runs, gate=gate, decision=decision, project=project))
    return tuple(found)


def standing(
    decided: Iterable[Decided], policy: Policy, today: datetime.date, project: str = ""
) -> tuple[tuple[str, Decision], ...]:
    """Those of the policy's gates and requirements that have not expired: they are shown, and waive
    nothing.

    :param project: those of another project are left out; empty: of any.
    """
    names = {name for gate in policy.gates for name in (gate.name, gate.metric)}
    names.update(requirement.id for requirement in policy.requirements)
    return tuple(
        (one.gate, one.decision)
        for one in decided
        if one.gate in names
        and one.decision.expires >= today.isoformat()
        and (not project or not one.project or one.project == project)
    )
