"""How two policies differ in what gates rest on: components, metrics, and the weights of the score."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_readiness.model.metric import SCORE, Metric
from pytest_readiness.model.policy import Gate, Policy
from pytest_readiness.model.standing import Change, PolicyChange


def component_changes(before: Policy, after: Policy) -> Iterator[PolicyChange]:
    """Of components that something is gated for: what belongs to them."""
    gated = {gate.component for gate in _gates(before)} - {""}
    now = {component.name: component for component in after.components}
    for then in before.components:
        if then.name not in gated:
            continue
        paths = now[then.name].paths if then.name in now else ()
        if set(paths) != set(then.paths):
            yield PolicyChange(
                what="component",
                name=then.name,
                change=Change.CHANGED if paths else Change.REMOVED,
                weaker=True,
                before=", ".join(then.paths),
                after=", ".join(paths),
            )


def metric_changes(before: Policy, after: Policy) -> Iterator[PolicyChange]:
    """Definitions of metrics that are gated."""
    gated = {gate.metric for gate in _gates(before)}
    now = {metric.name: metric for metric in after.metrics}
    for then in before.metrics:
        found = now.get(then.name)
        if then.name not in gated or (found is not None and _essence(found) == _essence(then)):
            continue
        yield PolicyChange(
            what="metric",
            name=then.name,
            change=Change.CHANGED if found is not None else Change.REMOVED,
            weaker=True,
        )


def score_changes(before: Policy, after: Policy) -> Iterator[PolicyChange]:
    """What it is made of; grades only name it."""
    old, new = before.scoring, after.scoring
    weights = (
        (old.weights, old.percent) if old else None,
        (new.weights, new.percent) if new else None,
    )
    if weights[0] != weights[1] and any(one is not None and one.weights for one in (old, new)):
        gated = any(gate.metric == SCORE for gate in _gates(before))
        yield PolicyChange(what="score", name="weights", change=Change.CHANGED, weaker=gated)


def _gates(policy: Policy) -> Iterator[Gate]:
    """Of all stages."""
    yield from policy.gates
    for overlay in policy.overlays:
        yield from overlay.gates


def _essence(metric: Metric) -> tuple[object, ...]:
    names = ("unit", "direction", "aggregate", "subject", "bounded", "label", "of")
    return tuple(getattr(metric, name) for name in names)
