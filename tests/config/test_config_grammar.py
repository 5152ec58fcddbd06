"""The grammar of conditions: what it reads, what it refuses and in which words."""

from __future__ import annotations

import string
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_readiness.config.grammar import ConditionError, forms, parse_condition
from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.model.condition import Baseline, Dimension, Literal, Operator, Shift
from pytest_readiness.model.metric import Direction, Metric, SubjectKind, Unit

RATE = Metric(
    name="api.rate",
    title="Rate",
    unit=Unit.NUMBER,
    label="req/s",
    direction=Direction.HIGHER,
    category="api",
    subject=SubjectKind.TEST,
)
METRICS = {**CATALOGUE, "api.rate": RATE}


def literal(value: object, dimension: Dimension = Dimension.BARE, label: str = "") -> Literal:
    return Literal(value=Fraction(str(value)), dimension=dimension, label=label)


def baseline(
    offset: object = 0,
    shift: Shift = Shift.ABSOLUTE,
    dimension: Dimension = Dimension.BARE,
    label: str = "",
) -> Baseline:
    return Baseline(offset=Fraction(str(offset)), shift=shift, dimension=dimension, label=label)


@pytest.mark.parametrize(
    ("metric", "text", "limit"),
    [
        ("tests.failed", "== 0", literal(0)),
        ("tests.run", ">= 1_000", literal(1000)),
        ("tests.run", ">= 1e3", literal(1000)),
        ("tests.skipped", "<= 12", literal(12)),
        ("tests.skipped", "<= 5%", literal("1/20", Dimension.PERCENT)),
        ("tests.skipped", "<= 0.5 %", literal("1/200", Dimension.PERCENT)),
        ("coverage.lines", ">=90%", literal("9/10", Dimension.PERCENT)),
        ("coverage.lines", "> 94.905%", literal("94905/100000", Dimension.PERCENT)),
        ("coverage.lines", "> 0", literal(0)),
        ("test.duration", "<= 2s", literal(2, Dimension.SECONDS)),
        ("test.duration", "< 200 ms", literal("1/5", Dimension.SECONDS)),
        ("test.duration", "< 1.5min", literal(90, Dimension.SECONDS)),
        ("suite.duration", "<= 1h", literal(3600, Dimension.SECONDS)),
        ("benchmark.time", "<= 12us", literal("12/1000000", Dimension.SECONDS)),
        ("benchmark.time", "<= 12µs", literal("12/1000000", Dimension.SECONDS)),
        ("benchmark.time", "<= 12ns", literal("12/1000000000", Dimension.SECONDS)),
        ("suite.memory", "<= 1KiB", literal(1024, Dimension.BYTES)),
        ("suite.memory", "<= 1.5GiB", literal(1610612736, Dimension.BYTES)),
        ("api.rate", ">= 100 req/s", literal(100, Dimension.LABEL, "req/s")),
        ("api.rate", ">= 100", literal(100)),
        (None, ">= -2.5furlongs", literal("-5/2", Dimension.LABEL, "furlongs")),
        ("coverage.lines", ">= baseline", baseline()),
        ("coverage.lines", ">= baseline - 0.5pp", baseline("-1/200", dimension=Dimension.PERCENT)),
        ("coverage.lines", ">=baseline-0.5pp", baseline("-1/200", dimension=Dimension.PERCENT)),
        ("coverage.lines", ">= baseline * 0.98", baseline("-1/50", Shift.RELATIVE)),
        ("coverage.lines", ">= baseline * 98%", baseline("-1/50", Shift.RELATIVE)),
        ("tests.run", ">= baseline - 2%", baseline("-1/50", Shift.RELATIVE, Dimension.PERCENT)),
        ("tests.run", ">= baseline - 3", baseline(-3)),
        ("test.duration", "<= baseline + 200ms", baseline("1/5", dimension=Dimension.SECONDS)),
        (
            "api.rate",
            ">= baseline - 5 req/s",
            baseline(-5, dimension=Dimension.LABEL, label="req/s"),
        ),
    ],
)
def test_values(metric: str | None, text: str, limit: Literal | Baseline) -> None:
    condition = parse_condition(text, METRICS[metric] if metric else None)
    (term,) = condition.terms
    assert term.limit == limit
    assert condition.text == term.text == text


@pytest.mark.parametrize("operator", list(Operator))
def test_operators(operator: Operator) -> None:
    (term,) = parse_condition(f"{operator.value} 3", CATALOGUE["tests.run"]).terms
    assert term.operator is operator


def test_and_binds_tighter_than_or() -> None:
    condition = parse_condition(
        "  >= 80%   and >=  baseline - 1pp or >= 90%\n", CATALOGUE["coverage.lines"]
    )
    texts = [[term.text for term in all_of] for all_of in condition.alternatives]
    assert texts == [[">= 80%", ">= baseline - 1pp"], [">= 90%"]]
    assert condition.text == ">= 80% and >= baseline - 1pp or >= 90%"


