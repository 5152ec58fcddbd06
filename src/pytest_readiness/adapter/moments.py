"""When each test's call ended: what is measured again has to wait for some time to pass."""

from __future__ import annotations

from time import monotonic

import pytest


class Moments:
    """A plugin of a serial session whose policy says ``remeasure``."""

    def __init__(self) -> None:
        self.ended: dict[str, float] = {}
        """By pytest's id, on the monotonic clock."""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            self.ended[report.nodeid] = monotonic()
