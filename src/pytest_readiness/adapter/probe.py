"""The probe: a plugin in every process that runs tests, which notes what reports do not say.

How it does depends on what else is there: see :mod:`stream` and :mod:`phases`.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

import pytest

from pytest_readiness.adapter.collected import Collected
from pytest_readiness.adapter.outcomes import Listening, Outcomes
from pytest_readiness.adapter.stream import Stream
from pytest_readiness.adapter.timeouts import Timeouts
from pytest_readiness.adapter.wide import WideFixtures
from pytest_readiness.collect import Fact
from pytest_readiness.collect.memory import memory_facts
from pytest_readiness.publish.journal import Journal

if TYPE_CHECKING:
    from pytest_readiness.adapter.quarantine import Quarantining
    from pytest_readiness.model.requirement import Requirement

RUNNER = "_pytest.runner"
"""Where pytest's own protocol of running a test is defined."""
MAIN = "_pytest.main"
"""Where its loop over them is."""


class Probe:
    """Registered by the session in the process of a serial run and in every xdist worker.

    ``prefix`` stands before node ids, so that they are relative to the project's root; ``outcomes``
    are those of this process, where it is the only one; ``requirements`` are what tests may be marked with.
    """

    def __init__(
        self,
        config: pytest.Config,
        journal: Journal | None = None,
        *,
        prefix: str = "",
        outcomes: Outcomes | None = None,
        quarantine: Quarantining | None = None,
        requirements: Sequence[Requirement] | None = (),
    ) -> None:
        self.process = str(getattr(config, "workerinput", {}).get("workerid", ""))
        """Id of the xdist worker, empty in a serial run."""
        self.benchmarked: dict[str, object] = {}
        """The ``benchmark`` fixture of each test's last passing attempt, by the test's id."""
        self._config = config
        self._outcomes = outcomes
        self._prefix = prefix
        self._journal = journal
        self._collected = Collected(config, prefix, requirements)
        self._wide = WideFixtures()
        self._timeouts = Timeouts(config)
        self._quarantine = quarantine

    def facts(self) -> tuple[Fact, ...]:
        """What this process alone can tell; to be asked for when its tests have ended."""
        own = (*self._wide.facts(self._prefix), *memory_facts())
        process = self.process
        held = self._quarantine.facts() if self._quarantine is not None else ()
        return (
            *self._collected.facts(),
            *held,
            *(fact._replace(process=process) for fact in own),
        )

    def begin(self, items: Sequence[pytest.Item]) -> None:
        """Tests are about to run: to be told when nobody can change their order any more."""
        if self._outcomes is not None and self._outcomes.stream is not None:
            self._outcomes.stream.begin(items if _in_order(self._config) else ())

    # -- hooks ----------------------------------------------------------------------------------

    def pytest_plugin_registered(self, plugin: object, manager: pytest.PytestPluginManager) -> None:
        if plugin is self:
            manager.register(self._collected, "readiness-collected")
            manager.register(self._wide, "readiness-fixtures")
            manager.register(self._timeouts, "readiness-timeouts")
            if self._quarantine is not None:
                manager.register(self._quarantine, "readiness-quarantine")

    # a wrapper: it comes first even where another plugin brings a loop of its own
    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self) -> Generator[None, object, object]:
        plugins, outcomes = self._config.pluginmanager, self._outcomes
        if outcomes is not None and _usual(self._config):
            stream = outcomes.stream = Stream(self._config, self._journal)
            self._wide.listener = stream.spend
            self._timeouts.listener = stream
            plugins.register(stream, "readiness-stream")
        else:
            from pytest_readiness.adapter.phases import Phases

            phases = Phases(
                self._config, self._wide, self._timeouts, self._journal, self.benchmarked
            )
            plugins.register(phases, "readiness-phases")
            if outcomes is not None:
                plugins.register(Listening(outcomes), "readiness-listening")
        return (yield)


def _in_order(config: pytest.Config) -> bool:
    """Whether pytest's own loop runs the tests, one after the other."""
    return all(
        each.wrapper or each.hookwrapper or each.function.__module__ == MAIN
        for each in config.hook.pytest_runtestloop.get_hookimpls()
    )


def _usual(config: pytest.Config) -> bool:
    """Whether every test runs once, by pytest's own protocol, and logs all of its reports."""
    # known by what they add, for their names depend on how they were loaded: flaky, pytest-retry
    retrying = hasattr(config.option, "force_flaky") or hasattr(config.option, "retry_delay")
    if retrying or config.pluginmanager.has_plugin("pytest-benchmark"):
        return False
    return all(
        each.wrapper or each.hookwrapper or each.function.__module__ == RUNNER
        for each in config.hook.pytest_runtest_protocol.get_hookimpls()
    )
