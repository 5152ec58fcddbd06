"""Histories and evidence of benchmarks, made by hand: one session a line."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from pytest_readiness.measure.comparable import machine_of
from pytest_readiness.measure.measure import measure
from pytest_readiness.model.evidence import (
    Attempt,
    Benchmark,
    Collection,
    Environment,
    Evidence,
    Outcome,
    Record,
    Run,
)
from pytest_readiness.model.history import History, PastBenchmark, PastRun
from pytest_readiness.model.measurement import Reading, Request

HERE = Environment(
    implementation="cpython", python="3.12", system="linux", machine="x86_64", cpu="one", cpus=4
)
MANIFEST = Run(
    started="2026-01-01T00:00:00+00:00",
    duration=1.0,
    exit_status=0,
    environment=HERE,
    branch="main",
    target="main",
    commit="c0ffee",
    sections=("benchmark",),
)
SPIN = 0.0005
NAME = "tests/test_speed.py::test_sort"
PHASES = (0.990, 1.000, 1.010, 1.000, 0.995, 1.005, 1.000, 1.003, 0.997, 1.001)
"""Noise of a quiet machine: about half a per cent."""


def spins(seconds: float = SPIN, count: int = 5) -> tuple[float, ...]:
    return tuple(seconds * (1 + 0.001 * number) for number in range(count))


def benchmark(
    seconds: float,
    spin: float | None = SPIN,
    *,
    after: float | None = None,
    least: float | None = None,
    code: str = "",
    again: float = 0.0,
) -> Benchmark:
    """``spin``: the canary before, and after unless told; None: none. ``least``: of the rounds."""
    stats = {
        "min": 0.98 * seconds if least is None else least,
        "q1": 0.99 * seconds,
        "median": seconds,
        "mean": 1.01 * seconds,
        "max": 1.2 * seconds,
    }
    return Benchmark(
        stats=tuple(sorted(stats.items())),
        rounds=50,
        iterations=1,
        before=() if spin is None else spins(spin),
        after=() if spin is None else spins(spin if after is None else after),
        code=code,
        again=again,
    )


Session = Mapping[str, Benchmark]


def past(index: int, **fields: object) -> PastRun:
    where = machine_of(MANIFEST)
    run = PastRun(
        id=f"run-{index}",
        started=f"{index:04}",
        kin=HERE.kin,
        machine=where.machine,
        fleet=where.fleet,
        base=True,
        branch="main",
    )
    return dataclasses.replace(run, **fields)  # type: ignore[arg-type]


def history(sessions: Sequence[Session], runs: Mapping[int, PastRun] | None = None) -> History:
    """``runs``: those that are not plain runs of the base, by their place."""
    found: dict[str, list[PastBenchmark]] = {}
    for index, session in enumerate(sessions):
        for name, one in session.items():
            found.setdefault(name, []).append(
                PastBenchmark(
                    index,
                    dict(one.stats),
                    one.rounds,
                    one.iterations,
                    (),
                    one.before,
                    one.after,
                    one.code,
                )
            )
    made = runs or {}
    return History(
        runs=tuple(made.get(index, past(index)) for index in range(len(sessions))),
        benchmarks=found,
    )


def quiet(count: int = 10, seconds: float = 0.001, **fields: object) -> list[Session]:
    """Sessions of one benchmark that did not change."""
    return [
        {NAME: benchmark(seconds * PHASES[index % len(PHASES)], **fields)}  # type: ignore[arg-type]
        for index in range(count)
    ]


def evidence(
    session: Session,
    *again: Benchmark,
    run: Run = MANIFEST,
    id: str = "now",
    collected: Sequence[str] | None = None,
) -> Evidence:
    """``again``: what :data:`NAME` took when it was measured again."""
    tests = tuple(session) if collected is None else tuple(collected)
    records = [Record(id, "", "", 0, run), Record(id, "", "", 0, Collection(tests=tests))]
    records += (Record(id, "", name, 0, Attempt(outcome=Outcome.PASSED)) for name in tests)
    records += (Record(id, "", name, 0, one) for name, one in session.items())
    records += (Record(id, "", NAME, number, one) for number, one in enumerate(again, 1))
    return Evidence.of(records)


def readings(
    shown: Evidence, known: History, metric: str = "benchmark.slowdown", statistic: str = ""
) -> tuple[Reading, ...]:
    request = Request(metric=metric, statistic=statistic)
    return measure(shown, [request], history=known)[request]
