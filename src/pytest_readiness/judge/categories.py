"""The score's table: one line a category, weighted, with grades and what closing the blockers would give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from pytest_readiness.judge.grades import grade
from pytest_readiness.judge.score import counted, earned
from pytest_readiness.model.requirement import UNSORTED, Requirement, Scoring, State
from pytest_readiness.model.scorecard import Effect, GateOutcome, GateResult
from pytest_readiness.model.standing import CategoryLine, Earlier, RequirementResult, ScoreTable
from pytest_readiness.model.value import NamedTuple

_NONE = Fraction(0)
_UNWEIGHTED = Scoring(percent=False)
"""Every category weighs what its own gates and requirements do."""


class Member(NamedTuple):
    """A gate or a requirement as the score sees it."""

    category: str
    earned: Fraction
    possible: Fraction
    applies: bool
    blocks: bool


def tabulate(
    results: Iterable[GateResult],
    requirements: Iterable[RequirementResult],
    scoring: Scoring | None,
    earlier: Earlier | None = None,
) -> ScoreTable | None:
    """The table; None where nothing that has a weight applies."""
    scoring = scoring or _UNWEIGHTED
    members = [*_of_gates(results), *_of_requirements(requirements)]
    weights = dict(scoring.weights)
    names = dict.fromkeys((*weights, *(member.category for member in members)))
    before = dict(earlier.categories) if earlier else {}
    lines = []
    closed = _NONE
    for name in names:
        own = [member for member in members if member.category == name]
        line = _line(name, own, weights, scoring, before)
        lines.append(line)
        if line.possible:
            best = sum((one.possible if one.blocks else one.earned for one in own), _NONE)
            closed += best / line.possible * line.weight
    maximum = sum((line.weight for line in lines), _NONE)
    if not maximum:
        return None
    total = sum((line.weighted for line in lines), _NONE)
    return ScoreTable(
        lines=tuple(lines),
        percent=scoring.percent and bool(weights),
        total=total,
        maximum=maximum,
        grade=grade(total / maximum, scoring.grades),
        closed=closed,
        closed_grade=grade(closed / maximum, scoring.grades),
        before=earlier.score if earlier else None,
    )


def category_of(result: GateResult) -> str:
    """Under which a gate counts."""
    if result.gate.category:
        return result.gate.category
    if result.metric is None:
        return result.gate.metric.partition(".")[0]
    return result.metric.category


def category_of_requirement(requirement: Requirement) -> str:
    return requirement.category or UNSORTED


def _of_gates(results: Iterable[GateResult]) -> Iterator[Member]:
    for result in counted(results):
        weight = Fraction(1 if result.gate.weight is None else result.gate.weight)
        applies = result.outcome is not GateOutcome.NOT_APPLICABLE
        yield Member(
            category=category_of(result),
            earned=weight * earned(result),
            possible=weight,
            applies=applies,
            blocks=result.effect is Effect.BLOCK,
        )


def _of_requirements(results: Iterable[RequirementResult]) -> Iterator[Member]:
    for result in results:
        yield Member(
            category=category_of_requirement(result.requirement),
            earned=result.earned,
            possible=result.possible,
            applies=result.state is not State.NOT_APPLICABLE,
            blocks=result.effect is Effect.BLOCK,
        )


def _line(
    name: str,
    members: Sequence[Member],
    weights: Mapping[str, Fraction],
    scoring: Scoring,
    before: Mapping[str, Fraction],
) -> CategoryLine:
    counting = [member for member in members if member.applies]
    total = sum((member.earned for member in counting), _NONE)
    possible = sum((member.possible for member in counting), _NONE)
    weight = weights.get(name, _NONE) if weights else possible
    # a category that does not apply leaves the denominator; one of which nothing is measured yet
    # stays, and earns nothing
    gone = not possible and any(not member.applies and member.possible for member in members)
    if gone:
        weight = _NONE
    share = total / possible if possible else _NONE
    passed = sum(member.earned == member.possible for member in counting)
    return CategoryLine(
        category=name,
        earned=total,
        possible=possible,
        weight=weight,
        grade=grade(share, scoring.grades) if possible or weight else "",
        before=before.get(name),
        passed=passed,
        open=len(counting) - passed,
        inapplicable=len(members) - len(counting),
    )
