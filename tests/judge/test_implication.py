"""What one condition says of another, against every value of a grid."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from judging import LATENCY
from judging import METRICS as KNOWN
from pytest_readiness.config.grammar import parse_condition
from pytest_readiness.judge.condition import evaluate
from pytest_readiness.judge.implication import implies
from pytest_readiness.judge.linear import Inequality, satisfiable
from pytest_readiness.model.condition import Condition
from pytest_readiness.model.measurement import RUN, Measurement
from pytest_readiness.model.metric import Metric

RATIO, COUNT, NUMBER = "coverage.lines", "tests.skipped", "checkout.growth"
METRICS = {**KNOWN, NUMBER: replace(LATENCY, name=NUMBER, bounded=False)}


def condition(metric: str, text: str) -> Condition:
    return parse_condition(text, METRICS[metric])


@pytest.mark.parametrize(
    ("metric", "first", "second"),
    [
        (RATIO, ">= 90%", ">= 80%"),
        (RATIO, "> 80%", ">= 80%"),
        (RATIO, ">= 90% and >= baseline", ">= 90%"),
        (RATIO, ">= 90%", ">= 90% or >= baseline"),
        (RATIO, ">= baseline", ">= baseline - 0.5pp"),
        (RATIO, ">= baseline", ">= baseline * 0.98"),
        (RATIO, "== 100%", ">= baseline"),  # no ratio is higher
        (RATIO, ">= 80% or >= baseline", ">= 80% or >= baseline - 1pp"),
        (RATIO, ">= 80% or >= baseline", ">= baseline or >= 80%"),
        (RATIO, ">= 85% or >= 90%", ">= 85%"),
        (COUNT, "== 0", "<= 5%"),
        (COUNT, "<= 4%", "<= 5%"),
        (COUNT, "> 3", ">= 4"),
        (COUNT, "< 3.5", "<= 3"),
        (COUNT, "== 0", "<= baseline"),
        (COUNT, "<= 2 and <= 5%", "<= 5% and <= 3"),
        (NUMBER, "<= 5", "<= 6"),
        (NUMBER, "<= baseline", "<= baseline + 1"),
        (NUMBER, "<= baseline", "<= baseline * 1.1"),  # of one below zero too: of its size
        (NUMBER, "<= baseline * 0.9", "<= baseline"),
    ],
)
def test_what_follows(metric: str, first: str, second: str) -> None:
    assert implies(condition(metric, first), condition(metric, second), METRICS[metric])


@pytest.mark.parametrize(
    ("metric", "first", "second"),
    [
        (RATIO, ">= 80%", ">= 90%"),
        (RATIO, ">= 80%", "> 80%"),
        (RATIO, ">= 90%", ">= 90% and >= baseline"),
        (RATIO, ">= baseline - 0.5pp", ">= baseline"),
        (COUNT, "<= 5%", "<= 5"),
        (COUNT, "<= 5", "<= 5%"),
        (COUNT, "<= baseline", "<= baseline - 1"),
        (NUMBER, "> 3", ">= 4"),
        (NUMBER, "<= baseline", "<= baseline * 0.9"),
        # in doubt without a baseline, where the other is broken for certain
        (COUNT, "<= 5 and >= baseline + 5", ">= 5"),
    ],
)
def test_what_does_not_follow(metric: str, first: str, second: str) -> None:
    assert not implies(condition(metric, first), condition(metric, second), METRICS[metric])


def test_without_a_baseline_that_fails_nothing_may_be_certain() -> None:
    sure, relative = condition(COUNT, "== 0"), condition(COUNT, "<= baseline")
    assert implies(sure, relative, METRICS[COUNT])
    assert not implies(sure, relative, METRICS[COUNT], blind=True)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [("<= 5", "<= 6", True), ("<= 6", "<= 5", False), ("<= 5%", "<= 6%", False)],
)
def test_of_a_metric_that_is_not_known(first: str, second: str, expected: bool) -> None:
    assert implies(parse_condition(first, None), parse_condition(second, None), None) is expected


def test_a_condition_of_too_many_parts_is_not_decided() -> None:
    long = " or ".join(f">= {n}% and <= {n + 1}% and >= {n}.5%" for n in range(10))
    other = long.replace(">= 0%", ">= 0.1%")
    assert not implies(condition(RATIO, long), condition(RATIO, other), METRICS[RATIO])
    assert implies(condition(RATIO, long), condition(RATIO, long), METRICS[RATIO])


_OPERATORS = st.sampled_from([">=", "<=", ">", "<", "=="])
_LIMITS = {
    RATIO: ["0%", "50%", "100%", "baseline", "baseline - 50pp", "baseline * 0.5"],
    COUNT: ["0", "1", "2", "50%", "100%", "baseline", "baseline + 1", "baseline * 0.5"],
    NUMBER: ["0", "1", "-1", "baseline", "baseline + 1", "baseline * 0.5"],
}
_GRID = {
    RATIO: [Fraction(n, 8) for n in range(9)],
    COUNT: [Fraction(n) for n in range(6)],
    NUMBER: [Fraction(n, 4) for n in range(-12, 13)],
}


@st.composite
def conditions(draw: st.DrawFn, metric: str) -> Condition:
    terms = st.tuples(_OPERATORS, st.sampled_from(_LIMITS[metric])).map(" ".join)
    all_of = st.lists(terms, min_size=1, max_size=2).map(" and ".join)
    # also those that nothing can meet
    return parse_condition(" or ".join(draw(st.lists(all_of, min_size=1, max_size=2))), None)


def _measured(metric: Metric) -> list[Measurement]:
    grid = _GRID[metric.name]
    if metric.name == COUNT:
        totals: list[int | None] = [1, 2, 3, 4, 5, 6, 12]
        return [
            Measurement(subject=RUN, value=int(value), total=total, baseline=baseline)
            for value, total, baseline in itertools.product(
                grid, totals, [Fraction(n, 2) for n in range(12)]
            )
            if total is not None and value <= total
        ]
    return [
        Measurement(subject=RUN, value=value, baseline=baseline)
        for value, baseline in itertools.product(grid, grid)
    ]


_MEASURED = {name: _measured(METRICS[name]) for name in (RATIO, COUNT, NUMBER)}


@settings(max_examples=60, deadline=None)
@given(st.data())
@pytest.mark.parametrize("metric", [RATIO, COUNT, NUMBER])
def test_nothing_keeps_the_one_and_breaks_the_other(metric: str, data: st.DataObject) -> None:
    first, second = data.draw(conditions(metric)), data.draw(conditions(metric))
    known = METRICS[metric]
    counter = next(
        (
            one
            for one in _MEASURED[metric]
            if evaluate(first, one, known).holds and not evaluate(second, one, known).holds
        ),
        None,
    )
    if implies(first, second, known):
        assert counter is None, (first.text, second.text)
    elif not (first.relative or second.relative) and "%" not in f"{first.text}{second.text}":
        # of plain limits the grid holds a value between any two of them: no is no too
        assert counter is not None, (first.text, second.text)


@given(conditions(RATIO))
def test_every_condition_follows_from_itself(one: Condition) -> None:
    assert implies(one, one, METRICS[RATIO])
    assert implies(one, parse_condition(f"{one.text} or == 100%", None), METRICS[RATIO])


_NUMBERS = st.integers(-2, 2).map(Fraction)
_INEQUALITIES = st.builds(Inequality, st.tuples(_NUMBERS, _NUMBERS), _NUMBERS, st.booleans())


@settings(max_examples=100)
@given(st.lists(_INEQUALITIES, max_size=5), st.tuples(_NUMBERS, _NUMBERS))
def test_what_some_numbers_keep_is_satisfiable(
    inequalities: list[Inequality], numbers: tuple[Fraction, Fraction]
) -> None:
    def kept(one: Inequality) -> bool:
        value = sum(a * b for a, b in zip(one.factors, numbers, strict=True)) + one.constant
        return value > 0 or (value == 0 and not one.strict)

    if all(map(kept, inequalities)):
        assert satisfiable(inequalities)
    for one in inequalities:
        assert kept(one) is not kept(one.negated())
        assert not satisfiable([one, one.negated()])
