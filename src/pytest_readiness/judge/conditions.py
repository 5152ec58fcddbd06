"""Conditions of an approval: met, open, or overdue."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from pytest_readiness.model.requirement import ApprovalCondition
from pytest_readiness.model.scorecard import Effect
from pytest_readiness.model.standing import ConditionState


def judge_conditions(
    conditions: Iterable[ApprovalCondition], today: datetime.date
) -> tuple[ConditionState, ...]:
    """One that is open is a risk; from the day after the one on which it is due, it blocks."""
    return tuple(_state(condition, today) for condition in conditions)


def _state(condition: ApprovalCondition, today: datetime.date) -> ConditionState:
    done = condition.done
    if done is not None and done <= today:
        return ConditionState(condition=condition, effect=Effect.NONE, message=f"done {done}")
    left = (condition.due - today).days
    message = _due(left) if left >= 0 else f"overdue since {condition.due}"
    if done is not None:
        message += f"; done {done}, a day that has not come"
    return ConditionState(
        condition=condition, effect=Effect.BLOCK if left < 0 else Effect.RISK, message=message
    )


def _due(days: int) -> str:
    return {0: "due today", 1: "due tomorrow"}.get(days, f"due in {days} days")
