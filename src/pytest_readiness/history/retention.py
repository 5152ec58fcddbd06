"""What is forgotten: runs that are too old, or too many, and contents that no run uses any more."""

from __future__ import annotations

import datetime

from pytest_readiness.history.database import Database

_TABLES = ("evidence", "readings", "benchmarks", "attempts", "suites", "uses")


def prune(db: Database, days: int, runs: int, today: datetime.date) -> int:
    """Within a transaction that no other writer shares. How many runs were forgotten.

    :param days: runs that began more days before ``today`` go; 0: age does not matter.
    :param runs: of the rest, the latest stay; 0: any number.
    """
    doomed: set[int] = set()
    if days > 0:
        first = (today - datetime.timedelta(days=days)).isoformat()
        db.run("DELETE FROM decisions WHERE decided < ?", [first])
        doomed |= {
            number for (number,) in db.rows("SELECT number FROM runs WHERE started < ?", [first])
        }
    if runs > 0:
        numbers = db.rows("SELECT number FROM runs ORDER BY started DESC, id DESC")
        doomed |= {number for (number,) in numbers[runs:]}
    if not doomed:
        return 0
    ordered = sorted(doomed)
    for table in _TABLES:
        db.many(f"DELETE FROM {table} WHERE run = ?", [(number,) for number in ordered])
    db.many("DELETE FROM runs WHERE number = ?", [(number,) for number in ordered])
    db.run("DELETE FROM contents WHERE number NOT IN (SELECT content FROM uses)")
    return len(doomed)
