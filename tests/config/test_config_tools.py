"""``[tool.pytest-readiness.tools.NAME]``: what is known by name, and every mistake with its place."""

from __future__ import annotations

import json
import re
import string
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_readiness.config.document import read_document
from pytest_readiness.config.known_tools import KNOWN
from pytest_readiness.config.load import load_policy
from pytest_readiness.config.table import Source, Table
from pytest_readiness.config.toml import parse
from pytest_readiness.config.tools import TOOL_KEYS, read_command, read_tools, schema
from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.model.tool import FORMATS, Tool
from strategies import law


def read(text: str) -> tuple[tuple[Tool, ...], list[str]]:
    """Tools, and problems as they are shown, of the text below ``[tool.pytest-readiness.tools]``."""
    data = parse(f"[tools]\n{text}")
    source = Source(name="pyproject.toml")
    tools = read_tools(Table(source=source, path=(), data=data))
    return tools, [str(problem) for problem in source.problems]


def tool(text: str) -> Tool:
    tools, problems = read(text)
    assert not problems
    (only,) = tools
    return only


@pytest.mark.parametrize("name", KNOWN)
def test_known_tools_need_their_name_only(name: str) -> None:
    found = tool(f"{name} = {{}}")
    assert (found.name, found.run, found.format) == (
        name,
        KNOWN[name]["run"],
        KNOWN[name]["format"],
    )
    assert found.format in FORMATS
    assert found.statuses == (0, 1)
    assert found.install.startswith("pip install ")
    for expression in (found.pattern, found.figure, found.total):
        re.compile(expression)


def test_all_settings() -> None:
    found = tool(
        r"""[tools.checked]
        run = "check --all 'a|b'"
        report = "out/x.txt"
        format = "lines"
        shell = false
        beside = true
        timeout = "1.5min"
        max-age = "7d"
        environment = { A = "1", B = "" }
        directory = "sub/dir/"
        statuses = [0, 3]
        level = "high"
        pattern = '^(?P<path>\S+): (?P<message>.+)$'
        fix = "check --fix"
        install = "apt install check"
        """
    )
    assert found.run == "check --all 'a|b'"
    assert found.report == "out/x.txt"
    assert found.format == "lines"
    assert (found.shell, found.beside, found.timeout, found.max_age) == (False, True, 90, 7 * 86400)
    assert found.environment == (("A", "1"), ("B", ""))
    assert found.directory == "sub/dir"
    assert found.statuses == (0, 3)
    assert (found.level, found.pattern) == ("high", r"^(?P<path>\S+): (?P<message>.+)$")
    assert (found.fix, found.install) == ("check --fix", "apt install check")


def test_what_is_not_said_is_as_usual() -> None:
    found = tool("x = { run = 'true' }")
    assert found == Tool(name="x", origin=found.origin, run="true")
    assert tool("x = { report = 'a.sarif', format = 'sarif', max-age = false }").max_age is None


