"""The stream: what happens to the tests of a serial run, noted as it comes and made sense of later.

Three reports and the CPU time of the call are all that there is to most tests. They are told by
few and cheap hooks, and read many at a time, while they are still in the processor's caches: at the
end of a long session that takes three times as long. What else happens is noted between them, and
tests around it are read at the end.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterable, Sequence
from operator import attrgetter, is_, itemgetter
from time import process_time

import pytest

from pytest_readiness.adapter import failure
from pytest_readiness.adapter.timeouts import Timer
from pytest_readiness.adapter.told import ATTRIBUTE, Told, read
from pytest_readiness.model.evidence import Attempt
from pytest_readiness.model.value import NamedTuple
from pytest_readiness.publish.journal import Journal

See = Callable[[pytest.TestReport], None]
_Report = pytest.TestReport
_USUAL = len(vars(_Report("", ("", None, ""), {}, "passed", None, "call")))
"""Attributes of a report to which nothing was added."""
_MANY = 128
"""Events that are read together: those of 32 tests."""
_NODEID = attrgetter("nodeid")
_OUTCOME, _WHEN, _DURATION, _LOCATION = map(itemgetter, ("outcome", "when", "duration", "location"))
_TELLING = frozenset({"wasxfail", "rerun", "context", "node", ATTRIBUTE})


class Armed(NamedTuple):
    """A timer was set."""

    seconds: float
    source: str


class Cancelled(NamedTuple):
    """The timer was cancelled."""


class Wide(NamedTuple):
    """Fixtures wider than a function were set up."""

    seconds: float


class Columns(NamedTuple):
    """Tests that just passed, a list a field: no object a test that the collector would walk again
    and again while the session goes on."""

    ids: list[str]
    setups: list[float]
    calls: list[float]
    teardowns: list[float]
    cpus: list[float]
    lines: list[int | None]

    @classmethod
    def empty(cls) -> Columns:
        return cls([], [], [], [], [], [])

    def extend(self, more: Columns) -> None:
        self.ids.extend(more.ids)
        self.setups.extend(more.setups)
        self.calls.extend(more.calls)
        self.teardowns.extend(more.teardowns)
        self.cpus.extend(more.cpus)
        self.lines.extend(more.lines)

    def attempts(self) -> dict[str, Attempt]:
        """The last attempt of each test, by id."""
        return dict(zip(self.ids, Attempt.all_passed(*self[1:]), strict=True))


class Stream:
    """A plugin for a process that runs every test by pytest's own protocol, and logs each report."""

    def __init__(self, config: pytest.Config, journal: Journal | None) -> None:
        self._root = str(config.rootpath)
        self._events: list[object] = []
        """Reports, CPU seconds of calls (before the report of the call), and what is defined above."""
        """Those of the tests that ran last."""
        self._note = self._events.append
        self._read: list[object] = []
        """The earlier ones."""
        self._passed = Columns.empty()
        """Of the earlier ones, tests that just passed."""
        self._rest: list[object] = []
        """Of the earlier ones, tests among which there was more."""
        self._plain = True
        """Nothing is known of the next test but its reports."""
        self._phase = bytearray(1) if journal is None else journal.phases
        if journal is not None:
            self.pytest_runtest_logstart = journal.enter

    # -- hooks ----------------------------------------------------------------------------------

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_call(self) -> Generator[None, object, object]:
        if len(self._events) > _MANY:
            self._settle()
        phase = self._phase
        phase[0] = 1
        begun = process_time()
        try:
            return (yield)
        finally:
            self._note(process_time() - begun)
            phase[0] = 2

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._note(report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_exception_interact(
        self, call: pytest.CallInfo[object], report: pytest.TestReport
    ) -> None:
        with contextlib.suppress(Exception):  # an odd exception is no reason to break a test
            excinfo = call.excinfo
            if excinfo is not None and isinstance(report, _Report):
                told = Told(
                    signature=failure.signature(excinfo.value, failure.place(excinfo), self._root),
                    timed_out=failure.timed_out(excinfo.value),
                )
                report.__dict__[ATTRIBUTE] = told.plain()

    # -- what others note -----------------------------------------------------------------------

    def arm(self, seconds: float, source: str) -> None:
        self._note(Armed(seconds, source))

    def cancel(self) -> None:
        self._note(Cancelled())

    def spend(self, seconds: float) -> None:
        self._note(Wide(seconds))

    # -- reading --------------------------------------------------------------------------------

    def _settle(self) -> None:
        """Read what was noted of the tests before the present one, which has been set up."""
        present = self._events.pop()
        events = self._events.copy()
        self._events.clear()
        self._events.append(present)
        self._read += events
        if not self._plain or not _all_passed(events, self._passed):
            self._rest += events
            last = events[-1]
            self._plain = type(last) is _Report and last.when == "teardown"

    def take(self, see: See) -> dict[str, Attempt]:
        """Tests that just passed, by id; the reports of all others are shown to ``see``. Once."""
        events, columns, rest = self._read, self._passed, self._rest
        events += self._events
        rest += self._events
        self._read, self._passed, self._rest = [], Columns.empty(), []
        self._events.clear()
        others: list[object] = []
        passed = columns.attempts()
        count = len(columns.ids) + _sort(rest, passed, others)
        again = {event.nodeid for event in others if isinstance(event, _Report)}
        if count > len(passed) or not again.isdisjoint(passed):
            # a test that ran more than once: its attempts have an order
            passed, others = {}, events
        _replay(others, see)
        return passed


def _all_passed(events: Sequence[object], passed: Columns) -> bool:
    """Whether each test just passed and nothing else happened; if so, ``passed`` has them.

    Each line goes over all of them: whole columns cost a third of what one test after the other does.
    """
    setups, cpus, calls, teardowns = events[::4], events[1::4], events[2::4], events[3::4]
    if len(setups) != len(teardowns) or set(map(type, cpus)) != {float}:
        return False
    if set(map(type, (*setups, *calls, *teardowns))) != {_Report}:
        return False
    first, second, third = (
        list(map(vars, setups)),
        list(map(vars, calls)),
        list(map(vars, teardowns)),
    )
    fields = first + second + third
    if set(map(len, fields)) != {_USUAL} and not all(map(_TELLING.isdisjoint, fields)):
        return False
    try:
        where = list(map(_LOCATION, first))
        if (
            set(map(_OUTCOME, fields)) != {"passed"}
            or set(map(_WHEN, first)) != {"setup"}
            or set(map(_WHEN, second)) != {"call"}
            or set(map(_WHEN, third)) != {"teardown"}
            or not all(map(is_, where, map(_LOCATION, second)))  # of one item
            or not all(map(is_, where, map(_LOCATION, third)))
        ):
            return False
        found = Columns(
            list(map(_NODEID, setups)),
            list(map(_DURATION, first)),
            list(map(_DURATION, second)),
            list(map(_DURATION, third)),
            cpus,  # type: ignore[arg-type]
            [None if line is None else line + 1 for _, line, _ in where],
        )
    except Exception:  # odd reports are no reason to break a test; they are read at the end
        return False
    passed.extend(found)
    return True


def _sort(events: list[object], passed: dict[str, Attempt], others: list[object]) -> int:
    """Find the tests that just passed, and how many attempts that are."""
    make = Attempt.passed
    count = place = 0
    end = len(events)
    plain = True
    """Nothing is known of the next test but its reports."""
    while place < end:
        first = events[place]
        if plain and type(first) is _Report and place + 3 < end:
            _, cpu, second, third = events[place : place + 4]
            if type(cpu) is float and type(second) is _Report and type(third) is _Report:
                setup, call, teardown = first.__dict__, second.__dict__, third.__dict__
                where = setup["location"]
                if (
                    setup["outcome"] == call["outcome"] == teardown["outcome"] == "passed"
                    and setup["when"] == "setup"
                    and call["when"] == "call"
                    and teardown["when"] == "teardown"
                    and where is call["location"] is teardown["location"]  # of one item
                    and (len(setup) == _USUAL or _TELLING.isdisjoint(setup))
                    and (len(call) == _USUAL or _TELLING.isdisjoint(call))
                    and (len(teardown) == _USUAL or _TELLING.isdisjoint(teardown))
                ):
                    line = where[1]
                    passed[first.nodeid] = make(
                        setup["duration"],
                        call["duration"],
                        teardown["duration"],
                        cpu,
                        None if line is None else line + 1,
                    )
                    count += 1
                    place += 4
                    continue
        others.append(first)
        plain = isinstance(first, _Report) and first.when == "teardown"
        place += 1
    return count


def _replay(events: Iterable[object], see: See) -> None:
    """Show the reports, each with all that is known of its phase."""
    timer = Timer()
    cpu: float | None = None
    wide = 0.0
    for event in events:
        if isinstance(event, _Report):
            fields = event.__dict__
            if "context" not in fields:  # of a subtest: its test's phase is not over
                if event.when == "setup":
                    cpu = None  # of a call that was interrupted
                told = read(fields.get(ATTRIBUTE))
                timeout, source = timer.in_force(event.when) or (None, "")
                told = told._replace(cpu=cpu, wide=wide, timeout=timeout, source=source)
                fields[ATTRIBUTE] = told.plain()
                cpu, wide = None, 0.0
            see(event)
        elif isinstance(event, float):
            cpu = event
        elif isinstance(event, Wide):
            wide += event.seconds
        elif isinstance(event, Armed):
            timer.arm(*event)
        else:
            timer.cancel()
