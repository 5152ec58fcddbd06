"""Whether a condition suits a metric; conditions are made by the real parser, for no metric."""

from __future__ import annotations

import pytest

from pytest_readiness.config.grammar import parse_condition
from pytest_readiness.model.condition import check_condition
from pytest_readiness.model.metric import Direction, Metric, Unit


def metric(unit: Unit, *, of: str = "", label: str = "", bounded: bool = True) -> Metric:
    return Metric(
        name="some.thing",
        title="Some thing",
        unit=unit,
        direction=Direction.NEITHER,
        category="some",
        of=of,
        label=label,
        bounded=bounded,
    )


COUNT = metric(Unit.COUNT)
PART = metric(Unit.COUNT, of="tests.collected")
RATIO = metric(Unit.RATIO)
GROWTH = metric(Unit.RATIO, bounded=False)
SECONDS = metric(Unit.SECONDS)
BYTES = metric(Unit.BYTES)
NUMBER = metric(Unit.NUMBER, bounded=False)
RATE = metric(Unit.NUMBER, label="req/s")


@pytest.mark.parametrize(
    ("text", "of"),
    [
        ("== 0", COUNT),
        ("<= 12 or <= baseline + 2", COUNT),
        ("<= baseline - 2%", COUNT),
        ("<= baseline * 1.1", COUNT),
        ("<= 0.5", COUNT),
        ("<= 5%", PART),
        ("<= 5% and <= 12", PART),
        ("== 1 and >= 40% and <= 50%", PART),
        ("== 0 and <= 0%", PART),
        (">= 90%", RATIO),
        (">= 0", RATIO),
        ("== 100%", RATIO),
        (">= baseline - 0.5pp", RATIO),
        (">= baseline * 0.98", RATIO),
        (">= baseline + 0", RATIO),
        (">= 150% and <= baseline * 2", GROWTH),
        ("< 0", GROWTH),
        ("<= 2s", SECONDS),
        ("<= 0", SECONDS),
        ("<= baseline + 200ms", SECONDS),
        ("<= baseline + 10%", SECONDS),
        ("<= 2MiB", BYTES),
        (">= -3", NUMBER),
        (">= 100", RATE),
        (">= 100 req/s", RATE),
        (">= baseline - 5 req/s", RATE),
        # one alternative that can be met is enough
        (">= 101% or >= 90%", RATIO),
        # a relative shift of a negative baseline goes by its size
        (">= baseline + 50% and <= -1 and >= -1 and < baseline + 60%", NUMBER),
    ],
)
def test_fits(text: str, of: Metric) -> None:
    assert check_condition(parse_condition(text, None), of) is None


@pytest.mark.parametrize(
    ("text", "of", "says"),
    [
        ("<= 5%", COUNT, "of which nothing is the whole"),
        ("<= 5s", COUNT, "a number without a unit"),
        ("<= baseline + 2pp", PART, "without pp"),
        (">= 90", RATIO, "a percentage, such as 90%"),
        (">= 90% and >= 3", RATIO, ">= 3: the unit does not fit some.thing"),
        (">= baseline - 2", RATIO, "such as 2%"),
        (">= baseline - 2%", RATIO, "baseline - 2pp for percentage points, or baseline * 0.98"),
        (
            ">= baseline + 2.5%",
            GROWTH,
            "baseline + 2.5pp for percentage points, or baseline * 1.025",
        ),
        ("<= 2", SECONDS, "such as 2s, 2ms"),
        ("<= 2MiB", SECONDS, "such as 2s"),
        ("<= 5%", SECONDS, "such as 5s"),
        ("<= baseline + 5pp", SECONDS, "such as 5s"),
        ("<= 2s", BYTES, "such as 2MiB"),
        ("<= 2s", NUMBER, "a number without a unit"),
        ("<= 2 req/s", NUMBER, "a number without a unit"),
        ("<= 2 req/h", RATE, "a number in req/s"),
    ],
)
def test_wrong_unit(text: str, of: Metric, says: str) -> None:
    wrong = check_condition(parse_condition(text, None), of)
    assert wrong is not None
    assert says in wrong


@pytest.mark.parametrize(
    ("text", "of", "says"),
    [
        (">= 101%", RATIO, "lies between 0% and 100%"),
        ("> 100%", RATIO, "lies between 0% and 100%"),
        ("< 0", RATIO, "lies between 0% and 100%"),
        (">= 90% and <= 80%", RATIO, "exclude each other"),
        ("> 90% and < 90%", RATIO, "exclude each other"),
        ("> 90% and <= 90%", RATIO, "exclude each other"),
        (">= 101% or < 0", RATIO, "lies between"),
        (">= 90% and <= 80% or >= 60% and <= 50%", RATIO, "exclude each other"),
        ("> baseline and < baseline", RATIO, "exclude each other"),
        (">= baseline + 101pp", RATIO, "lies between"),
        (">= baseline + 50pp and <= 40%", RATIO, "exclude each other"),
        ("> baseline * 1.1 and < baseline", RATIO, "exclude each other"),
        ("< 0", COUNT, "is a whole number, never below 0"),
        ("== 0.5", COUNT, "whole number"),
        ("> 3 and < 4", COUNT, "exclude each other"),
        ("> 100%", PART, "not above 100% as a share"),
        ("== 1 and > 40% and < 45%", PART, "exclude each other"),
        ("< 0s", SECONDS, "never below 0"),
        ("< baseline - 1s and > baseline", SECONDS, "exclude each other"),
        ("> 3 and < 3", NUMBER, "exclude each other"),
        ("> baseline + 10% and <= baseline", NUMBER, "exclude each other"),
    ],
)
def test_nothing_can_meet(text: str, of: Metric, says: str) -> None:
    wrong = check_condition(parse_condition(text, None), of)
    assert wrong is not None
    assert wrong.startswith(f"nothing can meet {text}")
    assert says in wrong
