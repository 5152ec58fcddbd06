"""The probe: a plugin in every process that runs tests, which notes what reports do not say.

CPU time of the call, the timeout in force and whether it struck, what tells one failure from another,
the cost of fixtures wider than a function, and calls of which a retrying plugin logs no report. It
puts a plain tuple on the reports (see :mod:`told`) and changes nothing else about them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from time import process_time
from typing import Protocol

import pytest

from pytest_readiness.adapter import failure
from pytest_readiness.adapter.collected import Collected
from pytest_readiness.adapter.retries import Retries
from pytest_readiness.adapter.timeouts import Timeouts
from pytest_readiness.adapter.told import ATTRIBUTE, Hidden, Told
from pytest_readiness.adapter.wide import WideFixtures
from pytest_readiness.collect import Fact
from pytest_readiness.collect.memory import memory_facts


class Journal(Protocol):
    """Where the probe notes what it is about to run, for the case that this process dies."""

    def enter(self, nodeid: str) -> None: ...
    def phase(self, index: int) -> None: ...
    def leave(self) -> None: ...


class Probe:
    """Registered by the session in the process of a serial run and in every xdist worker.

    ``prefix`` stands before node ids, so that they are relative to the project's root.
    """

    def __init__(
        self, config: pytest.Config, journal: Journal | None = None, *, prefix: str = ""
    ) -> None:
        self.process = str(getattr(config, "workerinput", {}).get("workerid", ""))
        """Id of the xdist worker, empty in a serial run."""
        self.benchmarked: dict[str, object] = {}
        """The ``benchmark`` fixture of each test's last passing attempt, by the test's id."""
        self._root = str(config.rootpath)
        self._prefix = prefix
        self._journal = journal
        self._begun = 0.0
        self._collected = Collected(config, prefix)
        self._wide = WideFixtures()
        self._timeouts = Timeouts(config)
        self._retries: Retries | None = None
        self._last: Hidden | None = None
        self._hiding = False
        self._careful = False
        """A plugin is there that carries out phases without logging a report of each."""
        self._benchmarks = False

    def facts(self) -> tuple[Fact, ...]:
        """What this process alone can tell; to be asked for when its tests have ended."""
        own = (*self._wide.facts(self._prefix), *memory_facts())
        process = self.process
        return (*self._collected.facts(), *(fact._replace(process=process) for fact in own))

    # -- hooks ----------------------------------------------------------------------------------

    def pytest_plugin_registered(self, plugin: object, manager: pytest.PytestPluginManager) -> None:
        if plugin is self:
            manager.register(self._collected, "readiness-collected")
            manager.register(self._wide, "readiness-fixtures")
            manager.register(self._timeouts, "readiness-timeouts")

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        # known by what they add, for their names depend on how they were loaded
        config, plugins = session.config, session.config.pluginmanager
        self._hiding = hasattr(config.option, "force_flaky")
        self._benchmarks = plugins.has_plugin("pytest-benchmark")
        if hasattr(config.option, "retry_delay"):  # pytest-retry, in every release
            self._retries = Retries(self._root)
            plugins.register(self._retries, "readiness-retries")
        self._careful = self._hiding or self._retries is not None

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        if self._journal is not None:
            self._journal.enter(nodeid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self) -> None:
        if self._journal is not None:
            self._journal.phase(1)
        self._begun = process_time()

    # Not tryfirst: pytest-retry's wrapper is, and makes its further attempts outside of this one.
    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        when = call.when
        # read before the report is made: writing a traceback costs more than most tests
        cpu = process_time() - self._begun if when == "call" else None
        report = yield
        if (
            call.excinfo is not None
            or self._careful
            or (when != "teardown" and (self._timeouts.armed is not None or self._wide.spent))
        ):
            with contextlib.suppress(Exception):  # an odd exception is no reason to break a test
                self._tell(item, call, report, cpu)
        elif cpu is not None:  # the usual case in few steps: every test pays for it
            report.__dict__[ATTRIBUTE] = (cpu,)
        journal = self._journal
        if journal is not None and when != "setup":
            if when == "call":
                journal.phase(2)
            else:
                journal.leave()
        if self._benchmarks and when != "setup":
            self._note_benchmark(item, report)
        return report

    # -- unusual cases --------------------------------------------------------------------------

    def _tell(
        self,
        item: pytest.Item,
        call: pytest.CallInfo[None],
        report: pytest.TestReport,
        cpu: float | None,
    ) -> None:
        signature, timed_out = "", False
        if call.excinfo is not None and report.outcome != "skipped":
            signature = failure.signature(call.excinfo.value, _place(call.excinfo), self._root)
            timed_out = failure.timed_out(call.excinfo.value)
        timeout, source = self._timeouts.in_force(call.when) or (None, "")
        told = Told(
            cpu=cpu,
            wide=self._wide.take(),
            timeout=timeout,
            source=source,
            signature=signature,
            timed_out=timed_out,
            hidden=self._hidden(report, cpu, signature, timed_out),
        )
        report.__dict__[ATTRIBUTE] = told.plain()

    def _hidden(
        self, report: pytest.TestReport, cpu: float | None, signature: str, timed_out: bool
    ) -> tuple[Hidden, ...]:
        """At the teardown: what a retrying plugin carried out without logging a report of it."""
        if report.when == "setup":
            self._last = None
            if self._retries is not None:
                self._retries.calls.clear()
        if report.when != "teardown":
            if self._hiding and (report.when == "call" or report.outcome == "failed"):
                self._last = Hidden(
                    str(report.when), report.outcome, report.duration, cpu, signature, timed_out
                )
            return ()
        if self._retries is not None and len(self._retries.calls) > 1:
            return tuple(self._retries.calls)
        return (self._last,) if self._last is not None else ()

    def _note_benchmark(self, item: pytest.Item, report: pytest.TestReport) -> None:
        fixture = (getattr(item, "funcargs", None) or {}).get("benchmark")
        if fixture is None:
            return
        if report.outcome == "passed" and not hasattr(report, "wasxfail"):
            if report.when == "call":
                self.benchmarked[item.nodeid] = fixture
        elif self.benchmarked.get(item.nodeid) is fixture:
            del self.benchmarked[item.nodeid]


def _place(excinfo: pytest.ExceptionInfo[BaseException]) -> tuple[str, int] | None:
    """File and line, from 1, that pytest shows as the place of the failure."""
    entry = excinfo.traceback[-1] if excinfo.traceback else None
    return None if entry is None else (str(entry.path), entry.lineno + 1)
