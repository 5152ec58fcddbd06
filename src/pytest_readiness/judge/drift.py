"""How one policy differs from another, and what of it may let pass what the other does not."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pytest_readiness.judge.drift_decisions import (
    condition_changes,
    quarantine_changes,
    sign_off_changes,
    waiver_changes,
)
from pytest_readiness.judge.drift_gates import gate_changes
from pytest_readiness.judge.drift_proofs import requirement_changes, tool_changes
from pytest_readiness.judge.drift_settings import (
    component_changes,
    metric_changes,
    overlay_settings,
    score_changes,
    setting_changes,
)
from pytest_readiness.model.metric import Metric
from pytest_readiness.model.policy import Overlay, Policy
from pytest_readiness.model.standing import Change, PolicyChange

_NONE: Mapping[str, Metric] = MappingProxyType({})


def compare(
    before: Policy, after: Policy, metrics: Mapping[str, Metric] = _NONE
) -> tuple[PolicyChange, ...]:
    """Every change, in the order of the configuration's sections; none where nothing that can
    move a verdict or the score differs.

    ``metrics`` are those known beside the ones that the policies define. Where it cannot be proved
    that a change lets nothing more pass, it counts as weaker.
    """
    known = {**metrics, **{metric.name: metric for metric in after.metrics}}
    return (
        *setting_changes(before, after),
        *_stages(before, after, known),
        *component_changes(before, after),
        *metric_changes(before, after),
        *tool_changes(before.tools, after.tools),
        *requirement_changes(before, after, known),
        *waiver_changes(before.waivers, after.waivers, known),
        *quarantine_changes(before.quarantine, after.quarantine),
        *condition_changes(before.conditions, after.conditions),
        *sign_off_changes(before.sign_off, after.sign_off),
        *score_changes(before, after),
    )


def _stages(
    before: Policy, after: Policy, metrics: Mapping[str, Metric]
) -> tuple[PolicyChange, ...]:
    """The gates that are judged now, then those of other stages; what all inherit is told once."""
    scored = any(gate.metric == "readiness.score" for gate in before.gates)
    then, now = _by_stage(before), _by_stage(after)
    found: dict[PolicyChange, None] = {}
    if after.stage not in then:
        found[PolicyChange(what="stage", name=after.stage, change=Change.ADDED, weaker=False)] = (
            None
        )
        then[after.stage] = then.get("", _own(before))
    told: set[PolicyChange] = set()
    for name, overlay in sorted(now.items(), key=lambda item: item[0] != after.stage):
        if name not in then:
            added = PolicyChange(what="stage", name=name, change=Change.ADDED, weaker=False)
            found[added] = None
            continue
        changes = (
            *overlay_settings(then[name], overlay),
            *gate_changes(then[name].gates, overlay.gates, metrics, scored=scored),
        )
        if name == after.stage:
            told.update(changes)
            found.update(dict.fromkeys(changes))
            continue
        for change in changes:
            if change not in told:
                found[_of_stage(change, name)] = None
    for name in then:
        if name not in now:
            removed = PolicyChange(what="stage", name=name, change=Change.REMOVED, weaker=True)
            found[removed] = None
    return tuple(found)


def _own(policy: Policy) -> Overlay:
    return Overlay(
        stage=policy.stage,
        gates=policy.gates,
        profile=policy.profile,
        fail_on=policy.fail_on,
        exit_code=policy.exit_code,
    )


def _by_stage(policy: Policy) -> dict[str, Overlay]:
    return {policy.stage: _own(policy), **{one.stage: one for one in policy.overlays}}


def _of_stage(change: PolicyChange, stage: str) -> PolicyChange:
    where = f"stage {stage}" if stage else "without a stage"
    return PolicyChange(
        what=change.what,
        name=f"{change.name} ({where})",
        change=change.change,
        weaker=change.weaker,
        before=change.before,
        after=change.after,
        line=change.line,
    )
