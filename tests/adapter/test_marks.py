"""``@pytest.mark.readiness("SEC-1")``: told as evidence, and refused where there is no such requirement."""

from __future__ import annotations

import pytest

from pytest_readiness.adapter import start
from pytest_readiness.adapter.relocation import relocate
from pytest_readiness.collect import Fact
from pytest_readiness.model.evidence import Marked
from sessions import plain, run

REQUIREMENTS = """
[tool.pytest-readiness]
history = false
[[tool.pytest-readiness.requirements]]
id = "SEC-1"
title = "Logins need a password"
tests = true
[[tool.pytest-readiness.requirements]]
id = "OPS-1"
title = "Rollback is written down"
file = "docs/ops.md"
"""
WRONG = """
import pytest

@pytest.mark.readiness("SEC-2", "SEC-1")
@pytest.mark.parametrize("n", range(3))
def test_a(n): raise AssertionError("never run")

@pytest.mark.readiness
class TestB:
    @pytest.mark.readiness(1, id="SEC-1")
    def test_b(self): raise AssertionError("never run")
"""
TOLD = [
    "4 marks of tests name no requirement",
    'test_wrong.py:3: test_wrong.py::test_a[0] and 2 more: there is no requirement "SEC-2": did you'
    " mean SEC-1?",
    "test_wrong.py:9: test_wrong.py::TestB::test_b: the mark takes ids only, not id=",
    "test_wrong.py:9: test_wrong.py::TestB::test_b: a value of type int stands where the id of a"
    " requirement is needed",
    "test_wrong.py:9: test_wrong.py::TestB::test_b: the mark names no requirement",
    "requirements: SEC-1, OPS-1",
]


@pytest.mark.parametrize("extra", [[], ["-n2", "-p", "no:cacheprovider"]], ids=["serial", "xdist"])
def test_marks_that_name_no_requirement(pytester: pytest.Pytester, extra: list[str]) -> None:
    pytester.makepyprojecttoml(REQUIREMENTS)
    pytester.makepyfile(test_wrong=WRONG)
    seen = run(pytester, *extra)
    assert seen.status == pytest.ExitCode.USAGE_ERROR
    for line in TOLD:
        assert seen.output.count(line) == 1
    for word in ("INTERNALERROR", "never run", "Traceback", "READY", "crashed"):
        assert word not in seen.output
    assert seen.scorecards == []


def test_nobody_is_asked_without_readiness(pytester: pytest.Pytester) -> None:
    pytester.makepyprojecttoml(REQUIREMENTS)
    pytester.makepyfile("import pytest\n@pytest.mark.readiness('X')\ndef test_a(): pass\n")
    assert plain(pytester, "--strict-markers").status == 0


def test_without_requirements_each_is_unknown(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("import pytest\n@pytest.mark.readiness('X')\ndef test_a(): pass\n")
    seen = run(pytester)
    assert seen.status == pytest.ExitCode.USAGE_ERROR
    assert "no requirement is configured" in seen.output


def test_marks_are_evidence_of_deselected_tests_too(pytester: pytest.Pytester) -> None:
    pytester.makepyprojecttoml(REQUIREMENTS)
    pytester.makeconftest(
        "import pytest\n"
        "def pytest_collection_modifyitems(items):\n"
        "    items[-1].add_marker(pytest.mark.readiness('SEC-1'))\n"
        "    del items[-1]\n"
    )
    pytester.makepyfile(
        test_m="""
        import pytest
        pytestmark = pytest.mark.readiness("OPS-1")

        @pytest.mark.readiness("SEC-1")
        class TestC:
            @pytest.mark.readiness("OPS-1", "SEC-1")
            def test_a(self): pass
            @pytest.mark.skip
            def test_b(self): pass

        def test_c(): pass
        """,
        test_n="def test_d(): pass\ndef test_e(): pass",
    )
    seen = run(pytester, "-k", "not test_c")
    marked = {record.subject: data.requirements for record, data in seen.evidence.select(Marked)}
    assert marked == {
        "test_m.py::TestC::test_a": ("OPS-1", "SEC-1"),
        "test_m.py::TestC::test_b": ("OPS-1", "SEC-1"),
        "test_m.py::test_c": ("OPS-1",),
        "test_n.py::test_e": ("SEC-1",),
    }


def test_workers_tell_the_same_once(pytester: pytest.Pytester) -> None:
    pytester.makepyprojecttoml(REQUIREMENTS)
    pytester.makepyfile(
        test_g="""
        import pytest

        @pytest.mark.xdist_group("g")
        @pytest.mark.readiness("SEC-1")
        @pytest.mark.parametrize("name", ["a", "b@c"])
        def test_a(name): pass
        """
    )
    seen = run(pytester, "-n2", "--dist=loadgroup", "-p", "no:cacheprovider")
    marked = [(record.subject, record.process) for record, _ in seen.evidence.select(Marked)]
    assert sorted(marked) == [("test_g.py::test_a[a]", ""), ("test_g.py::test_a[b@c]", "")]
    (result, _) = seen.scorecard.requirements
    assert result.message == "tests: 2 tests passed"


def test_a_mistake_of_ours_is_not_blamed_on_marks(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **more: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(start, "load_policy", broken)
    pytester.makepyprojecttoml(REQUIREMENTS)
    pytester.makepyfile("import pytest\n@pytest.mark.readiness('SEC-1')\ndef test_a(): pass\n")
    seen = run(pytester)
    assert seen.status == 1
    assert "requirement" not in seen.output
    assert seen.gate("reading the configuration").message.startswith(
        "reading the configuration raised RuntimeError: boom"
    )


def test_ids_are_told_from_the_project() -> None:
    marked = Marked(requirements=("SEC-1",))
    assert list(relocate([Fact("api/t.py::a", marked)], "api/")) == [Fact("t.py::a", marked)]