def test_a_known_tool_keeps_what_is_not_said_otherwise() -> None:
    own = tool("interrogate = { run = 'interrogate -v src', timeout = '9s' }")
    assert own.run == "interrogate -v src"
    assert own.figure == KNOWN["interrogate"]["figure"]
    # another format: what was known of the output is not meant
    other = tool("interrogate = { run = 'interrogate src', format = 'exit-status' }")
    assert (other.figure, other.metric, other.install) == ("", "", "pip install interrogate")
    # a report alone: nothing is run
    read_only = tool("ruff = { report = 'ruff.sarif' }")
    assert (read_only.run, read_only.report, read_only.format) == ("", "ruff.sarif", "sarif")


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("x = 1", "tools.x", "the number 1 stands where a table is needed"),
        ("x = {}", "tools.x", 'run or report is missing: "x" is none of the tools.*allowed: ruff'),
        ("ruf = {}", "tools.ruf", "did you mean ruff"),
        ("pip_audit = {}", "tools.pip_audit", "did you mean pip-audit"),
        ('"a:b" = { run = "x" }', 'tools."a:b"', "no name for a tool"),
        ("ruff = { comand = 'x' }", "tools.ruff.comand", "no such key.*allowed: run, report"),
        ("x = { run = 3 }", "tools.x.run", "the number 3 stands where a string"),
        ("x = { run = '' }", "tools.x.run", "the string is empty"),
        ("x = { run = \"''\" }", "tools.x.run", "names no program"),
        ("x = { run = 'a \"b' }", "tools.x.run", "a quotation is not closed"),
        ("x = { run = 'a | b' }", "tools.x.run", '"|" in .* means a pipe to a shell only.*shell = true'),
        ("x = { run = 'a && b' }", "tools.x.run", '"&" .* another command'),
        ("x = { run = 'a; b' }", "tools.x.run", '";" .* another command'),
        ("x = { run = 'a > f' }", "tools.x.run", '">" .* a redirection'),
        ("x = { run = 'a $HOME' }", "tools.x.run", r'"\$" .* variable'),
        ("x = { run = 'a \"$HOME\"' }", "tools.x.run", r'"\$" .* variable'),
        ("x = { run = 'a `b`' }", "tools.x.run", '"`" .* command to be filled in'),
        ("x = { run = 'a src/*.py' }", "tools.x.run", r'"\*" .* pattern of file names'),
        ("x = { run = 'a ~/b' }", "tools.x.run", '"~" .* home directory'),
        ("x = { run = 'A=1 b' }", "tools.x.run", r'sets a variable.*environment = \{ A = "1" \}'),
        ('x = { run = "a\\u0000" }', "tools.x.run", "NUL"),
        ("x = { run = 'a', timeout = 5 }", "tools.x.timeout", 'the number 5 is no duration.*"5min"'),
        ("x = { run = 'a', timeout = '5' }", "tools.x.timeout", '"5" is no duration.*ms s min h d'),
        ("x = { run = 'a', timeout = '0s' }", "tools.x.timeout", "no time at all"),
        ("x = { run = 'a', timeout = '9999d' }", "tools.x.timeout", "longer than a year"),
        ("ruff = { report = 'a', max-age = true }", "tools.ruff.max-age", "true is no duration"),
        ("x = { run = 'a', format = 'sariff' }", "tools.x.format", '"sariff" is not one.*mean "sarif"'),
        ("x = { report = 'a.sarif' }", "tools.x", 'format is missing.*format = "sarif"'),
        ("x = { report = 'coverage.xml' }", "tools.x", 'format = "coverage-xml"'),
        ("x = { report = 'junit.xml' }", "tools.x", 'format = "junit"'),
        ("x = { report = 'a', format = 'exit-status' }", "tools.x.format", "a report has no exit status"),
        ("x = { run = 'a', format = 'coverage' }", "tools.x", "report is missing"),
        ("x = { run = 'a', pattern = '(a)' }", "tools.x.pattern", '"exit-status" has no lines.*"lines"'),
        ("x = { run = 'a', format = 'lines', pattern = '(' }", "tools.x.pattern", "no regular expression: missing"),
        ("x = { run = 'a', format = 'lines', pattern = 'a' }", "tools.x.pattern", r"no group.*\(\?P<path>"),
        ("x = { run = 'a', format = 'lines', pattern = '(?P<paht>a)' }", "tools.x.pattern", "mean path"),
        ("x = { run = 'a', format = 'lines', pattern = '()()()()()()' }", "tools.x.pattern", "6 groups without"),
        ("x = { run = 'a', format = 'figure' }", "tools.x", "figure is missing"),
        ("x = { run = 'a', figure = '/a' }", "tools.x.figure", '"exit-status" has no figure.*"figure"'),
        ("x = { run = 'a', unit = '%' }", "tools.x.unit", "has no figure"),
        ("x = { run = 'a', format = 'figure', figure = '/a~2' }", "tools.x.figure", "no JSON pointer"),
        ("x = { run = 'a', format = 'figure', figure = 'a.b' }", "tools.x.figure", 'no group.*figure = "/a.b"'),
        ("x = { run = 'a', format = 'figure', figure = '(' }", "tools.x.figure", "no regular expression"),
        ("x = { run = 'a', format = 'figure', figure = '/a', total = 'b' }", "tools.x.total", "no group"),
        ("x = { run = 'a', format = 'figure', figure = '/a', metric = 'tool.x' }", "tools.x.metric", r"tool\.\* belong"),
        ('x = { run = "a", format = "figure", figure = "/a", metric = "a\\nb" }', "tools.x.metric", "no name of a metric"),
        ("x = { run = 'a', statuses = [0] }", "tools.x.statuses", "every status is a result"),
        ("ruff = { statuses = 0 }", "tools.ruff.statuses", "the number 0 stands where an array"),
        ("ruff = { statuses = [] }", "tools.ruff.statuses", "an empty array stands"),
        ("ruff = { statuses = [0, 256] }", "tools.ruff.statuses#2", "256 is no exit status.*0 to 255"),
        ("ruff = { statuses = [true] }", "tools.ruff.statuses#1", "true is no exit status"),
        ("ruff = { level = 'grave' }", "tools.ruff.level", '"grave" is not one.*"critical", "high"'),
        ("ruff = { shell = 'yes' }", "tools.ruff.shell", "true or false is needed"),
        ("ruff = { beside = 1 }", "tools.ruff.beside", "true or false is needed"),
        ("ruff = { environment = 'A=1' }", "tools.ruff.environment", "a table is needed"),
        ("ruff = { environment = { A = 1 } }", "tools.ruff.environment.A", "in quotes"),
        ("ruff = { environment = { 'A=' = '1' } }", 'tools.ruff.environment."A="', "no name of a variable"),
        ('ruff = { environment = { A = "\\u0000" } }', "tools.ruff.environment.A", "NUL"),
        ("ruff = { directory = '../up' }", "tools.ruff.directory", "lies outside of the project"),
        ("ruff = { directory = '/etc' }", "tools.ruff.directory", "lies outside of the project"),
        ("ruff = { report = 'a', beside = true }", "tools.ruff.beside", "nothing is run"),
    ],
)  # fmt: skip
def test_mistakes(text: str, place: str, says: str) -> None:
    _, problems = read(text)
    assert len(problems) == 1, "\n".join(problems)
    assert problems[0].startswith(f"pyproject.toml: {place}:")
    assert re.search(says, problems[0], re.DOTALL), problems[0]


