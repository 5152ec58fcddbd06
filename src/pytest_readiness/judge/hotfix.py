"""A hotfix: the whole of one gate's result, accepted while saved evidence was judged."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_readiness.judge import effect
from pytest_readiness.judge.bench import Judged
from pytest_readiness.model.policy import Waiver
from pytest_readiness.model.scorecard import Effect, GateOutcome
from pytest_readiness.model.value import replace

_ACCEPTED = frozenset({GateOutcome.FAILED, GateOutcome.NOT_MEASURED, GateOutcome.ERROR})


def accept(judged: Judged, waivers: Iterable[Waiver]) -> Judged:
    """The result as a hotfix in force leaves it: waived, if it failed or there is no value.

    Also where measuring went wrong: that may be what has to be got past. Faults of a session and
    evidence that contradicts itself are no gates of the policy, and are never accepted.
    """
    result = judged.result
    if result.outcome not in _ACCEPTED or result.effect is Effect.NONE:
        return judged  # of a gate that only informs there is nothing to accept
    names = {result.gate.name, result.gate.metric}
    hotfix = next((one for one in waivers if one.hotfix and one.gate in names), None)
    if hotfix is None:
        return judged
    return replace(
        judged,
        result=replace(
            result,
            outcome=GateOutcome.WAIVED,
            effect=effect.mildest((effect.of_risk(result.gate), result.effect)),
            findings=tuple(
                finding if finding.waiver else replace(finding, waiver=hotfix)
                for finding in result.findings
            ),
            remedy="",
            waivers=tuple(dict.fromkeys((*result.waivers, hotfix))),
        ),
    )
