"""Opens the history that a configuration names."""

from __future__ import annotations

from pathlib import Path

from pytest_readiness.history.interface import Store
from pytest_readiness.publish.files import STATE, state_directory


def open_store(where: str, root: Path, *, create: bool = True, read_only: bool = False) -> Store:
    """A path, relative to ``root``, is an SQLite file; ``postgresql://...`` a database.

    Raises :class:`HistoryError`.
    """
    from pytest_readiness.history.sqlite import SqliteStore

    path = root / where
    if create and not read_only:
        if path.parent == root / STATE:
            state_directory(root)
        path.parent.mkdir(parents=True, exist_ok=True)
    return SqliteStore(path, create=create, read_only=read_only)
