"""Definitions of metrics from ``[tool.pytest-readiness.metrics.NAME]``."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_readiness.config.names import KeyPath, quote
from pytest_readiness.config.table import Table, as_table, kind
from pytest_readiness.config.units import metric_unit
from pytest_readiness.config.vocabulary import Vocabulary
from pytest_readiness.model.metric import Direction, Metric, SubjectKind

METRIC_KEYS = ("title", "unit", "direction", "aggregate", "description")
DIRECTIONS = {direction.value: direction for direction in Direction}
AGGREGATES = {name: name for name in ("min", "max", "mean", "median", "sum")}


def read_metrics(
    table: Table | None, vocabulary: Vocabulary
) -> tuple[tuple[Metric, ...], frozenset[str]]:
    """The definitions, and the names of those that say no unit."""
    metrics: dict[str, Metric] = {}
    vague = set()
    for name, one in _definitions(table):
        if vocabulary.is_closed(name):
            namespace = name.partition(".")[0]
            one.source.problem(
                one.path,
                f"{quote(name)} cannot be defined: the names {namespace}.* belong to the catalogue",
                remedy="choose a name of your own, such as checkout.p95",
            )
        elif name in metrics:
            one.source.problem(one.path, f"the metric {quote(name)} is defined twice")
        else:
            metrics[name] = _metric(name, one)
            if "unit" not in one.data:
                vague.add(name)
    return tuple(metrics.values()), frozenset(vague)


def _definitions(table: Table | None) -> Iterator[tuple[str, Table]]:
    """Every table that defines something; tables of nothing but tables are dotted names."""
    if table is None:
        return

    def walk(prefix: str, path: KeyPath, value: object) -> Iterator[tuple[str, Table]]:
        one = as_table(table.source, path, value)
        if one is None:
            return
        if any(not isinstance(below, dict) for below in one.data.values()):
            yield prefix, one
            return
        if not one.data:
            table.source.problem(
                path, "the table is empty", allowed=METRIC_KEYS, remedy="say at least one of them"
            )
        for key, below in one.data.items():
            yield from walk(f"{prefix}.{key}", (*path, key), below)

    for key, value in table.data.items():
        if isinstance(value, dict):
            yield from walk(key, (*table.path, key), value)
        else:
            table.problem(key, f"{kind(value)} stands where the table of a metric is needed")


def _metric(name: str, table: Table) -> Metric:
    table.only(METRIC_KEYS)
    unit, label = metric_unit(table.text("unit"))
    aggregate = table.choice("aggregate", AGGREGATES, "")
    return Metric(
        name=name,
        title=table.text("title") or name,
        unit=unit,
        label=label,
        direction=table.choice("direction", DIRECTIONS, Direction.NEITHER),
        category=name.partition(".")[0],
        subject=SubjectKind.RUN if aggregate else SubjectKind.TEST,
        bounded=False,
        aggregate=aggregate,
        description=table.text("description"),
    )
