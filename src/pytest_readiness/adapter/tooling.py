"""The configured tools in the session: some run beside the tests, the others when these have ended.

What they are is told by the configuration alone, which was read before any test ran.
"""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable
from os import getpid  # bound here: tests put something else into the module
from time import monotonic

import pytest

from pytest_readiness.adapter.gathering import Gathering
from pytest_readiness.adapter.hooks import guarded
from pytest_readiness.adapter.plan import Plan
from pytest_readiness.collect import Fact
from pytest_readiness.collect.tools.fitting import fitted
from pytest_readiness.collect.tools.outcome import (
    SECTION,
    facts_of_report,
    facts_of_run,
    lost,
    no_data,
)
from pytest_readiness.collect.tools.reports import Mark, mark
from pytest_readiness.collect.tools.running import Running
from pytest_readiness.collect.tools.surroundings import INSIDE
from pytest_readiness.model.tool import Tool

_INTERRUPTED = "interrupted by Ctrl-C"


class Tooling:
    def __init__(self, config: pytest.Config, plan: Plan, gathering: Gathering) -> None:
        self._config = config
        self._plan = plan
        self._gathering = gathering
        self._began = monotonic()
        self._beside: dict[str, tuple[Running, Mark | None]] = {}
        self._pid = getpid()
        self._tools = tuple(fitted(tool, plan.root) for tool in plan.policy.tools)

    def begin(self) -> None:
        """Start those that run beside the tests. Never raises."""
        self._began = monotonic()
        if self._gathering.for_information or INSIDE in self._plan.environ:
            return
        for tool in self._tools:
            if tool.beside and tool.run:
                self._beside[tool.name] = self._started(tool)

    def facts(self, session: pytest.Session) -> list[Fact]:
        """Of all tools, those that could not be run included. Never raises."""
        why = self._idle(session)
        if why:
            self.close()
            return [Fact(SECTION, no_data(*why))]
        facts: list[Fact] = []
        self._announce()
        interrupted = False
        try:
            for tool in self._tools:
                if interrupted:
                    facts += lost(tool, no_data(f"it was not run: {_INTERRUPTED}"))
                    continue
                try:
                    facts += guarded(f"tool {tool.name}", self._action(tool))
                except KeyboardInterrupt:  # the tests have ended: it can only mean this
                    interrupted = True
                    facts += lost(tool, no_data(f"it was {_INTERRUPTED}"))
        finally:
            self.close()
        return facts

    def close(self) -> None:
        """End what still runs beside."""
        if getpid() != self._pid:  # a child that a test forked: they are not its own
            return
        for running, _ in self._beside.values():
            running.close()
        self._beside.clear()

    def _idle(self, session: pytest.Session) -> tuple[str, str] | None:
        """Why no tool is run, and what to do about it."""
        gathering = self._gathering
        if gathering.without_verdict:
            return "no tool is run for a part of the suite that was chosen at a desk", ""
        if gathering.broken_off or session.exitstatus == pytest.ExitCode.INTERNAL_ERROR:
            return "the session was broken off: no tool was run", "run it again"
        if INSIDE in self._plan.environ:
            outer = self._plan.environ[INSIDE]
            return (
                f"this session was itself started by the tool {outer} of another one: no tool is run",
                f"give {outer} the option --no-readiness",
            )
        return None

    def _action(self, tool: Tool) -> Callable[[], tuple[Fact, ...]]:
        return lambda: self._facts(tool)

    def _facts(self, tool: Tool) -> tuple[Fact, ...]:
        plan = self._plan
        if not tool.run:
            started = datetime.datetime.fromisoformat(plan.started).timestamp()
            now = started + monotonic() - self._began
            return facts_of_report(tool, plan.root, now, plan.environ)
        beside = tool.name in self._beside
        running, before = self._beside.pop(tool.name) if beside else self._started(tool)
        try:
            return facts_of_run(tool, plan.root, running.wait(), before, plan.environ)
        finally:
            running.close()

    def _started(self, tool: Tool) -> tuple[Running, Mark | None]:
        before = mark(self._plan.root, tool) if tool.report else None
        return Running(tool, self._plan.root, self._plan.environ), before

    def _announce(self) -> None:
        """What the wait is for."""
        names = [tool.name for tool in self._tools if tool.run]
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        if names and reporter is not None and self._config.option.verbose >= 0:
            with contextlib.suppress(Exception):  # a closed terminal is no reason not to run them
                reporter.ensure_newline()
                reporter.write_line(f"readiness: running {', '.join(names)}")
