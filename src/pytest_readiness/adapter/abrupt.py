"""``os._exit(0)`` in the middle of the tests: pytest never gets to its end, and the status says success.

Nothing of pytest runs after it: no summary, no ``sessionfinish``, no ``atexit``. So for as long as
the tests run in this process, its own call with status 0 ends it with the status of a project that
is not ready. Other statuses, and the children of a fork (``multiprocessing`` ends them in this way),
are left alone.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Generator
from typing import Any, NoReturn

import pytest


@contextlib.contextmanager
def no_silent_end(config: pytest.Config, exit_code: int) -> Generator[None, None, None]:
    module: Any = os
    end = module._exit
    stand_in = _stand_in(config, exit_code, os.getpid(), end)
    module._exit = stand_in
    try:
        yield
    finally:
        if module._exit is stand_in:  # else a test has left its own there
            module._exit = end


def _stand_in(
    config: pytest.Config, exit_code: int, home: int, end: Callable[[int], NoReturn]
) -> Callable[[int], NoReturn]:
    def _exit(status: int) -> NoReturn:
        if status == 0 and os.getpid() == home:
            _tell(config, exit_code)
            status = exit_code
        end(status)

    return _exit


def _tell(config: pytest.Config, exit_code: int) -> None:
    with contextlib.suppress(Exception):
        capture: Any = config.pluginmanager.get_plugin("capturemanager")
        if capture is not None:
            capture.suspend_global_capture()
        sys.__stdout__.flush()  # type: ignore[union-attr]
        os.write(
            2,
            b"\nNOT READY: os._exit(0) ended the process while its tests ran "
            b"(exit status %d)\n" % exit_code,
        )
