"""What tools found: counted once over all runs, selected by tool, level, rule and path, never lost."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from judging import TODAY, gate, waiver
from pytest_readiness.history.kept import values_of
from pytest_readiness.measure.definitions import definitions
from pytest_readiness.measure.holes import Holes
from pytest_readiness.measure.measure import measure
from pytest_readiness.measure.view import View
from pytest_readiness.model import lines
from pytest_readiness.model.evidence import (
    BasePolicy,
    ChangedFile,
    Collection,
    Comparison,
    Data,
    Decision,
    Evidence,
    Figure,
    Gap,
    Look,
    Marked,
    Quarantined,
    Reason,
    Record,
    ToolFinding,
    ToolRun,
)
from pytest_readiness.model.history import History, PastRun, PastValue, Series
from pytest_readiness.model.measurement import (
    Component,
    Measurement,
    NotApplicable,
    NotMeasured,
    Reading,
    Request,
)
from pytest_readiness.model.metric import SubjectKind
from pytest_readiness.model.policy import Policy
from pytest_readiness.model.scorecard import GateOutcome
from pytest_readiness.pipeline import evaluate
from pytest_readiness.render.line import plain
from pytest_readiness.render.terminal import section
from pytest_readiness.render.words import place
from strategies import LINUX, WINDOWS, attempt, record, run
from tool_outputs import tool

GRADED = ("critical", "high", "medium", "low")
PLAIN = ("error", "warning", "note")
SECTIONS = ("tests", "tools", "changes")
TEST = "tests/test_a.py::test_a"


def ran(name: str, *levels: str, run: str = "r", fix: str = "") -> Record:
    data = ToolRun(command=name, format="sarif", levels=levels, fix=fix)
    return record(data, name, run=run)


def found(
    tool: str,
    level: str,
    rule: str = "R1",
    path: str = "src/a.py",
    *numbers: int,
    run: str = "r",
    more: int = 0,
    fixable: int = 0,
) -> Record:
    places = tuple(sorted((number, f"at {number}") for number in numbers or (3,)))
    data = ToolFinding(
        tool=tool, level=level, rule=rule, path=path, places=places, more=more, fixable=fixable
    )
    return record(data, data.id, run=run)


def session(*records: Record, name: str = "r", **fields: object) -> Evidence:
    """A run of one test and of the tools bandit and ruff."""
    sections = {"sections": SECTIONS, **fields}
    return Evidence.of(
        [
            record(run(**sections), run=name),
            record(Collection(tests=(TEST,)), run=name),
            record(attempt(), TEST, run=name),
            ran("bandit", *GRADED, run=name),
            ran("ruff", *PLAIN, run=name, fix="ruff check --fix"),
            *records,
        ]
    )


TWO = (
    found("bandit", "high", "B324", "src/a.py", 7),
    found("ruff", "error", "F401", "src/b.py", 1, 2),
)


def reading(
    evidence: Evidence,
    *select: str,
    metric: str = "tool.findings",
    component: Component | None = None,
) -> Reading:
    request = Request(metric=metric, select=select, component=component.name if component else "")
    (one,) = measure(evidence, [request], components=[component] if component else [])[request]
    return one


def value(evidence: Evidence, *select: str, metric: str = "tool.findings") -> int:
    measured = reading(evidence, *select, metric=metric)
    assert isinstance(measured, Measurement), measured
    assert isinstance(measured.value, int)
    return measured.value


@pytest.mark.parametrize(
    ("select", "count"),
    [
        ((), 3),
        (("bandit",), 1),
        (("bandit:high", "bandit:critical"), 1),
        (("bandit:critical",), 0),
        (("ruff:error",), 2),
        (("ruff:*:F4*",), 2),
        (("ruff:error:E501",), 0),
        (("ruff:error:F401:src/b.py",), 2),
        (("ruff:error:F401:src/*.py",), 2),
        (("ruff:error:F401:*.py",), 0),
        (("ruff:*:*:src/",), 2),
        (("*:*:*:src/a.py",), 1),
        (("*",), 3),
        (("r?ff", "ruff:error"), 2),
        (("*:high",), 1),
    ],
)
def test_selectors_are_globs_over_the_parts(select: tuple[str, ...], count: int) -> None:
    assert value(session(*TWO), *select) == count


def test_a_rule_may_hold_colons_and_a_path_too() -> None:
    evidence = session(
        found("ruff", "error", "python:S1", "src/a.py"), found("ruff", "error", "", "c:/x.py")
    )
    assert value(evidence, "ruff:error:python:S1") == 1
    assert value(evidence, "ruff:error:python:S1:src/*") == 1
    assert value(evidence, "ruff:error:-:c:/x.py") == 1
    assert value(evidence, "ruff:error:python:S2:src/*") == 0


@pytest.mark.parametrize(
    ("select", "message", "remedy"),
    [
        ("bandti:high", "`bandti:high` names no tool of this evidence", "there are: bandit"),
        ("ruff:high", "`ruff:high`: ruff tells error, warning, note, no level `high`", "select a"),
        ("ruff:errors", "no level `errors`", "write `ruff:error`"),
        ("bandit:warn*", "no level `warn*`", "select a level that it tells"),
    ],
)
def test_a_selector_that_can_select_nothing(select: str, message: str, remedy: str) -> None:
    """A typing error must not be a green gate, whatever else is selected beside it."""
    for others in ((), ("bandit",)):
        one = reading(session(*TWO), select, *others)
        assert isinstance(one, NotMeasured)
        assert one.reason is Reason.NO_DATA
        assert message in one.message
        assert one.remedy.startswith(remedy)


def test_members_the_gravest_first() -> None:
    evidence = session(
        *TWO,
        found("bandit", "low", "B1", "src/c.py", 5, 6, 9),
        found("ruff", "error", "E1", "", 0),
        found("bandit", "critical", "B9", "src/d.py", 0, 0),
    )
    one = reading(evidence)
    assert isinstance(one, Measurement)
    assert [
        (m.subject.id, m.subject.line, m.weight, lines.to_text(m.lines)) for m in one.members
    ] == [
        ("bandit:critical:B9:src/d.py", None, 2, ""),
        ("bandit:high:B324:src/a.py", 7, 1, "7"),
        ("ruff:error:F401:src/b.py", 1, 2, "1-2"),
        ("ruff:error:E1", None, 1, ""),
        ("bandit:low:B1:src/c.py", 5, 3, "5-6,9"),
    ]
    assert {member.subject.kind for member in one.members} == {SubjectKind.TOOL}
    assert [member.subject.path for member in one.members][:2] == ["src/d.py", "src/a.py"]
    assert one.value == 9


def test_a_place_counts_once_whatever_the_number_of_runs() -> None:
    one = session(found("ruff", "error", "F1", "src/a.py", 1, 2, 2, more=5))
    two = session(found("ruff", "error", "F1", "src/a.py", 2, 3, more=2, run="s"), name="s")
    assert value(one) == 8
    assert value(one.merge(two)) == value(two.merge(one, two)) == 9  # 1, 2, 2, 3 and five more


def test_a_component_has_what_lies_in_its_paths() -> None:
    api = Component(name="api", paths=("src/b.py",))
    evidence = session(
        *TWO, found("ruff", "error", "E1", "", 0), found("ruff", "error", "E1", "/b.py")
    )
    one = reading(evidence, component=api)
    assert isinstance(one, Measurement)
    assert (one.value, one.subject.component) == (2, "api")


def gap(name: str, reason: Reason = Reason.NO_DATA, run: str = "r") -> Record:
    return record(Gap(reason=reason, message="it is not installed", remedy="get it"), name, run=run)


def test_a_tool_that_could_not_be_measured() -> None:
    """Others are, and what is known of the whole can only grow."""
    evidence = session(*TWO, gap("tools:mypy"))
    one = reading(evidence)
    assert isinstance(one, NotMeasured)
    assert (one.message, one.remedy) == ("mypy: it is not installed", "get it")
    assert one.known is not None
    assert one.known.value == 3
    assert value(evidence, "bandit", "ruff") == 3
    assert isinstance(reading(evidence, "my*"), NotMeasured)
    whole = reading(session(*TWO, gap("tools")), "bandit")
    assert isinstance(whole, NotMeasured)
    assert whole.message == "it is not installed"


@pytest.mark.parametrize("reason", [Reason.STALE, Reason.ERROR, Reason.PARTIAL])
def test_the_reason_is_the_gaps(reason: Reason) -> None:
    one = reading(session(*TWO, gap("tools:mypy", reason)), "mypy")
    assert isinstance(one, NotMeasured)
    assert one.reason is reason


def test_tools_of_a_session_without_tests() -> None:
    """A shard may have nothing to run; its tools were to run all the same."""
    manifest = record(run(sections=("tests", "tools")))
    empty = Evidence.of([manifest, record(Collection(tests=()))])
    assert isinstance(reading(empty.merge(Evidence.of([gap("tools:mypy")]))), NotMeasured)
    one = reading(empty)
    assert isinstance(one, NotMeasured)
    assert one.message == "evidence of findings of tools is missing"


def test_nobody_looked() -> None:
    one = reading(Evidence.of([record(run()), record(Collection(tests=()))]))
    assert isinstance(one, NotMeasured)
    assert one.message == "findings of tools was not measured"


@pytest.mark.parametrize(
    ("environment", "reason", "measured"),
    [
        (LINUX, Reason.NO_DATA, True),
        (WINDOWS, Reason.NO_DATA, False),
        (LINUX, Reason.STALE, False),
    ],
)
def test_one_shard_with_the_report_is_enough(
    environment: object, reason: Reason, measured: bool
) -> None:
    one = session(*TWO)
    other = session(gap("tools:ruff", reason, "s"), name="s", environment=environment)
    other = Evidence.of(one for one in other.records if one.subject != "ruff")
    assert isinstance(reading(one.merge(other)), Measurement) is measured


def test_a_level_that_nobody_knows_counts_first() -> None:
    one = reading(session(*TWO, found("ruff", "doom", "X1")))
    assert isinstance(one, Measurement)
    assert one.members[0].subject.id == "ruff:doom:X1:src/a.py"


# New ones


def changed(path: str, *numbers: int) -> Record:
    return record(ChangedFile(lines=lines.of(numbers)), path)


COMPARED = record(Comparison(base="main", commit="c"))
NEW = "tool.new-findings"


def test_only_what_stands_on_changed_lines_is_new() -> None:
    evidence = session(
        COMPARED,
        changed("src/b.py", 2, 9),
        changed("src/c.py"),
        found("ruff", "error", "F401", "src/b.py", 1, 2),
        found("ruff", "error", "E1", "src/b.py", 0),
        found("ruff", "error", "E1", "src/c.py", 0),
        found("ruff", "error", "E2", "src/c.py", 4),
        found("ruff", "error", "E1", "src/d.py", 2),
        found("bandit", "high", "B1", "", 0),
    )
    one = reading(evidence, metric=NEW)
    assert isinstance(one, Measurement)
    assert {(member.subject.id, member.weight) for member in one.members} == {
        ("ruff:error:F401:src/b.py", 1),
        ("ruff:error:E1:src/b.py", 1),
        ("ruff:error:E1:src/c.py", 1),
    }
    assert (one.value, one.detail) == (3, "1 of no file left out")
    assert value(evidence, "ruff:*:F*", metric=NEW) == 1


def test_more_findings_than_places_cannot_be_told_apart() -> None:
    one = reading(
        session(
            COMPARED, changed("src/b.py", 1), found("ruff", "error", "F1", "src/b.py", 1, more=9)
        ),
        metric=NEW,
    )
    assert isinstance(one, NotMeasured)
    assert one.message == "of 9 more findings ruff:error:F1:src/b.py no line is known"
    assert one.known is not None
    assert one.known.value == 1
    other = session(
        COMPARED, changed("src/x.py", 1), found("ruff", "error", "F1", "src/b.py", more=9)
    )
    assert value(other, metric=NEW) == 0


def test_nothing_was_changed() -> None:
    """That is proved by a comparison, not by the absence of one."""
    assert isinstance(reading(session(COMPARED, *TWO), metric=NEW), NotApplicable)
    for evidence in (
        session(*TWO),
        session(gap("patch"), *TWO),
        session(*TWO, sections=("tests", "tools")),
    ):
        assert isinstance(reading(evidence, metric=NEW), NotMeasured)
    away = reading(
        session(COMPARED, changed("src/b.py", 1), *TWO),
        metric=NEW,
        component=Component(name="api", paths=("src/a.py",)),
    )
    assert isinstance(away, NotApplicable)


def test_every_run_that_was_to_look_must_have_looked() -> None:
    both = session(COMPARED, changed("src/b.py", 1), *TWO).merge(session(name="s"))
    one = reading(both, metric=NEW)
    assert isinstance(one, NotMeasured)
    assert one.message == "run s: evidence of the difference with the base is missing"


# Figures


def figures(evidence: Evidence) -> tuple[Reading, ...]:
    request = Request(metric="tool.figure")
    return measure(evidence, [request])[request]


def told(value: float, total: int | None = None, name: str = "docs", run: str = "r") -> Record:
    return record(Figure(metric="tool.figure", value=value, total=total), name, run=run)


def test_the_figure_of_a_tool() -> None:
    (one,) = figures(session(ran("docs"), told(29, 30)))
    assert isinstance(one, Measurement)
    assert (one.subject.id, one.subject.kind, one.value, one.detail) == (
        "docs",
        SubjectKind.TOOL,
        29,
        "of 30",
    )


def test_what_a_test_records_is_no_figure_of_a_tool() -> None:
    (one,) = figures(session(told(1, name=TEST)))
    assert isinstance(one, NotMeasured)
    assert one.message == "no tool told a figure"
    (one,) = figures(session(told(1, name="docs"), gap("tools:docs")))
    assert isinstance(one, NotMeasured)


def test_runs_that_tell_different_figures() -> None:
    one = session(ran("docs"), told(29))
    same = session(ran("docs", run="s"), told(29, run="s"), name="s")
    other = session(ran("docs", run="s"), told(28, run="s"), name="s")
    (measured,) = figures(one.merge(same))
    assert isinstance(measured, Measurement)
    (torn,) = figures(one.merge(other))
    assert isinstance(torn, NotMeasured)
    assert torn.message == "runs told different figures (29, 28): which is worse is not defined"


def test_a_figure_that_was_lost_or_contradicts_another() -> None:
    lost = told(29)
    whole = session(ran("docs"), lost, ran("size"), told(7, name="size")).sealed()
    assert len(figures(whole)) == 2
    for evidence in (
        Evidence.of(one for one in whole.records if one != lost),
        whole.merge(Evidence.of([told(28)])),
    ):
        first, *_ = figures(evidence)
        assert isinstance(first, NotMeasured)
        assert first.subject.kind is SubjectKind.RUN


def test_a_figure_under_a_name_of_its_own_is_about_its_tool() -> None:
    named = record(Figure(metric="docs.covered", value=29, total=30), "docs")
    evidence = session(ran("docs"), named)
    metric = definitions(evidence)["docs.covered"]
    assert metric.subject is SubjectKind.TOOL
    request = Request(metric="docs.covered")
    (one,) = measure(evidence, [request])[request]
    assert isinstance(one, Measurement)
    assert (one.subject.kind, one.part, one.total) == (SubjectKind.TOOL, 29, 30)
    assert definitions(session(named))["docs.covered"].subject is SubjectKind.TEST


def test_a_figure_that_its_tool_did_not_tell() -> None:
    policy = Policy(
        gates=(gate("docs.covered", ">= 3"),),
        tools=(tool("figure", name="docs", run="docs --check", metric="docs.covered"),),
    )
    (result,) = evaluate(session(), policy, today=TODAY).results
    assert result.outcome is GateOutcome.NOT_MEASURED
    assert result.message == "the tool docs told no docs.covered"
    assert result.remedy == "see what it says: docs --check"


# What is lost


@pytest.mark.parametrize(
    ("data", "sections"),
    [
        (ToolRun(command="x", format="sarif", levels=()), {"tools"}),
        (ToolFinding(tool="x", level="high"), {"tools"}),
        (Look(holds=True), {"looks"}),
        (Marked(requirements=("A",)), {"marks"}),
        (Quarantined(entry="t"), {"tests", "marks"}),
        (BasePolicy(base="main", commit="c", text=""), {"policy"}),
        (
            Decision(reason="r", owner="@o", expires="2026-01-01", decided="2026-01-01T00:00:00Z"),
            {"policy"},
        ),
    ],
)
def test_a_lost_record_is_noticed(data: Data, sections: set[str]) -> None:
    """And one that stands there with two contents."""
    whole = session(record(data, "x")).sealed()
    assert not Holes(View(whole)).lost("tools")
    known = ("tests", "coverage", "tools", "looks", "marks", "policy", "memory")
    missing = Holes(View(Evidence.of(one for one in whole.records if one.data is not data)))
    assert {section for section in known if missing.lost(section)} == sections
    other: Data = dataclasses.replace(data, **_OTHERWISE[data.kind])  # type: ignore[type-var]
    torn = Holes(View(whole.merge(Evidence.of([record(other, "x")]))))
    assert {section for section in known if torn.lost(section)} == sections


_OTHERWISE: dict[str, dict[str, Any]] = {
    "tool": {"command": "y"},
    "tool-finding": {"more": 1},
    "look": {"holds": False},
    "marked": {"requirements": ()},
    "quarantined": {"entry": "u"},
    "base-policy": {"commit": "d"},
    "decision": {"reason": "s"},
}


# Beyond measuring: gates, waivers, baselines


def judged(evidence: Evidence, *waivers: object, **changes: object) -> object:
    policy = Policy(gates=(gate("tool.findings", "== 0", **changes),), waivers=waivers)  # type: ignore[arg-type]
    return evaluate(evidence, policy, today=TODAY)


FIXABLE = ("[2", "fixable:", "ruff", "check", "--fix]")
B324 = found("bandit", "high", "B324", "src/a.py", 7)


@pytest.mark.parametrize(
    ("evidence", "subject", "accept", "outcome"),
    [
        (session(B324), "bandit:high:B324:src/a.py", None, GateOutcome.WAIVED),
        (session(B324), "bandit:high:B324:**", None, GateOutcome.WAIVED),
        (session(B324), "bandit:high", None, GateOutcome.FAILED),
        (
            session(B324, found("bandit", "high", "B602", "src/a.py", 7)),
            "bandit:high:B324:src/a.py",
            None,
            GateOutcome.FAILED,
        ),
        (
            session(found("bandit", "high", "B324", "src/a.py", 7, 8)),
            "bandit:high:B324:src/a.py",
            None,
            GateOutcome.FAILED,
        ),
        (
            session(found("bandit", "high", "B324", "src/a.py", 7, 8)),
            "bandit:high:B324:src/a.py",
            "<= 2",
            GateOutcome.WAIVED,
        ),
        (
            session(found("bandit", "high", "B324", "src/a.py", 7, 8, 9)),
            "bandit:high:B324:src/a.py",
            "<= 2",
            GateOutcome.FAILED,
        ),
        (
            session(found("bandit", "critical", "B324", "src/a.py", 7)),
            "bandit:high:B324:src/a.py",
            None,
            GateOutcome.FAILED,
        ),
    ],
)
def test_a_waiver_covers_one_rule_in_one_place_and_no_more_of_it(
    evidence: Evidence, subject: str, accept: str | None, outcome: GateOutcome
) -> None:
    scorecard = judged(evidence, waiver("tool.findings", subject, accept))
    assert scorecard.results[0].outcome is outcome  # type: ignore[attr-defined]


def test_the_section_says_where_what_and_how_to_mend_it() -> None:
    evidence = session(
        B324,
        found("ruff", "error", "F401", "src/b.py", 1, 2, fixable=2),
        found("ruff", "error", "exit-139", "", 0),
    )
    scorecard = judged(evidence)
    assert place(scorecard.results[0].findings[0].subject) == "src/a.py:7 bandit:high:B324"  # type: ignore[attr-defined]
    lined = section(scorecard, verbosity=0, width=110, unicode=False)  # type: ignore[arg-type]
    assert [plain(line).split() for line in lined][3:9] == [
        ["src/a.py:7"],
        ["bandit", "B324", "(high):", "at", "7"],
        ["src/b.py:1-2"],
        [*("ruff", "F401", "(error):", "at", "1", "(and", "1", "more)"), *FIXABLE],
        ["ruff:error:exit-139"],
        ["at", "0"],
    ]


HIGH = Series("tool.findings", "bandit:high ruff")


def test_what_is_selected_is_kept_under_a_name_of_its_own() -> None:
    made = Policy(
        gates=(
            gate("tool.findings", "== 0", name="a", select=("ruff", "bandit:high")),
            gate("tool.findings", "<= 9", name="b", select=("bandit",)),
        )
    )
    evidence = session(*TWO, found("bandit", "low", "B1"))
    kept = values_of(evidence, made, evaluate(evidence, made, today=TODAY))
    assert kept[HIGH] == {"": (3, False)}
    assert kept[Series("tool.findings", "bandit")] == {"": (2, True)}
    assert kept[Series("tool.findings")] == {"": (4, True)}


def test_and_has_a_baseline_of_its_own() -> None:
    manifest = run()
    past = PastRun(
        id="p",
        started="2025-12-01T00:00:00Z",
        kin=manifest.environment.kin,
        machine="m",
        fleet="f",
        base=True,
    )
    history = History(
        runs=(past,),
        values={
            HIGH: {"": (PastValue(0, 2),)},
            Series("tool.findings"): {"": (PastValue(0, 40),)},
        },
    )
    for select, baseline in ((("ruff", "bandit:high"), 2), (("bandit:high", "ruff"), 2), ((), 40)):
        request = Request(metric="tool.findings", select=select, baseline=True)
        (one,) = measure(session(*TWO), [request], history=history)[request]
        assert isinstance(one, Measurement)
        assert one.baseline == baseline
