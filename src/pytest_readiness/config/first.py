"""A first ``[tool.pytest-readiness]``: gates that one measured run passes, and that tighten later."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from pytest_readiness.config.amount import Amount
from pytest_readiness.config.discovery import TABLE
from pytest_readiness.model.measurement import Measurement
from pytest_readiness.model.number import exact
from pytest_readiness.model.scorecard import Scorecard
from pytest_readiness.model.value import dataclass

_MARGIN = Fraction(1, 200)
_TIMES = 2
"""Times vary from machine to machine: what is asked for is twice what was seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A gate that a first configuration may hold."""

    metric: str
    asked: str
    """A condition that nothing breaks, by which the run's value is learnt."""
    condition: Callable[[Fraction], str]
    """The gate's condition, for the value of the run."""
    level: str = ""
    when_missing: str = ""
    later: str = ""
    """Where the run itself cannot tell a value: the metric whose presence makes the gate sensible."""


def _share(value: Fraction) -> str:
    limit = max(Fraction(0), value - _MARGIN)
    return f">= {int(limit * 100)}% and >= baseline - 0.5pp"


def _seconds(value: Fraction) -> str:
    whole = Amount("s", Fraction(1))
    return f"<= {whole.text(max(Fraction(1), whole.rounded(value * _TIMES, up=False)))}"


def _at_most(value: Fraction) -> str:
    return f"<= {int(value)}" if value else "== 0"


CANDIDATES = (
    Candidate(metric="tests.run", asked=">= 0", condition=lambda _: ">= 1 and >= baseline - 2%"),
    Candidate(metric="tests.skipped", asked=">= 0", condition=_at_most),
    Candidate(metric="tests.flaky", asked=">= 0", condition=_at_most, level="risk"),
    Candidate(metric="tests.warnings", asked=">= 0", condition=_at_most, level="risk"),
    Candidate(metric="test.duration", asked="<= 100000h", condition=_seconds),
    Candidate(metric="coverage.lines", asked=">= 0%", condition=_share),
    Candidate(metric="coverage.branches", asked=">= 0%", condition=_share),
    Candidate(
        metric="coverage.patch",
        asked=">= 0%",
        condition=lambda _: ">= 90%",
        when_missing="risk",
        later="coverage.lines",
    ),
    Candidate(
        metric="benchmark.time",
        asked="<= 100000h",
        condition=lambda _: "<= baseline + 20%",
        level="risk",
    ),
)


def asked() -> tuple[str, ...]:
    """Gates that tell what a run reached, as on the command line."""
    return tuple(f"{candidate.metric} {candidate.asked}" for candidate in CANDIDATES)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstGate:
    """One gate of the first configuration."""

    metric: str
    condition: str
    level: str
    when_missing: str
    reached: Measurement | None
    """What the run reached; None for what only a later change is judged by."""

    @property
    def toml(self) -> str:
        settings = [
            f'{key} = "{value}"'
            for key, value in (
                ("require", self.condition),
                ("level", self.level),
                ("when-missing", self.when_missing),
            )
            if value
        ]
        value = f'"{self.condition}"' if len(settings) == 1 else f"{{ {', '.join(settings)} }}"
        return f'"{self.metric}" = {value}'


def first_gates(scorecard: Scorecard) -> tuple[FirstGate, ...]:
    """Gates for a run judged under :func:`asked`; what it did not measure gets none.

    A suite that measures coverage also gets the gate on the lines of later changes.
    """
    reached = {
        result.gate.metric: result.reading
        for result in scorecard.results
        if isinstance(result.reading, Measurement)
    }
    return tuple(
        FirstGate(
            metric=candidate.metric,
            condition=candidate.condition(
                Fraction(0) if candidate.later else exact(reached[candidate.metric].value)
            ),
            level=candidate.level,
            when_missing=candidate.when_missing,
            reached=None if candidate.later else reached[candidate.metric],
        )
        for candidate in CANDIDATES
        if (candidate.later or candidate.metric) in reached
    )


def first_table(gates: Iterable[tuple[FirstGate, str]], heading: str) -> str:
    """The table as TOML; each gate comes with a comment."""
    lines = [f"[tool.{TABLE}]", *(f"# {line}" for line in heading.splitlines())]
    lines += ['profile = "starter"', "", f"[tool.{TABLE}.gates]"]
    texts = [(gate.toml, comment) for gate, comment in gates]
    width = max((len(text) for text, _ in texts), default=0)
    lines += (f"{text:{width}}  # {comment}" for text, comment in texts)
    return "\n".join(lines) + "\n"
