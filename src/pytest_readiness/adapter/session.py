"""The session on the controller, which in a serial run is the only process.

The order of its end: the verdict is found in the innermost wrapper of ``pytest_sessionfinish``,
when every other plugin has finished; it is printed after every other plugin's summary, also when
one of them raised; and the exit status is replaced last, and only where it is still 0.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Generator
from os import getpid  # bound here: tests put something else into the module, and leave it there
from typing import TYPE_CHECKING

import pytest

from pytest_readiness.adapter.abrupt import exits_answered, no_silent_end
from pytest_readiness.adapter.conclusion import Conclusion, conclude
from pytest_readiness.adapter.gathering import Gathering
from pytest_readiness.adapter.hooks import rescued, said
from pytest_readiness.adapter.outcomes import Listening
from pytest_readiness.adapter.plan import Plan, distributed
from pytest_readiness.adapter.printing import print_text, show
from pytest_readiness.adapter.probe import Probe
from pytest_readiness.adapter.reports import requested_reports
from pytest_readiness.collect.git import tree_state
from pytest_readiness.publish.files import discard, state_directory
from pytest_readiness.publish.journal import DIRECTORY, Journal, dead, forget

if TYPE_CHECKING:
    from pytest_readiness.adapter.quarantine import Quarantining


class Session:
    def __init__(self, config: pytest.Config, plan: Plan) -> None:
        """Raises ``pytest.UsageError`` where a report of an unknown type was asked for."""
        self._config = config
        self._plan = plan
        self._reports, faults = requested_reports(config, plan)
        self._deaths = dead(plan.root)
        self._journal: Journal | None = None
        self._conclusion: Conclusion | None = None
        self._began = time.perf_counter()
        self._pid = getpid()
        self._began_collection = False
        self._ran = False
        self._printed = False
        self._status = 0
        self._gathering = Gathering(config, plan)
        self._gathering.facts.extend(faults)
        self._gathering.deaths(self._deaths)
        plugins = config.pluginmanager
        plugins.register(self._gathering.outcomes, "readiness-outcomes")
        plugins.register(self._gathering, "readiness-gathering")
        plugins.register(_Verdict(self), "readiness-verdict")
        if plan.probe is not None or plan.policy.remeasure:
            from pytest_readiness.adapter.afterwards import prepare

            prepare(config, plan, self._gathering)
        if plan.policy.tools and "tools" in plan.sections:
            from pytest_readiness.adapter.tooling import Tooling

            self._gathering.tooling = Tooling(config, plan, self._gathering)
        if distributed(config):
            from pytest_readiness.adapter.workers import Workers

            self._gathering.workers = Workers(config, plan)
            plugins.register(self._gathering.workers, "readiness-workers")
            plugins.register(Listening(self._gathering.outcomes), "readiness-listening")
        else:
            self._open_journal()
            self._gathering.probe = Probe(
                config,
                self._journal,
                prefix=plan.prefix,
                outcomes=self._gathering.outcomes,
                quarantine=self._quarantine(),
                requirements=plan.requirements,
            )
            plugins.register(self._gathering.probe, "readiness-probe")

    def _quarantine(self) -> Quarantining | None:
        if not self._plan.policy.quarantine:
            return None
        from pytest_readiness.adapter.quarantine import Quarantining

        return Quarantining(self._config, self._plan, self._plan.started)

    def _watch_benchmarks(self) -> None:
        """pytest-benchmark is registered by what it adds when it has been configured."""
        plugins, here = self._config.pluginmanager, self._gathering.probe is not None
        wanted = "benchmark" in self._plan.sections
        if here and wanted and plugins.has_plugin("pytest-benchmark"):
            from pytest_readiness.adapter.canary import Canary

            self._gathering.canary = Canary()
            plugins.register(self._gathering.canary, "readiness-canary")

    def pytest_report_header(self) -> list[str]:
        return [*self._plan.header, *(f"readiness: {death}" for death in self._deaths)]

    def pytest_sessionstart(self) -> None:
        forget(self._deaths)
        self._watch_benchmarks()
        if self._plan.policy.quarantine:
            from pytest_readiness.adapter.quarantine import notices

            self._gathering.facts += notices(self._config, self._plan)
        # should this run die, what an earlier one wrote must not be taken for its result
        for report in self._reports:
            report.discard()
        if given := self._config.getoption("readiness_evidence"):
            discard(self._config.invocation_params.dir / given)
        gathering = self._gathering
        gathering.tree = rescued(
            "git", lambda: tree_state(self._plan.root), gathering.tree, gathering.facts
        )
        policy, environ = self._plan.policy, self._plan.environ
        if policy.history or policy.baseline_file or self._plan.recording:
            from pytest_readiness.collect.branch import place

            gathering.place = rescued(
                "git",
                lambda: place(self._plan.root, policy.base, environ, gathering.tree),
                gathering.place,
                gathering.facts,
            )
        if gathering.tooling is not None:
            rescued("tools", gathering.tooling.begin, None, gathering.facts)
        self._began = time.perf_counter()

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        self._began_collection = True

    # innermost: what pytest-cov does after the tests is not the suite's time
    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        self._ran = True
        if self._gathering.probe is not None:
            self._gathering.probe.begin(session.items)
        try:
            if self._gathering.probe is None or self._gathering.for_information:
                return (yield)
            with no_silent_end(self._config, self._plan.policy.exit_code):
                return (yield)
        finally:
            self._gathering.duration = time.perf_counter() - self._began
            if self._journal is not None:
                self._journal.leave()

    def conclude(self, session: pytest.Session) -> None:
        """Find the verdict, once. Never raises."""
        if self._conclusion is not None:
            return
        self._status = int(session.exitstatus)
        workers = self._gathering.workers
        if workers is not None and workers.refused:
            return  # pytest says so, as of every mistake in how it was called
        # pytest.exit(returncode=0) before any test would be a success without a word
        silent = self._began_collection and session.exitstatus == 0
        if (self._ran or silent) and self._at_home():
            self._conclusion = conclude(
                self._config, self._plan, self._gathering, session, self._reports
            )

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter
    ) -> Generator[None, object, object]:
        try:
            return (yield)
        finally:
            self._print(terminalreporter)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, object, object]:
        def answer() -> int:
            self.conclude(session)
            self._print()
            with contextlib.suppress(Exception):
                self._config.get_terminal_writer().flush()
            self._clean_up()
            return self._exit_code()

        try:
            with exits_answered(answer):
                return (yield)
        finally:
            # pytest.exit with a status of its own, and internal errors, have no summary
            self._print()
            if (code := self._exit_code()) and session.exitstatus == 0:
                session.exitstatus = code

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_unconfigure(self) -> Generator[None, object, object]:
        self._clean_up()
        with exits_answered(self._exit_code):
            return (yield)

    def _exit_code(self) -> int:
        """What an exit status of 0 is to be replaced by; 0: nothing is replaced."""
        return 0 if self._conclusion is None else self._conclusion.exit_code

    def _clean_up(self) -> None:
        if not self._at_home():
            return
        if self._gathering.tooling is not None:
            self._gathering.tooling.close()
        if self._journal is not None:
            self._journal.remove()
        else:  # those of workers that crashed: their tests were reported
            forget(tuple(one for one in dead(self._plan.root) if one.run == self._plan.run))

    def _at_home(self) -> bool:
        """False in a child that a test forked and that went on with the session as its own."""
        return getpid() == self._pid

    def _open_journal(self) -> None:
        try:
            self._journal = Journal(
                state_directory(self._plan.root, DIRECTORY),
                run=self._plan.run,
                process="",
                started=self._plan.started,
            )
        except OSError as error:
            self._gathering.no_journal(error)

    def _print(self, reporter: pytest.TerminalReporter | None = None) -> None:
        reporter = reporter or self._config.pluginmanager.get_plugin("terminalreporter")
        conclusion = self._conclusion
        if self._printed or conclusion is None:
            return
        self._printed = True
        try:
            if reporter is not None:
                show(conclusion, self._plan, reporter, self._status)
            for report in self._reports:
                print_text(report.text)
        except Exception as error:  # the verdict stands, and so does the exit status
            sys.stderr.write(f"\npytest-readiness could not print: {said(error)!a}\n")


class _Verdict:
    """A second wrapper of the same hook: innermost, where the session's own is outermost."""

    def __init__(self, owner: Session) -> None:
        self._owner = owner

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, object, object]:
        try:
            return (yield)
        finally:
            self._owner.conclude(session)