def test_mistakes_are_told_all_at_once_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(
        "[tool.pytest-readiness.tools.ruff]\ntimeout = 1\nlevel = 'x'\n"
        "[tool.pytest-readiness.tools.own]\nrun = 'a | b'\n"
    )
    root = read_document(path)
    read_tools(root)
    told = [(problem.line, problem.key) for problem in root.source.problems]
    assert sorted(told, key=str) == [
        (2, "tools.ruff.timeout"),
        (3, "tools.ruff.level"),
        (5, "tools.own.run"),
    ]


@pytest.mark.parametrize(
    "command",
    [
        "a 'b|c' \"d;e\" f\\|g",
        "a --msg '{path}:{line} $X `y`'",
        "a b~c -x./d",
        "a[b] --c=d",
        'a "\\$x"',
    ],
)
def test_what_is_quoted_is_meant_as_it_stands(command: str) -> None:
    assert tool(f"x = {{ run = {json.dumps(command)} }}").run == command


def test_a_shell_may_be_asked_for() -> None:
    assert tool("x = { run = 'a | b > c', shell = true }").shell


# lines and tables that the tools themselves printed


@pytest.mark.parametrize(
    ("name", "line", "groups"),
    [
        ("ruff-format", "Would reformat: src/shop/low.py", ("src/shop/low.py", None)),
        ("ruff-format", "  --> src/shop/low.py:6:1", ("src/shop/low.py", "6")),
        ("ruff-format", "unformatted: File would be reformatted", None),
        ("ruff-format", "   -     return a --> src/b.py:1:1", None),
        ("ruff-format", "3 files would be reformatted, 1 file already formatted", None),
        (
            "mypy",
            'shop/low.py:16: error: Incompatible return value type (got "str", expected "int")  [return-value]',
            (
                "shop/low.py",
                "16",
                'Incompatible return value type (got "str", expected "int")',
                "return-value",
            ),
        ),
        (
            "mypy",
            "shop/low.py:1:6: error: Invalid syntax  [syntax]",
            ("shop/low.py", "1", "Invalid syntax", "syntax"),
        ),
        (
            "mypy",
            "C:\\a\\low.py:2: error: Name [x] is odd",
            ("C:\\a\\low.py", "2", "Name [x] is odd", None),
        ),
        (
            "mypy",
            'x.py: error: Source file found twice under different module names: "x" and "a.x"',
            (
                "x.py",
                None,
                'Source file found twice under different module names: "x" and "a.x"',
                None,
            ),
        ),
        ("mypy", "shop/low.py:18: note:      Superclass:", None),
        ("mypy", "Found 6 errors in 1 file (checked 3 source files)", None),
        ("mypy", "Success: no issues found in 3 source files", None),
        ("import-linter", "layers BROKEN", ("layers BROKEN",)),
        ("import-linter", "Deep layers BROKEN (12.3ms)", ("Deep layers BROKEN",)),
        ("import-linter", "layers KEPT", None),
        ("import-linter", "Contracts: 0 kept, 1 broken.", None),
        (
            "deptry",
            "src/shop/low.py:3:8: DEP001 'numpy' imported but missing from the dependency definitions",
            (
                "src/shop/low.py",
                "3",
                "DEP001",
                "'numpy' imported but missing from the dependency definitions",
            ),
        ),
        (
            "deptry",
            "pyproject.toml: DEP002 'requests' defined as a dependency but not used in the codebase",
            (
                "pyproject.toml",
                None,
                "DEP002",
                "'requests' defined as a dependency but not used in the codebase",
            ),
        ),
        (
            "deptry",
            'Warning: Skipping processing of a.py because of the following error: "SyntaxError: x".',
            ("a.py", None, None, 'the following error: "SyntaxError: x".'),
        ),
        ("deptry", "Scanning 3 files...", None),
        ("deptry", "Success! No dependency issues found.", None),
        ("deptry", "For more information, see the documentation: https://deptry.com/", None),
    ],
)
def test_patterns_of_known_tools(
    name: str, line: str, groups: tuple[str | None, ...] | None
) -> None:
    found = re.search(KNOWN[name]["pattern"], line)
    assert (found.groups() if found else None) == groups


