"""The catalogue: every metric that this package measures by itself, as data.

Gates, the scorecard and the reference page are made from these entries; the functions that
measure them stand in the sibling modules and are found by the metric's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pytest_readiness.measure.entries_benchmark import BENCHMARKS
from pytest_readiness.measure.entries_flaky import FLAKY
from pytest_readiness.measure.entries_slow import SLOW
from pytest_readiness.measure.entries_standing import STANDING
from pytest_readiness.measure.entries_tool import TOOLS
from pytest_readiness.model.metric import RESERVED, Direction, Metric, SubjectKind, Unit

_COLLECTED = "tests.collected"


def _tests(
    name: str,
    title: str,
    description: str,
    remedy: str = "",
    *,
    direction: Direction = Direction.LOWER,
    of: str = _COLLECTED,
    counts: str = "tests",
    needs: tuple[str, ...] = ("tests",),
) -> Metric:
    return Metric(
        name=f"tests.{name}",
        title=title,
        unit=Unit.COUNT,
        direction=direction,
        category="tests",
        needs=needs,
        of=of,
        counts=counts,
        description=description,
        remedy=remedy,
    )


def _per_test(
    name: str,
    title: str,
    description: str,
    remedy: str,
    *,
    unit: Unit = Unit.SECONDS,
    needs: tuple[str, ...] = ("tests",),
) -> Metric:
    return Metric(
        name=f"test.{name}",
        title=title,
        unit=unit,
        direction=Direction.LOWER,
        category="speed",
        subject=SubjectKind.TEST,
        needs=needs,
        description=description,
        remedy=remedy,
    )


def _coverage(
    name: str,
    title: str,
    description: str,
    remedy: str,
    *,
    subject: SubjectKind = SubjectKind.RUN,
    counts: str = "lines",
    needs: tuple[str, ...] = ("coverage",),
) -> Metric:
    return Metric(
        name=f"coverage.{name}",
        title=title,
        unit=Unit.RATIO,
        direction=Direction.HIGHER,
        category="coverage",
        subject=subject,
        counts=counts,
        needs=needs,
        description=description,
        remedy=remedy,
    )


_METRICS = (
    _tests(
        "collected",
        "Collected tests",
        "Tests that pytest collected, deselected ones included, each once in every environment.",
        "compare `pytest --collect-only -q` with what you expect",
        direction=Direction.HIGHER,
        of="",
    ),
    _tests(
        "run",
        "Tests run",
        "Tests that were run: every collected test with a result other than skipped.",
        "look for tests that are skipped, deselected or no longer collected: `pytest -rs`",
        direction=Direction.HIGHER,
    ),
    _tests(
        "failed",
        "Failed tests",
        "Tests whose last attempt failed, in any run. A strict xfail that passes has failed; a test "
        "with a failed subtest has failed. Tests that broke only in setup or teardown are errors.",
        "run them again alone: `pytest --lf`",
    ),
    _tests(
        "errors",
        "Test errors",
        "Errors as pytest counts them: files that could not be collected, and setups and teardowns "
        "that broke in a test's last attempt (a test whose setup and teardown both broke counts "
        "twice).",
        "run them again alone: `pytest --lf`",
    ),
    _tests(
        "skipped",
        "Skipped tests",
        "Tests that were skipped in every run of their environment.",
        "list them with their reasons: `pytest -rs`",
    ),
    _tests(
        "xfailed",
        "Expected failures",
        "Tests that failed as their `xfail` mark said.",
        "list them with their reasons: `pytest -rx`",
    ),
    _tests(
        "xpassed",
        "Unexpected passes",
        "Tests that passed in spite of a non-strict `xfail` mark.",
        "remove the marks, or set `xfail_strict = true`: `pytest -rX`",
    ),
    _tests(
        "deselected",
        "Deselected tests",
        "Tests that some run collected and no run of their environment ran, because `-k`, `-m`, "
        "`--deselect` or a plugin left them out. What a shard leaves to another shard is not "
        "deselected.",
        "look for `-k`, `-m` and `--deselect` in the command line and in `addopts`",
    ),
    _tests(
        "warnings",
        "Warnings",
        "Warnings as pytest counts them in its summary. Members are distinct warnings, each with "
        "the number of times that it was seen. What every shard sees while collecting counts once.",
        "see where they come from: `pytest -W error`",
        of="",
        counts="warnings",
    ),
    _tests(
        "flaky",
        "Flaky tests",
        "Tests that both passed and failed on the same code in one environment: over attempts "
        "(reruns), repeats, workers or runs. Results of different environments are no "
        "contradiction.",
        "run it many times: `pytest --count 20 TEST` (pytest-repeat)",
    ),
    _tests(
        "timeouts",
        "Tests timed out",
        "Tests of which any attempt ran into its timeout, also when a later attempt passed.",
        "make them faster, or give them a `@pytest.mark.timeout` of their own",
        needs=("tests", "timeout"),
    ),
    _tests(
        "unbounded",
        "Tests without a timeout",
        "Tests that ran at least one attempt with no timeout in force. Skipped tests do not count.",
        "set `timeout = 60` (seconds, pytest-timeout) in pytest's configuration, and where tests are rerun "
        "`timeout_func_only = true`: the timer around a whole test does not outlast a failure",
        needs=("tests", "timeout"),
    ),
    Metric(
        name="suite.duration",
        title="Suite duration",
        unit=Unit.SECONDS,
        direction=Direction.LOWER,
        category="speed",
        needs=("tests",),
        description="Wall time from the start of the session to the end of its tests. Of several "
        "runs or shards, the longest: what one waits for. For a component, the time of its tests "
        "added up, of all runs.",
        remedy="find the slowest tests: `pytest --durations=20`",
    ),
    Metric(
        name="suite.memory",
        title="Peak memory",
        unit=Unit.BYTES,
        direction=Direction.LOWER,
        category="speed",
        needs=("memory",),
        description="Peak resident memory of the session: the peaks of its process and of its "
        "workers added up. Of several runs or shards, the largest. It belongs to processes, so it "
        "is not measured for components.",
        remedy="run parts of the suite to see which of them needs it",
    ),
    Metric(
        name="tests.file",
        title="Tests by file",
        unit=Unit.COUNT,
        direction=Direction.HIGHER,
        category="tests",
        subject=SubjectKind.FILE,
        needs=("tests",),
        counts="tests",
        description="Tests that pytest collected in each file, deselected ones included.",
        remedy="compare `pytest --collect-only -q` with what you expect",
    ),
    _per_test(
        "duration",
        "Test duration",
        "Wall time of a test's last attempt: setup, call and teardown. Setting up a fixture of class, "
        "module, package or session scope is not charged to the test that happened to need it "
        "first. Of several runs in one environment, the slowest.",
        "profile it: `pytest --durations=0 TEST`",
    ),
    _per_test(
        "setup",
        "Test setup",
        "Wall time of the setup of a test's last attempt, wide fixtures left out as in "
        "`test.duration`.",
        "see what its fixtures do: `pytest --setup-show TEST`",
    ),
    _per_test(
        "teardown",
        "Test teardown",
        "Wall time of the teardown of a test's last attempt.",
        "see what its fixtures do: `pytest --setup-show TEST`",
    ),
    _per_test(
        "timeout-share",
        "Share of the timeout used",
        "Time of an attempt (setup, call and teardown) as a share of the timeout in force, the "
        "largest share of the test's attempts; at least 100 % when it ran into it. Tests with no "
        "timeout in force are left out, see `tests.unbounded`.",
        "make it faster, or give it a `@pytest.mark.timeout` of its own",
        unit=Unit.RATIO,
        needs=("tests", "timeout"),
    ),
    _coverage(
        "total",
        "Total coverage",
        "What `coverage report` and `fail_under` call the total: executed statements, and taken "
        "branches where branches were measured, of all of them.",
        "list what is not covered: `coverage report --show-missing`",
        counts="lines and branches",
    ),
    _coverage(
        "lines",
        "Line coverage",
        "Executed statements of all statements; branches do not enter.",
        "list what is not covered: `coverage report --show-missing`",
    ),
    _coverage(
        "branches",
        "Branch coverage",
        "Taken branches of all branches.",
        "list what is not covered: `coverage report --show-missing`",
        counts="branches",
    ),
    Metric(
        name="coverage.uncovered",
        title="Uncovered lines",
        unit=Unit.COUNT,
        direction=Direction.LOWER,
        category="coverage",
        needs=("coverage",),
        of="statements",
        counts="lines",
        description="Statements that no test runs, as a number.",
        remedy="list what is not covered: `coverage report --show-missing`",
    ),
    _coverage(
        "file",
        "Coverage by file",
        "Executed statements of all statements of a file. A file without statements is not "
        "applicable.",
        "list what is not covered: `coverage report --show-missing`",
        subject=SubjectKind.FILE,
    ),
    _coverage(
        "patch",
        "Patch coverage",
        "Executed statements of those that were added or changed against the base. A changed "
        "continuation line belongs to its statement. Not applicable when no changed line can be "
        "measured; not measured when a changed source file was not.",
        "test the changed lines",
        counts="changed lines",
        needs=("patch",),
    ),
    _coverage(
        "patch-file",
        "Patch coverage by file",
        "As `coverage.patch`, for each changed file.",
        "test the changed lines",
        subject=SubjectKind.FILE,
        counts="changed lines",
        needs=("patch",),
    ),
    Metric(
        name="benchmark.time",
        title="Benchmark time",
        unit=Unit.SECONDS,
        direction=Direction.LOWER,
        category="benchmarks",
        subject=SubjectKind.BENCHMARK,
        needs=("benchmark",),
        statistics=("median", "min", "mean", "max", "p95", "p99", "stddev", "iqr", "q1", "q3"),
        description="Seconds per iteration of a benchmark of pytest-benchmark, of its last passing "
        "attempt. Of several runs in one environment, the slowest.",
        remedy="profile it: `pytest --benchmark-only --benchmark-cprofile=tottime TEST`",
    ),
    *FLAKY,
    *BENCHMARKS,
    *SLOW,
    *TOOLS,
    *STANDING,
)

CATALOGUE: Mapping[str, Metric] = MappingProxyType({metric.name: metric for metric in _METRICS})
"""Every metric of this package by its name, in the order of the reference page."""

CLOSED = frozenset(
    {
        *(name.partition(".")[0] for name in CATALOGUE),
        *RESERVED,
    }
)
"""Namespaces (what stands before the dot) in which a name outside the catalogue is an error."""
