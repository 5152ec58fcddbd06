"""A history in an SQLite file."""

from __future__ import annotations

import contextlib
import datetime
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pytest_readiness.history import migrations
from pytest_readiness.history.columns import ColumnError
from pytest_readiness.history.entry import Entry
from pytest_readiness.history.interface import HistoryError, Wanted
from pytest_readiness.history.loading import load
from pytest_readiness.history.reading import read, rows_of
from pytest_readiness.history.rebuild import evidence_of
from pytest_readiness.history.retention import prune
from pytest_readiness.history.writing import write
from pytest_readiness.model.evidence import Evidence
from pytest_readiness.model.history import History

APPLICATION = 0x52645973
"""``RdYs``: what the file's header says that it is."""
BUSY = 30.0
"""Seconds to wait for another writer."""
_SCHEMA = {"key": "INTEGER PRIMARY KEY", "blob": "BLOB", "bare": "WITHOUT ROWID"}
_CORRUPT = ("malformed", "not a database", "corrupt", "disk image")


class SqliteStore:
    """See :class:`pytest_readiness.history.interface.Store`."""

    def __init__(
        self, path: Path, *, create: bool = True, read_only: bool = False, busy: float = BUSY
    ) -> None:
        self.where = str(path)
        self.notes: tuple[str, ...] = ()
        self._path = path
        self._pid = os.getpid()
        if not path.exists() and (read_only or not create):
            raise HistoryError(
                f"there is no history at {path}", "run pytest --readiness once, or import one"
            )
        with self._told():
            self._connection = sqlite3.connect(path, timeout=busy, isolation_level=None)
            self._prepare()

    def _prepare(self) -> None:
        run = self._connection.execute
        (version,) = run("PRAGMA user_version").fetchone()
        if version > migrations.VERSION:
            raise HistoryError(
                f"{self.where} was written under schema version {version}, this pytest-readiness "
                f"reads up to {migrations.VERSION}",
                "upgrade pytest-readiness",
            )
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = NORMAL")
        if version < migrations.VERSION:
            with self._transaction(write=True) as db:
                ((version,),) = db.rows("PRAGMA user_version")
                for statement in migrations.statements(version, **_SCHEMA):
                    db.run(statement)
                db.run(f"PRAGMA application_id = {APPLICATION}")
                db.run(f"PRAGMA user_version = {migrations.VERSION}")

    def append(self, entry: Entry) -> bool:
        with self._told(), self._transaction(write=True) as db:
            return write(db, entry)

    def load(self, wanted: Wanted) -> History:
        with self._told(), self._transaction() as db:
            return load(db, wanted)

    def entries(self, *, last: int | None = None, run: str = "") -> Iterator[Entry]:
        with self._told(), self._transaction() as db:
            rows = rows_of(db, last=last, run=run)
        for row in rows:
            with self._told(), self._transaction() as db:
                entry = read(db, row)
            yield entry

    def evidence(self, run_id: str) -> Evidence:
        for entry in self.entries(run=run_id):
            with self._told():
                return evidence_of(entry)
        raise HistoryError(f"{self.where} has no run {run_id}", "pytest-readiness history runs")

    def prune(self, days: int, runs: int, today: datetime.date) -> int:
        with self._told(), self._transaction(write=True) as db:
            return prune(db, days, runs, today)

    def close(self) -> None:
        with self._told():
            self._connection.close()

    @contextlib.contextmanager
    def _transaction(self, *, write: bool = False) -> Iterator[_Connection]:
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
        try:
            yield _Connection(connection)
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                connection.rollback()
            raise
        connection.commit()

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """What SQLite raises, as errors that say what to do."""
        try:
            yield
        except sqlite3.Error as error:
            raise HistoryError(f"{self.where}: {error}") from None
        except ColumnError as error:
            raise HistoryError(f"{self.where}: {error}") from None


class _Connection:
    """See :class:`pytest_readiness.history.database.Database`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, values).fetchall()

    def run(self, sql: str, values: Sequence[Any] = ()) -> int:
        return self._connection.execute(sql, values).rowcount

    def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        self._connection.executemany(sql, rows)
