"""Formats of findings and figures but SARIF and coverage, in the shapes that the tools really print."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_readiness.collect.tools import formats
from pytest_readiness.collect.tools.formats import UnreadableError, read
from pytest_readiness.collect.tools.formats.figure import resolve
from pytest_readiness.collect.tools.formats.source import decode
from pytest_readiness.model.evidence import Figure
from pytest_readiness.model.outside import LEVELS
from pytest_readiness.model.tool import FORMATS
from strategies import law
from tool_outputs import places, read_as, tool

# Exit statuses


@pytest.mark.parametrize(
    ("status", "found"),
    [
        (0, []),
        (1, [("error", "exit-1", "", 0, "exit status 1")]),
        (139, [("error", "exit-139", "", 0, "exit status 139 (killed by SIGSEGV)")]),
        (-11, [("error", "exit-139", "", 0, "exit status 139 (killed by SIGSEGV)")]),
        (255, [("error", "exit-255", "", 0, "exit status 255")]),
    ],
)
def test_exit_status(status: int, found: list[object], tmp_path: Path) -> None:
    told = read_as("exit-status", "whatever", tmp_path, status=status)
    assert (places(told), told.levels) == (found, ("error",))
    if found:
        assert told.findings[0].id == f"t:{found[0][0]}:{found[0][1]}"  # type: ignore[index]


def test_a_report_has_no_exit_status(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="has no exit status"):
        read_as("exit-status", "", tmp_path, status=None)


def test_the_level_of_an_exit_status_may_be_configured(tmp_path: Path) -> None:
    told = read_as("exit-status", "", tmp_path, status=2, level="critical")
    assert (told.findings[0].level, told.levels) == ("critical", ("critical",))


# Lines


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (
            "src/a.py:13: error: Incompatible return  [return-value]",
            ("error", "return-value", "src/a.py", 13, "Incompatible return"),
        ),
        ("src/a.py:13:15: note: See this", ("note", "", "src/a.py", 13, "See this")),
        ("src/a.py:1:2: E501 line too long", ("error", "", "src/a.py", 1, "E501 line too long")),
        (
            '  ROOT/src/a.py:3:16 - warning: no "x" (reportMissing)',
            ("warning", "reportMissing", "src/a.py", 3, 'no "x"'),
        ),
        ("src/a.c:7:1: fatal: gone", ("error", "", "src/a.c", 7, "gone")),
        (
            "\x1b[1msrc/a.py\x1b[m\x1b[36m:\x1b[m2\x1b[36m:\x1b[m8\x1b[36m:\x1b[m DEP001 'x' is missing",
            ("error", "", "src/a.py", 2, "DEP001 'x' is missing"),
        ),
        ("Found 1 error in 1 file (checked 2 source files)", None),
        ("src/a.py: no line", None),
        ("src/a.py:4: no [rule) here", ("error", "", "src/a.py", 4, "no [rule) here")),
        ("src/a.py:4: see (a b)", ("error", "", "src/a.py", 4, "see (a b)")),
        ("C:/x/a.py:4: see [a]", ("error", "a", "C:/x/a.py", 4, "see")),
    ],
)
def test_usual_lines(line: str, found: object, tmp_path: Path) -> None:
    told = read_as("lines", line.replace("ROOT", str(tmp_path)) + "\r\n", tmp_path)
    assert places(told) == ([found] if found else [])
    assert told.levels == ("error", "warning", "note")


def test_long_lines_take_no_time(tmp_path: Path) -> None:
    """By the square, the first of these would take an hour."""
    for line in ("a.py:1: " + " " * 1_000_000 + "x", "a:/" * 300_000, "a.py:1: " + " (" * 500_000):
        read_as("lines", line, tmp_path)


@pytest.mark.parametrize(
    ("pattern", "line", "found", "levels"),
    [
        (
            r"^(?P<rule>[A-Z]\d+) (?P<message>.*)",
            "E1 mend it",
            ("medium", "E1", "", 0, "mend it"),
            ("medium",),
        ),
        (r"BROKEN", "Layers BROKEN", ("medium", "", "", 0, "Layers BROKEN"), ("medium",)),
        (
            r"(\S+) (\d+) (\w+) (\w+) (.*)",
            "a.py 3 HIGH S1 bad, very",
            ("high", "S1", "a.py", 3, "bad, very"),
            LEVELS,
        ),
        (r"(\S+)@(\d+)?", "a.py@", ("medium", "", "a.py", 0, "a.py@"), ("medium",)),
        (
            r"(?P<level>\w+)!(?P<message>.*)",
            "unknown!x",
            ("medium", "", "", 0, "x"),
            LEVELS,
        ),
        (r"(?P<path>\S+)?:(?P<line>.*)", ":٣", ("medium", "", "", 3, ":٣"), ("medium",)),
    ],
)
def test_patterns_of_ones_own(
    pattern: str, line: str, found: object, levels: object, tmp_path: Path
) -> None:
    told = read_as("lines", line, tmp_path, pattern=pattern, level="medium")
    assert (places(told), told.levels) == ([found], levels)


def test_a_pattern_that_matches_nothing_of_a_failure(tmp_path: Path) -> None:
    assert read_as("lines", "All well\n", tmp_path, status=0).findings == ()
    with pytest.raises(UnreadableError) as caught:
        read_as("lines", "a.py(3): oh\nb.py(4): oh\n", tmp_path, status=1)
    assert str(caught.value) == (
        "it ended with exit status 1, and none of its 2 lines matches `pattern`: 'a.py(3): oh'"
    )
    with pytest.raises(UnreadableError, match="exit status 1, and printed nothing"):
        read_as("lines", "\n", tmp_path, status=1)
    with pytest.raises(UnreadableError, match="no regular expression"):
        read_as("lines", "x", tmp_path, pattern="(")


# mypy and pyright


def mypy_line(**more: Any) -> str:
    line = {
        "file": "src/a.py",
        "line": 13,
        "column": 15,
        "end_line": 13,
        "end_column": 19,
        "message": "Incompatible return value type",
        "hint": None,
        "code": "return-value",
        "severity": "error",
    }
    return json.dumps({**line, **more}) + "\n"


def test_mypy(tmp_path: Path) -> None:
    told = read_as(
        "mypy",
        mypy_line() + mypy_line(severity="note", code=None, message="See\nthat", line=-1),
        tmp_path,
        status=1,
    )
    assert places(told) == [
        ("error", "return-value", "src/a.py", 13, "Incompatible return value type"),
        ("note", "", "src/a.py", 0, "See"),
    ]
    assert told.findings[1].id == "t:note:-:src/a.py"
    assert told.levels == ("error", "note")
    assert read_as("mypy", "", tmp_path, status=0).findings == ()
    assert read_as("mypy", "Success: no issues found in 1 source file\n", tmp_path).findings == ()


@pytest.mark.parametrize(
    ("output", "status", "message"),
    [
        ("", 1, "exit status 1, and told of no error"),
        ("src/a.py:1: error: no  [x]\n", 1, "line 1 is no object of mypy's JSON"),
        (mypy_line() + "Killed\n", 1, "line 2 is no object of mypy's JSON"),
        (mypy_line()[:40], 1, "line 1 is no object"),
        ("[1]", None, "line 1 is no object"),
        ('{"file": "a.py"}', None, "line 1 is no object"),
    ],
)
def test_what_is_not_of_mypy(output: str, status: int | None, message: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_as("mypy", output, tmp_path, status=status)
    assert message in str(caught.value)


def pyright(**more: Any) -> dict[str, Any]:
    one = {
        "file": "src/a.py",
        "severity": "error",
        "message": "no\n  because",
        "range": {"start": {"line": 12, "character": 15}, "end": {"line": 12, "character": 19}},
        "rule": "reportReturnType",
    }
    summary = {"filesAnalyzed": 2, "errorCount": 1}
    return {"version": "1.1.414", "generalDiagnostics": [one], "summary": summary, **more}


def test_pyright(tmp_path: Path) -> None:
    told = read_as("pyright", pyright(), tmp_path)
    assert places(told) == [("error", "reportReturnType", "src/a.py", 13, "no")]
    assert told.version == "1.1.414"
    assert read_as("pyright", pyright(generalDiagnostics=[]), tmp_path).findings == ()
    bare = [{"message": "x", "severity": "information"}]
    assert places(read_as("pyright", pyright(generalDiagnostics=bare), tmp_path)) == [
        ("note", "", "", 0, "x")
    ]


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("No configuration file found.", "no JSON of pyright"),
        ("[]", "it has no `generalDiagnostics`"),
        (pyright(generalDiagnostics={}), "it has no `generalDiagnostics`"),
        (pyright(generalDiagnostics=[{}]), "`generalDiagnostics[0]` holds no message"),
        (pyright(summary={"filesAnalyzed": 0}), "analysed no file"),
    ],
)
def test_what_is_not_of_pyright(output: object, message: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_as("pyright", output, tmp_path)
    assert message in str(caught.value)


# bandit's JSON


def test_bandit_of_its_bare_installation(tmp_path: Path) -> None:
    one = {
        "filename": "./src/a.py",
        "issue_severity": "HIGH",
        "issue_confidence": "HIGH",
        "issue_text": "Use of weak MD5 hash.",
        "line_number": 7,
        "more_info": "https://bandit.readthedocs.io/b324",
        "test_id": "B324",
    }
    skipped = {"filename": "src/b.py", "reason": "syntax error while parsing AST from file"}
    told = read_as("bandit", {"results": [one], "errors": [skipped]}, tmp_path)
    assert places(told) == [
        ("error", "not-analysed", "src/b.py", 0, f"not looked at: {skipped['reason']}"),
        ("high", "B324", "src/a.py", 7, "Use of weak MD5 hash."),
    ]
    assert told.findings[1].url == "https://bandit.readthedocs.io/b324"
    assert "critical" in told.levels  # `bandit:critical` is a question that has an answer: none
    output: object
    for output in ("[]", {"results": []}, {"results": [3], "errors": []}):
        with pytest.raises(UnreadableError):
            read_as("bandit", output, tmp_path)


# pip-audit


def package(*vulns: Any, **more: Any) -> dict[str, Any]:
    return {"name": "jinja2", "version": "2.10", "vulns": list(vulns), **more}


FLAW = {
    "id": "PYSEC-2019-217",
    "fix_versions": ["2.10.1", "2.11"],
    "aliases": ["CVE-2019-10906"],
    "description": "In Pallets\nJinja  sandboxes leak.",
}


def test_pip_audit(tmp_path: Path) -> None:
    unmended = {"id": "GHSA-1", "fix_versions": [], "aliases": [], "description": ""}
    skipped = {"name": "ours", "skip_reason": "Dependency not found on PyPI"}
    editable = {"name": "shop", "skip_reason": "distribution marked as editable"}
    packages = [package(FLAW, unmended), package(), skipped, editable]
    output: object
    for output in ({"dependencies": packages, "fixes": []}, packages):
        told = read_as("pip-audit", output, tmp_path)
        assert places(told) == [
            ("high", "GHSA-1", "", 0, "jinja2 2.10, no fix is known"),
            (
                "high",
                "PYSEC-2019-217",
                "",
                0,
                "jinja2 2.10, mended in 2.10.1, 2.11 (CVE-2019-10906): "
                "In Pallets Jinja sandboxes leak.",
            ),
            ("note", "not-audited", "", 0, "ours: Dependency not found on PyPI"),
        ]
        assert [one.fixable for one in told.findings] == [0, 1, 0]
        assert told.levels == ("high", "note")
    told = read_as("pip-audit", packages, tmp_path, level="critical")
    assert {one.level for one in told.findings} == {"critical", "note"}


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("No known vulnerabilities found", "no JSON of pip-audit"),
        ({"results": []}, "it has no `dependencies`"),
        ([3], "`dependencies[0]` has no name"),
        ([{"name": "a"}], "(a) has neither `vulns` nor `skip_reason`"),
        ([package({"aliases": []})], "`dependencies[0].vulns[0]` has no id"),
        (
            [{"name": "a", "skip_reason": "no index"}, {"name": "b", "skip_reason": "no index"}],
            "it audited none of 2 packages: a: no index",
        ),
    ],
)
def test_what_is_not_of_pip_audit(output: object, message: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_as("pip-audit", output, tmp_path)
    assert message in str(caught.value)


def test_nothing_installed_has_no_flaw(tmp_path: Path) -> None:
    assert read_as("pip-audit", {"dependencies": [], "fixes": []}, tmp_path).findings == ()


# JUnit

JUNIT = """<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite name="e2e" tests="4" failures="1" errors="1" skipped="1">
<testcase classname="tests.test_a" name="test_ok" time="0.1"/>
<testcase classname="tests.test_a" name="test_bad" file="tests/test_a.py" line="12">
  <failure message="assert 1 == 2&#10;more">trace</failure></testcase>
