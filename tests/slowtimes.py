"""Histories of times and present runs made by hand, for tests of what compares them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pytest_readiness.measure.comparable import machine_of
from pytest_readiness.measure.slowdown import Pace, Sample, paces
from pytest_readiness.model.evidence import Environment, Run
from pytest_readiness.model.history import History, PastRun, PastTime
from strategies import run

LINUX = Environment(implementation="cpython", python="3.12", system="linux", cpu="x", cpus=2)
PRESENT = run(environment=LINUX, branch="main", target="main", commit="c")
NOISE = (0.0, 0.03, -0.02, 0.01, -0.03, 0.02, 0.015, -0.01, 0.005, -0.025)
"""Relative deviations of ten runs."""

Table = Mapping[str, Sample]


def computes(seconds: float) -> Sample:
    return Sample(seconds, seconds * 1.01)


def waits(seconds: float) -> Sample:
    return Sample(seconds * 0.01, seconds)


def scaled(table: Table, factor: float) -> dict[str, Sample]:
    return {
        test: Sample(None if one.cpu is None else one.cpu * factor, one.wall * factor)
        for test, one in table.items()
    }


def suite(computing: int = 12, waiting: int = 0) -> dict[str, Sample]:
    """Tests of different lengths."""
    made = {f"t.py::computes[{n}]": computes(0.01 * (n + 1)) for n in range(computing)}
    return made | {f"t.py::waits[{n}]": waits(0.02 * (n + 1)) for n in range(waiting)}


def steady(table: Table, runs: int = 10) -> list[dict[str, Sample]]:
    """Earlier runs with a little noise, different for each test."""
    past: list[dict[str, Sample]] = []
    for index in range(runs):
        past.append({})
        for number, (test, one) in enumerate(table.items()):
            noise = 1 + NOISE[(index * 7 + number * 3) % len(NOISE)]
            past[-1][test] = Sample(None if one.cpu is None else one.cpu * noise, one.wall * noise)
    return past


def past_run(number: int, present: Run = PRESENT, **fields: object) -> PastRun:
    where = machine_of(present)
    usual: dict[str, object] = {
        "id": str(number),
        "started": f"2026-01-{number + 1:02}",
        "kin": present.environment.kin,
        "machine": where.machine,
        "fleet": where.fleet,
        "base": True,
        "branch": "main",
    }
    return PastRun(**{**usual, **fields})  # type: ignore[arg-type]


def history(
    past: Sequence[Table], runs: Mapping[int, Mapping[str, object]] | None = None
) -> History:
    """Of earlier runs, oldest first; ``runs`` says what is special about some."""
    times: dict[str, list[PastTime]] = {}
    for index, table in enumerate(past):
        for test, one in table.items():
            times.setdefault(test, []).append(PastTime(index, one.cpu, one.wall))
    special = runs or {}
    return History(
        runs=tuple(past_run(index, **special.get(index, {})) for index in range(len(past))),
        times=times,
    )


def compare(past: Sequence[Table], now: Table, again: Table | None = None) -> Mapping[str, Pace]:
    repeated = {test: [one] for test, one in (again or {}).items()}
    return paces(history(past), PRESENT, now, repeated).tests
