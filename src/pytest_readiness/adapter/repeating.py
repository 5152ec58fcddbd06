"""Repeating tests within a time budget, in the way that tells most each time."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic

from pytest_readiness.adapter.copies import Copies
from pytest_readiness.adapter.launch import Launcher, Seen
from pytest_readiness.adapter.once import Result
from pytest_readiness.adapter.sequence import Sequences
from pytest_readiness.collect import Fact
from pytest_readiness.measure.candidates import Candidate
from pytest_readiness.measure.diagnosis import kind_of
from pytest_readiness.measure.repetition import next_way, polluter
from pytest_readiness.measure.tally import Known, Tally, Way, known
from pytest_readiness.model.diagnosis import Kind
from pytest_readiness.model.evidence import Outcome, Probed

_PATIENCE = 10.0
"""Seconds that a repetition gets in any case, beside ten times what the test took."""
_SLACK = 1.5
"""By how much longer than in the session the tests before a test may take."""


@dataclass(slots=True, kw_only=True)
class _Test:
    """One test under examination."""

    candidate: Candidate
    nodeid: str
    known: Known
    possible: set[Way]
    searched: bool = False
    """Its polluter was looked for."""

    @property
    def patience(self) -> float:
        return self.candidate.timeout or _PATIENCE + 10 * self.candidate.seconds


@dataclass(slots=True, kw_only=True)
class Repeating:
    """Results of all repetitions; facts are made of them at any time, also after an interruption."""

    launcher: Launcher
    copies: Copies
    sequences: Sequences
    seconds: Mapping[str, float]
    """What each test took in the session, by pytest's id."""
    until: float
    """By the monotonic clock."""
    again: bool
    """Whether the process that ran the tests can be copied."""
    made: int = 0
    """Repetitions of tests that were probed."""
    late: int = 0
    """Processes with other tests before one that there was not the time for."""
    problems: dict[str, None] = field(default_factory=dict)
    _tests: list[_Test] = field(default_factory=list)
    _starting: float = 0.0
    """Seconds that a process took to start and collect, at most."""

    @property
    def left(self) -> float:
        return self.until - monotonic()

    @property
    def repeated(self) -> int:
        return sum(any(tally.runs for _, tally in test.known.tallies) for test in self._tests)

    def run(self, candidates: Iterable[tuple[str, Candidate]]) -> None:
        """Each with pytest's id of it. Round by round, so that every test has its turn."""
        ways = set(Way) if self.again else set(Way) - {Way.AGAIN}
        self._tests = [
            _Test(
                candidate=candidate,
                nodeid=nodeid,
                known=known(candidate.attempts, ()),
                possible=ways if self.copies.item(nodeid) is not None else ways - {Way.AGAIN},
            )
            for nodeid, candidate in candidates
        ]
        for test in self._tests:
            test.possible = set(test.possible)
        waiting = self._tests
        while waiting and self.left > 0:
            waiting = [test for test in waiting if self.left > 0 and self._step(test)]

    def facts(self) -> list[Fact]:
        return [
            Fact(
                test.candidate.id,
                Probed(
                    way=way.value,
                    runs=tally.runs,
                    failed=tally.failed,
                    crashed=tally.crashed,
                    timed_out=tally.timed_out,
                    signatures=tally.signatures,
                    polluter=test.known.polluter if way is Way.ORDER else "",
                ),
                attempt=way.number,
            )
            for test in self._tests
            for way, tally in test.known.tallies
            if tally.runs
        ]

    def _step(self, test: _Test) -> bool:
        """One more repetition; False: there is nothing more to learn of it."""
        way = next_way(test.known, test.possible)
        if way is None:
            self._search(test)
            return False
        runs = dict(test.known.tallies)[way].runs
        steps: Mapping[Way, Callable[[_Test], None]] = {
            Way.AGAIN: self._again,
            Way.ALONE: self._alone,
            Way.TWICE: self._twice,
            Way.ORDER: self._order,
        }
        steps[way](test)
        if dict(test.known.tallies)[way].runs == runs:  # it cannot be done in this way
            test.possible.discard(way)
        return True

    # -- the ways -------------------------------------------------------------------------------

    def _again(self, test: _Test) -> None:
        seen = self.copies.run(test.nodeid, test.patience, until=self.until)
        if seen.timed_out:
            _note(test, Way.AGAIN, timed_out=1)
        elif seen.crashed:
            _note(test, Way.AGAIN, crashed=1)
        for result in seen.results:
            _count(test, Way.AGAIN, result)
        self.made += 1

    def _alone(self, test: _Test) -> None:
        self._seen(test, (Way.ALONE,), self._fresh(test, ()))

    def _twice(self, test: _Test) -> None:
        self._seen(test, (Way.ALONE, Way.TWICE), self._fresh(test, (), times=2))

    def _order(self, test: _Test) -> None:
        before = self._before(test)
        if before:  # else it is the first in any case
            self._seen(test, (Way.ORDER,), self._fresh(test, before))

    def _before(self, test: _Test) -> tuple[str, ...]:
        if test.known.failed or test.known.alone.bad:
            return self.sequences.before(test.nodeid)
        # it passed when its turn came: whatever makes it fail may have run later
        return self.sequences.others(test.nodeid)

    def _fresh(self, test: _Test, before: Sequence[str], *, times: int = 1) -> Seen | None:
        """None: there is not the time for it."""
        expected = sum(self.seconds.get(id, 0.0) for id in before)
        needed = self._starting + expected + times * test.candidate.seconds
        if needed > self.left:
            if before:
                self.late += 1
            return None
        seen = self.launcher.run(
            [*before, *[test.nodeid] * times],
            watched=times,
            patience=test.patience,
            before=_SLACK * expected,
            until=self.until,
        )
        self._starting = max(self._starting, seen.ready)
        self.made += times
        return seen

    def _seen(self, test: _Test, ways: Sequence[Way], seen: Seen | None) -> None:
        if seen is None:
            return
        if seen.problem and self.left > 0:
            self.problems[f"{test.candidate.id}: {seen.problem}"] = None
        for way, result in zip(ways, seen.results, strict=False):
            _count(test, way, result)
        if len(seen.results) < len(ways):
            way = ways[len(seen.results)]
            if seen.crashed:
                _note(test, way, crashed=1)
            elif seen.timed_out:
                _note(test, way, timed_out=1)

    # -- the polluter ---------------------------------------------------------------------------

    def _search(self, test: _Test) -> None:
        """The one test before it that makes the difference."""
        if kind_of(test.known) is not Kind.ORDER or not test.known.order.runs:
            return
        before = self._before(test)
        usual = bool(test.known.alone.bad)
        if bool(test.known.order.bad) == usual:
            return

        def changes(some: Sequence[str]) -> bool | None:
            seen = self._fresh(test, some)
            if seen is None or not (seen.results or seen.crashed or seen.timed_out):
                return None
            bad = seen.crashed or seen.timed_out or seen.results[0].bad
            return bad != usual

        file = test.nodeid.partition("::")[0]
        near = {id for id in before if id.partition("::")[0] == file}
        found = polluter(before, near, changes)
        # once more: chance may have looked like it
        if found and changes([found]) is not False:
            test.known = dataclasses.replace(test.known, polluter=found)


def _count(test: _Test, way: Way, result: Result) -> None:
    if result.outcome == Outcome.SKIPPED.value:
        return
    _note(test, way, failed=int(result.bad), signature=result.signature if result.bad else "")


def _note(
    test: _Test,
    way: Way,
    *,
    failed: int = 0,
    crashed: int = 0,
    timed_out: int = 0,
    signature: str = "",
) -> None:
    tally = dict(test.known.tallies)[way]
    signatures = dict.fromkeys((*tally.signatures, signature))
    more = Tally(
        runs=tally.runs + 1,
        failed=tally.failed + failed,
        crashed=tally.crashed + crashed,
        timed_out=tally.timed_out + timed_out,
        signatures=tuple(filter(None, signatures)),
    )
    changed: dict[str, Tally] = {way.value: more}
    test.known = dataclasses.replace(test.known, **changed)  # type: ignore[arg-type]
