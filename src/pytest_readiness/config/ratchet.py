"""The ratchet: gates raised to what is reached, one way only.

A limit is moved to the worst value of the runs looked at, less a margin, rounded to a step away from
that value, and only where that is tighter than what stands there. Limits of metrics that are measured
with an interval (slowdowns, flake rates) are tolerances of a method, and stay.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from pytest_readiness.config.amount import Amount
from pytest_readiness.model.condition import Baseline, Condition, Literal, Operator, Term
from pytest_readiness.model.measurement import Measurement
from pytest_readiness.model.metric import Direction, Metric, Unit
from pytest_readiness.model.number import exact
from pytest_readiness.model.policy import Gate, Policy
from pytest_readiness.model.ratchet import Change, Headroom, Ratchet
from pytest_readiness.model.scorecard import GateOutcome, GateResult, Scorecard

_UPWARDS = (Operator.AT_LEAST, Operator.ABOVE)
_DOWNWARDS = (Operator.AT_MOST, Operator.BELOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How far a limit stays away from what is reached."""

    margin: Fraction = Fraction(1, 200)
    """Of ratios, and of counts given as a share: half a percentage point."""
    step: Fraction = Fraction(1, 100)
    """Limits of ratios are multiples of it."""
    slack: Fraction = Fraction(1, 5)
    """Of times, sizes and other floats: a share of the value; the limit has two significant digits."""
    fewer: Fraction = Fraction(1, 50)
    """Of counts that should be high: a share of the count."""
    headroom: Fraction = Fraction(5, 100)
    """Room from which on a fall is said to be hidden: of ratios; five times that share of anything else."""


def without_baselines(policy: Policy) -> Policy:
    """The policy's fixed limits alone: what a run reached is asked without a history."""
    gates = (_fixed(gate) for gate in policy.gates)
    return replace(policy, gates=tuple(gate for gate in gates if gate.condition.alternatives))


def _fixed(gate: Gate) -> Gate:
    alternatives = gate.condition.alternatives
    if len(alternatives) == 1:
        terms = tuple(term for term in alternatives[0] if isinstance(term.limit, Literal))
        alternatives = (terms,) if terms else ()
    return replace(gate, condition=replace(gate.condition, alternatives=alternatives))


def ratchet(policy: Policy, scorecards: Sequence[Scorecard], rules: Rules = Rules()) -> Ratchet:
    """Look at some runs, at least one, judged :func:`without_baselines`."""
    changes: list[Change] = []
    rooms: list[Headroom] = []
    skipped: list[tuple[str, str]] = []
    written = {gate.name: gate for gate in policy.gates}
    for results in _by_gate(scorecards):
        gate, metric = written[results[0].gate.name], results[0].metric
        why = _unfit(gate, results)
        if why or metric is None:
            skipped.append((gate.name, why))
            continue
        values = [result.reading for result in results if isinstance(result.reading, Measurement)]
        (all_of,) = gate.condition.alternatives
        texts: dict[Term, str] = {}
        for term in all_of:
            reached = _reached(term, values, metric)
            if reached is None:
                continue
            limit = _tightened(term, reached, metric, rules)
            if limit is not None:
                texts[term] = limit
                changed = _rewritten(gate.condition, texts)
                changes = [one for one in changes if one.gate is not gate]
                changes.append(
                    Change(
                        gate=gate,
                        old=gate.condition.text,
                        new=changed,
                        reached=reached,
                        metric=metric,
                        runs=len(results),
                        share=_is_share(term, metric),
                    )
                )
            rooms += _room(gate, all_of, term, reached, metric, rules)
    return Ratchet(changes=tuple(changes), headroom=tuple(rooms), skipped=tuple(skipped))


def _by_gate(scorecards: Sequence[Scorecard]) -> Iterable[list[GateResult]]:
    gathered: dict[str, list[GateResult]] = {}
    for scorecard in scorecards:
        for result in scorecard.results:
            if result.gate.metric:  # a fault of the run is no gate of the policy
                gathered.setdefault(result.gate.name, []).append(result)
    for results in gathered.values():
        if len(results) == len(scorecards):
            yield results


