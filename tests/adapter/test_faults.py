"""What raises is named and blocks; nothing else is lost."""

from __future__ import annotations

import json

import pytest

from sessions import project, run

PASSING = "def test_a(): pass"
GOOD = """
from pytest_readiness import Fact, Figure, Metric, Unit, Direction

def metrics(config): return [Metric(name="docs.pages", title="Pages", unit=Unit.COUNT,
    direction=Direction.HIGHER, category="docs")]
def evidence(config): return [Fact("", Figure(metric="docs.pages", value=12))]
def measurements(evidence): return [Fact("", Figure(metric="docs.records", value=len(evidence.records)))]
def renderers(config): return {"count": lambda scorecard: str(len(scorecard.results))}
def scorecard(config, scorecard): print("seen", scorecard.verdict.value)
"""
HOOKS = ("metrics", "evidence", "measurements", "renderers", "scorecard")


def good_plugin() -> str:
    lines = [GOOD]
    lines += [f"def pytest_readiness_{hook}(**kwargs): pass" for hook in ()]
    return "\n".join(lines) + "\n".join(f"pytest_readiness_{hook} = {hook}" for hook in HOOKS)


@pytest.fixture
def plugins(pytester: pytest.Pytester) -> pytest.Pytester:
    """A good plugin, and a gate on its figure."""
    project(pytester, gates='"docs.pages" = ">= 12"\n"docs.records" = ">= 1"', test_a=PASSING)
    pytester.makepyfile(good=good_plugin())
    pytester.syspathinsert()
    return pytester


def test_hooks_add_metrics_figures_and_reports(plugins: pytest.Pytester) -> None:
    seen = run(plugins, "-p", "good", "--readiness-report=count:n.txt")
    assert seen.verdict == "READY"
    metric = seen.gate("docs.pages").metric
    assert metric is not None
    assert metric.title == "Pages"
    assert (plugins.path / "n.txt").read_text() == str(len(seen.scorecard.results))


RAISING = {
    "an exception": "raise ValueError('not today')",
    "pytest.fail": "import pytest; pytest.fail('not today')",
    "pytest.exit": "import pytest; pytest.exit('not today')",
    "sys.exit": "raise SystemExit('not today')",
    "a generator that raises": "yield; raise ValueError('not today')",
}


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize("how", RAISING)
def test_a_hook_that_raises_is_an_error_of_its_plugin(
    plugins: pytest.Pytester, hook: str, how: str
) -> None:
    body = RAISING[how]
    if hook == "scorecard":
        body = body.replace("yield; ", "")
    plugins.makeconftest(f"def pytest_readiness_{hook}():\n    {body}\n")
    seen = run(plugins, "-p", "good", "--readiness-report=count:n.txt")
    assert seen.status == 1
    assert "INTERNALERROR" not in seen.output
    # the scorecard that hooks see is made before they can raise
    error = "conftest" if hook != "scorecard" else None
    if error:
        (fault,) = (one for one in seen.scorecard.results if one.outcome.value == "error")
        assert f"pytest_readiness_{hook}" in fault.message
        assert "conftest.py:1" in fault.message
        assert "not today" in fault.message
    assert "NOT READY: 1 gate in error" in seen.output
    assert "conftest.py" in seen.output
    # the good plugin counts all the same
    assert seen.outcomes()["docs.pages"] == "passed"
    assert (plugins.path / "n.txt").exists()


@pytest.mark.parametrize(
    ("hook", "value"),
    [
        ("metrics", "42"),
        ("metrics", "['docs.pages']"),
        ("metrics", "[Metric(name='tests.failed', title='', unit=Unit.COUNT, direction=Direction.LOWER, category='x')]"),
        ("evidence", "'text'"),
        ("evidence", "[Figure(metric='a.b', value=1)]"),
        ("evidence", "[Fact('', Figure(metric='a.b', value=float('nan')))]"),
        ("evidence", "[Fact('', Figure(metric='a.b', value='12'))]"),
        ("evidence", "[Fact('', Figure(metric='coverage.lines', value=1))]"),
        ("evidence", "[Fact(None, Figure(metric='a.b', value=1))]"),
        ("measurements", "[Fact('', Gap(reason=Reason.NO_DATA, message='x'))]"),
        ("renderers", "['json']"),
        ("renderers", "{'x': 1}"),
    ],
)  # fmt: skip
def test_a_hook_that_returns_something_else_is_an_error(
    plugins: pytest.Pytester, hook: str, value: str
) -> None:
    plugins.makeconftest(
        "from pytest_readiness import *\n"
        f"def pytest_readiness_{hook}(config):\n    return {value}\n"
    )
    seen = run(plugins, "-p", "good")
    assert seen.status == 1
    (fault,) = (one for one in seen.scorecard.results if one.outcome.value == "error")
    assert f"pytest_readiness_{hook}" in fault.message
    assert "conftest.py:2" in fault.message
    assert seen.outcomes()["docs.pages"] == "passed"


