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
    by_gate = portions(policy.gates, metrics, measurements)
    owners = Owners(policy.components)
    waivers = in_force(policy.waivers, today)
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
    results = tuple(one.result for one in judged)
    return results, idle(
        policy.waivers,
        (waiver for result in results for waiver in result.waivers),
        (state for one in judged for state in one.refused),
        today=today,
    )
