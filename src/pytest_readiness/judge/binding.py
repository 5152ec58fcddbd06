"""What a change cannot take from itself: that it is watched for weakening, and where waivers come from."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_readiness.model.metric import Metric
from pytest_readiness.model.policy import Gate, Policy
from pytest_readiness.model.value import replace

WEAKENED = "policy.weakened"
_BY_HAND = "command line"


def bound(
    policy: Policy, before: Policy, metrics: Mapping[str, Metric], *, where: str = "the base"
) -> Policy:
    """The policy with the base's gates on what weakens it, and its ``waivers-from``.

    A gate that the change takes out or loosens would else never see that. One from the command
    line stands: whoever runs the session decides that.

    :param where: the base, as shown in the gate's origin.
    """
    asked = [gate for gate in before.gates if gate.metric == WEAKENED]
    own = [gate for gate in policy.gates if gate.metric == WEAKENED]
    if asked and not any(gate.origin.source == _BY_HAND for gate in own):
        from pytest_readiness.judge.gate_pairs import as_strict

        for gate in asked:
            if not any(as_strict(one, gate, metrics) and not one.select for one in own):
                policy = replace(policy, gates=_with(policy.gates, gate, where))
    if before.waivers_from and not policy.waivers_from:
        policy = replace(policy, waivers_from=before.waivers_from)
    return policy


def _with(gates: tuple[Gate, ...], gate: Gate, where: str) -> tuple[Gate, ...]:
    """In the place of the one that it was, else behind all others."""
    held = replace(gate, origin=replace(gate.origin, source=where, line=None))
    if any(one.name == gate.name for one in gates):
        return tuple(held if one.name == gate.name else one for one in gates)
    return (*gates, held)
