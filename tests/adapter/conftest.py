"""Sessions inside of these tests run at a desk, wherever the tests themselves run."""

from __future__ import annotations

import pytest

from pytest_readiness.collect.ci import GENERIC, TOX, VENDORS


@pytest.fixture(autouse=True)
def at_a_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*(variable for variable, _ in VENDORS), *GENERIC, TOX):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
