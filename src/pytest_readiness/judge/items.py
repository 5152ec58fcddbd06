"""Open items: everything that blocks, is a risk, or is to be seen to."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType

from pytest_readiness.judge.categories import category_of, category_of_requirement
from pytest_readiness.model.requirement import Requirement, Severity, State
from pytest_readiness.model.scorecard import Effect, GateOutcome, GateResult
from pytest_readiness.model.standing import (
    ConditionState,
    Item,
    QuarantineState,
    RequirementResult,
    Signature,
    ToolLine,
)

OWN = "session"
"""Category of what went wrong in the session itself."""
SEVERAL = "several"
"""Owner of a gate whose findings belong to more than one."""
_CLOSED = frozenset({GateOutcome.PASSED, GateOutcome.NOT_APPLICABLE})
_SEVERITIES = {
    Effect.BLOCK: Severity.HIGH,
    Effect.RISK: Severity.MEDIUM,
    Effect.NONE: Severity.LOW,
}
_FINDINGS = frozenset({"tool.findings", "tool.new-findings"})
_NOBODY: Mapping[str, str] = MappingProxyType({})


def of_gates(
    results: Iterable[GateResult],
    tools: Iterable[ToolLine] = (),
    owners: Mapping[str, str] = _NOBODY,
) -> Iterator[Item]:
    """Gates that failed, are in error, not measured, inconclusive or waived.

    :param owners: of components.
    """
    known = {tool.name: tool for tool in tools}
    for result in results:
        if result.outcome in _CLOSED:
            continue
        gate = result.gate
        waived = result.waivers if result.outcome is GateOutcome.WAIVED else ()
        ends = min((waiver.expires for waiver in waived), default=None)
        action, fixable = _action(result, known)
        yield Item(
            kind="gate",
            name=gate.name,
            title=_title(result),
            severity=gate.severity or severity_of(result),
            effect=result.effect,
            category=category_of(result) or OWN,
            state=f"waived until {ends}" if ends else result.outcome.value,
            owner=_owner(result, owners),
            due=ends,
            action=action,
            fixable=fixable,
        )


def severity_of(result: GateResult) -> Severity:
    """Of what it does: high where it blocks, medium as a risk, low else.

    Critical is what went wrong in the session itself: nothing else in the report can be relied on.
    """
    return _SEVERITIES[result.effect] if result.gate.metric else Severity.CRITICAL


def of_requirements(results: Iterable[RequirementResult]) -> Iterator[Item]:
    """Those that are not passed, and those that passed and did not earn all of their points."""
    for result in results:
        one, state = result.requirement, result.state
        if state is State.NOT_APPLICABLE:
            continue
        said = _state(result)
        if not said:
            continue
        yield Item(
            kind="requirement",
            name=one.id,
            title=one.title,
            severity=one.severity,
            effect=result.effect,
            category=category_of_requirement(one),
            state=said,
            owner=result.owner or one.owner or (result.waiver.owner if result.waiver else ""),
            effort=one.effort,
            due=one.due or (result.waiver.expires if result.waiver else None),
            milestone=one.milestone,
            action=_closing(one, result),
            fixable=one.fixable,
        )


def of_conditions(states: Iterable[ConditionState]) -> Iterator[Item]:
    """Conditions that are not met; they are called by their number, as in the configuration."""
    for number, state in enumerate(states, 1):
        condition = state.condition
        if condition.done is not None and state.effect is Effect.NONE:
            continue
        yield Item(
            kind="condition",
            name=f"condition {number}",
            title=condition.text,
            severity=_SEVERITIES[state.effect],
            effect=state.effect,
            category="conditions",
            state=state.message,
            owner=condition.owner,
            due=condition.due,
        )


def of_quarantine(states: Iterable[QuarantineState]) -> Iterator[Item]:
    for state in states:
        entry = state.quarantine
        yield Item(
            kind="quarantine",
            name=entry.test,
            title=entry.test,
            severity=_SEVERITIES[state.effect],
            effect=state.effect,
            category="quarantine",
            state=state.message or f"in quarantine until {entry.expires}",
            owner=entry.owner,
            due=entry.expires,
            action="" if state.message else "mend the test, then delete the entry",
        )


def of_approvals(missing: Iterable[Signature]) -> Iterator[Item]:
    """Approvals without which the verdict cannot be better."""
    for one in missing:
        yield Item(
            kind="approval",
            name=f"approval of {one.approver}",
            title=f"Approval of {one.approver}",
            severity=_SEVERITIES[Effect.BLOCK],
            effect=Effect.BLOCK,
            category="sign-off",
            state=one.message,
            owner=one.approver,
            action=f"{one.message}: record it in [[tool.pytest-readiness.sign-off.approvals]]",
        )


def _state(result: RequirementResult) -> str:
    """In words; empty: there is nothing left to do."""
    if result.state is State.WAIVED and result.waiver is not None:
        return f"waived until {result.waiver.expires}"
    if result.state is not State.PASSED:
        return str(result.state.value)
    if result.risk or result.effect is not Effect.NONE:
        return "passed, with a risk"
    if result.earned < result.possible:
        return f"{_number(result.earned)} of {_number(result.possible)} points"
    return ""


def _closing(one: Requirement, result: RequirementResult) -> str:
    if one.action or not result.because:
        return one.action
    return f"first: {', '.join(result.because)}"


def _action(result: GateResult, tools: Mapping[str, ToolLine]) -> tuple[str, bool]:
    """What closes a gate, and whether that takes no thinking."""
    remedy = result.remedy or (result.metric.remedy if result.metric else "")
    if result.gate.metric not in _FINDINGS or result.outcome is not GateOutcome.FAILED:
        return remedy, False
    names = dict.fromkeys(finding.subject.id.partition(":")[0] for finding in result.findings)
    found = [tools[name] for name in names if name in tools]
    mending = [tool for tool in found if tool.fix and tool.fixable]
    if not mending:
        return remedy, False
    whole = len(mending) == len(names) and all(tool.fixable == tool.findings for tool in mending)
    return " && ".join(tool.fix for tool in mending), whole


def _owner(result: GateResult, owners: Mapping[str, str]) -> str:
    found = dict.fromkeys(finding.owner for finding in result.findings if finding.owner)
    if not found and result.outcome is GateOutcome.WAIVED:
        found = dict.fromkeys(waiver.owner for waiver in result.waivers)
    if not found:
        return owners.get(result.gate.component, "")
    return next(iter(found)) if len(found) == 1 else SEVERAL


def _title(result: GateResult) -> str:
    """The gate's own name where somebody gave it one, else the metric's title."""
    gate, metric = result.gate, result.metric
    if metric is None or gate.name.partition("#")[0] != gate.metric:
        return gate.name
    return f"{metric.title} of {gate.component}" if gate.component else metric.title


def _number(points: Fraction) -> str:
    """As written; floored where they have many decimals, so that what is missing shows."""
    return f"{math.floor(points * 100) / 100:g}"
