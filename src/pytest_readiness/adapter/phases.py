"""The probe's hooks around each phase: in xdist's workers, and beside plugins that change how tests run.

It puts a plain tuple on the reports (see :mod:`told`) and changes nothing else about them. Where
nothing of the kind is present, :mod:`stream` does it for a third of the time.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from time import process_time

import pytest

from pytest_readiness.adapter import failure
from pytest_readiness.adapter.retries import Retries
from pytest_readiness.adapter.timeouts import Timeouts, Timer
from pytest_readiness.adapter.told import ATTRIBUTE, Hidden, Told
from pytest_readiness.adapter.wide import WideFixtures
from pytest_readiness.publish.journal import Journal


class Phases:
    """CPU time of the call, the timeout in force and whether it struck, what tells one failure from
    another, and calls of which a retrying plugin logs no report."""

    def __init__(
        self,
        config: pytest.Config,
        wide: WideFixtures,
        timeouts: Timeouts,
        journal: Journal | None,
        benchmarked: dict[str, object],
    ) -> None:
        self._root = str(config.rootpath)
        self._wide = 0.0
        """Seconds in wide fixtures that no report was told of yet."""
        self._timer = Timer()
        wide.listener = self._spend
        timeouts.listener = self._timer
        self._journal = journal
        self._begun = 0.0
        self._last: Hidden | None = None
        self._benchmarked = benchmarked
        # known by what they add, for their names depend on how they were loaded
        self._hiding = hasattr(config.option, "force_flaky")
        self._benchmarks = config.pluginmanager.has_plugin("pytest-benchmark")
        self._retries: Retries | None = None
        if hasattr(config.option, "retry_delay"):  # pytest-retry, in every release
            self._retries = Retries(self._root)
            config.pluginmanager.register(self._retries, "readiness-retries")
        self._careful = self._hiding or self._retries is not None
        """A plugin is there that carries out phases without logging a report of each."""

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
            or (when != "teardown" and (self._timer.armed is not None or self._wide))
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

    def _spend(self, seconds: float) -> None:
        self._wide += seconds

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
            signature = failure.signature(
                call.excinfo.value, failure.place(call.excinfo), self._root
            )
            timed_out = failure.timed_out(call.excinfo.value)
        wide, self._wide = self._wide, 0.0
        timeout, source = self._timer.in_force(call.when) or (None, "")
        told = Told(
            cpu=cpu,
            wide=wide,
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
                self._benchmarked[item.nodeid] = fixture
        elif self._benchmarked.get(item.nodeid) is fixture:
            del self._benchmarked[item.nodeid]
