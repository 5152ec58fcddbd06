"""Coverage facts against coverage's own reports, to the line and the branch."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import coverage
import pytest

from pytest_readiness.collect import Fact, measured
from pytest_readiness.collect import coverage as collector
from pytest_readiness.collect.coverage import coverage_facts
from pytest_readiness.collect.digest import digest
from pytest_readiness.model import lines
from pytest_readiness.model.evidence import (
    ChangedFile,
    Comparison,
    FileCoverage,
    Gap,
    Notice,
    Reason,
)

SOURCE = '''\
"""Everything that coverage treats in a way of its own."""
import contextlib


class Shelf:
    """A class."""

    size = 3

    @property
    def full(
        self,
    ):
        return (
            self.size
            > 2
        )


def loop(items, stop=None):
    total = 0
    for item in items:
        if item == stop:
            break
        elif item < 0:
            continue
        total += item
    else:
        total += 100
    while total > 1000:
        total -= 1
    return total


def guarded(name):
    with contextlib.suppress(ValueError), \\
            contextlib.nullcontext() as place:
        if name == "a":
            return 1
        int(name)
    try:
        return {
            "x": 1,
            "y": name,
        }["z"]
    except KeyError:
        return None
    finally:
        name = None


def chosen(value):
    if value:  # pragma: no branch
        value += 1
    if value > 10:  # pragma: no cover
        return "big"
    match value:
        case 1:
            return "one"
        case [_, *_]:
            return "many"
        case _:
            return lambda: (
                value
            )


def never():
    if __debug__: return [n for n in range(3) if n]
    raise NotImplementedError


async def later():
    async with contextlib.nullcontext():
        return [
            x async for x in never()
        ]
'''
CALLS = """
from pkg.code import *
Shelf().full
loop([1, 2, -1])
loop([5], stop=5)
guarded("a")
guarded("b")
chosen(0)
chosen([1]) if False else None
"""


class Project:
    """A project below ``tmp_path`` whose code was run under coverage, in a namespace of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.cache = root / "cache"
        self.write("pkg/__init__.py", "")
        self.write("pkg/code.py", SOURCE)
        self.write("pkg/unused.py", "import os\nif os.sep:\n    x = 1\n")
        self.write("pkg/skipped.py", "x = 1\n")

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return path

    def run(self, calls: str = CALLS, *, settings: str = "", **options: Any) -> coverage.Coverage:
        self.write(".coveragerc", settings)
        cov = self.open(**{"source": ["pkg"], **options})
        cov.erase()
        with cov.collect():
            exec(compile(calls, "calls", "exec"), {})
        cov.save()
        for name in [name for name in sys.modules if name.partition(".")[0] == "pkg"]:
            del sys.modules[name]
        return self.open()

    def open(self, **options: Any) -> coverage.Coverage:
        cov = coverage.Coverage(config_file=".coveragerc", **options)
        if not options:
            cov.load()
        return cov

    def facts(
        self,
        cov: coverage.Coverage,
        *sections: str,
        changed: tuple[Fact, ...] = (),
        cache: Path | None = None,
    ) -> tuple[Fact, ...]:
        return coverage_facts(
            cov,
            self.root,
            sections=sections or ("coverage",),
            changed=changed,
            cache_dir=cache or self.cache,
        )


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.delenv("COVERAGE_FILE", raising=False)
    yield Project(tmp_path)
    for name in [name for name in sys.modules if name.partition(".")[0] == "pkg"]:
        del sys.modules[name]


def files(facts: tuple[Fact, ...]) -> dict[str, FileCoverage]:
    found = {fact.subject: fact.data for fact in facts if isinstance(fact.data, FileCoverage)}
    assert len(found) == sum(isinstance(fact.data, FileCoverage) for fact in facts)
    return found


def others(facts: tuple[Fact, ...]) -> list[Fact]:
    return [fact for fact in facts if not isinstance(fact.data, FileCoverage)]


def as_reported(cov: coverage.Coverage, tmp_path: Path) -> dict[str, Any]:
    path = tmp_path / "oracle.json"
    cov.json_report(outfile=str(path))
    report: dict[str, Any] = json.loads(path.read_text())
    return report


