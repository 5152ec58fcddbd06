"""Which gate of one policy is which of another, and which gate judges what another one judged.

Entries on one metric are read from the top: of those of one level, statistic and component, a
subject is judged by the first that selects it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from pytest_readiness.judge.implication import implies
from pytest_readiness.model.glob import matches
from pytest_readiness.model.metric import Metric, SubjectKind
from pytest_readiness.model.pattern import pattern
from pytest_readiness.model.policy import Gate, Level, Missing
from pytest_readiness.model.value import NamedTuple, dataclass

_WILD = pattern(r"[*?]")
_STRICTNESS: Mapping[object, int] = {
    Level.INFO: 0,
    Level.RISK: 1,
    Level.BLOCK: 2,
    Missing.SKIP: 0,
    Missing.RISK: 1,
    Missing.FAIL: 2,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    before: Sequence[Gate]
    after: Sequence[Gate]
    metrics: Mapping[str, Metric]


class Pair(NamedTuple):
    """One gate then and now; None where there is none."""

    before: Gate | None
    after: Gate | None


def pairs(before: Sequence[Gate], after: Sequence[Gate]) -> tuple[Pair, ...]:
    """Every gate once: those of now in their order, then those that are gone.

    What is alike belongs together, then what has one name, then what judges the same subjects.
    """
    partner: dict[int, int] = {}
    old, new = list(range(len(before))), list(range(len(after)))
    for key in (_content, _given_name, _place, _name, _metric):
        free: dict[object, list[int]] = {}
        for index in old:
            free.setdefault(key(before[index]), []).append(index)
        for index in new:
            same = free.get(key(after[index]))
            if same and key(after[index]) is not None:
                partner[index] = same.pop(0)
        taken = set(partner.values())
        old = [index for index in old if index not in taken]
        new = [index for index in new if index not in partner]
    return (
        *(
            Pair(before[partner[index]] if index in partner else None, gate)
            for index, gate in enumerate(after)
        ),
        *(Pair(before[index], None) for index in old),
    )


def taken_from(gates: Gates, found: Sequence[Pair], pair: Pair) -> Gate | None:
    """The gate of before whose subjects this one judges now, less strictly; None: there is none."""
    now = pair.after
    if now is None or not _claims(now, gates.metrics):
        return None
    place = gates.after.index(now)
    for lower in gates.after[place + 1 :]:
        then = next(one.before for one in found if one.after is lower)
        if then is None or _kind(lower) != _kind(now) or _kind(then) != _kind(lower):
            continue
        if pair.before is not None and _stood_above(gates.before, pair.before, then, now):
            continue
        if not as_strict(now, then, gates.metrics):
            return then
    return None


def falls_through(gates: Gates, found: Sequence[Pair], pair: Pair) -> bool:
    """Whether all that the gate judged, and judges no more, is judged by others as strictly."""
    then = pair.before
    if then is None:
        return True
    subjects = _claims(then, gates.metrics)
    above = _above(gates.before, then)
    for one in found:
        other = one.after
        if other is None or other is pair.after or _kind(other) != _kind(then):
            continue
        strict = as_strict(other, then, gates.metrics)
        if not subjects:  # each judges the run on its own
            if strict and set(other.select) == set(then.select):
                return True
            continue
        if one.before is not None and one.before in above and one.before.select == other.select:
            continue  # what it selects was not this gate's
        if not strict:
            return False
        if selects_all_of(other.select, then.select):
            return True
    return False


def as_strict(gate: Gate, other: Gate, metrics: Mapping[str, Metric]) -> bool:
    """Whether what *gate* lets pass, *other* does too."""
    return (
        _STRICTNESS[gate.level] >= _STRICTNESS[other.level]
        and _STRICTNESS[gate.when_missing] >= _STRICTNESS[other.when_missing]
        and _STRICTNESS[gate.when_no_baseline] >= _STRICTNESS[other.when_no_baseline]
        and implies(
            gate.condition,
            other.condition,
            metrics.get(gate.metric),
            blind=other.when_no_baseline is Missing.FAIL,
        )
    )


def selects_all_of(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether globs select all that others do, as far as that is plain to see; none select all."""
    wide, narrow = tuple(one), tuple(other)
    if not wide or not narrow:
        return not wide
    return all(any(_covers(glob, found) for glob in wide) for found in narrow)


def _covers(glob: str, other: str) -> bool:
    if glob == other:
        return True
    if not _WILD.search(other):
        return matches(glob, other)
    stem = glob.removesuffix("**")
    below = (not stem and glob == "**") or stem.endswith("/")
    return below and not _WILD.search(stem) and other.startswith(stem)


def _claims(gate: Gate, metrics: Mapping[str, Metric]) -> bool:
    """Whether a subject that it judges is taken from the gates below."""
    metric = metrics.get(gate.metric)
    return metric is None or metric.subject is not SubjectKind.RUN


def _kind(gate: Gate) -> object:
    return (gate.metric, gate.level, gate.statistic, gate.component)


def _above(gates: Sequence[Gate], gate: Gate) -> list[Gate]:
    return [one for one in _until(gates, gate) if _kind(one) == _kind(gate)]


def _until(gates: Sequence[Gate], gate: Gate) -> Iterator[Gate]:
    for one in gates:
        if one is gate:
            return
        yield one


def _stood_above(gates: Sequence[Gate], upper: Gate, lower: Gate, now: Gate) -> bool:
    """Whether what is judged above now was judged there before too."""
    if _kind(upper) != _kind(now) or not any(one is upper for one in _until(gates, lower)):
        return False
    return selects_all_of(upper.select, now.select)


_Key = Callable[[Gate], object]


def _content(gate: Gate) -> object:
    return (_kind(gate), gate.condition, gate.select, gate.when_missing, gate.when_no_baseline)


def _given_name(gate: Gate) -> object:
    """None for a name that only counts the metric's entries."""
    own = gate.name != gate.metric and not gate.name.startswith(f"{gate.metric}#")
    return (gate.metric, gate.name) if own else None


def _place(gate: Gate) -> object:
    return (gate.metric, gate.statistic, gate.component, frozenset(gate.select))


def _name(gate: Gate) -> object:
    return (gate.metric, gate.name)


def _metric(gate: Gate) -> object:
    return (gate.metric, gate.statistic, gate.component)
