from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_readiness.config.grammar import parse_condition
from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.model.condition import Condition, Literal, Operator, Term
from pytest_readiness.model.measurement import RUN, Measurement, Number
from pytest_readiness.model.metric import Direction, Metric, SubjectKind, Unit
from pytest_readiness.model.number import compare, exact
from pytest_readiness.render import figures
from pytest_readiness.render.figures import Rounding

DOWN, UP = Rounding.DOWN, Rounding.UP
HOLDS = {
    Operator.AT_LEAST: (0, 1),
    Operator.AT_MOST: (0, -1),
    Operator.ABOVE: (1,),
    Operator.BELOW: (-1,),
    Operator.EQUAL: (0,),
}
SCALES = {
    "%": Fraction(1, 100),
    "ns": Fraction(1, 10**9),
    "us": Fraction(1, 10**6),
    "ms": Fraction(1, 1000),
    "s": Fraction(1),
    "min": Fraction(60),
    "h": Fraction(3600),
    "B": Fraction(1),
    "KiB": Fraction(1024),
    "MiB": Fraction(1024**2),
    "GiB": Fraction(1024**3),
    "TiB": Fraction(1024**4),
    "": Fraction(1),
}


def read(text: str) -> Fraction:
    """What a person reads: an independent reader of shown numbers."""
    sign = -1 if text.startswith("-") else 1
    parts = re.findall(r"([\d,]+(?:\.\d+)?(?:e[+-]\d+)?)(?: ([a-zA-Z%]+))?", text.lstrip("-"))
    assert parts, text
    return sign * sum(
        (Fraction(number.replace(",", "")) * SCALES[unit] for number, unit in parts), Fraction(0)
    )


@pytest.mark.parametrize(
    ("value", "unit", "rounding", "text"),
    [
        (0, Unit.COUNT, DOWN, "0"),
        (1482, Unit.COUNT, DOWN, "1,482"),
        (Fraction(1482, 1586), Unit.RATIO, DOWN, "93.4 %"),
        (Fraction(1, 1), Unit.RATIO, DOWN, "100 %"),
        (Fraction(0), Unit.RATIO, DOWN, "0 %"),
        (Fraction(9999, 10000), Unit.RATIO, DOWN, "99.9 %"),
        (Fraction(9999, 10000), Unit.RATIO, UP, "99.99 %"),  # never 100 % when it is not
        (Fraction(1, 10000), Unit.RATIO, DOWN, "0.01 %"),  # nor 0 %
        (Fraction(1, 2), Unit.RATIO, DOWN, "50 %"),
        (2.5, Unit.SECONDS, UP, "2.50 s"),
        (3.4051, Unit.SECONDS, UP, "3.41 s"),
        (0.1, Unit.SECONDS, UP, "100 ms"),  # the 0.1 that people mean
        (0.0123, Unit.SECONDS, UP, "12.3 ms"),
        (0.9999, Unit.SECONDS, UP, "1.00 s"),
        (1.5e-7, Unit.SECONDS, UP, "150 ns"),
        (119.99, Unit.SECONDS, UP, "120 s"),
        (205.37, Unit.SECONDS, UP, "3 min 26 s"),
        (3723.0, Unit.SECONDS, UP, "1 h 2 min 3 s"),
        (3599.5, Unit.SECONDS, UP, "1 h 0 min 0 s"),
        (512, Unit.BYTES, UP, "512 B"),
        (1234567890.0, Unit.BYTES, UP, "1.2 GiB"),
        (1024**2 - 1, Unit.BYTES, UP, "1.0 MiB"),
        (0.3, Unit.NUMBER, DOWN, "0.30"),
        (123456.7, Unit.NUMBER, DOWN, "123,456"),
        (-2.345, Unit.NUMBER, DOWN, "-2.35"),
        (1e20, Unit.NUMBER, DOWN, "1e+20"),
        (1.5e-9, Unit.NUMBER, DOWN, "1.50e-09"),
        (float("nan"), Unit.SECONDS, UP, "not a number"),
        (float("-inf"), Unit.NUMBER, UP, "-infinite"),
    ],
)
def test_numbers_as_people_read_them(
    value: Number, unit: Unit, rounding: Rounding, text: str
) -> None:
    assert figures.number(value, unit, rounding=rounding) == text


@pytest.mark.parametrize(
    ("part", "total", "condition", "text"),
    [
        # pytest-cov prints FAIL Required 95% and 95.00%, and exits with 0: never again
        (94905, 100000, ">= 95%", "94.9 %"),
        (94999, 100000, ">= 95%", "94.999 %"),
        (94999999, 100000000, ">= 95%", "94.999 %"),
        (94953, 100000, ">= 94.95%", "94.95 %"),
        (95001, 100000, "> 95%", "95.001 %"),
        (95001, 100000, "< 95.01%", "95.001 %"),
        (95, 100, ">= 95%", "95 %"),
        (9999, 10000, "== 100%", "99.99 %"),
    ],
)
def test_a_ratio_beside_its_limit(part: int, total: int, condition: str, text: str) -> None:
    metric = CATALOGUE["coverage.lines"]
    measured = Measurement(subject=RUN, value=Fraction(part, total), part=part, total=total)
    assert figures.measurement(measured, metric, parse_condition(condition, metric)) == text


def test_a_count_under_a_limit_in_per_cent_shows_its_share() -> None:
    metric = CATALOGUE["tests.skipped"]
    measured = Measurement(subject=RUN, value=5001, total=100000)
    condition = parse_condition("<= 5%", metric)
    assert figures.measurement(measured, metric, condition) == "5,001 (5.001 %)"


