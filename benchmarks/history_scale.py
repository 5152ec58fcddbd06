"""What a long history costs: 1,000,000 attempts in SQLite, 100 runs of 10,000 tests.

    python benchmarks/history_scale.py                       # about a minute
    python benchmarks/history_scale.py --tests 50000 --runs 20

Recorded sessions are made up: every third run another tree, which moves lines and adds tests; one
test in a hundred fails now and then, half of the failures with a rerun; times vary from run to run.
Each figure comes from a process of its own, CPU time, beside the bar that it has to keep.
"""

from __future__ import annotations

import argparse
import datetime
import json
import platform
import random
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

FLAKY = 100
SKIPPED = 200
PER_FILE = 40
METRICS = (
    "test.flake-rate",
    "tests.flaky-confirmed",
    "tests.flaky-observed",
    "tests.flaky-new",
    "suite.spurious-red",
    "test.slowdown",
)
APPEND_BAR, MEASURE_BAR = 0.5, 2.0
FIXED_BAR, PER_TEST_BAR = 15.0, 2.0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--tests", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--phase", choices=sorted(PHASES), help=argparse.SUPPRESS)
    parser.add_argument("--root", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.phase:
        print(json.dumps(PHASES[args.phase](args.root, args.tests, args.runs)))
        return 0
    with tempfile.TemporaryDirectory(prefix="history-scale-") as name:
        return 0 if report(Path(name), args.tests, args.runs) else 1


def report(root: Path, tests: int, runs: int) -> bool:
    """Print figures beside their bars; whether all were kept."""

    def phase(name: str, tests: int = tests, runs: int = runs) -> dict[str, float]:
        command = [sys.executable, __file__, "--phase", name, "--root", str(root)]
        done = subprocess.run(
            [*command, "--tests", str(tests), "--runs", str(runs)],
            check=True,
            capture_output=True,
            text=True,
        )
        return dict(json.loads(done.stdout))

    print(
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"{runs} runs of {tests:,} tests: {runs * tests:,} attempts\n"
    )
    filled = phase("fill")
    size = (root / "history.db").stat().st_size / 2**20
    load = phase("load")
    measured = phase("measure")
    few, many = (
        min(phase("small", tests=number)["cpu"] for _ in range(9)) for number in (10, 2010)
    )
    fixed = few
    rows = [
        ("append a run, median", f"{filled['append']:.3f} s", f"< {APPEND_BAR} s", filled["append"] < APPEND_BAR),
        ("append a run, slowest", f"{filled['slowest']:.3f} s", f"< {APPEND_BAR} s", filled["slowest"] < APPEND_BAR),
        ("load, tests asked for one by one", f"{load['cpu']:.3f} s", "", True),
        ("load and measure " + measured["what"], f"{measured['cpu']:.3f} s", f"< {MEASURE_BAR} s", measured["cpu"] < MEASURE_BAR),
        ("peak memory, appending", f"{filled['peak']:.0f} MiB", "", True),
        ("peak memory, measuring", f"{measured['peak']:.0f} MiB", "", True),
        ("the same without a history", f"{measured['before']:.0f} MiB", "", True),
        ("the file", f"{size:.1f} MiB, {size * 2**20 / runs / tests:.1f} bytes an attempt", "", True),
        ("a session of 10 tests, imports too", f"{fixed * 1e3:.1f} ms", f"<= {FIXED_BAR:.0f} ms", fixed * 1e3 <= FIXED_BAR),
        ("and for each test", f"{(many - few) / 2000 * 1e6:.2f} us", f"<= {PER_TEST_BAR:.0f} us", (many - few) / 2000 * 1e6 <= PER_TEST_BAR),
    ]  # fmt: skip
    width = max(len(name) for name, *_ in rows)
    for name, value, bar, kept in rows:
        print(
            f"{name:{width}}  {value:>34}  {bar:9} {'' if not bar else 'kept' if kept else 'NOT KEPT'}"
        )
    return all(kept for *_, kept in rows)


def evidence(number: int, tests: int):  # type: ignore[no-untyped-def]
    """A recorded session."""
    from pytest_readiness.model.evidence import (
        Attempt,
        Collection,
        Environment,
        Evidence,
        Outcome,
        Record,
        Run,
    )

    dice = random.Random(number)
    tree = number // 3
    id = f"{number:032x}"
    drift = dice.uniform(0.9, 1.2)
    records = []
    names = [
        f"tests/unit/test_module_{index // PER_FILE}.py::TestThings::test_behaviour_{index}"
        for index in range(tests - 100 + tree)
    ]
    for index, name in enumerate(names):
        seconds = drift * dice.lognormvariate(-6 + index % 7, 0.1)
        fields = {
            "setup": 0.0002 * dice.lognormvariate(0, 0.3),
            "call": seconds,
            "teardown": 0.0001 * dice.lognormvariate(0, 0.3),
            "cpu": seconds * dice.uniform(0.8, 1.0),
            "line": 10 + (index % PER_FILE) * 12 + (tree if index % 50 == 0 else 0),
            "timeout": 60.0,
            "timeout_source": "ini",
        }
        if index % SKIPPED == 0:
            one = Attempt(outcome=Outcome.SKIPPED, reason="not on this system", line=fields["line"])
            records.append(Record(id, "", name, 0, one))
        elif index % FLAKY == 1 and dice.random() < (index % 1000) / 5000:
            again = dice.random() < 0.5
            broke = Attempt(
                outcome=Outcome.FAILED,
                superseded=again,
                signature=f"TimeoutError at {name}",
                **fields,
            )
            records.append(Record(id, "", name, 0, broke))
            if again:
                records.append(Record(id, "", name, 1, Attempt(outcome=Outcome.PASSED, **fields)))
        else:
            records.append(Record(id, "", name, 0, Attempt(outcome=Outcome.PASSED, **fields)))
    started = datetime.datetime(2026, 1, 1) + datetime.timedelta(hours=number * 6)
    about = Run(
        started=started.strftime("%Y-%m-%dT%H:%M:%SZ"),
        duration=100.0,
        exit_status=0,
        environment=Environment(
            implementation="cpython",
            python="3.12",
            system="linux",
            machine="x86_64",
            cpu="EPYC",
            cpus=4,
        ),
        sections=("tests",),
        tree=f"tree{tree}",
        commit=f"{tree:040x}",
        branch="main",
        target="main",
        dirty=False,
    )
    records += (Record(id, "", "", 0, data) for data in (about, Collection(tests=tuple(names))))
    return Evidence.of(records)


def cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def peak() -> float:
    """MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def fill(root: Path, tests: int, runs: int) -> dict[str, float]:
    """Each run is appended as a session does it: open, make an entry, append, close."""
    costs = []
    for number in range(runs):
        recorded = evidence(number, tests)
        costs.append(cpu(lambda recorded=recorded: record(root, recorded)))  # type: ignore[misc]
    return {"append": statistics.median(costs), "slowest": max(costs[1:]), "peak": peak()}


def record(root: Path, recorded) -> None:  # type: ignore[no-untyped-def]
    from pytest_readiness.history.entry import entry_of
    from pytest_readiness.history.store import open_store

    store = open_store("history.db", root)
    store.append(entry_of(recorded, None, {}))
    store.close()


def load(root: Path, tests: int, runs: int) -> dict[str, float]:
    from pytest_readiness.history.interface import Wanted
    from pytest_readiness.history.store import open_store

    def work() -> None:
        store = open_store("history.db", root)
        history = store.load(Wanted())
        sum(len(history.times[name]) for name in history.times)
        sum(map(len, history.attempts.values()))
        sum(map(len, history.exposure.values()))
        store.close()

    return {"cpu": cpu(work), "peak": peak()}


def measured(root: Path, tests: int, runs: int) -> dict[str, object]:
    from pytest_readiness.history.interface import Wanted
    from pytest_readiness.history.store import open_store
    from pytest_readiness.measure.catalogue import CATALOGUE
    from pytest_readiness.measure.measure import measure
    from pytest_readiness.model.history import NO_HISTORY, Part
    from pytest_readiness.model.measurement import Request

    present = evidence(runs, tests)
    requests = [Request(metric=name) for name in METRICS if name in CATALOGUE]
    measure(present, [Request(metric="tests.failed")], history=NO_HISTORY)
    before = peak()

    def work() -> None:
        store = open_store("history.db", root)
        parts = frozenset({Part.ATTEMPTS, Part.TIMES})
        history = store.load(Wanted(parts=parts, kin="cpython3.12-linux"))
        store.close()
        for readings in measure(present, requests, history=history).values():
            assert readings

    seconds = cpu(work)
    return {"cpu": seconds, "before": before, "peak": peak(), "what": f"({len(requests)} metrics)"}


def small(root: Path, tests: int, runs: int) -> dict[str, float]:
    """A session of few tests, among what every session imports; its history has been begun."""
    import coverage
    import pytest

    import pytest_readiness.adapter.start
    import pytest_readiness.pipeline
    import pytest_readiness.publish.evidence

    _ = coverage, pytest, pytest_readiness
    place = root / f"small-{tests}"
    place.mkdir(exist_ok=True)
    number = len(list(place.iterdir()))
    (place / f"run-{number}").touch()
    recorded = evidence(number, tests + 100)
    return {"cpu": cpu(lambda: record(place, recorded))}


PHASES: dict[str, Callable[[Path, int, int], dict]] = {  # type: ignore[type-arg]
    "fill": fill,
    "load": load,
    "measure": measured,
    "small": small,
}

if __name__ == "__main__":
    sys.exit(main())
