"""pytest-benchmark: files of its storage (``.benchmarks/*/0001_*.json``) and of ``--benchmark-json``.

The format is that of its documentation, "Storage" and "Comparing past runs", releases 3.1 to 5.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pytest_readiness.collect.benchmark import percentile
from pytest_readiness.history.importers.imported import (
    NOWHERE,
    UNKNOWN,
    Foreign,
    ImportingError,
    count,
    identity,
    listed,
    mapping,
    seconds,
    text_of,
)
from pytest_readiness.model.evidence import Benchmark, Environment

NAME = "pytest-benchmark"
_TIMES = ("iqr", "max", "mean", "median", "min", "q1", "q3", "stddev")
_ROUNDS = 1000
_SYSTEMS = {"linux": "linux", "darwin": "darwin", "windows": "windows"}
_NO_BRANCH = frozenset({"(unknown)", "(error)", "(detached head)", "None", ""})
_NO_COMMIT = frozenset({"unversioned", "unknown", "(unknown)", "None", ""})


def read(text: str, where: str) -> Iterator[Foreign]:
    """The one run of a file. Raises :class:`ImportingError`."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ImportingError(f"{where}: not readable as JSON, cut short perhaps: {error}") from None
    document = mapping(document, where)
    benchmarks = {}
    for number, one in enumerate(listed(document.get("benchmarks"), f"{where}: benchmarks")):
        place = f"{where}: benchmarks[{number}]"
        entry = mapping(one, place)
        name = text_of(entry.get("fullname"), f"{place}.fullname").replace("\\", "/")
        benchmarks[name] = _benchmark(mapping(entry.get("stats"), f"{place}.stats"), place)
    commit = mapping(document.get("commit_info") or {}, f"{where}: commit_info")
    id, branch = str(commit.get("id") or ""), str(commit.get("branch") or "")
    dirty = commit.get("dirty")
    started = _utc(document.get("datetime"), f"{where}: datetime")
    # saved twice, into the storage and into a file of its own, it is still one session
    content = sorted(
        (name, one.rounds, dict(one.stats).get("mean")) for name, one in benchmarks.items()
    )
    yield Foreign(
        id=identity(NAME, id, content),
        source=f"{where} ({NAME} {document.get('version', '')})".replace(" )", ")"),
        started=started,
        benchmarks=benchmarks,
        environment=_environment(mapping(document.get("machine_info") or {}, where)),
        commit="" if id in _NO_COMMIT else id,
        branch="" if branch in _NO_BRANCH else branch,
        dirty=dirty if isinstance(dirty, bool) and id not in _NO_COMMIT else None,
        project=str(commit.get("project") or ""),
    )


def _benchmark(stats: Mapping[str, Any], place: str) -> Benchmark:
    """Percentiles only where the rounds were kept (``--benchmark-save-data``)."""
    figures = {
        name: seconds(stats[name], f"{place}.stats.{name}") for name in _TIMES if name in stats
    }
    if "mean" not in figures and "median" not in figures:
        raise ImportingError(f"{place}.stats: neither mean nor median")
    rounds = [
        seconds(value, f"{place}.stats.data")
        for value in listed(stats.get("data") or [], f"{place}.stats.data")
    ]
    if rounds:
        ordered = sorted(rounds)
        figures |= {"p95": percentile(ordered, 95), "p99": percentile(ordered, 99)}
    return Benchmark(
        stats=tuple(sorted(figures.items())),
        rounds=count(stats.get("rounds", 0), f"{place}.stats.rounds"),
        iterations=count(stats.get("iterations", 1), f"{place}.stats.iterations"),
        data=_thinned(rounds),
    )


def _thinned(rounds: Sequence[float]) -> tuple[float, ...]:
    return tuple(rounds[:: -(-len(rounds) // _ROUNDS) or 1])


def _environment(machine: Mapping[str, Any]) -> Environment:
    """As well as it can be told; how many processors a container was given is not in there."""
    version = str(machine.get("python_version") or "")
    system = str(machine.get("system") or "").lower()
    if not version or not system:
        return NOWHERE
    cpu = machine.get("cpu")
    known: Mapping[str, Any] = cpu if isinstance(cpu, dict) else {}
    number = known.get("count")
    return Environment(
        implementation=str(machine.get("python_implementation") or UNKNOWN).lower(),
        python=".".join(version.split(".")[:2]),
        system=_SYSTEMS.get(system, system),
        python_full=version,
        machine=str(machine.get("machine") or ""),
        cpu=str(known.get("brand_raw") or known.get("brand") or machine.get("processor") or ""),
        cpus=number if isinstance(number, int) else 0,
    )


def _utc(value: object, where: str) -> str:
    """Without a zone it is UTC, as pytest-benchmark has it."""
    try:
        moment = datetime.datetime.fromisoformat(text_of(value, where).replace("Z", "+00:00"))
    except ValueError:
        raise ImportingError(f"{where}: {value!r} is no time") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.timezone.utc)
    return moment.astimezone(datetime.timezone.utc).isoformat(timespec="milliseconds")
