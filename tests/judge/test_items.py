"""Open items: which there are, how grave they are, what closes them, and in which order."""

from __future__ import annotations

import dataclasses
import datetime
from fractions import Fraction

import pytest
from hypothesis import given

from judging import TODAY, a_test, gate
from pytest_readiness.judge.items import (
    of_conditions,
    of_gates,
    of_quarantine,
    of_requirements,
)
from pytest_readiness.judge.steps import ordered
from pytest_readiness.model.measurement import Subject
from pytest_readiness.model.metric import SubjectKind
from pytest_readiness.model.requirement import Effort, Severity, State
from pytest_readiness.model.scorecard import Effect, Finding, GateOutcome, GateResult
from pytest_readiness.model.standing import Item, RequirementResult, ToolLine
from scored import condition, entry, everything, met, outcome
from strategies import law

PASSED, FAILED, INCONCLUSIVE, NOT_MEASURED, NOT_APPLICABLE, WAIVED, ERROR = GateOutcome
BLOCK, RISK, NONE = Effect
CRITICAL, HIGH, MEDIUM, LOW = Severity
TOMORROW = TODAY + datetime.timedelta(days=1)


def only(results: list[GateResult], *tools: ToolLine) -> Item:
    (item,) = of_gates(results, tools)
    return item


@pytest.mark.parametrize(
    ("said", "effect", "severity", "state"),
    [
        (FAILED, BLOCK, HIGH, "failed"),
        (FAILED, RISK, MEDIUM, "failed"),
        (FAILED, NONE, LOW, "failed"),
        (ERROR, BLOCK, HIGH, "error"),
        (NOT_MEASURED, BLOCK, HIGH, "not measured"),
        (NOT_MEASURED, RISK, MEDIUM, "not measured"),
        (NOT_MEASURED, NONE, LOW, "not measured"),
        (INCONCLUSIVE, RISK, MEDIUM, "inconclusive"),
        (WAIVED, RISK, MEDIUM, "waived until 2026-11-20"),
    ],
)
def test_a_gate_is_as_grave_as_what_it_does(
    said: GateOutcome, effect: Effect, severity: Severity, state: str
) -> None:
    item = only([outcome(said, effect)])
    assert (item.severity, item.effect, item.state) == (severity, effect, state)
    assert (item.kind, item.name, item.title) == ("gate", "tests.failed", "Failed tests")
    assert item.category == "tests"
    assert only([outcome(said, effect, severity=CRITICAL)]).severity is CRITICAL


def test_what_passed_or_does_not_apply_is_not_open() -> None:
    assert not list(of_gates([outcome(PASSED), outcome(NOT_APPLICABLE)]))
    assert not list(of_requirements([met("A"), met("B", State.NOT_APPLICABLE)]))


def test_what_went_wrong_in_the_session_itself_is_critical() -> None:
    fault = GateResult(
        gate=gate("tests.failed", "== 0", name="conftest.py", metric=""),
        metric=None,
        outcome=ERROR,
        effect=BLOCK,
        remedy="mend it",
    )
    item = only([fault])
    assert (item.severity, item.category, item.title) == (CRITICAL, "session", "conftest.py")
    assert item.action == "mend it"


def test_a_gate_is_called_by_its_own_name_or_by_its_metric() -> None:
    titles = [
        only([outcome(FAILED, BLOCK, **fields)]).title
        for fields in (
            {},
            {"name": "tests.failed#2"},
            {"name": "no red test"},
            {"component": "payments"},
        )
    ]
    assert titles == ["Failed tests", "Failed tests", "no red test", "Failed tests of payments"]


def test_a_gate_belongs_to_the_owner_of_its_findings() -> None:
    def owned(*owners: str) -> str:
        findings = tuple(Finding(subject=a_test("a.py::b"), owner=owner) for owner in owners)
        result = dataclasses.replace(outcome(FAILED, BLOCK, component="pay"), findings=findings)
        (item,) = of_gates([result], owners={"pay": "@pay"})
        return item.owner

    assert owned("@ada", "", "@ada") == "@ada"
    assert owned("@ada", "@bob") == "several"
    assert owned("", "") == owned() == "@pay"
    assert only([outcome(WAIVED, RISK)]).owner == "@shop"  # who answers for the waiver
    assert only([outcome(WAIVED, RISK)]).due == TODAY
    assert only([outcome(FAILED, BLOCK)]).due is None


