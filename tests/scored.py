"""Results of gates and requirements made by hand, and any of them, for tests of what adds them up."""

from __future__ import annotations

import datetime
import itertools
from dataclasses import replace
from fractions import Fraction

from hypothesis import strategies as st

from judging import METRICS, ORIGIN, TODAY, gate, waiver
from pytest_readiness.judge.score import requirement_points
from pytest_readiness.model.policy import Level
from pytest_readiness.model.requirement import (
    ApprovalCondition,
    Attestation,
    Effort,
    Quarantine,
    Requirement,
    Scoring,
    Severity,
    State,
)
from pytest_readiness.model.scorecard import Effect, GateOutcome, GateResult
from pytest_readiness.model.standing import (
    ConditionState,
    Item,
    ProofResult,
    QuarantineState,
    RequirementResult,
)

CATEGORIES = ("Security", "Docs", "tests", "requirements")
OWNERS = ("", "@ada", "@bob", "docs-team")
DAYS = tuple(TODAY + datetime.timedelta(days=number) for number in (-1, 0, 1, 30))
_EFFECTS = {Level.BLOCK: Effect.BLOCK, Level.RISK: Effect.RISK, Level.INFO: Effect.NONE}


def outcome(
    said: GateOutcome,
    effect: Effect = Effect.NONE,
    *,
    metric: str = "tests.failed",
    **gate_: object,
) -> GateResult:
    """A gate that came out like that."""
    waived = said is GateOutcome.WAIVED
    return GateResult(
        gate=gate(metric, "== 0", **gate_),
        metric=METRICS[metric],
        outcome=said,
        effect=effect,
        waivers=(waiver(metric),) if waived else (),
    )


def met(
    id: str,
    state: State = State.PASSED,
    effect: Effect = Effect.NONE,
    *,
    given: int | Fraction | None = None,
    risk: bool = False,
    **fields: object,
) -> RequirementResult:
    """A requirement in that state; ``given`` are the points that somebody attested."""
    made = Requirement(id=id, title=f"Title of {id}", origin=ORIGIN)
    requirement = replace(made, **fields)  # type: ignore[arg-type]
    points = None if given is None else Fraction(given)
    proof = ProofResult(what="attestation", state=state, text="by @ada", points=points)
    earned, possible = requirement_points(requirement, state, (proof,), risk=risk)
    return RequirementResult(
        requirement=requirement,
        state=state,
        effect=effect,
        proofs=(proof,),
        risk=risk,
        earned=earned,
        possible=possible,
        waiver=waiver(id) if state is State.WAIVED else None,
        owner=requirement.owner,
    )


def points(value: str) -> Scoring:
    """``Security 5, Docs 3``: maximum points."""
    return Scoring(percent=False, weights=_weights(value))


def percent(value: str) -> Scoring:
    return Scoring(weights=_weights(value))


def _weights(value: str) -> tuple[tuple[str, Fraction], ...]:
    pairs = (entry.strip().rpartition(" ") for entry in value.split(","))
    return tuple((name, Fraction(number)) for name, _, number in pairs)


def condition(due: datetime.date, effect: Effect, **fields: object) -> ConditionState:
    made = ApprovalCondition(text="The switch is wired", owner="@risk", due=due, origin=ORIGIN)
    return ConditionState(
        condition=replace(made, **fields),  # type: ignore[arg-type]
        effect=effect,
        message="due soon",
    )


def entry(expires: datetime.date = TODAY, message: str = "") -> QuarantineState:
    made = Quarantine(
        test="tests/a.py::*", reason="a race", owner="@ada", expires=expires, origin=ORIGIN
    )
    return QuarantineState(quarantine=made, effect=Effect.RISK, message=message)


def attested(until: datetime.date | None) -> Attestation:
    return Attestation(by="@ada", date=TODAY, until=until)


efforts = st.none() | st.one_of(
    st.sampled_from("SML").map(lambda size: Effort(text=size)),
    st.tuples(st.fractions(0, 40, max_denominator=4), st.integers(0, 8)).map(
        lambda pair: Effort(text="hours", low=pair[0], high=pair[0] + pair[1])
    ),
)
"""Sizes, hours, and nothing."""