def _unfit(gate: Gate, results: Sequence[GateResult]) -> str:
    """Why this gate has nothing to be raised by; empty: it has."""
    metric = results[0].metric
    if metric is None or metric.direction is Direction.NEITHER:
        return "its metric has no better direction"
    if len(gate.condition.alternatives) != 1:
        return "its condition has alternatives (or)"
    unmet = sum(result.outcome is not GateOutcome.PASSED for result in results)
    if unmet:
        return f"not passed in {unmet} of {len(results)} runs"
    readings = [result.reading for result in results]
    if not all(isinstance(reading, Measurement) for reading in readings):
        return "not measured in all runs"
    if any(isinstance(reading, Measurement) and reading.low is not None for reading in readings):
        return "measured with an interval: its limit is a tolerance"
    return ""


def _reached(term: Term, values: Sequence[Measurement], metric: Metric) -> Fraction | None:
    """The worst value, as the term compares it; None where the term limits nothing in that direction."""
    limit = term.limit
    better = metric.direction is Direction.HIGHER
    if not isinstance(limit, Literal) or term.operator not in (_UPWARDS if better else _DOWNWARDS):
        return None
    share = _is_share(term, metric)
    if not all(math.isfinite(one.value) and (one.total or not share) for one in values):
        return None
    numbers = [exact(one.value) / ((one.total or 1) if share else 1) for one in values]
    return min(numbers) if better else max(numbers)


def _tightened(term: Term, reached: Fraction, metric: Metric, rules: Rules) -> str | None:
    """The term with its tighter limit; None: it stands as tight as it may."""
    if not isinstance(term.limit, Literal):
        return None
    amount = Amount.of(term.text)
    up = term.operator in _UPWARDS
    sign = 1 if up else -1
    if metric.unit is Unit.RATIO or _is_share(term, metric):
        target = _stepped(reached - sign * rules.margin, rules.step, up=up)
    elif metric.unit is Unit.COUNT:
        # a test more or less is no fall: what should be many may become a few less
        target = Fraction(math.floor(reached * (1 - rules.fewer))) if up else reached
    else:
        target = amount.rounded(reached - sign * abs(reached) * rules.slack, up=up)
    strict = term.operator in (Operator.ABOVE, Operator.BELOW)
    if strict and target == reached:
        target -= sign * (rules.step if metric.unit is Unit.RATIO else 1)
    if (target - term.limit.value) * sign <= 0 or (target < 0 and metric.bounded):
        return None
    return f"{term.operator.value} {amount.text(target)}"


def _stepped(value: Fraction, step: Fraction, *, up: bool) -> Fraction:
    """A multiple of the step, on the milder side."""
    steps = value / step
    return step * (math.floor(steps) if up else math.ceil(steps))


def _rewritten(condition: Condition, texts: dict[Term, str]) -> str:
    (all_of,) = condition.alternatives
    return " and ".join(texts.get(term, term.text) for term in all_of)


def _room(
    gate: Gate,
    all_of: Sequence[Term],
    term: Term,
    reached: Fraction,
    metric: Metric,
    rules: Rules,
) -> Iterable[Headroom]:
    if not isinstance(term.limit, Literal) or any(
        isinstance(one.limit, Baseline) for one in all_of
    ):
        return
    room = abs(reached - term.limit.value)
    share = _is_share(term, metric)
    ratio = metric.unit is Unit.RATIO or share
    large = rules.headroom if ratio else 5 * rules.headroom * abs(term.limit.value)
    if room >= large and room:
        yield Headroom(
            gate=gate, limit=term.text, reached=reached, room=room, metric=metric, share=share
        )


def _is_share(term: Term, metric: Metric) -> bool:
    return isinstance(term.limit, Literal) and term.limit.is_share(metric)
