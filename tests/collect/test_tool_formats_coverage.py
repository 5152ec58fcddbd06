"""Coverage that other processes wrote down: each format to the line and branch as `coverage report` counts."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import coverage
import pytest

from pytest_readiness.collect.digest import digest
from pytest_readiness.collect.tools.formats import Read, UnreadableError
from pytest_readiness.collect.tools.formats.vouched import _committed
from pytest_readiness.measure.measure import measure
from pytest_readiness.model import lines
from pytest_readiness.model.evidence import (
    ChangedFile,
    Collection,
    Comparison,
    Evidence,
    FileCoverage,
    Gap,
    Notice,
    Reason,
    Record,
)
from pytest_readiness.model.measurement import Measurement, NotMeasured, Request
from strategies import attempt, record, run
from tool_outputs import read_as

SOURCE = '''\
"""What reports describe each in a way of their own."""


def loop(items, stop=None):
    total = 0
    for item in items:
        if item == stop:
            break
        elif item < 0: continue
        total += item
    else:
        total += 100
    while total > 1000:
        total -= 1
    return [one for one in items if one], total


def never(a, b):
    if a:
        return b
    for _ in b:  # pragma: no branch
        a += 1


def guarded(text):
    with open(__file__) as file:
        if text:
            return text
    try:
        int("x")
    except ValueError:
        pass
    else:
        never(1, 2)
    if text is None:  # pragma: no cover
        never(2, 1)
    return call(
        text,
        file,
    )


def call(*values):
    if values: return values
    match values:
        case ():
            return 1
        case _:
            return 2


class Shelf:
    if loop([1, 2]):
        size = 3


loop([1, -1, 3], 3)
guarded("")
'''
FORMATS = {
    "coverage": "data",
    "coverage-xml": "coverage.xml",
    "coverage-json": "coverage.json",
    "lcov": "coverage.lcov",
}


def measured(root: Path, *, branch: bool) -> tuple[int, ...]:
    """Statements, missing ones, branches and missing ones of `coverage report`; reports lie in the root."""
    cov = coverage.Coverage(
        data_file=str(root / "data"), config_file=False, branch=branch, source=[str(root / "src")]
    )
    cov.start()
    try:
        exec(compile(SOURCE, str(root / "src/shop.py"), "exec"), {"__file__": __file__})
    finally:
        cov.stop()
    cov.save()
    cov.xml_report(outfile=str(root / "coverage.xml"))
    cov.json_report(outfile=str(root / "coverage.json"))
    cov.lcov_report(outfile=str(root / "coverage.lcov"))
    totals = json.loads((root / "coverage.json").read_text())["totals"]
    names = ("num_statements", "missing_lines", "num_branches", "missing_branches")
    return tuple(totals.get(name, 0) for name in names)


class Site:
    """A project of two files that was measured, and what came of it."""

    def __init__(self, root: Path, *, branch: bool) -> None:
        self.root = root
        (root / "src").mkdir(parents=True)
        (root / "src/shop.py").write_text(SOURCE)
        (root / "src/empty.py").write_text("")
        self.totals = measured(root, branch=branch)

    def text(self, format: str) -> bytes:
        return (self.root / FORMATS[format]).read_bytes()

    def read(self, format: str, root: Path | None = None, **fields: Any) -> Read:
        return read_as(format, self.text(format), root or self.root, name="api", **fields)


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Site]:
    base = tmp_path_factory.mktemp("sites")
    return {branch: Site(base / str(branch), branch=branch) for branch in (True, False)}


def files(found: Read) -> dict[str, FileCoverage]:
    return {
        fact.subject: fact.data for fact in found.coverage if isinstance(fact.data, FileCoverage)
    }


def rest(found: Read) -> list[tuple[str, Gap | Notice]]:
    return [
        (fact.subject, fact.data) for fact in found.coverage if isinstance(fact.data, Gap | Notice)
    ]


@pytest.mark.parametrize("branch", [True, False])
@pytest.mark.parametrize("format", FORMATS)
def test_exactly_what_the_report_counts(format: str, branch: bool, sites: dict[bool, Site]) -> None:
    site = sites[branch]
    found = site.read(format)
    assert set(files(found)) == {"src/shop.py", "src/empty.py"}
    assert rest(found) == []
    assert {fact.process for fact in found.coverage} == {"tool:api"}
    shop = files(found)["src/shop.py"]
    branches = shop.branches or ()
    assert (
        shop.statements.bit_count(),
        (shop.statements & ~shop.executed).bit_count(),
        len(branches),
        len(branches) - len(shop.taken),
    ) == site.totals
    assert (shop.branches is not None) is branch
    assert shop.digest == digest(SOURCE.encode())


@pytest.mark.parametrize("branch", [True, False])
def test_all_formats_say_the_same(branch: bool, sites: dict[bool, Site]) -> None:
    """Branch by branch: what several of them tell of a file unites without a seam."""
    told = {format: files(sites[branch].read(format))["src/shop.py"] for format in FORMATS}
    expected = told.pop("coverage")
    for format, shop in told.items():
        for field in ("statements", "executed", "branches", "taken", "digest"):
            assert getattr(shop, field) == getattr(expected, field), (format, field)


def reading(*records: Record, metric: str) -> object:
    base = [
        record(run(sections=("tests", "coverage", "patch"))),
        record(Collection(tests=("t",))),
        record(attempt(), "t"),
        record(Comparison(base="main", commit="c")),
    ]
    request = Request(metric=metric)
    return measure(Evidence.of([*base, *records]), [request])[request][0]


def told_by(found: Read) -> list[Record]:
    return [record(fact.data, fact.subject, process=fact.process) for fact in found.coverage]


def own(executed: str, **fields: Any) -> Record:
    """What the session itself knows of the file."""
    data = FileCoverage(
        digest=digest(SOURCE.encode()),
        statements=lines.from_text("4-7,18-20"),
        executed=lines.from_text(executed),
        **fields,
    )
    return record(data, "src/shop.py")


@pytest.mark.parametrize("format", FORMATS)
def test_it_unites_with_what_the_session_measured(format: str, sites: dict[bool, Site]) -> None:
    site = sites[False]
    alone = files(site.read(format))["src/shop.py"]
    statements, missing, *_ = site.totals
    both = reading(own("18-20"), *told_by(site.read(format)), metric="coverage.lines")
    assert isinstance(both, Measurement)
    won = (lines.from_text("18-20") & alone.statements & ~alone.executed).bit_count()
    assert won > 0
    assert (both.part, both.total) == (statements - missing + won, statements)


def test_the_session_must_have_measured_all_the_same(sites: dict[bool, Site]) -> None:
    """What another process ran says nothing of what the tests ran."""
    found = reading(*told_by(sites[False].read("lcov")), metric="coverage.lines")
    assert isinstance(found, NotMeasured)
    assert "evidence of coverage is missing" in found.message


def test_branches_that_only_one_of_them_measured(sites: dict[bool, Site]) -> None:
    found = reading(own("18-20"), *told_by(sites[True].read("lcov")), metric="coverage.branches")
    assert isinstance(found, NotMeasured)
    assert found.reason is Reason.PARTIAL


@pytest.mark.parametrize("format", FORMATS)
def test_a_changed_line_within_a_statement_belongs_to_it(
    format: str, sites: dict[bool, Site]
) -> None:
    """Line 38 is the last but one of a call that begins in line 36."""
    numbers = [
        number for number, line in enumerate(SOURCE.splitlines(), 1) if line == "        file,"
    ]
    changed = ChangedFile(lines=lines.of(numbers), digest=digest(SOURCE.encode()))
    session = record(
        FileCoverage(digest="x", statements=lines.EMPTY, executed=lines.EMPTY), "other"
    )
    found = reading(
        session,
        record(changed, "src/shop.py"),
        *told_by(sites[False].read(format)),
        metric="coverage.patch",
    )
    assert isinstance(found, Measurement)
    assert (found.part, found.total) == (1, 1)


@pytest.mark.parametrize("format", FORMATS)
def test_a_report_that_is_older_than_a_file(
    format: str, sites: dict[bool, Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CI", "GITHUB_ACTIONS", "__TOX_ENVIRONMENT_VARIABLE_ORIGINAL_CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(
        "pytest_readiness.collect.tools.formats.vouched.ci_name", lambda environ: ""
    )
    site = sites[True]
    time = os.stat(site.root / "src/shop.py").st_mtime
    assert rest(site.read(format, written=time + 60)) == []
    found = site.read(format, written=time - 60)
    ((subject, gap),) = rest(found)
    assert subject == "coverage:api"
    assert isinstance(gap, Gap)
    assert gap.reason is Reason.STALE
    assert re.fullmatch(
        r"api's report \(.* UTC\) is older than files that it measured: "
        r"src/empty\.py, src/shop\.py",
        gap.message,
    )
    assert files(found) == {}
    read = reading(own("4"), *told_by(found), metric="coverage.lines")
    assert isinstance(read, NotMeasured)
    assert read.reason is Reason.STALE


def git(root: Path, *command: str, date: str) -> None:
    import subprocess

    environ = {
        **{key: value for key, value in os.environ.items() if not key.startswith("GIT_")},
        **dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), date),
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    line = ["git", "-c", "user.name=n", "-c", "user.email=e@x", *command]
    subprocess.run(line, cwd=root, env=environ, check=True, capture_output=True)


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_a_fresh_checkout_in_a_ci_is_what_an_earlier_job_measured(
    sites: dict[bool, Site], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There every file is younger than the report; only one that was changed since is another."""
    root = tmp_path / "checkout"
    shutil.copytree(sites[False].root / "src", root / "src")
    text = sites[False].text("lcov").replace(str(sites[False].root).encode(), str(root).encode())
    git(root, "init", "-q", date="2026-01-01T00:00:00Z")
    git(root, "add", "src", date="2026-01-01T00:00:00Z")
    git(root, "commit", "-q", "-m", "x", date="2026-01-01T00:00:00Z")
    midnight = 1_767_225_600.0  # 2026-01-01, UTC

    def gaps(written: float) -> list[object]:
        _committed.cache_clear()
        found = read_as("lcov", text, root, name="api", written=written)
        return [fact.subject for fact in found.coverage if isinstance(fact.data, Gap)]

    monkeypatch.setenv("CI", "true")
    assert gaps(midnight + 5) == []
    assert gaps(midnight - 5) == ["coverage:api"]
    (root / "src/shop.py").write_text(SOURCE.replace("1000", "2000"))
    assert gaps(midnight + 5) == ["coverage:api"]
    monkeypatch.setattr(
        "pytest_readiness.collect.tools.formats.vouched.ci_name", lambda environ: ""
    )
    (root / "src/shop.py").write_text(SOURCE)
    assert gaps(midnight + 5) == ["coverage:api"]