@st.composite
def requirement_results(
    draw: st.DrawFn, id: str, others: tuple[str, ...] = ()
) -> RequirementResult:
    """Any; what it depends on are some of ``others``."""
    state = draw(st.sampled_from(State))
    settled = state in (State.PASSED, State.NOT_APPLICABLE)
    maximum = draw(st.none() | st.integers(0, 10).map(Fraction))
    return met(
        id,
        state,
        Effect.NONE if settled else draw(st.sampled_from(Effect)),
        given=draw(st.none() | st.integers(0, 12)),
        risk=draw(st.booleans()),
        category=draw(st.sampled_from(["", *CATEGORIES[:3]])),
        severity=draw(st.sampled_from(Severity)),
        owner=draw(st.sampled_from(OWNERS)),
        points=maximum,
        effort=draw(efforts),
        due=draw(st.none() | st.sampled_from(DAYS)),
        milestone=draw(st.sampled_from(["", "week 1", "month 1"])),
        depends_on=tuple(draw(st.lists(st.sampled_from(others), unique=True))) if others else (),
    )


@st.composite
def gate_results(draw: st.DrawFn, number: int) -> GateResult:
    said = draw(st.sampled_from(GateOutcome))
    level = draw(st.sampled_from(Level))
    fine = said in (GateOutcome.PASSED, GateOutcome.NOT_APPLICABLE)
    soft = said in (GateOutcome.WAIVED, GateOutcome.INCONCLUSIVE) and level is Level.BLOCK
    effect = Effect.NONE if fine else Effect.RISK if soft else _EFFECTS[level]
    return outcome(
        said,
        effect,
        name=f"gate {number}",
        level=level,
        weight=draw(st.none() | st.integers(0, 4)),
        category=draw(st.sampled_from(["", *CATEGORIES[:2]])),
        severity=draw(st.none() | st.sampled_from(Severity)),
    )


@st.composite
def everything(draw: st.DrawFn) -> tuple[list[GateResult], list[RequirementResult]]:
    """Gates and requirements, the latter without circles."""
    gates = [draw(gate_results(number)) for number in range(draw(st.integers(0, 4)))]
    ids = tuple(f"R{number}" for number in range(draw(st.integers(0, 5))))
    results = [draw(requirement_results(id, ids[:place])) for place, id in enumerate(ids)]
    return gates, draw(st.permutations(results))


@st.composite
def scorings(draw: st.DrawFn) -> Scoring | None:
    """None, without categories, per cent that add up to 100, or points."""
    kind = draw(st.integers(0, 3))
    if kind == 0:
        return None
    if kind == 1:
        return Scoring()
    names = draw(st.lists(st.sampled_from([*CATEGORIES, "Empty"]), min_size=1, unique=True))
    if kind == 2:
        weights = [Fraction(draw(st.integers(1, 50)), draw(st.integers(1, 4))) for _ in names]
        return Scoring(percent=False, weights=tuple(zip(names, weights, strict=True)))
    size = len(names) - 1
    cuts = sorted(draw(st.sets(st.integers(1, 99), min_size=size, max_size=size)))
    edges = [0, *cuts, 100]
    shares = [Fraction(high - low) for low, high in itertools.pairwise(edges)]
    return Scoring(weights=tuple(zip(names, shares, strict=True)))


@st.composite
def open_items(draw: st.DrawFn) -> list[Item]:
    return [
        Item(
            kind="requirement",
            name=f"R{number}",
            title="t",
            severity=draw(st.sampled_from(Severity)),
            effect=draw(st.sampled_from(Effect)),
            category=draw(st.sampled_from(CATEGORIES)),
            state="failed",
            owner=draw(st.sampled_from(OWNERS)),
            effort=draw(efforts),
            due=draw(st.none() | st.sampled_from(DAYS)),
            milestone=draw(st.sampled_from(["", "week 1", "month 1"])),
        )
        for number in range(draw(st.integers(0, 8)))
    ]
