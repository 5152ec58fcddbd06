"""Spurious red: runs that failed through flaky tests alone, as they were run and had nothing been rerun."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pytest_readiness.measure.flakiness import Flakiness


@dataclass(frozen=True, slots=True, kw_only=True)
class Spurious:
    """Numbers of runs."""

    runs: int
    as_run: int
    without_reruns: int


def spurious_red(
    flakiness: Flakiness, runs: Iterable[int], covers: Callable[[str], bool]
) -> Spurious:
    """Of the runs, those in which everything that failed was a flaky test, as far as known today.

    Incidents and broken code are not the tests' own doing: what failed there was no flaky test.
    """
    looked = set(runs)
    red: dict[int, bool] = {}
    first: dict[int, bool] = {}
    accused = flakiness.findings.contradictions
    for test, trials in flakiness.timeline.trials.items():
        if not covers(test):
            continue
        for run in trials.keys() & looked:
            trial = trials[run]
            by_chance = test in accused and flakiness.by_chance(test, run)
            if trial.last:
                red[run] = red.get(run, True) and by_chance
            if trial.first or trial.last:
                first[run] = first.get(run, True) and by_chance
    return Spurious(runs=len(looked), as_run=sum(red.values()), without_reruns=sum(first.values()))
