"""Mistakes: each is told with its place, what is allowed, and the nearest name; all at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pytest_readiness.config.load import load_policy
from pytest_readiness.config.problem import ConfigError, Problem
from pytest_readiness.measure.catalogue import CATALOGUE

GATES = "[tool.pytest-readiness.gates]\n"
WAIVER = """\
[tool.pytest-readiness.gates]
"coverage.file" = ">= 60%"
"tests.skipped" = "== 0"
[[tool.pytest-readiness.waivers]]
gate = "coverage.file"
subject = "src/a.py"
accept = ">= 41%"
reason = "replaced"
owner = "@me"
expires = 2027-01-31
"""


def problems(tmp_path: Path, text: str | bytes, **arguments: object) -> tuple[Problem, ...]:
    path = tmp_path / "pyproject.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigError) as caught:
        load_policy(path, catalogue=CATALOGUE, **arguments)  # type: ignore[arg-type]
    assert str(path) in str(caught.value)
    return caught.value.problems


def only(tmp_path: Path, text: str | bytes) -> Problem:
    found = problems(tmp_path, text)
    assert len(found) == 1, "\n".join(map(str, found))
    return found[0]


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        # the table itself
        ('profil = "x"', "2: profil", "no such key.*did you mean profile.*allowed: profile, base"),
        ('fail_on = "risk"', "2: fail_on", "did you mean fail-on"),
        ('profile = "libary"', "2: profile", 'no profile "libary".*mean "library@1".*"starter@1"'),
        ('profile = "library@2"', "2: profile", 'no profile "library@2".*mean "library@1"'),
        ("profile = 1", "2: profile", "the number 1 stands where a string is needed"),
        ('profile = ""', "2: profile", "the string is empty"),
        ('fail-on = "never"', "2: fail-on", '"never" is not one of.*allowed: "blocking", "risk"'),
        ("fail-on = true", "2: fail-on", "true is not one of"),
        ("exit-code = 2", "2: exit-code", "2 is out of range.*allowed: 1, or 8 to 125"),
        ("exit-code = 126", "2: exit-code", "126 is out of range"),
        ("exit-code = 0", "2: exit-code", "0 is out of range"),
        ("exit-code = true", "2: exit-code", "true stands where an integer is needed"),
        ('exit-code = "1"', "2: exit-code", 'the string "1" stands where an integer'),
        ('source = "src"', "2: source", r'array of strings is needed.*write \["src"\]'),
        ("source = []", "2: source", "the array is empty"),
        ('source = ["src",\n 3,\n]', "3: source#2", "the number 3 stands where a string"),
        ('source = ["src", " "]', "2: source#2", "an empty string stands"),
        ("history = true", "2: history", "a path or a URL is needed"),
        ('history = ""', "2: history", "the string is empty"),
        ('history = "mysql://ci@db/x"', "2: history", '"mysql://" is no database'),
        ("history-days = 0", "2: history-days", "0 is out of range.*allowed: 1 to 36500"),
        ("history-runs = 1.5", "2: history-runs", "the number 1.5 stands where an integer"),
        ("baseline-file = 1", "2: baseline-file", "the number 1 stands where a string"),
        ('remeasure = "yes"', "2: remeasure", "the string \"yes\" stands where true or false"),
        ('base = "-x"', "2: base", '"-x" is no ref of git'),
        ('base = "a b"', "2: base", '"a b" is no ref of git'),
        ("gates = 3", "2: gates", "the number 3 stands where a table is needed"),
        ("gates = []", "2: gates", "an array stands where a table is needed"),
        ("stages = 1979-05-27", "2: stages", "a date stands where a table is needed"),
        ("stages.pr = 07:32:00", "2: stages.pr", "a time stands where a table is needed"),
        ('components = { name = "x" }', "2: components", r"write \[\[tool.pytest-readiness.comp"),
        ("waivers = 1.5", "2: waivers", "the number 1.5 stands where an array of tables"),
        ("waivers = [1]", "2: waivers#1", "the number 1 stands where a table is needed"),
        # gates
        ('gates."coverage.line" = ">= 9%"', '2: gates."coverage.line"', "mean coverage.lines.*allowed"),
        ('gates."Coverage.lines" = ">= 9%"\ngates.coverage.line = ">= 9%"', "3: gates.coverage.line", "no metric"),
        ('gates.tests.skiped = "== 0"', "2: gates.tests.skiped", "mean tests.skipped.*allowed: tests.coll"),
        ('gates."tool.ruff" = "== 0"', '2: gates."tool.ruff"', r"allowed: tool.findings, tool.new-findings"),
        ('gates."history.runs" = ">= 5"', '2: gates."history.runs"', r"names history.\* are kept"),
        ('gates."a\\nb" = "== 0"', '2: gates."a\\\\u000ab"', "no name of a metric"),
        ('gates."coverage.lines" = 90', '2: gates."coverage.lines"', "the number 90 stands where a cond.*in quotes"),
        ('gates."coverage.lines" = true', '2: gates."coverage.lines"', "true is no gate"),
        ('gates."coverage.lines" = []', '2: gates."coverage.lines"', "array is empty.*write false"),
        ('gates."coverage.lines" = {}', '2: gates."coverage.lines"', "table is empty"),
        ('gates."coverage.lines" = ["x"]', '2: gates."coverage.lines"#1', "a table is needed"),
        ('gates."coverage.lines" = ">= 101%"', '2: gates."coverage.lines"', "nothing can meet >= 101%"),
        ('gates."coverage.lines" = ">= 90% and <= 80%"', '2: gates."coverage.lines"', "exclude each other"),
        ('gates."coverage.lines" = ">= baseline - 2%"', '2: gates."coverage.lines"', "2pp for percentage points"),
        ('gates."coverage.lines" = ">= 90"', '2: gates."coverage.lines"', "write a percentage, such as 90%"),
        ('gates."coverage.lines" = "90%"', '2: gates."coverage.lines"', 'did you mean ">= 90%"'),
        ('gates."coverage.lines" = { require = 90 }', '2: gates."coverage.lines".require', "in quotes"),
        ('gates."coverage.lines" = { require = ">= 9%", lvl = 1 }', '2: gates."coverage.lines".lvl', "mean level"),
        ('gates."coverage.lines" = { require = ">= 9%", level = "riks" }', '2: gates."coverage.lines".level', 'mean "risk"'),
        ('gates."coverage.lines" = { require = ">= 9%", when-missing = "no" }', '2: gates."coverage.lines".when-missing', '"fail", "risk", "skip"'),
        ('gates."coverage.lines" = { require = ">= 9%", weight = -1 }', '2: gates."coverage.lines".weight', "0 or more"),
        ('gates."coverage.lines" = { require = ">= 9%", weight = 1.5 }', '2: gates."coverage.lines".weight', "integer"),
        ('gates."coverage.lines" = { require = ">= 9%", select = ["a"] }', '2: gates."coverage.lines".select', "one value of the whole run"),
        ('gates."coverage.lines" = { require = ">= 9%", statistic = "p95" }', '2: gates."coverage.lines".statistic', "has no statistics"),
        ('gates."coverage.lines" = { require = ">= 9%", component = "pay" }', '2: gates."coverage.lines".component', r"components are made by"),
        ('gates."coverage.lines" = { require = ">= 9%", name = "tests.run" }', '2: gates."coverage.lines".name', "name of another metric"),
        ('gates."coverage.lines" = { require = ">= 9%", name = "a#1" }', '2: gates."coverage.lines".name', "has a #"),
        ('gates."coverage.lines" = { level = "risk" }', '2: gates."coverage.lines"', "no gate on coverage.lines to change.*beside level"),
        ('gates."benchmark.time" = { require = "<= 9s", statistic = "p96" }', '2: gates."benchmark.time".statistic', "mean p9.*allowed: median"),
        ('gates.a.b = { level = "risk" }', "2: gates.a.b", "no gate on a.b to change"),
        ('gates."coverage.lines" = ">= 9%"\ngates.coverage.lines = ">= 8%"', "3: gates.coverage.lines", r'already, gates."coverage.lines" \(line 2\)'),
        ('gates."tests.run" = { require = ">= 9", name = "n" }\ngates."tests.flaky" = { require = "== 0", name = "n" }', '3: gates."tests.flaky"', r'"n" is taken by pyproject.toml:2 gates."tests.run"'),
        # stages
        ('stages.pr.gates."coverage.line" = ">= 9%"', '2: stages.pr.gates."coverage.line"', "mean coverage.lines"),
        ("stages.pr.failon = 1", "2: stages.pr.failon", "mean fail-on.*allowed: profile, inherit"),
        ('stages.pr.profile = "x"', "2: stages.pr.profile", "no profile"),
        ("stages.pr.inherit = 1", "2: stages.pr.inherit", "true or false is needed"),
        ("stages.default = {}", "2: stages.default", "cannot be the name of a stage"),
        ('stages.pr.gates."coverage.lines" = { level = "risk" }', '2: stages.pr.gates."coverage.lines"', "no gate on coverage.lines to change"),
        # components
        ('components = [{ paths = ["a"] }]', "2: components#1", "name is missing"),
        ('components = [{ name = "a" }]', "2: components#1", "paths is missing"),
        ('components = [{ name = "a", paths = [] }]', "2: components#1.paths", "array is empty"),
        ('components = [{ name = "a", paths = ["/a"] }]', "2: components#1.paths#1", "can match nothing"),
        ('components = [{ name = "a", paths = ["a\\\\b"] }]', "2: components#1.paths#1", "can match nothing"),
        ('components = [{ name = "a", paths = ["../b"] }]', "2: components#1.paths#1", "can match nothing"),
        ('components = [{ name = "a", paths = ["a"], team = "x" }]', "2: components#1.team", "allowed: name, paths, owner"),
        ('components = [{ name = "a", paths = ["a"] }, { name = "a", paths = ["b"] }]', "2: components#2.name", "stands above already"),
        # metrics
        ('metrics."coverage.mine".title = "x"', '2: metrics."coverage.mine"', r"names coverage.\* belong"),
        ('metrics.a.b.titel = "x"', "2: metrics.a.b.titel", "mean title"),
        ('metrics.a.b.direction = "up"', "2: metrics.a.b.direction", '"higher", "lower", "neither"'),
        ('metrics.a.b.aggregate = "avg"', "2: metrics.a.b.aggregate", '"min", "max", "mean"'),
        ("metrics.a = 3", "2: metrics.a", "table of a metric is needed"),
        ("metrics.a = {}", "2: metrics.a", "table is empty"),
        ('metrics."a.b".unit = "s"\nmetrics.a.b.unit = "s"', "3: metrics.a.b", "is defined twice"),
        ('metrics.a.unit = "s"\ngates.a = "<= 3"', "3: gates.a", "write a time, such as 3s"),
    ],
)  # fmt: skip
def test_one_mistake(tmp_path: Path, text: str, place: str, says: str) -> None:
    found = problems(tmp_path, f"[tool.pytest-readiness]\n{text}\n")
    (problem,) = (one for one in found if "Coverage" not in one.key)
    shown = " ".join(str(problem).split())
    assert re.match(re.escape(f"pyproject.toml:{place}: ").replace(r"\\\\", r"\\"), shown), shown
    assert re.search(says, shown), shown


@pytest.mark.parametrize(
    ("line", "instead", "place", "says"),
    [
        ('reason = "replaced"', "", "waivers#1", "reason is missing.*why"),
        ('owner = "@me"', "", "waivers#1", "owner is missing"),
        ("expires = 2027-01-31", "", "waivers#1", "expires is missing"),
        ('reason = "replaced"', 'reason = " "', "waivers#1.reason", "the string is empty"),
        ('gate = "coverage.file"', 'gate = "coverage.fil"', "waivers#1.gate", "mean coverage.file"),
        ('gate = "coverage.file"', 'gate = "tests.flaky"', "waivers#1.gate", "no gate.*allowed"),
        ('accept = ">= 41%"', "", "waivers#1", "accept is missing"),
        ('accept = ">= 41%"', "accept = 41", "waivers#1.accept", "in quotes"),
        ('accept = ">= 41%"', 'accept = ">= 41"', "waivers#1.accept", "such as 41%"),
        ('accept = ">= 41%"', 'accept = ">= 410%"', "waivers#1.accept", "nothing can meet"),
        ('accept = ">= 41%"', 'accept = ">= baseline"', "waivers#1.accept", "fixed value"),
        ('owner = "@me"', 'owner = "@me"\nuntil = 3', "waivers#1.until", "no such key"),
        ("2027-01-31", '"2027-02-30"', "waivers#1.expires", '"2027-02-30" is no date.*without quotes'),
        ("2027-01-31", '"31.1.2027"', "waivers#1.expires", "is no date"),
        ("2027-01-31", '"20270131"', "waivers#1.expires", "is no date"),
        ("2027-01-31", "20270131", "waivers#1.expires", "the number 20270131 is no date"),
        ("2027-01-31", "2027-01-31T10:00:00Z", "waivers#1.expires", "a date with a time is no date"),
        ('gate = "coverage.file"\nsubject = "src/a.py"\naccept = ">= 41%"', 'gate = "tests.skipped"', "waivers#1", "subject or accept is missing"),
    ],
)  # fmt: skip
def test_mistakes_of_a_waiver(
    tmp_path: Path, line: str, instead: str, place: str, says: str
) -> None:
    assert line in WAIVER
    problem = only(tmp_path, WAIVER.replace(line, instead))
    assert problem.key == place
    assert problem.line is not None
    assert re.search(says, " ".join(str(problem).split()))


def test_a_waiver_with_a_day_that_does_not_exist(tmp_path: Path) -> None:
    problem = only(tmp_path, WAIVER.replace("2027-01-31", "2027-02-30"))
    assert problem.line == 10
    assert "it is no TOML: Invalid date" in problem.message


def test_a_waiver_is_not_called_wrong_where_its_gate_is(tmp_path: Path) -> None:
    problem = only(tmp_path, WAIVER.replace(">= 60%", ">= 60"))
    assert problem.key == 'gates."coverage.file"'


@pytest.mark.parametrize(
    ("above", "below", "key"),
    [
        ("", "", "#2"),
        ("", 'select = ["a/**"]', "#2"),
        ('level = "block"', "", "#2"),
        ('select = ["**"]', 'select = ["a/**"]', "#2"),
        ('statistic = "p95"', 'statistic = "p95"', "#2"),
        ('statistic = "median"', "", "#2"),
        ('select = ["a/**", "b/**"]', 'select = ["b/**"]', "#2.select"),
    ],
)
def test_an_entry_that_nothing_reaches(tmp_path: Path, above: str, below: str, key: str) -> None:
    problem = only(
        tmp_path,
        f"""\
