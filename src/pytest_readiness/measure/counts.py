"""Counts of tests: ``tests.*``, as pytest counts them in its summary."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

from pytest_readiness.measure.holes import not_measured
from pytest_readiness.measure.results import FAILING, PASSING, Tested, subject_of
from pytest_readiness.measure.scope import Scope
from pytest_readiness.measure.suite import Suite, broken_phases, covered
from pytest_readiness.measure.view import View
from pytest_readiness.model.evidence import Attempt, CollectionError, Outcome
from pytest_readiness.model.measurement import Measurement, Member, Reading, Subject
from pytest_readiness.model.metric import Metric, SubjectKind


def measure_count(metric: Metric, suite: Suite, scope: Scope) -> tuple[Reading, ...]:
    """One reading of one of the counts of :data:`COUNTS`."""
    holes = suite.gaps(scope)
    if "timeout" in metric.needs:
        more = suite.timeout_gaps()
        if more:
            return (not_measured(scope.subject, (*holes, *more)),)
    value, members = COUNTS[metric.name](suite, scope)
    if members and metric.name in _NAMED:
        from pytest_readiness.measure.diagnosis import diagnosed

        members = diagnosed(members, suite)
    if holes:
        known = Measurement(subject=scope.subject, value=value, members=members)
        falling = metric.name in _MAY_FALL
        return (not_measured(scope.subject, holes, None if falling else known),)
    total = suite.collected(scope) if metric.of else None
    return (Measurement(subject=scope.subject, value=value, total=total, members=members),)


Counted = tuple[int, tuple[Member, ...]]


def _collected(suite: Suite, scope: Scope) -> Counted:
    return suite.collected(scope), ()


def _run(suite: Suite, scope: Scope) -> Counted:
    if scope.whole:
        total = suite.results.count
    else:
        total = sum(1 for test in suite.results.tested if scope.covers(test.id))
    return total - _skipped(suite, scope)[0] - _undecided(suite, scope), ()


def _undecided(suite: Suite, scope: Scope) -> int:
    """Tests of which only superseded attempts are known."""
    absent = {(missing.id, missing.environment) for missing in suite.missing(scope)}
    if not absent:
        return 0
    return sum(not test.last for test in suite.results.tested if test[:2] in absent)


def _failed(suite: Suite, scope: Scope) -> Counted:
    return _members(suite.notable.by_outcome[Outcome.FAILED], scope, _because(Outcome.FAILED))


def _errors(suite: Suite, scope: Scope) -> Counted:
    members = [
        Member(
            subject=Subject(
                kind=SubjectKind.FILE,
                id=path,
                path=path.partition("::")[0],
                environment=environment,
            ),
            detail=f"not collected: {message}",
        )
        for (path, environment), message in _collection_errors(suite.view).items()
        if scope.covers(path)
    ]
    for test in suite.notable.broken:
        if scope.covers(test.id):
            worst = max(test.last, key=broken_phases)
            where = " and ".join(worst.errors) or "error"
            detail = f"{where}: {worst.reason}" if worst.reason else where
            members.append(Member(subject=test.subject, weight=broken_phases(worst), detail=detail))
    return _counted(members)


def _collection_errors(view: View) -> dict[tuple[str, str], str]:
    return {
        (record.subject, view.environment(record.run)): error.message
        for record, error in view.select(CollectionError)
    }


def _skipped(suite: Suite, scope: Scope) -> Counted:
    tests = [test for test in suite.notable.by_outcome[Outcome.SKIPPED] if _was_skipped(test)]
    return _members(tests, scope, _because(Outcome.SKIPPED))


def _xfailed(suite: Suite, scope: Scope) -> Counted:
    tests = _free(suite, suite.notable.by_outcome[Outcome.XFAILED])
    return _members(tests, scope, _because(Outcome.XFAILED))


def _xpassed(suite: Suite, scope: Scope) -> Counted:
    tests = _free(suite, suite.notable.by_outcome[Outcome.XPASSED])
    return _members(tests, scope, _because(Outcome.XPASSED))


def _free(suite: Suite, tests: list[Tested]) -> list[Tested]:
    """Those not in quarantine, which is told by itself: nobody wrote those marks into the tests."""
    held = suite.held
    return [test for test in tests if (test.environment, test.id) not in held] if held else tests


def _deselected(suite: Suite, scope: Scope) -> Counted:
    return _counted(
        [
            Member(subject=subject_of(id, environment))
            for environment, id in covered(suite.results.deselected, scope)
        ]
    )


def _flaky(suite: Suite, scope: Scope) -> Counted:
    members = []
    for test in _contradictory(suite):
        if not scope.covers(test.id):
            continue
        outcomes = [attempt.outcome for attempt in test.attempts]
        if len(test.last) == 1 and outcomes[-1] in PASSING:
            detail = f"passed on attempt {len(outcomes)}"
        else:
            passes = sum(outcome in PASSING for outcome in outcomes)
            detail = f"passed {passes} times of {len(outcomes)}"
        members.append(Member(subject=test.subject, detail=detail))
    return _counted(members)


def _contradictory(suite: Suite) -> Iterator[Tested]:
    """Tests that both passed and failed; repeats of one test are that test."""
    originals = suite.results.originals
    for test in suite.notable.repeated:
        if (test.environment, test.id) not in originals and _contradicts(test.attempts):
            yield test
    if not originals:
        return
    repeated: dict[tuple[str, str], list[Tested]] = {}
    for test in suite.results.tested:
        original = originals.get((test.environment, test.id))
        if original is not None:
            repeated.setdefault((test.environment, original), []).append(test)
    for (environment, id), tests in sorted(repeated.items()):
        attempts = tuple(attempt for test in tests for attempt in test.attempts)
        last = tuple(attempt for test in tests for attempt in test.last)
        if _contradicts(attempts):
            yield Tested(id, environment, last, attempts)


def _contradicts(attempts: Iterable[Attempt]) -> bool:
    outcomes = {attempt.outcome for attempt in attempts}
    return not outcomes.isdisjoint(PASSING) and not outcomes.isdisjoint(FAILING)


def _timeouts(suite: Suite, scope: Scope) -> Counted:
    return _members(_free(suite, suite.notable.timed_out), scope, _limit)


def _limit(test: Tested) -> str:
    limits = [attempt.timeout for attempt in test.attempts if attempt.timed_out]
    return f"over {limits[0]:g} s" if limits and limits[0] is not None else ""


def _unbounded(suite: Suite, scope: Scope) -> Counted:
    return _members(suite.unbounded, scope, _disarmed)


def _disarmed(test: Tested) -> str:
    """pytest-timeout arms its timer once around all attempts, and the first failure disarms it."""
    first, *further = test.attempts
    if first.timeout is None or all(one.timeout is not None for one in further):
        return ""
    return (
        f"attempt 1 had {first.timeout:g} s, a later one none: its failure disarmed the timer; "
        "set `timeout_func_only = true`, which arms it for each call"
    )


COUNTS: Mapping[str, Callable[[Suite, Scope], Counted]] = MappingProxyType(
    {
        "tests.collected": _collected,
        "tests.run": _run,
        "tests.failed": _failed,
        "tests.errors": _errors,
        "tests.skipped": _skipped,
        "tests.xfailed": _xfailed,
        "tests.xpassed": _xpassed,
        "tests.deselected": _deselected,
        "tests.flaky": _flaky,
        "tests.timeouts": _timeouts,
        "tests.unbounded": _unbounded,
    }
)
_NAMED = frozenset({"tests.failed", "tests.flaky"})
"""Counts of whose tests a probe says how they fail."""
_MAY_FALL = frozenset({"tests.skipped", "tests.deselected"})
"""Counts that further evidence may make smaller: another run may run the test."""


def _was_skipped(test: Tested) -> bool:
    return all(attempt.outcome is Outcome.SKIPPED for attempt in test.last)


def _because(outcome: Outcome) -> Callable[[Tested], str]:
    def reason(test: Tested) -> str:
        return next((attempt.reason for attempt in test.last if attempt.outcome is outcome), "")

    return reason


def _members(tests: Iterable[Tested], scope: Scope, detail: Callable[[Tested], str]) -> Counted:
    return _counted(
        [
            Member(subject=test.subject, detail=detail(test))
            for test in tests
            if scope.covers(test.id)
        ]
    )


def _counted(members: list[Member]) -> Counted:
    """The sum of the members' weights, and the members, the heaviest first."""
    members.sort(key=lambda member: (-member.weight, member.subject.name))
    return sum(member.weight for member in members), tuple(members)