@pytest.mark.parametrize("format", [format for format in FORMATS if format != "coverage"])
def test_files_that_are_not_here_or_are_others(
    format: str, sites: dict[bool, Site], tmp_path: Path
) -> None:
    site = sites[True]
    root = tmp_path / "copy"
    (root / "src").mkdir(parents=True)
    text = site.text(format).replace(str(site.root).encode(), str(root).encode())
    (root / "src/shop.py").write_text("short = 1\n")
    found = read_as(format, text, root, name="api")
    told = {gap.reason: gap.message for _, gap in rest(found) if isinstance(gap, Gap)}
    assert told == {
        Reason.PARTIAL: "api measured files that are not here: src/empty.py",
        Reason.ERROR: "api measured lines that files here do not have: src/shop.py",
    }


@pytest.mark.parametrize("format", FORMATS)
def test_files_outside_of_the_project(format: str, sites: dict[bool, Site], tmp_path: Path) -> None:
    site = sites[True]
    with pytest.raises(UnreadableError) as caught:
        site.read(format, tmp_path)
    assert re.search(r"none of its (2 )?files lies in the project", str(caught.value))


def test_one_file_outside_is_left_out_and_told(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.py").write_text("a = 1\n")
    (tmp_path / "b.py").write_text("b = 1\n")
    text = "SF:a.py\nDA:1,1\nend_of_record\nSF:../b.py\nDA:1,1\nend_of_record\n"
    found = read_as("lcov", text, tmp_path / "in", name="api")
    assert set(files(found)) == {"a.py"}
    ((subject, notice),) = rest(found)
    assert (subject, notice) == (
        "api",
        Notice(text=f"1 file outside of the project left out: {tmp_path / 'b.py'}"),
    )


def test_names_are_those_of_the_tools_directory(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web/a.js").write_text("a\nb\nc\n")
    text = "TN:\nSF:a.js\nFN:1,x\nDA:1,2\nDA:2,0\nBRDA:1,0,0,1\nBRDA:1,0,1,-\nend_of_record\n"
    found = read_as("lcov", text, tmp_path, directory="web")
    file = files(found)["web/a.js"]
    assert (lines.to_text(file.statements), lines.to_text(file.executed)) == ("1-2", "1")
    assert (file.branches, file.taken) == (((1, -2), (1, -1)), ((1, -1),))


def test_a_file_that_stands_there_twice(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("a = 1\nb = 2\nc = 3\n")
    text = (
        "SF:a.py\nDA:1,1\nDA:2,0\nend_of_record\n"
        f"SF:{tmp_path}/a.py\nDA:2,1,abc\nDA:3,0\nend_of_record\n"
    )
    file = files(read_as("lcov", text, tmp_path))["a.py"]
    assert (lines.to_text(file.statements), lines.to_text(file.executed)) == ("1-3", "1-2")


COBERTURA = """<?xml version="1.0"?>
<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
<coverage timestamp="1600000000"><sources><source>web</source></sources><packages><package><classes>
<class filename="a.js"><methods><method><lines><line number="9" hits="9"/></lines></method></methods>
<lines><line number="1" hits="3" branch="true" condition-coverage="50% (1/2)"/>
<line number="2" hits="0" branch="false"/></lines></class></classes></package></packages></coverage>"""


def test_cobertura_of_another_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web/a.js").write_text("a\nb\n")
    os.utime(tmp_path / "web/a.js", (1_600_000_000, 1_600_000_000))
    file = files(read_as("coverage-xml", COBERTURA, tmp_path))["web/a.js"]
    assert (lines.to_text(file.statements), lines.to_text(file.executed)) == ("1-2", "1")
    assert (file.branches, file.taken) == (((1, -2), (1, -1)), ((1, -1),))
    assert file.spans == ()
    monkeypatch.setattr(
        "pytest_readiness.collect.tools.formats.vouched.ci_name", lambda environ: ""
    )
    os.utime(tmp_path / "web/a.js", (1_600_000_010, 1_600_000_010))
    found = read_as("coverage-xml", COBERTURA, tmp_path, written=2e9)  # its own date is the elder
    assert [gap.reason for _, gap in rest(found) if isinstance(gap, Gap)] == [Reason.STALE]


def test_branches_that_do_not_fit_the_source_are_not_measured(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("if x:\n    a = 1\n")
    for conditions in ("50% (1/3)", "33% (1/2)"):
        text = COBERTURA.replace(">web<", ">.<").replace("a.js", "a.py").replace("1600000000", "")
        file = files(read_as("coverage-xml", text.replace("50% (1/2)", conditions), tmp_path))[
            "a.py"
        ]
        assert (file.branches, file.taken) == (None, ())


@pytest.mark.parametrize(
    ("format", "output", "message"),
    [
        ("coverage", b"", "it is no data file of coverage: ''"),
        ("coverage", b"!coverage.py: This is a private format", "no data file of coverage"),
        ("coverage-xml", "<coverage/>", "it tells of no file"),
        ("coverage-xml", "<testsuites/>", "it begins with <testsuites>"),
        ("coverage-xml", "<coverage><class/></coverage>", "a `class` has no `filename`"),
        (
            "coverage-xml",
            '<coverage><class filename="a"><lines><line number="1"/></lines></class></coverage>',
            "a: a `line` has no `number` or no `hits`",
        ),
        (
            "coverage-xml",
            '<coverage><class filename="a"><lines><line number="0" hits="1"/></lines></class></coverage>',
            "it tells of line 0",
        ),
        (
            "coverage-xml",
            COBERTURA.replace("50% (1/2)", "50%"),
            "a.js: line 1 has branches, and not how many were taken",
        ),
        (
            "coverage-xml",
            COBERTURA.replace("50% (1/2)", "150% (3/2)"),
            "a.js: line 1 has branches, and not how many were taken",
        ),
        ("coverage-json", {"files": {}}, "it tells of no file"),
        ("coverage-json", {}, "it has no `files`"),
        ("coverage-json", {"files": {"a.py": {}}}, "`files` tells of a.py otherwise"),
        (
            "coverage-json",
            {
                "files": {
                    "a.py": {
                        "summary": {"num_statements": 3},
                        "executed_lines": [1],
                        "missing_lines": [],
                    }
                }
            },
            "1 lines, num_statements says otherwise",
        ),
        (
            "coverage-json",
            {
                "files": {
                    "a.py": {
                        "summary": {"num_statements": 1},
                        "executed_lines": ["1"],
                        "missing_lines": [],
                    }
                }
            },
            "otherwise than coverage does",
        ),
        ("lcov", "", "its output is empty, and should be LCOV"),
        ("lcov", "Traceback (most recent call last):", "line 1 is no LCOV: 'Traceback"),
        ("lcov", "DA:1,1\n", "line 1 belongs to no file"),
        ("lcov", "SF:a\nDA:x,1\n", "line 2 is no LCOV: 'DA:x,1'"),
        ("lcov", "SF:a\nDA:1\n", "line 2 is no LCOV"),
        ("lcov", "SF:a\nDA:1,1\n", "it ends within what it tells of a"),
        ("lcov", "SF:a\nDA:-4,1\nend_of_record\n", "it tells of line -4"),
        ("lcov", f"SF:a\nDA:{10**9},1\nend_of_record\n", "it tells of line 1000000000"),
    ],
)
def test_what_is_no_coverage(format: str, output: object, message: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_as(format, output, tmp_path)
    assert message in str(caught.value)


def test_a_database_of_something_else(tmp_path: Path) -> None:
    database = tmp_path / "x.db"
    connection = sqlite3.connect(database)
    connection.execute("create table t (a)")
    connection.commit()
    connection.close()
    whole = database.read_bytes()
    for raw in (whole, whole[:200]):
        with pytest.raises(UnreadableError) as caught:
            read_as("coverage", raw, tmp_path)
        assert "cannot be read as" not in str(caught.value)
