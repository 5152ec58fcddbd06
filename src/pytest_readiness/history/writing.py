"""An entry into tables."""

from __future__ import annotations

import bisect
import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from pytest_readiness.history import columns
from pytest_readiness.history.database import Database, chunked, stored
from pytest_readiness.history.entry import Collected, Entry, environments
from pytest_readiness.history.facts import number_json, record_json
from pytest_readiness.model.codec import encode
from pytest_readiness.model.evidence import Attempt, Outcome, Quarantined, Record, Run
from pytest_readiness.model.held import outcome_of
from pytest_readiness.model.history import PastRun

_FIELDS = [field.name for field in dataclasses.fields(PastRun)]
_RUN = (
    f"INSERT INTO runs ({', '.join(_FIELDS).replace('commit', 'revision')}) "
    f"VALUES ({', '.join('?' * len(_FIELDS))}) ON CONFLICT (id) DO NOTHING"
)
_SUITE = """INSERT INTO suites (run, tests, lines, codes, shapes, shape, cpu, call_wall, setup_wall,
    teardown_wall) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_ATTEMPT = """INSERT INTO attempts (run, place, test, number, outcome, superseded, signature, broken,
    cpu, wall, setup, teardown) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_BENCHMARK = "INSERT INTO benchmarks (run, place, name, record) VALUES (?, ?, ?, ?)"
_READING = """INSERT INTO readings (run, metric, statistic, component, subjects, numbers)
    VALUES (?, ?, ?, ?, ?, ?)"""
_EVIDENCE = "INSERT INTO evidence (run, data) VALUES (?, ?)"
_CONTENT = "INSERT INTO contents (digest, data) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING"
_USE = "INSERT INTO uses (run, content) VALUES (?, ?)"


def write(db: Database, entry: Entry) -> bool:
    """Within a transaction. False: the run is there already."""
    run, suite = entry.run, entry.suite
    if not db.run(_RUN, [_cell(getattr(run, name)) for name in _FIELDS]):
        return False
    ((number,),) = db.rows("SELECT number FROM runs WHERE id = ?", [stored(run.id)])
    contents: dict[str, bytes] = {}

    def content(data: bytes) -> str:
        key = columns.digest(data)
        contents[key] = data
        return key

    tests, lines = content(columns.text(suite.tests)), content(suite.lines)
    codes = content(columns.text(suite.codes))
    rest = _rest(entry, content)
    endings = _endings(entry.rest)
    subjects = {
        series: content(columns.text(list(named))) for series, named in entry.values.items()
    }
    numbers = _contents(db, contents)
    db.many(_USE, [(number, kept) for kept in sorted(set(numbers.values()))])
    db.run(
        _SUITE,
        [
            number,
            numbers[tests],
            numbers[lines],
            numbers[codes],
            columns.text(suite.shapes).decode(),
            columns.deflate(suite.shape),
            *map(columns.deflate_times, (suite.cpu, suite.call, suite.setup, suite.teardown)),
        ],
    )
    db.run(_EVIDENCE, [number, columns.deflate(columns.text(rest))])
    db.many(_ATTEMPT, _attempts(number, entry, endings))
    db.many(
        _BENCHMARK,
        [
            (
                number,
                place,
                stored(record.subject + endings.get(record.run, "")),
                columns.text(record_json(record)).decode(),
            )
            for place, record in enumerate(entry.benchmarks)
        ],
    )
    readings = []
    for series, named in entry.values.items():
        packed = columns.text([[number_json(value), int(held)] for value, held in named.values()])
        key = map(stored, series)
        readings.append((number, *key, numbers[subjects[series]], columns.deflate(packed)))
    db.many(_READING, readings)
    return True


def _cell(value: Any) -> Any:
    if type(value) is tuple:
        return columns.text(value).decode()
    return stored(value) if type(value) is str else int(value) if type(value) is bool else value


def _contents(db: Database, contents: Mapping[str, bytes]) -> dict[str, int]:
    """Numbers by digest; what is not there yet is added.

    In one order, always: two writers that add the same in different orders wait for each other.
    """
    digests = sorted(contents)
    known = _numbers(db, digests)
    missing = [digest for digest in digests if digest not in known]
    if missing:
        db.many(_CONTENT, [(digest, columns.deflate(contents[digest])) for digest in missing])
        known |= _numbers(db, missing)
    return known


def _numbers(db: Database, digests: list[str]) -> dict[str, int]:
    return dict(
        cast(
            "list[tuple[str, int]]",
            chunked(db, "SELECT digest, number FROM contents WHERE digest IN (*)", digests),
        )
    )


def _rest(entry: Entry, content: Callable[[bytes], str]) -> dict[str, Any]:
    """What stands in no table of its own; contents that it speaks of are named by their digests."""
    return {
        "records": [record_json(record) for record in entry.rest],
        "attempts": [record_json(record) for record in entry.attempts],
        "files": [
            [run, process, subject, attempt, content(columns.text(encode(data)))]
            for run, process, subject, attempt, data in entry.files
        ],
        "collections": [_collected(kept, content) for kept in entry.collections],
    }


def _collected(kept: Collected, content: Callable[[bytes], str]) -> list[Any]:
    run, process, attempt, subject, tests, deselected, repeats = kept
    return [run, process, attempt, subject, content(tests), deselected, repeats]


def _attempts(number: int, entry: Entry, endings: Mapping[str, str]) -> Iterable[tuple[Any, ...]]:
    tests = entry.suite.tests
    held = {(one.run, one.subject) for one in entry.rest if type(one.data) is Quarantined}
    for place, record in enumerate(entry.attempts):
        attempt = cast("Attempt", record.data)
        name = record.subject + endings.get(record.run, "")
        # what a quarantine made an expected failure is a failure all the same, to the record of a test
        outcome = outcome_of(attempt, (record.run, record.subject), held)
        if outcome is Outcome.PASSED and attempt.errors:
            outcome = Outcome.ERROR
        yield (
            number,
            place,
            bisect.bisect_left(tests, name),
            record.attempt,
            outcome.value,
            int(attempt.superseded),
            stored(attempt.signature),
            "crash" if attempt.crashed else "timeout" if attempt.timed_out else "",
            attempt.cpu,
            attempt.call,
            attempt.setup,
            attempt.teardown,
        )


def _endings(records: Iterable[Record]) -> dict[str, str]:
    """By run id, what is put behind the names of its tests."""
    manifests: dict[str, Run] = {}
    for record in records:
        if type(record.data) is Run:
            manifests.setdefault(record.run, record.data)
    return environments(manifests)
