"""What of a history a project publishes for those who cannot reach it: the base branch's latest runs.

As many as a baseline looks at, of each environment and machine, so that a value measured against this
part equals the value measured against the whole.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from pytest_readiness.history.interface import ALL_PARTS, Store, Wanted
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
    for kin in dict.fromkeys(run.kin for run in known if run.kin):
        _of_kin(store, kin, known, kept)
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


def _of_kin(store: Store, kin: str, known: Sequence[PastRun], kept: _Kept) -> None:
    """Keep what may be compared within one environment."""
    wide = store.load(Wanted(kin=kin, limit=LOOKED_AT, parts=ALL_PARTS - {Part.ATTEMPTS}))
    runs = wide.runs
    base = [index for index, run in enumerate(runs) if run.base]
    good = dict.fromkeys(index for index in base if runs[index].exit_status == 0)
    # flaky tests show in runs that failed, baselines come of those that did not
    core = latest(runs, base, WINDOW) | latest(runs, good, WINDOW)
    kept.runs |= {runs[index].id for index in core}
    for key, told in _each_value(wide):
        held = [value for value in told if value.held and value.run in good]
        _keep(kept, kept.values, key, held, wide, WINDOW)
    for name, benchmarks in wide.benchmarks.items():
        told_base = [one for one in benchmarks if runs[one.run].base]
        _keep(kept, kept.benchmarks, name, told_base, wide, REACH)
    away = frozenset(run.id for run in known) - {runs[index].id for index in core}
    deep = store.load(
        Wanted(parts=frozenset({Part.ATTEMPTS, Part.TIMES}), kin=kin, limit=len(core), exclude=away)
    )
    _times(deep, wide, core, good, kept)
    for key, told in _each_value(wide):  # a time that broke its gate is told by its value
        ids = ((runs[value.run].id, value) for value in told if not value.held)
        broken = [one for one in ids if one[0] in kept.runs]
        if broken:
            kept.values.setdefault(key, []).extend(broken)


def _times(
    deep: History, wide: History, core: Collection[int], good: Mapping[int, None], kept: _Kept
) -> None:
    """Keep attempts and times of the tests of the ``core``, and older times where those are too few."""
    runs = wide.runs
    chosen = {runs[index].id: index for index in core}
    ids = {index: run.id for index, run in enumerate(deep.runs) if run.id in chosen}
    older = _groups(runs, [index for index in good if index not in core])
    unheld = {
        (subject, value.run)
        for (_, subject), told in _each_value(wide)
        for value in told
        if subject and not value.held
    }
    for test, ran in deep.exposure.items():
        kept.exposure.setdefault(test, {}).update(
            {ids[index]: count for index, count in ran.items() if index in ids}
        )
    for test in deep.attempts:
        own = [(ids[one.run], one) for one in deep.attempts[test] if one.run in ids]
        kept.attempts.setdefault(test, []).extend(own)
    for test in {*deep.times, *(wide.times if older else ())}:
        times = [(ids[one.run], one) for one in deep.times.get(test, ()) if one.run in ids]
        held = [chosen[id] for id, _ in times if (test, chosen[id]) not in unheld]
        enough = _groups(runs, [index for index in held if index in good])
        if any(len(enough.get(group, ())) < WINDOW for group in older):
            usable = [one for one in wide.times.get(test, ()) if one.run in good]
            every = dict.fromkeys(one.run for one in usable)
            kept_gates = [index for index in every if (test, index) not in unheld]
            last = latest(runs, every, WINDOW) | latest(runs, kept_gates, WINDOW)
            more = [one for one in usable if one.run in last and one.run not in core]
            kept.runs.update(runs[one.run].id for one in more)
            times += [(runs[one.run].id, one) for one in more]
        if times:
            kept.times.setdefault(test, []).extend(times)


def _each_value(history: History) -> Iterable[tuple[tuple[Series, str], Sequence[PastValue]]]:
    for series, subjects in history.values.items():
        for subject, told in subjects.items():
            yield (series, subject), told


def latest(runs: Sequence[PastRun], among: Iterable[int], most: int) -> frozenset[int]:
    """Of ``among``, oldest first, the last ``most`` of each group of runs whose times compare."""
    groups = _groups(runs, among)
    return frozenset(index for group in groups.values() for index in group[-most:])


def _groups(runs: Sequence[PastRun], among: Iterable[int]) -> dict[Hashable, list[int]]:
    """Each run with those of its machine, and with those of its fleet; like selections only."""
    groups: dict[Hashable, list[int]] = {}
    for index in among:
        run = runs[index]
        groups.setdefault(("machine", run.machine, run.selection), []).append(index)
        groups.setdefault(("fleet", run.fleet, run.selection), []).append(index)
    return groups


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
