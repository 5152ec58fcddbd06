"""What of a history a project publishes for those who cannot reach it: the base branch's latest runs.

As many as a baseline looks at, of each environment and machine, so that a value measured against this
part equals the value measured against the whole.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from pytest_readiness.history.interface import Store, Wanted
from pytest_readiness.measure.comparable import WINDOW
from pytest_readiness.model.history import (
    History,
    Part,
    PastAttempt,
    PastBenchmark,
    PastRun,
    PastTime,
    PastValue,
    Series,
)

LOOKED_AT = 500
"""Runs of each environment that are looked at, as for a session's own baselines."""
REACH = 60
"""Runs of a benchmark that are kept: what its window is anchored on may lie far before it."""
_EVERY_RUN = 10**6

R = TypeVar("R", PastValue, PastAttempt, PastTime, PastBenchmark)
K = TypeVar("K", bound=Hashable)
Owned = tuple[str, R]
"""A record, and the id of its run: two loads have indexes of their own."""


def published(store: Store) -> History:
    """The part of ``store`` that is worth publishing. Raises :class:`HistoryError`."""
    known = store.load(Wanted(parts=frozenset(), limit=_EVERY_RUN)).runs
    kept = _Kept()
    for kin in dict.fromkeys(run.kin for run in known):
        core = _values(store, kin, kept)
        away = frozenset(run.id for run in known) - core
        deep = Wanted(
            parts=frozenset({Part.ATTEMPTS, Part.TIMES}), kin=kin, limit=LOOKED_AT, exclude=away
        )
        _tests(store.load(deep), core, kept)
    return kept.history(known)


@dataclass(slots=True)
class _Kept:
    """What was chosen so far."""

    runs: set[str] = field(default_factory=set)
    values: dict[tuple[Series, str], list[Owned[PastValue]]] = field(default_factory=dict)
    attempts: dict[str, list[Owned[PastAttempt]]] = field(default_factory=dict)
    times: dict[str, list[Owned[PastTime]]] = field(default_factory=dict)
    benchmarks: dict[str, list[Owned[PastBenchmark]]] = field(default_factory=dict)
    exposure: dict[str, dict[str, int]] = field(default_factory=dict)

    def history(self, known: Sequence[PastRun]) -> History:
        runs = tuple(run for run in known if run.id in self.runs)
        index = {run.id: number for number, run in enumerate(runs)}
        values: dict[Series, dict[str, list[PastValue]]] = {}
        for (series, subject), told in sorted(_placed(self.values, index).items()):
            values.setdefault(series, {})[subject] = told
        return History(
            runs=runs,
            values=values,
            attempts=_placed(self.attempts, index),
            exposure={
                test: {
                    index[id]: count
                    for id, count in sorted(ran.items(), key=lambda one: index[one[0]])
                }
                for test, ran in sorted(self.exposure.items())
            },
            times=_placed(self.times, index),
            benchmarks=_placed(self.benchmarks, index),
            read_only=True,
        )


def _values(store: Store, kin: str, kept: _Kept) -> frozenset[str]:
    """Keep values and benchmarks; the runs whose tests are worth keeping as well, by id."""
    parts = frozenset({Part.VALUES, Part.BENCHMARKS})
    wide = store.load(Wanted(parts=parts, kin=kin, limit=LOOKED_AT))
    runs = wide.runs
    base = [index for index, run in enumerate(runs) if run.base]
    good = frozenset(index for index in base if runs[index].exit_status == 0)
    # flaky tests show in runs that failed, baselines come of those that did not
    core = latest(runs, base, WINDOW) | latest(runs, sorted(good), WINDOW)
    kept.runs |= {runs[index].id for index in core}
    for series, subjects in wide.values.items():
        for subject, told in subjects.items():
            held = [value for value in told if value.held and value.run in good]
            _keep(kept, kept.values, (series, subject), held, wide, WINDOW)
    for name, benchmarks in wide.benchmarks.items():
        told_good = [one for one in benchmarks if one.run in good]
        _keep(kept, kept.benchmarks, name, told_good, wide, REACH)
    return frozenset(runs[index].id for index in core)


def _tests(deep: History, core: Collection[str], kept: _Kept) -> None:
    """Keep all that is known of the tests of the runs chosen."""
    ids = {index: run.id for index, run in enumerate(deep.runs) if run.id in core}
    for test, ran in deep.exposure.items():
        kept.exposure.setdefault(test, {}).update(
            {ids[index]: count for index, count in ran.items() if index in ids}
        )
    for test in deep.attempts:
        own = [(ids[one.run], one) for one in deep.attempts[test] if one.run in ids]
        kept.attempts.setdefault(test, []).extend(own)
    for test in deep.times:
        kept.times.setdefault(test, []).extend(
            (ids[one.run], one) for one in deep.times[test] if one.run in ids
        )


def latest(runs: Sequence[PastRun], among: Iterable[int], most: int) -> frozenset[int]:
    """Of ``among``, oldest first, the last ``most`` of each machine and of each fleet, like selections apart."""
    groups: dict[tuple[str, str, tuple[str, ...]], list[int]] = {}
    for index in among:
        run = runs[index]
        groups.setdefault(("machine", run.machine, run.selection), []).append(index)
        groups.setdefault(("fleet", run.fleet, run.selection), []).append(index)
    return frozenset(index for group in groups.values() for index in group[-most:])


def _keep(
    kept: _Kept,
    place: dict[K, list[Owned[R]]],
    key: K,
    records: Sequence[R],
    history: History,
    most: int,
) -> None:
    chosen = latest(history.runs, dict.fromkeys(one.run for one in records), most)
    own = [(history.runs[one.run].id, one) for one in records if one.run in chosen]
    kept.runs.update(id for id, _ in own)
    if own:
        place.setdefault(key, []).extend(own)


def _placed(records: Mapping[K, list[Owned[R]]], index: Mapping[str, int]) -> dict[K, list[R]]:
    """By the new indexes, oldest first."""
    return {
        key: sorted(
            (one._replace(run=index[id]) for id, one in own if id in index),
            key=lambda one: one.run,
        )
        for key, own in records.items()
    }
