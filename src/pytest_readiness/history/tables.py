"""A store made of tables, in whatever database they lie."""

from __future__ import annotations

import datetime
import enum
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Protocol, TypeVar

from pytest_readiness.history.columns import ColumnError
from pytest_readiness.history.database import Database, restored, stored
from pytest_readiness.history.decisions import Decided, keep, kept
from pytest_readiness.history.entry import Entry
from pytest_readiness.history.interface import HistoryError, Wanted
from pytest_readiness.history.loading import load
from pytest_readiness.history.migrations import DECISIONS
from pytest_readiness.history.reading import read, rows_of
from pytest_readiness.history.rebuild import evidence_of
from pytest_readiness.history.retention import prune
from pytest_readiness.history.writing import write
from pytest_readiness.model.evidence import Evidence
from pytest_readiness.model.history import History

T = TypeVar("T")


class Access(enum.Enum):
    """What a transaction is for."""

    READ = "read"
    ADD = "add"
    """Rows are only added: others may add at the same time."""
    REMOVE = "remove"
    """Nobody else may write."""


class Backend(Protocol):
    """An open database. Its methods raise :class:`HistoryError`."""

    @property
    def where(self) -> str: ...

    @property
    def notes(self) -> tuple[str, ...]: ...

    @property
    def version(self) -> int:
        """Of its schema; older than this release's where it may only be read."""
        ...

    def do(self, work: Callable[[Database], T], access: Access) -> T:
        """Do something in one transaction."""
        ...

    def close(self) -> None: ...


class TableStore:
    """See :class:`pytest_readiness.history.interface.Store`."""

    def __init__(self, backend: Backend, *, one_project: bool = False) -> None:
        """``one_project``: refuse runs and questions of another project than the one that is in it."""
        self._backend = backend
        self._one_project = one_project

    @property
    def where(self) -> str:
        return self._backend.where

    @property
    def notes(self) -> tuple[str, ...]:
        return self._backend.notes

    def append(self, entry: Entry) -> bool:
        return self._do(
            lambda db: self._own(db, entry.run.project) and write(db, entry), Access.ADD
        )

    def load(self, wanted: Wanted) -> History:
        def work(db: Database) -> History:
            self._own(db, wanted.project)
            return load(db, wanted)

        return self._do(work, Access.READ)

    def entries(self, *, last: int | None = None, run: str = "") -> Iterator[Entry]:
        for row in self._do(lambda db: rows_of(db, last=last, run=run), Access.READ):
            entry = self._do(partial(read, row=row), Access.READ)
            if entry is not None:  # forgotten meanwhile
                yield entry

    def evidence(self, run_id: str) -> Evidence:
        for entry in self.entries(run=run_id):
            return self._do(lambda _, entry=entry: evidence_of(entry), Access.READ)  # type: ignore[misc]
        raise HistoryError(f"{self.where} has no run {run_id}", "see pytest-readiness history runs")

    def decide(self, decided: Sequence[Decided]) -> None:
        def work(db: Database) -> None:
            for project in {one.project for one in decided}:
                self._own(db, project)
            keep(db, decided)

        self._do(work, Access.ADD)

    def decisions(self) -> tuple[Decided, ...]:
        if self._backend.version < DECISIONS:
            return ()
        return self._do(kept, Access.READ)

    def prune(self, days: int, runs: int, today: datetime.date) -> int:
        return self._do(lambda db: prune(db, days, runs, today), Access.REMOVE)

    def close(self) -> None:
        self._backend.close()

    def _own(self, db: Database, project: str) -> bool:
        """Whether it is the project's; raises where it is another's."""
        if self._one_project and project:
            others = db.rows(
                "SELECT project FROM runs WHERE project <> '' AND project <> ? LIMIT 1",
                [stored(project)],
            )
            if others:
                raise HistoryError(
                    f"{self.where} holds the history of another project: {restored(others[0][0])!r}",
                    "give each project a schema of its own: ?schema=NAME at the end of the URL",
                )
        return True

    def _do(self, work: Callable[[Database], T], access: Access) -> T:
        try:
            return self._backend.do(work, access)
        except ColumnError as error:
            raise HistoryError(f"{self.where}: {error}", _RESTORE) from None
        except (KeyError, IndexError, TypeError, ValueError) as error:
            if access is not Access.READ:
                raise
            # what is read does not fit together: nobody but a damaged table made it so
            text = f"its tables are damaged: {type(error).__name__} {error}"
            raise HistoryError(f"{self.where}: {text}", _RESTORE) from None


_RESTORE = "move it out of the way, and restore an earlier copy if there is one"
