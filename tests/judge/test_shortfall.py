"""By how much a value misses its limit."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judging import METRICS, count, ratio, value
from pytest_readiness.config.grammar import parse_condition
from pytest_readiness.judge.condition import Rule, evaluate
from pytest_readiness.judge.shortfall import short_of
from pytest_readiness.model.condition import Condition, Dimension, Literal, Operator, Term
from pytest_readiness.model.measurement import Measurement
from pytest_readiness.model.scorecard import Short


@pytest.mark.parametrize(
    ("metric", "condition", "measurement", "amount", "unit"),
    [
        ("coverage.lines", ">= 90%", ratio(1, 10), 8, "lines"),
        ("coverage.patch", ">= 95%", ratio(30, 34), 3, "changed lines"),
        ("coverage.lines", ">= 95%", ratio(94905, 100000), 95, "lines"),
        ("coverage.lines", "> 50%", ratio(5, 10), 1, "lines"),
        ("coverage.lines", "<= 50%", ratio(8, 10), 3, "lines"),
        ("coverage.lines", "< 50%", ratio(8, 10), 4, "lines"),
        ("coverage.lines", "== 100%", ratio(8, 10), 2, "lines"),
        # more lines than there are: only percentage points can say it
        ("coverage.lines", ">= baseline + 5pp", ratio(99, 100, baseline=Fraction(1)), 6, "pp"),
        ("test.timeout-share", "<= 80%", value(0.9), 10, "pp"),
        ("tests.failed", "== 0", count(3), 3, "tests"),
        ("tests.run", ">= 10", count(8), 2, "tests"),
        ("tests.run", "> 10", count(8), 3, "tests"),
        ("tests.run", "== 10", count(8), 2, "tests"),
        ("tests.skipped", "<= 5%", count(12, total=214), 2, "tests"),
        ("tests.skipped", "< 12", count(12, total=214), 1, "tests"),
        ("suite.duration", "<= 2s", value(3.41), Fraction(141, 100), "s"),
        ("suite.memory", "<= 1KiB", value(1536), 512, "B"),
        ("checkout.latency", "<= 2", value(2.5), Fraction(1, 2), ""),
        # the easier alternative, and all of its parts
        ("tests.run", ">= 20 or >= 10", count(8), 2, "tests"),
        ("tests.run", ">= 20 and >= 10", count(8), 12, "tests"),
        ("tests.run", ">= baseline or >= 10", count(8), 2, "tests"),
    ],
)
def test_shortfalls(
    metric: str, condition: str, measurement: Measurement, amount: int | Fraction, unit: str
) -> None:
    known = METRICS[metric]
    short = short_of(Rule.of(parse_condition(condition, known), known), measurement)
    assert short == Short(amount=amount, unit=unit)


@pytest.mark.parametrize(
    ("condition", "measurement"),
    [(">= 8", count(8)), (">= baseline", count(8)), ("<= 8 and >= 8", count(8))],
)
def test_nothing_is_short_where_nothing_known_is_missed(
    condition: str, measurement: Measurement
) -> None:
    known = METRICS["tests.run"]
    assert short_of(Rule.of(parse_condition(condition, known), known), measurement) is None


def at_least(share: Fraction) -> Condition:
    limit = Literal(value=share, dimension=Dimension.PERCENT)
    term = Term(operator=Operator.AT_LEAST, limit=limit, text="")
    return Condition(alternatives=((term,),), text="")


@given(st.integers(1, 10_000), st.data())
def test_so_many_more_lines_meet_the_limit_and_one_fewer_do_not(
    total: int, data: st.DataObject
) -> None:
    part = data.draw(st.integers(0, total))
    condition = at_least(data.draw(st.fractions(0, 1)))
    metric = METRICS["coverage.lines"]
    short = short_of(Rule.of(condition, metric), ratio(part, total))
    if short is None:
        assert evaluate(condition, ratio(part, total), metric).holds
        return
    assert isinstance(short.amount, int)
    assert evaluate(condition, ratio(part + short.amount, total), metric).holds
    assert not evaluate(condition, ratio(part + short.amount - 1, total), metric).holds
