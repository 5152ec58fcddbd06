"""The session in a worker of pytest-xdist: it runs tests, and tells the controller at its end."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from typing import Any

import pytest

from pytest_readiness.adapter.hooks import guarded
from pytest_readiness.adapter.plan import Plan
from pytest_readiness.adapter.probe import Probe
from pytest_readiness.adapter.transport import KEY, pack
from pytest_readiness.publish.files import state_directory
from pytest_readiness.publish.journal import DIRECTORY, Journal


class Worker:
    def __init__(self, config: pytest.Config, plan: Plan) -> None:
        known: dict[str, Any] = config.workerinput  # type: ignore[attr-defined]
        told = known.get(KEY, {})
        self._output: dict[str, Any] = config.workeroutput  # type: ignore[attr-defined]
        self._process = str(known.get("workerid", ""))
        self._journal: Journal | None = None
        with contextlib.suppress(OSError):  # the controller has told why, if it cannot be written
            self._journal = Journal(
                state_directory(plan.root, DIRECTORY),
                run=told.get("run", plan.run),
                process=self._process,
                started=told.get("started", plan.started),
            )
        quarantine = None
        if plan.policy.quarantine:
            from pytest_readiness.adapter.quarantine import Quarantining

            quarantine = Quarantining(config, plan, str(told.get("started", plan.started)))
        self._probe = Probe(
            config,
            self._journal,
            prefix=plan.prefix,
            quarantine=quarantine,
            requirements=plan.requirements,
        )
        config.pluginmanager.register(self._probe, "readiness-probe")

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self) -> Generator[None, object, object]:
        try:
            return (yield)
        finally:
            facts = guarded(f"the probe of {self._process}", self._probe.facts)
            with contextlib.suppress(Exception):  # the controller misses it, and says so
                self._output[KEY] = pack(facts)

    def pytest_unconfigure(self) -> None:
        if self._journal is not None:
            self._journal.remove()
