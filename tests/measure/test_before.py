"""Before and after: which earlier run a report is put beside, and what is better."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import pytest

from judging import METRICS, gate, ratio, value
from pytest_readiness.measure.before import earlier
from pytest_readiness.measure.comparable import machine_of
from pytest_readiness.measure.tool_rules import BY_RULE
from pytest_readiness.model.evidence import Run, Selection
from pytest_readiness.model.history import NO_HISTORY, History, PastRun, PastValue, Series
from pytest_readiness.model.measurement import Measurement, NotMeasured
from pytest_readiness.model.metric import SCORE, Direction
from pytest_readiness.model.scorecard import Effect, GateOutcome, GateResult
from pytest_readiness.model.standing import Earlier
from strategies import LINUX
from strategies import run as run_of

MACHINE = machine_of(run_of())
NOW = run_of(branch="topic", project="shop")


def past(number: int, **fields: object) -> PastRun:
    usual = PastRun(
        id=f"run {number}",
        started=f"2026-11-{number + 1:02}T10:00:00Z",
        kin=LINUX.kin,
        machine=MACHINE.machine,
        fleet=MACHINE.fleet,
        commit=f"{number:07x}abc",
        branch="main",
        base=True,
        verdict="READY",
    )
    return dataclasses.replace(usual, **fields)  # type: ignore[arg-type]


def judged(
    metric: str,
    reading: Measurement | NotMeasured | None,
    condition: str = "== 0",
    **changes: object,
) -> GateResult:
    return GateResult(
        gate=gate(metric, condition, **changes),
        metric=METRICS[metric],
        outcome=GateOutcome.PASSED,
        effect=Effect.NONE,
        reading=reading,
    )


def beside(
    history: History, *results: GateResult, runs: tuple[Run, ...] = (NOW,)
) -> Earlier | None:
    return earlier(runs, results, history)


@pytest.mark.parametrize(
    ("runs", "told"),
    [
        ((), None),
        ((past(1), past(2)), "2026-11-03, main@0000002"),
        # this branch's own, and failed ones: they are what became better
        ((past(1), past(2, branch="topic", base=False)), "2026-11-03, topic@0000002"),
        ((past(1), past(2, exit_status=1, verdict="NOT READY")), "2026-11-03, main@0000002"),
        # not of another branch, another environment, another selection
        ((past(1), past(2, branch="other", base=False)), "2026-11-02, main@0000001"),
        ((past(1), past(2, kin="cpython3.10-linux")), "2026-11-02, main@0000001"),
        ((past(1), past(2, selection=("-k pay",))), "2026-11-02, main@0000001"),
        ((past(2, branch="", commit="", base=False),), None),
        ((past(2, branch="", commit=""),), "2026-11-03"),
    ],
)  # fmt: skip
def test_the_latest_run_that_compares(runs: tuple[PastRun, ...], told: str | None) -> None:
    found = beside(History(runs=runs))
    assert (found.run if found else None) == told
    if found:
        assert found.verdict == runs[-1 if told and "02," not in told else 0].verdict


def test_without_a_history_there_is_none() -> None:
    assert beside(NO_HISTORY) is None
    assert beside(History(runs=(past(1),)), runs=()) is None


def test_a_selection_compares_with_its_like() -> None:
    chosen = run_of(branch="topic", selection=Selection(causes=("-k pay",), declared=True))
    found = beside(History(runs=(past(1, selection=("-k pay",)), past(2))), runs=(chosen,))
    assert found is not None
    assert found.run.startswith("2026-11-02")


def of(**values: object) -> History:
    """A run of long ago, and the one that is compared with, which has these values."""
    named = {
        Series(name.replace("_", ".")): {"": (PastValue(0, 99), PastValue(1, number))}  # type: ignore[arg-type]
        for name, number in values.items()
    }
    return History(runs=(past(0), past(1)), values=named)


@pytest.mark.parametrize(
    ("metric", "now", "then", "better"),
    [
        ("tests.failed", value(0), 27, True),
        ("tests.failed", value(3), 1, False),
        ("tests.failed", value(3), 3, None),
        ("coverage.lines", ratio(9, 10), Fraction(2, 3), True),
        ("coverage.lines", ratio(2, 3), Fraction(9, 10), False),
        ("coverage.lines", ratio(18, 20), Fraction(9, 10), None),
        ("suite.duration", value(1.5), 2.5, True),
    ],
)
def test_better_is_as_the_metric_says(
    metric: str, now: Measurement, then: float | Fraction, better: bool | None
) -> None:
    condition = ">= 50%" if metric == "coverage.lines" else "<= 9"
    condition = "<= 9s" if metric == "suite.duration" else condition
    found = beside(of(**{metric.replace(".", "_"): then}), judged(metric, now, condition))
    assert found is not None
    (one,) = found.values
    assert (one.metric.name, one.gate, one.better) == (metric, metric, better)
    assert (one.now, one.then.value) == (now, then)


def test_neither_way_is_better_where_a_metric_has_no_direction() -> None:
    plain = dataclasses.replace(METRICS["tests.failed"], direction=Direction.NEITHER)
    result = dataclasses.replace(judged("tests.failed", value(5)), metric=plain)
    found = beside(of(tests_failed=4), result)
    assert found is not None
    assert found.values[0].better is None


def test_only_what_has_a_value_then_and_now() -> None:
    history = of(tests_failed=1, tests_errors=1, tests_skipped=float("nan"))
    found = beside(
        history,
        judged("tests.failed", value(0)),
        judged("tests.failed", value(0), name="again"),  # told once
        judged("tests.errors", None),
        judged("tests.skipped", value(0)),
        judged("tests.run", value(2), ">= 1"),  # it has no value of that run
        judged("test.duration", value(2.0), "<= 3s"),  # one for each test
    )
    assert found is not None
    assert [one.gate for one in found.values] == ["tests.failed"]


def test_what_gates_select_differs() -> None:
    """Findings of two tools are two values, each with its own past."""
    bandit, ruff = ("bandit",), ("ruff",)
    values = {
        Series("tool.findings", "bandit"): {"": (PastValue(0, 1),)},
        Series("tool.findings", "ruff"): {"": (PastValue(0, 27),)},
    }
    found = beside(
        History(runs=(past(0),), values=values),
        judged("tool.findings", value(0), select=bandit, name="security"),
        judged("tool.findings", value(0), select=ruff, name="style"),
    )
    assert found is not None
    assert [(one.gate, one.then.value) for one in found.values] == [("security", 1), ("style", 27)]


def test_the_score_of_that_run_and_of_its_categories() -> None:
    values = {
        Series(SCORE): {"": (PastValue(0, Fraction(1, 9)), PastValue(1, Fraction(1, 2)))},
        Series(SCORE, component="Security"): {"": (PastValue(1, Fraction(2, 3)),)},
        Series(SCORE, component="Docs"): {"": (PastValue(0, Fraction(2, 3)),)},
    }
    found = beside(History(runs=(past(0), past(1)), values=values))
    assert found is not None
    assert found.score == Fraction(1, 2)
    assert found.categories == (("Security", Fraction(2, 3)),)


def test_findings_by_rule_of_tools_that_were_measured_then_and_now() -> None:
    then = {"ruff": 27, "ruff:I001": 26, "ruff:E501": 1, "ruff:B006": 3, "mypy": 1, "mypy:misc": 1}
    values = {
        BY_RULE: {
            "": (PastValue(0, 99), PastValue(1, 28)),
            "ruff:W291": (PastValue(0, 5),),  # of the run before
            "odd:x": (PastValue(1, 1.5),),
            **{name: (PastValue(1, number),) for name, number in then.items()},
        }
    }
    history = History(runs=(past(0), past(1)), values=values)
    now = {"ruff": 7, "ruff:E501": 4, "ruff:B006": 3, "ruff:F401": 1, "bandit": 1, "bandit:B1": 1}
    found = earlier((NOW,), (), history, now)
    assert found is not None
    assert [(one.tool, one.rule, one.then, one.now) for one in found.rules] == [
        ("ruff", "E501", 1, 4),
        ("ruff", "F401", 0, 1),
        ("ruff", "I001", 26, 0),
    ]
    cleaned = earlier((NOW,), (), history, {"mypy": 0})
    assert cleaned is not None
    assert [(one.rule, one.then, one.now) for one in cleaned.rules] == [("misc", 1, 0)]
    silent = earlier((NOW,), (), History(runs=(past(1),)), now)
    assert silent is not None
    assert silent.rules == ()
