"""Gates are raised to what is reached, one way only, and large headroom is told."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_readiness.config.grammar import parse_condition
from pytest_readiness.config.ratchet import Rules, ratchet, without_baselines
from pytest_readiness.judge.condition import evaluate
from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.model.measurement import RUN, Measurement
from pytest_readiness.model.policy import Policy
from pytest_readiness.model.ratchet import Ratchet
from pytest_readiness.model.scorecard import Effect, GateOutcome, GateResult, Scorecard
from scorecards import result, scorecard


def run(*results: GateResult) -> Scorecard:
    return scorecard(*results)


def ratcheted(scorecards: list[Scorecard], rules: Rules | None = None) -> Ratchet:
    gates = {one.gate.name: one.gate for card in scorecards for one in card.results}
    policy = Policy(gates=tuple(gates.values()))
    return ratchet(policy, scorecards, rules or Rules())


def lines(percent: Fraction, condition: str = ">= 80%") -> GateResult:
    return result("coverage.lines", condition, reading=Measurement(subject=RUN, value=percent))


def of(metric: str, condition: str, *values: float | Fraction, **fields: int) -> Ratchet:
    return ratcheted(
        [
            run(result(metric, condition, reading=Measurement(subject=RUN, value=value, **fields)))
            for value in values
        ]
    )


@pytest.mark.parametrize(
    ("metric", "condition", "values", "new"),
    [
        ("coverage.lines", ">= 80%", [Fraction(934, 1000)], ">= 92%"),
        ("coverage.lines", ">= 80%", [Fraction(935, 1000)], ">= 93%"),
        ("coverage.lines", ">= 80%", [Fraction(95, 100), Fraction(90, 100)], ">= 89%"),
        ("coverage.lines", "> 80%", [Fraction(1)], "> 99%"),
        (
            "coverage.lines",
            ">= 80% and >= baseline - 0.5pp",
            [Fraction(935, 1000)],
            ">= 93% and >= baseline - 0.5pp",
        ),
        ("coverage.uncovered", "<= 120", [104], "<= 104"),
        ("tests.run", ">= 1", [214, 220], ">= 209"),
        ("suite.duration", "<= 10min", [125.0], "<= 2.5min"),
        ("suite.duration", "<= 900s", [125.0, 101.0], "<= 150s"),
        ("suite.memory", "<= 2GiB", [700 * 2**20], "<= 0.83GiB"),
    ],
)
def test_a_limit_follows_the_worst_value(
    metric: str, condition: str, values: list[float], new: str
) -> None:
    (change,) = of(metric, condition, *values).changes
    assert (change.old, change.new, change.runs) == (condition, new, len(values))


def test_a_share_of_a_count_is_raised_as_a_share() -> None:
    found = of("tests.skipped", "<= 10%", 6, total=200)
    assert [change.new for change in found.changes] == ["<= 4%"]


@pytest.mark.parametrize(
    ("metric", "condition", "value"),
    [
        ("coverage.lines", ">= 93%", Fraction(934, 1000)),
        ("coverage.lines", ">= baseline - 1pp", Fraction(934, 1000)),
        ("coverage.lines", ">= 50% or >= baseline", Fraction(934, 1000)),
        ("tests.failed", "== 0", 0),
        ("tests.skipped", "<= 3", 3),
        ("suite.duration", "<= 10s", 9.0),
        ("coverage.lines", ">= 0%", Fraction(1, 1000)),
    ],
)
def test_what_stands_tight_enough_stays(metric: str, condition: str, value: Fraction) -> None:
    assert of(metric, condition, value).changes == ()


def test_a_gate_that_did_not_pass_everywhere_is_left_out_and_named() -> None:
    failed = replace(lines(Fraction(70, 100)), outcome=GateOutcome.FAILED, effect=Effect.BLOCK)
    found = ratcheted([run(lines(Fraction(90, 100))), run(failed)])
    assert found.changes == ()
    assert found.skipped == (("coverage.lines", "not passed in 1 of 2 runs"),)


def test_an_interval_is_a_tolerance() -> None:
    reading = Measurement(subject=RUN, value=Fraction(9, 10), low=0.8, high=0.95)
    found = ratcheted([run(result("coverage.lines", ">= 60%", reading=reading))])
    assert found.changes == ()
    assert "interval" in found.skipped[0][1]


def test_large_headroom_is_told_unless_a_baseline_guards_it() -> None:
    (room,) = of("coverage.lines", ">= 60%", Fraction(93, 100)).headroom
    assert (room.limit, room.room) == (">= 60%", Fraction(33, 100))
    assert of("coverage.lines", ">= 60% and >= baseline", Fraction(93, 100)).headroom == ()
    assert of("coverage.lines", ">= 90%", Fraction(93, 100)).headroom == ()
    assert len(of("tests.run", ">= 1", 200).headroom) == 1


def test_baselines_are_left_out_of_what_is_asked() -> None:
    both = lines(Fraction(9, 10), ">= 80% and >= baseline").gate
    alone = replace(both, name="other", condition=parse_condition(">= baseline", None))
    found = without_baselines(Policy(gates=(both, alone)))
    assert [[term.text for term in gate.condition.terms] for gate in found.gates] == [[">= 80%"]]


ratios = st.fractions(min_value=0, max_value=1, max_denominator=5000)


@given(ratios, st.integers(0, 100), st.lists(ratios, max_size=3))
def test_one_way_only_and_every_run_still_passes(
    worst: Fraction, percent: int, others: list[Fraction]
) -> None:
    metric = CATALOGUE["coverage.lines"]
    values = [value for value in (worst, *others) if value * 100 >= percent]
    if not values:
        return
    found = ratcheted([run(lines(value, f">= {percent}%")) for value in values])
    for change in found.changes:
        new = parse_condition(change.new, metric)
        (term,) = new.terms
        assert term.limit.value > Fraction(percent, 100)
        for value in values:
            assert evaluate(new, Measurement(subject=RUN, value=value), metric).holds


@given(
    st.floats(1e-6, 1e5, allow_nan=False),
    st.floats(1.0, 100.0),
    st.sampled_from(["us", "ms", "s", "min", "h"]),
)
def test_times_too(seconds: float, factor: float, unit: str) -> None:
    metric = CATALOGUE["suite.duration"]
    sizes = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0}
    limit = f"<= {seconds * factor * 1.01 / sizes[unit]:.9f}{unit}"
    old = parse_condition(limit, metric)
    value = Measurement(subject=RUN, value=seconds)
    if not evaluate(old, value, metric).holds:
        return
    for change in of("suite.duration", limit, seconds).changes:
        new = parse_condition(change.new, metric)
        assert new.terms[0].limit.value < old.terms[0].limit.value
        assert evaluate(new, value, metric).holds


def test_margin_and_step_can_be_chosen() -> None:
    scorecards = [run(lines(Fraction(934, 1000)))]
    rules = Rules(margin=Fraction(0), step=Fraction(1, 1000))
    assert ratcheted(scorecards, rules).changes[0].new == ">= 93.4%"
