"""What a policy wants measured."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_readiness.model.measurement import Request
from pytest_readiness.model.metric import Metric, SubjectKind
from pytest_readiness.model.policy import Gate, Policy


def request_of(gate: Gate, metric: Metric) -> Request:
    """What the gate itself judges."""
    return Request(
        metric=gate.metric,
        statistic=gate.statistic,
        component=gate.component,
        select=gate.select if metric.selects else (),
        baseline=gate.condition.relative,
    )


def breakdown_of(gate: Gate, policy: Policy, metrics: Mapping[str, Metric]) -> tuple[Request, ...]:
    """For a gate on the whole run: the same of each component, shown beside it and not judged."""
    metric = metrics.get(gate.metric)
    if gate.component or metric is None or metric.subject is not SubjectKind.RUN:
        return ()
    return tuple(
        Request(
            metric=gate.metric,
            statistic=gate.statistic,
            component=component.name,
            select=gate.select if metric.selects else (),
        )
        for component in policy.components
    )


def requests(policy: Policy, metrics: Mapping[str, Metric]) -> tuple[Request, ...]:
    """All that the policy's gates need, each once; nothing for metrics that nobody defined."""
    wanted = [
        request
        for gate in policy.gates
        if gate.metric in metrics
        for request in (
            request_of(gate, metrics[gate.metric]),
            *breakdown_of(gate, policy, metrics),
        )
    ]
    return tuple(dict.fromkeys(wanted))
