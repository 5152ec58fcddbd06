"""Gates as they are written: short, long, several on one metric, dotted or quoted, ``false``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pytest_readiness.config.gate import (
    GATE_KEYS,
    not_text,
    read_condition,
    read_gate,
    read_settings,
)
from pytest_readiness.config.names import KeyPath, quote
from pytest_readiness.config.overlay import Amend, Change, Layer, Replace
from pytest_readiness.config.table import Source, Table, as_table
from pytest_readiness.config.vocabulary import Vocabulary
from pytest_readiness.model.metric import Metric
from pytest_readiness.model.policy import Gate, Level
from pytest_readiness.model.value import dataclass

_EVERYTHING = frozenset({"*", "**", "**/*"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    metric: str
    path: KeyPath
    value: object


def read_gates(table: Table | None, vocabulary: Vocabulary) -> Layer:
    """Read a table of gates; each is noted under the metric that it is on."""
    layer: dict[str, Change] = {}
    if table is None:
        return layer
    first: dict[str, KeyPath] = {}
    for written in _flatten(table, vocabulary):
        if written.metric in first:
            there = table.source.origin(first[written.metric])
            line = f" (line {there.line})" if there.line else ""
            table.source.problem(
                written.path,
                f"the metric {written.metric} has a gate already, {there.key}{line}",
                remedy="keep one of the two; for several gates on one metric write an array of tables",
            )
            continue
        first[written.metric] = written.path
        if not vocabulary.check_metric(table.source, written.path, written.metric):
            continue
        change = _read(written, table.source, vocabulary)
        if change is not None:
            layer[written.metric] = change
    return layer


def names_written(table: Table | None, vocabulary: Vocabulary) -> dict[str, str]:
    """The metric of everything that is written as a gate, by metric and by name, right or wrong.

    So that a waiver is not called wrong where only its gate is.
    """
    names: dict[str, str] = {}
    for written in _flatten(table, vocabulary) if table else ():
        if written.value is False:
            continue
        names[written.metric] = written.metric
        entries = written.value if isinstance(written.value, list) else [written.value]
        for index, entry in enumerate(entries):
            name = entry.get("name") if isinstance(entry, dict) else None
            if isinstance(name, str):
                names[name] = written.metric
            elif index:
                names[f"{written.metric}#{index + 1}"] = written.metric
    return names


def _flatten(table: Table, vocabulary: Vocabulary) -> Iterator[_Written]:
    """Every gate of the table; nested tables are dotted names."""

    def walk(prefix: str, path: KeyPath, data: Mapping[str, object]) -> Iterator[_Written]:
        for key, value in data.items():
            name, here = f"{prefix}{key}", (*path, key)
            if isinstance(value, dict) and not _is_gate(name, key, value, vocabulary):
                yield from walk(f"{name}.", here, value)
            else:
                yield _Written(metric=name, path=here, value=value)

    yield from walk("", table.path, table.data)


def _is_gate(name: str, key: str, value: Mapping[str, object], vocabulary: Vocabulary) -> bool:
    """Whether a table is a gate in its long form, or only the first part of dotted names."""
    if "require" in value or name in vocabulary.metrics or "." in key:
        return True
    return bool(value) and all(
        below in GATE_KEYS and not isinstance(value[below], dict) for below in value
    )


def _read(written: _Written, source: Source, vocabulary: Vocabulary) -> Change | None:
    path, value, metric = written.path, written.value, written.metric
    change: Change | None = None
    match value:
        case False:
            change = Replace(gates=())
        case str():
            condition = read_condition(source, path, value, vocabulary.unit_of(metric))
            if condition is not None:
                origin = source.origin(path)
                gate = Gate(name=metric, metric=metric, condition=condition, origin=origin)
                change = Replace(gates=(gate,))
        case dict():
            change = _long(Table(source=source, path=path, data=value), metric, vocabulary)
        case list():
            change = _several(source, path, value, metric, vocabulary)
        case True:
            source.problem(path, "true is no gate", remedy=_HOW)
        case _:
            not_text(source, path, value, vocabulary.unit_of(metric))
    return change


def _long(table: Table, metric: str, vocabulary: Vocabulary) -> Change | None:
    if "require" in table.data:
        gate = read_gate(table, metric, metric, vocabulary)
        return None if gate is None else Replace(gates=(gate,))
    if not table.data:
        table.source.problem(table.path, "the table is empty", remedy=_HOW)
        return None
    return Amend(path=table.path, settings=read_settings(table, metric, vocabulary))


_HOW = (
    'write a condition in quotes (">= 90%"), false for no gate,'
    " or a table with require (or with settings of the profile's gate to change)"
)


def _several(
    source: Source,
    path: KeyPath,
    entries: list[object],
    metric: str,
    vocabulary: Vocabulary,
) -> Change | None:
    if not entries:
        source.problem(path, "the array is empty", remedy="write false for no gate on the metric")
        return None
    gates: list[Gate] = []
    for index, entry in enumerate(entries):
        table = as_table(source, (*path, index), entry)
        if table is None:
            continue
        if table.need(["require"], "each entry of an array is a gate of its own, with a condition"):
            name = metric if index == 0 else f"{metric}#{index + 1}"
            gate = read_gate(table, name, metric, vocabulary)
            if gate is not None:
                _check_reached(table, gate, gates, vocabulary.metrics.get(metric))
                gates.append(gate)
        else:
            read_settings(table, metric, vocabulary)
    return Replace(gates=tuple(gates))


def _check_reached(table: Table, gate: Gate, above: list[Gate], metric: Metric | None) -> None:
    """A subject is judged by the first entry that selects it: whatever is below a catch-all is dead."""
    usual = metric.usual_statistic if metric is not None else ""

    def family(one: Gate) -> tuple[Level, str, str]:
        return (one.level, one.statistic or usual, one.component)

    for earlier in above:
        if family(earlier) != family(gate):
            continue
        if earlier.select and not _EVERYTHING & set(earlier.select):
            if gate.select and set(gate.select) <= set(earlier.select):
                table.problem(
                    "select",
                    f"no subject gets here: {quote(earlier.name)} above selects the same",
                    remedy="each subject is judged by the first entry that selects it",
                )
            continue
        table.source.problem(
            table.path,
            f"no subject gets here: {quote(earlier.name)} above selects all,"
            " on the same level, statistic and component",
            remedy="give the entry above a select (a metric of the whole run: a level, statistic or"
            " component of its own), or put it last",
        )
        return
