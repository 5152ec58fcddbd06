from __future__ import annotations

import time

import pytest

from pytest_readiness.config.owner_lines import owner_rules
from pytest_readiness.judge.codeowners import CodeOwners, owner_notes
from pytest_readiness.judge.owners import Owners
from pytest_readiness.model.measurement import RUN, Component, Subject
from pytest_readiness.model.metric import SubjectKind
from pytest_readiness.model.requirement import OwnerRule


def rules(text: str, directory: str = "") -> tuple[OwnerRule, ...]:
    return owner_rules(text, file="CODEOWNERS", directory=directory, sections=None)


def owner(text: str, path: str, directory: str = "") -> str:
    return CodeOwners(rules(text, directory)).of(path)


GITHUB = """
*                 @all
/src/             @core @ada
/src/shop/        @shop
/src/shop/legacy/
*.sql             @dba
[broken @nobody
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("README.md", "@all"),
        ("src/a.py", "@core @ada"),
        ("src/shop/cart.py", "@shop"),
        ("src/shop/legacy/old.py", ""),  # nobody owns it: the last that matches says so
        ("src/shop/legacy/old.sql", "@dba"),
        ("srcs/a.py", "@all"),
        ("/etc/passwd", ""),
        ("../a.py", ""),
    ],
)
def test_the_last_line_that_matches_counts(path: str, expected: str) -> None:
    assert owner(GITHUB, path) == expected


GITLAB = """
*            @all
/docs/       @writers
!/vendor/

[Backend] @backend
/src/
/src/api.py  @api @ada
!/src/generated/
/src/generated/kept.py

^[Reviews][2] @ada @grace
*.py

[backend]
/tools/
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("README.md", "@all"),
        ("docs/a.md", "@writers"),
        ("src/a.c", "@all @backend"),
        ("src/a.py", "@all @backend @ada @grace"),
        ("src/api.py", "@all @api @ada @grace"),  # nobody twice
        ("src/generated/a.c", "@all"),
        ("src/generated/kept.py", "@all @ada @grace"),  # what is excluded stays so in its section
        ("vendor/a.py", "@ada @grace"),
        ("tools/x", "@all"),  # the heading that was opened again has no default
    ],
)
def test_of_each_section_the_last_one_and_all_together(path: str, expected: str) -> None:
    assert owner(GITLAB, path) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [("src/a.py", "@shop"), ("../mail/a.py", "@mail"), ("../../x", "@all"), ("../../../x", "")],
)
def test_a_project_below_the_top(path: str, expected: str) -> None:
    text = "* @all\n/services/shop/ @shop\n/services/mail/ @mail\n/src/ @not-this\n"
    assert owner(text, path, "services/shop") == expected


def test_no_rules_no_owner() -> None:
    assert owner("", "a.py") == ""
    assert owner("[Docs]\n!/a.py\n", "a.py") == ""


COMPONENTS = (
    Component(name="shop", paths=("src/shop/**",), owner="@payments"),
    Component(name="rest", paths=("**",)),
)


@pytest.mark.parametrize(
    ("subject", "component", "expected"),
    [
        (Subject(kind=SubjectKind.FILE, id="src/shop/a.py"), "", "@payments"),
        (Subject(kind=SubjectKind.FILE, id="src/a.py", path="src/a.py"), "", "@core @ada"),
        (Subject(kind=SubjectKind.TEST, id="src/test_a.py::test[b::c]"), "", "@core @ada"),
        (Subject(kind=SubjectKind.BENCHMARK, id="src/bench.py::b"), "", "@core @ada"),
        (
            Subject(kind=SubjectKind.TOOL, id="ruff:high:E1:src/b.py", path="src/b.py"),
            "",
            "@core @ada",
        ),
        (Subject(kind=SubjectKind.TOOL, id="ruff:high:E1:"), "", ""),
        (Subject(kind=SubjectKind.NAMED, id="checkout"), "", ""),
        (Subject(kind=SubjectKind.REQUIREMENT, id="SEC-1"), "", ""),
        (RUN, "", ""),
        (RUN, "shop", "@payments"),
        (Subject(kind=SubjectKind.RUN, component="shop"), "", "@payments"),
        (Subject(kind=SubjectKind.FILE, id="src/a.py"), "rest", "@core @ada"),
    ],
)
def test_components_before_codeowners(subject: Subject, component: str, expected: str) -> None:
    assert Owners(COMPONENTS, rules(GITHUB)).of(subject, component) == expected


def test_a_name_that_is_no_path_is_not_taken_for_one() -> None:
    owners = Owners((), rules(GITHUB))
    assert owners.of(Subject(kind=SubjectKind.NAMED, id="README.md")) == ""
    assert owners.of(Subject(kind=SubjectKind.FILE, id="README.md")) == "@all"


def test_what_the_forge_skips_is_told() -> None:
    assert owner_notes(rules(GITHUB)) == ("CODEOWNERS:7: GitHub knows no [ ] in patterns",)
    assert owner_notes(rules("/a @b\n")) == ()
    many = owner_notes(rules("!x\n" * 9))
    assert len(many) == 6
    assert many[-1] == "4 more lines are skipped"
    assert len(owner_notes(rules("!x\n" * 6))) == 6


def test_fifty_thousand_subjects_are_looked_up_soon() -> None:
    text = "* @all\n" + "".join(f"/src/part{n}/ @team{n}\n*.x{n} @x\n" for n in range(150))
    owners = Owners((), rules(text))
    subjects = [
        Subject(kind=SubjectKind.TEST, id=f"src/part{n % 200}/test_{n // 1000}.py::test_{n}")
        for n in range(50_000)
    ]
    started = time.process_time()
    found = {owners.of(subject) for subject in subjects}
    assert found == {"@all", *(f"@team{n}" for n in range(150))}
    assert time.process_time() - started < 3
