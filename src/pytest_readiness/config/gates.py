"""Gates as they are written: short, long, several on one metric, dotted or quoted, ``false``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pytest_readiness.config.grammar import ConditionError, MisfitError, forms, parse_condition
from pytest_readiness.config.names import KeyPath, dotted, nearest, quote
from pytest_readiness.config.table import Source, Table, as_table, kind
from pytest_readiness.config.vocabulary import Vocabulary
from pytest_readiness.model.condition import Condition
from pytest_readiness.model.metric import Metric, SubjectKind
from pytest_readiness.model.policy import Gate, Level, Missing

LEVELS = {level.value: level for level in Level}
MISSING = {missing.value: missing for missing in Missing}
GATE_KEYS = (
    "require",
    "name",
    "select",
    "component",
    "statistic",
    "level",
    "when-missing",
    "when-no-baseline",
    "weight",
)
_EVERYTHING = frozenset({"*", "**", "**/*"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Replace:
    """These gates instead of those below; none: the metric is not gated."""

    gates: tuple[Gate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amend:
    """The gate below, with some of its settings changed."""

    path: KeyPath
    settings: Mapping[str, Any]


Change = Replace | Amend
Layer = Mapping[str, Change]
"""What one table of gates changes, by metric."""


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
            _not_text(source, path, value, vocabulary.unit_of(metric))
    return change


def _long(table: Table, metric: str, vocabulary: Vocabulary) -> Change | None:
    if "require" in table.data:
        gate = _entry(table, metric, metric, vocabulary)
        return None if gate is None else Replace(gates=(gate,))
    if not table.data:
        table.source.problem(table.path, "the table is empty", remedy=_HOW)
        return None
    return Amend(path=table.path, settings=_settings(table, metric, vocabulary))


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
            gate = _entry(table, name, metric, vocabulary)
            if gate is not None:
                _check_reached(table, gate, gates, vocabulary.metrics.get(metric))
                gates.append(gate)
        else:
            _settings(table, metric, vocabulary)
    return Replace(gates=tuple(gates))


def _check_reached(table: Table, gate: Gate, above: list[Gate], metric: Metric | None) -> None:
    """A subject is judged by the first entry that selects it: whatever is below a catch-all is dead."""
    usual = metric.statistics[0] if metric is not None and metric.statistics else ""

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


def _entry(
    table: Table,
    name: str,
    metric: str,
    vocabulary: Vocabulary,
) -> Gate | None:
    settings = _settings(table, metric, vocabulary)
    require = table.data["require"]
    if not isinstance(require, str):
        _not_text(table.source, (*table.path, "require"), require, vocabulary.unit_of(metric))
        return None
    condition = read_condition(
        table.source, (*table.path, "require"), require, vocabulary.unit_of(metric)
    )
    if condition is None:
        return None
    origin = table.source.origin(table.path)
    return replace(Gate(name=name, metric=metric, condition=condition, origin=origin), **settings)


def _settings(table: Table, metric_name: str, vocabulary: Vocabulary) -> dict[str, Any]:
    """Fields of Gate for the keys that are there."""
    table.only(GATE_KEYS)
    metric = vocabulary.metrics.get(metric_name)
    weight = table.integer("weight", [range(10**6)], "0 or more")
    settings: dict[str, Any] = {
        "name": _name(table, metric_name, vocabulary),
        "select": table.texts("select"),
        "component": _component(table, vocabulary),
        "statistic": _statistic(table, metric),
        "level": table.choice("level", LEVELS, Level.BLOCK),
        "when_missing": table.choice("when-missing", MISSING, Missing.FAIL),
        "when_no_baseline": table.choice("when-no-baseline", MISSING, Missing.RISK),
        "weight": weight,
    }
    if settings["select"] and metric is not None and _is_whole(metric, metric_name, vocabulary):
        table.problem(
            "select",
            f"{metric_name} is one value of the whole run: there is nothing to select",
            remedy="leave it out, or say component to judge a part of the project",
        )
    present = {key.replace("-", "_") for key in table.data}
    return {key: value for key, value in settings.items() if key in present and value != ""}


def _is_whole(metric: Metric, name: str, vocabulary: Vocabulary) -> bool:
    return metric.subject is SubjectKind.RUN and (
        vocabulary.is_closed(name) or metric.aggregate != ""
    )


def _name(table: Table, metric: str, vocabulary: Vocabulary) -> str:
    name = table.text("name")
    if name in vocabulary.metrics and name != metric:
        table.problem("name", f"{quote(name)} is the name of another metric")
    elif not name.isprintable() or "#" in name:
        table.problem("name", f"{quote(name)} has a # or a character that cannot be printed")
    else:
        return name
    return ""


def _component(table: Table, vocabulary: Vocabulary) -> str:
    name = table.text("component")
    if name and name not in vocabulary.components:
        table.problem(
            "component",
            f"there is no component {quote(name)}",
            allowed=vocabulary.components,
            nearest=nearest(name, vocabulary.components),
            remedy=""
            if vocabulary.components
            else "components are made by [[tool.pytest-readiness.components]]",
        )
    return name


def _statistic(table: Table, metric: Metric | None) -> str:
    name = table.text("statistic")
    if not name or metric is None or name in metric.statistics:
        return name
    if metric.statistics:
        table.problem(
            "statistic",
            f"{metric.name} has no statistic {quote(name)}",
            allowed=metric.statistics,
            nearest=nearest(name, metric.statistics),
        )
    else:
        table.problem("statistic", f"{metric.name} has no statistics to choose from")
    return ""


def read_condition(
    source: Source, path: KeyPath, text: str, metric: Metric | None
) -> Condition | None:
    """The condition, or None and a problem noted."""
    try:
        return parse_condition(text, metric)
    except ConditionError as error:
        of = f" of {metric.name}" if metric else ""
        values = "" if isinstance(error, MisfitError) else f"values{of}: {forms(metric)}"
        source.problem(path, str(error), remedy=values)
        return None


def _not_text(source: Source, path: KeyPath, value: object, metric: Metric | None) -> None:
    source.problem(
        path,
        f"{kind(value)} stands where a condition is needed",
        remedy=f"write it in quotes, with an operator; values: {forms(metric)}",
    )


def overlay(
    below: Mapping[str, tuple[Gate, ...]],
    layer: Layer,
    source: Source,
    *,
    strict: bool = True,
) -> dict[str, tuple[Gate, ...]]:
    """The gates by metric with a layer put over them.

    :param strict: an amendment of what is not there is a problem; else it is left out.
    """
    result = dict(below)
    for metric, change in layer.items():
        if isinstance(change, Replace):
            result[metric] = change.gates
            continue
        gates = result.get(metric, ())
        if len(gates) == 1:
            result[metric] = (_amended(gates[0], change, source),)
        elif strict and gates:
            source.problem(
                change.path,
                f"there are {len(gates)} gates on {metric}: which of them is meant?",
                remedy="write the whole array again",
            )
        elif strict:
            source.problem(
                change.path,
                f"there is no gate on {metric} to change, and no condition for a new one",
                remedy=f'add a condition: require = "...", beside {", ".join(change.settings) or "it"}',
            )
    return {metric: gates for metric, gates in result.items() if gates}


def _amended(gate: Gate, change: Amend, source: Source) -> Gate:
    where = source.origin(change.path)
    origin = replace(
        where,
        source=f"{gate.origin.source}, amended by {where.source}",
        key=dotted(change.path),
    )
    return replace(gate, origin=origin, **change.settings)
