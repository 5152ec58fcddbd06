"""Earlier runs judged again under a configuration of today, each with the history before it."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator, Mapping

from pytest_readiness import pipeline
from pytest_readiness.history.columns import ColumnError
from pytest_readiness.history.interface import HistoryError, Store, Wanted
from pytest_readiness.history.kept import Broken, judged
from pytest_readiness.history.wanting import wanted
from pytest_readiness.measure.definitions import definitions
from pytest_readiness.model.evidence import BasePolicy, Evidence
from pytest_readiness.model.history import NO_HISTORY, History, PastValue, Series
from pytest_readiness.model.policy import Policy
from pytest_readiness.model.what_if import Rejudged


def replay(store: Store, policy: Policy, last: int) -> Iterator[Rejudged]:
    """The latest ``last`` runs, oldest first. Raises :class:`HistoryError` where nothing can be read.

    What broke a gate in a run that was judged again is no baseline for the runs after it, though
    it may have been one then: the gate would have kept it from becoming one.

    The policy is compared with none that stood at a base then: it is no change of that one, and
    nothing of it binds today.
    """
    runs = store.load(Wanted(parts=frozenset(), limit=last)).runs
    broken: dict[str, Broken] = {}
    for index, run in enumerate(runs):
        since = frozenset(one.id for one in runs[index:])
        try:
            evidence = _unbased(store.evidence(run.id))
            history = _before(store, policy, evidence, since, broken)
        except (HistoryError, ColumnError, ValueError) as error:
            yield Rejudged(run=run, scorecard=None, problem=str(error))
            continue
        day = datetime.date.fromisoformat(run.started[:10])
        scorecard = pipeline.evaluate(evidence, policy, today=day, history=history)
        broken[run.id] = Broken(judged(scorecard))
        yield Rejudged(run=run, scorecard=scorecard)


def _unbased(evidence: Evidence) -> Evidence:
    if all(kind is not BasePolicy for kind, _, _ in evidence.groups()):
        return evidence
    return Evidence.of(
        record for record in evidence.records if not isinstance(record.data, BasePolicy)
    )


def _before(
    store: Store,
    policy: Policy,
    evidence: Evidence,
    since: frozenset[str],
    broken: Mapping[str, Broken],
) -> History:
    """What the run would have found."""
    configured = {metric.name: metric for metric in policy.metrics}
    asked = wanted(policy, definitions(evidence, configured), evidence)
    if asked is None:
        return NO_HISTORY
    history = store.load(dataclasses.replace(asked, exclude=asked.exclude | since))
    return _replayed(history, asked.series or frozenset(), broken)


def _replayed(history: History, wanted: frozenset[Series], broken: Mapping[str, Broken]) -> History:
    """With what the gates of today say of the values of runs that were judged again."""
    again = {index: broken[run.id] for index, run in enumerate(history.runs) if run.id in broken}
    if not again:
        return history
    values: dict[Series, dict[str, list[PastValue]]] = {}
    for series in wanted:
        named = {
            name: [
                one._replace(held=not again[one.run].has(series, name)) if one.run in again else one
                for one in told
            ]
            for name, told in history.values.get(series, {}).items()
        }
        for index, found in again.items():
            for of, name, measured in found.tests():
                if of == series:
                    told = [one for one in named.get(name, []) if one.run != index]
                    named[name] = sorted(
                        [*told, PastValue(index, measured.value, held=False)],
                        key=lambda one: one.run,
                    )
        values[series] = named
    return dataclasses.replace(history, values={**history.values, **values})
