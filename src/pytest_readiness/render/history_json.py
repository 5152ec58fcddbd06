"""Runs, records and trends of a history as JSON, for machines.

Numbers are exact where they can be: a ratio is two integers beside its nearest float. Text is what it
was, lone surrogates aside; whoever shows it has to escape it.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from pytest_readiness.model.chronicle import (
    BenchmarkChronicle,
    Judged,
    TestChronicle,
    Trend,
)
from pytest_readiness.model.evidence import Decision
from pytest_readiness.model.history import PastRun
from pytest_readiness.model.measurement import Measurement, Number
from pytest_readiness.render import escape

Json = dict[str, Any]
NAME = "pytest-readiness/history-view"
VERSION = 1


def runs(given: Sequence[PastRun]) -> str:
    return _document("runs", map(_run, given))


def tests(told: Sequence[TestChronicle]) -> str:
    return _document("tests", map(_test, told))


def benchmarks(told: Sequence[BenchmarkChronicle]) -> str:
    return _document("benchmarks", map(_benchmark, told))


def trends(told: Sequence[Trend]) -> str:
    return _document("trends", map(_trend, told))


def decisions(given: Sequence[tuple[str, str, Decision]]) -> str:
    """Gate, ids of the runs judged (with spaces between them) and decision of each."""
    return _document(
        "decisions",
        (
            {"gate": gate, "runs": runs.split(" "), **dataclasses.asdict(decision)}
            for gate, runs, decision in given
        ),
    )


def _document(kind: str, entries: Iterable[Json]) -> str:
    document = {"schema": NAME, "version": VERSION, kind: list(entries)}
    return json.dumps(_clean(document), indent=2, allow_nan=False) + "\n"


def _run(run: PastRun) -> Json:
    return dataclasses.asdict(run)


def _test(told: TestChronicle) -> Json:
    return {
        "test": told.test,
        "runs": told.runs,
        "looked_at": told.looked,
        "attempts": told.attempts,
        "reruns": told.reruns,
        "failed_runs": told.bad,
        "flaky": [dataclasses.asdict(one) for one in told.standings],
        "judged": [_judged(one) for one in told.judged],
        "times": [
            {
                "machine": pace.machine,
                "cpu": pace.cpu,
                "wall": pace.wall,
                "wall_before": pace.before,
                "runs": [
                    {"run": one.run.id, "cpu": one.time.cpu, "wall": one.time.wall}
                    for one in pace.times
                ],
            }
            for pace in told.paces
        ],
        "trials": [
            {
                "run": trial.run.id,
                "started": trial.run.started,
                "branch": trial.run.branch,
                "tree": trial.run.tree,
                "kin": trial.run.kin,
                "attempt": trial.attempt.number,
                "outcome": trial.attempt.outcome.value,
                "superseded": trial.attempt.superseded,
                "signature": trial.attempt.signature,
                "broken": trial.attempt.broken,
                "code": trial.attempt.code,
            }
            for trial in told.trials
        ],
    }


def _benchmark(told: BenchmarkChronicle) -> Json:
    return {
        "benchmark": told.benchmark,
        "runs": told.runs,
        "looked_at": told.looked,
        "judged": [_judged(one) for one in told.judged],
        "machines": [
            {
                "machine": pace.machine,
                "window": pace.window,
                "runs": [
                    {
                        "run": one.run.id,
                        "started": one.run.started,
                        "in_window": one.window,
                        **one.benchmark._asdict(),
                    }
                    for one in pace.records
                ],
            }
            for pace in told.paces
        ],
    }


def _trend(trend: Trend) -> Json:
    return {
        "metric": trend.series.metric,
        "statistic": trend.series.statistic,
        "component": trend.series.component,
        "subject": trend.subject,
        "unit": trend.metric.label or trend.metric.unit.value,
        "kin": trend.kin,
        "values": [
            {"run": one.run.id, "started": one.run.started, **_number(one.value)}
            for one in trend.values
        ],
    }


def _judged(one: Judged) -> Json:
    reading = one.reading
    told: Json = {"metric": one.metric.name, "run": one.run.id}
    if not isinstance(reading, Measurement):
        return {**told, "measured": False, "message": reading.message}
    return {
        **told,
        "measured": True,
        **_number(reading.value),
        "low": reading.low,
        "high": reading.high,
        "detail": reading.detail,
    }


def _number(value: Number) -> Json:
    if isinstance(value, Fraction):
        return {"value": float(value), "part": value.numerator, "total": value.denominator}
    return {"value": value}


def _clean(value: Any) -> Any:
    """What JSON can hold: text of every encoding, finite numbers."""
    if isinstance(value, str):
        return escape.well_formed(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {_clean(str(key)): _clean(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(item) for item in value]
    return _clean(dict(value)) if hasattr(value, "keys") else value
