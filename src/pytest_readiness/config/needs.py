"""What has to be measured for a policy."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_readiness.model.metric import Metric
from pytest_readiness.model.policy import Policy


def needs(policy: Policy, metrics: Mapping[str, Metric]) -> frozenset[str]:
    """Sections of evidence that the gates' metrics need; a metric that is not known (yet) needs none."""
    return frozenset(
        section
        for gate in policy.gates
        if (metric := metrics.get(gate.metric)) is not None
        for section in metric.needs
    )
