"""Before and after: the last comparable run, and what each gate's metric was in it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from pytest_readiness.measure.baseline import place_of, series_of
from pytest_readiness.measure.comparable import Present
from pytest_readiness.model.evidence import Run
from pytest_readiness.model.history import History, PastValue, Series
from pytest_readiness.model.measurement import RUN, Measurement
from pytest_readiness.model.metric import SCORE, Direction, SubjectKind
from pytest_readiness.model.number import exact
from pytest_readiness.model.scorecard import GateResult
from pytest_readiness.model.standing import Before, Earlier, RuleChange

_NO_RULES: Mapping[str, int] = MappingProxyType({})


def earlier(
    runs: Iterable[Run],
    results: Iterable[GateResult],
    history: History,
    rules: Mapping[str, int] = _NO_RULES,
) -> Earlier | None:
    """The latest run that compares with these, of their own branch or of the base branch.

    What compares is the same as for the baselines of counts: environment and selection. It may have
    failed: to see what a failed run became is what this is for. None: there is no such run.

    :param rules: findings of tools by rule, as :func:`~pytest_readiness.measure.tool_rules.rules` tells.
    """
    present = tuple(runs)
    index = _last(present, history)
    if index is None:
        return None
    past = history.runs[index]
    values = history.values
    scores = {
        series.component: exact(value.value)
        for series, named in values.items()
        if series.metric == SCORE
        for value in _at(index, named.get("", ()))
        if math.isfinite(value.value)
    }
    return Earlier(
        run=place_of(past),
        verdict=past.verdict,
        values=tuple(_values(results, history, index)),
        score=scores.pop("", None),
        categories=tuple(sorted(scores.items())),
        rules=_rules(history, index, rules) if rules else (),
    )


def _last(runs: Sequence[Run], history: History) -> int | None:
    branches = {run.branch for run in runs if run.branch}
    projects = {run.project for run in runs}
    return max(
        (
            index
            for index in Present.of(runs).like(history)
            if (history.runs[index].base or history.runs[index].branch in branches)
            and (not history.runs[index].project or history.runs[index].project in projects)
        ),
        default=None,
        key=lambda index: (history.runs[index].started, index),
    )


def _values(results: Iterable[GateResult], history: History, index: int) -> Iterator[Before]:
    """Of gates on one value of the run; several on one value are told once."""
    seen: set[Series] = set()
    for result in results:
        gate, metric, now = result.gate, result.metric, result.reading
        if metric is None or metric.subject is not SubjectKind.RUN:
            continue
        series = series_of(metric, gate.statistic, gate.component, gate.select)
        if series in seen or not isinstance(now, Measurement) or not math.isfinite(now.value):
            continue
        seen.add(series)
        for past in _at(index, history.values.get(series, {}).get(now.subject.name, ())):
            if math.isfinite(past.value):
                then = Measurement(subject=RUN, value=past.value)
                yield Before(
                    metric=metric,
                    now=now,
                    then=then,
                    better=_better(metric.direction, now, then),
                    gate=gate.name,
                )


def _rules(history: History, index: int, now: Mapping[str, int]) -> tuple[RuleChange, ...]:
    from pytest_readiness.measure.tool_rules import BY_RULE, changes

    then = {
        name: value.value
        for name, told in history.values.get(BY_RULE, {}).items()
        for value in _at(index, told)
        if isinstance(value.value, int)
    }
    return tuple(changes(then, now))


def _better(direction: Direction, now: Measurement, then: Measurement) -> bool | None:
    one, other = exact(now.value), exact(then.value)
    if one == other or direction is Direction.NEITHER:
        return None
    return (one > other) is (direction is Direction.HIGHER)


def _at(index: int, known: Iterable[PastValue]) -> list[PastValue]:
    """Of one run: one value, or none."""
    return [value for value in known if value.run == index][-1:]
