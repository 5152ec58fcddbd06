"""Baselines: what earlier runs of the base branch say of a measurement's subject.

Only runs that compare count (``comparable``), of the base branch, that pytest itself passed; and of
those only values that kept their gates, so that a fall never becomes the next baseline. What is
exact (counts, coverage) is compared with the latest of them. What is noisy (times, memory, figures
with decimals) is compared with the median of the latest ten, of five at least: one run of a hosted
machine is off by tens of per cent, and a median bears nearly half of them being so.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from pytest_readiness.measure.comparable import NEEDED, WINDOW, Present
from pytest_readiness.measure.view import View
from pytest_readiness.model.evidence import Reason
from pytest_readiness.model.history import History, PastRun, PastTime, PastValue, Series
from pytest_readiness.model.measurement import Measurement, Number, Reading, Reference, Request
from pytest_readiness.model.metric import Metric, SubjectKind, Unit
from pytest_readiness.model.number import exact
from pytest_readiness.model.value import replace

NOISY = frozenset({"suite.memory", "test.timeout-share"})
"""Metrics whose values are not the same on the same code, though their units would allow it."""
_RECORD = "let whole, passing runs of the base branch be recorded"
_COMMIT = 7


def series_of(
    metric: Metric, statistic: str = "", component: str = "", select: Iterable[str] = ()
) -> Series:
    """Under which name values of the metric are kept: a component has values of its own only of
    what is one value of a run. What a gate selects has too, in whatever order it says so."""
    usual = statistic or metric.usual_statistic
    if metric.selects and select:
        usual = " ".join(sorted(set(select)))
    return Series(metric.name, usual, component if metric.subject is SubjectKind.RUN else "")


def noisy(metric: Metric, value: Number) -> bool:
    """Whether the same code has another value the next time."""
    return metric.unit is Unit.SECONDS or metric.name in NOISY or isinstance(value, float)


class Baselines:
    """Baselines of one run's measurements, or of those of runs that were merged."""

    def __init__(self, view: View, history: History) -> None:
        self._view = view
        self._history = history

    def beside(
        self, metric: Metric, request: Request, readings: Iterable[Reading]
    ) -> tuple[Reading, ...]:
        """The readings, each measurement with its baseline or with the reason why it has none."""
        return tuple(
            self._referred(metric, request, reading)
            if isinstance(reading, Measurement)
            else reading
            for reading in readings
        )

    def _referred(self, metric: Metric, request: Request, measured: Measurement) -> Measurement:
        history = self._history
        if history.unreadable:
            absent = Reference(
                text=history.problem or "the history could not be read",
                missing=Reason.ERROR,
                remedy=history.remedy,
            )
            return replace(measured, reference=absent)
        if history.problem and not history.runs:
            return replace(measured, reference=_none(history.problem, history.remedy))
        known = self._known(metric, request, measured.subject.name)
        if noisy(metric, measured.value):
            return self._median(measured, known)
        return self._latest(measured, known)

    def _latest(self, measured: Measurement, known: Sequence[PastValue]) -> Measurement:
        usable = self._exact
        for past in reversed(known):
            if past.run in usable and past.held and math.isfinite(past.value):
                where = place_of(self._history.runs[past.run])
                return replace(measured, baseline=past.value, reference=Reference(text=where))
        return replace(measured, reference=_none(self._why(measured, known), _RECORD))

    def _median(self, measured: Measurement, known: Sequence[PastValue]) -> Measurement:
        usable, remark = self._timed
        values = {
            past.run: past.value
            for past in known
            if past.run in usable and past.held and math.isfinite(past.value)
        }
        if len(values) < NEEDED:
            return replace(
                measured,
                reference=_none(f"{len(values)} of {NEEDED} comparable runs", _RECORD),
            )
        latest = sorted(values)[-WINDOW:]
        runs = self._history.runs
        days = dict.fromkeys((_day(runs[latest[0]]), _day(runs[latest[-1]])))
        said = f"median of {len(latest)} runs, {' to '.join(days)}"
        if remark:
            said += f", {remark}"
        middle = float(statistics.median([exact(values[run]) for run in latest]))
        return replace(measured, baseline=middle, reference=Reference(text=said))

    def _known(self, metric: Metric, request: Request, name: str) -> Sequence[PastValue]:
        """Earlier values of the subject, oldest first."""
        history = self._history
        series = series_of(metric, request.statistic, request.component, request.select)
        stored = history.values.get(series, {}).get(name, ())
        figure = _TIMES.get(metric.name)
        if figure is not None:
            times = history.times.get(name, ())
            taken = [(one.run, figure(one)) for one in times]
            known = [PastValue(run, value) for run, value in taken if value is not None]
        elif metric.name == "benchmark.time":
            known = [
                PastValue(one.run, one.stats[series.statistic])
                for one in history.benchmarks.get(name, ())
                if series.statistic in one.stats
            ]
        else:
            return stored
        broken = {one.run for one in stored if not one.held}
        return [one._replace(held=one.run not in broken) for one in known]

    def _why(self, measured: Measurement, known: Sequence[PastValue]) -> str:
        """Why an exact value has no baseline."""
        if not self._history.runs:
            return "no run was recorded before this one"
        if not self._like:
            return f"no earlier run is like this one ({self._present.kin})"
        if not self._exact:
            number = len(self._like)
            runs = (
                "the earlier run is not a passing run"
                if number == 1
                else (f"none of {number} comparable runs is a passing one")
            )
            return f"{runs} of the base branch"
        if any(past.run in self._exact for past in known):
            return "no earlier value kept its gates"
        return "it is new" if measured.subject.name else "no comparable run has measured it"

    @cached_property
    def _present(self) -> Present:
        return Present.of(self._view.runs.values())

    @cached_property
    def _like(self) -> list[int]:
        return self._present.like(self._history)

    @cached_property
    def _exact(self) -> Mapping[int, None]:
        """Runs that may move a baseline of what is exact."""
        runs = self._history.runs
        return {index: None for index in self._like if _qualifies(runs[index])}

    @cached_property
    def _timed(self) -> tuple[frozenset[int], str]:
        """The same of what is noisy, and a remark."""
        found, remark = self._present.alike(self._history, self._exact)
        return frozenset(found), remark


def _duration(time: PastTime) -> float | None:
    phases = [one for one in (time.setup, time.wall, time.teardown) if one is not None]
    return sum(phases) if phases else None


def _setup(time: PastTime) -> float | None:
    return time.setup


def _teardown(time: PastTime) -> float | None:
    return time.teardown


_TIMES: Mapping[str, Callable[[PastTime], float | None]] = {
    "test.duration": _duration,
    "test.setup": _setup,
    "test.teardown": _teardown,
}
"""Of what the times of every test are kept, not a value a metric."""


def _qualifies(run: PastRun) -> bool:
    return run.base and run.exit_status == 0


def _none(why: str, remedy: str) -> Reference:
    return Reference(text=why, missing=Reason.NO_BASELINE, remedy=remedy)


def place_of(run: PastRun) -> str:
    """``2026-11-18, main@1a2b3c4``."""
    commit = run.commit[:_COMMIT]
    where = f"{run.branch}@{commit}" if run.branch and commit else run.branch or commit
    return ", ".join(part for part in (_day(run), where) if part)


def _day(run: PastRun) -> str:
    return run.started[:10]
