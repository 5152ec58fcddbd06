"""How one policy differs from another, and what of it may let pass what the other does not.

Most policies are the same as at the base, and most hold little: what compares the rest is imported
where there is something to compare.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from pytest_readiness.judge.drift_settings import overlay_settings, setting_changes
from pytest_readiness.model.metric import SCORE, Metric
from pytest_readiness.model.policy import Gate, Overlay, Policy
from pytest_readiness.model.standing import Change, PolicyChange
from pytest_readiness.model.value import replace

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
        *_definitions(before, after),
        *_proofs(before, after, known),
        *_decisions(before, after, known),
        *_score(before, after),
    )


def _definitions(before: Policy, after: Policy) -> Iterator[PolicyChange]:
    if before.components or before.metrics:
        from pytest_readiness.judge.drift_definitions import component_changes, metric_changes

        yield from component_changes(before, after)
        yield from metric_changes(before, after)


def _proofs(before: Policy, after: Policy, metrics: Mapping[str, Metric]) -> Iterator[PolicyChange]:
    if before.tools or after.tools:
        from pytest_readiness.judge.drift_tools import tool_changes

        yield from tool_changes(before.tools, after.tools)
    if before.requirements or after.requirements:
        from pytest_readiness.judge.drift_proofs import requirement_changes

        yield from requirement_changes(before, after, metrics)


def _decisions(
    before: Policy, after: Policy, metrics: Mapping[str, Metric]
) -> Iterator[PolicyChange]:
    if any(
        one.waivers or one.quarantine or one.conditions or one.sign_off for one in (before, after)
    ):
        from pytest_readiness.judge.drift_decisions import (
            condition_changes,
            quarantine_changes,
            sign_off_changes,
            waiver_changes,
        )

        yield from waiver_changes(before.waivers, after.waivers, metrics)
        yield from quarantine_changes(before.quarantine, after.quarantine)
        yield from condition_changes(before.conditions, after.conditions)
        yield from sign_off_changes(before.sign_off, after.sign_off)


def _score(before: Policy, after: Policy) -> Iterator[PolicyChange]:
    if before.scoring or after.scoring:
        from pytest_readiness.judge.drift_definitions import score_changes

        yield from score_changes(before, after)


def _stages(
    before: Policy, after: Policy, metrics: Mapping[str, Metric]
) -> tuple[PolicyChange, ...]:
    """The gates that are judged now, then those of other stages; what all inherit is told once."""
    scored = any(gate.metric == SCORE for gate in before.gates)
    then, now = _by_stage(before), _by_stage(after)
    found: dict[PolicyChange, None] = {}
    if after.stage not in then:
        found[_stage(after.stage, Change.ADDED)] = None
        then[after.stage] = then.get("", _own(before))
    told: tuple[PolicyChange, ...] = ()
    for name in sorted(now, key=lambda stage: stage != after.stage):
        if name not in then:
            found[_stage(name, Change.ADDED)] = None
            continue
        changes = tuple(_of_stage(then[name], now[name], metrics, scored=scored))
        if name == after.stage:
            told = changes
            found.update(dict.fromkeys(changes))
        else:
            where = f" (stage {name})" if name else " (without a stage)"
            for change in changes:
                if change not in told:
                    found[replace(change, name=change.name + where)] = None
    for name in then:
        if name not in now:
            found[_stage(name, Change.REMOVED)] = None
    return tuple(found)


def _of_stage(
    then: Overlay, now: Overlay, metrics: Mapping[str, Metric], *, scored: bool
) -> Iterator[PolicyChange]:
    yield from overlay_settings(then, now)
    if not _same(then.gates, now.gates):
        from pytest_readiness.judge.drift_gates import gate_changes

        yield from gate_changes(then.gates, now.gates, metrics, scored=scored)


def _same(before: Sequence[Gate], after: Sequence[Gate]) -> bool:
    """Whether they differ in nothing but where they stand."""
    return len(before) == len(after) and all(
        replace(then, origin=now.origin) == now for then, now in zip(before, after, strict=True)
    )


def _stage(name: str, change: Change) -> PolicyChange:
    weaker = change is Change.REMOVED
    return PolicyChange(what="stage", name=name, change=change, weaker=weaker)


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
