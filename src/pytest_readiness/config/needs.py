"""What has to be measured for a policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from pytest_readiness.model.metric import Metric
from pytest_readiness.model.policy import Gate, Policy

if TYPE_CHECKING:
    from pytest_readiness.model.requirement import Requirement


def needs(policy: Policy, metrics: Mapping[str, Metric]) -> frozenset[str]:
    """Sections of evidence that gates, requirements and tools need; a metric that is not known (yet) needs none."""
    sections = _of_gates(policy.gates, metrics)
    if policy.tools:
        sections.add("tools")
    if policy.requirements:
        sections |= _of_requirements(policy.requirements, metrics)
    if policy.source:
        sections.add("policy")  # what changed in it is listed, gated or not
    return frozenset(sections)


def _of_gates(gates: Iterable[Gate], metrics: Mapping[str, Metric]) -> set[str]:
    return {
        section
        for gate in gates
        if (metric := metrics.get(gate.metric)) is not None
        for section in metric.needs
    }


def _of_requirements(
    requirements: Iterable[Requirement], metrics: Mapping[str, Metric]
) -> set[str]:
    from pytest_readiness.model.requirement import LookProof, MetricProof

    # what does not apply is not proved either
    proofs = [proof for one in requirements if not one.not_applicable for proof in one.proofs]
    sections = _of_gates((one.gate for one in proofs if isinstance(one, MetricProof)), metrics)
    if any(isinstance(proof, LookProof) for proof in proofs):
        sections.add("looks")
    return sections | {"marks"}
