"""github-action-benchmark: its ``data.js``, as published on a project's pages.

It keeps the mean and standard deviation of each benchmark of pytest-benchmark, and neither the median
nor where they were measured: gates on it take ``statistic = "mean"``, and the user says where it was.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pytest_readiness.history.importers.imported import (
    Foreign,
    ImportingError,
    identity,
    listed,
    mapping,
    seconds,
    text_of,
)
from pytest_readiness.model.evidence import Benchmark

NAME = "github-action-benchmark"
START = "window.BENCHMARK_DATA"
_TOOL = "pytest"
_UNIT = "iter/sec"
_DEVIATION = re.compile(r"stddev:\s*([-+0-9.eE]+)")
_ROUNDS = re.compile(r"rounds:\s*(\d+)")


def read(text: str, where: str) -> Iterator[Foreign]:
    """The runs of all suites in a file. Raises :class:`ImportingError`."""
    body = text.strip().removeprefix("\ufeff").strip()
    if body.startswith(START):
        body = body[len(START) :].lstrip().removeprefix("=").strip().rstrip(";")
    try:
        document = mapping(json.loads(body), where)
    except (ValueError, RecursionError) as error:
        raise ImportingError(f"{where}: what it assigns is not JSON: {error}") from None
    suites = mapping(document.get("entries"), f"{where}: entries")
    project = str(document.get("repoUrl") or "").rstrip("/").rpartition("/")[2]
    read_any = False
    for suite, runs in suites.items():
        for number, one in enumerate(listed(runs, f"{where}: entries.{suite}")):
            place = f"{where}: entries.{suite}[{number}]"
            run = mapping(one, place)
            if run.get("tool") == _TOOL:
                read_any = True
                yield _run(run, suite, project, place, where)
    if suites and not read_any:
        raise ImportingError(f"{where}: no entry is of the tool {_TOOL}")


def _run(run: Mapping[str, Any], suite: str, project: str, place: str, where: str) -> Foreign:
    commit = mapping(run.get("commit"), f"{place}.commit")
    id = text_of(commit.get("id"), f"{place}.commit.id")
    benchmarks = {}
    for number, one in enumerate(listed(run.get("benches"), f"{place}.benches")):
        spot = f"{place}.benches[{number}]"
        bench = mapping(one, spot)
        benchmarks[text_of(bench.get("name"), f"{spot}.name")] = _benchmark(bench, spot)
    return Foreign(
        id=identity(NAME, project, suite, id, run.get("date")),
        source=f"{where} ({NAME}, {suite})",
        started=_utc(run.get("date"), f"{place}.date"),
        benchmarks=benchmarks,
        commit=id,
        dirty=False,
        project=project,
    )


def _benchmark(bench: Mapping[str, Any], spot: str) -> Benchmark:
    if bench.get("unit") != _UNIT:
        raise ImportingError(f"{spot}.unit: {bench.get('unit')!r} is not {_UNIT!r}")
    rate = seconds(bench.get("value"), f"{spot}.value")
    if not rate or 1 / rate == float("inf"):
        raise ImportingError(f"{spot}.value: {rate!r} iterations a second")
    figures = {"mean": 1 / rate}
    deviation = _DEVIATION.search(str(bench.get("range", "")))
    if deviation:
        try:
            figures["stddev"] = seconds(float(deviation[1]), f"{spot}.range")
        except ValueError:
            raise ImportingError(f"{spot}.range: {bench.get('range')!r}") from None
    rounds = _ROUNDS.search(str(bench.get("extra", "")))
    return Benchmark(
        stats=tuple(sorted(figures.items())),
        rounds=int(rounds[1]) if rounds else 0,
        iterations=1,
    )


def _utc(value: object, where: str) -> str:
    """Milliseconds since 1970."""
    try:
        moment = datetime.datetime.fromtimestamp(
            seconds(value, where) / 1000, datetime.timezone.utc
        )
    except (OverflowError, OSError, ValueError):
        raise ImportingError(f"{where}: {value!r} is no time") from None
    return moment.isoformat(timespec="milliseconds")
