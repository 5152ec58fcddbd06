"""Ordinary days under every profile: none of them is red by surprise, and what is red stays red."""

from __future__ import annotations

import pytest

import strategies as told
from judging import METRICS, TODAY
from pytest_readiness.config.profiles import PROFILES
from pytest_readiness.model import lines
from pytest_readiness.model.evidence import (
    Benchmark,
    ChangedFile,
    Collection,
    Comparison,
    Data,
    Evidence,
    FileCoverage,
    Gap,
    Outcome,
    Reason,
)
from pytest_readiness.model.policy import Policy
from pytest_readiness.model.scorecard import GateOutcome, Scorecard, Verdict
from pytest_readiness.pipeline import evaluate

TEST = "tests/test_cart.py::test_add"
SOURCE = "src/shop/cart.py"
COMPARED = Comparison(base="origin/main", commit="c0ffee")
Fact = tuple[str, Data]


def off(section: str, message: str) -> Fact:
    return section, Gap(reason=Reason.NO_DATA, message=message)


NO_TIMEOUT = off("timeout", "pytest-timeout is not installed")
NO_BENCHMARK = off("benchmark", "no benchmark ran")
DOCUMENTS = ("docs/index.md", ChangedFile(lines=lines.of([1, 2]), ignored="not Python"))
CODE = (SOURCE, ChangedFile(lines=lines.of([3, 4]), digest="d"))


def day(*facts: Fact, outcome: Outcome = Outcome.PASSED, covered: int = 19) -> Evidence:
    """A run of one test over a file of 20 statements."""
    file = FileCoverage(
        digest="d",
        statements=lines.of(range(1, 21)),
        executed=lines.of(range(1, covered + 1)),
    )
    sections = ("benchmark", "coverage", "patch", "tests", "timeout")
    return Evidence.of(
        [
            told.record(told.run(sections=sections)),
            told.record(Collection(tests=(TEST,))),
            told.record(told.attempt(outcome, timeout=60.0), TEST),
            told.record(file, SOURCE),
            *(told.record(data, subject) for subject, data in facts),
        ]
    ).sealed()


def judged(evidence: Evidence, profile: str) -> Scorecard:
    limits = PROFILES[profile].gates(METRICS)
    gates = tuple(gate for entries in limits.values() for gate in entries)
    return evaluate(evidence, Policy(gates=gates, profile=profile), today=TODAY)


SITUATIONS = {
    "a change of documentation only": day(("", COMPARED), DOCUMENTS, NO_BENCHMARK),
    "no change at all": day(("", COMPARED), NO_BENCHMARK),
    "a covered change": day(("", COMPARED), CODE, NO_BENCHMARK),
    "a fork, or a shallow clone": day(off("patch", "origin/main does not exist"), NO_BENCHMARK),
    "no extras installed": day(("", COMPARED), CODE, NO_TIMEOUT, NO_BENCHMARK),
    "a first day with a benchmark, without history": day(
        ("", COMPARED),
        CODE,
        (TEST, Benchmark(stats=(("median", 0.5),), rounds=5, iterations=1)),
    ),
}


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_an_ordinary_day_is_not_red(situation: str, profile: str) -> None:
    made = judged(SITUATIONS[situation], profile)
    assert made.verdict in {Verdict.READY, Verdict.READY_WITH_RISKS}, made.explanation
    assert made.exit_code == 0
    # nor is it green without a word: all that is not measured stands there with its reason
    unknown = [one for one in made.results if one.outcome is GateOutcome.NOT_MEASURED]
    assert all(one.message and one.reason for one in unknown)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.ERROR, Outcome.SKIPPED])
def test_a_broken_suite_is_red(outcome: Outcome, profile: str) -> None:
    broken = day(("", COMPARED), CODE, NO_BENCHMARK, outcome=outcome)
    assert judged(broken, profile).verdict is Verdict.NOT_READY


@pytest.mark.parametrize("profile", sorted(PROFILES.keys() - {"starter@1"}))
def test_an_uncovered_change_is_red_where_coverage_is_gated(profile: str) -> None:
    made = judged(day(("", COMPARED), CODE, NO_BENCHMARK, covered=2), profile)
    failed = {one.gate.metric for one in made.results if one.outcome is GateOutcome.FAILED}
    assert {"coverage.lines", "coverage.patch"} <= failed


@pytest.mark.parametrize("profile", sorted(PROFILES.keys() - {"starter@1"}))
def test_coverage_that_was_switched_off_is_red(profile: str) -> None:
    """``--no-cov`` under a coverage gate: not measured, with the reason, and never green."""
    silent = Evidence.of(
        record
        for record in day(off("coverage", "--no-cov"), off("patch", "--no-cov")).records
        if not isinstance(record.data, FileCoverage)
    )
    made = judged(silent, profile)
    (result,) = (one for one in made.results if one.gate.metric == "coverage.lines")
    assert (made.verdict, result.outcome) == (Verdict.NOT_READY, GateOutcome.NOT_MEASURED)
    assert "--no-cov" in result.message
