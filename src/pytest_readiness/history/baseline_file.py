"""The baseline file: what the base branch publishes, read only, for forks, first days and lost caches.

One JSON document, a run, series, test or benchmark a line. Values are exact, so what is measured
against the file is what would be measured against the history; times are rounded to four digits.
"""

from __future__ import annotations

import dataclasses
import gzip
import json
import math
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pytest_readiness.history.columns import ColumnError
from pytest_readiness.history.facts import mapping_from, number_from, number_json, texts_from
from pytest_readiness.history.interface import HistoryError
from pytest_readiness.model.evidence import Outcome
from pytest_readiness.model.history import (
    History,
    PastAttempt,
    PastBenchmark,
    PastRun,
    PastTime,
    PastValue,
    Series,
)

NAME = "pytest-readiness/baseline"
VERSION = 1
_DIGITS = 4
_MOST = 1 << 30
"""Bytes that a packed file may unpack to: more is damage, or somebody's bomb."""
_AGAIN = "write it again on the base branch: pytest-readiness history baseline"


def read(path: Path) -> History:
    """The file as a history that is never written to. Raises :class:`HistoryError`."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise HistoryError(f"{path}: there is no such baseline file", _AGAIN) from None
    except OSError as error:
        raise HistoryError(
            f"{path}: the baseline file cannot be read: {error.strerror or error}",
            "check its permissions",
        ) from None
    try:
        return loads(data)
    except HistoryError as error:
        raise HistoryError(f"{path}: {error.message}", error.remedy) from None


def dumps(history: History, *, packed: bool = False) -> bytes:
    """The file's content; the same history always makes the same bytes."""
    head = f'{{"schema":"{NAME}","version":{VERSION}'
    sections = (
        ("runs", "[]", [_text(_run(run)) for run in history.runs]),
        ("values", "[]", [_text(line) for line in _series(history)]),
        ("tests", "{}", _named(_tests(history))),
        ("benchmarks", "{}", _named(_benchmarks(history))),
    )
    text = head + "".join(
        f',\n"{name}":{brackets[0]}\n' + ",\n".join(lines) + f"\n{brackets[1]}"
        for name, brackets, lines in sections
    )
    content = f"{text}}}\n".encode("ascii")
    return gzip.compress(content, mtime=0) if packed else content


