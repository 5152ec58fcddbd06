"""How the gates of two policies differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from pytest_readiness.judge.gate_pairs import (
    Gates,
    Pair,
    falls_through,
    pairs,
    selects_all_of,
    taken_from,
)
from pytest_readiness.judge.implication import implies
from pytest_readiness.model.condition import Literal, Operator
from pytest_readiness.model.metric import Metric, SubjectKind
from pytest_readiness.model.policy import Gate, Level, Missing
from pytest_readiness.model.standing import Change, PolicyChange

_LEVELS = (Level.INFO, Level.RISK, Level.BLOCK)
_MISSING = (Missing.SKIP, Missing.RISK, Missing.FAIL)
_UPPER = frozenset({Operator.AT_MOST, Operator.BELOW})


def gate_changes(
    before: Sequence[Gate],
    after: Sequence[Gate],
    metrics: Mapping[str, Metric],
    *,
    scored: bool = False,
) -> tuple[PolicyChange, ...]:
    """One for each respect in which a gate differs.

    :param scored: the score is gated, so that what only weighs in it can let pass too.
    """
    return tuple(_changes(Gates(before=before, after=after, metrics=metrics), scored=scored))


def _changes(gates: Gates, *, scored: bool) -> Iterator[PolicyChange]:
    found = pairs(gates.before, gates.after)
    for pair in found:
        then, now = pair.before, pair.after
        if then is None and now is not None:
            taken = taken_from(gates, found, pair)
            yield PolicyChange(
                what="gate",
                name=now.name,
                change=Change.ADDED,
                weaker=taken is not None,
                before="" if taken is None else f"judged by {taken.name}",
                after=_shown(now),
                line=now.origin.line,
            )
        elif now is None and then is not None:
            yield PolicyChange(
                what="gate",
                name=then.name,
                change=Change.REMOVED,
                weaker=not falls_through(gates, found, pair),
                before=_shown(then),
            )
        elif then is not None and now is not None:
            yield from _differences(gates, found, pair, then, now, scored=scored)


def _differences(
    gates: Gates, found: Sequence[Pair], pair: Pair, then: Gate, now: Gate, *, scored: bool
) -> Iterator[PolicyChange]:
    def told(change: Change, weaker: bool, before: str, after: str) -> PolicyChange:
        return PolicyChange(
            what="gate",
            name=now.name,
            change=change,
            weaker=weaker,
            before=before,
            after=after,
            line=now.origin.line,
        )

    metric = gates.metrics.get(now.metric)
    for change in (_condition(then, now, metric), _level(then, now), *_absences(then, now)):
        if change is not None:
            yield told(*change)
    taken = taken_from(gates, found, pair)
    selection = _selection(gates, found, pair, then, now, taken)
    if selection is not None:
        yield told(*selection)
    elif taken is not None:
        yield told(Change.CHANGED, True, f"judged by {taken.name}", "judges before it")
    for key, old, new in (
        ("component", then.component, now.component),
        ("statistic", then.statistic, now.statistic),
    ):
        if old != new:
            yield told(Change.CHANGED, True, f"{key} {old or 'none'}", f"{key} {new or 'none'}")
    if then.weight != now.weight:
        yield told(Change.CHANGED, scored, _weight(then), _weight(now))
    if then.category != now.category:
        yield told(Change.CHANGED, scored, f"category {then.category}", f"category {now.category}")


_Difference = tuple[Change, bool, str, str]


def _condition(then: Gate, now: Gate, metric: Metric | None) -> _Difference | None:
    looser = not implies(
        now.condition, then.condition, metric, blind=then.when_no_baseline is Missing.FAIL
    )
    tighter = not implies(
        then.condition, now.condition, metric, blind=now.when_no_baseline is Missing.FAIL
    )
    if not looser and not tighter:
        return None
    return (_direction(looser, tighter), looser, then.condition.text, now.condition.text)


def _direction(looser: bool, tighter: bool) -> Change:
    if looser and tighter:
        return Change.CHANGED
    return Change.LOOSENED if looser else Change.TIGHTENED


def _level(then: Gate, now: Gate) -> _Difference | None:
    return _graded(_LEVELS, then.level, now.level, "level {}")


def _absences(then: Gate, now: Gate) -> Iterator[_Difference | None]:
    yield _graded(_MISSING, then.when_missing, now.when_missing, "when missing: {}")
    if then.condition.relative and now.condition.relative:
        yield _graded(_MISSING, then.when_no_baseline, now.when_no_baseline, "no baseline: {}")


def _graded(
    scale: Sequence[Level] | Sequence[Missing], then: object, now: object, text: str
) -> _Difference | None:
    names = [one.value for one in scale]
    ranks = {one: rank for rank, one in enumerate(scale)}
    old, new = ranks[then], ranks[now]  # type: ignore[index]
    if old == new:
        return None
    looser = new < old
    return (
        Change.LOOSENED if looser else Change.TIGHTENED,
        looser,
        text.format(names[old]),
        text.format(names[new]),
    )


def _selection(
    gates: Gates, found: Sequence[Pair], pair: Pair, then: Gate, now: Gate, taken: Gate | None
) -> _Difference | None:
    old, new = then.select, now.select
    if set(old) == set(new):
        return None
    texts = (_selected(then), _selected(now))
    metric = gates.metrics.get(now.metric)
    if metric is not None and metric.subject is SubjectKind.RUN:
        # fewer members of a count are judged, or more
        capped = _only(now, lambda operator: operator in _UPPER)
        if selects_all_of(new, old):
            return (Change.TIGHTENED if capped else Change.CHANGED, not capped, *texts)
        return (
            Change.LOOSENED if selects_all_of(old, new) and capped else Change.CHANGED,
            True,
            *texts,
        )
    if selects_all_of(new, old):
        return (Change.TIGHTENED if taken is None else Change.CHANGED, taken is not None, *texts)
    if falls_through(gates, found, pair):
        return (Change.CHANGED, taken is not None, *texts)
    return (Change.LOOSENED if selects_all_of(old, new) else Change.CHANGED, True, *texts)


def _only(gate: Gate, allowed: Callable[[Operator], bool]) -> bool:
    return all(
        allowed(term.operator) and isinstance(term.limit, Literal) for term in gate.condition.terms
    )


def _shown(gate: Gate) -> str:
    said = gate.condition.text
    if gate.select:
        said += f" of {', '.join(gate.select)}"
    return said if gate.level is Level.BLOCK else f"{said} ({gate.level.value})"


def _selected(gate: Gate) -> str:
    return f"selects {', '.join(gate.select) if gate.select else 'all'}"


def _weight(gate: Gate) -> str:
    return "no weight" if gate.weight is None else f"weight {gate.weight}"
