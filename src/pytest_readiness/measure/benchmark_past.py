"""The earlier runs of a run's benchmarks: which are comparable, under which name, at which pace.

Without canaries (an imported history) the drift of the session's other benchmarks stands in: the
median of how much slower they all were than usual. It cannot tell a suite that slowed down as a whole
from a machine that did.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from pytest_readiness.measure.benchmark_track import REACH, Track, follow, logarithms
from pytest_readiness.measure.canary import Pace, drift_pace, pace_of
from pytest_readiness.measure.comparable import NEEDED, alike
from pytest_readiness.measure.exceeding import Point
from pytest_readiness.model.evidence import Benchmark, Run
from pytest_readiness.model.history import History, PastBenchmark

_OTHERS = 2
"""Other benchmarks of a session without which it has no drift."""
_PRESENT = -1


class Traced(NamedTuple):
    """A benchmark of the present run, and what is known of it from earlier ones."""

    point: Point
    track: Track
    remarks: tuple[str, ...] = ()
    found: int = 0
    """Comparable earlier runs of the base that measured it, whatever its code."""


class Past:
    """For one run of the evidence, and one statistic."""

    def __init__(
        self, history: History, run: Run, present: Mapping[str, Benchmark], statistic: str
    ) -> None:
        self._history = history
        self._run = run
        self._present = present
        self._statistic = statistic
        self._drifts: dict[int, dict[str, float]] = {}

    def trace(self, name: str) -> Traced:
        """``name`` is one of the present benchmarks."""
        benchmark = self._present[name]
        known = self._pasts.get(name, ())
        remarks: tuple[str, ...] = ()
        former = self._renamed.get(name)
        if former is not None:
            known = tuple(sorted((*self._pasts[former], *known), key=lambda past: past.run))
            remarks = (f"it was called {former} before",)
        own = pace_of(benchmark.before, benchmark.after)
        paces = [pace_of(past.before, past.after) for past in known]
        points = []
        canary = own is not None and sum(pace is not None for pace in paces) >= NEEDED
        for past, pace in zip(known, paces, strict=True):
            used = pace if canary else self._drift(past.run, former or name)
            points.append(Point(past.run, logarithms(past.stats), used, past.code))
        track = follow(points, lambda index: self._history.runs[index].base, self._statistic)
        if self._remark:
            remarks = (*remarks, self._remark)
        return Traced(
            point=Point(
                _PRESENT,
                logarithms(dict(benchmark.stats)),
                own if canary else self._drift(_PRESENT, name),
                benchmark.code,
            ),
            track=track,
            remarks=remarks,
            found=sum(self._history.runs[past.run].base for past in known),
        )

    @cached_property
    def _comparable(self) -> tuple[frozenset[int], str]:
        """Earlier runs that measured any of the benchmarks, did not fail, and are of the same kind."""
        measured = {past.run for pasts in self._history.benchmarks.values() for past in pasts}
        runs = self._history.runs
        whole = [
            index
            for index in sorted(measured)
            if runs[index].exit_status == 0
            and not runs[index].failed
            and (runs[index].base or self._same_line(index))
        ]
        found, remark = alike(self._history, self._run, whole)
        return frozenset(found), remark

    def _same_line(self, index: int) -> bool:
        """Of the same branch: it cannot move the window, and can confirm what is seen now."""
        return bool(self._run.branch) and self._history.runs[index].branch == self._run.branch

    @property
    def _remark(self) -> str:
        return self._comparable[1]

    @cached_property
    def _pasts(self) -> dict[str, tuple[PastBenchmark, ...]]:
        indexes = self._comparable[0]
        found = {
            name: tuple(past for past in pasts if past.run in indexes)[-REACH:]
            for name, pasts in self._history.benchmarks.items()
        }
        return {name: pasts for name, pasts in found.items() if pasts}

    @cached_property
    def _renamed(self) -> dict[str, str]:
        codes = {name: benchmark.code for name, benchmark in self._present.items()}
        return renamed(codes, self._pasts)

    def _drift(self, run: int, name: str) -> Pace | None:
        others = self._drifts_of(run)
        values = [value for other, value in others.items() if other != name]
        return drift_pace(values) if len(values) >= _OTHERS else None

    def _drifts_of(self, run: int) -> dict[str, float]:
        """How much slower each benchmark was in a run than it usually is, as a logarithm."""
        if not self._drifts:
            self._drifts[_PRESENT] = {}
            for name, pasts in self._pasts.items():
                values = {
                    past.run: value
                    for past in pasts
                    if (value := logarithms(past.stats).get(self._statistic)) is not None
                }
                if len(values) < NEEDED:
                    continue
                usual = statistics.median(values.values())
                for index, value in values.items():
                    self._drifts.setdefault(index, {})[name] = value - usual
                if name in self._present:
                    now = logarithms(dict(self._present[name].stats)).get(self._statistic)
                    if now is not None:
                        self._drifts[_PRESENT][name] = now - usual
        return self._drifts.get(run, {})


def renamed(
    codes: Mapping[str, str], pasts: Mapping[str, tuple[PastBenchmark, ...]]
) -> dict[str, str]:
    """Present names to former ones: one that is gone, and had the same code and parameters.

    Where several are gone, or several are new, that look alike, none is followed.
    """
    gone: dict[tuple[str, str], list[str]] = {}
    for name, past in pasts.items():
        if name not in codes and past[-1].code:
            gone.setdefault((past[-1].code, _parameters(name)), []).append(name)
    new: dict[tuple[str, str], list[str]] = {}
    for name, code in codes.items():
        own = pasts.get(name, ())
        if code and len(own) < NEEDED:
            new.setdefault((code, _parameters(name)), []).append(name)
    return {
        names[0]: gone[key][0]
        for key, names in new.items()
        if len(names) == 1 and len(gone.get(key, ())) == 1
    }


def _parameters(name: str) -> str:
    """``[1-2]`` at the end of a test's id."""
    start = name.find("[")
    return name[start:] if start >= 0 else ""