<testcase classname="tests.test_a" name="test_broken"><error>boom
at x</error></testcase>
<testcase classname="tests.test_a" name="test_skip"><skipped message="no"/></testcase>
</testsuite></testsuites>"""


def test_junit(tmp_path: Path) -> None:
    told = read_as("junit", JUNIT, tmp_path)
    assert places(told) == [
        ("error", "tests.test_a.test_bad", "tests/test_a.py", 12, "failure: assert 1 == 2"),
        ("error", "tests.test_a.test_broken", "", 0, "error: boom"),
    ]
    assert told.figures == (("t", Figure(metric="tool.figure", value=4)),)
    named = read_as("junit", JUNIT, tmp_path, metric="e2e.tests")
    assert named.figures[0][1].metric == "e2e.tests"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_junit_in_whatever_encoding_it_was_redirected(encoding: str, tmp_path: Path) -> None:
    """PowerShell's `>` writes UTF-16, and the first line says UTF-8 all the same."""
    text = JUNIT.replace("assert 1", "assert ä")
    told = read_as("junit", text.encode(encoding), tmp_path)
    assert told.findings[0].places == ((12, "failure: assert ä == 2"),)


def test_junit_in_the_encoding_that_it_says(tmp_path: Path) -> None:
    text = JUNIT.replace("utf-8", "iso-8859-1").replace("assert 1", "assert ä")
    told = read_as("junit", text.encode("iso-8859-1"), tmp_path)
    assert told.findings[0].places == ((12, "failure: assert ä == 2"),)