def tool_gate(*ids: str) -> GateResult:
    findings = tuple(
        Finding(subject=Subject(kind=SubjectKind.NAMED, id=id, path="src/a.py")) for id in ids
    )
    result = outcome(FAILED, BLOCK, metric="tool.findings")
    return dataclasses.replace(result, findings=findings, remedy="see each")


def line(name: str, findings: int, fixable: int, fix: str = "") -> ToolLine:
    return ToolLine(name=name, levels=(("error", findings),), fixable=fixable, fix=fix)


def test_findings_that_a_tool_mends_are_closed_by_its_command() -> None:
    ruff = line("ruff", 2, 2, "ruff check --fix .")
    item = only([tool_gate("ruff:error:I001:src/a.py", "ruff:error:UP015:src/a.py")], ruff)
    assert (item.action, item.fixable) == ("ruff check --fix .", True)
    both = tool_gate("ruff:error:I001:src/a.py", "mypy:error:arg-type:src/a.py")
    item = only([both], ruff, line("mypy", 1, 0))
    assert (item.action, item.fixable) == ("ruff check --fix .", False)
    part = only([tool_gate("ruff:error:I001:src/a.py")], line("ruff", 3, 2, "ruff check --fix ."))
    assert (part.action, part.fixable) == ("ruff check --fix .", False)
    for unknown in (line("ruff", 2, 0, "ruff check --fix ."), line("mypy", 1, 1, "x")):
        item = only([tool_gate("ruff:error:I001:src/a.py")], unknown)
        assert (item.action, item.fixable) == ("see each", False)


@pytest.mark.parametrize(
    ("result", "state"),
    [
        (met("A", State.FAILED, BLOCK), "failed"),
        (met("A", State.IN_PROGRESS, BLOCK), "in progress"),
        (met("A", State.NOT_VERIFIED, RISK), "not verified"),
        (met("A", State.DEFERRED, NONE), "deferred"),
        (met("A", State.WAIVED, RISK), "waived until 2026-11-20"),
        (met("A", State.PASSED, RISK, risk=True), "passed, with a risk"),
        (met("A", given=4, points=Fraction(5)), "4 of 5 points"),
        (met("A", given=Fraction("2.5"), points=Fraction(5)), "2.5 of 5 points"),
        (met("A", given=Fraction("4.999999"), points=Fraction(5)), "4.99 of 5 points"),
    ],
)
def test_a_requirement_is_open_until_it_has_earned_all(
    result: RequirementResult, state: str
) -> None:
    (item,) = of_requirements([result])
    assert (item.kind, item.name, item.state) == ("requirement", "A", state)


def test_who_answers_for_a_waiver_has_a_requirement_that_nobody_has() -> None:
    nobodys, somebodys = met("A", State.WAIVED, RISK), met("B", State.WAIVED, RISK, owner="@ada")
    assert [item.owner for item in of_requirements([nobodys, somebodys])] == ["@shop", "@ada"]


def test_a_requirement_brings_what_is_known_of_it() -> None:
    effort = Effort(text="4h", low=Fraction(4), high=Fraction(4))
    result = met(
        "SEC-1",
        State.FAILED,
        BLOCK,
        category="Security",
        severity=CRITICAL,
        owner="@ada",
        effort=effort,
        due=TOMORROW,
        milestone="week 1",
        action="rotate",
        fixable=True,
    )
    (item,) = of_requirements([result])
    assert item == Item(
        kind="requirement",
        name="SEC-1",
        title="Title of SEC-1",
        severity=CRITICAL,
        effect=BLOCK,
        category="Security",
        state="failed",
        owner="@ada",
        effort=effort,
        due=TOMORROW,
        milestone="week 1",
        action="rotate",
        fixable=True,
    )
    deferred = dataclasses.replace(met("B", State.DEFERRED, BLOCK), because=("SEC-1", "SEC-2"))
    (item,) = of_requirements([deferred])
    assert (item.action, item.category) == ("first: SEC-1, SEC-2", "requirements")


