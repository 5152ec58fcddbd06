"""A metric of one subject, measured for its latest run against the runs before: as a session would."""

from __future__ import annotations

from pytest_readiness.history.interface import ALL_PARTS, Store, Wanted
from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.measure.measure import measure
from pytest_readiness.model.chronicle import Judged
from pytest_readiness.model.history import PastRun
from pytest_readiness.model.measurement import Reading, Request


class Judging:
    """Measures each run once, whatever the number of subjects."""

    def __init__(self, store: Store, metric: str) -> None:
        self._store = store
        self._metric = CATALOGUE.get(metric)
        self._known: dict[str, dict[str, Reading]] = {}

    def of(self, subject: str, run: PastRun) -> tuple[Judged, ...]:
        """The reading of ``subject`` in ``run``; nothing where there is none."""
        metric = self._metric
        if metric is None:
            return ()
        if run.id not in self._known:
            self._known[run.id] = self._measure(metric.name, run)
        reading = self._known[run.id].get(subject)
        return (Judged(metric, reading, run),) if reading is not None else ()

    def _measure(self, metric: str, run: PastRun) -> dict[str, Reading]:
        """Later runs are left out too: they are not what it was compared with."""
        runs = self._store.load(Wanted(parts=frozenset(), kin=run.kin)).runs
        ids = [one.id for one in runs]
        since = ids[ids.index(run.id) :] if run.id in ids else [run.id]
        history = self._store.load(
            Wanted(parts=ALL_PARTS, kin=run.kin, exclude=frozenset(since), series=frozenset())
        )
        evidence = self._store.evidence(run.id)
        request = Request(metric=metric)
        readings = measure(evidence, [request], history=history)[request]
        return {reading.subject.name: reading for reading in readings}
