"""One gate as it is written at length: its condition and its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_readiness.config.grammar import ConditionError, MisfitError, forms, parse_condition
from pytest_readiness.config.names import KeyPath, nearest, quote
from pytest_readiness.config.table import Source, Table, kind
from pytest_readiness.config.vocabulary import Vocabulary
from pytest_readiness.model.condition import Condition
from pytest_readiness.model.metric import Metric, SubjectKind
from pytest_readiness.model.policy import Gate, Level, Missing
from pytest_readiness.model.value import replace

if TYPE_CHECKING:
    from pytest_readiness.model.requirement import Severity

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
    "category",
    "severity",
)


def read_gate(
    table: Table,
    name: str,
    metric: str,
    vocabulary: Vocabulary,
) -> Gate | None:
    """The gate of a table that has ``require``; None, and problems noted, where it is none."""
    settings = read_settings(table, metric, vocabulary)
    require = table.data["require"]
    if not isinstance(require, str):
        not_text(table.source, (*table.path, "require"), require, vocabulary.unit_of(metric))
        return None
    condition = read_condition(
        table.source, (*table.path, "require"), require, vocabulary.unit_of(metric)
    )
    if condition is None:
        return None
    origin = table.source.origin(table.path)
    return replace(Gate(name=name, metric=metric, condition=condition, origin=origin), **settings)


def read_settings(table: Table, metric_name: str, vocabulary: Vocabulary) -> dict[str, Any]:
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
        "category": table.text("category"),
        "severity": _severity(table),
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
    return (
        metric.subject is SubjectKind.RUN
        and not metric.selects
        and (vocabulary.is_closed(name) or metric.aggregate != "")
    )


def _severity(table: Table) -> Severity | None:
    if "severity" not in table.data:
        return None
    from pytest_readiness.model.requirement import Severity

    return table.choice("severity", {one.value: one for one in Severity}, Severity.HIGH)


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


def not_text(source: Source, path: KeyPath, value: object, metric: Metric | None) -> None:
    source.problem(
        path,
        f"{kind(value)} stands where a condition is needed",
        remedy=f"write it in quotes, with an operator; values: {forms(metric)}",
    )