def test_conditions_keep_their_numbers_and_are_open_until_they_are_met() -> None:
    states = [
        condition(TODAY, NONE, done=TODAY),
        condition(TOMORROW, RISK),
        condition(TODAY, BLOCK),
        condition(TODAY, NONE),
    ]
    found = [(item.name, item.severity, item.owner) for item in of_conditions(states)]
    assert found == [
        ("condition 2", MEDIUM, "@risk"),
        ("condition 3", HIGH, "@risk"),
        ("condition 4", LOW, "@risk"),
    ]


def test_an_entry_of_the_quarantine_is_open_as_long_as_it_stands() -> None:
    held, over = of_quarantine([entry(), entry(message="expired 2026-11-01")])
    assert (held.name, held.state) == ("tests/a.py::*", "in quarantine until 2026-11-20")
    assert held.title == held.name  # "mend the test": which one
    assert held.action == "mend the test, then delete the entry"
    assert (over.state, over.action) == ("expired 2026-11-01", "")


def step(name: str, effect: Effect = BLOCK, severity: Severity = HIGH, **fields: object) -> Item:
    return Item(
        kind="requirement",
        name=name,
        title=name,
        severity=severity,
        effect=effect,
        category="c",
        state="failed",
        **fields,  # type: ignore[arg-type]
    )


def hours(number: int) -> Effort:
    return Effort(text=f"{number}h", low=Fraction(number), high=Fraction(number))


def names(items: list[Item], **waits: tuple[str, ...]) -> str:
    return " ".join(item.name for item in ordered(items, waits, {"S": Fraction(3)}))


def test_what_blocks_is_first_then_the_gravest_the_first_due_and_the_least_work() -> None:
    items = [
        step("info", NONE, CRITICAL),
        step("risk", RISK),
        step("later", due=TOMORROW),
        step("never"),
        step("soon", due=TODAY),
        step("critical", severity=CRITICAL),
        step("four", due=TODAY, effort=hours(4)),
        step("small", due=TODAY, effort=Effort(text="S")),
        step("unknown", due=TODAY, effort=Effort(text="L")),
    ]
    assert names(items) == "critical small four soon unknown later never risk info"


def test_what_others_wait_for_comes_before_them_and_is_as_urgent() -> None:
    items = [
        step("other", severity=HIGH),
        step("waits", severity=CRITICAL),
        step("deep", NONE, LOW),
        step("first", RISK, LOW),
    ]
    assert names(items, waits=("first",), first=("deep", "closed")) == "deep first waits other"


def test_a_circle_loses_nothing() -> None:
    items = [step("a"), step("b", severity=CRITICAL), step("c")]
    assert names(items, a=("b",), b=("a",), c=("c",)) == "c b a"


def test_a_gate_that_is_called_like_a_requirement_is_not_mistaken_for_it() -> None:
    twin = dataclasses.replace(step("a", severity=CRITICAL), kind="gate")
    items = [twin, step("a", NONE), step("b")]
    assert [item.kind for item in ordered(items, {"b": ("a",)}, {})] == [
        "gate",
        "requirement",
        "requirement",
    ]


@law
@given(everything())
def test_the_order_loses_nothing_and_keeps_what_depends_behind(
    results: tuple[list[GateResult], list[RequirementResult]],
) -> None:
    gates, requirements = results
    items = [*of_gates(gates), *of_requirements(requirements)]
    waits = {one.requirement.id: one.requirement.depends_on for one in requirements}
    made = ordered(items, waits, {})
    assert sorted(item.name for item in made) == sorted(item.name for item in items)
    places = {item.name: place for place, item in enumerate(made)}
    for name, others in waits.items():
        for other in others:
            if name in places and other in places:
                assert places[other] < places[name]
    free = [item for item in made if not any(item.name in (n, *o) for n, o in waits.items())]
    effects = [(BLOCK, RISK, NONE).index(item.effect) for item in free]
    assert effects == sorted(effects)
