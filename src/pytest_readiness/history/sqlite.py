"""A history in an SQLite file: several processes may write, one at a time, and wait for each other."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pytest_readiness.history import migrations
from pytest_readiness.history.database import Database
from pytest_readiness.history.interface import HistoryError
from pytest_readiness.history.set_aside import APPLICATION, identity, is_database, ours, set_aside
from pytest_readiness.history.tables import Access

T = TypeVar("T")
BUSY = 30.0
"""Seconds to wait for another process that writes."""
_SMALL = 1 << 20
"""Bytes up to which a file is checked whenever it is opened: 1.8 MB took 0.2 ms."""
_DIALECT = {"key": "INTEGER PRIMARY KEY", "blob": "BLOB", "bare": "WITHOUT ROWID"}
_inherited: list[sqlite3.Connection] = []
"""Connections of a parent process: SQLite forbids a child to use them, even to close them."""


class _CorruptError(Exception):
    """The file is damaged; the text says how it showed."""


class SqliteFile:
    """See :class:`pytest_readiness.history.tables.Backend`."""

    def __init__(
        self, path: Path, *, create: bool = True, read_only: bool = False, busy: float = BUSY
    ) -> None:
        """Open it; where the file is damaged, set it aside and begin another. Raises :class:`HistoryError`.

        :param busy: seconds to wait for another process that writes.
        """
        self.where = str(path)
        self.notes: tuple[str, ...] = ()
        self._path = path
        self._busy = busy
        self._connection: sqlite3.Connection | None = None
        self._process = os.getpid()
        if not path.exists() and (read_only or not create):
            raise HistoryError(
                f"there is no history at {path}",
                "run pytest --readiness to begin one, or see pytest-readiness history import",
            )
        self._frozen = read_only or not _writable(path)
        self.version = 0
        seen = identity(path)
        try:
            self._open()
        except _CorruptError as error:
            self._replace(str(error), seen)

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None and self._process == os.getpid():
            with self._told():
                connection.close()

    def do(self, work: Callable[[Database], T], access: Access) -> T:
        """Do something in a transaction."""
        writing = access is not Access.READ
        if writing and self._frozen:
            raise HistoryError(
                f"{self.where} is read-only, nothing is recorded",
                "let it and its directory be written to, or set history = false",
            )
        try:
            with self._told():
                connection = self._present()
                with _transaction(connection, writing=writing):
                    return work(_Connection(connection))
        except _CorruptError as error:
            raise HistoryError(
                f"{self.where} is damaged: {error}",
                "move it out of the way, and restore an earlier copy if there is one",
            ) from None

    def _present(self) -> sqlite3.Connection:
        """The connection of this process: one that was there before a fork is left alone."""
        if self._connection is not None and self._process != os.getpid():
            _inherited.append(self._connection)
            self._connection = None
        if self._connection is None:
            self._open()
        assert self._connection is not None
        return self._connection

    def _open(self) -> None:
        with self._told():
            self._process = os.getpid()
            if self._path.exists() and not is_database(self._path):
                raise _CorruptError("it is not an SQLite file")
            unclean = _size(self._path.with_name(f"{self._path.name}-wal")) > 0
            self._connection = connection = _connect(self._path, self._busy, self._frozen)
            try:
                self._prepare(connection, unclean=unclean)
            except BaseException:
                self._connection = None
                connection.close()
                raise

    def _prepare(self, connection: sqlite3.Connection, *, unclean: bool) -> None:
        version = self._version(connection)
        if unclean or _size(self._path) <= _SMALL:
            problems = connection.execute("PRAGMA quick_check(1)").fetchall()
            if problems != [("ok",)]:
                raise _CorruptError(str(problems[0][0]).replace("\n", " "))
        self.version = version
        if version < migrations.VERSION and not (self._frozen and version >= migrations.READABLE):
            if self._frozen:
                raise HistoryError(
                    f"{self.where} is of an older release, and read-only",
                    "let it be written to once",
                )
            self._migrate(connection)
            self.version = migrations.VERSION
        if not self._frozen:
            # refused while others are at the file: the first that has it to itself does it
            with contextlib.suppress(sqlite3.OperationalError):
                connection.execute("PRAGMA journal_mode = WAL")
            (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
            connection.execute(f"PRAGMA synchronous = {'NORMAL' if mode == 'wal' else 'FULL'}")

    def _version(self, connection: sqlite3.Connection) -> int:
        # in one transaction: another process may be making the tables
        with _transaction(connection, writing=False):
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            (version,) = connection.execute("PRAGMA user_version").fetchone()
        if application != APPLICATION and (tables or application or version):
            raise HistoryError(
                f"{self.where} is a database of another program",
                "give the history a path of its own",
            )
        if version > migrations.VERSION:
            raise HistoryError(
                f"{self.where} has schema version {version}, this pytest-readiness knows up to "
                f"{migrations.VERSION}",
                "pip install --upgrade pytest-readiness",
            )
        return int(version)

    def _migrate(self, connection: sqlite3.Connection) -> None:
        with _transaction(connection, writing=True):
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            for statement in migrations.statements(version, **_DIALECT):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {migrations.VERSION}")

    def _replace(self, problem: str, seen: tuple[int, int] | None) -> None:
        """Set the damaged file aside and begin another."""
        if self._frozen or not ours(self._path):
            raise HistoryError(
                f"{self.where} is no history that can be read: {problem}",
                "move it out of the way, or give the history a path of its own",
            )
        with self._told():
            place = set_aside(self._path, seen)
        if place is not None:
            self.notes = (
                f"{self.where} was damaged ({problem}): it was set aside as {place.name}, "
                "and a new history begun",
            )
        try:
            self._open()
        except _CorruptError as error:
            raise HistoryError(f"{self.where} is damaged again: {error}") from None

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """What SQLite and the system raise, as errors that say what to do."""
        try:
            yield
        except (sqlite3.Error, OSError, OverflowError) as error:
            text = str(error)
            if type(error) is sqlite3.DatabaseError or "malformed" in text:
                raise _CorruptError(text) from None
            raise HistoryError(f"{self.where}: {text}", self._remedy(text)) from None

    def _remedy(self, text: str) -> str:
        if "locked" in text or "busy" in text:
            return f"another process has written to it for more than {self._busy:g} s: see which"
        if "full" in text:
            return "make room on its disk, or shorten history-days"
        if "readonly" in text or "unable to open" in text or "ermission" in text:
            return "let it and its directory be written to, or set history = false"
        return ""


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection, *, writing: bool) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE" if writing else "BEGIN")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            connection.rollback()
        raise


def _connect(path: Path, busy: float, frozen: bool) -> sqlite3.Connection:
    if not frozen:
        return sqlite3.connect(path, timeout=busy, isolation_level=None)
    uri = f"{path.absolute().as_uri()}?mode=ro"
    if not os.access(path.parent, os.W_OK) and not _size(path.with_name(f"{path.name}-wal")):
        uri += "&immutable=1"  # nobody writes there, and WAL's index cannot be made
    return sqlite3.connect(uri, timeout=busy, isolation_level=None, uri=True)


def _writable(path: Path) -> bool:
    return os.access(path if path.exists() else path.parent, os.W_OK) and os.access(
        path.parent, os.W_OK
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


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
