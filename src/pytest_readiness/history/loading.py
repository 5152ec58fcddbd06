"""A history out of tables: only the runs and parts that are wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, cast

from pytest_readiness.history import columns
from pytest_readiness.history.database import Database, chunked, restored, stored
from pytest_readiness.history.facts import record_from, texts_from
from pytest_readiness.history.interface import Wanted
from pytest_readiness.history.lazy import Group, Lazy, Record, Row, Sheet
from pytest_readiness.history.reading import RUN_COLUMNS, run_from, values_from
from pytest_readiness.model.evidence import Benchmark, Outcome
from pytest_readiness.model.history import History, Part, PastBenchmark, PastRun, PastValue, Series

_OUTCOMES = {outcome.value: outcome for outcome in Outcome}
_OF_TESTS = frozenset({Part.ATTEMPTS, Part.TIMES})


def load(db: Database, wanted: Wanted) -> History:
    """Within a transaction. Raises :class:`ColumnError`."""
    rows = _runs(db, wanted)
    numbers = {row[0]: index for index, row in enumerate(rows)}
    runs = tuple(map(run_from, rows))
    parts = wanted.parts
    attempts = exposure = times = None
    if parts & _OF_TESTS and numbers:
        record = _tests(db, numbers, _timed(runs, wanted.times))
        record.check(times=Part.TIMES in parts)
        attempts = Lazy(lambda: record.unsteady, record.attempts)
        exposure = Lazy(lambda: record.names, record.exposure)
        times = Lazy(lambda: record.names, record.times)
    return History(
        runs=runs,
        values=_values(db, numbers, wanted.series) if Part.VALUES in parts else {},
        attempts=attempts if attempts is not None and Part.ATTEMPTS in parts else {},
        exposure=exposure if exposure is not None and Part.ATTEMPTS in parts else {},
        times=times if times is not None and Part.TIMES in parts else {},
        benchmarks=_benchmarks(db, numbers) if Part.BENCHMARKS in parts else {},
    )


def _runs(db: Database, wanted: Wanted) -> list[tuple[Any, ...]]:
    """Rows of the latest runs wanted, oldest first."""
    where, values = "", []
    if wanted.kin:
        where, values = "WHERE kin = ?", [stored(wanted.kin)]
    limit = max(wanted.limit, 0) + len(wanted.exclude)
    rows = db.rows(
        f"SELECT {RUN_COLUMNS} FROM runs {where} ORDER BY started DESC, id DESC LIMIT ?",
        [*values, limit],
    )
    kept = [row for row in rows if restored(row[1]) not in wanted.exclude]
    return kept[: max(wanted.limit, 0)][::-1]


def _timed(runs: Sequence[PastRun], most: int) -> frozenset[int]:
    """The latest runs of each fleet."""
    fleets: dict[str, list[int]] = {}
    for index, run in enumerate(runs):
        fleets.setdefault(run.fleet, []).append(index)
    return frozenset(
        index for indexes in fleets.values() for index in indexes[max(len(indexes) - most, 0) :]
    )


def _tests(db: Database, numbers: Mapping[int, int], timed: frozenset[int]) -> Record:
    suites = chunked(
        db,
        """SELECT run, tests, codes, shape, cpu, call_wall, setup_wall, teardown_wall
        FROM suites WHERE run IN (*)""",
        list(numbers),
    )
    used = sorted({suite[1] for suite in suites} | {suite[2] for suite in suites})
    contents = dict(
        cast(
            "list[tuple[int, bytes]]",
            chunked(db, "SELECT number, data FROM contents WHERE number IN (*)", used),
        )
    )

    def texts(number: int) -> tuple[str, ...]:
        return texts_from(columns.from_text(columns.inflate(contents[number])))

    codes = cache(lambda number: cache(lambda: texts(number)))
    together: dict[int, list[Sheet]] = {}
    for run, tests, code, *packed in sorted(suites, key=lambda suite: numbers[suite[0]]):
        together.setdefault(tests, []).append(Sheet(numbers[run], packed, codes(code)))
    rows = chunked(
        db,
        """SELECT run, test, number, outcome, superseded, signature, broken, cpu, wall, setup, teardown
        FROM attempts WHERE run IN (*) ORDER BY run, place""",
        list(numbers),
    )
    return Record(
        [Group(texts(tests), sheets) for tests, sheets in together.items()],
        [
            Row(
                numbers[run],
                test,
                number,
                _OUTCOMES[outcome],
                bool(superseded),
                restored(signature),
                broken,
                *seconds,
            )
            for run, test, number, outcome, superseded, signature, broken, *seconds in rows
        ],
        timed,
    )


def _values(
    db: Database, numbers: Mapping[int, int], series: frozenset[Series] | None
) -> dict[Series, dict[str, Sequence[PastValue]]]:
    rows = chunked(
        db,
        """SELECT run, metric, statistic, component, subjects, numbers FROM readings
        WHERE run IN (*)""",
        list(numbers),
    )
    rows = [row for row in rows if series is None or _series(row) in series]
    used = sorted({row[4] for row in rows})
    packed = chunked(db, "SELECT number, data FROM contents WHERE number IN (*)", used)
    subjects = {
        number: texts_from(columns.from_text(columns.inflate(data))) for number, data in packed
    }
    found: dict[Series, dict[str, list[PastValue]]] = {}
    for row in sorted(rows, key=lambda row: numbers[row[0]]):
        named = found.setdefault(_series(row), {})
        values = values_from(row[5])
        for subject, (value, held) in zip(subjects[row[4]], values, strict=True):
            named.setdefault(subject, []).append(PastValue(numbers[row[0]], value, held))
    return cast("dict[Series, dict[str, Sequence[PastValue]]]", found)


def _series(row: tuple[Any, ...]) -> Series:
    return Series(*map(restored, row[1:4]))


def _benchmarks(db: Database, numbers: Mapping[int, int]) -> dict[str, Sequence[PastBenchmark]]:
    rows = chunked(
        db,
        "SELECT run, name, record FROM benchmarks WHERE run IN (*) ORDER BY run, place",
        list(numbers),
    )
    best: dict[tuple[int, str], PastBenchmark] = {}
    for run, name, text in rows:
        record = record_from(columns.from_text(text))
        data = record.data
        if not isinstance(data, Benchmark) or record.attempt:
            continue
        past = PastBenchmark(
            run=numbers[run],
            stats=dict(data.stats),
            rounds=data.rounds,
            iterations=data.iterations,
            sketch=data.data,
            before=data.before,
            after=data.after,
            code=data.code,
        )
        key = (numbers[run], restored(name))
        # of several jobs that measured it, the slowest: as benchmark.time has it
        if key not in best or _median(past) > _median(best[key]):
            best[key] = past
    found: dict[str, list[PastBenchmark]] = {}
    for (_, name), past in sorted(best.items()):
        found.setdefault(name, []).append(past)
    return cast("dict[str, Sequence[PastBenchmark]]", found)


def _median(past: PastBenchmark) -> float:
    return past.stats.get("median", 0.0)
