"""Outcomes: the controller's plugin, which reads the reports that pytest logs, of all processes.

It sees what pytest's own summary counts. One :class:`Trial` a test is kept, and facts are made of
them once, at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from pytest_readiness.adapter.garbage import collector_paused
from pytest_readiness.adapter.longrepr import brief
from pytest_readiness.adapter.nodeid import without_group
from pytest_readiness.adapter.plan import distributed
from pytest_readiness.adapter.stream import Stream
from pytest_readiness.adapter.told import ATTRIBUTE
from pytest_readiness.adapter.trial import Trial
from pytest_readiness.adapter.warned import Warnings
from pytest_readiness.collect import Fact
from pytest_readiness.model.evidence import (
    Collection,
    CollectionError,
    Fault,
    Outcome,
    PassedTests,
)

_Open = dict[str, Trial]
_LAST: frozenset[str] = frozenset({"teardown", "???"})
"""Reports after which nothing of an attempt follows; ``???`` is xdist's of a crash."""


class Outcomes:
    """Registered by the session on the controller, which in a serial run is the only process."""

    def __init__(self, config: pytest.Config) -> None:
        self._grouped = distributed(config) and config.getoption("dist") == "loadgroup"
        self._open: dict[str, _Open] = {"": {}}
        """Tests that have begun and not ended, by worker and by id."""
        self._serial = self._open[""]
        self._ended: list[tuple[str, str, Trial]] = []
        self._errors: dict[str, str] = {}
        self._faults: list[str] = []
        self._warnings = Warnings(str(config.rootpath))
        self._worker_ids: Sequence[str] | None = None
        self.stream: Stream | None = None
        """In a serial run that has nothing unusual, where all reports are kept until the end."""

    def see(self, report: pytest.TestReport) -> None:
        """A report, in the order of logging."""
        fields = report.__dict__
        nodeid = report.nodeid
        node = fields.get("node")
        if node is None:
            process, open_ = "", self._serial
        else:
            process = str(node.gateway.id)
            open_ = self._open.setdefault(process, {})
        trial = open_.get(nodeid)
        if trial is None:
            trial = open_[nodeid] = Trial()
        when = report.when
        outcome = report.outcome
        if type(report) is not pytest.TestReport and "context" in fields:
            trial.subtest(outcome, brief(report), fields.get(ATTRIBUTE))
            return
        duration = report.duration
        told = fields.get(ATTRIBUTE)
        if when == "setup":
            if not trial.empty:  # the last attempt had no teardown
                self._ended.append((process, nodeid, trial))
                trial = open_[nodeid] = Trial()
            trial.setup = duration
            trial.setup_told = told
            location = fields.get("location")
            if location is not None and location[1] is not None:
                trial.line = location[1] + 1
        elif when == "call":
            trial.call = duration
            trial.call_told = told
            trial.outcome = Outcome.PASSED
            trial.superseded = False
        elif when == "teardown":
            trial.teardown = duration
            trial.teardown_told = told
        if "rerun" in fields:  # of this attempt, not of an earlier one that had no teardown
            trial.number = fields["rerun"]
        if outcome != "passed" or "wasxfail" in fields:
            trial.see(str(when), outcome, "wasxfail" in fields, brief(report))
        if when in _LAST:
            del open_[nodeid]
            self._ended.append((process, nodeid, trial))

    # -- hooks ----------------------------------------------------------------------------------

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.outcome == "failed":
            self._errors.setdefault(report.nodeid, brief(report) or "not collected")

    def pytest_warning_recorded(
        self, warning_message: Any, when: str, nodeid: str, location: Any
    ) -> None:
        self._warnings.see(warning_message, when, nodeid)

    def pytest_internalerror(self, excrepr: Any) -> None:
        text = str(excrepr).strip()
        self._faults.append(text.splitlines()[-1] if text else "no message")

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodeready(self) -> None:
        self._warnings.forwarded = True

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        self._warnings.workers += 1
        if self._worker_ids is None:
            self._worker_ids = ids

    # -- the end --------------------------------------------------------------------------------

    def passed(self, prefix: str = "") -> PassedTests:
        """Tests that just passed, as far as :meth:`facts` tells none."""
        if self.stream is None:
            return PassedTests.empty()
        with collector_paused():
            passed = self.stream.take(self.see)
            if prefix:
                passed = passed._replace(ids=[prefix + nodeid for nodeid in passed.ids])
        return passed

    def facts(self, prefix: str = "", told: Iterable[Fact] = ()) -> list[Fact]:
        """Everything seen, as facts, once; ``prefix`` stands before node ids.

        What :meth:`passed` has told is not repeated.

        ``told`` are the facts of the probes of all processes. They are not repeated here; where
        no worker lived to tell what it collected, it is told by what xdist noted.
        """
        with collector_paused():
            passed = self.passed(prefix)
            facts = list(map(Fact, passed.ids, passed.attempts()))
            facts += self._attempts(prefix)
            facts += (
                Fact(prefix + nodeid, CollectionError(message=message))
                for nodeid, message in self._errors.items()
            )
            facts += self._warnings.facts(prefix)
            facts += (
                Fact("pytest", Fault(message=f"internal error: {one}")) for one in self._faults
            )
            if self._worker_ids is not None and not any(
                type(fact.data) is Collection for fact in told
            ):
                ids = tuple(self._named(prefix, nodeid) for nodeid in self._worker_ids)
                facts.append(Fact("", Collection(tests=ids)))
        return facts

    def _attempts(self, prefix: str) -> list[Fact]:
        facts = []
        numbers: dict[tuple[str, str], int] = {}
        ended, self._ended = self._ended, []
        ended += (
            (process, nodeid, trial)
            for process, trials in self._open.items()
            for nodeid, trial in trials.items()
            if trial.decided
        )
        ended.reverse()
        plain = not prefix and not self._grouped
        while ended:  # each trial is let go as its facts are made
            process, nodeid, trial = ended.pop()
            name = nodeid if plain else self._named(prefix, nodeid)
            number = numbers.get((process, name), 0) if trial.number is None else trial.number
            for attempt in trial.attempts():
                facts.append(Fact(name, attempt, number, process))
                number += 1
            numbers[process, name] = number
        return facts

    def _named(self, prefix: str, nodeid: str) -> str:
        return prefix + (without_group(nodeid) if self._grouped else nodeid)


class Listening:
    """A plugin that shows each report to ``outcomes`` as it is logged."""

    def __init__(self, outcomes: Outcomes) -> None:
        self.pytest_runtest_logreport = outcomes.see
