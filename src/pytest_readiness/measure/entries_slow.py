"""The catalogue's entry of tests that became slow."""

from __future__ import annotations

from pytest_readiness.model.metric import Direction, Metric, SubjectKind, Unit

SLOW = (
    Metric(
        name="test.slowdown",
        title="Test slowdown",
        unit=Unit.RATIO,
        direction=Direction.LOWER,
        category="speed",
        subject=SubjectKind.TEST,
        needs=("tests",),
        bounded=False,
        description="How much longer a passing test's call takes than in the comparable runs of the "
        "base branch, at least 5: 200 % is three times as long. CPU time where the test computes, else wall "
        "time, divided by what the whole session was slower. 0 % where their noise explains the "
        "difference, negative where it is faster beyond that; times below 1 ms count as 1 ms. It "
        "fails a gate when the run before, or measuring again, has confirmed it; until then it is "
        "inconclusive.",
        remedy="profile it: `python -m cProfile -m pytest TEST`",
    ),
)
