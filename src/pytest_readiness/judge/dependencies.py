"""Requirements that depend on others: none is met before those are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pytest_readiness.judge import effect
from pytest_readiness.judge.requirement_waivers import decide_requirement
from pytest_readiness.model.policy import Waiver
from pytest_readiness.model.requirement import Requirement, State
from pytest_readiness.model.scorecard import Effect, WaiverState
from pytest_readiness.model.standing import RequirementResult
from pytest_readiness.model.value import replace

OPEN = frozenset({State.FAILED, State.NOT_VERIFIED, State.DEFERRED, State.IN_PROGRESS})
"""States of what is not met, and keeps from being met what depends on it."""


def judge_together(
    requirements: Sequence[Requirement],
    alone: Mapping[str, RequirementResult],
    effects: Mapping[str, Effect],
    waivers: Sequence[Waiver],
) -> tuple[tuple[RequirementResult, ...], tuple[WaiverState, ...]]:
    """The results in the order of the requirements, and waivers that do not accept what they name.

    :param alone: by id, the result of each by its own proofs.
    :param effects: by id, what it does to the verdict if it is not met.
    """
    found: dict[str, RequirementResult] = {}
    refused: list[WaiverState] = []
    for id in _in_order(requirements):
        result = _behind(alone[id], effects[id], found, alone)
        if result.state in OPEN:
            decision = decide_requirement(waivers, id, result.state)
            refused += decision.refused
            if decision.waiver is not None:
                result = waived(result, decision.waiver)
        found[id] = result
    return tuple(found[requirement.id] for requirement in requirements), tuple(refused)


def waived(result: RequirementResult, waiver: Waiver) -> RequirementResult:
    """Accepted as it is, which is a risk however little it matters: others may rest on it."""
    return replace(
        result,
        state=State.WAIVED,
        effect=Effect.RISK,
        message=f"{result.state.value}: {result.message}",
        risk=True,
        waiver=waiver,
    )


def _behind(
    result: RequirementResult,
    unmet_effect: Effect,
    found: Mapping[str, RequirementResult],
    alone: Mapping[str, RequirementResult],
) -> RequirementResult:
    """Deferred, if anything that it depends on is not met; one that failed has failed."""
    if result.state in (State.FAILED, State.NOT_APPLICABLE):
        return result
    needs = result.requirement.depends_on
    unmet = [id for id in needs if id not in found or found[id].state in OPEN]
    if not unmet:
        return result
    # what waits for something unsettled is no worse than that
    soft = all(id in found and found[id].risk for id in unmet)
    soft = soft and (result.state not in OPEN or result.risk)
    roots = dict.fromkeys(root for id in unmet for root in _roots(id, found))
    words = ", ".join(f"{id} ({_word(id, found, alone)})" for id in roots)
    return replace(
        result,
        state=State.DEFERRED,
        effect=effect.at_most_risk(unmet_effect) if soft else unmet_effect,
        message=f"waits for {words}",
        because=tuple(roots),
        risk=soft,
    )


def _roots(id: str, found: Mapping[str, RequirementResult]) -> tuple[str, ...]:
    """What is to be mended first: a deferred one waits itself."""
    return (id in found and found[id].because) or (id,)


def _word(
    id: str, found: Mapping[str, RequirementResult], alone: Mapping[str, RequirementResult]
) -> str:
    if id in found:
        return found[id].state.value
    return "which waits for this one" if id in alone else "which is not configured"


def _in_order(requirements: Iterable[Requirement]) -> list[str]:
    """Every id behind those that it depends on, as far as there is no circle."""
    needs = {requirement.id: requirement.depends_on for requirement in requirements}
    order: dict[str, None] = {}
    entered: set[str] = set()
    for first in needs:
        pending = [first]
        while pending:
            id = pending[-1]
            entered.add(id)
            ahead = [one for one in needs[id] if one in needs and one not in entered]
            if ahead:
                pending += ahead[:1]
            else:
                order.setdefault(pending.pop())
    return list(order)
