"""Earlier runs, judged again: counted by gate and together."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_readiness.judge.binding import WEAKENED
from pytest_readiness.model.policy import Gate, Policy
from pytest_readiness.model.scorecard import Effect, GateOutcome, GateResult, Scorecard, Verdict
from pytest_readiness.model.value import replace
from pytest_readiness.model.what_if import GateRecord, Rejudged, Stopped, WhatIf

_UNKNOWN = frozenset({GateOutcome.NOT_MEASURED, GateOutcome.ERROR})
_FINE = frozenset({GateOutcome.PASSED, GateOutcome.NOT_APPLICABLE})


def replayable(policy: Policy) -> tuple[Policy, tuple[Gate, ...]]:
    """The policy as it can be tried on runs of the past, and the gates that are left out.

    That is what watches a change of the policy itself: the present one is taken as merged, its
    waivers too.
    """
    watching = tuple(gate for gate in policy.gates if gate.metric == WEAKENED)
    gates = tuple(gate for gate in policy.gates if gate not in watching)
    return replace(policy, gates=gates, waivers_from=""), watching


def what_if(policy: Policy, runs: Sequence[Rejudged], left_out: tuple[Gate, ...] = ()) -> WhatIf:
    """Of every run, oldest first, what the gates of the policy say."""
    judged = tuple(
        one for one in runs if one.scorecard and one.scorecard.verdict is not Verdict.NO_VERDICT
    )
    verdicts = [(one.run, _verdict(one.scorecard)) for one in judged if one.scorecard]
    return WhatIf(
        judged=judged,
        gates=tuple(_record(gate, judged) for gate in policy.gates),
        blocked=tuple(run for run, said in verdicts if said == "blocked"),
        risky=tuple(run for run, said in verdicts if said == "risky"),
        unknown=tuple(run for run, said in verdicts if said == "unknown"),
        partial=sum(one.scorecard is not None for one in runs) - len(judged),
        unreadable=tuple(one for one in runs if one.scorecard is None),
        left_out=left_out,
    )


def _verdict(scorecard: Scorecard) -> str:
    if scorecard.verdict is Verdict.NOT_READY:
        return "blocked" if any(map(_blocks, scorecard.results)) else "unknown"
    return "risky" if scorecard.verdict is Verdict.READY_WITH_RISKS else ""


def _blocks(result: GateResult) -> bool:
    """Whether a value that was measured blocks: also a fault of the session itself."""
    if result.effect is not Effect.BLOCK:
        return False
    return result.outcome not in _UNKNOWN or not result.gate.metric


def _record(gate: Gate, judged: Sequence[Rejudged]) -> GateRecord:
    results = [
        Stopped(run=one.run, result=result)
        for one in judged
        if one.scorecard
        for result in one.scorecard.results
        if result.gate.name == gate.name and result.gate.metric
    ]
    metric = next((one.result.metric for one in results if one.result.metric), None)
    known = [one for one in results if one.result.outcome not in _UNKNOWN]
    return GateRecord(
        gate=gate,
        metric=metric,
        blocked=tuple(one for one in known if one.result.effect is Effect.BLOCK),
        risks=tuple(
            one
            for one in known
            if one.result.effect is not Effect.BLOCK and one.result.outcome not in _FINE
        ),
        passed=sum(one.result.outcome in _FINE for one in known),
        unknown=len(results) - len(known),
    )