def agree(found: dict[str, FileCoverage], report: dict[str, Any]) -> None:
    """Every line, every missed branch, every total."""
    expected = {name.replace(os.sep, "/"): entry for name, entry in report["files"].items()}
    assert set(found) == set(expected)
    for name, data in found.items():
        entry, summary = expected[name], expected[name]["summary"]
        missing = data.statements & ~data.executed
        assert list(lines.numbers(missing)) == entry["missing_lines"], name
        assert data.statements.bit_count() == summary["num_statements"], name
        assert data.executed.bit_count() == summary["covered_lines"], name
        if report["meta"]["branch_coverage"]:
            assert data.branches is not None
            untaken = sorted(set(data.branches) - set(data.taken))
            assert untaken == sorted(map(tuple, entry["missing_branches"])), name
            assert len(data.branches) == summary["num_branches"], name
            assert len(data.taken) == summary["covered_branches"], name
            assert set(data.taken) <= set(data.branches)
        else:
            assert data.branches is None
    totals = report["totals"]
    part = sum(data.executed.bit_count() + len(data.taken) for data in found.values())
    whole = sum(data.statements.bit_count() + len(data.branches or ()) for data in found.values())
    assert part == totals["covered_lines"] + totals.get("covered_branches", 0)
    assert whole == totals["num_statements"] + totals.get("num_branches", 0)


SETTINGS = {
    "plain": "",
    "omit": "[report]\nomit = */skipped.py\n",
    "omit while running": "[run]\nomit = pkg/skipped.py\n",
    "include": "[report]\ninclude = pkg/code.py\n",
    "exclusions": "[report]\nexclude_also =\n    def guarded\n    raise NotImplementedError\n",
    "partial": "[report]\npartial_branches =\n    while total\n",
    "relative": "[run]\nrelative_files = true\n[report]\nomit = pkg/skipped.py\n",
    "paths": "[paths]\nhere =\n    pkg\n    */elsewhere/pkg\n",
    "precision": "[report]\nprecision = 3\nskip_covered = true\nskip_empty = true\n",
}


@pytest.mark.parametrize("branch", [True, False], ids=["branches", "lines"])
@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_figures_are_those_of_the_report(project: Project, settings: str, branch: bool) -> None:
    project.run(settings=settings, branch=branch)
    report = as_reported(project.open(), project.root)
    first = project.facts(project.open())
    agree(files(first), report)
    assert others(first) == []
    again = project.facts(project.open())
    assert again == first
    total = project.open().report(file=io.StringIO())
    found = files(first).values()
    part = sum(data.executed.bit_count() + len(data.taken) for data in found)
    whole = sum(data.statements.bit_count() + len(data.branches or ()) for data in found)
    assert total == 100.0 * part / whole


def test_contexts_of_the_report_are_honoured(project: Project) -> None:
    project.run(settings="[run]\ncontext = other\n[report]\ncontexts = ^mine$\n")
    report = as_reported(project.open(), project.root)
    assert report["totals"]["covered_lines"] == 0
    agree(files(project.facts(project.open())), report)


