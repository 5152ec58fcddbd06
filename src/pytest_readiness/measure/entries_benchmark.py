"""The catalogue's entries of benchmarks that are compared with earlier runs."""

from __future__ import annotations

from pytest_readiness.model.metric import Direction, Metric, SubjectKind, Unit

BENCHMARKS = (
    Metric(
        name="benchmark.slowdown",
        title="Benchmark slowdown",
        unit=Unit.RATIO,
        direction=Direction.LOWER,
        category="benchmarks",
        subject=SubjectKind.BENCHMARK,
        needs=("benchmark",),
        statistics=("median", "min", "mean"),
        bounded=False,
        description="How much slower a benchmark is than in the last 10 comparable runs of the base "
        "branch, at least 5: 20 % is a time of 1.2 times theirs. 0 % where their noise explains the "
        "difference, negative where it is faster beyond that. It fails a gate when an earlier run "
        "or measuring again has confirmed it; until then, and where the machine changed its speed, it "
        "is inconclusive. Where most benchmarks are slower together, one value stands for them.",
        remedy="profile it: `pytest --benchmark-only --benchmark-cprofile=tottime TEST`",
    ),
    Metric(
        name="benchmark.missing",
        title="Missing benchmarks",
        unit=Unit.COUNT,
        direction=Direction.LOWER,
        category="benchmarks",
        needs=("benchmark",),
        counts="benchmarks",
        description="Benchmarks of the latest comparable run of the base branch of which this run "
        "has no figures. One that was renamed is followed by its code; one that failed is told by "
        "`tests.failed`.",
        remedy="restore it, or waive it if it was removed on purpose",
    ),
)
