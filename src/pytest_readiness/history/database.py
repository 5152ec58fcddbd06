"""What the code that reads and writes tables needs of a database: SQL with ``?``, in a transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Protocol


class Database(Protocol):
    """A connection within a transaction."""

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]: ...

    def run(self, sql: str, values: Sequence[Any] = ()) -> int:
        """How many rows it changed."""
        ...

    def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None: ...


_CHUNK = 500
"""Values in one statement: SQLite before 3.32 takes 999."""


def chunked(db: Database, sql: str, numbers: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Rows of a query whose ``IN (*)`` stands for any number of values."""
    found: list[tuple[Any, ...]] = []
    for start in range(0, len(numbers), _CHUNK):
        part = numbers[start : start + _CHUNK]
        found += db.rows(sql.replace("*", ",".join("?" * len(part))), part)
    return found


def stored(text: str) -> str:
    """Text as every database holds it: NUL and lone surrogates are written as JSON does."""
    if text.isascii() and "\0" not in text and not text.startswith(_MARK):
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return _MARK + json.dumps(text)
    return _MARK + json.dumps(text) if "\0" in text or text.startswith(_MARK) else text


def restored(text: str) -> str:
    """Read what :func:`stored` made."""
    return str(json.loads(text[len(_MARK) :])) if text.startswith(_MARK) else text


_MARK = "json:"
