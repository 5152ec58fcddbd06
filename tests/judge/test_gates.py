"""Gates against readings: every outcome, its effect on the verdict, and what is told of it."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from judging import (
    METRICS,
    a_test,
    count,
    file,
    gate,
    judge_all,
    judge_one,
    missing,
    nothing,
    ratio,
    timed,
    value,
)
from pytest_readiness.model import lines
from pytest_readiness.model.evidence import Reason
from pytest_readiness.model.measurement import RUN, Component, Measurement, Member, Subject
from pytest_readiness.model.metric import SubjectKind
from pytest_readiness.model.policy import Level, Missing
from pytest_readiness.model.scorecard import Effect, GateOutcome, Short

PASSED, FAILED, INCONCLUSIVE, NOT_MEASURED, NOT_APPLICABLE, WAIVED, ERROR = GateOutcome
BLOCK, RISK, NONE = Effect


@pytest.mark.parametrize(
    ("reading", "outcome", "effects"),
    # effects of a gate at the levels block, risk and info
    [
        (ratio(9, 10), PASSED, (NONE, NONE, NONE)),
        (ratio(8, 10), FAILED, (BLOCK, RISK, NONE)),
        (value(0.9, low=0.85, high=0.95), INCONCLUSIVE, (RISK, RISK, NONE)),
        (missing(Reason.NO_DATA), NOT_MEASURED, (BLOCK, RISK, NONE)),
        (missing(Reason.PARTIAL), NOT_MEASURED, (BLOCK, RISK, NONE)),
        (missing(Reason.STALE), NOT_MEASURED, (RISK, RISK, NONE)),
        (missing(Reason.NO_BASELINE), NOT_MEASURED, (RISK, RISK, NONE)),
        (missing(Reason.ERROR), ERROR, (BLOCK, RISK, NONE)),
        (nothing(), NOT_APPLICABLE, (NONE, NONE, NONE)),
        (value(math.nan), ERROR, (BLOCK, RISK, NONE)),
        (value(math.inf), ERROR, (BLOCK, RISK, NONE)),
        (value(0.9, low=math.nan, high=0.95), ERROR, (BLOCK, RISK, NONE)),
    ],
)
def test_outcomes_and_levels(
    reading: Measurement, outcome: GateOutcome, effects: tuple[Effect, ...]
) -> None:
    for level, effect in zip(Level, effects, strict=True):
        result = judge_one(gate("coverage.lines", ">= 90%", level=level), reading)
        assert (result.outcome, result.effect) == (outcome, effect)
        assert result.reading is reading
        assert result.message or outcome in {PASSED, FAILED}


@pytest.mark.parametrize(
    ("when_missing", "when_no_baseline", "reading", "effect"),
    [
        (Missing.FAIL, Missing.SKIP, missing(), BLOCK),
        (Missing.RISK, Missing.FAIL, missing(), RISK),
        (Missing.SKIP, Missing.FAIL, missing(), NONE),
        (Missing.SKIP, Missing.FAIL, missing(Reason.STALE), NONE),
        (Missing.SKIP, Missing.FAIL, missing(Reason.NO_BASELINE), BLOCK),
        (Missing.FAIL, Missing.SKIP, missing(Reason.NO_BASELINE), NONE),
        # a measurement that broke is no measurement that was left out
        (Missing.SKIP, Missing.SKIP, missing(Reason.ERROR), BLOCK),
        (Missing.SKIP, Missing.SKIP, value(math.nan), BLOCK),
    ],
)
def test_when_missing(
    when_missing: Missing, when_no_baseline: Missing, reading: Measurement, effect: Effect
) -> None:
    made = gate(
        "coverage.lines", ">= 90%", when_missing=when_missing, when_no_baseline=when_no_baseline
    )
    assert judge_one(made, reading).effect is effect


@pytest.mark.parametrize(
    ("condition", "measurement", "when_no_baseline", "outcome", "effect", "reason"),
    [
        (">= 10 and >= baseline", count(5), Missing.SKIP, FAILED, BLOCK, None),
        (">= 5 and >= baseline", count(5), Missing.RISK, NOT_MEASURED, RISK, Reason.NO_BASELINE),
        (">= 5 and >= baseline", count(5), Missing.FAIL, NOT_MEASURED, BLOCK, Reason.NO_BASELINE),
        (">= 5 and >= baseline", count(5), Missing.SKIP, NOT_MEASURED, NONE, Reason.NO_BASELINE),
        (">= 5 or >= baseline", count(5), Missing.FAIL, PASSED, NONE, None),
        (">= 90%", count(0, total=0), Missing.SKIP, NOT_MEASURED, BLOCK, Reason.NO_DATA),
        # skipping what has no baseline does not skip what is inconclusive as well
        (
            ">= 5 and >= baseline",
            value(6, low=4.0, high=7.0),
            Missing.SKIP,
            NOT_MEASURED,
            RISK,
            Reason.NO_BASELINE,
        ),
    ],
)
def test_no_baseline_is_apart_from_missing(
    *,
    condition: str,
    measurement: Measurement,
    when_no_baseline: Missing,
    outcome: GateOutcome,
    effect: Effect,
    reason: Reason | None,
) -> None:
    result = judge_one(gate("tests.run", condition, when_no_baseline=when_no_baseline), measurement)
    assert (result.outcome, result.effect, result.reason) == (outcome, effect, reason)


@pytest.mark.parametrize(
    ("condition", "effect"),
    [
        (">= 90% and >= baseline", BLOCK),
        # the second alternative alone would be a risk: with another way out it is no worse
        (">= 90% or >= baseline", RISK),
        (">= 90% and >= 95% or >= 90% and >= baseline", BLOCK),
    ],
)
def test_of_two_unknowns_the_worse_counts_and_of_alternatives_the_milder(
    condition: str, effect: Effect
) -> None:
    made = gate("tests.run", condition, when_missing=Missing.FAIL, when_no_baseline=Missing.RISK)
    result = judge_one(made, count(0, total=0))
    assert (result.outcome, result.effect) == (NOT_MEASURED, effect)


def test_a_failed_count_names_its_members() -> None:
    components = (Component(name="shop", paths=("tests/shop/**",), owner="@shop"),)
    reading = count(2, "tests/shop/test_cart.py::test_add", "tests/test_api.py::test_get", total=9)
    result = judge_one(gate("tests.failed", "== 0"), reading, components=components)
    assert [(finding.subject.id, finding.owner) for finding in result.findings] == [
        ("tests/shop/test_cart.py::test_add", "@shop"),
        ("tests/test_api.py::test_get", ""),
    ]
    assert result.short == Short(amount=2, unit="tests")
    assert (result.judged, result.broken) == (1, 1)
    assert result.remedy == METRICS["tests.failed"].remedy


def test_the_remedy_names_the_worst_test() -> None:
    made = gate("tests.flaky", "== 0")
    result = judge_one(made, count(2, "tests/test_a.py::test_x[a b]", "tests/test_b.py::test_y"))
    assert result.remedy == (
        "run it many times: `pytest --count 20 'tests/test_a.py::test_x[a b]'` (pytest-repeat)"
    )


def test_too_few_have_no_members_to_name() -> None:
    """The tests that ran are not what breaks ``tests.run >= 10``."""
    result = judge_one(gate("tests.run", ">= 10"), count(1, "tests/test_a.py::test_x"))
    assert result.outcome is FAILED
    assert result.findings == ()


def test_a_failed_ratio_names_what_is_missing() -> None:
    member = Member(subject=file("src/cart.py"), weight=2, lines=lines.of([41, 42]))
    result = judge_one(gate("coverage.lines", ">= 90%"), ratio(8, 10, members=(member,)))
    (finding,) = result.findings
    assert (finding.subject.id, finding.lines) == ("src/cart.py", member.lines)
    assert result.short == Short(amount=1, unit="lines")


def test_a_passing_gate_has_no_findings() -> None:
    result = judge_one(gate("tests.skipped", "<= 5"), count(1, "tests/test_a.py::test_x"))
    assert (result.outcome, result.findings, result.short) == (PASSED, (), None)


@pytest.mark.parametrize(
    ("condition", "outcome"),
    [("== 0", FAILED), ("<= 1", FAILED), ("<= 2", NOT_MEASURED), (">= 1", NOT_MEASURED)],
)
@pytest.mark.parametrize("when_missing", Missing)
def test_what_is_known_of_a_count_can_already_break_a_gate(
    condition: str, outcome: GateOutcome, when_missing: Missing
) -> None:
    """Two tests failed and a worker is lost: that is no reason to leave the gate undecided."""
    known = count(2, "tests/test_a.py::test_x", "tests/test_a.py::test_y")
    made = gate("tests.failed", condition, when_missing=when_missing)
    result = judge_one(made, missing(Reason.PARTIAL, known=known))
    assert result.outcome is outcome
    if outcome is FAILED:
        assert result.effect is BLOCK
        assert result.reading == known
        assert len(result.findings) == 2
        assert result.message == "at least this, not all is known: it was off"


def test_of_an_unknown_total_nothing_is_a_share() -> None:
    known = count(9, total=10)
    result = judge_one(gate("tests.skipped", "<= 5%"), missing(Reason.PARTIAL, known=known))
    assert result.outcome is NOT_MEASURED


def test_subjects_are_judged_each() -> None:
    readings = [timed("t::a", 1.0), timed("t::b", 3.0), timed("t::c", 5.0), timed("t::d", 2.0)]
    result = judge_one(gate("test.duration", "<= 2s"), readings)
    assert [finding.subject.id for finding in result.findings] == ["t::c", "t::b"]
    assert (result.outcome, result.judged, result.broken) == (FAILED, 4, 2)
    assert result.reading == readings[2]
    assert result.short == Short(amount=3, unit="s")
    assert result.remedy == "profile it: `pytest --durations=0 t::c`"


def test_when_all_pass_the_one_nearest_to_its_limit_is_told() -> None:
    readings = [timed("t::a", 1.0), timed("t::b", 1.9), timed("t::c", 0.1)]
    result = judge_one(gate("test.duration", "<= 2s"), readings)
    assert (result.outcome, result.reading, result.judged) == (PASSED, readings[1], 3)


A = a_test("t::a")


@pytest.mark.parametrize(
    ("readings", "outcome", "effect", "message"),
    [
        ([timed("t::b", 1.0), missing(subject=A)], NOT_MEASURED, BLOCK, "t::a: it was off"),
        (
            [missing(subject=a_test("t::b")), missing(subject=A)],
            NOT_MEASURED,
            BLOCK,
            "t::a and 1 more: it was off",
        ),
        (
            [timed("t::b", 9.0), missing(subject=A)],
            FAILED,
            BLOCK,
            "1 more not measured: it was off",
        ),
        ([timed("t::b", 1.0), nothing(A)], PASSED, NONE, ""),
        ([nothing(a_test("t::b")), nothing(A)], NOT_APPLICABLE, NONE, "there is nothing"),
        ([nothing(A), missing(subject=a_test("t::b"))], NOT_MEASURED, BLOCK, "t::b: it was off"),
        ([missing()], NOT_MEASURED, BLOCK, "it was off"),
        ([nothing()], NOT_APPLICABLE, NONE, "there is nothing"),
        ([], NOT_MEASURED, BLOCK, "there are no tests to judge"),
        (
            [timed("t::b", 1.0), missing(Reason.ERROR, A), missing(subject=a_test("t::c"))],
            ERROR,
            BLOCK,
            "t::a: it was off",
        ),
        (
            [timed("t::a", 2.0, low=1.0, high=3.0), timed("t::b", 1.0)],
            INCONCLUSIVE,
            RISK,
            "t::a: the measured interval holds values on both sides of the limit",
        ),
    ],
)
def test_mixed_subjects(
    readings: list[Measurement], outcome: GateOutcome, effect: Effect, message: str
) -> None:
    result = judge_one(gate("test.duration", "<= 2s"), readings)
    assert (result.outcome, result.effect, result.message) == (outcome, effect, message)


def test_the_worst_effect_of_all_subjects_counts() -> None:
    """At level block a subject is inconclusive (a risk) beside one without a baseline (skipped)."""
    made = gate("test.duration", "<= 2s and <= baseline", when_no_baseline=Missing.SKIP)
    readings = [timed("t::a", 1.0), timed("t::b", 2.0, low=1.0, high=3.0, baseline=9.0)]
    result = judge_one(made, readings)
    assert (result.outcome, result.effect) == (NOT_MEASURED, RISK)


def test_an_array_is_read_from_the_top() -> None:
    readings = [timed("tests/e2e/test_a.py::a", 9.0), timed("tests/test_b.py::b", 3.0)]
    slow = gate("test.duration", "<= 10s", select=("tests/e2e/**",), name="slow")
    rest = gate("test.duration", "<= 2s")
    (first, second), _ = judge_all([(slow, readings), (rest, readings)])
    assert (first.outcome, first.judged) == (PASSED, 1)
    assert [finding.subject.id for finding in second.findings] == ["tests/test_b.py::b"]
    assert second.judged == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"level": Level.RISK},
        {"statistic": "max"},
        {"metric": "test.setup"},
        {"component": "api", "name": "of the component"},
    ],
)
def test_other_levels_statistics_metrics_and_components_are_entries_of_their_own(
    changes: dict[str, object],
) -> None:
    readings = [timed("tests/e2e/test_a.py::a", 9.0)]
    slow = gate("test.duration", "<= 10s", select=("tests/e2e/**",), name="slow")
    (first, second), _ = judge_all(
        [(slow, readings), (gate("test.duration", "<= 2s", **changes), readings)]
    )
    assert (first.outcome, second.outcome) == (PASSED, FAILED)


def test_the_default_statistic_is_one_statistic_however_it_is_named() -> None:
    subject = Subject(kind=SubjectKind.BENCHMARK, id="tests/test_b.py::b")
    readings = [Measurement(subject=subject, value=1.0)]
    named = gate("benchmark.time", "<= 2s", statistic="median", name="named")
    (_, second), _ = judge_all([(named, readings), (gate("benchmark.time", "<= 0.5s"), readings)])
    assert second.outcome is NOT_APPLICABLE
    assert second.message == "entries above it judge all that it selects"


def test_subjects_of_a_matrix_are_judged_and_selected_apart() -> None:
    old, new = (
        Measurement(subject=a_test("t.py::a", environment), value=3.0)
        for environment in ("cpython3.10-linux", "cpython3.12-linux")
    )
    lenient = gate("test.duration", "<= 5s", select=("t.py::a [cpython3.10-linux]",), name="old")
    (first, second), _ = judge_all(
        [(lenient, [old, new]), (gate("test.duration", "<= 2s"), [old, new])]
    )
    assert first.outcome is PASSED
    assert [finding.subject.name for finding in second.findings] == ["t.py::a [cpython3.12-linux]"]


def test_a_reading_for_all_subjects_belongs_to_every_entry() -> None:
    slow = gate("test.duration", "<= 10s", select=("tests/e2e/**",), name="slow")
    results, _ = judge_all([(slow, missing()), (gate("test.duration", "<= 2s"), missing())])
    assert [result.outcome for result in results] == [NOT_MEASURED, NOT_MEASURED]


@pytest.mark.parametrize(
    ("pattern", "named"),
    [
        ("tests/e2e/**", "tests/end2end/"),
        ("tests/end2end/test_chekout.py", "tests/end2end/test_checkout.py"),
        ("tests/test_cart.py::test_ad", "tests/test_cart.py::test_add"),
    ],
)
def test_a_selector_that_selects_nothing_is_not_measured(pattern: str, named: str) -> None:
    readings = [
        timed("tests/end2end/test_checkout.py::test_pay", 1.0),
        timed("tests/test_cart.py::test_add", 1.0),
        *(timed(f"unit/test_{n}.py::test_{n}", 1.0) for n in range(2000)),
    ]
    result = judge_one(gate("test.duration", "<= 2s", select=(pattern,)), readings)
    assert (result.outcome, result.effect, result.reason) == (NOT_MEASURED, BLOCK, Reason.NO_DATA)
    assert f"{pattern} selects none of the tests; the nearest: {named}" in result.message


def test_a_change_elsewhere_is_no_gap_of_patch_coverage() -> None:
    """A pull request that touches no selected file is not red by surprise."""
    made = gate("coverage.patch-file", ">= 90%", select=("src/payments/**",))
    result = judge_one(made, [ratio(1, 10, subject=file("src/cart.py"))])
    assert (result.outcome, result.effect) == (NOT_APPLICABLE, NONE)
    assert judge_one(made, []).outcome is NOT_APPLICABLE
    assert judge_one(made, missing()).outcome is NOT_MEASURED


def test_a_value_of_the_run_has_nothing_to_select_from() -> None:
    result = judge_one(gate("coverage.lines", ">= 9%", select=("src/**",)), ratio(1, 1))
    assert (result.outcome, result.effect) == (NOT_MEASURED, BLOCK)


def test_an_unknown_metric_names_the_nearest() -> None:
    result = judge_one(gate("checkout.latencies", "<= 300ms"), [])
    assert (result.outcome, result.effect, result.metric) == (NOT_MEASURED, BLOCK, None)
    assert result.message.endswith("did you mean checkout.latency?")


def test_units_of_a_late_metric_are_checked_when_it_is_known() -> None:
    made = gate("checkout.latency", "<= 2")
    late = gate("checkout.later", "<= 2 MiB", metric="checkout.latency", name="late")
    (first, second), _ = judge_all([(made, value(1.0)), (late, value(1.0))])
    assert first.outcome is PASSED
    assert (second.outcome, second.effect) == (ERROR, BLOCK)
    assert "checkout.latency" in second.message


def test_a_component_is_judged_and_owned_apart() -> None:
    components = (
        Component(name="cart", paths=("src/cart/**",), owner="@cart"),
        Component(name="pay", paths=("src/pay/**",), owner="@pay"),
    )
    pay = Subject(kind=SubjectKind.RUN, component="pay")
    made = gate("coverage.lines", ">= 90%", component="pay")
    result = judge_one(made, ratio(1, 2, subject=pay), components=components)
    assert result.outcome is FAILED
    assert [(finding.subject, finding.owner) for finding in result.findings] == [(pay, "@pay")]


def test_the_whole_is_shown_by_components() -> None:
    components = tuple(Component(name=name, paths=(f"{name}/**",)) for name in ("cart", "pay"))
    parts = [
        ratio(part, 10, subject=Subject(kind=SubjectKind.RUN, component=name))
        for part, name in ((9, "cart"), (1, "pay"))
    ]
    (result, *_), _ = judge_all(
        [
            (gate("coverage.lines", ">= 50%"), ratio(10, 20)),
            *(
                (gate("coverage.lines", ">= 0%", component=name, name=name), part)
                for name, part in zip(("cart", "pay"), parts, strict=True)
            ),
        ],
        components=components,
    )
    assert result.outcome is PASSED
    assert result.breakdown == tuple(parts)


def test_a_file_that_fails_shows_its_uncovered_lines() -> None:
    member = Member(subject=file("src/a.py"), weight=3, lines=lines.of([3, 4, 9]))
    reading = ratio(1, 4, subject=file("src/a.py"), members=(member,))
    result = judge_one(gate("coverage.file", ">= 50%"), [reading])
    assert result.findings[0].lines == member.lines
    assert result.findings[0].short == Short(amount=1, unit="lines")


def test_a_large_suite_is_judged_quickly_and_exactly() -> None:
    """Values at the limit to the last bit, among many."""
    readings = [timed(f"t::{n}", 0.3) for n in range(20_000)]
    readings.append(timed("t::over", math.nextafter(0.3, 1)))
    result = judge_one(gate("test.duration", "<= 300ms"), readings)
    assert [finding.subject.id for finding in result.findings] == ["t::over"]
    assert Fraction(0) < result.findings[0].short.amount < Fraction(1, 10**15)  # type: ignore[union-attr]


def test_the_run_is_named_when_it_is_not_the_only_reading() -> None:
    result = judge_one(gate("test.duration", "<= 2s"), [missing(), timed("t::a", 1.0)])
    assert (result.outcome, result.message) == (NOT_MEASURED, "it was off")
    assert result.reading is not None
    assert result.reading.subject == RUN
