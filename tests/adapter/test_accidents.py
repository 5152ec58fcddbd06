"""What tests and plugins do to a session behind its back must not make it look better."""

from __future__ import annotations

import datetime
import json
import sys

import pytest

from sessions import apart, project, run

THREE = "def test_a(): pass\ndef test_b(): pass\ndef test_c(): pass\n"


def test_items_that_a_plugin_drops_without_a_word_are_deselected(
    pytester: pytest.Pytester,
) -> None:
    project(pytester, gates='"tests.deselected" = "== 0"', test_some=THREE)
    pytester.makeconftest("def pytest_collection_modifyitems(items): del items[1:]")
    seen = run(pytester)
    assert seen.status == 1
    (result,) = (one for one in seen.scorecard.results if one.gate.name == "tests.deselected")
    assert [finding.subject.id for finding in result.findings] == [
        "test_some.py::test_b",
        "test_some.py::test_c",
    ]


def test_items_that_are_only_put_in_another_order_are_not(pytester: pytest.Pytester) -> None:
    project(pytester, gates='"tests.deselected" = "== 0"', test_some=THREE)
    pytester.makeconftest("def pytest_collection_modifyitems(items): items.reverse()")
    assert run(pytester).verdict == "READY"


WARNS = "import warnings\ndef test_a(): warnings.warn('old')\n"


@pytest.mark.parametrize(
    ("args", "outcome"), [((), "failed"), (("-p", "no:warnings"), "not measured")]
)
def test_warnings_that_nobody_records_are_not_measured(
    pytester: pytest.Pytester, args: tuple[str, ...], outcome: str
) -> None:
    project(pytester, gates='"tests.warnings" = "== 0"', test_some=WARNS)
    seen = run(pytester, *args)
    assert seen.outcomes()["tests.warnings"] == outcome
    assert seen.outcomes()["tests.failed"] == "passed"
    assert seen.status == 1


def test_a_child_that_goes_on_with_the_session_judges_nothing(pytester: pytest.Pytester) -> None:
    project(
        pytester,
        test_some="""
        import os, sys

        def test_forks():
            child = os.fork()
            if not child:
                sys.exit(0)  # is no end: pytest takes it for a failed test, and goes on
            os.waitpid(child, 0)
        """,
    )
    result = apart(pytester, "--readiness", "--readiness-report=json:report.json")
    output = result.stdout.str()
    assert "1 failed" in output  # the child's own summary
    assert output.count("= readiness: ") == 1
    assert result.ret == 0
    assert json.loads((pytester.path / "report.json").read_text())["verdict"] == "READY"


@pytest.mark.parametrize("test", ["", "def test_ends(): os._exit(0)"])
def test_a_process_id_that_a_test_leaves_behind_hides_no_verdict(
    pytester: pytest.Pytester, test: str
) -> None:
    """Else the session would take itself for a forked child, which has none."""
    project(
        pytester,
        gates='"tests.run" = ">= 5"',
        test_some=f"import os\ndef test_a(): os.getpid = lambda: 1\n{test}",
    )
    result = apart(pytester, "--readiness")
    assert "NOT READY" in result.stdout.str() + result.stderr.str()
    assert result.ret == 1


def test_a_clock_that_a_test_leaves_behind_does_not_bring_a_waiver_back(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiver = """
    [[tool.pytest-readiness.waivers]]
    gate = "tests.skipped"
    subject = "test_some.py::test_a"
    reason = "later"
    owner = "@me"
    expires = 2020-06-01
    """
    project(
        pytester,
        gates=f'"tests.skipped" = "== 0"\n{waiver}',
        test_some="""
        import datetime, pytest

        class Past(datetime.datetime):
            @classmethod
            def now(cls, tz=None):
                return cls(2020, 1, 1, tzinfo=tz)

        @pytest.fixture(scope="session", autouse=True)
        def clock():
            datetime.datetime = Past

        def test_a():
            pytest.skip("later")
        """,
    )
    monkeypatch.setattr(datetime, "datetime", datetime.datetime)  # puts it back in its place
    seen = run(pytester)
    assert seen.outcomes()["tests.skipped"] == "failed"
    assert seen.status == 1


def test_variables_that_a_test_leaves_behind_do_not_choose_the_base(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_BASE_REF", "")
    path = project(
        pytester,
        gates='"coverage.patch" = ">= 90%"',
        policy='base = "auto"',
        test_some="import os\ndef test_a(): os.environ['GITHUB_BASE_REF'] = 'topic'\n",
    )
    (path / "shop.py").write_text("x = 1\n")
    for command in (
        "init -q -b main",
        "add -A",
        "-c user.name=a -c user.email=a@b commit -qm one",
        "checkout -q -b topic",
    ):
        pytester.run("git", *command.split())
    seen = run(pytester)
    comparisons = [one.data for one in seen.evidence.records if one.data.kind == "comparison"]
    assert [comparison.base for comparison in comparisons] == ["main"]


@pytest.mark.parametrize(
    ("args", "why"), [((), "*1 gate failed*"), (("--assert=plain",), "*no `assert` was executed*")]
)
def test_assertions_that_python_leaves_out_prove_nothing(
    pytester: pytest.Pytester, args: tuple[str, ...], why: str
) -> None:
    project(pytester, test_some="def test_a(): assert 0")
    result = pytester.run(
        sys.executable, "-O", "-m", "pytest", "--readiness", "-p", "no:randomly", *args
    )
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*readiness: NOT READY*", why])


def test_gates_in_a_file_that_is_not_read_are_a_mistake(pytester: pytest.Pytester) -> None:
    pytester.makefile(
        ".cfg", setup='[tool:pytest]\n[tool.pytest-readiness.gates]\n"tests.run" = ">= 9"\n'
    )
    pytester.makepyfile("def test_a(): pass")
    seen = run(pytester)
    assert seen.status == 4
    assert "belongs into pyproject.toml" in seen.output
