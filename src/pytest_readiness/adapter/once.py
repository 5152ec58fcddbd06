"""Carrying out one test once more: pytest's own protocol, of which nothing is logged.

Used where nobody is to see it: in a copy of the process that ran the suite, and in a fresh one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator
from time import process_time
from typing import Any, NamedTuple

import pytest
from _pytest.runner import runtestprotocol

from pytest_readiness.adapter import failure
from pytest_readiness.model.evidence import Outcome

RETRYING = ("pytest_rerunfailures", "pytest_retry.retry_plugin", "flaky.flaky_pytest_plugin")
"""Modules of plugins that would run a failed test again: here its first result is asked for."""
TIMERS = ("pytest_timeout",)
"""Whoever waits for the test stops it, also where its timer would end the process."""


class Result(NamedTuple):
    """How it ended."""

    outcome: str
    """Of :class:`Outcome`; ``failed`` also where setting up or tearing down failed."""
    signature: str = ""
    call: float | None = None
    """Wall seconds of the call."""
    cpu: float | None = None
    """Process CPU seconds of the call."""

    @property
    def bad(self) -> bool:
        return self.outcome in (Outcome.FAILED.value, Outcome.XFAILED.value)


class Once:
    """A plugin that takes the place of pytest's protocol; register it last, to be asked first."""

    def __init__(
        self,
        root: str,
        *,
        begun: Callable[[pytest.Item], None] = lambda _: None,
        ended: Callable[[pytest.Item, Result], None],
    ) -> None:
        self._root = root
        self._begun = begun
        self._ended = ended
        self._signature = ""
        self._subtest = False
        self._cpu: float | None = None
        self._started = 0.0

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        self._signature, self._subtest, self._cpu = "", False, None
        renew(item)
        self._begun(item)
        # the same test once more needs fixtures of its own, those of its session among them
        following = None if nextitem is item else nextitem
        try:
            reports = runtestprotocol(item, log=False, nextitem=following)
        except BaseException as error:  # pytest.exit, Ctrl-C: it ends the process, as it would have
            self._ended(item, Result(Outcome.FAILED.value, type(error).__name__))
            raise
        self._ended(item, self._result(reports))
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self) -> None:
        self._started = process_time()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        if call.when == "call":
            self._cpu = process_time() - self._started
        report = yield
        if call.excinfo is not None and report.outcome == "failed" and not self._signature:
            with contextlib.suppress(Exception):  # an odd exception has no place to name
                entry = call.excinfo.traceback[-1]
                place = str(entry.path), entry.lineno + 1
                self._signature = failure.signature(call.excinfo.value, place, self._root)
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        # subtests log theirs whatever the protocol says
        self._subtest |= "context" in report.__dict__ and report.outcome == "failed"

    def _result(self, reports: list[pytest.TestReport]) -> Result:
        call = next((one.duration for one in reports if one.when == "call"), None)
        return Result(self._outcome(reports).value, self._signature, call, self._cpu)

    def _outcome(self, reports: list[pytest.TestReport]) -> Outcome:
        if self._subtest or any(one.outcome not in ("passed", "skipped") for one in reports):
            return Outcome.FAILED
        for one in reports:
            expected = hasattr(one, "wasxfail")
            if one.outcome == "skipped":
                return Outcome.XFAILED if expected else Outcome.SKIPPED
            if expected and one.when == "call":
                return Outcome.XPASSED
        return Outcome.PASSED


def renew(item: pytest.Item) -> None:
    """A method gets an instance of its class of its own each time, as in a first run."""
    if getattr(item, "cls", None) is not None:
        for name in ("_instance", "_obj"):
            item.__dict__.pop(name, None)


def unregister_others(config: pytest.Config) -> None:
    """Plugins that would make more of one run than it is, or end its process."""
    plugins: Any = config.pluginmanager
    for plugin in list(plugins.get_plugins()):
        module = getattr(plugin, "__name__", "") or type(plugin).__module__
        if module in (*RETRYING, *TIMERS):
            with contextlib.suppress(Exception):
                plugins.unregister(plugin)