[[tool.pytest-readiness.gates."benchmark.time"]]
require = "<= 2s"
{above}
[[tool.pytest-readiness.gates."benchmark.time"]]
require = "<= 1s"
{below}
""",
    )
    assert problem.key == f'gates."benchmark.time"{key}'
    assert "no subject gets here" in problem.message


def test_an_entry_without_a_condition(tmp_path: Path) -> None:
    problem = only(tmp_path, '[[tool.pytest-readiness.gates."test.duration"]]\nlevel = "risk"\n')
    assert problem.message == "require is missing"


def test_an_array_cannot_be_amended_as_one(tmp_path: Path) -> None:
    text = """
[[tool.pytest-readiness.gates."test.duration"]]
require = "<= 2s"
[[tool.pytest-readiness.gates."test.duration"]]
require = "<= 1s"
level = "risk"
[tool.pytest-readiness.stages.pr.gates]
"test.duration" = { level = "info" }
"""
    problem = only(tmp_path, text)
    assert problem.message == "there are 2 gates on test.duration: which of them is meant?"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("[tool.pytest-readiness]\na = = 1\n", 2, "it is no TOML: Invalid value"),
        ("[tool.pytest-readiness]\na = 1\na = 2\n", 3, "it is no TOML: Cannot overwrite"),
        (b"[tool.pytest-readiness]\n# \xff\n", 2, "bytes that are not UTF-8"),
        ("[tool.ruff]\n", None, "there is no table [tool.pytest-readiness]"),
        ("", None, "there is no table [tool.pytest-readiness]"),
        ("[tool]\npytest-readiness = 3\n", 2, "the number 3 stands where a table is needed"),
        ("tool = 3\n", None, "there is no table"),
        ("[tool.pytest_readiness]\na = 1\n", 1, "the table is called [tool.pytest-readiness]"),
        ("[tool.ruff]\n\n[tool.Pytest-Readiness]\n", 3, "the table is called"),
    ],
)
def test_files_that_cannot_be_used(
    tmp_path: Path, text: str | bytes, line: int | None, says: str
) -> None:
    problem = only(tmp_path, text)
    assert says in problem.message
    assert problem.line == line


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="it cannot be read: No such file"):
        load_policy(tmp_path / "none.toml", catalogue=CATALOGUE)


def test_a_directory(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="it cannot be read"):
        load_policy(tmp_path, catalogue=CATALOGUE)


def test_all_problems_are_told_at_once_in_the_files_order(tmp_path: Path) -> None:
    text = """\