values = st.one_of(
    st.integers(-(10**9), 10**15),
    st.fractions(max_denominator=10**7),
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(0, 1e4),
)
near = st.sampled_from([Fraction(0), Fraction(1, 10**9), Fraction(-1, 10**6), Fraction(1, 300)])


bounds = st.tuples(st.sampled_from(Operator), st.fractions(max_denominator=1000) | st.none(), near)


@given(values, st.sampled_from(Unit), st.sampled_from(Rounding), bounds)
def test_law_5_nothing_shown_looks_better_or_worse_than_its_limit_says(
    value: Number,
    unit: Unit,
    rounding: Rounding,
    beside: tuple[Operator, Fraction | None, Fraction],
) -> None:
    operator, limit, offset = beside
    bound = exact(value) + offset if limit is None else limit
    if unit is Unit.COUNT:
        value = int(exact(value))
    text = figures.number(value, unit, rounding=rounding, keeps=[(operator, bound)])
    assert text.isascii()
    assert text.isprintable()
    side = re.match(r"(over|under) (.*)", text)
    if side:  # no digits could tell: words do
        expected = 1 if side[1] == "over" else -1
        assert compare(exact(value), read(side[2])) == expected
        return
    shown = read(text)
    met = compare(value, bound) in HOLDS[operator]
    endless = compare(value, bound) == 0 and 10**12 % bound.denominator != 0
    assert endless or (compare(shown, bound) in HOLDS[operator]) is met
    assert shown <= exact(value) if rounding is DOWN else shown >= exact(value)
    assert (shown == 0) is (exact(value) == 0)
    if unit is Unit.RATIO:
        assert (shown == 1) is (exact(value) == 1)


@given(
    total=st.integers(1, 10**9),
    share=st.floats(0, 1),
    limit=st.integers(0, 10000).map(lambda number: Fraction(number, 10000)),
    operator=st.sampled_from(Operator),
)
def test_law_5_for_coverage(total: int, share: float, limit: Fraction, operator: Operator) -> None:
    part = min(int(share * total), total)
    metric = CATALOGUE["coverage.lines"]
    term = Term(operator=operator, limit=Literal(value=limit), text="")
    condition = Condition(alternatives=((term,),), text="")
    measured = Measurement(subject=RUN, value=Fraction(part, total), part=part, total=total)
    shown = read(figures.measurement(measured, metric, condition))
    met = compare(measured.value, limit) in HOLDS[operator]
    assert (compare(shown, limit) in HOLDS[operator]) is met
    assert (shown == 1) is (part == total)


@pytest.mark.parametrize(
    ("condition", "metric", "text"),
    [
        (">= 95%", "coverage.lines", "95 %"),
        ("<=  2s", "test.duration", "2 s"),
        ("<= 1.5min", "suite.duration", "1.5 min"),
        ("== 0", "tests.failed", "0"),
        (">= baseline - 0.5pp", "coverage.lines", "baseline - 0.5 pp"),
        (">= baseline", "coverage.lines", "baseline"),
    ],
)
def test_limits_as_they_were_written(condition: str, metric: str, text: str) -> None:
    (term,) = parse_condition(condition, CATALOGUE[metric]).terms
    assert figures.limit(term) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1, "lines", "1 line"),
        (4, "lines", "4 lines"),
        (1, "branches", "1 branch"),
        (1, "changed lines", "1 changed line"),
        (2, "lines and branches", "2 lines and branches"),
        (1, "lines and branches", "1 line or branch"),
        (Fraction(51, 100), "pp", "0.51 pp"),
        (1.4051, "s", "1.41 s"),
        (160826066, "B", "153.4 MiB"),
        (1, "requests", "1 request"),
        (0.25, "req/s", "0.25 req/s"),
        (3, "", "3"),
    ],
)
def test_amounts(value: Number, unit: str, text: str) -> None:
    assert figures.amount(value, unit) == text


@given(st.floats(1e-9, 1e9) | st.fractions(min_value=Fraction(1, 10**6), max_denominator=10**6))
def test_what_is_short_is_never_understated(value: Number) -> None:
    assert read(figures.amount(value, "s")) >= exact(value)


def test_a_baseline_that_bounds_the_value_counts_too() -> None:
    metric = CATALOGUE["coverage.lines"]
    condition = parse_condition(">= baseline - 0.5pp", metric)
    measured = Measurement(subject=RUN, value=Fraction(92499, 100000), baseline=Fraction(93, 100))
    assert figures.measurement(measured, metric, condition) == "92.499 %"
    assert figures.baseline(measured, metric) == "93 %"


def test_a_value_at_a_baseline_of_endless_digits_is_shown_as_the_baseline_is() -> None:
    metric = CATALOGUE["coverage.lines"]
    condition = parse_condition(">= baseline", metric)
    measured = Measurement(subject=RUN, value=Fraction(1, 3), baseline=Fraction(1, 3))
    assert figures.measurement(measured, metric, condition) == "33.3 %"
    assert figures.baseline(measured, metric) == "33.3 %"


def test_labels() -> None:
    metric = Metric(
        name="api.rate",
        title="Rate",
        unit=Unit.NUMBER,
        direction=Direction.HIGHER,
        category="api",
        subject=SubjectKind.NAMED,
        label="req/s",
    )
    assert figures.measurement(Measurement(subject=RUN, value=1234.56), metric) == "1,234 req/s"
