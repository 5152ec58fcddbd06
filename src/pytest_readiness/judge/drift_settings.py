"""How the settings of two policies differ: what stands beside gates, requirements and decisions."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_readiness.model.policy import Level, Overlay, Policy
from pytest_readiness.model.standing import Change, PolicyChange

_RANKS = {Level.INFO: 0, Level.RISK: 1, Level.BLOCK: 2}


def overlay_settings(before: Overlay, after: Overlay) -> Iterator[PolicyChange]:
    """What a stage may set beside its gates."""
    if before.profile != after.profile:  # what it does to the gates is told of each
        yield _setting("profile", Change.CHANGED, False, before.profile, after.profile)
    if before.fail_on is not after.fail_on:
        looser = after.fail_on is Level.BLOCK
        yield _graded("fail-on", looser, _fails(before), _fails(after))
    if before.exit_code != after.exit_code:  # it fails as it did
        texts = (str(before.exit_code), str(after.exit_code))
        yield _setting("exit-code", Change.CHANGED, False, *texts)


def setting_changes(before: Policy, after: Policy) -> Iterator[PolicyChange]:
    relative = any(gate.condition.relative for gate in before.gates)
    if before.base != after.base and not after.base_given:
        # what a change is compared with decides what is new in it
        yield _setting("base", Change.CHANGED, True, before.base, after.base)
    old, new = _history(before), _history(after)
    if old != new:
        if new and not old:
            yield _setting("history", Change.TIGHTENED, False, "false", new)
        elif old and not new:
            yield _setting("history", Change.LOOSENED, True, old, "false")
        else:  # another one holds other baselines, or none
            yield _setting("history", Change.CHANGED, relative, old, new)
    if before.baseline_file != after.baseline_file:
        texts = (before.baseline_file or "none", after.baseline_file or "none")
        yield _setting("baseline-file", Change.CHANGED, relative, *texts)
    yield from _source(before, after)
    if before.waiver_days != after.waiver_days:
        looser = after.waiver_days > before.waiver_days
        yield _graded("waiver-days", looser, str(before.waiver_days), str(after.waiver_days))
    if before.waivers_from != after.waivers_from:
        texts = (before.waivers_from or "here", after.waivers_from or "here")
        yield _graded("waivers-from", not after.waivers_from, *texts)
    if before.severities or after.severities:
        yield from _severities(before, after)


def _source(before: Policy, after: Policy) -> Iterator[PolicyChange]:
    """Less code measured, more pass; where none is named, what is measured cannot be told."""
    old, new = set(before.coverage_source), set(after.coverage_source)
    if old == new:
        return
    texts = (", ".join(sorted(old)) or "as detected", ", ".join(sorted(new)) or "as detected")
    if old and new and old < new:
        yield _graded("source", False, *texts)
    elif old and new and new < old:
        yield _graded("source", True, *texts)
    else:
        yield _setting("source", Change.CHANGED, True, *texts)


def _severities(before: Policy, after: Policy) -> Iterator[PolicyChange]:
    """Of requirements: what one that is not met does."""
    from pytest_readiness.judge.requirements import LEVELS

    then, now = {**LEVELS, **dict(before.severities)}, {**LEVELS, **dict(after.severities)}
    for severity, level in then.items():
        if level is not now[severity]:
            looser = _RANKS[now[severity]] < _RANKS[level]
            name = f"severities.{severity.value}"
            yield _graded(name, looser, level.value, now[severity].value)


def _history(policy: Policy) -> str:
    """Of a database no more than that it is one: the base's address is kept nowhere."""
    text = policy.history or ""
    scheme, mark, _ = text.partition("://")
    return f"{scheme}://" if mark else text


def _fails(overlay: Overlay) -> str:
    return "risk" if overlay.fail_on is Level.RISK else "blocking"


def _graded(name: str, looser: bool, before: str, after: str) -> PolicyChange:
    change = Change.LOOSENED if looser else Change.TIGHTENED
    return _setting(name, change, looser, before, after)


def _setting(name: str, change: Change, weaker: bool, before: str, after: str) -> PolicyChange:
    return PolicyChange(
        what="setting", name=name, change=change, weaker=weaker, before=before, after=after
    )
