"""Profiles: what they hold, and that none of them turns a run red for what is nobody's fault."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

import pytest

import strategies as told
from pytest_readiness.config.needs import needs
from pytest_readiness.config.profiles import DEFAULT, PROFILES, profile_named
from pytest_readiness.measure.catalogue import CATALOGUE, CLOSED
from pytest_readiness.model import lines
from pytest_readiness.model.evidence import (
    ChangedFile,
    Comparison,
    Evidence,
    FileCoverage,
    Gap,
    Outcome,
    Reason,
    Record,
)
from pytest_readiness.model.metric import RESERVED
from pytest_readiness.model.policy import Gate, Policy
from pytest_readiness.model.scorecard import GateOutcome, Scorecard, Verdict
from pytest_readiness.pipeline import evaluate

TODAY = datetime.date(2026, 11, 20)
SECTIONS = ("tests", "coverage", "patch", "timeout", "benchmark")
NAMES = tuple(PROFILES)


def policy(name: str) -> Policy:
    gates: tuple[Gate, ...] = ()
    for group in PROFILES[name].gates(CATALOGUE).values():
        gates += group
    return Policy(gates=gates, profile=name)


def judge(name: str, *records: Record, outcome: Outcome = Outcome.PASSED) -> Scorecard:
    ran = told.evidence_of(
        *((f"tests/test_a.py::test_{n}", outcome) for n in "abc"), sections=SECTIONS
    )
    return evaluate(ran.merge(Evidence.of(records)), policy(name), today=TODAY)


def gap(section: str, message: str) -> Record:
    return told.record(Gap(reason=Reason.NO_DATA, message=message, remedy="mend it"), section)


def covered(percent: int) -> Record:
    """A file of a hundred statements."""
    data = FileCoverage(
        digest="d",
        statements=lines.of(range(1, 101)),
        executed=lines.of(range(1, percent + 1)),
    )
    return told.record(data, "src/shop/cart.py")


NO_PLUGINS = (
    gap("timeout", "pytest-timeout is not installed"),
    gap("benchmark", "pytest-benchmark is not installed"),
)
COMPARED = told.record(Comparison(base="origin/main", commit="c0ffee"))
README = told.record(
    ChangedFile(lines=lines.of([1, 2]), ignored="not Python", digest="r"), "README.md"
)
SITUATIONS = {
    "a change of documentation only": (covered(95), COMPARED, README),
    "nothing changed": (covered(95), COMPARED),
    "a fork or shallow clone": (covered(95), gap("patch", "the clone is shallow")),
    "a first day": (covered(95), gap("patch", "there is no default branch upstream")),
    "no repository": (covered(95), gap("patch", "not a git repository")),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_not_red_by_surprise(name: str, situation: str) -> None:
    made = judge(name, *SITUATIONS[situation], *NO_PLUGINS)
    assert made.verdict in (Verdict.READY, Verdict.READY_WITH_RISKS)
    assert made.exit_code == 0
    if "fork" in situation and any(one.gate.metric == "coverage.patch" for one in made.results):
        assert made.verdict is Verdict.READY_WITH_RISKS  # and not green without a word


@pytest.mark.parametrize("name", NAMES)
def test_a_change_of_documentation_only_is_as_ready_as_no_change(name: str) -> None:
    changed = judge(name, *SITUATIONS["a change of documentation only"], *NO_PLUGINS)
    assert changed.verdict is judge(name, *SITUATIONS["nothing changed"], *NO_PLUGINS).verdict
    patch = [one for one in changed.results if one.gate.metric == "coverage.patch"]
    assert all(one.outcome is GateOutcome.NOT_APPLICABLE for one in patch)


@pytest.mark.parametrize("name", NAMES)
def test_red_for_what_is_somebodys_fault(name: str) -> None:
    well = SITUATIONS["nothing changed"]
    assert judge(name, *well, *NO_PLUGINS, outcome=Outcome.FAILED).verdict is Verdict.NOT_READY
    assert judge(name, *well, *NO_PLUGINS, outcome=Outcome.SKIPPED).verdict is Verdict.NOT_READY


@pytest.mark.parametrize("name", [name for name in NAMES if name != DEFAULT])
def test_red_for_poor_coverage_and_for_coverage_that_was_switched_off(name: str) -> None:
    assert judge(name, covered(60), COMPARED, *NO_PLUGINS).verdict is Verdict.NOT_READY
    off = gap("coverage", "--no-cov"), gap("patch", "--no-cov")
    assert judge(name, *off, *NO_PLUGINS).verdict is Verdict.NOT_READY


@pytest.mark.parametrize("name", [name for name in NAMES if name != DEFAULT])
def test_red_for_a_change_without_tests(name: str) -> None:
    change = told.record(ChangedFile(lines=lines.of([99, 100]), digest="d"), "src/shop/cart.py")
    made = judge(name, covered(95), COMPARED, change, *NO_PLUGINS)
    assert made.verdict is Verdict.NOT_READY


def test_the_starter_needs_nothing_but_the_tests() -> None:
    assert DEFAULT == "starter@1"
    assert needs(policy(DEFAULT), CATALOGUE) == {"tests"}
    assert "coverage" in needs(policy("library@1"), CATALOGUE)
    # what takes plugins of its own is only asked for where somebody chose it
    assert not needs(policy("library@1"), CATALOGUE) & {"timeout", "benchmark"}


@pytest.mark.parametrize("name", NAMES)
def test_profiles_are_sound(name: str) -> None:
    profile = PROFILES[name]
    metrics = [limit.metric for limit in profile.limits]
    assert profile.name == name
    assert set(metrics) <= set(CATALOGUE)
    assert len(metrics) == len(set(metrics))
    assert all(limit.why.endswith(".") for limit in profile.limits)
    assert all(gate.origin.source == f"profile {name}" for gate in policy(name).gates)
    assert [gate.metric for gate in policy(name).gates] == metrics


def metrics_of(names: Iterable[str]) -> list[set[str]]:
    return [{limit.metric for limit in PROFILES[name].limits} for name in names]


def test_each_profile_starts_from_the_starter() -> None:
    starter, *others = metrics_of(NAMES)
    assert all(starter < other for other in others)


def test_a_name_without_a_version_is_version_1_for_ever() -> None:
    for name in ("starter", "library", "service", "release"):
        assert profile_named(name) is PROFILES[f"{name}@1"]
    assert profile_named("library@2") is None
    assert profile_named("") is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("starter@1", "tests.failed == 0; tests.errors == 0; tests.run >= 1"),
        (
            "library@1",
            "tests.failed == 0; tests.errors == 0; tests.run >= 1; tests.flaky == 0;"
            " tests.xpassed == 0; coverage.lines >= 80%; coverage.patch >= 90%",
        ),
        (
            "service@1",
            "tests.failed == 0; tests.errors == 0; tests.run >= 1; tests.flaky == 0;"
            " tests.flaky-confirmed == 0; tests.skipped <= 10%; tests.timeouts == 0; test.duration <= 10s;"
            " coverage.lines >= 70%; coverage.patch >= 85%",
        ),
        (
            "release@1",
            "tests.failed == 0; tests.errors == 0; tests.run >= 1; tests.flaky == 0;"
            " tests.flaky-confirmed == 0; tests.xpassed == 0; tests.skipped <= 5%; tests.deselected == 0; tests.timeouts == 0;"
            " tests.unbounded == 0; coverage.lines >= 90%; coverage.branches >= 80%;"
            " coverage.file >= 60%; coverage.patch >= 95%; benchmark.slowdown <= 10%;"
            " benchmark.missing == 0",
        ),
    ],
)
def test_a_released_profile_never_changes(name: str, expected: str) -> None:
    limits = PROFILES[name].limits
    assert "; ".join(f"{one.metric} {one.require}" for one in limits) == expected


def test_the_closed_namespaces_are_those_of_the_catalogue() -> None:
    assert {name.partition(".")[0] for name in CATALOGUE} | RESERVED == CLOSED
