"""Every gate of a policy against every measurement: results, and waivers that stand beside none."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from pytest_readiness.judge.gates import judge_gate
from pytest_readiness.judge.owners import Owners
from pytest_readiness.judge.selection import portions
from pytest_readiness.judge.waivers import idle, in_force
from pytest_readiness.model.measurement import Measurements
from pytest_readiness.model.metric import Metric
from pytest_readiness.model.policy import Policy
from pytest_readiness.model.scorecard import GateResult, WaiverState


def judge(
    measurements: Measurements,
    policy: Policy,
    metrics: Mapping[str, Metric],
    *,
    today: datetime.date,
) -> tuple[tuple[GateResult, ...], tuple[WaiverState, ...]]:
    """One result a gate, in the policy's order, and the idle waivers.

    ``metrics`` are all that are known by now: catalogue, configuration, and those that came with
    the evidence. ``measurements`` are the answers to ``requests(policy, metrics)``.
    """
    results, refused = judge_gates(measurements, policy, metrics, today=today)
    used = (waiver for result in results for waiver in result.waivers)
    return results, idle(policy.waivers, used, refused, today=today, days=policy.waiver_days)


def judge_gates(
    measurements: Measurements,
    policy: Policy,
    metrics: Mapping[str, Metric],
    *,
    today: datetime.date,
) -> tuple[tuple[GateResult, ...], tuple[WaiverState, ...]]:
    """The same, but with the waivers that were meant for a finding and do not accept it: which of
    the policy's are idle can be told when all that they may name has been judged."""
    by_gate = portions(policy.gates, metrics, measurements)
    owners = Owners(policy.components, policy.owners)
    waivers = in_force(policy.waivers, today, policy.waiver_days)
    judged = [
        judge_gate(
            gate,
            policy,
            metrics,
            measurements,
            portion=by_gate.get(gate.name),
            waivers=waivers,
            owners=owners,
        )
        for gate in policy.gates
    ]
    return tuple(one.result for one in judged), tuple(
        state for one in judged for state in one.refused
    )
