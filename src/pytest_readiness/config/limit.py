"""A metric and its condition as the proof of a requirement: judged as a gate, and none of the policy's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pytest_readiness.config import parts
from pytest_readiness.config.gate import read_condition, read_settings
from pytest_readiness.config.names import KeyPath, quote
from pytest_readiness.config.overrides import split
from pytest_readiness.config.parts import TEXT, TEXTS, Schema, said
from pytest_readiness.config.table import Source, Table, kind
from pytest_readiness.config.vocabulary import Vocabulary
from pytest_readiness.model.policy import Gate
from pytest_readiness.model.value import replace

SETTINGS = ("select", "component", "statistic")
_LATER = frozenset({"requirements", "waivers", "quarantine", "policy", "readiness"})
"""Namespaces of metrics that are made of what requirements came to."""
_FOR_EXAMPLE = 'for example metric = "coverage.lines >= 80%"'


def read_limits(table: Table, name: str, vocabulary: Vocabulary) -> Iterator[Gate]:
    """Of ``metric``: one or an array of some; the gates are named ``ID``, ``ID#2`` ..."""
    value = table.data["metric"]
    several = isinstance(value, list)
    if several and not value:
        table.problem("metric", "the array is empty", remedy="leave the key out, or fill it")
    for index, entry in enumerate(value if several else [value]):
        path = (*table.path, "metric", *((index,) if several else ()))
        called = name if index == 0 else f"{name}#{index + 1}"
        if isinstance(entry, dict):
            gate = _long(Table(source=table.source, path=path, data=entry), called, vocabulary)
        else:
            gate = _limit(table.source, path, entry, called, vocabulary)
        if gate is not None:
            yield gate


def _long(table: Table, called: str, vocabulary: Vocabulary) -> Gate | None:
    table.only(("gate", *SETTINGS))
    if not table.need(("gate",), _FOR_EXAMPLE.replace("metric", "gate")):
        return None
    entry = table.data["gate"]
    gate = _limit(table.source, (*table.path, "gate"), entry, called, vocabulary)
    metric = gate.metric if gate else split(entry)[0] if isinstance(entry, str) else ""
    data = {key: table.data[key] for key in SETTINGS if key in table.data}
    more: dict[str, Any] = read_settings(replace(table, data=data), metric, vocabulary)
    return None if gate is None else replace(gate, **more)


def _limit(
    source: Source, path: KeyPath, entry: object, called: str, vocabulary: Vocabulary
) -> Gate | None:
    """As on the command line: ``checkout.p95 <= 2s``."""
    metric, limit = split(entry) if isinstance(entry, str) else ("", "")
    if not metric:
        shown = quote(entry) if isinstance(entry, str) else kind(entry)
        source.problem(path, f"{shown} is no metric and a condition", remedy=_FOR_EXAMPLE)
        return None
    if metric.partition(".")[0] in _LATER and metric in vocabulary.metrics:
        source.problem(
            path,
            f"{metric} is known only when the requirements have been judged",
            remedy="make it a gate",
        )
        return None
    if not vocabulary.check_metric(source, path, metric):
        return None
    condition = read_condition(source, path, limit, vocabulary.unit_of(metric))
    if condition is None:
        return None
    return Gate(name=called, metric=metric, condition=condition, origin=source.origin(path))


def limit_schema() -> Schema:
    settings = {"gate": TEXT, "select": TEXTS, "component": TEXT, "statistic": TEXT}
    limit = {"anyOf": [TEXT, parts.table(settings, "gate")]}
    return said(parts.one_or_more(limit), "A metric and a condition.")