[tool.pytest-readiness]
exit-code = 5
gates."tests.skiped" = "<= 5%"
gates."coverage.lines" = ">= 90% and <= 80%"
[tool.pytest-readiness.stages.release]
gates."test.duration" = "<= 2"
[[tool.pytest-readiness.waivers]]
gate = "tests.failed"
expires = "soon"
"""
    found = problems(tmp_path, text, stage="relase", overrides=["x"], base="--y")
    assert [(problem.file, problem.line) for problem in found] == [
        ("pyproject.toml", 2),
        ("pyproject.toml", 3),
        ("pyproject.toml", 4),
        ("pyproject.toml", 6),
        ("pyproject.toml", 7),
        ("pyproject.toml", 7),
        ("pyproject.toml", 9),
        ("command line", None),
        ("command line", None),
        ("command line", None),
    ]


def test_how_a_problem_reads() -> None:
    problem = Problem(
        key="gates.x",
        message="there is no such thing",
        file="pyproject.toml",
        line=3,
        allowed=("a", "b"),
        nearest="a",
        remedy="write a",
    )
    assert str(ConfigError([problem, problem], source="/x/pyproject.toml")) == (
        "1 problem with [tool.pytest-readiness] in /x/pyproject.toml\n"
        "pyproject.toml:3: gates.x: there is no such thing\n"
        "    did you mean a?\n"
        "    allowed: a, b\n"
        "    write a"
    )


def test_what_was_typed_is_shown_escaped(tmp_path: Path) -> None:
    text = '[tool.pytest-readiness]\n"\\u001b[31m" = 1\nprofile = "\\u202ex\\n::error::"\n'
    shown = str(ConfigError(problems(tmp_path, text)))
    assert all(line.isprintable() for line in shown.split("\n"))
    assert '"\\u001b[31m"' in shown
