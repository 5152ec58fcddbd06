"""Matrices and hours: each open item is counted once, and every sum is a sum."""

from __future__ import annotations

import datetime
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given

from judging import TODAY
from pytest_readiness.judge.effort import add_up, by_milestone, kind_of
from pytest_readiness.judge.matrices import by_category, by_effort, by_owner
from pytest_readiness.model.requirement import Effort, Severity
from pytest_readiness.model.scorecard import Effect
from pytest_readiness.model.standing import Hours, Item, Matrix
from scored import open_items
from strategies import law

CRITICAL, HIGH, MEDIUM, LOW = Severity
SIZES = {"S": Fraction(4), "L": Fraction(40)}


def item(
    severity: Severity = HIGH,
    *,
    owner: str = "",
    effort: Effort | None = None,
    category: str = "c",
    due: datetime.date | None = None,
    milestone: str = "",
) -> Item:
    return Item(
        kind="requirement",
        name="R",
        title="t",
        severity=severity,
        effect=Effect.BLOCK,
        category=category,
        state="failed",
        owner=owner,
        effort=effort,
        due=due,
        milestone=milestone,
    )


def hours(text: str, low: int, high: int) -> Effort:
    return Effort(text=text, low=Fraction(low), high=Fraction(high))


def test_risks_by_category_stand_in_the_order_of_the_score() -> None:
    items = [item(LOW, category="b"), item(category="z"), item(category="a"), item(category="b")]
    made = by_category(items, ("a", "empty", "b"))
    assert made.columns == ("critical", "high", "medium", "low")
    assert made.rows == (("a", (0, 1, 0, 0)), ("b", (0, 1, 0, 1)), ("z", (0, 1, 0, 0)))
    assert (made.row_sums, made.sums, made.total) == ((1, 2, 1), (0, 3, 0, 1), 4)


def test_owners_stand_by_name_and_nobody_last() -> None:
    items = [item(), item(owner="docs"), item(owner="@Bob"), item(CRITICAL, owner="@ada")]
    assert by_owner(items).rows == (
        ("@ada", (1, 0, 0, 0)),
        ("@Bob", (0, 1, 0, 0)),
        ("docs", (0, 1, 0, 0)),
        ("no owner", (0, 1, 0, 0)),
    )
    assert by_owner(items[1:2]).rows == (("docs", (0, 1, 0, 0)),)


def test_efforts_have_all_rows() -> None:
    items = [item(effort=Effort(text="S")), item(LOW, effort=hours("2d", 16, 16)), item()]
    assert by_effort(items).rows == (
        ("S", (0, 1, 0, 0)),
        ("M", (0, 0, 0, 0)),
        ("L", (0, 0, 0, 0)),
        ("hours", (0, 0, 0, 1)),
        ("none", (0, 1, 0, 0)),
    )


@pytest.mark.parametrize("make", [by_category, by_owner, by_effort])
def test_of_nothing_all_sums_are_zero(make: type[Matrix]) -> None:
    made = make([])  # type: ignore[call-arg, misc]
    assert made.sums == (0, 0, 0, 0)
    assert (sum(made.row_sums), made.total) == (0, 0)


@law
@given(open_items())
def test_every_matrix_adds_up(items: list[Item]) -> None:
    for made in (by_category(items, ("Docs", "Security")), by_owner(items), by_effort(items)):
        assert sum(made.row_sums) == sum(made.sums) == made.total == len(items)
        severities = Counter(one.severity.value for one in items)
        assert made.sums == tuple(severities[name] for name in made.columns)
        assert len({name for name, _ in made.rows}) == len(made.rows)
    for make, of in ((by_owner, "owner"), (by_category, "category")):
        counts = Counter(getattr(one, of) or "no owner" for one in items)
        made = make(items)
        assert dict(zip([name for name, _ in made.rows], made.row_sums, strict=True)) == counts


def test_hours_of_a_critical_path() -> None:
    """4 to 6, 8 to 10 and 2 to 3 hours are 14 to 19."""
    items = [
        item(effort=hours("4-6h", 4, 6)),
        item(effort=hours("8-10h", 8, 10)),
        item(effort=hours("2-3h", 2, 3)),
    ]
    made = add_up(items, {})
    assert made == Hours(low=Fraction(14), high=Fraction(19), items=3, unknown=0)
    assert made.days == (Fraction(14, 8), Fraction(19, 8))


def test_days_are_of_eight_hours() -> None:
    items = [item(effort=hours(f"{days}d", 8 * days, 8 * days)) for days in (1, 2, 3, 1, 2)]
    assert add_up(items, {}).days == (9, 9)


def test_sizes_count_by_their_hours_or_are_not_known() -> None:
    items = [item(effort=Effort(text=size)) for size in "LSMSL"] + [item()]
    made = add_up(items, SIZES)
    assert (made.low, made.high, made.items, made.unknown) == (88, 88, 6, 2)
    assert made.sizes == (("S", 2), ("M", 1), ("L", 2))
    assert add_up(items, {}).unknown == 6


@law
@given(open_items())
def test_hours_are_the_sum_of_their_parts(items: list[Item]) -> None:
    whole = add_up(items, SIZES)
    parts = [add_up([one], SIZES) for one in items]
    assert whole.low == sum(part.low for part in parts) <= whole.high
    assert whole.high == sum(part.high for part in parts)
    assert whole.unknown == sum(part.unknown for part in parts)
    kinds = Counter(kind_of(one.effort) for one in items)
    assert dict(whole.sizes) == {size: kinds[size] for size in "SML" if kinds[size]}
    grouped = by_milestone(items, SIZES)
    if any(one.milestone for one in items):
        assert sum(group.items for _, group in grouped) == len(items)
        assert sum(group.low for _, group in grouped) == whole.low
        assert sum(group.high for _, group in grouped) == whole.high
        assert sum(group.unknown for _, group in grouped) == whole.unknown
    else:
        assert grouped == ()


def test_milestones_stand_in_the_order_in_which_they_fall_due() -> None:
    later = TODAY + datetime.timedelta(days=9)
    items = [
        item(),
        item(milestone="some day"),
        item(milestone="month 1", due=later),
        item(milestone="week 1", due=later + datetime.timedelta(days=1)),
        item(milestone="week 1", due=TODAY),
    ]
    grouped = by_milestone(items, {})
    assert [(name, made.items) for name, made in grouped] == [
        ("week 1", 2),
        ("month 1", 1),
        ("some day", 1),
        ("", 1),
    ]
