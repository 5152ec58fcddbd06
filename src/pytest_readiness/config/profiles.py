"""Profiles: named sets of gates to start from, as data.

A profile never changes once it is released: a better one is a new version, which a project asks for.
A name without a version means version 1, so that no upgrade moves a gate by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pytest_readiness.config.grammar import parse_condition
from pytest_readiness.model.metric import Metric
from pytest_readiness.model.policy import Gate, Level, Missing, Origin
from pytest_readiness.model.value import dataclass

DEFAULT = "starter@1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One gate of a profile, and why it is as it is."""

    metric: str
    require: str
    why: str
    level: Level = Level.BLOCK
    when_missing: Missing = Missing.FAIL
    when_no_baseline: Missing = Missing.RISK


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    name: str
    """With its version: ``library@1``."""
    description: str
    limits: tuple[Limit, ...]

    def gates(self, metrics: Mapping[str, Metric]) -> dict[str, tuple[Gate, ...]]:
        """Its gates by metric."""
        return {limit.metric: (self._gate(limit, metrics),) for limit in self.limits}

    def _gate(self, limit: Limit, metrics: Mapping[str, Metric]) -> Gate:
        return Gate(
            name=limit.metric,
            metric=limit.metric,
            condition=parse_condition(limit.require, metrics.get(limit.metric)),
            origin=Origin(source=f"profile {self.name}"),
            level=limit.level,
            when_missing=limit.when_missing,
            when_no_baseline=limit.when_no_baseline,
        )


_TESTS = (
    Limit(metric="tests.failed", require="== 0", why="A release has no failing test."),
    Limit(
        metric="tests.errors",
        require="== 0",
        why="Neither collecting, setting up nor tearing down may break.",
    ),
    Limit(
        metric="tests.run",
        require=">= 1",
        why="A run in which nothing ran proves nothing.",
    ),
)
_NO_BASE = (
    "Where there is nothing to compare with (a fork, a shallow clone, a first commit) it is a risk,"
    " not a failure; a change without a line that can be measured is not applicable."
)
_NO_TIMEOUT = "Without pytest-timeout it cannot be measured, which is a risk, not a failure."


def _risk(metric: str, require: str, why: str, missing: Missing = Missing.FAIL) -> Limit:
    return Limit(metric=metric, require=require, why=why, level=Level.RISK, when_missing=missing)


_FLAKY = "A test that both passes and fails proves little, but is no reason to stop everything."
_XPASSED = "An expected failure that passes is a mark to remove."
_SKIPPED = "What is skipped is not tested; a few skips belong to other systems or versions."
_TIMEOUTS = Limit(
    metric="tests.timeouts",
    require="== 0",
    why=f"A test that hangs once will hang again, also when a rerun passed. {_NO_TIMEOUT}",
    when_missing=Missing.RISK,
)
_CONFIRMED = Limit(
    metric="tests.flaky-confirmed",
    require="== 0",
    why="What earlier runs have shown to be flaky reddens other people's changes."
    " Left out, and listed, where no history is kept yet.",
    level=Level.RISK,
    when_missing=Missing.SKIP,
    when_no_baseline=Missing.SKIP,
)

_PROFILES = (
    Profile(
        name="starter@1",
        description="What holds without any configuration: the tests pass, and some ran."
        " Nothing is turned on for it.",
        limits=_TESTS,
    ),
    Profile(
        name="library@1",
        description="For a package that others install: well covered, and new code better than old.",
        limits=(
            *_TESTS,
            _risk("tests.flaky", "== 0", _FLAKY),
            _risk("tests.xpassed", "== 0", _XPASSED),
            Limit(
                metric="coverage.lines",
                require=">= 80%",
                why="Users reach code that the authors do not: most of it should have run once.",
            ),
            Limit(
                metric="coverage.patch",
                require=">= 90%",
                why=f"New code is tested when it is written. {_NO_BASE}",
                when_missing=Missing.RISK,
            ),
        ),
    ),
    Profile(
        name="service@1",
        description="For an application that is deployed often: quick and steady tests, covered changes.",
        limits=(
            *_TESTS,
            _risk("tests.flaky", "== 0", _FLAKY),
            _CONFIRMED,
            _risk("tests.skipped", "<= 10%", _SKIPPED),
            _TIMEOUTS,
            _risk(
                "test.duration",
                "<= 10s",
                "A suite that is deployed from many times a day is quick.",
            ),
            Limit(
                metric="coverage.lines",
                require=">= 70%",
                why="Glue and start-up code of a service are costly to test: less than of a library.",
            ),
            Limit(
                metric="coverage.patch",
                require=">= 85%",
                why=f"What changes is what breaks. {_NO_BASE}",
                when_missing=Missing.RISK,
            ),
        ),
    ),
    Profile(
        name="release@1",
        description="For the day of a release: everything is looked at, doubts become risks.",
        limits=(
            *_TESTS,
            Limit(
                metric="tests.flaky",
                require="== 0",
                why="On the day of a release a contradiction is settled, not accepted.",
            ),
            _CONFIRMED,
            _risk("tests.xpassed", "== 0", _XPASSED),
            _risk("tests.skipped", "<= 5%", _SKIPPED),
            _risk("tests.deselected", "== 0", "A release is judged by the whole suite."),
            _TIMEOUTS,
            _risk(
                "tests.unbounded",
                "== 0",
                f"A test without a timeout can stop the pipeline that mends it. {_NO_TIMEOUT}",
                Missing.RISK,
            ),
            Limit(
                metric="coverage.lines",
                require=">= 90%",
                why="What ships has run.",
            ),
            _risk(
                "coverage.branches",
                ">= 80%",
                "Both ways of a decision have run. Where coverage does not measure branches it is a risk.",
                Missing.RISK,
            ),
            _risk(
                "coverage.file",
                ">= 60%",
                "A good total may hide a file that nothing tests.",
            ),
            Limit(
                metric="coverage.patch",
                require=">= 95%",
                why=f"What is new in a release has no users who tested it. {_NO_BASE}",
                when_missing=Missing.RISK,
            ),
            _risk(
                "benchmark.slowdown",
                "<= 10%",
                "No benchmark became a tenth slower than in the latest runs. Left out, and listed, in a"
                " project without benchmarks; without a baseline it is a risk.",
                Missing.SKIP,
            ),
            _risk(
                "benchmark.missing",
                "== 0",
                "A benchmark that is gone cannot become slower. Left out, and listed, in a project"
                " without benchmarks; without a baseline it is a risk.",
                Missing.SKIP,
            ),
        ),
    ),
)

PROFILES: Mapping[str, Profile] = MappingProxyType({one.name: one for one in _PROFILES})


def profile_named(name: str) -> Profile | None:
    """The profile, by a name with or without a version; None when there is none."""
    return PROFILES.get(name if "@" in name else f"{name}@1")
