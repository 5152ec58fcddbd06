"""What a project can add to its own readiness: two metrics, their figures, a report, a line of log.

Type hints and docstrings apart this is all there is to it. The hooks run in pytest's main process,
under pytest-xdist too, and only where ``--readiness`` was asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

import pytest

from pytest_readiness import (
    Attempt,
    Direction,
    Evidence,
    Fact,
    Figure,
    Metric,
    Scorecard,
    SubjectKind,
    Unit,
)


def pytest_readiness_metrics() -> Iterable[Metric]:
    """Title, unit and direction of figures that pytest-readiness does not know."""
    yield Metric(
        name="api.documented",
        title="Documented functions",
        unit=Unit.RATIO,
        direction=Direction.HIGHER,
        category="documentation",
        counts="functions",
        description="Public functions with a docstring, of all public functions.",
        remedy="write a docstring for each name in __all__",
    )
    yield Metric(
        name="module.duration",
        title="Duration by test module",
        unit=Unit.SECONDS,
        direction=Direction.LOWER,
        category="speed",
        subject=SubjectKind.FILE,
        description="Sum of the call times of a module's tests.",
    )


def pytest_readiness_evidence() -> Iterable[Fact]:
    """A figure that is looked up: a ratio is told by its two integers."""
    import units

    public = [getattr(units, name) for name in units.__all__]
    documented = sum(bool(function.__doc__) for function in public)
    yield Fact(
        subject="", data=Figure(metric="api.documented", value=documented, total=len(public))
    )


def pytest_readiness_measurements(evidence: Evidence) -> Iterable[Fact]:
    """Figures that follow from the evidence: one for each test module."""
    seconds: dict[str, float] = defaultdict(float)
    for record, attempt in evidence.select(Attempt):
        seconds[record.subject.partition("::")[0]] += attempt.call or 0.0
    for module, total in seconds.items():
        yield Fact(subject=module, data=Figure(metric="module.duration", value=total, unit="s"))


def pytest_readiness_renderers() -> Mapping[str, Callable[[Scorecard], str]]:
    """A type of report: ``--readiness-report=line:verdict.txt``."""
    return {"line": one_line}


def one_line(scorecard: Scorecard) -> str:
    return f"{scorecard.verdict.value}: {len(scorecard.results)} gates\n"


def pytest_readiness_scorecard(config: pytest.Config, scorecard: Scorecard) -> None:
    """See the result, here to tell who has to act."""
    owners = sorted({f.owner for result in scorecard.results for f in result.findings if f.owner})
    if owners:
        config.get_terminal_writer().line(f"asked to act: {', '.join(owners)}")
