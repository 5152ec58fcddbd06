"""The stream: what happens to the tests of a serial run, noted as it comes and made sense of later.

Three reports and the CPU time of the call are all that there is to most tests. They are told by
few and cheap hooks, and read many at a time, while they are still in the processor's caches: at the
end of a long session that takes three times as long. What else happens is noted between them, and
tests around it are read at the end.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterable, Sequence
from operator import attrgetter, itemgetter
from time import process_time
from typing import Any

import pytest

from pytest_readiness.adapter import failure
from pytest_readiness.adapter.timeouts import Timer
from pytest_readiness.adapter.told import ATTRIBUTE, Told, read
from pytest_readiness.model.evidence import PassedTests
from pytest_readiness.model.value import NamedTuple
from pytest_readiness.publish.journal import Journal

See = Callable[[pytest.TestReport], None]
_Report = pytest.TestReport
_USUAL = len(vars(_Report("", ("", None, ""), {}, "passed", None, "call")))
"""Attributes of a report to which nothing was added."""
_TYPES = [_Report, float, _Report, _Report]
"""Of what is noted of a test that just passed."""
_MANY = 128
"""Events that are read together: those of 32 tests."""
_NODEID = attrgetter("nodeid")
_TOLD = itemgetter("outcome", "when", "location", "duration")
_LINE = itemgetter(1)
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


class Stream:
    """A plugin for a process that runs every test by pytest's own protocol, and logs each report."""

    def __init__(self, config: pytest.Config, journal: Journal | None) -> None:
        self._plugins = config.pluginmanager
        self._root = str(config.rootpath)
        self._events: list[object] = []
        """Reports, CPU seconds of calls (before the report of the call), and what is defined above:
        those of the tests that ran last."""
        self._note = self._events.append
        self._read: list[object] = []
        """The earlier ones."""
        self._passed = PassedTests.empty()
        """Of the earlier ones, tests that just passed."""
        self._rest: list[object] = []
        """Of the earlier ones, tests among which there was more."""
        self._plain = True
        """Nothing is known of the next test but its reports."""
        self._journal = journal
        self._phase = bytearray(1) if journal is None else journal.phases
        self._plan: Sequence[str] | None = None
        """Ids of the tests in their order, where the journal has them too."""
        self._ended = 0
        """Tests that are over."""

    def begin(self, items: Sequence[pytest.Item]) -> None:
        """Tests are about to run, in this order."""
        plan = [item.nodeid for item in items]
        if self._journal is not None and self._journal.plan(plan):
            self._plan = plan
        else:
            self._enter_each()

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
        if report.when == "teardown" and self._plan is not None:
            self._ended = ended = self._ended + 1
            self._journal.reach(ended)  # type: ignore[union-attr]

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
        plan, ended, journal = self._plan, self._ended, self._journal
        if plan is None or journal is None or type(present) is not _Report:
            return
        if plan[ended : ended + 1] != [present.nodeid]:
            self._plan = None
            journal.enter(present.nodeid)
            self._enter_each()

    def _enter_each(self) -> None:
        """Tell the journal of each test, where they do not come as planned."""
        if self._journal is not None:
            self._plugins.register(_Entering(self._journal), "readiness-entering")

    def take(self, see: See) -> PassedTests:
        """Tests that just passed; the reports of all others are shown to ``see``. Once."""
        events, passed, rest = self._read, self._passed, self._rest
        events += self._events
        rest += self._events
        self._read, self._passed, self._rest = [], PassedTests.empty(), []
        self._events.clear()
        others = _sort(rest, passed)
        again = {event.nodeid for event in others if isinstance(event, _Report)}
        if len(set(passed.ids)) < len(passed.ids) or not again.isdisjoint(passed.ids):
            # a test that ran more than once: its attempts have an order
            passed, others = PassedTests.empty(), events
        _replay(others, see)
        return passed


class _Entering:
    def __init__(self, journal: Journal) -> None:
        self.pytest_runtest_logstart = journal.enter


def _all_passed(events: Sequence[Any], passed: PassedTests) -> bool:
    """Whether each test just passed and nothing else happened; if so, ``passed`` has them.

    Each line goes over all of them: whole columns cost a third of what one test after the other does.
    """
    count = len(events) // 4
    if list(map(type, events)) != _TYPES * count:
        return False
    phases = [list(map(vars, events[start::4])) for start in (0, 2, 3)]
    if any(
        {*map(len, fields)} != {_USUAL} and not all(map(_TELLING.isdisjoint, fields))
        for fields in phases
    ):
        return False
    try:
        setups, calls, teardowns = (
            tuple(zip(*map(_TOLD, fields), strict=True)) for fields in phases
        )
        for (outcomes, whens, places, _), when in (
            (setups, "setup"),
            (calls, "call"),
            (teardowns, "teardown"),
        ):
            if (
                outcomes.count("passed") != count
                or whens.count(when) != count
                or places != setups[2]  # of one item
            ):
                return False
        ids = list(map(_NODEID, events[::4]))
        lines = list(map(_LINE, setups[2]))
    except Exception:  # odd reports are no reason to break a test; they are read at the end
        return False
    passed.ids.extend(ids)
    passed.setups.extend(setups[3])
    passed.calls.extend(calls[3])
    passed.teardowns.extend(teardowns[3])
    passed.cpus.extend(events[1::4])
    passed.lines.extend(lines)
    return True


def _sort(events: list[object], passed: PassedTests) -> list[object]:
    """Find the tests that just passed; the events of all others."""
    others: list[object] = []
    place = 0
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
                    and where == call["location"] == teardown["location"]  # of one item
                    and (len(setup) == _USUAL or _TELLING.isdisjoint(setup))
                    and (len(call) == _USUAL or _TELLING.isdisjoint(call))
                    and (len(teardown) == _USUAL or _TELLING.isdisjoint(teardown))
                ):
                    passed.ids.append(first.nodeid)
                    passed.setups.append(setup["duration"])
                    passed.calls.append(call["duration"])
                    passed.teardowns.append(teardown["duration"])
                    passed.cpus.append(cpu)
                    passed.lines.append(where[1])
                    place += 4
                    continue
        others.append(first)
        plain = isinstance(first, _Report) and first.when == "teardown"
        place += 1
    return others


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
