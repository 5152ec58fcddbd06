"""The suite: all tests of the evidence with their results, and what is missing of them."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from pytest_readiness.measure.holes import Holes
from pytest_readiness.measure.integrity import Hole
from pytest_readiness.measure.results import Missing, Results, Tested
from pytest_readiness.measure.scope import Scope
from pytest_readiness.measure.view import View
from pytest_readiness.model.evidence import Attempt, Outcome, Quarantined, Reason
from pytest_readiness.model.value import dataclass

_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Notable:
    """Tests that some count is about, but for those that just passed; a test may be in several lists."""

    by_outcome: Mapping[Outcome, list[Tested]]
    """By the outcomes of deciding attempts, those that passed left out."""
    broken: list[Tested]
    """With an error in a deciding attempt."""
    repeated: list[Tested]
    """With several attempts."""
    timed_out: list[Tested]
    unbounded: list[Tested]


_TOLD = operator.attrgetter("outcome", "errors", "timed_out", "timeout")
_NOTHING = (Outcome.PASSED, (), False, None)
"""What an attempt tells that just passed, without a timeout."""


def _notable(tests: Iterable[Tested]) -> Notable:
    """Go through all tests once: counts of 50,000 tests must cost next to nothing."""
    by_outcome: dict[Outcome, list[Tested]] = {outcome: [] for outcome in Outcome}
    found = Notable(by_outcome=by_outcome, broken=[], repeated=[], timed_out=[], unbounded=[])
    for test in tests:
        attempts = test.attempts
        if len(attempts) == 1:
            said = _TOLD(attempts[0])
            if said == _NOTHING:
                found.unbounded.append(test)
                continue
            if said[:3] == _NOTHING[:3]:
                continue
        else:
            found.repeated.append(test)
        for outcome in {attempt.outcome for attempt in test.last} - {Outcome.PASSED}:
            by_outcome[outcome].append(test)
        if any(map(broken_phases, test.last)):
            found.broken.append(test)
        if any(attempt.timed_out for attempt in attempts):
            found.timed_out.append(test)
        if any(a.timeout is None and a.outcome is not Outcome.SKIPPED for a in attempts):
            found.unbounded.append(test)
    return found


class Suite:
    """All tests of the evidence with their results, and what is missing of them."""

    def __init__(self, view: View, holes: Holes, results: Results) -> None:
        self.view = view
        self.holes = holes
        self.results = results

    @cached_property
    def notable(self) -> Notable:
        return _notable(self.results.further)

    @property
    def unbounded(self) -> list[Tested]:
        """Without a timeout in some attempt."""
        return [*self.results.just_passed, *self.notable.unbounded]

    @cached_property
    def held(self) -> frozenset[tuple[str, str]]:
        """Environment and id of the tests that ran under quarantine in some run."""
        view = self.view
        return frozenset(
            (view.environment(record.run), record.subject) for record, _ in view.select(Quarantined)
        )

    @cached_property
    def common(self) -> tuple[Hole, ...]:
        """Those that may be about any test."""
        view = self.view
        told = self.holes.told("tests", frozenset())
        silent = view.runs.keys() - view.collections.keys()
        silent -= {run for run, _ in self.holes.gaps("tests")}
        return (
            *self.holes.lost("tests"),
            *told,
            *(
                Hole(Reason.PARTIAL, f"{view.title(run)}what pytest collected is missing")
                for run in sorted(silent)
            ),
        )

    def missing(self, scope: Scope) -> list[Missing]:
        if scope.whole:
            return self.results.missing
        return [missing for missing in self.results.missing if scope.covers(missing.id)]

    def gaps(self, scope: Scope) -> tuple[Hole, ...]:
        """What stands between the evidence and any count of its tests."""
        holes = self.common
        missing = self.missing(scope)
        if missing:
            named = ", ".join(f"{one.id} {one.message}" for one in missing[:_NAMED])
            more = f", and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
            holes += (
                Hole(
                    Reason.PARTIAL,
                    f"{len(missing)} of {self.collected(scope)} collected tests lack a result: "
                    f"{named}{more}",
                    "let the run come to its end",
                ),
            )
        if not scope.whole and not holes and not self.collected(scope):
            assert scope.component is not None
            holes += (
                Hole(
                    Reason.NO_DATA,
                    f"no collected test lies in the paths of component {scope.component.name}",
                    "check its `paths`",
                ),
            )
        return holes

    def collected(self, scope: Scope) -> int:
        if scope.whole:
            return sum(map(len, self.results.collected.values()))
        return sum(1 for _ in covered(self.results.collected, scope))

    def timeout_gaps(self) -> tuple[Hole, ...]:
        """What stands between the evidence and what it tells of timeouts."""
        view = self.view
        told = {run for run, _ in self.holes.gaps("timeout")}
        measured = self.holes.wanted("timeout") - told
        silent = view.runs.keys() - measured - told - view.idle
        return (
            *self.holes.told("timeout", measured),
            *(
                Hole(Reason.NO_DATA, f"{view.title(run)}timeouts of tests were not looked at")
                for run in sorted(silent)
            ),
        )


def broken_phases(attempt: Attempt) -> int:
    """Errors that pytest counts for an attempt."""
    return len(attempt.errors) or int(attempt.outcome is Outcome.ERROR)


def covered(ids: Mapping[str, set[str]], scope: Scope) -> Iterator[tuple[str, str]]:
    for environment in sorted(ids):
        for id in ids[environment]:
            if scope.covers(id):
                yield environment, id
