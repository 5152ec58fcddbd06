"""Results of tests: the attempts of each test in each environment, over all runs and workers."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import repeat

from pytest_readiness.measure.view import View
from pytest_readiness.model.evidence import (
    Attempt,
    Evidence,
    Outcome,
    PassedTests,
    Record,
    Run,
)
from pytest_readiness.model.measurement import Subject
from pytest_readiness.model.metric import SubjectKind
from pytest_readiness.model.value import NamedTuple

PASSING = frozenset({Outcome.PASSED, Outcome.XPASSED})
FAILING = frozenset({Outcome.FAILED, Outcome.ERROR, Outcome.XFAILED})


_IDENTITY = operator.itemgetter(0, 1)
# of records, and of attempts
_SUBJECT, _ATTEMPT, _DATA = map(operator.itemgetter, (2, 3, 4))
_SUPERSEDED: Callable[[object], bool] = operator.attrgetter("superseded")


class Tested(NamedTuple):
    """A test that has results in an environment."""

    id: str
    environment: str
    """Empty when there is only one."""
    last: tuple[Attempt, ...]
    """The attempts that decide: one for each run (and worker, with ``--dist each``)."""
    attempts: tuple[Attempt, ...]
    """All of them, superseded ones included."""

    @property
    def subject(self) -> Subject:
        return subject_of(self.id, self.environment, self.last or self.attempts)


class Missing(NamedTuple):
    """A collected test without a result that can be relied on."""

    id: str
    environment: str
    message: str


def subject_of(id: str, environment: str = "", attempts: Sequence[Attempt] = ()) -> Subject:
    return Subject(
        kind=SubjectKind.TEST,
        id=id,
        path=id.partition("::")[0],
        line=attempts[0].line if attempts else None,
        environment=environment,
    )


class Results:
    """Sorted by id, so that the way in which a suite was split leaves no trace."""

    def __init__(self, passed: PassedTests | None = None) -> None:
        self.passed = passed
        """Tests that just passed, where there is one run only."""
        self.further: list[Tested] = []
        """All others that have results."""
        self.missing: list[Missing] = []
        self.collected: dict[str, set[str]] = {}
        """Ids by environment, deselected ones included."""
        self.deselected: dict[str, set[str]] = {}
        """By environment, ids that no run was to run."""
        self.originals: dict[tuple[str, str], str] = {}
        """By environment and id of a repeat, the id of the test that it repeats."""

    @property
    def count(self) -> int:
        """Of the tests that have results."""
        return len(self.further) + (len(self.passed.ids) if self.passed is not None else 0)

    @cached_property
    def tested(self) -> list[Tested]:
        """All tests that have results."""
        return sorted([*self.just_passed, *self.further], key=_IDENTITY)

    @cached_property
    def just_passed(self) -> list[Tested]:
        """Those of :attr:`passed`."""
        passed = self.passed
        if passed is None:
            return []
        single = [(attempt,) for attempt in passed.attempts()]
        return list(_tested(passed.ids, single, ""))


def results(view: View) -> Results:
    """Resolve the attempts of all runs."""
    evidence = view.evidence
    passed = evidence.passed
    if passed is not None and (len(view.ids) > 1 or _workers(view.runs.get(passed.run))):
        evidence, passed = Evidence(evidence.records), None
    found = Results(passed)
    records: dict[str, list[Record]] = {passed.run: []} if passed is not None else {}
    for kind, start, end in evidence.groups():
        if kind is Attempt:
            group = evidence.loose[start:end]
            records.setdefault(group[0].run, []).extend(group)
    merged: dict[str, dict[str, Tested]] = {}
    for run in sorted(view.runs.keys() | records.keys() | view.collections.keys()):
        environment = view.environment(run)
        given = records.get(run, [])
        workers = _workers(view.runs.get(run))
        tests = merged.setdefault(environment, {})
        alone = None if tests or workers else _alone(given, environment)
        table = _table(given) if alone is None else {}
        expected: set[str] = set()
        deselected = found.deselected.setdefault(environment, set())
        for collection in view.collections.get(run, ()):
            expected.update(collection.tests)
            deselected.update(collection.deselected)
            for copy, original in collection.repeats:
                found.originals[environment, copy] = original
        decided = alone.keys() if alone is not None else frozenset()
        if passed is not None:
            decided = decided | set(passed.ids)
        tests.update(alone or {})
        expected |= table.keys() | decided
        for id in expected - decided:
            problem = _add(tests, id, environment, table.get(id, ()), workers)
            if problem:
                found.missing.append(Missing(id, environment, problem))
        found.collected.setdefault(environment, expected).update(expected)
    for environment, left_out in found.deselected.items():
        if left_out:
            planned = found.collected[environment]
            found.collected[environment] = planned | left_out
            left_out.difference_update(planned)
    found.further = sorted(
        (test for tests in merged.values() for test in tests.values()), key=_IDENTITY
    )
    found.missing.sort()
    return found


def _alone(records: Sequence[Record], environment: str) -> dict[str, Tested] | None:
    """The tests of one run if each has one attempt that decides, as in most suites."""
    subjects = list(map(_SUBJECT, records))
    if any(map(_ATTEMPT, records)) or len(set(subjects)) < len(subjects):
        return None
    attempts = list(map(_DATA, records))
    if any(map(_SUPERSEDED, attempts)):
        return None
    single = [(attempt,) for attempt in attempts]
    return dict(zip(subjects, _tested(subjects, single, environment), strict=True))


def _tested(
    ids: Sequence[str], single: Sequence[tuple[Attempt]], environment: str
) -> Iterator[Tested]:
    """Tests with one attempt each."""
    make = tuple.__new__
    return map(make, repeat(Tested), zip(ids, repeat(environment), single, single))


def _table(records: Iterable[Record]) -> dict[str, list[Record]]:
    """Records of one run by the test's id."""
    table: dict[str, list[Record]] = {}
    for record in records:
        table.setdefault(record.subject, []).append(record)
    return table


