"""The score: how much of what is configured was earned. It is shown, and decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from pytest_readiness.model.metric import SCORE
from pytest_readiness.model.policy import Level, Policy
from pytest_readiness.model.scorecard import CategoryScore, GateOutcome, GateResult, Score

if TYPE_CHECKING:  # most policies have no score
    from pytest_readiness.model.requirement import Requirement, Scoring, State
    from pytest_readiness.model.standing import (
        Earlier,
        ProofResult,
        RequirementResult,
        ScoreTable,
    )

_HALF = frozenset({GateOutcome.INCONCLUSIVE, GateOutcome.WAIVED})


def score(
    results: Sequence[GateResult],
    requirements: Sequence[RequirementResult] = (),
    scoring: Scoring | None = None,
) -> Score | None:
    """The short form of :func:`score_table`: what was earned, in all and by category."""
    table = score_table(results, requirements, scoring)
    if table is None:
        return None
    return Score(
        earned=table.total,
        possible=table.maximum,
        categories=tuple(
            CategoryScore(category=line.category, earned=line.weighted, possible=line.weight)
            for line in table.lines
            if line.weight
        ),
        grade=table.grade,
    )


def score_table(
    results: Sequence[GateResult],
    requirements: Sequence[RequirementResult] = (),
    scoring: Scoring | None = None,
    earlier: Earlier | None = None,
) -> ScoreTable | None:
    """By category, over all that is configured; None where nothing has a weight, or nothing applies.

    A gate without a weight of its own weighs 1, a requirement without points too. Only what is not
    applicable leaves the denominator: what could not be measured stays in it and earns nothing.
    """
    weighed = any(result.gate.weight is not None for result in results) or any(
        result.requirement.points is not None for result in requirements
    )
    if scoring is None and not weighed:
        return None
    from pytest_readiness.judge.categories import tabulate

    return tabulate(results, requirements, scoring, earlier)


def share(
    policy: Policy, results: Sequence[GateResult], requirements: Sequence[RequirementResult] = ()
) -> Fraction | None:
    """The score, 0 to 1, which ``readiness.score`` measures; None: there is none."""
    table = score_table(results, requirements, policy.scoring)
    return None if table is None else table.share


def counted(results: Iterable[GateResult]) -> Iterable[GateResult]:
    """Those that the score is made of: gates that were configured, save those on the score."""
    return (result for result in results if result.gate.metric not in ("", SCORE))


def earned(result: GateResult) -> Fraction:
    """The share of its weight that a gate earns."""
    if result.outcome is GateOutcome.PASSED:
        return Fraction(1)
    if result.outcome is GateOutcome.WAIVED and result.reason is not None:
        return Fraction(0)  # what is not measured earns nothing, whoever accepts that
    lenient = result.outcome is GateOutcome.FAILED and result.gate.level is not Level.BLOCK
    return Fraction(1, 2) if lenient or result.outcome in _HALF else Fraction(0)


def requirement_points(
    requirement: Requirement, state: State, proofs: Iterable[ProofResult], *, risk: bool
) -> tuple[Fraction, Fraction]:
    """What a requirement in this state earns, and of how much.

    All of it when it passed, or the points that were attested (the fewest, where several were);
    half of that where a risk stands beside it; half of all when it is waived; what was attested
    while somebody attests that it is in progress; else nothing.
    """
    from pytest_readiness.model.requirement import State

    possible = Fraction(1) if requirement.points is None else requirement.points
    if state is State.WAIVED:
        return possible / 2, possible
    if state not in (State.PASSED, State.IN_PROGRESS):
        return Fraction(0), possible
    usual = possible if state is State.PASSED else Fraction(0)
    given = min((one.points for one in proofs if one.points is not None), default=usual)
    reached = min(max(given, Fraction(0)), possible)
    return reached / 2 if risk else reached, possible