def test_the_figure_of_interrogate() -> None:
    printed = """\
| Name                 |       Total |       Miss |       Cover |       Cover% |
|----------------------|-------------|------------|-------------|--------------|
| low.py               |           7 |          7 |           0 |           0% |
|----------------------|-------------|------------|-------------|--------------|
| TOTAL                |          10 |          8 |           2 |        20.0% |
---------------- RESULT: FAILED (minimum: 80.0%, actual: 20.0%) ----------------
"""
    known = KNOWN["interrogate"]
    numbers = [re.search(known[key], printed) for key in ("figure", "total")]
    assert [found[1] for found in numbers if found] == ["2", "10"]


def test_commands_that_prove_something() -> None:
    source = Source(name="p")
    table = Table(source=source, path=("x",), data={"run": "a b", "timeout": "2s"})
    found = read_command("SEC-1", table)
    assert (found.name, found.run, found.format, found.timeout) == (
        "SEC-1",
        "a b",
        "exit-status",
        2,
    )
    assert not source.problems


def test_a_policy_has_its_tools(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text("[tool.pytest-readiness.tools]\nruff = {}\nmypy = {}\n")
    policy = load_policy(path, catalogue=CATALOGUE)
    assert [one.name for one in policy.tools] == ["ruff", "mypy"]
    assert str(policy.tools[1].origin) == "pyproject.toml:3 tools.mypy"


# the schema knows less than the loader, and must not refuse what the loader takes

_VALUES: st.SearchStrategy[Any] = st.one_of(
    st.booleans(),
    st.integers(-1, 300),
    st.sampled_from(
        [
            "",
            "a b",
            "a | b",
            "5min",
            "0s",
            "sarif",
            "lines",
            "figure",
            "/a/b",
            "(x)",
            "(",
            "high",
            "%",
        ]
    ),
    st.lists(st.integers(-1, 300), max_size=2),
    st.dictionaries(st.sampled_from(["A", "B="]), st.sampled_from(["", "x", 3]), max_size=1),
)
_NAMES = st.sampled_from([*KNOWN, "own", "a b", "x:y"]) | st.text(string.printable, max_size=4)
_TABLES = st.dictionaries(st.sampled_from([*TOOL_KEYS, "other"]), _VALUES, max_size=4)


@law
@given(st.dictionaries(_NAMES, _TABLES | _VALUES, max_size=2))
def test_anything_is_read_or_told_and_the_schema_refuses_nothing_that_is_read(
    data: dict[str, Any],
) -> None:
    source = Source(name="p")
    read_tools(Table(source=source, path=(), data={"tools": data}))
    if not source.problems:
        jsonschema.Draft7Validator(schema()).validate(data)


@pytest.mark.parametrize(
    "data",
    [
        {"own": {}},
        {"own": {"run": ""}},
        {"ruff": {"timeout": "5"}},
        {"ruff": {"statuses": []}},
        {"ruff": {"nonsense": 1}},
        {"a:b": {"run": "x"}},
    ],
)
def test_the_schema_refuses(data: dict[str, Any]) -> None:
    validator = jsonschema.Draft7Validator(schema())
    jsonschema.Draft7Validator.check_schema(schema())
    assert not validator.is_valid(data)


PAGE = Path(__file__).parents[2] / "docs" / "tools.md"


def test_what_the_page_shows_can_be_configured(tmp_path: Path) -> None:
    blocks = re.findall(r"^```toml\n(.+?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    assert len(blocks) >= 5
    for block in blocks:
        path = tmp_path / "pyproject.toml"
        path.write_text(block)
        load_policy(path, catalogue=CATALOGUE)


def test_the_page_names_every_setting_format_and_known_tool() -> None:
    page = PAGE.read_text()
    for name in (*TOOL_KEYS, *FORMATS, *KNOWN):
        assert f"`{name}`" in page, name
