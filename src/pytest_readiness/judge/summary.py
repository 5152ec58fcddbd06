"""The report's own arithmetic: open items, matrices, hours, score, before and after, sign-off."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from pytest_readiness.judge import items as found
from pytest_readiness.judge.effort import add_up, by_milestone
from pytest_readiness.judge.matrices import by_category, by_effort, by_owner
from pytest_readiness.judge.score import score_table
from pytest_readiness.judge.signatures import review, signatures
from pytest_readiness.judge.steps import ordered
from pytest_readiness.model.policy import Policy
from pytest_readiness.model.requirement import Scoring, SignOff
from pytest_readiness.model.scorecard import Effect, GateResult
from pytest_readiness.model.standing import (
    ConditionState,
    Earlier,
    QuarantineState,
    RequirementResult,
    Signature,
    Summary,
    ToolLine,
)

_NO_SCORING = Scoring()
_NO_SIGN_OFF = SignOff()
_NOTHING = Earlier(run="")


def summarise(
    policy: Policy,
    results: Sequence[GateResult],
    *,
    requirements: Sequence[RequirementResult] = (),
    conditions: Sequence[ConditionState] = (),
    quarantine: Sequence[QuarantineState] = (),
    tools: Sequence[ToolLine] = (),
    unsigned: Sequence[Signature] = (),
    earlier: Earlier | None = None,
    project: str = "",
    version: str = "",
    today: datetime.date,
) -> Summary:
    """What stands in a report beside the results, all of it counted from them.

    :param results: of all gates, and of what went wrong in the session itself.
    :param unsigned: approvals that are missing and block.
    :param earlier: the last comparable run; None: there is none.
    """
    sizes = dict((policy.scoring or _NO_SCORING).hours)
    owners = {component.name: component.owner for component in policy.components}
    waits = {one.requirement.id: one.requirement.depends_on for one in requirements}
    items = ordered(
        (
            *found.of_gates(results, tools, owners),
            *found.of_requirements(requirements),
            *found.of_conditions(conditions),
            *found.of_quarantine(quarantine),
            *found.of_approvals(unsigned),
        ),
        waits,
        sizes,
    )
    table = score_table(results, requirements, policy.scoring, earlier)
    sign_off = policy.sign_off or _NO_SIGN_OFF
    signed_by, signed = signatures(sign_off, version=version, today=today)
    past = earlier or _NOTHING
    return Summary(
        items=items,
        risks=by_category(items, (line.category for line in table.lines) if table else ()),
        owners=by_owner(items),
        efforts=by_effort(items),
        blockers=add_up((item for item in items if item.effect is Effect.BLOCK), sizes),
        milestones=by_milestone(items, sizes),
        table=table,
        before=past.values,
        before_rules=past.rules,
        before_run=past.run,
        verdict_before=past.verdict,
        signatures=signed_by,
        signed=signed,
        required=sign_off.required,
        review=review(policy, version=version, today=today),
        reviewer=sign_off.reviewer,
        project=project,
        version=version,
        today=today,
    )
