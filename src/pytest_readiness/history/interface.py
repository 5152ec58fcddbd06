"""What a store of history does, whatever it is made of."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import Protocol

from pytest_readiness.history.decisions import Decided
from pytest_readiness.history.entry import Entry
from pytest_readiness.model.evidence import Evidence
from pytest_readiness.model.history import History, Part, Series
from pytest_readiness.model.value import dataclass

ALL_PARTS = frozenset(Part)


class HistoryError(Exception):
    """The history cannot be opened, read or written; the text says why and names no password."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        """What to do about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which part of a history is to be loaded."""

    parts: frozenset[Part] = ALL_PARTS
    kin: str = ""
    """Only runs of this kin (:attr:`Environment.kin`); empty: of any."""
    project: str = ""
    """Name of the project that asks; a database that many may reach refuses another's."""
    limit: int = 500
    """The latest runs to look at."""
    times: int = 100
    """Of each fleet, the latest runs whose times are looked at: a time is 16 bytes of memory."""
    exclude: frozenset[str] = frozenset()
    """Ids of runs to leave out: the one that is being judged."""
    series: frozenset[Series] | None = None
    """Only values of these series; None: all."""


class Store(Protocol):
    """A history that is open. Every method raises :class:`HistoryError`."""

    @property
    def where(self) -> str:
        """Path or URL, fit to be shown."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should be told about opening it: a damaged file was set aside."""
        ...

    def append(self, entry: Entry) -> bool:
        """Keep a run, in one transaction. False: it is there already, nothing is changed."""
        ...

    def load(self, wanted: Wanted) -> History:
        """What earlier runs left behind, the parts that are wanted."""
        ...

    def entries(self, *, last: int | None = None, run: str = "") -> Iterator[Entry]:
        """Runs as they were kept, oldest first: all, the latest ``last``, or the one of that id."""
        ...

    def evidence(self, run_id: str) -> Evidence:
        """The evidence of a kept run, times as float32, rounds of benchmarks as a sketch."""
        ...

    def decide(self, decided: Sequence[Decided]) -> None:
        """Keep hotfixes, in one transaction; one that is there already stays as it is."""
        ...

    def decisions(self) -> tuple[Decided, ...]:
        """All hotfixes that were kept, the oldest first."""
        ...

    def prune(self, days: int, runs: int, today: datetime.date) -> int:
        """Forget runs older than ``days`` and all but the latest ``runs`` (0: no limit); how many.

        Decisions go by their age alone.
        """
        ...

    def close(self) -> None: ...
