"""The catalogue's entries of flaky tests over many runs."""

from __future__ import annotations

from pytest_readiness.model.metric import Direction, Metric, SubjectKind, Unit

_REPEAT = (
    "repeat it: `pytest --count 20 TEST` (pytest-repeat); then mend it, remove it, or waive it"
)


def _count(name: str, title: str, description: str, remedy: str = _REPEAT) -> Metric:
    return Metric(
        name=f"tests.flaky-{name}",
        title=title,
        unit=Unit.COUNT,
        direction=Direction.LOWER,
        category="tests",
        needs=("tests",),
        of="tests.collected",
        counts="tests",
        description=description,
        remedy=remedy,
    )


FLAKY = (
    _count(
        "confirmed",
        "Confirmed flaky tests",
        "Collected tests with two independent contradictions in this run and the comparable earlier "
        "ones: each a failure and a pass on the same code in the same environment, in one run or in "
        "two. What fails in incidents, and a test that a commit broke for a while, accuse nobody. "
        "A test is cleared by enough clean runs.",
    ),
    _count(
        "observed",
        "Tests observed flaky once",
        "As `tests.flaky-confirmed`, with one contradiction so far.",
    ),
    _count(
        "new",
        "Newly flaky tests",
        "Tests whose first contradiction this run has brought to light, be it observed or confirmed.",
        "look at what changed; repeat it: `pytest --count 20 TEST` (pytest-repeat)",
    ),
    Metric(
        name="test.flake-rate",
        title="Flake rate",
        unit=Unit.RATIO,
        direction=Direction.LOWER,
        category="tests",
        subject=SubjectKind.TEST,
        needs=("tests",),
        description="How often the first attempt of a test fails by chance, with a 90 % interval: "
        "what is to be believed after its runs in this environment, given how often tests of this "
        "suite do. Old runs count less, half after 200. 0 % for a test without a contradiction.",
        remedy=_REPEAT,
    ),
    Metric(
        name="suite.spurious-red",
        title="Spurious red runs",
        unit=Unit.RATIO,
        direction=Direction.LOWER,
        category="tests",
        needs=("tests",),
        counts="runs",
        statistics=("as-run", "without-reruns"),
        description="Share of comparable runs, this one included, that were red through flaky tests "
        "alone; `without-reruns`: that would have been, had no attempt been repeated. With a 90 % "
        "interval.",
        remedy="mend the tests that `tests.flaky-confirmed` names, the most frequent first",
    ),
)
