"""Tests in quarantine: each is given a non-strict ``xfail`` before it runs, pytest's own way.

Registered where tests run: in the process of a serial run, and in every xdist worker.
"""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Generator, Iterable

import pytest

from pytest_readiness.adapter import failure
from pytest_readiness.adapter.hooks import rescued
from pytest_readiness.adapter.nodeid import without_group
from pytest_readiness.adapter.plan import Plan
from pytest_readiness.adapter.relocation import located
from pytest_readiness.adapter.told import ATTRIBUTE, read
from pytest_readiness.collect import Fact
from pytest_readiness.model.evidence import Notice, Quarantined
from pytest_readiness.model.expiry import lapsed
from pytest_readiness.model.glob import matches
from pytest_readiness.model.requirement import Quarantine
from pytest_readiness.render.escape import prose


class Quarantining:
    """``started`` (UTC, ISO 8601) is the session's, whose day decides which entries are in force."""

    def __init__(self, config: pytest.Config, plan: Plan, started: str) -> None:
        worker = getattr(config, "workerinput", {}).get("workerid", "")
        self._tells = worker in ("", "gw0")
        self._grouped = bool(worker) and bool(config.getoption("loadgroup", False))
        self._plan = plan
        self._root = str(config.rootpath)
        self._entries = () if undone(config) else in_force(plan, started)
        self._held: dict[str, str] = {}
        """What the entry says by which it is held, by the node id of each test."""
        self._faults: list[Fact] = []

    # after all that deselects, and after marks that other plugins add
    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        if self._entries:
            rescued("the quarantine", lambda: self._hold(session.items), None, self._faults)

    def _hold(self, items: Iterable[pytest.Item]) -> None:
        for item in items:
            name = self._name(item.nodeid)
            entry = next((one for one in self._entries if matches(one.test, name)), None)
            if entry is None:
                continue
            self._held[item.nodeid] = entry.test
            # pytest prints it as it is
            reason = f"quarantined: {prose(entry.reason)}"
            mark = pytest.mark.xfail(reason=reason, strict=False)
            # pytest goes by the first mark that applies. Before the test's own, which may be strict;
            # but a test that must not even run (it would take the process with it) still does not
            own = item.iter_markers("xfail")
            item.add_marker(mark, append=any(one.kwargs.get("run") is False for one in own))

    # outermost: what tells one failure from another is not lost with what the mark makes of it
    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        raised = call.excinfo
        if raised is not None and item.nodeid in self._held and hasattr(report, "wasxfail"):
            own = isinstance(raised.value, pytest.xfail.Exception)  # the test's own word for it
            with contextlib.suppress(Exception):  # an odd exception is no reason to break a test
                told = read(report.__dict__.get(ATTRIBUTE))
                report.__dict__[ATTRIBUTE] = told._replace(
                    signature=""
                    if own
                    else failure.signature(raised.value, failure.place(raised), self._root),
                    timed_out=failure.timed_out(raised.value),
                ).plain()
        return report

    def facts(self) -> tuple[Fact, ...]:
        """Which tests ran under quarantine. Under xdist the first worker tells it for all."""
        held = self._held if self._tells else {}
        prefix = self._plan.prefix
        return (
            *self._faults,
            *(
                Fact(prefix + self._bare(nodeid), Quarantined(entry=entry))
                for nodeid, entry in held.items()
            ),
        )

    def _name(self, nodeid: str) -> str:
        """As evidence has it, relative to the project."""
        return located(self._plan.prefix + self._bare(nodeid), self._plan.inner)

    def _bare(self, nodeid: str) -> str:
        return without_group(nodeid) if self._grouped else nodeid


def in_force(plan: Plan, started: str) -> tuple[Quarantine, ...]:
    """The entries that hold on the day on which the session started, in UTC."""
    today = datetime.date.fromisoformat(started[:10])
    policy = plan.policy
    return tuple(
        entry for entry in policy.quarantine if not lapsed(entry.expires, today, policy.waiver_days)
    )


def undone(config: pytest.Config) -> str:
    """The option under which pytest takes no notice of ``xfail``; empty: it does."""
    if getattr(config.option, "runxfail", False):
        return "--runxfail"
    return "" if config.pluginmanager.has_plugin("skipping") else "-p no:skipping"


def notices(config: pytest.Config, plan: Plan) -> tuple[Fact, ...]:
    """That the quarantine does not hold in this session, where that is so."""
    option = undone(config)
    if not option or not in_force(plan, plan.started):
        return ()
    text = f"it does not hold: under {option} an expected failure is a failure"
    return (Fact("quarantine", Notice(text=text)),)