def test_the_second_time_nothing_is_parsed(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    cov = project.run(branch=True)
    first = project.facts(cov)
    monkeypatch.setattr(measured.Measured, "analyses", _none_left)
    assert project.facts(project.open()) == first


def _none_left(self: object, names: list[str], failed: object) -> Iterator[Any]:
    assert names == []
    return iter(())


def test_a_table_serves_other_tests_and_learns_their_branches(project: Project) -> None:
    project.facts(project.run("import pkg.code", branch=True))
    for calls in (CALLS, "import pkg.code as c\nc.loop([2000])", CALLS + "chosen(5)\n"):
        project.run(calls, branch=True)
        report = as_reported(project.open(), project.root)
        agree(files(project.facts(project.open())), report)


@pytest.mark.parametrize(
    "change",
    [
        {"settings": "[report]\nexclude_also = def guarded\n"},
        {"settings": "[report]\npartial_branches = while total\n"},
        {"branch": False},
    ],
)
def test_tables_are_not_used_for_another_way_of_analysing(
    project: Project, change: dict[str, Any]
) -> None:
    project.facts(project.run(branch=True))
    project.run(**{"branch": True, **change})
    agree(files(project.facts(project.open())), as_reported(project.open(), project.root))


def test_a_changed_source_is_read_anew(project: Project) -> None:
    project.facts(project.run(branch=True))
    project.write("pkg/code.py", SOURCE.replace("total = 0", "total = 0\n    total += 0"))
    project.run(branch=True)
    agree(files(project.facts(project.open())), as_reported(project.open(), project.root))


@pytest.mark.parametrize("how", ["cut", "altered", "empty", "other", "binary"])
def test_a_corrupt_cache_is_ignored(project: Project, how: str) -> None:
    cov = project.run(branch=True)
    expected = project.facts(cov)
    (path,) = (project.cache / "coverage").glob("statements-*.json")
    text = path.read_text()
    broken = {
        "cut": text[: len(text) // 2],
        "altered": text.replace("1", "2"),
        "empty": "",
        "other": "[]",
        "binary": "\0\1",
    }[how]
    path.write_text(broken)
    assert project.facts(project.open()) == expected
    assert path.read_text() == text, "written anew"


def test_a_cache_with_a_right_seal_and_nonsense_is_ignored(project: Project) -> None:
    expected = project.facts(project.run(branch=True))
    (path,) = (project.cache / "coverage").glob("statements-*.json")
    tables = json.loads(path.read_text().partition("\n")[2])
    for nonsense in (
        None,
        3,
        [],
        ["zz", [], [], [], "0", []],
        ["2", [1], None, [], "0", []],
        ["2", [], [], [7], "0", []],
    ):
        text = json.dumps(dict.fromkeys(tables, nonsense))
        path.write_text(f"{_seal(text)}\n{text}")
        assert project.facts(project.open()) == expected


def _seal(text: str) -> str:
    from pytest_readiness.collect import tables

    return tables._seal(text)


def test_a_cache_that_cannot_be_written_is_left_alone(project: Project) -> None:
    cov = project.run(branch=True)
    blocked = project.write("blocked", "a file where the directory should be")
    assert others(project.facts(cov, cache=blocked)) == []
    assert blocked.read_text().startswith("a file")


def test_the_cache_does_not_grow_for_ever(project: Project) -> None:
    for number in range(12):
        settings = f"[report]\nexclude_also = nothing{number}\n"
        project.facts(project.run(settings=settings))
    assert len(list((project.cache / "coverage").iterdir())) == 8


def test_an_unknown_version_is_served_by_documented_reports(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.run(branch=True, settings="[report]\nomit = */skipped.py\n")
    expected = project.facts(project.open())
    monkeypatch.setattr(measured.Measured, "__init__", _unknown)
    found = project.facts(project.open())
    agree(files(found), as_reported(project.open(), project.root))
    for path, data in files(found).items():
        before = files(expected)[path]
        assert (data.digest, data.statements, data.executed) == (
            before.digest,
            before.statements,
            before.executed,
        )


def _unknown(self: object, cov: object) -> None:
    raise measured.UnknownInterface("no such thing")


@pytest.mark.parametrize(
    "missing", ["_analyze", "_get_file_reporters", "_prepare_data_for_reporting"]
)
def test_private_names_that_are_gone_cost_nothing_but_time(
    project: Project, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reports themselves use these: they are gone for us only."""
    project.run(branch=True, settings=SETTINGS["paths"])
    report = as_reported(project.open(), project.root)
    original = measured.json_figures

    def documented(*arguments: Any) -> Any:
        monkeypatch.undo()
        monkeypatch.chdir(project.root)
        return original(*arguments)

    monkeypatch.setattr(collector, "json_figures", documented)
    monkeypatch.delattr(coverage.Coverage, missing)
    agree(files(project.facts(project.open())), report)


# Files of other kinds


TEMPLATES = """
from pathlib import Path
from coverage import CoveragePlugin, FileReporter

class Template(FileReporter):
    def lines(self):
        text = Path(self.filename).read_text().splitlines()
        return {number for number, line in enumerate(text, 1) if line.strip()}

class Plugin(CoveragePlugin):
    def file_reporter(self, filename):
        return Template(filename)

def coverage_init(registry, options):
    registry.add_file_tracer(Plugin())
"""


@pytest.mark.parametrize("branch", [True, False])
def test_files_of_coverage_plugins_are_what_the_plugin_says(project: Project, branch: bool) -> None:
    project.run(branch=branch)
    page = str(project.write("pkg/page.html", "<p>\n\n</p>\n"))

    project.write("templates_plugin.py", TEMPLATES)
    project.write(".coveragerc", "[run]\nplugins = templates_plugin\n")

    def opened() -> coverage.Coverage:
        cov = project.open()
        data = cov.get_data()
        if branch:
            data.add_arcs({page: [(-1, 1)]})
        else:
            data.add_lines({page: [1]})
        data.add_file_tracers({page: "templates_plugin.Plugin"})
        return cov

    report = as_reported(opened(), project.root)
    for _ in range(2):
        found = files(project.facts(opened()))
        agree(found, report)
        assert lines.to_text(found["pkg/page.html"].statements) == "1,3"
        project.write("pkg/page.html", "<p>\n\n</p>\n")
    changed = (Fact("pkg/page.html", ChangedFile(lines=lines.of([3]), ignored="not Python")),)
    marked = next(
        fact.data
        for fact in project.facts(opened(), "coverage", "patch", changed=changed)
        if isinstance(fact.data, ChangedFile)
    )
    assert marked.ignored == "", "it is measured, so it counts"


def test_files_that_cannot_be_analysed_are_a_gap_and_the_rest_is_measured(project: Project) -> None:
    cov = project.run(branch=True)
    (project.root / "pkg/unused.py").unlink()
    project.write("pkg/skipped.py", "not python (")
    facts = project.facts(cov)
    assert set(files(facts)) == {"pkg/__init__.py", "pkg/code.py"}
    (gap,) = others(facts)
    assert gap.subject == "coverage"
    assert isinstance(gap.data, Gap)
    assert gap.data.reason is Reason.PARTIAL
    assert "2 measured files could not be analysed" in gap.data.message
    assert "pkg/unused.py" in gap.data.message


def test_files_that_coverage_is_told_to_ignore_are_named_all_the_same(project: Project) -> None:
    project.run(branch=True, settings="[report]\nignore_errors = true\n")
    (project.root / "pkg/unused.py").unlink()
    with pytest.warns(coverage.exceptions.CoverageWarning):
        report = as_reported(project.open(), project.root)
    facts = project.facts(project.open())
    agree(files(facts), report)
    (notice,) = others(facts)
    assert isinstance(notice.data, Notice)
    assert "pkg/unused.py" in notice.data.text


def test_no_data_is_a_gap(project: Project) -> None:
    project.write(".coveragerc", "")
    cov = coverage.Coverage(config_file=".coveragerc")
    (gap,) = project.facts(cov)
    assert isinstance(gap.data, Gap)
    assert gap.data.reason is Reason.NO_DATA


@pytest.mark.parametrize("content", [b"garbage", b"SQLite format 3\0" + b"\xff" * 200])
def test_unreadable_data_is_an_error(project: Project, content: bytes) -> None:
    project.write(".coveragerc", "")
    (project.root / ".coverage").write_bytes(content)
    facts = project.facts(coverage.Coverage(config_file=".coveragerc"), "coverage", "patch")
    assert [fact.subject for fact in facts] == ["coverage", "patch"]
    for fact in facts:
        assert isinstance(fact.data, Gap)
        assert fact.data.reason is Reason.ERROR
        assert "coverage erase" in fact.data.remedy


def test_data_of_another_version_is_an_error(project: Project) -> None:
    import sqlite3

    project.run()
    with sqlite3.connect(".coverage") as connection:
        connection.execute("update coverage_schema set version = 99")
    connection.close()
    (gap,) = project.facts(coverage.Coverage(config_file=".coveragerc"))
    assert isinstance(gap.data, Gap)
    assert gap.data.reason is Reason.ERROR
    assert "99" in gap.data.message


def test_a_plugin_that_raises_is_an_error(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    cov = project.run()
    monkeypatch.setattr(measured.Measured, "recorded", _raise)
    (gap,) = project.facts(cov)
    assert isinstance(gap.data, Gap)
    assert gap.data.reason is Reason.ERROR
    assert "ZeroDivisionError: boom" in gap.data.message


def _raise(self: object, name: str) -> None:
    raise ZeroDivisionError("boom")


# Names


def test_an_installed_copy_has_the_names_of_the_project(
    project: Project, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path_factory.mktemp("env") / "lib/site-packages"
    (site / "pkg").mkdir(parents=True)
    for path in (project.root / "pkg").glob("*.py"):
        (site / "pkg" / path.name).write_bytes(path.read_bytes())
    (site / "pkg/unused.py").write_text("stale = 1\n")
    project.write("src/pkg/code.py", SOURCE)
    for path in (project.root / "pkg").glob("*.py"):
        if path.name != "unused.py":
            (project.root / "src/pkg" / path.name).write_bytes(path.read_bytes())
        path.unlink()
    monkeypatch.syspath_prepend(str(site))
    facts = project.facts(project.run(source_pkgs=["pkg"], source=None))
    assert set(files(facts)) == {
        "src/pkg/__init__.py",
        "src/pkg/code.py",
        "src/pkg/skipped.py",
        "site-packages/pkg/unused.py",
    }


def test_links_do_not_make_another_name(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    cov = project.run()
    link = tmp_path_factory.mktemp("links") / "link"
    link.symlink_to(project.root)
    facts = coverage_facts(cov, link, sections={"coverage"}, changed=(), cache_dir=None)
    assert "pkg/code.py" in files(facts)


# Patches


def changed_file(path: str, *numbers: int, ignored: str = "") -> Fact:
    return Fact(path, ChangedFile(lines=lines.of(numbers), ignored=ignored))


def test_a_patch_is_judged_without_analysing_the_rest(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    cov = project.run(branch=True)
    seen: list[str] = []
    original = measured.Measured.recorded
    monkeypatch.setattr(
        measured.Measured,
        "recorded",
        lambda self, name: (seen.append(Path(name).name), original(self, name))[1],
    )
    comparison = Fact("", Comparison(base="main", commit="1"))
    changed = (comparison, changed_file("pkg/code.py", 15))
    facts = project.facts(cov, "patch", changed=changed)
    assert set(seen) == {"code.py"}
    assert set(files(facts)) == {"pkg/code.py"}
    assert facts.count(comparison) == 1
    (gap,) = (fact for fact in facts if isinstance(fact.data, Gap))
    assert gap.subject == "coverage"
    assert "only changed files" in gap.data.message  # type: ignore[union-attr]


def test_a_patch_of_other_files_analyses_nothing(project: Project) -> None:
    cov = project.run()
    facts = project.facts(
        cov, "patch", changed=(changed_file("README.md", 1, ignored="not Python"),)
    )
    assert files(facts) == {}


def test_spans_are_told_for_changed_files_and_cover_their_statements(project: Project) -> None:
    cov = project.run()
    facts = files(
        project.facts(cov, "coverage", "patch", changed=(changed_file("pkg/code.py", 15),))
    )
    assert facts["pkg/unused.py"].spans == ()
    text = SOURCE.splitlines()
    spans = {
        text[first - 1].strip(): text[last - 1].strip()
        for first, last in facts["pkg/code.py"].spans
    }
    assert spans == {
        "def full(": "):",
        "return (": ")",
        "with contextlib.suppress(ValueError), \\": "contextlib.nullcontext() as place:",
        "return {": '}["z"]',
        "return lambda: (": ")",
        "return [": "]",
    }
    for first, last in facts["pkg/code.py"].spans:
        inner = lines.of(range(first + 1, last + 1))
        assert not facts["pkg/code.py"].statements & inner
    again = files(
        project.facts(
            project.open(), "coverage", "patch", changed=(changed_file("pkg/code.py", 15),)
        )
    )
    assert again == facts


@pytest.mark.parametrize(
    ("settings", "options", "path", "ignored"),
    [
        ("", {}, "tests/test_x.py", "outside the measured source"),
        ("", {}, "pkg/new/no_init.py", ""),
        ("[report]\nomit = pkg/skipped.py\n", {}, "pkg/skipped.py", "omitted by coverage"),
        ("[run]\nomit = */skipped.py\n", {}, "pkg/skipped.py", "omitted by coverage"),
        ("[report]\ninclude = pkg/code.py\n", {}, "pkg/skipped.py", "omitted by coverage"),
        (
            "[run]\nsource_pkgs = pkg\n",
            {"source": None},
            "tests/test_x.py",
            "outside the measured source",
        ),
        ("[run]\nsource_pkgs = pkg\n", {"source": None}, "elsewhere/pkg/x.py", ""),
        ("[run]\nsource = pkg\n", {"source": None}, "setup.py", "outside the measured source"),
    ],
)
def test_changed_files_that_were_not_to_be_measured_need_no_coverage(
    project: Project, settings: str, options: dict[str, Any], path: str, ignored: str
) -> None:
    project.run(settings=settings, **options)
    cov = coverage.Coverage(config_file=".coveragerc", **({} if options else {"source": ["pkg"]}))
    cov.load()
    project.write(path, "x = 1\n")
    facts = project.facts(cov, "coverage", "patch", changed=(changed_file(path, 1),))
    (found,) = (fact.data for fact in facts if isinstance(fact.data, ChangedFile))
    assert found.ignored == ignored
    assert path not in files(facts)


def test_without_a_source_a_changed_file_that_nothing_imported_counts(project: Project) -> None:
    cov = project.run(source=None)
    facts = project.facts(cov, "coverage", "patch", changed=(changed_file("pkg/unused.py", 1),))
    (found,) = (fact.data for fact in facts if isinstance(fact.data, ChangedFile))
    assert found.ignored == ""
    assert "pkg/unused.py" not in files(facts)


def test_digests_are_those_of_the_content(project: Project) -> None:
    found = files(project.facts(project.run()))
    assert found["pkg/code.py"].digest == digest(SOURCE.encode())
    assert digest(b"a\r\nb\rc\n") == digest(b"a\nb\nc\n") != digest(b"a\nb\nc")
