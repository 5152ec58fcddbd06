"""The session where ours could not even be made: the tests run as ever, and there is no success."""

from __future__ import annotations

import sys
from collections.abc import Generator, Sequence

import pytest

from pytest_readiness.collect import Fact
from pytest_readiness.model.evidence import Fault


class Broken:
    def __init__(self, exit_code: int, faults: Sequence[Fact]) -> None:
        self._exit_code = exit_code
        told = "; ".join(one.data.message for one in faults if isinstance(one.data, Fault))
        self._line = f"readiness: NOT READY: {told!a} (exit status {exit_code})"

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, object, object]:
        try:
            return (yield)
        finally:
            sys.stderr.write(f"\n{self._line}\n")
            if session.exitstatus == 0:
                session.exitstatus = self._exit_code
