"""SARIF: levels, places and rules of results, and every way in which a log proves nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from pytest_readiness.collect.tools.formats import UnreadableError
from pytest_readiness.collect.tools.formats.read import MAX_MESSAGE, MAX_PLACES
from pytest_readiness.model.outside import LEVELS
from tool_outputs import places, read_as, result, run, sarif, without


def read(log: object, root: Path, **fields: Any) -> Any:
    return read_as("sarif", log, root, **fields)


@pytest.mark.parametrize(
    ("result_", "rule", "level"),
    [
        (result(level="error"), {}, "error"),
        (result(level="warning"), {}, "warning"),
        (result(level="note"), {}, "note"),
        (result(level="none"), {}, "note"),
        (without(result(), "level"), {}, "warning"),
        (without(result(), "level"), {"defaultConfiguration": {"level": "note"}}, "note"),
        (without(result(), "level"), {"defaultConfiguration": {"level": "error"}}, "error"),
        (result(level="note"), {"properties": {"security-severity": "9.0"}}, "critical"),
        (result(level="note"), {"properties": {"security-severity": "8.9"}}, "high"),
        (result(level="note"), {"properties": {"security-severity": 7}}, "high"),
        (result(level="note"), {"properties": {"security-severity": "6.99"}}, "medium"),
        (result(level="note"), {"properties": {"security-severity": "4"}}, "medium"),
        (result(level="note"), {"properties": {"security-severity": "3.9"}}, "low"),
        (result(level="note"), {"properties": {"security-severity": "0.0"}}, "note"),
        (result(level="note"), {"properties": {"security-severity": "soon"}}, "note"),
        (result(level="note"), {"properties": {"security-severity": "nan"}}, "note"),
        (result(properties={"security-severity": "9.8"}), {}, "critical"),
        (result(properties={"issue_severity": "MEDIUM"}), {}, "medium"),
        (result(properties={"issue_severity": "UNDEFINED"}), {}, "error"),
        (without(result(kind="review"), "level"), {}, "warning"),
        (without(result(kind="open"), "level"), {}, "warning"),
        (without(result(kind="informational"), "level"), {}, "note"),
        (result(kind="fail"), {}, "error"),
    ],
)
def test_levels(result_: Any, rule: Any, level: str, tmp_path: Path) -> None:
    found = read(sarif(run(result_, rules=[{"id": "R1", **rule}])), tmp_path)
    assert [one.level for one in found.findings] == [level]
    assert level in found.levels


def test_a_level_that_is_not_told_may_be_configured(tmp_path: Path) -> None:
    log = sarif(run(without(result(), "level")))
    assert read(log, tmp_path, level="medium").findings[0].level == "medium"


@pytest.mark.parametrize(
    ("descriptor", "of", "level"),
    [
        ({"id": "R1"}, 0, "error"),
        ({"index": 0}, 0, "error"),
        ({"id": "R1"}, 1, "note"),  # another run of the tool
        ({"id": "R1"}, None, "note"),
        ({"id": "R2"}, 0, "note"),
        ("R1", 0, "note"),
    ],
)
def test_a_rule_may_be_configured_by_the_invocation(
    descriptor: Any, of: int | None, level: str, tmp_path: Path
) -> None:
    made = without(result(), "level")
    if of is not None:
        made["provenance"] = {"invocationIndex": of}
    override = {"descriptor": descriptor, "configuration": {"level": "error"}}
    invocations = [
        {"executionSuccessful": True, "ruleConfigurationOverrides": [override]},
        {"executionSuccessful": True},
    ]
    rules = [{"id": "R1", "defaultConfiguration": {"level": "note"}}, {"id": "R2"}]
    found = read(sarif(run(made, rules=rules, invocations=invocations)), tmp_path)
    assert [one.level for one in found.findings] == [level]


@pytest.mark.parametrize(
    ("run_", "levels"),
    [
        (run(name="Bandit"), ("critical", "high", "error", "medium", "low")),
        (run(name="ruff"), ("error", "warning", "note")),
        (run(result()), ("error", "warning", "note")),
        (
            run(rules=[{"id": "R1", "properties": {"security-severity": "5"}}]),
            ("critical", "high", "error", "medium", "warning", "low", "note"),
        ),
        (run(name="unheard of"), LEVELS),
    ],
)
def test_the_levels_that_a_log_can_tell(run_: Any, levels: Any, tmp_path: Path) -> None:
    assert read(sarif(run_), tmp_path).levels == levels


@pytest.mark.parametrize(
    ("more", "counts"),
    [
        ({}, True),
        ({"suppressions": []}, True),
        ({"suppressions": [{"kind": "inSource"}]}, False),
        ({"suppressions": [{"kind": "external", "status": "accepted"}]}, False),
        ({"suppressions": [{"kind": "external", "status": "underReview"}]}, True),
        (
            {"suppressions": [{"kind": "inSource"}, {"kind": "external", "status": "rejected"}]},
            True,
        ),
        ({"kind": "pass"}, False),
        ({"kind": "notApplicable"}, False),
        ({"baselineState": "absent"}, False),
        ({"baselineState": "unchanged"}, True),
    ],
)
def test_what_is_a_finding(more: Any, counts: bool, tmp_path: Path) -> None:
    assert len(read(sarif(run(result(**more))), tmp_path).findings) == int(counts)


def test_paths_lead_into_the_project_or_stay_whole(tmp_path: Path) -> None:
    root = tmp_path / "pro ject"
    root.mkdir()
    outside = tmp_path / "lib" / "x.py"
    uris = {
        "src/a.py": "src/a.py",
        "./src/../src/b.py": "src/b.py",
        "src/n%C3%A4h%20e.py": "src/näh e.py",
        (root / "src/c.py").as_uri(): "src/c.py",
        f"file:{root.as_uri().removeprefix('file://')}/src/e.py": "src/e.py",
        f"file://localhost{root.as_uri().removeprefix('file://')}/src/f.py": "src/f.py",
        str(root / "src/d.py"): "src/d.py",
        "../lib/x.py": outside.as_posix(),
        outside.as_uri(): outside.as_posix(),
        "file://server/share/y.py": "//server/share/y.py",
        "https://example.org/z.py": "https://example.org/z.py",
        "src\\g.py": "src/g.py",
        "": "",
    }
    results = [result(f"R{number}", uri) for number, uri in enumerate(uris)]
    found = read(sarif(run(*results)), root)
    by_rule = {one.rule: one.path for one in found.findings}
    assert [by_rule[f"R{number}"] for number in range(len(uris))] == list(uris.values())


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege")
def test_a_link_leads_to_the_project(tmp_path: Path) -> None:
    (tmp_path / "real" / "src").mkdir(parents=True)
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "real")
    for root, uri in ((link, tmp_path / "real/src/a.py"), (tmp_path / "real", link / "src/a.py")):
        assert read(sarif(run(result(uri=uri.as_uri()))), root).findings[0].path == "src/a.py"


def test_relative_names_are_those_of_the_tools_directory(tmp_path: Path) -> None:
    log = sarif(run(result(uri="a.py"), result("R2", (tmp_path / "b.py").as_uri())))
    found = read(log, tmp_path, directory="services/api")
    assert [one.path for one in found.findings] == ["services/api/a.py", "b.py"]


@pytest.mark.parametrize(
    ("bases", "path"),
    [
        ({}, "src/a.py"),
        ({"SRC": {"uri": "lib/"}}, "lib/src/a.py"),
        ({"SRC": {"uri": "lib", "uriBaseId": "TOP"}, "TOP": {"uri": "deep/"}}, "deep/lib/src/a.py"),
        ({"SRC": {"uri": "lib/", "uriBaseId": "SRC"}}, None),
        ({"SRC": {"description": {"text": "given when it runs"}}}, "src/a.py"),
    ],
)
def test_bases_of_uris(bases: Any, path: str | None, tmp_path: Path) -> None:
    one = result()
    one["locations"][0]["physicalLocation"]["artifactLocation"]["uriBaseId"] = "SRC"
    found = read(sarif(run(one, originalUriBaseIds=bases)), tmp_path)
    if path is not None:
        assert found.findings[0].path == path
    else:  # a ring: it ends, somewhere
        assert found.findings[0].path.endswith("/src/a.py")
    bases["SRC"] = {"uri": tmp_path.as_uri() + "/"}
    assert read(sarif(run(one, originalUriBaseIds=bases)), tmp_path).findings[0].path == "src/a.py"


def test_places_by_index_and_without_a_line(tmp_path: Path) -> None:
    by_index = result("I")
    by_index["locations"][0]["physicalLocation"]["artifactLocation"] = {"index": 1}
    log = sarif(
        run(
            by_index,
            result("L", line=None),
            without(result("N"), "locations"),
            result("Z", line=0),
            result("H", line=10**12),
            artifacts=[{"location": {"uri": "no.py"}}, {"location": {"uri": "src/yes.py"}}],
        )
    )
    assert [place[1:4] for place in places(read(log, tmp_path))] == [
        ("H", "src/a.py", 0),
        ("I", "src/yes.py", 3),
        ("L", "src/a.py", 0),
        ("N", "", 0),
        ("Z", "src/a.py", 0),
    ]


def test_rules_by_id_by_index_and_of_extensions(tmp_path: Path) -> None:
    rules = [{"id": "R0"}, {"id": "R1", "helpUri": "https://example.org/r1"}]
    plain = without(result(), "ruleId")
    extension = {
        "name": "more",
        "rules": [{"id": "X0"}, {"id": "X1", "defaultConfiguration": {"level": "note"}}],
    }
    base = run(
        {**plain, "ruleIndex": 1},
        {**plain, "rule": {"index": 0}},
        {**without(plain, "level"), "rule": {"index": 1, "toolComponent": {"index": 0}}},
        result("R1/sub"),
        result("unknown"),
        {**plain, "ruleIndex": 99},
        rules=rules,
    )
    base["tool"]["extensions"] = [extension]
    found = read(sarif(base), tmp_path).findings
    assert {(one.rule, one.level, one.url) for one in found} == {
        ("R1", "error", "https://example.org/r1"),
        ("R0", "error", ""),
        ("X1", "note", ""),
        ("R1/sub", "error", "https://example.org/r1"),
        ("unknown", "error", ""),
        ("", "error", ""),
    }


def test_messages(tmp_path: Path) -> None:
    rule = {
        "id": "R1",
        "messageStrings": {"default": {"text": "use {1}, not {0}; {7}"}},
        "shortDescription": {"text": "what the rule is about"},
    }
    given = [
        {"id": "default", "arguments": ["a", "b"]},
        {"text": "\n  first line  \nsecond"},
        {"markdown": "**bold**"},
        {},
        {"text": "x" * 1_000},
    ]
    found = read(sarif(run(*(result(message=one) for one in given), rules=[rule])), tmp_path)
    assert sorted(message for *_, message in places(found)) == [
        "**bold**",
        "first line",
        "use b, not a; {7}",
        "what the rule is about",
        "x" * (MAX_MESSAGE - 3) + "...",
    ]


def test_one_fact_for_each_level_rule_and_path(tmp_path: Path) -> None:
    change = {
        "artifactLocation": {"uri": "src/a.py"},
        "replacements": [{"deletedRegion": {"startLine": 9}}],
    }
    fix: Any = {"fixes": [{"artifactChanges": [change]}]}
    one, two = result(line=9, **fix), result(line=2)
    found = read(sarif(run(one, two, two), run(result(line=1), name="other")), tmp_path)
    (fact,) = found.findings
    assert [line for line, _ in fact.places] == [1, 2, 2, 9]
    assert (fact.count, fact.fixable, fact.id) == (4, 1, "t:error:R1:src/a.py")
    assert found.version == "1.2"


def test_names_that_make_one_id_are_one_fact(tmp_path: Path) -> None:
    """Two facts of one name would contradict each other."""
    log = sarif(run(result("", "b:c"), result("-", "b:c"), result("-:b", "c"), result("b", "")))
    found = read(log, tmp_path).findings
    assert [(one.id, one.count) for one in found] == [("t:error:-:b:c", 3), ("t:error:b", 1)]


def test_very_many_are_counted_not_told(tmp_path: Path) -> None:
    log = sarif(run(*(result(line=number) for number in range(MAX_PLACES + 7, 0, -1))))
    (fact,) = read(log, tmp_path).findings
    assert (len(fact.places), fact.more, fact.count) == (MAX_PLACES, 7, MAX_PLACES + 7)
    assert fact.places[0][0] == 1


def test_a_file_that_could_not_be_analysed_is_a_finding(tmp_path: Path) -> None:
    """As bandit tells of a syntax error, with no result and `executionSuccessful`."""
    notice = {
        "message": {"text": "syntax error while parsing AST from file"},
        "level": "error",
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": "src/b.py"}}}],
    }
    for name in ("toolConfigurationNotifications", "toolExecutionNotifications"):
        invocation = {"executionSuccessful": True, name: [notice, {**notice, "level": "warning"}]}
        found = read(sarif(run(name="Bandit", invocations=[invocation])), tmp_path)
        assert places(found) == [
            ("error", "not-analysed", "src/b.py", 0, "syntax error while parsing AST from file")
        ]


@pytest.mark.parametrize(
    ("log", "message"),
    [
        ("", "its output is empty, and should be SARIF"),
        (" \n", "its output is empty"),
        ("Traceback (most recent call last):\n", "no SARIF: Expecting value in line 1: 'Traceback"),
        ('{"version": "2.1.0", "runs": [{', "it ends too early"),
        ("[]", "it has no `runs`: '[]'"),
        ("null", "it has no `runs`"),
        ({"version": "2.1.0"}, "it has no `runs`"),
        ({"runs": []}, "SARIF of version None, and 2.1.0 is what is read"),
        (sarif(run(), version="2.0.0"), "SARIF of version '2.0.0'"),
        (sarif(run(), version=2.1), "SARIF of version 2.1"),
        (sarif(), "`runs` is empty"),
        (sarif(3), "`runs` is no list of objects"),
        ({"version": "2.1.0", "runs": {}}, "`runs` is no list of objects"),
        (sarif(without(run(), "results")), "`runs[0]` (linter) has no `results`"),
        (sarif(run(), {**run(), "results": None}), "`runs[1]` (linter) has no `results`"),
        (sarif({**run(), "results": {}}), "`runs[0].results` is no list"),
        (sarif(run(result(), "x")), "`runs[0].results[1]` is no object"),
        (sarif(run(result(level="fatal"))), "`runs[0].results[0].level` is 'fatal'"),
        (sarif(run(result(kind=["fail"]))), "`runs[0].results[0].kind` is ['fail']"),
        (
            sarif(
                run(
                    invocations=[
                        {
                            "executionSuccessful": False,
                            "toolExecutionNotifications": [{"message": {"text": "out of memory"}}],
                        }
                    ]
                )
            ),
            "linter says that its run was not successful: out of memory",
        ),
        ('{"version": "2.1.0", "runs": [{"results": [{"x": NaN}]}]}', "NaN is no number"),
        ("[" * 100_000, "nested too deeply"),
        ('{"runs": ' + "9" * 5_000 + "}", "no SARIF"),
    ],
)
def test_what_proves_nothing_is_an_error(log: object, message: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(log, tmp_path)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 400


def test_whatever_stands_in_it_is_read_or_refused(tmp_path: Path) -> None:
    """Each part of a log in turn is made something that it may not be."""
    log = sarif(
        run(
            result(fixes=[{}], suppressions=[{"status": "rejected"}], properties={"a": 1}),
            rules=[{"id": "R1", "properties": {"security-severity": "5"}}],
            invocations=[{"executionSuccessful": True, "toolExecutionNotifications": [{}]}],
            originalUriBaseIds={"SRC": {"uri": "src/"}},
            artifacts=[{"location": {"uri": "a.py"}}],
        )
    )

    def spoil(data: Any, odd: Any) -> Any:
        keys = list(data) if isinstance(data, dict) else range(len(data))
        for key in keys:
            before = data[key]
            data[key] = odd
            yield
            data[key] = before
            if isinstance(before, dict | list):
                yield from spoil(before, odd)

    def readable() -> bool:
        try:
            found = read(log, tmp_path)
        except UnreadableError as error:
            return "cannot be read as" not in str(error)  # somebody thought of it
        return {one.level for one in found.findings} <= set(found.levels)

    odds: tuple[Any, ...] = (
        None,
        0,
        -1,
        "",
        "\x00:\ud800",
        [],
        {},
        [None],
        {"text": 3},
        1e300,
        True,
    )
    tried = [readable() for odd in odds for _ in spoil(log, odd)]
    assert len(tried) > 400
    assert all(tried)


def test_what_ruff_says_in_sarif_is_what_it_says_in_json(tmp_path: Path) -> None:
    """Of names with blanks, percent signs and letters that a URI has no room for."""
    for name in ("a b", "näh/ü#%41", "plain"):
        file = tmp_path / f"src/{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("import os, sys\nassert eval('1')  # noqa: S307\n", encoding="utf-8")
    (tmp_path / "src/broken.py").write_text("def f(:\n", encoding="utf-8")

    def said(form: str) -> bytes:
        command = (
            sys.executable,
            "-m",
            "ruff",
            "check",
            "--isolated",
            "--no-cache",
            "--select",
            "E,F,S,D1",
        )
        argv = [*command, "--output-format", form, "."]
        return subprocess.run(argv, cwd=tmp_path, capture_output=True, check=False).stdout

    real = os.path.realpath(tmp_path)
    expected = sorted(
        (
            "error",
            one["code"] or "invalid-syntax",
            os.path.relpath(one["filename"], real).replace(os.sep, "/"),
            one["location"]["row"],
        )
        for one in json.loads(said("json"))
    )
    found = read(said("sarif"), tmp_path)
    # ruff 0.12 names no rule there for what is no Python
    told = (
        (level, rule or "invalid-syntax", path, line)
        for level, rule, path, line, _ in places(found)
    )
    assert sorted(told) == expected
    assert len({path for _, _, path, _ in expected}) == 4


def test_several_megabytes_take_no_time(tmp_path: Path) -> None:
    rules = [{"id": f"R{number}"} for number in range(500)]
    uri = (tmp_path / "src").as_uri()
    results = [
        without(
            result(uri=f"{uri}/{number % 200}.py", line=number, ruleIndex=number % 500), "ruleId"
        )
        for number in range(20_000)
    ]
    raw = json.dumps(sarif(run(*results, rules=rules))).encode()
    assert len(raw) > 4_000_000
    began = time.process_time()
    found = read(raw, tmp_path)
    assert sum(one.count for one in found.findings) == len(results)
    assert time.process_time() - began < 10  # it takes 0.5 s; by the square it would be minutes


@pytest.mark.skipif(os.name == "nt", reason="paths of POSIX")
def test_a_path_is_looked_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    real = os.path.realpath

    def realpath(name: Any, **more: Any) -> str:
        asked.append(name)
        return str(real(name, **more))

    monkeypatch.setattr(os.path, "realpath", realpath)
    results = (result(uri="/usr/lib/a.py", line=number) for number in range(1, 51))
    read(sarif(run(*results)), tmp_path)
    assert len(asked) == 2
