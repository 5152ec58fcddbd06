"""Sessions inside of these tests run at a desk and alone, wherever the tests themselves run."""

from __future__ import annotations

import pytest

from pytest_readiness.collect.ci import GENERIC, TOX, VENDORS

OUTER = (
    "PYTEST_ADDOPTS",
    "PYTEST_XDIST_WORKER",
    "PYTEST_XDIST_WORKER_COUNT",
    "PYTEST_XDIST_TESTRUNUID",
)
"""What the outer session says of itself, and plugins of an inner one would take for theirs."""


@pytest.fixture(autouse=True)
def at_a_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*(variable for variable, _ in VENDORS), *GENERIC, TOX, *OUTER):
        monkeypatch.delenv(name, raising=False)
