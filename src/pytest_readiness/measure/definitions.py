"""Definitions of metrics from outside the catalogue: configured, in evidence, or inferred."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.measure.units import unit_of
from pytest_readiness.model.evidence import Definition, Evidence, Figure, ToolRun
from pytest_readiness.model.metric import Direction, Metric, SubjectKind, Unit
from pytest_readiness.model.value import replace


def definitions(
    evidence: Evidence, configured: Mapping[str, Metric] | None = None
) -> Mapping[str, Metric]:
    """Every metric that can be asked for: the catalogue's and those from outside it."""
    return resolve(evidence, configured or {})[0]


def resolve(
    evidence: Evidence, configured: Mapping[str, Metric]
) -> tuple[Mapping[str, Metric], Mapping[str, str]]:
    """The same, and for metrics that are defined in two ways, what contradicts what."""
    defined: dict[str, Metric] = {}
    conflicts: dict[str, str] = {}
    for _, definition in evidence.select(Definition):
        metric = definition.metric
        if metric.name in CATALOGUE:
            conflicts[metric.name] = "a plugin defines a metric of this name, which is built in"
        elif defined.setdefault(metric.name, metric) != metric:
            conflicts[metric.name] = "the evidence holds two different definitions of it"
    for name, metric in _inferred(evidence, conflicts).items():
        defined.setdefault(name, metric)
    for name, metric in configured.items():
        if name in CATALOGUE:
            continue
        base = defined.get(name)
        if base is None:
            defined[name] = metric
        elif _told(metric) and _told(base) and _told(metric) != _told(base):
            conflicts[name] = (
                f"configured in {metric.label or metric.unit.value}, "
                f"defined in {base.label or base.unit.value}"
            )
        else:
            defined[name] = _amended(base, metric)
    resolved = {name: _aggregated(metric) for name, metric in defined.items()}
    return {**resolved, **CATALOGUE}, conflicts


def _told(metric: Metric) -> tuple[Unit, str] | None:
    """Unit and label; None for a bare number, which leaves the unit open."""
    if metric.unit is Unit.NUMBER and not metric.label:
        return None
    return metric.unit, metric.label


def _amended(base: Metric, configured: Metric) -> Metric:
    """The base, with all that the configuration says of it."""
    told = configured if _told(configured) else base
    directed = configured if configured.direction is not Direction.NEITHER else base
    return replace(
        base,
        title=configured.title if configured.title != configured.name else base.title,
        unit=told.unit,
        label=told.label,
        direction=directed.direction,
        aggregate=configured.aggregate or base.aggregate,
        description=configured.description or base.description,
        remedy=configured.remedy or base.remedy,
    )


def _aggregated(metric: Metric) -> Metric:
    """A metric with an aggregate is one of the run."""
    return replace(metric, subject=SubjectKind.RUN) if metric.aggregate else metric


def _inferred(evidence: Evidence, conflicts: dict[str, str]) -> Mapping[str, Metric]:
    """Metrics that nobody defined, from the figures that were recorded."""
    tools = {record.subject for record, _ in evidence.select(ToolRun)}
    units: dict[str, set[tuple[Unit, str]]] = {}
    subjects: dict[str, set[str]] = {}
    for record, figure in evidence.select(Figure):
        units.setdefault(figure.metric, set()).add(unit_of(figure))
        subjects.setdefault(figure.metric, set()).add(record.subject)
    found = {}
    for name, seen in units.items():
        if seen == {(Unit.COUNT, ""), (Unit.NUMBER, "")}:  # 3 and 2.5: numbers
            seen.discard((Unit.COUNT, ""))
        unit, label = min(seen, key=lambda pair: (pair[0].value, pair[1]))
        found[name] = Metric(
            name=name,
            title=name,
            unit=unit,
            label=label,
            direction=Direction.NEITHER,
            category=name.partition(".")[0],
            subject=_subject(subjects[name], tools),
            bounded=False,
        )
    return found


def _subject(names: set[str], tools: set[str]) -> SubjectKind:
    if not any(names):
        return SubjectKind.RUN
    return SubjectKind.TOOL if names <= tools else SubjectKind.TEST
