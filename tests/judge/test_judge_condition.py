"""Conditions against values: exact, three-valued, over intervals."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judging import LATENCY, METRICS, count, ratio, value
from pytest_readiness.config.grammar import parse_condition
from pytest_readiness.judge.condition import BREAKS, HOLDS, Cause, Opinion, Rule, evaluate
from pytest_readiness.model.condition import Condition, Literal, Operator, Term
from pytest_readiness.model.measurement import Measurement


def unknown(*causes: Cause) -> tuple[None, frozenset[Cause]]:
    return None, frozenset(causes)


def holds_and_causes(opinion: Opinion) -> tuple[bool | None, frozenset[Cause]]:
    return opinion.holds, opinion.causes


YES, NO = holds_and_causes(HOLDS), holds_and_causes(BREAKS)


@pytest.mark.parametrize(
    ("metric", "condition", "measurement", "expected"),
    [
        # pytest-cov 7.1 prints FAIL and exits 0 at 94.905 % against 95: decision and message round
        ("coverage.lines", ">= 95%", ratio(94905, 100000), NO),
        ("coverage.lines", ">= 95%", ratio(94999999999, 100000000000), NO),
        ("coverage.lines", ">= 95%", ratio(19, 20), YES),
        ("coverage.lines", ">= 100%", ratio(10**20 - 1, 10**20), NO),
        ("coverage.lines", ">= 33.3%", ratio(1, 3), YES),
        ("coverage.lines", ">= 33.34%", ratio(1, 3), NO),
        ("tests.failed", "== 0", count(0, total=10), YES),
        ("tests.failed", "== 0", count(1, total=10), NO),
        ("tests.failed", "< 1", count(0, total=10), YES),
        ("tests.run", "> 10", count(10, total=10), NO),
        # a percentage of a count is a share of what it counts among
        ("tests.skipped", "<= 5%", count(10, total=200), YES),
        ("tests.skipped", "<= 5%", count(11, total=200), NO),
        ("tests.skipped", "<= 12", count(11, total=200), YES),
        # nothing of nothing is no share: it must not count as 100 %
        ("tests.run", ">= 90%", count(0, total=0), unknown(Cause.DENOMINATOR)),
        ("tests.skipped", "<= 5%", count(0), unknown(Cause.DENOMINATOR)),
        ("tests.run", ">= 1 and >= 90%", count(0, total=0), NO),
        ("tests.skipped", "<= 2 or <= 5%", count(0, total=0), YES),
        # what people write as 0.95 and 0.3 is 95 % and 300 ms
        ("coverage.lines", ">= 95%", value(0.95), YES),
        ("suite.duration", "<= 300ms", value(0.3), YES),
        ("suite.duration", "<= 300ms", value(0.1 + 0.2), NO),
        ("suite.duration", "< 300ms", value(0.3), NO),
        ("suite.memory", "<= 1KiB", value(1024), YES),
        ("suite.memory", "<= 1KiB", value(1025), NO),
        # baselines
        ("tests.run", ">= baseline", count(5), unknown(Cause.BASELINE)),
        ("tests.run", ">= baseline", value(5, baseline=5), YES),
        ("tests.run", ">= baseline - 2%", value(98, baseline=100), YES),
        ("tests.run", ">= baseline - 2%", value(97, baseline=100), NO),
        ("coverage.lines", ">= baseline - 0.5pp", value(Fraction(895, 1000), baseline=0.9), YES),
        (
            "coverage.lines",
            ">= baseline - 0.5pp",
            value(Fraction(8949, 10000), baseline=0.9),
            NO,
        ),
        ("suite.duration", "<= baseline + 200ms", value(1.3, baseline=1.1), YES),
        ("suite.duration", "<= baseline + 10%", value(1.22, baseline=1.1), NO),
        ("suite.duration", "<= baseline", value(1.0, baseline=math.nan), unknown(Cause.BASELINE)),
        # of a negative baseline, ten percent more is still more
        ("checkout.latency", "<= baseline + 10%", value(-95.0, baseline=-100.0), YES),
        ("checkout.latency", "<= baseline + 10%", value(-89.0, baseline=-100.0), NO),
        # three-valued logic
        ("tests.run", ">= 10 and >= baseline", count(5), NO),
        ("tests.run", ">= 5 and >= baseline", count(5), unknown(Cause.BASELINE)),
        ("tests.run", ">= 5 or >= baseline", count(5), YES),
        ("tests.run", ">= 10 or >= baseline", count(5), unknown(Cause.BASELINE)),
        ("tests.run", ">= 10 or >= baseline", value(5, baseline=5), YES),
        ("tests.run", ">= 10 and >= baseline or <= 5", count(5), YES),
    ],
)
def test_values(metric: str, condition: str, measurement: Measurement, expected: object) -> None:
    known = METRICS[metric]
    opinion = evaluate(parse_condition(condition, known), measurement, known)
    assert holds_and_causes(opinion) == expected


@pytest.mark.parametrize(
    ("condition", "low", "high", "expected"),
    [
        ("<= 2", 1.0, 2.0, YES),
        ("<= 2", 1.0, 2.1, unknown(Cause.INTERVAL)),
        ("<= 2", 2.1, 3.0, NO),
        ("< 2", 1.0, 2.0, unknown(Cause.INTERVAL)),
        (">= 1 and <= 2", 1.0, 2.0, YES),
        (">= 1 and <= 2", 0.0, 3.0, unknown(Cause.INTERVAL)),
        # it splits both parts, and breaks neither end
        ("<= 1 or >= 2", 0.0, 3.0, unknown(Cause.INTERVAL)),
        # every number of the interval keeps one of them
        ("<= 2 or >= 1", 0.0, 3.0, YES),
        ("== 2", 2.0, 2.0, YES),
        ("== 2", 1.0, 3.0, unknown(Cause.INTERVAL)),
        ("<= 2", -math.inf, 2.0, YES),
        ("<= 2", 1.0, math.inf, unknown(Cause.INTERVAL)),
        ("> 2", 2.5, math.inf, YES),
        ("<= baseline", 1.0, 2.0, unknown(Cause.BASELINE)),
        ("<= 1 and <= baseline", 1.5, 2.0, NO),
        ("<= 1 and <= baseline", 0.5, 2.0, unknown(Cause.BASELINE, Cause.INTERVAL)),
        ("<= 2 or <= baseline", 1.0, 3.0, unknown(Cause.BASELINE, Cause.INTERVAL)),
    ],
)
def test_intervals(condition: str, low: float, high: float, expected: object) -> None:
    middle = max(-1e9, min(1e9, (low + high) / 2))
    measurement = value(middle, low=low, high=high)
    opinion = evaluate(parse_condition(condition, LATENCY), measurement, LATENCY)
    assert holds_and_causes(opinion) == expected


def test_a_value_outside_of_its_interval_widens_it() -> None:
    condition = parse_condition("<= 2", LATENCY)
    assert evaluate(condition, value(3.0, low=1.0, high=2.0), LATENCY).holds is None


NUMBERS = st.integers(-6, 6).map(lambda number: Fraction(number, 2))
TERMS = st.builds(
    lambda operator, number: Term(
        operator=operator, limit=Literal(value=number), text=f"{operator.value} {number}"
    ),
    st.sampled_from(Operator),
    NUMBERS,
)
CONDITIONS = st.lists(
    st.lists(TERMS, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3
).map(lambda alternatives: Condition(alternatives=tuple(alternatives), text=""))


def by_python(condition: Condition, number: Fraction) -> bool:
    """What the condition means, read aloud by Python itself."""
    text = " or ".join(
        " and ".join(f"x {term.operator.value} {term.limit.value!r}" for term in all_of)
        for all_of in condition.alternatives
    )
    return bool(eval(text, {"x": number, "Fraction": Fraction}))


@given(CONDITIONS, NUMBERS)
def test_it_means_what_python_means(condition: Condition, number: Fraction) -> None:
    assert evaluate(condition, value(number), LATENCY).holds is by_python(condition, number)


@given(CONDITIONS, st.lists(st.integers(-12, 12), min_size=2, max_size=2))
def test_an_interval_is_all_of_its_numbers(condition: Condition, ends: list[int]) -> None:
    """Limits are halves and ends quarters here: eighths meet every place where anything changes."""
    low, high = sorted(ends)
    inside = {by_python(condition, Fraction(number, 8)) for number in range(2 * low, 2 * high + 1)}
    measurement = value(Fraction(low, 4), low=low / 4, high=high / 4)
    expected = inside.pop() if len(inside) == 1 else None
    assert evaluate(condition, measurement, LATENCY).holds is expected


@given(
    CONDITIONS,
    st.floats(-4, 4),
    st.tuples(st.floats(0, 2), st.floats(0, 2)),
    st.tuples(*[st.floats(0, 2) | st.just(math.inf)] * 2),
)
def test_less_is_known_never_decides_otherwise(
    condition: Condition,
    middle: float,
    half: tuple[float, float],
    more: tuple[float, float],
) -> None:
    """Fewer samples widen an interval: failed may turn inconclusive, never passed (law 3)."""
    low, high = middle - half[0], middle + half[1]
    narrow = value(middle, low=low, high=high)
    wide = value(middle, low=low - more[0], high=high + more[1])
    before = evaluate(condition, narrow, LATENCY).holds
    after = evaluate(condition, wide, LATENCY).holds
    assert after is None or after is before


@given(CONDITIONS, st.integers(-4, 4) | st.floats(-4, 4) | NUMBERS)
def test_slack_is_negative_only_where_the_condition_breaks(
    condition: Condition, number: int | float | Fraction
) -> None:
    room = Rule.of(condition, LATENCY).slack(value(number))
    assert room is not None
    holds = evaluate(condition, value(number), LATENCY).holds
    assert holds or room <= 0
    assert room >= 0 or not holds


def test_slack_without_any_limit() -> None:
    condition = parse_condition(">= baseline", METRICS["tests.run"])
    assert Rule.of(condition, METRICS["tests.run"]).slack(count(1)) is None
