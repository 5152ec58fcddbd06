"""Entries out of tables, as they were put in."""

from __future__ import annotations

import dataclasses
from typing import Any, cast

from pytest_readiness.history import columns
from pytest_readiness.history.columns import ColumnError
from pytest_readiness.history.database import Database, restored, stored
from pytest_readiness.history.entry import Collected, Entry, Shape, Suite, Value
from pytest_readiness.history.facts import mapping_from, number_from, record_from, texts_from
from pytest_readiness.model import codec
from pytest_readiness.model.evidence import Record
from pytest_readiness.model.history import PastRun, Series

_FIELDS = tuple(field.name for field in dataclasses.fields(PastRun))
RUN_COLUMNS = ", ".join(("number", *_FIELDS)).replace("commit", "revision")
"""``COMMIT`` is a word of SQL."""
_SHAPES = tuple[tuple[str, str, float | None, str, tuple[int, int, int] | None], ...]


def run_from(row: tuple[Any, ...]) -> PastRun:
    """A row of :data:`RUN_COLUMNS`. Raises :class:`ColumnError`."""
    _, *cells = (restored(cell) if type(cell) is str else cell for cell in row)
    values: dict[str, Any] = dict(zip(_FIELDS, cells, strict=True))
    values["base"] = bool(values["base"])
    values["selection"] = columns.from_text(values["selection"])
    try:
        return cast("PastRun", codec.read(PastRun, values))
    except codec.CodecError as error:
        raise ColumnError(f"run {row[1]}: {error}") from None


def read(db: Database, row: tuple[Any, ...]) -> Entry | None:
    """The entry of a row of :data:`RUN_COLUMNS`; None: it is there no more. Raises :class:`ColumnError`."""
    number = row[0]
    suites = db.rows(
        """SELECT tests, lines, codes, shapes, shape, cpu, call_wall, setup_wall, teardown_wall
        FROM suites WHERE run = ?""",
        [number],
    )
    rests = db.rows("SELECT data FROM evidence WHERE run = ?", [number])
    if not suites and not rests:
        return None
    if len(suites) != 1 or len(rests) != 1:
        raise ColumnError(f"run {row[1]} is not complete")
    contents = Contents(db, number)
    rest = mapping_from(columns.from_text(columns.inflate(rests[0][0])))
    benchmarks = db.rows("SELECT record FROM benchmarks WHERE run = ? ORDER BY place", [number])
    try:
        return Entry(
            run=run_from(row),
            suite=_suite(suites[0], contents),
            collections=tuple(_collected(kept, contents) for kept in rest["collections"]),
            attempts=tuple(map(record_from, rest["attempts"])),
            benchmarks=tuple(record_from(columns.from_text(text)) for (text,) in benchmarks),
            files=tuple(_file(kept, contents) for kept in rest["files"]),
            rest=tuple(map(record_from, rest["records"])),
            values=_values(db, number, contents),
        )
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise ColumnError(f"run {row[1]}: {error}") from None


class Contents:
    """The contents that one run uses, by number and by digest."""

    def __init__(self, db: Database, run: int) -> None:
        rows = db.rows(
            """SELECT contents.number, digest, data FROM uses
            JOIN contents ON contents.number = uses.content WHERE run = ?""",
            [run],
        )
        self._numbers = {number: data for number, _, data in rows}
        self._digests = {digest: data for _, digest, data in rows}

    def number(self, number: int) -> bytes:
        return columns.inflate(self._numbers[number])

    def digest(self, digest: str) -> bytes:
        return columns.inflate(self._digests[digest])


def _suite(row: tuple[Any, ...], contents: Contents) -> Suite:
    tests, lines, codes, shapes, shape, *times = row
    cpu, call, setup, teardown = map(columns.inflate_times, times)
    return Suite(
        tests=texts_from(columns.from_text(contents.number(tests))),
        lines=contents.number(lines),
        codes=texts_from(columns.from_text(contents.number(codes))),
        shapes=shapes_from(columns.from_text(shapes)),
        shape=columns.inflate(shape),
        setup=setup,
        call=call,
        teardown=teardown,
        cpu=cpu,
    )


def shapes_from(value: Any) -> tuple[Shape, ...]:
    """Raises :class:`ColumnError`."""
    try:
        return tuple(Shape(*each) for each in codec.read(_SHAPES, value))
    except codec.CodecError as error:
        raise ColumnError(f"shapes of attempts: {error}") from None


def collected_from(value: Any, tests: bytes) -> Collected:
    """What :func:`writing._collected` wrote, with the content that it names."""
    run, process, attempt, subject, _, deselected, repeats = value
    pairs = tuple((one, other) for one, other in repeats)
    return Collected(run, process, attempt, subject, tests, texts_from(deselected), pairs)


def _collected(value: Any, contents: Contents) -> Collected:
    return collected_from(value, contents.digest(value[4]))


def _file(value: Any, contents: Contents) -> Record:
    run, process, subject, attempt, digest = value
    data = columns.from_text(contents.digest(digest))
    return record_from([run, process, "file-coverage", subject, attempt, data])


def _values(db: Database, run: int, contents: Contents) -> dict[Series, dict[str, Value]]:
    rows = db.rows(
        """SELECT metric, statistic, component, subjects, numbers FROM readings WHERE run = ?
        ORDER BY metric, statistic, component""",
        [run],
    )
    return {
        Series(*map(restored, key)): dict(
            zip(
                texts_from(columns.from_text(contents.number(subjects))),
                values_from(numbers),
                strict=True,
            )
        )
        for *key, subjects, numbers in rows
    }


def values_from(numbers: bytes) -> list[Value]:
    """The packed values of one series. Raises :class:`ColumnError`."""
    return [
        (number_from(value), bool(held))
        for value, held in columns.from_text(columns.inflate(numbers))
    ]


_RUNS = f"SELECT {RUN_COLUMNS} FROM runs"


def rows_of(db: Database, *, last: int | None = None, run: str = "") -> list[tuple[Any, ...]]:
    """Rows of runs, oldest first."""
    if run:
        return db.rows(f"{_RUNS} WHERE id = ?", [stored(run)])
    if last is None:
        return db.rows(f"{_RUNS} ORDER BY started, id")
    return db.rows(f"{_RUNS} ORDER BY started DESC, id DESC LIMIT ?", [max(last, 0)])[::-1]