def test_nothing_to_offer_is_no_error(plugins: pytest.Pytester) -> None:
    plugins.makeconftest("\n".join(f"def pytest_readiness_{hook}(): return None" for hook in HOOKS))
    assert run(plugins, "-p", "good").verdict == "READY"


def test_a_renderer_that_raises_blocks_and_the_others_say_so(plugins: pytest.Pytester) -> None:
    plugins.makeconftest(
        "def pytest_readiness_renderers(config):\n"
        "    return {'bad': lambda scorecard: 1 / 0, 'number': lambda scorecard: 7}\n"
    )
    args = (
        "--readiness-report=bad:b",
        "--readiness-report=json:r.json",
        "--readiness-report=number:n",
    )
    seen = run(plugins, "-p", "good", *args)
    assert seen.status == 1
    report = json.loads((plugins.path / "r.json").read_text())
    assert report["verdict"] == "NOT READY"
    assert "ZeroDivisionError" in json.dumps(report)
    assert not (plugins.path / "b").exists()


@pytest.mark.parametrize("option", ["--readiness-report=json:{}", "--readiness-evidence={}"])
@pytest.mark.parametrize("place", ["/dev/full", "file/below", "."])
def test_what_cannot_be_written_blocks_and_loses_nothing(
    pytester: pytest.Pytester, option: str, place: str
) -> None:
    project(pytester, test_a=PASSING)
    (pytester.path / "file").write_text("")
    seen = run(pytester, option.format(place), "--readiness-report=json:good.json")
    assert seen.status == 1
    assert "could not be written" in " ".join(seen.output.split())
    assert json.loads((pytester.path / "good.json").read_text())["verdict"] == "NOT READY"
    assert "1 passed" in seen.output


def test_a_state_directory_that_cannot_be_made_is_no_fault(pytester: pytest.Pytester) -> None:
    """A read-only checkout: only the journal is missing."""
    project(pytester, test_a=PASSING)
    (pytester.path / ".readiness").write_text("in the way")
    seen = run(pytester)
    assert (seen.status, seen.verdict) == (0, "READY")
    assert any(tool == "journal" for tool, _ in seen.scorecard.notices)


def test_our_own_mistake_is_a_verdict(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pytest_readiness import pipeline

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("a bug")

    project(pytester, policy="exit-code = 9", test_a=PASSING)
    monkeypatch.setattr(pipeline, "evaluate", broken)
    seen = run(pytester)
    assert seen.status == 9
    assert "NOT READY: pytest-readiness itself failed: RuntimeError: a bug" in seen.output
    assert "1 passed" in seen.output


@pytest.mark.parametrize(
    "place",
    [
        "pytest_readiness.adapter.gathering.changes",
        "pytest_readiness.adapter.coverage.collect_coverage",
        "pytest_readiness.collect.benchmark.benchmark_facts",
        "pytest_readiness.adapter.start.load_policy",
        "pytest_readiness.adapter.start.needs",
        "pytest_readiness.adapter.session.tree_state",
        "pytest_readiness.adapter.start.typed_causes",
        "pytest_readiness.adapter.coverage.activate",
        "pytest_readiness.adapter.start.Session",
        "pytest_readiness.adapter.session.Probe",
        "pytest_readiness.adapter.gathering.typed_causes",
    ],
)
def test_a_collector_that_raises_is_named(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("a bug")

    gates = '"coverage.patch" = ">= 90%"\n"benchmark.time" = "<= 1s"'
    project(pytester, gates=gates, test_a=PASSING)
    monkeypatch.setattr(place, broken)
    seen = run(pytester)
    assert "INTERNALERROR" not in seen.output
    assert "1 passed" in seen.output
    assert seen.status == 1
    messages = [one.message for card in seen.scorecards for one in card.results]
    assert "RuntimeError: a bug" in "\n".join((seen.output, *messages))
    assert "NOT READY" in seen.output


def test_configuration_errors_are_told_together_before_any_test(pytester: pytest.Pytester) -> None:
    project(
        pytester,
        gates='"tests.faild" = "== 0"\n"coverage.lines" = ">= 90 MiB"',
        policy='fail-on = "sometimes"',
        test_a="raise SystemExit('collected')",
    )
    seen = run(pytester)
    assert seen.status == 4
    assert "tests.faild" in seen.output
    assert "did you mean" in seen.output
    assert "coverage.lines" in seen.output
    assert "fail-on" in seen.output
    assert "collected" not in seen.output.replace("tests.collected", "")
