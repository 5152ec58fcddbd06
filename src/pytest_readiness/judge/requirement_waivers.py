"""Waivers of requirements: which state one accepts."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_readiness.judge.waivers import Decision
from pytest_readiness.model.policy import Waiver
from pytest_readiness.model.requirement import State
from pytest_readiness.model.scorecard import WaiverState

_OPEN = frozenset({State.NOT_VERIFIED, State.IN_PROGRESS, State.DEFERRED})
_WORSE = "the requirement failed, which is worse than accepted"


def decide_requirement(waivers: Iterable[Waiver], id: str, state: State) -> Decision:
    """Whether a waiver in force accepts that the requirement is in this state.

    One that accepts ``failed`` accepts what is milder too; a hotfix accepts any of these.
    """
    refused: list[WaiverState] = []
    for waiver in waivers:
        if waiver.gate != id or not (waiver.hotfix or waiver.state):
            continue
        if state in _OPEN or (
            state is State.FAILED and (waiver.hotfix or waiver.state is State.FAILED)
        ):
            return Decision(waiver=waiver, refused=tuple(refused))
        if state is State.FAILED:
            refused.append(WaiverState(waiver=waiver, message=_WORSE))
    return Decision(refused=tuple(refused))