def test_a_suite_that_broke_as_a_whole(tmp_path: Path) -> None:
    told = read_as(
        "junit", '<testsuite name="s"><error message="no database"/></testsuite>', tmp_path
    )
    assert places(told) == [("error", "s", "", 0, "error: no database")]


BOMB = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>
<testsuite><testcase name="&b;"/></testsuite>"""
EXTERNAL = """<?xml version="1.0"?><!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<testsuite><testcase name="a"><failure>&x;</failure></testcase></testsuite>"""
PARAMETER = """<?xml version="1.0"?><!DOCTYPE t [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x"> %p;]>
<testsuite><testcase name="a"/></testsuite>"""


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("", "its output is empty, and should be JUnit XML"),
        ("4 passed", "no JUnit XML: syntax error: line 1, column 0: '4 passed'"),
        (JUNIT[:-25], "no JUnit XML: no element found"),
        ("<coverage/>", "it begins with <coverage>"),
        ("<testsuites/>", "holds no test case"),
        (BOMB, "entities"),
        (EXTERNAL, "entities"),
        (PARAMETER, "entities"),
        ('<!DOCTYPE t SYSTEM "x.dtd"><testsuite>&y;</testsuite>', "entities"),
        ("<testsuite>" * 200, "nested deeper than 100"),
        (b"<testsuite>\x00</testsuite>", "no JUnit XML"),
    ],
)
def test_hostile_and_broken_xml(output: str | bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_as("junit", output, tmp_path)
    assert message in str(caught.value)


def test_a_document_type_is_not_fetched(tmp_path: Path) -> None:
    text = '<!DOCTYPE t SYSTEM "http://127.0.0.1:1/t.dtd">' + JUNIT.partition("?>")[2]
    assert read_as("junit", text, tmp_path).figures[0][1].value == 4


# Figures


RFC_6901: dict[str, Any] = {
    "foo": ["bar", "baz"],
    "": 0,
    "a/b": 1,
    "c%d": 2,
    "e^f": 3,
    "g|h": 4,
    "i\\j": 5,
    'k"l': 6,
    " ": 7,
    "m~n": 8,
}


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("", RFC_6901),
        ("/foo", ["bar", "baz"]),
        ("/foo/0", "bar"),
        ("/", 0),
        ("/a~1b", 1),
        ("/c%d", 2),
        ("/e^f", 3),
        ("/g|h", 4),
        ("/i\\j", 5),
        ('/k"l', 6),
        ("/ ", 7),
        ("/m~0n", 8),
    ],
)
def test_the_examples_of_rfc_6901(pointer: str, value: object) -> None:
    assert resolve(RFC_6901, pointer) == value


@pytest.mark.parametrize(
    ("pointer", "message"),
    [
        ("/foo/2", "/foo has 2 items"),
        ("/foo/-", "/foo has 2 items"),
        ("/foo/00", "/foo has 2 items"),
        ("/foo/+1", "/foo has 2 items"),
        ("/foo/0/x", "/foo/0 is 'bar'"),
        ("/nope", "its root holds foo, , a/b, c%d, e^f, ..."),
        ("/m~1n", "its root holds"),
    ],
)
def test_pointers_to_nothing(pointer: str, message: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        resolve(RFC_6901, pointer)
    assert str(caught.value).startswith(f"nothing stands at {pointer}: {message}")


def documents() -> st.SearchStrategy[Any]:
    keys = st.text("a/~01 ", max_size=3)
    return st.recursive(
        st.integers(0, 9),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
        max_leaves=8,
    )


@law
@given(documents())
def test_every_place_has_its_pointer(document: Any) -> None:
    def walk(data: Any, pointer: str) -> Iterator[tuple[str, Any]]:
        yield pointer, data
        for key in (
            data if isinstance(data, dict) else range(len(data)) if data.__class__ is list else ()
        ):
            token = str(key).replace("~", "~0").replace("/", "~1")
            yield from walk(data[key], f"{pointer}/{token}")

    for pointer, value in walk(document, ""):
        assert resolve(document, pointer) is value


TOTALS = {
    "covered": 29,
    "of": 30,
    "share": 96.5,
    "text": "1,204",
    "not": None,
    "yes": True,
    "big": 1e308,
}


@pytest.mark.parametrize(
    ("output", "fields", "figure"),
    [
        (TOTALS, {"figure": "/covered"}, Figure(metric="tool.figure", value=29)),
        (
            TOTALS,
            {"figure": "/covered", "total": "/of", "metric": "docs.covered", "unit": "%"},
            Figure(metric="docs.covered", value=29, total=30),
        ),
        (
            TOTALS,
            {"figure": "/share", "unit": "%"},
            Figure(metric="tool.figure", value=96.5, unit="%"),
        ),
        (TOTALS, {"figure": "/text"}, Figure(metric="tool.figure", value=1_204)),
        (
            "| TOTAL | 30 | 1 | 29 | 96.7% |\n",
            {"figure": r"TOTAL \| \d+ \| \d+ \| (\d+)", "total": r"TOTAL \| (\d+)"},
            Figure(metric="tool.figure", value=29, total=30),
        ),
        (
            "a\nscore: -3.5e1 %\n",
            {"figure": r"^score: (.*)$"},
            Figure(metric="tool.figure", value=-35.0),
        ),
        ("42", {"figure": r"\d+"}, Figure(metric="tool.figure", value=42)),
        ("42", {"figure": ""}, Figure(metric="tool.figure", value=42)),
        (
            "0 of 7",
            {"figure": r"(\d+) of", "total": r"of (\d+)"},
            Figure(metric="tool.figure", value=0, total=7),
        ),
    ],
)
def test_figures(output: object, fields: Any, figure: Figure, tmp_path: Path) -> None:
    told = read_as("figure", output, tmp_path, **fields)
    assert told.figures == (("t", figure),)
    assert type(told.figures[0][1].value) is type(figure.value)
    assert (told.findings, told.levels) == ((), ())


@pytest.mark.parametrize(
    ("output", "fields", "message"),
    [
        (TOTALS, {"figure": "/nope"}, "nothing stands at /nope: its root holds covered, of"),
        (TOTALS, {"figure": "/not"}, "what stands at /not is no number: 'None'"),
        (TOTALS, {"figure": "/yes"}, "what stands at /yes is no number"),
        (TOTALS, {"figure": "/big"}, "no finite number"),
        ("[1e999]", {"figure": "/0"}, "no finite number"),
        (TOTALS, {"figure": "/share", "total": "/of"}, "96.5 of 30 is no ratio of two integers"),
        (TOTALS, {"figure": "/of", "total": "/covered"}, "30 of 29 is no part of a whole"),
        ("0:0", {"figure": r"(\d):", "total": r":(\d)"}, "0 of 0: there is nothing"),
        ("", {"figure": "/a"}, "its output is empty, and should be JSON"),
        ("{", {"figure": "/a"}, "its output is no JSON: "),
        ("total: none", {"figure": r"total: (\d+)"}, "nothing in it matches"),
        ("total: none", {"figure": r"total: (\w+)"}, "is no number: 'none'"),
        ("x", {"figure": "("}, "`figure` is no regular expression"),
        ("1 x", {"figure": r"\d", "total": "("}, "`total` is no regular expression"),
        ("9" * 400, {"figure": r"\d+"}, "is no number"),
        ("--1", {"figure": ".+"}, "is no number"),
        ("1.2.3", {"figure": ".+"}, "is no number"),
        ("%", {"figure": ".+"}, "is no number"),
    ],
)
def test_figures_that_are_none(output: object, fields: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_as("figure", output, tmp_path, **fields)
    assert message in str(caught.value)


# All of them


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"plain \xc3\xa4", "plain ä"),
        (b"\xef\xbb\xbfmarked", "marked"),
        ("wide ä".encode("utf-16"), "wide ä"),
        (b"\xfe\xff" + "wide".encode("utf-16-be"), "wide"),
        ("unmarked".encode("utf-16-le"), "unmarked"),
        ("unmarked".encode("utf-16-be"), "unmarked"),
        ("wider".encode("utf-32"), "wider"),
        (b"torn \xff\xc3", "torn \ufffd\ufffd"),
        (b"a\0b", "a\0b"),
        (b"", ""),
    ],
)
def test_encodings(raw: bytes, text: str) -> None:
    assert decode(raw) == text


def test_there_is_a_reader_for_each_format(tmp_path: Path) -> None:
    assert set(formats._MODULES) == set(FORMATS)
    assert set(FORMATS) >= formats.COVERAGE


def read_or_refused(format: str, raw: bytes, status: int | None) -> bool:
    one = tool(format, figure="/a", pattern=r"(\w):(\d)")
    try:
        found = read(one, raw, status, Path("/nowhere"))
    except UnreadableError as error:
        return bool(str(error))
    return {fact.level for fact in found.findings} <= set(found.levels)


@pytest.mark.parametrize("format", FORMATS)
@law
@given(
    raw=st.binary(max_size=60)
    | st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace"))
)
def test_rubbish_is_read_or_refused(format: str, raw: bytes) -> None:
    assert all(read_or_refused(format, raw, status) for status in (0, 1, None))


def test_a_fault_of_a_reader_names_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(source: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("pytest_readiness.collect.tools.formats.mypy.read", broken)
    with pytest.raises(UnreadableError, match="cannot be read as mypy: ZeroDivisionError: oh"):
        read_as("mypy", "", tmp_path)
