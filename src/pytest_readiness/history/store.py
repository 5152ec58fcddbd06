"""Opens the history that a configuration names."""

from __future__ import annotations

from pathlib import Path

from pytest_readiness.history.interface import HistoryError, Store
from pytest_readiness.history.tables import TableStore
from pytest_readiness.publish.files import STATE, state_directory

SCHEMES = ("postgresql://", "postgres://")


def open_store(where: str, root: Path, *, create: bool = True, read_only: bool = False) -> Store:
    """A path, relative to ``root``, is an SQLite file; ``postgresql://...`` is a database.

    A file that can only be read is opened all the same: :meth:`Store.append` then raises.
    Raises :class:`HistoryError`.

    :param create: begin a history where there is none.
    """
    if where.startswith(SCHEMES):
        from pytest_readiness.history.postgresql import PostgresqlServer

        server = PostgresqlServer(where, create=create, read_only=read_only)
        return TableStore(server, one_project=True)
    if "://" in where:
        scheme = where.partition(":")[0]
        raise HistoryError(
            f"a history in {scheme!r} is not known", "give a path, or a URL postgresql://..."
        )
    try:
        from pytest_readiness.history.sqlite import SqliteFile
    except ImportError as error:
        raise HistoryError(f"this Python has no sqlite3: {error}", "use another Python") from None
    path = root / where
    if create and not read_only:
        _make_directory(path.parent)
    return TableStore(SqliteFile(path, create=create, read_only=read_only))


def _make_directory(directory: Path) -> None:
    try:
        if directory.name == STATE:
            state_directory(directory.parent)
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HistoryError(
            f"no directory for the history: {error}",
            "let it be written to, or set history = false",
        ) from None
