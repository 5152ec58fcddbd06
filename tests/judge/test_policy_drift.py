"""How two policies differ: each change told once, and whether it may let something pass."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from judging import ORIGIN, gate, waiver
from pytest_readiness.collect.policy import table_text
from pytest_readiness.config.base import base_policy
from pytest_readiness.config.load import load_policy
from pytest_readiness.config.problem import ConfigError
from pytest_readiness.judge.condition import evaluate
from pytest_readiness.judge.drift import compare
from pytest_readiness.judge.gate_pairs import selects_all_of
from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.model.measurement import RUN, Measurement
from pytest_readiness.model.policy import Overlay, Policy, Waiver
from pytest_readiness.model.requirement import (
    ApprovalCondition,
    Attestation,
    LookFor,
    LookProof,
    MetricProof,
    Progress,
    Proof,
    Quarantine,
    Requirement,
    Scoring,
    Severity,
    SignOff,
    TestsProof,
    ToolProof,
)
from pytest_readiness.model.standing import Change, PolicyChange
from pytest_readiness.model.tool import Tool
from pytest_readiness.model.value import replace

EMPTY = Policy(gates=())
DAY = datetime.date(2027, 1, 31)
LATER = datetime.date(2027, 2, 28)


def policy(text: str, stage: str = "") -> Policy:
    header = "" if text.lstrip().startswith("[") else "[tool.pytest-readiness]\n"
    return base_policy(table_text((header + text).encode()), replace(EMPTY, stage=stage), CATALOGUE)


def said(changes: Iterable[PolicyChange]) -> list[str]:
    """``gate coverage.lines loosened! >= 90% -> >= 80%``: the mark says that it may let pass."""
    return [
        f"{one.what} {one.name} {one.change.value}{'!' if one.weaker else ''}"
        + (f" {one.before} -> {one.after}" if one.before or one.after else "")
        for one in changes
    ]


def drift(before: str, after: str, stage: str = "") -> list[str]:
    return said(compare(policy(before, stage), policy(after, stage), CATALOGUE))


def gates(text: str) -> str:
    return f"[tool.pytest-readiness.gates]\n{text}\n"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ('">= 90%"', '">= 80%"', "loosened! >= 90% -> >= 80%"),
        ('">= 80%"', '">= 90%"', "tightened >= 80% -> >= 90%"),
        ('">= 80%"', '">= 80 %"', ""),
        ('">= 80%"', '">= 80% and >= baseline"', "tightened >= 80% -> >= 80% and >= baseline"),
        ('">= 80%"', '">= baseline"', "changed! >= 80% -> >= baseline"),
        ('{require=">= 80%"}', '{require=">= 80%", level="risk"}', "loosened! level block -> level risk"),
        ('{require=">= 80%", level="info"}', '{require=">= 80%", level="risk"}', "tightened level info -> level risk"),
        ('{require=">= 80%"}', '{require=">= 80%", when-missing="skip"}', "loosened! when missing: fail -> when missing: skip"),
        (
            '{require=">= baseline", when-no-baseline="fail"}',
            '{require=">= baseline"}',
            "loosened! no baseline: fail -> no baseline: risk",
        ),
        ('{require=">= 80%", when-no-baseline="fail"}', '{require=">= 80%"}', ""),
        ('{require=">= 80%"}', '{require=">= 80%", weight=2}', "changed no weight -> weight 2"),
        ('">= 80%"', "false", "removed! >= 80%"),
    ],
)  # fmt: skip
def test_a_gate_of_the_run(before: str, after: str, expected: str) -> None:
    found = drift(gates(f'"coverage.lines" = {before}'), gates(f'"coverage.lines" = {after}'))
    assert [one.removesuffix(" -> ") for one in found] == (
        [f"gate coverage.lines {expected}"] if expected else []
    )


def test_gates_come_and_go() -> None:
    one, two = gates('"coverage.lines" = ">= 80%"'), gates('"tests.flaky" = "== 0"')
    assert drift(one, two) == [
        "gate tests.flaky added  -> == 0",
        "gate coverage.lines removed! >= 80% -> ",
    ]


def test_a_gate_that_only_moves_is_no_change() -> None:
    one = gates('"tests.flaky" = "== 0"\n"coverage.lines" = ">= 80%"')
    two = gates('"coverage.lines" = ">= 80%"\n\n\n"tests.flaky" = "== 0"')
    assert drift(one, two) == []


def entries(*texts: str) -> str:
    return "".join(f'[[tool.pytest-readiness.gates."test.duration"]]\n{text}\n' for text in texts)


ALL = 'require = "<= 2s"'
SLOW = 'require = "<= 10s"\nselect = ["tests/e2e/**"]'
FAST = 'require = "<= 1s"\nselect = ["tests/unit/**"]'


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # an exception above the rule lets its subjects pass; a stricter one does not
        ((ALL,), (SLOW, ALL), ["test.duration added! judged by test.duration -> <= 10s of tests/e2e/**"]),
        ((ALL,), (FAST, ALL), ["test.duration added  -> <= 1s of tests/unit/**"]),
        # taken out, its subjects fall to the rule below
        ((SLOW, ALL), (ALL,), ["test.duration removed <= 10s of tests/e2e/** -> "]),
        ((FAST, ALL), (ALL,), ["test.duration removed! <= 1s of tests/unit/** -> "]),
        ((SLOW, ALL), (SLOW,), ["test.duration#2 removed! <= 2s -> "]),
        # narrowed or widened
        (
            (SLOW, ALL),
            (SLOW.replace("e2e/", "e2e/slow/"), ALL),
            ["test.duration changed selects tests/e2e/** -> selects tests/e2e/slow/**"],
        ),
        (
            (SLOW, ALL),
            (SLOW.replace("]", ', "tests/api/**"]'), ALL),
            ["test.duration changed! selects tests/e2e/** -> selects tests/e2e/**, tests/api/**"],
        ),
        (
            (ALL,),
            (ALL + '\nselect = ["tests/unit/**"]',),
            ["test.duration loosened! selects all -> selects tests/unit/**"],
        ),
        (
            (ALL + '\nselect = ["tests/unit/**"]',),
            (ALL,),
            ["test.duration tightened selects tests/unit/** -> selects all"],
        ),
        # one of its own level judges beside; at the rule's level it judges instead
        (
            (SLOW + '\nlevel = "risk"', ALL),
            (SLOW, ALL),
            [
                "test.duration tightened level risk -> level block",
                "test.duration changed! judged by test.duration#2 -> judges before it",
            ],
        ),
        # order among those that may select the same
        ((FAST, SLOW, ALL), (SLOW, FAST, ALL), ["test.duration changed! judged by test.duration -> judges before it"]),
    ],
)  # fmt: skip
def test_several_gates_on_one_metric(
    before: tuple[str, ...], after: tuple[str, ...], expected: list[str]
) -> None:
    assert drift(entries(*before), entries(*after)) == [f"gate {one}" for one in expected]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("", "a/**", True),
        ("a/**", "", False),
        ("", "", True),
        ("**", "a/*.py b", True),
        ("a/**", "a/b/** a/c.py a/*/x", True),
        ("a/**", "b/**", False),
        ("a/** b/**", "b/*.py", True),
        ("a/*/**", "a/b/**", False),  # it does, and it is not plain to see
        ("a/*.py", "a/b.py", True),
        ("a/*.py", "a/b.py::test_x", True),
        ("a/b/**", "a/**", False),
        ("a**", "ab/*", False),
    ],
)
def test_what_globs_select(one: str, other: str, expected: bool) -> None:
    assert selects_all_of(one.split(), other.split()) is expected


def test_between_a_gate_and_what_its_subjects_fall_to_none_is_laxer() -> None:
    loose = 'require = "<= 1min"\nselect = ["tests/**"]'
    assert drift(entries(SLOW, loose, ALL), entries(loose, ALL)) == [
        "gate test.duration removed! <= 10s of tests/e2e/** -> "
    ]


def test_members_of_a_count_are_selected_too() -> None:
    tools = "[tool.pytest-readiness.tools.ruff]\n[tool.pytest-readiness.tools.bandit]\n"
    whole = gates('"tool.findings" = "== 0"')
    part = gates('"tool.findings" = { require = "== 0", select = ["bandit:*"] }')
    (found,) = drift(tools + whole, tools + part)
    assert found.startswith("gate tool.findings ")
    assert "!" in found


STAGES = """
[tool.pytest-readiness.gates]
"coverage.lines" = ">= {0}%"
[tool.pytest-readiness.stages.release]
fail-on = "{2}"
[tool.pytest-readiness.stages.release.gates]
"coverage.branches" = ">= {1}%"
"""


def test_gates_of_other_stages_are_compared_too() -> None:
    before = STAGES.format(90, 80, "risk")
    assert drift(before, STAGES.format(90, 70, "risk")) == [
        "gate coverage.branches (stage release) loosened! >= 80% -> >= 70%"
    ]
    assert drift(before, STAGES.format(85, 80, "risk")) == [
        "gate coverage.lines loosened! >= 90% -> >= 85%"  # the stage inherits it: told once
    ]
    assert drift(before, STAGES.format(90, 80, "blocking"), stage="release") == [
        "setting fail-on loosened! risk -> blocking"
    ]
    assert drift(before, before.partition("[tool.pytest-readiness.stages")[0]) == [
        "stage release removed!"
    ]


def test_a_new_stage_is_compared_with_what_held_without_it() -> None:
    before = gates('"coverage.lines" = ">= 90%"')
    after = before + '[tool.pytest-readiness.stages.quick.gates]\n"coverage.lines" = false\n'
    assert drift(before, after) == ["stage quick added"]
    assert said(compare(policy(before, "quick"), policy(after, "quick"), CATALOGUE)) == [
        "stage quick added",
        "gate coverage.lines removed! >= 90% -> ",
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ('fail-on = "risk"', "", "fail-on loosened! risk -> blocking"),
        ("", 'fail-on = "risk"', "fail-on tightened blocking -> risk"),
        ("", "exit-code = 9", "exit-code changed 1 -> 9"),
        ("", "history = false", "history loosened! .readiness/history.db -> false"),
        ("history = false", "", "history tightened false -> .readiness/history.db"),
        ('history = "postgresql://a:b@c/d"', 'history = "postgresql://x/y"', ""),
        ('source = ["a", "b"]', 'source = ["a"]', "source loosened! a, b -> a"),
        ('source = ["a"]', 'source = ["b", "a"]', "source tightened a -> a, b"),
        ("", 'source = ["a"]', "source changed! as detected -> a"),
        ("waiver-days = 30", "", "waiver-days loosened! 30 -> 90"),
        ('waivers-from = "base"', "", "waivers-from loosened! base -> here"),
        ("", 'waivers-from = "base"', "waivers-from tightened here -> base"),
        ("", 'base = "HEAD~1"', "base changed! auto -> HEAD~1"),
        ("", "history-days = 30", ""),
    ],
)
def test_settings(before: str, after: str, expected: str) -> None:
    assert drift(before, after) == ([f"setting {expected}"] if expected else [])


def test_a_base_from_the_command_line_is_no_change() -> None:
    given = replace(EMPTY, base="origin/main", base_given=True)
    assert compare(EMPTY, given) == ()


def test_another_history_has_other_baselines() -> None:
    relative = gates('"coverage.lines" = ">= baseline"')
    place = '[tool.pytest-readiness]\nhistory = "{}.db"\n'
    assert drift(place.format("a") + relative, place.format("b") + relative) == [
        "setting history changed! a.db -> b.db"
    ]
    assert drift(place.format("a"), place.format("b")) == ["setting history changed a.db -> b.db"]


COMPONENT = """
[[tool.pytest-readiness.components]]
name = "shop"
paths = [{}]
[tool.pytest-readiness.gates]
"coverage.lines" = {}
"""


def test_components_that_are_gated() -> None:
    gated = '{ require = ">= 80%", component = "shop" }'
    before = COMPONENT.format('"src/a/**", "src/b/**"', gated)
    assert drift(before, COMPONENT.format('"src/b/**"', gated)) == [
        "component shop changed! src/a/**, src/b/** -> src/b/**"
    ]
    assert drift(before, COMPONENT.format('"src/b/**", "src/a/**"', gated)) == []
    plain = '">= 80%"'
    assert drift(COMPONENT.format('"a/**"', plain), COMPONENT.format('"b/**"', plain)) == []
    assert drift(before, before.replace('{ require = ">= 80%", component = "shop" }', plain)) == [
        "gate coverage.lines changed! component shop -> component none"
    ]


def test_definitions_of_metrics_that_are_gated() -> None:
    text = (
        '[tool.pytest-readiness.metrics.latency]\nunit = "ms"\naggregate = "{}"\n'
        '[tool.pytest-readiness.gates]\nlatency = "<= 5ms"\n'
    )
    assert drift(text.format("max"), text.format("min")) == ["metric latency changed!"]
    assert (
        drift(text.format("max"), text.format("max").replace("aggregate", 'title = "L"\naggregate'))
        == []
    )


def waivers(*found: Waiver) -> Policy:
    return Policy(gates=(), waivers=found)


FILE = waiver("coverage.file", "src/a.py", ">= 41%", expires=DAY)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((), (FILE,), ["added!  -> accepts >= 41% until 2027-01-31, @shop"]),
        ((FILE,), (), ["removed accepts >= 41% until 2027-01-31, @shop -> "]),
        ((FILE,), (replace(FILE, expires=LATER),), ["loosened! until 2027-01-31 -> until 2027-02-28"]),
        ((replace(FILE, expires=LATER),), (FILE,), ["tightened until 2027-02-28 -> until 2027-01-31"]),
        ((FILE,), (replace(FILE, reason="other words", owner="@ada"),), []),
        ((), (replace(FILE, hotfix=True),), []),
    ],
)  # fmt: skip
def test_waivers(
    before: tuple[Waiver, ...], after: tuple[Waiver, ...], expected: list[str]
) -> None:
    found = said(compare(waivers(*before), waivers(*after), CATALOGUE))
    assert found == [f"waiver coverage.file for src/a.py {one}" for one in expected]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [(">= 40%", "loosened!"), (">= 42%", "tightened"), (">= 41.0%", ""), (None, "changed!")],
)
def test_what_a_waiver_accepts(accept: str | None, expected: str) -> None:
    now = waiver("coverage.file", "src/a.py", accept, expires=DAY)
    found = compare(waivers(FILE), waivers(now), CATALOGUE)
    assert [f"{one.change.value}{'!' * one.weaker}" for one in found] == [expected] * bool(expected)


def test_two_waivers_of_one_subject_are_told_apart() -> None:
    other = waiver("coverage.file", "src/a.py", ">= 30%", expires=DAY)
    found = compare(waivers(FILE, other), waivers(other, replace(FILE, expires=LATER)), CATALOGUE)
    assert [one.change for one in found] == [Change.LOOSENED]


def test_quarantine() -> None:
    one = Quarantine(test="a.py::b", reason="r", owner="@o", expires=DAY, origin=ORIGIN)
    held = replace(EMPTY, quarantine=(one,))
    assert said(compare(EMPTY, held)) == ["quarantine a.py::b added!  -> until 2027-01-31, @o"]
    assert said(compare(held, EMPTY)) == ["quarantine a.py::b removed until 2027-01-31, @o -> "]
    longer = replace(EMPTY, quarantine=(replace(one, expires=LATER),))
    assert said(compare(held, longer)) == [
        "quarantine a.py::b loosened! until 2027-01-31 -> until 2027-02-28"
    ]


def test_conditions_of_an_approval() -> None:
    one = ApprovalCondition(text="pen test", owner="@o", due=DAY, origin=ORIGIN)
    held = replace(EMPTY, conditions=(one,))
    assert said(compare(held, EMPTY)) == ["condition pen test removed! due 2027-01-31 -> "]
    assert said(compare(EMPTY, held)) == ["condition pen test added  -> due 2027-01-31"]
    done = replace(EMPTY, conditions=(replace(one, done=DAY),))
    assert said(compare(held, done)) == ["condition pen test loosened! open -> done 2027-01-31"]
    assert said(compare(done, EMPTY)) == ["condition pen test removed due 2027-01-31 -> "]
    later = replace(EMPTY, conditions=(replace(one, due=LATER),))
    assert said(compare(held, later)) == [
        "condition pen test loosened! due 2027-01-31 -> due 2027-02-28"
    ]


def test_approvers() -> None:
    two = replace(EMPTY, sign_off=SignOff(approvers=("@ada", "@grace")))
    one = replace(EMPTY, sign_off=SignOff(approvers=("@ada",), reviewer="@x"))
    assert said(compare(two, one)) == ["approver @grace removed!"]
    assert said(compare(EMPTY, one)) == ["approver @ada added"]
    strict = replace(EMPTY, sign_off=SignOff(approvers=("@ada",), required=True))
    assert said(compare(strict, one)) == ["setting sign-off.required loosened! true -> false"]
    assert said(compare(one, strict)) == ["setting sign-off.required tightened false -> true"]


def test_weights_of_the_score() -> None:
    held = replace(EMPTY, scoring=Scoring(weights=(("Security", Fraction(25)),)))
    assert said(compare(EMPTY, held)) == ["score weights changed"]
    gated = (gate("readiness.score", ">= 80%"),)
    assert said(compare(replace(EMPTY, gates=gated), replace(held, gates=gated))) == [
        "score weights changed!"
    ]
    graded = replace(EMPTY, scoring=Scoring(grades=(("A", Fraction(9, 10)),)))
    assert compare(EMPTY, graded) == ()


SEC = Requirement(
    id="SEC-1", title="Sessions", origin=ORIGIN, proofs=(TestsProof(),), depends_on=("OPS-1",)
)
README = LookProof(look=LookFor(what="file", path="README.md"))
WORD = Attestation(by="@ada", date=DAY)
COVER = MetricProof(gate=gate("coverage.lines", ">= 90%"))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"title": "Other words", "owner": "@x", "action": "do"}, []),
        ({"severity": Severity.LOW}, ["loosened! severity high -> severity low"]),
        ({"severity": Severity.CRITICAL}, ["tightened severity high -> severity critical"]),
        ({"not_applicable": "no web"}, ["loosened! applies -> not applicable: no web"]),
        ({"depends_on": ()}, ["loosened! depends on OPS-1 -> depends on nothing"]),
        ({"depends_on": ("OPS-1", "A")}, ["tightened depends on OPS-1 -> depends on OPS-1, A"]),
        ({"proofs": (TestsProof(), README)}, ["tightened proved by tests -> proved by file README.md"]),
        ({"proofs": (README,)}, ["changed! proved by tests -> proved by file README.md"]),
        ({"proofs": ()}, ["changed! proved by tests -> no proof"]),
        ({"proofs": (WORD,)}, ["changed! proved by tests -> proved by done by @ada on 2027-01-31"]),
        ({"proofs": (ToolProof(select=("bandit:high",)),)}, ["changed! proved by tests -> proved by bandit:high"]),
        ({"points": Fraction(3)}, ["changed points not given -> points 3"]),
        ({"category": "Ops"}, ["changed category  -> category Ops"]),
    ],
)  # fmt: skip
def test_requirements(changes: dict[str, object], expected: list[str]) -> None:
    then = replace(EMPTY, requirements=(SEC,))
    now = replace(EMPTY, requirements=(replace(SEC, **changes),))
    assert said(compare(then, now)) == [f"requirement SEC-1 {one}" for one in expected]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((COVER,), (MetricProof(gate=gate("coverage.lines", ">= 80%")),), ["loosened! >= 90% -> >= 80%"]),
        ((COVER,), (MetricProof(gate=replace(COVER.gate, origin=replace(ORIGIN, line=9))),), []),
        ((), (TestsProof(),), ["changed! no proof -> proved by tests"]),
        (
            (LookProof(look=LookFor(what="text", path="ops.md", text="## Rolling back")),),
            (LookProof(look=LookFor(what="text", path="ops.md", text=".", regex=True)),),
            [
                "changed! proved by text ops.md ## Rolling back"
                " -> proved by text ops.md matches ."
            ],
        ),
        (
            (WORD,),
            (replace(WORD, until=LATER, state=Progress.IN_PROGRESS, points=Fraction(4)),),
            [
                "changed! proved by done by @ada on 2027-01-31 -> proved by in progress by @ada on"
                " 2027-01-31, points 4, until 2027-02-28"
            ],
        ),
    ],
)  # fmt: skip
def test_proofs(before: tuple[Proof, ...], after: tuple[Proof, ...], expected: list[str]) -> None:
    then, now = (replace(SEC, proofs=proofs) for proofs in (before, after))
    found = compare(
        replace(EMPTY, requirements=(then,)), replace(EMPTY, requirements=(now,)), CATALOGUE
    )
    assert said(found) == [f"requirement SEC-1 {one}" for one in expected]


def test_requirements_come_and_go() -> None:
    held = replace(EMPTY, requirements=(SEC,))
    assert said(compare(EMPTY, held)) == ["requirement SEC-1 added  -> Sessions"]
    assert said(compare(held, EMPTY)) == ["requirement SEC-1 removed! Sessions -> "]


def test_severities() -> None:
    assert drift("", '[tool.pytest-readiness.severities]\nhigh = "risk"') == [
        "setting severities.high loosened! block -> risk"
    ]
    assert drift("", '[tool.pytest-readiness.severities]\nhigh = "block"') == []


RUFF = Tool(name="ruff", origin=ORIGIN, run="ruff check .", format="sarif")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"run": "ruff check src"}, ["changed! run: ruff check . -> run: ruff check src"]),
        ({"statuses": (0, 1, 139)}, ["loosened! statuses: 0, 1 -> statuses: 0, 1, 139"]),
        ({"statuses": (1, 0)}, []),
        ({"statuses": (0,)}, ["tightened statuses: 0, 1 -> statuses: 0"]),
        ({"max_age": None}, ["loosened! at most 86400 s old -> any age"]),
        ({"max_age": 60.0}, ["tightened at most 86400 s old -> at most 60 s old"]),
        ({"shell": True}, ["changed! shell: false -> shell: true"]),
        ({"timeout": 5.0, "beside": True, "fix": "x", "environment": (("A", "1"),)}, []),
    ],
)
def test_tools(changes: dict[str, object], expected: list[str]) -> None:
    then, now = (replace(EMPTY, tools=(one,)) for one in (RUFF, replace(RUFF, **changes)))
    assert said(compare(then, now)) == [f"tool ruff {one}" for one in expected]


def test_tools_come_and_go() -> None:
    held = replace(EMPTY, tools=(RUFF,))
    assert said(compare(EMPTY, held)) == ["tool ruff added  -> ruff check ."]
    assert said(compare(held, EMPTY)) == ["tool ruff removed! ruff check . -> "]


def test_the_base_without_configuration_is_the_defaults() -> None:
    before = base_policy("", EMPTY, CATALOGUE)
    assert {one.name for one in before.gates} == {"tests.failed", "tests.errors", "tests.run"}
    assert said(
        compare(before, policy('[tool.pytest-readiness.gates]\n"tests.flaky" = "== 0"'), CATALOGUE)
    ) == [
        "setting history tightened false -> .readiness/history.db",
        "gate tests.flaky added  -> == 0",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{",
        "3",
        json.dumps({"gates": {"tests.flakey": "== 0"}}),
        json.dumps({"no-such-key": 1}),
        json.dumps({"stages": [], "waivers": {}}),
        "[" * 100_000,
    ],
)
def test_what_cannot_be_read_says_so(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        base_policy(text, EMPTY, CATALOGUE)
    assert "the base's configuration" in str(caught.value)


_TEXTS = {
    "coverage.lines": [">= 80%", ">= 90%", "> 80%", ">= 80% or >= baseline", ">= baseline"],
    "tests.skipped": ["== 0", "<= 2", "<= 5%", "< 3", "<= baseline"],
    "tests.run": [">= 1", ">= 10", ">= baseline - 2%", "> 0"],
}
_LEVELS = st.sampled_from(["block", "risk", "info"])
_ABSENT = st.sampled_from(["fail", "risk", "skip"])


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    chosen = draw(st.sets(st.sampled_from(sorted(_TEXTS)), min_size=0))
    found = {
        name: {
            "require": draw(st.sampled_from(_TEXTS[name])),
            "level": draw(_LEVELS),
            "when-missing": draw(_ABSENT),
        }
        for name in chosen
    }
    for name in ("tests.run", "coverage.lines"):
        found.setdefault(name, False)  # type: ignore[arg-type]
    text = {
        "gates": {**found, "tests.failed": False, "tests.errors": False},
        "fail-on": draw(st.sampled_from(["risk", "blocking"])),
        "waiver-days": draw(st.sampled_from([30, 90])),
    }
    return base_policy(json.dumps(text), EMPTY, CATALOGUE)


_TURNED = {
    Change.ADDED: Change.REMOVED,
    Change.REMOVED: Change.ADDED,
    Change.LOOSENED: Change.TIGHTENED,
    Change.TIGHTENED: Change.LOOSENED,
    Change.CHANGED: Change.CHANGED,
}


@settings(max_examples=60, deadline=None)
@given(policies(), policies())
def test_a_change_taken_back_is_its_opposite(one: Policy, other: Policy) -> None:
    there, back = compare(one, other, CATALOGUE), compare(other, one, CATALOGUE)
    turned = {(c.what, c.name, _TURNED[c.change], c.after, c.before) for c in back}
    assert {(c.what, c.name, c.change, c.before, c.after) for c in there} == turned
    assert compare(one, one, CATALOGUE) == ()
    for change in there:
        assert change.weaker is (change.change in (Change.LOOSENED, Change.REMOVED)) or (
            change.change is Change.CHANGED and change.weaker
        )


@settings(max_examples=60, deadline=None)
@given(policies(), policies())
def test_what_is_not_weaker_lets_nothing_more_pass(one: Policy, other: Policy) -> None:
    """Every value on a grid that all gates of *other* let pass, those of *one* let pass too."""
    weaker = {change.name for change in compare(one, other, CATALOGUE) if change.weaker}
    now = {found.name: found for found in other.gates}
    for then in one.gates:
        found = now.get(then.name)
        if found is None:
            assert then.name in weaker
        elif then.name not in weaker:
            metric = CATALOGUE[then.metric]
            values = [Fraction(n, 20) for n in range(21)] if metric.unit.value == "%" else range(15)
            for value in values:
                for baseline in (None, Fraction(0), Fraction(17, 20), Fraction(7)):
                    measured = Measurement(subject=RUN, value=value, total=15, baseline=baseline)
                    if evaluate(found.condition, measured, metric).holds:
                        assert evaluate(then.condition, measured, metric).holds is not False


def test_overlays_stand_for_all_other_stages() -> None:
    text = STAGES.format(90, 80, "risk")
    assert [one.stage for one in policy(text).overlays] == ["release"]
    (other,) = policy(text, "release").overlays
    assert isinstance(other, Overlay)
    assert [gate.name for gate in other.gates if "coverage" in gate.name] == ["coverage.lines"]


def test_the_page_shows_what_is_found() -> None:
    page = (Path(__file__).parents[2] / "docs" / "policy-drift.md").read_text(encoding="utf-8")
    before, after = re.findall(r"(?ms)^```toml\n(.*?)^```", page)[:2]
    found = compare(policy(before), policy(after), CATALOGUE)
    assert [one.weaker for one in found] == [True, False, True, True]
    for one in found:
        text = f"{one.before} is now {one.after}" if one.before else one.after
        assert f"{one.what} {one.name} {one.change.value}: {text} (line" in page


ROOT = Path(__file__).parents[2]
FILES = sorted(ROOT.glob("examples/**/pyproject.toml"))
SAMPLES = [
    text
    for page in sorted(ROOT.glob("docs/*.md"))
    for text in re.findall(r"(?ms)^```toml\n(.*?)^```$", page.read_text(encoding="utf-8"))
    if "[tool.pytest-readiness" in text
]


def test_a_file_that_did_not_change_is_no_change(tmp_path: Path) -> None:
    """Whatever it holds: all that is read of the file is read alike of what evidence has of it."""
    assert len(FILES) >= 7
    assert len(SAMPLES) >= 20
    for text in (*(path.read_text(encoding="utf-8") for path in FILES), *SAMPLES):
        path = tmp_path / "pyproject.toml"
        path.write_text(text, encoding="utf-8")
        now = load_policy(path, catalogue=CATALOGUE)
        then = base_policy(table_text(text.encode()), now, CATALOGUE)
        assert said(compare(then, now, CATALOGUE)) == [], text


def test_any_two_policies_can_be_compared() -> None:
    found = [policy(path.read_text(encoding="utf-8")) for path in FILES]
    for one in found:
        for other in found:
            there, back = compare(one, other, CATALOGUE), compare(other, one, CATALOGUE)
            assert bool(there) is bool(back) is (one is not other)
            gone = {(c.what, c.name) for c in there if c.change is Change.REMOVED}
            come = {(c.what, c.name) for c in back if c.change is Change.ADDED}
            # that a metric is defined changes nothing until something gates it
            assert {name for name in gone if name[0] not in ("metric", "component")} == come
