"""Which tests are worth repeating, the most informative first."""

from __future__ import annotations

import enum
import operator
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pytest_readiness.measure.results import FAILING, PASSING
from pytest_readiness.model.evidence import Attempt, Outcome
from pytest_readiness.model.history import History


class Why(enum.IntEnum):
    """The lower, the more a repetition tells."""

    FLAKY = 0
    """It passed and failed in this session."""
    TURNED = 1
    """It failed, and passed in an earlier run."""
    FAILED = 2
    UNSTEADY = 3
    """It passed, and failed in an earlier run."""
    NEW = 4
    """The history does not know it."""
    CHANGED = 5
    """Its file differs from the base's."""


WORDS: Mapping[Why, str] = {
    Why.FLAKY: "flaky",
    Why.TURNED: "failed",
    Why.FAILED: "failed",
    Why.UNSTEADY: "unsteady",
    Why.NEW: "new",
    Why.CHANGED: "changed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One test to be repeated."""

    id: str
    why: Why
    attempts: tuple[Attempt, ...]

    @property
    def seconds(self) -> float:
        """What it took in the session."""
        return max(map(duration, self.attempts), default=0.0)

    @property
    def timeout(self) -> float | None:
        """Seconds after which pytest-timeout would have stopped it."""
        return next((one.timeout for one in self.attempts if one.timeout is not None), None)


def duration(attempt: Attempt) -> float:
    return (attempt.setup or 0.0) + (attempt.call or 0.0) + (attempt.teardown or 0.0)


def candidates(
    attempts: Mapping[str, Sequence[Attempt]], history: History, changed: Collection[str]
) -> list[Candidate]:
    """Of the session's ``attempts`` by test; ``changed`` are paths. Quick tests come first."""
    comparable = bool(history.runs) and not history.unreadable
    found = []
    for id, made in attempts.items():
        why = _why(id, made, history, comparable, changed)
        if why is not None:
            found.append(Candidate(id=id, why=why, attempts=tuple(made)))
    return sorted(found, key=operator.attrgetter("why", "seconds", "id"))


def _why(
    id: str,
    attempts: Sequence[Attempt],
    history: History,
    comparable: bool,
    changed: Collection[str],
) -> Why | None:
    outcomes = {attempt.outcome for attempt in attempts}
    failing = not outcomes.isdisjoint(FAILING)
    if failing and not outcomes.isdisjoint(PASSING):
        return Why.FLAKY
    if Outcome.XFAILED in outcomes or not outcomes - {Outcome.SKIPPED}:
        return None
    if failing or any(attempt.crashed or attempt.timed_out for attempt in attempts):
        return Why.TURNED if _ever_passed(id, history) else Why.FAILED
    if any(
        past.outcome in (Outcome.FAILED, Outcome.ERROR) for past in history.attempts.get(id, ())
    ):
        return Why.UNSTEADY
    if comparable and id not in history.exposure:
        return Why.NEW
    return Why.CHANGED if id.partition("::")[0] in changed else None


def _ever_passed(id: str, history: History) -> bool:
    """In a run in which it ran and did not fail throughout: what just passed is no record."""
    told: dict[int, list[bool]] = {}
    for past in history.attempts.get(id, ()):
        told.setdefault(past.run, []).append(past.outcome in PASSING)
    return any(any(told.get(run, (True,))) for run in history.exposure.get(id, ()))


def grouped(facts: Iterable[tuple[str, Attempt]]) -> dict[str, list[Attempt]]:
    """Attempts by test."""
    found: dict[str, list[Attempt]] = {}
    for id, attempt in facts:
        found.setdefault(id, []).append(attempt)
    return found
