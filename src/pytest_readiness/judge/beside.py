"""What is judged beside the gates, as far as the verdict goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pytest_readiness.judge.verdict import Beside
from pytest_readiness.model.requirement import State
from pytest_readiness.model.scorecard import Effect
from pytest_readiness.model.standing import ConditionState, QuarantineState, RequirementResult

_ORDER = (
    State.PASSED,
    State.FAILED,
    State.NOT_VERIFIED,
    State.DEFERRED,
    State.IN_PROGRESS,
    State.WAIVED,
    State.NOT_APPLICABLE,
)
"""Of the words: as of gates, what passed is told first."""


def beside(
    requirements: Iterable[RequirementResult],
    conditions: Iterable[ConditionState],
    quarantine: Iterable[QuarantineState],
) -> Sequence[Beside]:
    """Requirements, conditions and entries of the quarantine, in that order."""
    return (
        *(
            Beside("requirement", _word(one), one.effect, one.shown)
            for one in sorted(requirements, key=lambda one: _ORDER.index(one.state))
        ),
        *(
            Beside("condition", _WORDS[one.effect], one.effect)
            for one in sorted(conditions, key=lambda one: _EFFECTS.index(one.effect))
        ),
        *(
            Beside("quarantine", _HELD[one.effect], one.effect)
            for one in sorted(quarantine, key=lambda one: _EFFECTS.index(one.effect))
        ),
    )


_WORDS = {Effect.BLOCK: "overdue", Effect.RISK: "open", Effect.NONE: "done"}
_HELD = {Effect.BLOCK: "no longer in force", Effect.RISK: "in force", Effect.NONE: "inert"}
_EFFECTS = tuple(_WORDS)


def _word(result: RequirementResult) -> str:
    doubtful = result.risk and result.state is State.PASSED
    return "passed in doubt" if doubtful else result.state.value