@pytest.mark.parametrize(
    ("metric", "text", "says"),
    [
        ("coverage.lines", "", "the condition is empty: write >= 90%"),
        ("tests.failed", " \t", "the condition is empty: write <= 0"),
        ("test.duration", "", "the condition is empty: write <= 2min"),
        ("coverage.lines", "90%", 'did you mean ">= 90%"?'),
        ("tests.failed", "0", 'did you mean "<= 0"?'),
        ("coverage.lines", ">= 90", "write a percentage, such as 90%"),
        ("coverage.lines", ">= 90% and 95%", 'did you mean ">= 95%"?'),
        ("coverage.lines", ">= 90% and", "stops too early"),
        ("coverage.lines", ">=", "after >= comes a value: 90%, baseline"),
        ("coverage.lines", ">= much", 'after >= comes a value, not "much"'),
        ("coverage.lines", ">= basline", "did you mean baseline?"),
        ("coverage.lines", ">= baseline2", "did you mean baseline?"),
        ("coverage.lines", ">= baseline -", "after baseline - comes a number without a sign"),
        ("coverage.lines", ">= baseline - -1pp", "comes a number without a sign"),
        ("coverage.lines", ">= baseline * 2pp", "baseline * takes a bare number"),
        ("coverage.lines", ">= baseline - 2%", "write baseline - 2pp for percentage points"),
        ("coverage.lines", ">= 0.5pp", "goes with a baseline"),
        ("coverage.lines", "= 90%", "did you mean ==?"),
        ("coverage.lines", "=> 90%", "did you mean >=?"),
        ("coverage.lines", "≥ 90%", "did you mean >=?"),
        ("coverage.lines", "!= 90%", '"!=" is not known here (allowed: >= <= > < ==)'),
        ("coverage.lines", ">= 90% && < 95%", "did you mean and?"),
        ("coverage.lines", ">= 90%, < 95%", "did you mean and?"),
        ("coverage.lines", ">= 90% AND < 95%", "did you mean and?"),
        ("coverage.lines", ">= 90% || < 95%", "did you mean or?"),
        ("coverage.lines", ">= 90% 95%", "(allowed: and or)"),
        ("coverage.lines", "(>= 90%)", "parentheses are not part of a condition"),
        ("coverage.lines", ">= 90% and (>= 95%)", "parentheses are not part of a condition"),
        ("coverage.lines", ">= 90%)", "parentheses are not part of a condition"),
        ("coverage.lines", ">= 9,5%", "a number has no comma"),
        ("tests.run", ">= 1,000", "a number has no comma"),
        ("tests.run", ">= 1.000.000", "a number has no comma"),
        ("coverage.lines", ">= 90percent", "did you mean %?"),
        ("test.duration", "<= 2sec", "(allowed: ns us ms s min h); did you mean s?"),
        ("test.duration", "<= 2 m", "did you mean min?"),
        ("test.duration", "<= 2 MS", "did you mean ms?"),
        ("suite.memory", "<= 2GB", "did you mean GiB?"),
        ("tests.failed", "<= 2 tests", '"tests" is not a unit here (allowed: %)'),
        ("tests.warnings", "<= 2 tests", '"tests" is not a unit here'),
        ("api.rate", ">= 100 req/h", "did you mean req/s?"),
        (None, "<= 2sec", "did you mean s?"),
        ("tests.run", ">= 1e99", "is no sensible limit"),
        ("tests.run", ">= 1e999999999999", "is no sensible limit"),
        ("tests.run", f">= {'9' * 100}", "is no sensible limit"),
        ("coverage.lines", ">= 90%\x1b[31m", '"%\\u001b[31m" is not a unit here'),
        ("coverage.lines", "\u202e90%", '"\\u202e90%" stands where an operator is needed'),
    ],
)
def test_refusals(metric: str | None, text: str, says: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse_condition(text, METRICS[metric] if metric else None)
    assert says in str(caught.value)


ANYTHING = st.text(max_size=30) | st.text("><=0123456789.%sp bandorelin+-*()eE_", max_size=40)


@given(ANYTHING, st.sampled_from([None, *METRICS.values()]))
def test_any_text_is_read_or_refused_in_printable_words(text: str, metric: Metric | None) -> None:
    try:
        condition = parse_condition(text, metric)
    except ConditionError as error:
        said = str(error)
    else:
        said = ""
        assert condition.alternatives
        assert all(condition.alternatives)
    # what was typed is shown escaped: a message is one printable line
    assert said.isprintable()


numbers = st.decimals(0, 100, places=3, allow_nan=False, allow_infinity=False).map(str)
terms = st.builds(
    "{} {}".format,
    st.sampled_from([">=", "<=", ">", "<", "=="]),
    numbers.map(lambda number: f"{number}%") | numbers.map(lambda n: f"baseline - {n}pp"),
)


@given(st.lists(st.lists(terms, min_size=1, max_size=3), min_size=1, max_size=3))
def test_what_was_written_comes_back(alternatives: list[list[str]]) -> None:
    text = " or ".join(" and ".join(all_of) for all_of in alternatives)
    condition = parse_condition(text, None)
    assert [[term.text for term in all_of] for all_of in condition.alternatives] == alternatives
    # without spaces, save around the words, it means the same
    tight = " or ".join(" and ".join(t.replace(" ", "") for t in one) for one in alternatives)
    limits = [(term.operator, term.limit) for term in condition.terms]
    assert [(term.operator, term.limit) for term in parse_condition(tight, None).terms] == limits


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.name)
def test_the_forms_that_are_offered_can_be_written(metric: Metric) -> None:
    values = forms(metric).partition(" (units")[0].replace(" or ", ", ")
    for value in values.split(", "):
        assert not set(value) - set(string.printable)
        parse_condition(f">= {value}", metric)
