"""The order in which tests began, in each process: what ran before a test may be why it fails."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pytest_readiness.adapter.nodeid import without_group
from pytest_readiness.adapter.plan import distributed


class Sequences:
    """A plugin of the controller, there only where tests are to be repeated."""

    def __init__(self, config: pytest.Config) -> None:
        self._grouped = distributed(config) and config.getoption("dist") == "loadgroup"
        self._by_process: dict[str, dict[str, None]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "setup":
            node = report.__dict__.get("node")
            process = "" if node is None else str(node.gateway.id)
            nodeid = without_group(report.nodeid) if self._grouped else report.nodeid
            self._by_process.setdefault(process, {})[nodeid] = None

    @property
    def ids(self) -> Sequence[str]:
        """pytest's ids of all tests that began, each once."""
        return tuple(dict.fromkeys(id for ran in self._by_process.values() for id in ran))

    def before(self, nodeid: str) -> tuple[str, ...]:
        """What began before it in its process; of several (``--dist each``) the first."""
        for ran in self._by_process.values():
            if nodeid in ran:
                ids = tuple(ran)
                return ids[: ids.index(nodeid)]
        return ()

    def others(self, nodeid: str) -> tuple[str, ...]:
        """All others of its process."""
        for ran in self._by_process.values():
            if nodeid in ran:
                return tuple(id for id in ran if id != nodeid)
        return ()