def loads(data: bytes) -> History:
    """Read what :func:`dumps` made, packed or not. Raises :class:`HistoryError`."""
    try:
        document = json.loads(_unpacked(data) if data[:2] == b"\x1f\x8b" else data)
    except (ValueError, RecursionError, zlib.error) as error:
        raise HistoryError(f"not readable as JSON, truncated perhaps ({error})", _AGAIN) from None
    if not isinstance(document, dict) or document.get("schema") != NAME:
        raise HistoryError("not a baseline file", _AGAIN)
    version = document.get("version")
    if type(version) is not int or version < 1:
        raise HistoryError(f"bad schema version {ascii(version)[:40]}", _AGAIN)
    if version > VERSION:
        raise HistoryError(
            f"written under schema version {version}, this pytest-readiness reads up to {VERSION}",
            "upgrade pytest-readiness",
        )
    try:
        return _history(document)
    except (ColumnError, KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise HistoryError(
            f"the baseline file is damaged: {ascii(str(error))[:200]}", _AGAIN
        ) from None


def _unpacked(data: bytes) -> bytes:
    unpacker = zlib.decompressobj(31)  # with gzip's header
    content = unpacker.decompress(data, _MOST)
    if not unpacker.eof:
        raise ValueError("packed data is cut short, or too large")
    return content


def _text(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def _named(entries: Iterable[tuple[str, Any]]) -> list[str]:
    return [f"{_text(name)}:{_text(entry)}" for name, entry in entries]


def _run(run: PastRun) -> dict[str, Any]:
    """Without the fields that are at their default."""
    return {
        each.name: getattr(run, each.name)
        for each in dataclasses.fields(run)
        if getattr(run, each.name) != each.default
    }


def _series(history: History) -> Iterable[list[Any]]:
    for series, subjects in history.values.items():
        told = {
            subject: [
                [one.run, number_json(one.value), *([] if one.held else [0])] for one in values
            ]
            for subject, values in subjects.items()
        }
        yield [*series, told]


def _tests(history: History) -> Iterable[tuple[str, dict[str, Any]]]:
    """What is the same for most is left out: a test that ran once in each run does not say so."""
    once = dict.fromkeys(range(len(history.runs)), 1)
    for test in sorted({*history.exposure, *history.attempts, *history.times}):
        ran = history.exposure.get(test, {})
        entry: dict[str, Any] = {}
        if ran != once:
            entry["ran"] = [[index, count] for index, count in ran.items()]
        if times := history.times.get(test):
            entry["times"] = [_times(one) for one in times]
        if attempts := history.attempts.get(test):
            entry["attempts"] = [[*one._replace(outcome=one.outcome.value)] for one in attempts]  # type: ignore[arg-type]
        yield test, entry


def _times(time: PastTime) -> list[Any]:
    told = [time.run, *map(_rounded, time[1:])]
    while told[-1] is None:
        told.pop()
    return told


def _benchmarks(history: History) -> Iterable[tuple[str, list[Any]]]:
    """A benchmark's own quantiles are left out: no baseline is made of them."""
    for name, records in sorted(history.benchmarks.items()):
        yield (
            name,
            [
                [
                    one.run,
                    {key: _rounded(value, 7) for key, value in one.stats.items()},
                    one.rounds,
                    one.iterations,
                    [_rounded(value) for value in one.before],
                    [_rounded(value) for value in one.after],
                    one.code,
                ]
                for one in records
            ],
        )


def _rounded(value: float | None, digits: int = _DIGITS) -> float | None:
    return None if value is None else float(f"{value:.{digits}g}")


def _history(document: Mapping[str, Any]) -> History:
    runs = tuple(_run_from(value) for value in document["runs"])
    index = _indexes(len(runs))
    values: dict[Series, dict[str, list[PastValue]]] = {}
    for *key, subjects in document["values"]:
        metric, statistic, component = texts_from(key)
        values[Series(metric, statistic, component)] = {
            subject: [
                PastValue(index(run), number_from(value), not unheld)
                for run, value, *unheld in told
            ]
            for subject, told in mapping_from(subjects).items()
        }
    tests: Mapping[str, Any] = mapping_from(document["tests"])
    once = dict.fromkeys(range(len(runs)), 1)
    return History(
        runs=runs,
        values=values,
        attempts={
            test: [_attempt_from(value, index) for value in entry["attempts"]]
            for test, entry in tests.items()
            if "attempts" in entry
        },
        exposure={
            test: {index(run): _count(count) for run, count in entry["ran"]}
            if "ran" in entry
            else once
            for test, entry in tests.items()
        },
        times={
            test: [_time_from(value, index) for value in entry["times"]]
            for test, entry in tests.items()
            if "times" in entry
        },
        benchmarks={
            name: [_benchmark_from(value, index) for value in records]
            for name, records in mapping_from(document["benchmarks"]).items()
        },
        read_only=True,
    )


Index = Callable[[Any], int]


def _indexes(count: int) -> Index:
    def index(value: Any) -> int:
        if type(value) is int and 0 <= value < count:
            return value
        raise ColumnError(f"{ascii(value)[:40]} is not the place of a run")

    return index


def _run_from(value: Any) -> PastRun:
    fields = {each.name: each.type for each in dataclasses.fields(PastRun)}
    told = dict(mapping_from(value))
    for name, one in told.items():
        if name not in fields:
            raise ColumnError(f"a run has no {ascii(name)[:40]}")
        if name == "selection":
            told[name] = texts_from(one)
        elif name == "duration":
            told[name] = _seconds(one)
        elif type(one).__name__ != fields[name]:
            raise ColumnError(f"a run's {name} is not {fields[name]}")
    return PastRun(**told)


def _attempt_from(value: Any, index: Index) -> PastAttempt:
    run, number, outcome, superseded, *texts = value
    if type(superseded) is not bool:
        raise ColumnError("an attempt is superseded or not")
    signature, broken, code = texts_from(texts)
    return PastAttempt(
        index(run), _count(number), Outcome(outcome), superseded, signature, broken, code
    )


def _time_from(value: Sequence[Any], index: Index) -> PastTime:
    run, *seconds = value
    cpu, wall, setup, teardown = [
        None if one is None else _seconds(one) for one in (*seconds, *[None] * 4)[:4]
    ]
    return PastTime(index(run), cpu, wall, setup, teardown)


def _benchmark_from(value: Any, index: Index) -> PastBenchmark:
    run, stats, rounds, iterations, before, after, code = value
    (text,) = texts_from([code])
    return PastBenchmark(
        run=index(run),
        stats={name: _seconds(one) for name, one in mapping_from(stats).items()},
        rounds=_count(rounds),
        iterations=_count(iterations),
        before=tuple(map(_seconds, before)),
        after=tuple(map(_seconds, after)),
        code=text,
    )


def _count(value: Any) -> int:
    if type(value) is int and value >= 0:
        return value
    raise ColumnError(f"{ascii(value)[:40]} is not a count")


def _seconds(value: Any) -> float:
    if type(value) in (int, float) and math.isfinite(value):
        return float(value)
    raise ColumnError(f"{ascii(value)[:40]} is not a number of seconds")
