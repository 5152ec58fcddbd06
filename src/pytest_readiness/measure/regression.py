"""``benchmark.slowdown``: each benchmark against the window of its earlier runs.

A figure that exceeds the window makes a suspect: its interval reaches down to 0 %, so that no gate
fails on it alone. It is confirmed by an earlier run of the same line that was slower too, by measuring
again in the same session at least 30 s later, or when it is beyond twice at once; then the interval
leaves out what noise explains. Within the window's noise the slowdown is 0 %.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from typing import NamedTuple

from pytest_readiness.measure.benchmark import benchmark_holes, subject_of
from pytest_readiness.measure.benchmark_past import Past, Traced
from pytest_readiness.measure.benchmark_track import choose, differs, logarithms
from pytest_readiness.measure.benchmark_verdict import Look, Verdict, settle
from pytest_readiness.measure.canary import pace_of
from pytest_readiness.measure.comparable import NEEDED
from pytest_readiness.measure.exceeding import Compared, Point, State, compare
from pytest_readiness.measure.holes import Holes, not_measured
from pytest_readiness.measure.integrity import Hole
from pytest_readiness.measure.scope import Scope
from pytest_readiness.measure.view import View
from pytest_readiness.model.evidence import Benchmark, Evidence, Reason
from pytest_readiness.model.history import History
from pytest_readiness.model.measurement import (
    Measurement,
    Member,
    Reading,
    Subject,
)
from pytest_readiness.model.metric import Metric, SubjectKind

MANY = 3
"""Suspects from which on they are one finding, where they are at least half of all benchmarks."""
_MEASURE = "measure them where the history is kept, on the base branch"


class Judged(NamedTuple):
    """One benchmark, and what is said of it."""

    subject: Subject
    reading: Reading
    verdict: Verdict | None
    """None: it could not be compared."""
    compared: Compared | None = None
    """Its first measurement of this session against the window."""


def measure_slowdown(
    metric: Metric, statistic: str, view: View, holes: Holes, history: History, scope: Scope
) -> tuple[Reading, ...]:
    """A reading for every benchmark, and where most are slower, one of the run in their place."""
    told = benchmark_holes(view, holes)
    found = [
        one
        for one in judge_benchmarks(view, history, statistic or metric.usual_statistic)
        if scope.covers(one.subject.id)
    ]
    if not found and not told and scope.component is not None:
        message = f"no benchmark lies in the paths of component {scope.component.name}"
        told = (Hole(Reason.NO_DATA, message, "check its `paths`"),)
    readings = _together(found, scope.subject)
    return (not_measured(scope.subject, told), *readings) if told else readings


def suspects(evidence: Evidence, history: History, statistic: str = "median") -> tuple[str, ...]:
    """Ids of benchmarks that are slower, or may be, in canonical order: to be measured again."""
    found = judge_benchmarks(View(evidence), history, statistic)
    doubtful = (State.SLOWER, State.UNSURE)
    names = (one.subject.id for one in found if one.verdict and one.verdict.state in doubtful)
    return tuple(dict.fromkeys(names))


def judge_benchmarks(view: View, history: History, statistic: str) -> list[Judged]:
    """Every benchmark that any run measured; of several runs in one environment the worst."""
    measured: dict[str, dict[str, list[Benchmark]]] = {}
    for record, benchmark in view.select(Benchmark):
        if record.run in view.runs:
            measured.setdefault(record.run, {}).setdefault(record.subject, []).append(benchmark)
    worst: dict[tuple[str, str], Judged] = {}
    for run, named in measured.items():
        firsts = {name: attempts[0] for name, attempts in named.items()}
        past = Past(history, view.runs[run], firsts, statistic)
        for name, attempts in named.items():
            subject = subject_of(name, view.environment(run))
            judged = _judged(subject, attempts, past, statistic, history)
            key = (name, subject.environment)
            worst[key] = max(worst[key], judged, key=_gravity) if key in worst else judged
    return [worst[key] for key in sorted(worst)]


_ORDER = (State.FASTER, State.WITHIN, State.UNSURE, State.SLOWER)


def _gravity(judged: Judged) -> tuple[int, bool, float]:
    verdict = judged.verdict
    if verdict is None:
        return (-1, False, 0.0)
    return (_ORDER.index(verdict.state), bool(verdict.confirmed), verdict.slowdown)


def _judged(
    subject: Subject,
    attempts: Sequence[Benchmark],
    past: Past,
    statistic: str,
    history: History,
) -> Judged:
    if history.unreadable:
        problem = Hole(Reason.ERROR, history.problem, history.remedy)
        return Judged(subject, not_measured(subject, (problem,)), None)
    traced = past.trace(subject.id)
    window = choose(traced.point, traced.track.accepted)
    missing = _missing(traced, window, statistic, history)
    if missing is not None:
        return Judged(subject, not_measured(subject, (missing,)), None)
    compared = compare(traced.point, window, statistic)
    looks = [Look(0.0, compared), *_again(attempts[1:], traced, statistic)]
    verdict = settle(looks, traced.track.pending, len(window))
    notes = [verdict.said, *traced.remarks, traced.track.note]
    detail = "; ".join([_figures(compared, len(window), statistic), *filter(None, notes)])
    reading = Measurement(
        subject=subject,
        value=verdict.slowdown,
        low=verdict.low,
        high=verdict.high,
        detail=detail,
    )
    return Judged(subject, reading, verdict, compared)


def _again(attempts: Sequence[Benchmark], traced: Traced, statistic: str) -> list[Look]:
    """The benchmark measured again, where there is a canary: few others ran then, to tell a drift by."""
    looks = []
    accepted = traced.track.accepted
    for benchmark in attempts:
        point = Point(
            run=-1,
            figures=logarithms(dict(benchmark.stats)),
            pace=pace_of(benchmark.before, benchmark.after),
            code=benchmark.code,
        )
        if (pace := traced.point.pace) is not None and not (pace.canary and point.pace):
            continue
        if pace is None:
            point = point._replace(pace=None)
        if statistic in point.figures:
            found = compare(point, choose(point, accepted), statistic)
            looks.append(Look(benchmark.again, found))
    return looks


def _missing(
    traced: Traced, window: Sequence[Point], statistic: str, history: History
) -> Hole | None:
    """Why it cannot be compared."""
    if statistic not in traced.point.figures:
        message = f"its evidence does not tell the statistic {statistic}"
        return Hole(Reason.NO_DATA, message)
    if differs(traced.point, traced.track.accepted):
        message = f"the benchmark itself has changed: 0 of {NEEDED} comparable runs of its new code"
        return Hole(Reason.NO_BASELINE, message, _MEASURE)
    if len(window) >= NEEDED:
        return None
    if history.problem and not history.runs:
        return Hole(Reason.NO_BASELINE, history.problem, history.remedy)
    message = f"no baseline: {len(window)} of {NEEDED} comparable runs"
    if traced.track.note and traced.found > len(window):
        message += f" since {traced.track.note}"
    return Hole(Reason.NO_BASELINE, message, _MEASURE)


def _figures(found: Compared, runs: int, statistic: str) -> str:
    change = math.expm1(found.ratio) * 100
    noise = math.expm1(found.limit) * 100
    return f"{statistic} {change:+.1f} % against {runs} runs, whose noise explains {noise:.1f} %"


def _together(found: Sequence[Judged], whole: Subject) -> tuple[Reading, ...]:
    """Many suspects at once have one cause: one finding, with the benchmarks as its members."""
    readings: list[Reading] = []
    environments: dict[str, list[Judged]] = {}
    for one in found:
        environments.setdefault(one.subject.environment, []).append(one)
    for environment, group in environments.items():
        slower = [one for one in group if one.verdict and one.verdict.state is State.SLOWER]
        compared = sum(one.verdict is not None for one in group)
        if len(slower) < MANY or 2 * len(slower) < compared:
            continue
        readings.append(_suite(slower, compared, whole, environment))
        left = {id(one) for one in slower}
        found = [one for one in found if id(one) not in left]
    readings += (one.reading for one in found)
    return tuple(readings)


def _suite(slower: Sequence[Judged], compared: int, whole: Subject, environment: str) -> Reading:
    """In the middle of its members, and confirmed when most of them are."""
    verdicts = [one.verdict for one in slower if one.verdict is not None]
    confirmed = 2 * sum(bool(one.confirmed) for one in verdicts) > len(verdicts)
    chosen = [one for one in verdicts if bool(one.confirmed) == confirmed]
    members = sorted(slower, key=_gravity, reverse=True)
    said = "confirmed" if confirmed else "suspected"
    return Measurement(
        subject=Subject(kind=SubjectKind.RUN, component=whole.component, environment=environment),
        value=statistics.median(one.slowdown for one in verdicts),
        low=statistics.median(one.low or 0.0 for one in chosen) if confirmed else 0.0,
        high=max(one.high or one.slowdown for one in verdicts),
        members=tuple(
            Member(
                subject=one.subject,
                detail=one.reading.detail if isinstance(one.reading, Measurement) else "",
            )
            for one in members
        ),
        detail=f"{len(slower)} of {compared} benchmarks are slower together, {said}: "
        "look for one cause, a dependency, the interpreter or the machine",
    )
