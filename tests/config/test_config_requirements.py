"""``[[tool.pytest-readiness.requirements]]``: what each form means, and what is told of what is wrong."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_readiness.config.cycles import cycles
from pytest_readiness.config.load import load_policy
from pytest_readiness.config.needs import needs
from pytest_readiness.config.problem import ConfigError
from pytest_readiness.config.requirements import (
    REQUIREMENT_KEYS,
    read_requirements,
    read_severities,
    schema,
)
from pytest_readiness.config.table import Source, Table
from pytest_readiness.config.vocabulary import Vocabulary
from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.model.policy import Level, Policy
from pytest_readiness.model.requirement import (
    Attestation,
    LookFor,
    LookProof,
    MetricProof,
    Progress,
    Requirement,
    Severity,
    TestsProof,
    ToolProof,
)

Load = Callable[[str], Policy]
LOGIN = 'id = "SEC-1"\ntitle = "Logins need a password"\n'
PAGE = Path(__file__).parents[2] / "docs/requirements.md"
HEAD = "[[tool.pytest-readiness.requirements]]\n"


@pytest.fixture(name="load")
def fixture_load(tmp_path: Path) -> Load:
    def load(text: str) -> Policy:
        path = tmp_path / "pyproject.toml"
        path.write_text(f"[tool.pytest-readiness]\n{text}", encoding="utf-8")
        return load_policy(path, catalogue=CATALOGUE)

    return load


@pytest.fixture(name="one")
def fixture_one(load: Load) -> Callable[[str], Requirement]:
    def one(text: str) -> Requirement:
        (requirement,) = load(HEAD + LOGIN + text).requirements
        return requirement

    return one


def problems(load: Load, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load(text)
    return str(caught.value)


def test_only_an_id_and_a_title_are_needed(load: Load) -> None:
    policy = load(HEAD + LOGIN)
    (requirement,) = policy.requirements
    assert (requirement.id, requirement.title) == ("SEC-1", "Logins need a password")
    assert requirement.severity is Severity.HIGH
    assert (requirement.proofs, requirement.depends_on, requirement.points) == ((), (), None)
    assert str(requirement.origin) == "pyproject.toml:2 requirements#1"
    assert dict(policy.severities) == {
        Severity.CRITICAL: Level.BLOCK,
        Severity.HIGH: Level.BLOCK,
        Severity.MEDIUM: Level.RISK,
        Severity.LOW: Level.INFO,
    }
    assert needs(policy, CATALOGUE) == {"tests", "marks", "policy"}


def test_every_key(load: Load) -> None:
    policy = load(
        """
        [tool.pytest-readiness.severities]
        medium = "block"
        [[tool.pytest-readiness.requirements]]
        id = "OPS-2"
        title = "t"
        [[tool.pytest-readiness.requirements]]
        id = "OPS-1"
        title = "The service can be rolled back"
        category = "Operations"
        severity = "medium"
        owner = "@ops"
        depends-on = ["OPS-2"]
        points = 2.5
        effort = "1-2d"
        due = 2026-12-01
        milestone = "week 1"
        risk = "a bad release stays"
        fix = "make rollback-docs"
        attestation = { by = "@ada", date = 2026-11-01, evidence = "wiki/ops", until = 2027-01-31, \
state = "in progress", points = 2, strengths = ["s"], weaknesses = ["w"], notes = ["n", "m"] }
        """
    )
    _, requirement = policy.requirements
    assert requirement.category == "Operations"
    assert (requirement.severity, requirement.owner) == (Severity.MEDIUM, "@ops")
    assert requirement.depends_on == ("OPS-2",)
    assert requirement.points == Fraction(5, 2)
    assert requirement.effort is not None
    assert (requirement.effort.low, requirement.effort.high) == (8, 16)
    assert requirement.due == datetime.date(2026, 12, 1)
    assert (requirement.milestone, requirement.risk) == ("week 1", "a bad release stays")
    assert (requirement.action, requirement.fixable) == ("make rollback-docs", True)
    assert requirement.proofs == (
        Attestation(
            by="@ada",
            date=datetime.date(2026, 11, 1),
            evidence="wiki/ops",
            until=datetime.date(2027, 1, 31),
            state=Progress.IN_PROGRESS,
            points=Fraction(2),
            strengths=("s",),
            weaknesses=("w",),
            notes=("n", "m"),
        ),
    )
    assert dict(policy.severities)[Severity.MEDIUM] is Level.BLOCK


def look(what: str, path: str, text: str = "", *, regex: bool = False) -> LookProof:
    return LookProof(look=LookFor(what=what, path=path, text=text, regex=regex))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tests = true", [TestsProof()]),
        ('tool = "bandit"', [ToolProof(select=("bandit",))]),
        ('tool = ["bandit:high", "ruff:*:S*"]', [ToolProof(select=("bandit:high", "ruff:*:S*"))]),
        ('command = "python -m shop --version"', [ToolProof(select=("SEC-1",))]),
        ('file = "README.md"', [look("file", "README.md")]),
        ('file = ["a", "docs/**"]', [look("file", "a"), look("file", "docs/**")]),
        ('no-file = "**/*.pem"', [look("no-file", "**/*.pem")]),
        ('text = { file = "a", has = "x" }', [look("text", "a", "x")]),
        ('text = { file = "a", lacks = "x" }', [look("no-text", "a", "x")]),
        ("text = { file = 'a', matches = '^x+$' }", [look("text", "a", "^x+$", regex=True)]),
        ("text = { file = 'a', lacks-match = 'x' }", [look("no-text", "a", "x", regex=True)]),
        (
            'text = [{ file = ["a", "b"], has = "x" }, { file = "c", lacks = "y" }]',
            [look("text", "a", "x"), look("text", "b", "x"), look("no-text", "c", "y")],
        ),
        (
            'check = "environment-variables"',
            [look("environment-variables", ".env.example")],
        ),
        (
            'check = { name = "environment-variables", file = "e", source = ["a/**", "b/**"] }',
            [
                look("environment-variables", "e", "a/**"),
                look("environment-variables", "e", "b/**"),
            ],
        ),
        ('file = "a"\ntests = true', [look("file", "a"), TestsProof()]),
    ],
)
def test_proofs(one: Callable[[str], Requirement], text: str, expected: list[object]) -> None:
    assert list(one(text).proofs) == expected


def test_conditions_over_metrics(one: Callable[[str], Requirement]) -> None:
    proofs = one(
        'metric = ["checkout.p95 <= 2s", { gate = "test.duration <= 2s", select = ["tests/e2e/**"] }]'
    ).proofs
    gates = [proof.gate for proof in proofs if isinstance(proof, MetricProof)]
    assert [(gate.name, gate.metric, gate.condition.text) for gate in gates] == [
        ("SEC-1", "checkout.p95", "<= 2s"),
        ("SEC-1#2", "test.duration", "<= 2s"),
    ]
    assert gates[1].select == ("tests/e2e/**",)
    assert gates[1].origin.line == 5


def test_a_command_becomes_a_tool(load: Load) -> None:
    policy = load(HEAD + LOGIN + 'command = "python -m shop --version"\n')
    (tool,) = policy.tools
    assert (tool.name, tool.run, tool.format) == (
        "SEC-1",
        "python -m shop --version",
        "exit-status",
    )
    assert "tools" in needs(policy, CATALOGUE)
    policy = load(
        HEAD
        + LOGIN
        + 'command = { run = "a | b", shell = true, timeout = "2min", directory = "d" }'
    )
    (tool,) = policy.tools
    assert (tool.run, tool.shell, tool.timeout, tool.directory) == ("a | b", True, 120.0, "d")


def test_a_known_tool_that_is_named_is_added_once(load: Load) -> None:
    policy = load(
        f'{HEAD}{LOGIN}tool = ["ruff", "bandit:high"]\n{HEAD}id = "X"\ntitle = "x"\ntool = "ruff"\n'
        '[tool.pytest-readiness.tools.bandit]\nrun = "bandit -f json src"\n'
    )
    assert [tool.name for tool in policy.tools] == ["bandit", "ruff"]
    assert policy.tools[0].run == "bandit -f json src"


def test_what_does_not_apply_asks_for_nothing(load: Load) -> None:
    policy = load(
        f'{HEAD}{LOGIN}not-applicable = "no endpoint is exposed"\ncommand = "x"\ntool = "ruff"\n'
        'file = "a"\nmetric = "coverage.lines >= 80%"\n'
    )
    (requirement,) = policy.requirements
    assert requirement.not_applicable == "no endpoint is exposed"
    assert len(requirement.proofs) == 4
    assert policy.tools == ()
    assert needs(policy, CATALOGUE) == {"tests", "marks", "policy"}


def test_sections_that_proofs_need(load: Load) -> None:
    policy = load(f'{HEAD}{LOGIN}file = "a"\nmetric = "coverage.lines >= 80%"\n')
    assert needs(policy, CATALOGUE) == {"tests", "marks", "looks", "coverage", "policy"}


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("S", None, None),
        ("L", None, None),
        ("4h", 4, 4),
        ("4-6h", 4, 6),
        ("4 - 6 h", 4, 6),
        ("4\u20136h", 4, 6),
        ("0.5h", Fraction(1, 2), Fraction(1, 2)),
        ("0-1h", 0, 1),
        ("2d", 16, 16),
        ("1-1.5d", 8, 12),
    ],
)
def test_effort(
    one: Callable[[str], Requirement], text: str, low: Fraction | None, high: Fraction | None
) -> None:
    effort = one(f'effort = "{text}"').effort
    assert effort is not None
    assert (effort.text, effort.low, effort.high) == (text, low, high)


WRONG = [
    ('id = "A"', ["requirements#1: title is missing"]),
    ("title = 'x'", ["requirements#1: id is missing"]),
    (f"{LOGIN}severity = 'highest'", ['"highest" is not one', 'did you mean "high"?']),
    (f"{LOGIN}atestation = 1", ["there is no such key", "did you mean attestation?", "no-file"]),
    (f"{LOGIN}tests = false", ["false proves nothing"]),
    (f"{LOGIN}tests = 'yes'", ["stands where true or false is needed"]),
    (f"{LOGIN}not-applicable = true", ["a reason is needed", "say why"]),
    (f"{LOGIN}not-applicable = ''", ["the string is empty"]),
    (f"{LOGIN}points = -1", ["-1 is out of range"]),
    (f"{LOGIN}points = nan", ["nan is out of range"]),
    (f"{LOGIN}points = '5'", ["a number of points is needed"]),
    (f"{LOGIN}effort = 4", ["the number 4 stands where an effort is needed", "4-6h"]),
    (f"{LOGIN}effort = 's'", ['"s" is no effort', "did you mean S?"]),
    (f"{LOGIN}effort = '6-4h'", ["more at least than at most"]),
    (f"{LOGIN}effort = '0h'", ["is nothing"]),
    (f"{LOGIN}effort = '4'", ["is no effort", "a day is 8 hours"]),
    (f"{LOGIN}effort = '\u0664h'", ["is no effort"]),
    (f"{LOGIN}due = 'soon'", ['"soon" is no date']),
    (f"{LOGIN}action = 'a'\nfix = 'b'", ["action stands beside it"]),
    (f"{LOGIN}depends-on = 'A'", ['write ["A"]']),
    (f"{LOGIN}file = '../x'", ["is no path within the project"]),
    (f"{LOGIN}file = '/etc/passwd'", ["is no path within the project"]),
    (f"{LOGIN}file = ['a', 'C:\\\\x']", ["requirements#1.file#2"]),
    (f"{LOGIN}file = []", ["the array is empty"]),
    (f"{LOGIN}text = {{ has = 'x' }}", ["file is missing"]),
    (f"{LOGIN}text = {{ file = 'a' }}", ["it looks for nothing", "lacks-match"]),
    (f"{LOGIN}text = {{ file = 'a', has = 'x', lacks = 'y' }}", ["has and lacks stand together"]),
    (f"{LOGIN}text = {{ file = 'a', matches = '(' }}", ["is no regular expression"]),
    (f"{LOGIN}text = {{ file = 'a', lacks-match = 'x*' }}", ["stands in every file"]),
    (f"{LOGIN}text = 'x'", ["stands where a table is needed"]),
    (f"{LOGIN}check = 'environment'", ['did you mean "environment-variables"?']),
    (f"{LOGIN}check = {{ file = 'e' }}", ["name is missing"]),
    (f"{LOGIN}check = {{ name = 'environment-variables', file = '.env' }}", ["holds secrets"]),
    (f"{LOGIN}metric = 'coverage.lnes >= 8%'", ["did you mean coverage.lines?"]),
    (f"{LOGIN}metric = 'coverage.lines'", ["is no metric and a condition"]),
    (f"{LOGIN}metric = 'coverage.lines >= 2s'", ["the unit does not fit"]),
    (f"{LOGIN}metric = 'requirements.met >= 8%'", ["only when the requirements have been judged"]),
    (f"{LOGIN}metric = []", ["the array is empty"]),
    (f"{LOGIN}metric = {{ gate = 'tests.run >= 1', level = 'risk' }}", ["there is no such key"]),
    (f"{LOGIN}metric = {{ select = ['x'] }}", ["gate is missing"]),
    (f"{LOGIN}tool = 'bandt'", ["there is no tool", "did you mean bandit?"]),
    (f"{LOGIN}tool = 'bandit:hihg'", ["findings have no level", "did you mean high?"]),
    (f"{LOGIN}tool = '*'", ["names no tool"]),
    (f'{LOGIN}command = "x \'y"', ["is no command", "quotation"]),
    (f"{LOGIN}command = 'a | b'", ["a pipe", 'command = { run = "...", shell = true }']),
    (f"{LOGIN}command = {{ shell = true }}", ["run is missing"]),
    (f"{LOGIN}command = 1", ["stands where a string is needed"]),
    (f"{LOGIN}attestation = 'ada'", ["stands where a table is needed"]),
    (f"{LOGIN}attestation = {{}}", ["by and date are missing", "who vouches"]),
    (f"{LOGIN}attestation = {{ by = 'a' }}", ["date is missing"]),
    (f"{LOGIN}attestation = {{ by = 'a', date = 2026-11-01T00:00:00Z }}", ["a date with a time"]),
    (f"{LOGIN}attestation = {{ by = 'a', date = '1.11.2026' }}", ['"1.11.2026" is no date']),
    (
        f"{LOGIN}attestation = {{ by = 'a', date = 2026-11-02, until = 2026-11-01 }}",
        ["it ends on 2026-11-01, before it begins on 2026-11-02"],
    ),
    (
        f"{LOGIN}points = 5\nattestation = {{ by = 'a', date = 2026-11-02, points = 5.5 }}",
        ["5.5 is more than the maximum of 5"],
    ),
    (
        f"{LOGIN}attestation = {{ by = 'a', date = 2026-11-02, points = 5 }}",
        ["nothing says of how many"],
    ),
    (
        f"{LOGIN}attestation = {{ by = 'a', date = 2026-11-02, state = 'finished' }}",
        ['"finished" is not one', '"in progress"'],
    ),
]


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_mistakes(load: Load, text: str, said: list[str]) -> None:
    told = problems(load, HEAD + text)
    assert told.startswith("1 problem with")
    for words in said:
        assert words in told


@pytest.mark.parametrize(
    "name",
    ["a b", "a\tb", "\x1b[31m", "a#2", "a:b", "a::b", "a*", "-a", "a/b", "\u202ex", "x" * 101],
)
def test_ids_are_words(load: Load, name: str) -> None:
    told = problems(load, f"{HEAD}id = {json.dumps(name)}\ntitle = 'x'\n")
    assert "requirements#1.id" in told
    assert told.replace("\n", "").isprintable()


@pytest.mark.parametrize(
    ("name", "what"),
    [("coverage.lines", "a metric"), ("fast", "a gate"), ("later", "a gate"), ("my.own", "a gate")],
)
def test_an_id_is_no_gate_and_no_metric(load: Load, name: str, what: str) -> None:
    told = problems(
        load,
        f"""
        [tool.pytest-readiness.gates]
        "my.own" = ">= 1"
        "test.duration" = {{ require = "<= 2s", name = "fast" }}
        [tool.pytest-readiness.stages.release.gates]
        "suite.duration" = {{ require = "<= 2s", name = "later" }}
        [[tool.pytest-readiness.requirements]]
        id = "{name}"
        title = "x"
        """,
    )
    assert f'"{name}" is {what}: waivers could not tell them apart' in told


def test_a_command_is_no_other_tool(load: Load) -> None:
    told = problems(
        load,
        f"{HEAD}id = 'lint'\ntitle = 'x'\ncommand = 'x'\n[tool.pytest-readiness.tools.lint]\nrun = 'y'",
    )
    assert 'there is a tool "lint", the name that this command would have' in told


def test_ids_twice_name_both_lines(load: Load) -> None:
    told = problems(load, HEAD + LOGIN + HEAD + LOGIN)
    assert (
        'pyproject.toml:6: requirements#2.id: a requirement "SEC-1" stands above already, in line 3'
        in told
    )


def chain(*waits: tuple[str, str]) -> str:
    return "".join(f'{HEAD}id = "{one}"\ntitle = "x"\ndepends-on = [{of}]\n' for one, of in waits)


def test_rings_are_named_whole(load: Load) -> None:
    told = problems(
        load, chain(("X", '"B"'), ("A", '"B"'), ("B", '"C", "Z"'), ("C", '"A"'), ("S", '"S"'))
    )
    assert "requirements#2.depends-on: it waits for itself: A -> B -> C -> A" in told
    assert "requirements#5.depends-on: it waits for itself: S -> S" in told
    assert 'requirements#3.depends-on#2: there is no requirement "Z"' in told
    assert told.startswith("3 problems")


def test_the_nearest_id_is_named(load: Load) -> None:
    told = problems(load, chain(("SEC-10", '"SEC-20"'), ("OPS-20", '"SEC-01"')))
    assert "did you mean SEC-10?" in told


def test_long_chains_are_no_matter() -> None:
    waits = {str(number): [str(number + 1)] for number in range(20_000)}
    assert cycles(waits) == []
    (ring,) = cycles({**waits, "20000": ["0"]})
    assert ring == tuple(map(str, range(20_001)))


graphs = st.dictionaries(
    st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdefx"), max_size=4), max_size=6
)


@settings(max_examples=100)
@given(graphs)
def test_cycles_are_rings_and_none_only_where_there_is_none(waits: dict[str, list[str]]) -> None:
    found = cycles(waits)
    for ring in found:
        assert len(set(ring)) == len(ring)
        for one, following in zip(ring, (*ring[1:], ring[0]), strict=True):
            assert following in waits[one]
    left = dict(waits)
    while free := [name for name, of in left.items() if not any(one in left for one in of)]:
        for name in free:
            del left[name]
    assert bool(left) == bool(found)


def test_everything_is_told_at_once(load: Load) -> None:
    text = "".join(
        HEAD + wrong.replace("SEC-1", f"R-{number}") + "\n"
        for number, (wrong, _) in enumerate(WRONG)
    )
    assert problems(load, text).startswith(f"{len(WRONG)} problems")


def read(data: dict[str, Any]) -> tuple[tuple[Requirement, ...], list[str]]:
    source = Source(name="pyproject.toml")
    root = Table(source=source, path=(), data=data)
    found, _ = read_requirements(root, Vocabulary(metrics=CATALOGUE), ())
    read_severities(root)
    return found, list(map(str, source.problems))


HOSTILE = st.sampled_from(
    ["\x1b[31m", "<script>", "::error::x", "\x00", "a\nb", "\u202e", "{{x}}", "'; drop", "\ud800"]
)
values = st.recursive(
    HOSTILE | st.text(max_size=5) | st.integers(-2, 9) | st.booleans() | st.dates() | st.floats(),
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(
            st.sampled_from(["file", "has", "name", "by", "date", "gate", "run"]), below
        )
    ),
    max_leaves=5,
)
entries = st.dictionaries(st.sampled_from([*REQUIREMENT_KEYS, "\x1b"]), values, max_size=6)


@settings(max_examples=100, deadline=None)
@given(st.lists(entries, max_size=3), st.none() | values)
def test_whatever_is_written_is_read_or_told_in_printable_words(
    written: list[dict[str, Any]], severities: object
) -> None:
    data: dict[str, Any] = {"requirements": written}
    if severities is not None:
        data["severities"] = severities
    _, told = read(data)
    for problem in told:
        assert problem.replace("\n", "").isprintable()


@pytest.mark.parametrize(
    "text",
    ["\x1b[31mred", "<script>alert(1)</script>", "::error::now", "a\nb", "\u202eright", "`rm -rf`"],
)
def test_hostile_text_is_kept_as_it_is(text: str) -> None:
    """Whoever shows it makes it safe: nothing is lost or refused before."""
    keys = ("title", "category", "owner", "milestone", "risk", "action", "not-applicable")
    day = datetime.date(2026, 11, 1)
    attestation = {"by": text, "date": day, "evidence": text, "notes": [text]}
    entry = {"id": "A", **dict.fromkeys(keys, text), "attestation": attestation}
    ((requirement,), told) = read({"requirements": [entry]})
    assert told == []
    assert {requirement.title, requirement.risk, requirement.not_applicable} == {text}
    assert requirement.proofs == (Attestation(by=text, date=day, evidence=text, notes=(text,)),)


class TestSchema:
    VALIDATOR = jsonschema.Draft7Validator(
        {"type": "object", "properties": schema(), "definitions": {}}
    )

    def test_it_is_one(self) -> None:
        jsonschema.Draft7Validator.check_schema(self.VALIDATOR.schema)

    def test_what_is_read_is_valid(self) -> None:
        entry = {
            "id": "A",
            "title": "x",
            "severity": "low",
            "points": 2.5,
            "effort": "4-6h",
            "due": datetime.date(2026, 1, 1),
            "tests": True,
            "tool": ["ruff"],
            "command": {"run": "a", "timeout": "5min"},
            "file": "a",
            "text": [{"file": "a", "has": "b"}],
            "check": {"name": "environment-variables"},
            "metric": ["coverage.lines >= 80%", {"gate": "test.duration <= 2s", "select": ["a"]}],
            "attestation": {"by": "a", "date": datetime.date(2026, 1, 1), "state": "done"},
        }
        assert read({"requirements": [{**entry, "attestation": entry["attestation"]}]})[1] == []
        self.VALIDATOR.validate({"requirements": [entry], "severities": {"low": "block"}})

    @pytest.mark.parametrize(
        "wrong",
        [
            {"id": "a b"},
            {"tests": False},
            {"effort": "soon"},
            {"text": {"file": "a"}},
            {"check": "x"},
            {"attestation": {"by": "a"}},
            {"nothing": 1},
        ],
    )
    def test_what_is_refused_is_not(self, wrong: dict[str, Any]) -> None:
        entry = {"id": "A", "title": "x", **wrong}
        assert read({"requirements": [entry]})[1]
        assert not self.VALIDATOR.is_valid({"requirements": [entry]})


@pytest.mark.parametrize(
    "block", re.findall(r"(?ms)^```toml\n(.*?)^```", PAGE.read_text(encoding="utf-8"))
)
def test_what_the_docs_show_is_read(load: Load, block: str) -> None:
    load(block if block.startswith("[") else HEAD + LOGIN + block)


def test_every_key_is_explained() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for key in REQUIREMENT_KEYS:
        assert re.search(rf"\| (`[^|]*, )?`{key}[` ]", page), key
