"""pytest-retry's further attempts, which it makes inside of one report and logs none of."""

from __future__ import annotations

from collections.abc import Generator
from time import perf_counter, process_time

import pytest

from pytest_readiness.adapter import failure
from pytest_readiness.adapter.told import Hidden


class Retries:
    """A plugin that notes every call of the current test; registered only beside pytest-retry."""

    def __init__(self, root: str) -> None:
        self.calls: list[Hidden] = []
        self._root = root

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self) -> Generator[None, object, object]:
        wall, cpu = perf_counter(), process_time()
        outcome, signature, timed_out = "passed", "", False
        try:
            return (yield)
        except BaseException as error:
            outcome = "skipped" if isinstance(error, pytest.skip.Exception) else "failed"
            excinfo = pytest.ExceptionInfo.from_exception(error)
            entry = excinfo.traceback[-1]
            signature = failure.signature(error, (str(entry.path), entry.lineno + 1), self._root)
            timed_out = failure.timed_out(error)
            raise
        finally:
            spent = perf_counter() - wall, process_time() - cpu
            self.calls.append(Hidden("call", outcome, *spent, signature, timed_out))
