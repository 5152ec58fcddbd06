"""The report's own arithmetic as JSON: what is open, matrices, efforts, the score's table, sign-off."""

from __future__ import annotations

from fractions import Fraction

from pytest_readiness.model.standing import (
    Before,
    CategoryLine,
    Hours,
    Item,
    Matrix,
    ScoreTable,
    Summary,
)
from pytest_readiness.render import figures
from pytest_readiness.render.json_gates import measurement
from pytest_readiness.render.json_standing import day, effort
from pytest_readiness.render.json_values import Json, exact


def summary(given: Summary | None) -> Json | None:
    """Null where nothing but gates is configured."""
    if given is None:
        return None
    return {
        "project": given.project,
        "version": given.version,
        "reviewer": given.reviewer,
        "today": day(given.today),
        "items": [_item(item) for item in given.items],
        "risks": _matrix(given.risks),
        "owners": _matrix(given.owners),
        "efforts": _matrix(given.efforts),
        "blockers": _hours(given.blockers),
        "milestones": [{"milestone": name, **_hours(hours)} for name, hours in given.milestones],
        "table": _table(given.table),
        "before_run": given.before_run,
        "before": [_before(one) for one in given.before],
        "before_rules": [
            {"tool": one.tool, "rule": one.rule, "then": one.then, "now": one.now}
            for one in given.before_rules
        ],
        "signatures": [
            {"approver": one.approver, "date": day(one.date), "message": one.message}
            for one in given.signatures
        ],
        "signed": given.signed,
        "required": given.required,
        "review": day(given.review),
    }


def _item(item: Item) -> Json:
    return {
        "kind": item.kind,
        "name": item.name,
        "title": item.title,
        "severity": item.severity.value,
        "effect": item.effect.value,
        "category": item.category,
        "state": item.state,
        "owner": item.owner,
        "effort": effort(item.effort),
        "due": day(item.due),
        "milestone": item.milestone,
        "action": item.action,
        "fixable": item.fixable,
    }


def _matrix(matrix: Matrix) -> Json:
    return {
        "title": matrix.title,
        "columns": list(matrix.columns),
        "rows": [{"name": name, "counts": list(counts)} for name, counts in matrix.rows],
        "sums": list(matrix.sums),
        "total": matrix.total,
    }


def _hours(hours: Hours) -> Json:
    return {
        "low": exact(hours.low),
        "high": exact(hours.high),
        "items": hours.items,
        "unknown": hours.unknown,
        "sizes": [{"size": size, "count": count} for size, count in hours.sizes],
    }


def _table(table: ScoreTable | None) -> Json | None:
    if table is None:
        return None
    return {
        "percent": table.percent,
        "total": exact(table.total),
        "maximum": exact(table.maximum),
        "share": exact(table.share),
        "grade": table.grade,
        "closed": exact(table.closed),
        "closed_grade": table.closed_grade,
        "before": _share(table.before),
        "lines": [_line(line) for line in table.lines],
    }


def _line(line: CategoryLine) -> Json:
    return {
        "category": line.category,
        "earned": exact(line.earned),
        "possible": exact(line.possible),
        "share": exact(line.share),
        "weight": exact(line.weight),
        "weighted": exact(line.weighted),
        "grade": line.grade,
        "before": _share(line.before),
        "passed": line.passed,
        "open": line.open,
        "inapplicable": line.inapplicable,
    }


def _share(given: Fraction | None) -> Json | None:
    return exact(given) if given is not None else None


def _before(one: Before) -> Json:
    metric = one.metric
    return {
        "gate": one.gate,
        "metric": metric.name,
        "title": metric.title,
        "then": measurement(one.then, metric, figures.measurement(one.then, metric)),
        "now": measurement(one.now, metric, figures.measurement(one.now, metric)),
        "better": one.better,
    }