def _workers(run: Run | None) -> frozenset[str]:
    """The workers that every test must have run in."""
    return frozenset(run.workers) if run and run.each else frozenset()


def _add(
    tests: dict[str, Tested],
    id: str,
    environment: str,
    records: Sequence[Record],
    workers: frozenset[str],
) -> str:
    """Add the results that a test had in one run; says what is missing of them."""
    last, attempts, problem = _resolve(records, workers)
    if attempts:
        before = tests.get(id)
        tests[id] = Tested(
            id,
            environment,
            (before.last if before else ()) + last,
            (before.attempts if before else ()) + attempts,
        )
    return problem


def _resolve(
    records: Sequence[Record], workers: frozenset[str]
) -> tuple[tuple[Attempt, ...], tuple[Attempt, ...], str]:
    """Deciding attempts, all attempts and what is missing, of one test in one run."""
    if not records:
        return (), (), "has no result"
    if not workers:
        return _chain(records)
    last: tuple[Attempt, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    problem = ""
    here = {record.process for record in records}
    for worker in sorted(here | workers):
        if worker not in here:
            problem = problem or f"has no result in worker {worker}"
            continue
        one, all_of, wrong = _chain([record for record in records if record.process == worker])
        last, attempts, problem = last + one, attempts + all_of, problem or wrong
    return last, attempts, problem


def _chain(records: Sequence[Record]) -> tuple[tuple[Attempt, ...], tuple[Attempt, ...], str]:
    """The same of one test in one place: attempts follow each other, from 0."""
    ordered = sorted(records, key=lambda record: (record.attempt, record.process))
    data = [(record.attempt, record.data) for record in ordered]
    attempts = tuple(attempt for _, attempt in data if isinstance(attempt, Attempt))
    last = tuple(attempt for attempt in attempts if not attempt.superseded)
    numbers = {number for number, _ in data}
    absent = sorted(set(range(max(numbers) + 1)) - numbers)
    problem = ""
    if absent:
        problem = f"lacks attempt {absent[0] + 1}"
    elif all(a.superseded for n, a in data if n == ordered[-1].attempt and isinstance(a, Attempt)):
        problem = "lacks its last attempt"
    return last, attempts, problem
