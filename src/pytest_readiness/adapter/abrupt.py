"""Ends of the process that say success before pytest could say what is true.

After ``os._exit(0)`` nothing of pytest runs: no summary, no ``sessionfinish``, no ``atexit``. So for as
long as the tests run in this process, and while other plugins end their session, its own call with
status 0 ends it with the status that the project has earned. Other statuses, and the children of a
fork (``multiprocessing`` ends them in this way), are left alone.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Generator

# bound here: tests put something else into the module, and leave it there
from os import getpid
from typing import Any, NoReturn

import pytest


@contextlib.contextmanager
def no_silent_end(config: pytest.Config, exit_code: int) -> Generator[None, None, None]:
    """While tests run: there is no verdict yet."""

    def answer() -> int:
        _tell(config, exit_code)
        return exit_code

    with answered(answer):
        yield


@contextlib.contextmanager
def answered(answer: Callable[[], int]) -> Generator[None, None, None]:
    """``os._exit(0)`` of this process ends it with what ``answer`` says."""
    module: Any = os
    end = module._exit
    stand_in = _stand_in(answer, getpid(), end)
    module._exit = stand_in
    try:
        yield
    finally:
        if module._exit is stand_in:  # else a test has left its own there
            module._exit = end


@contextlib.contextmanager
def exits_answered(answer: Callable[[], int]) -> Generator[None, None, None]:
    """``sys.exit(0)`` too, which pytest lets through from the hooks at its end."""
    try:
        with answered(answer):
            yield
    except SystemExit as error:
        if not error.code:
            error.code = answer()
        raise


def _stand_in(
    answer: Callable[[], int], home: int, end: Callable[[int], NoReturn]
) -> Callable[[int], NoReturn]:
    def _exit(status: int) -> NoReturn:
        end(answer() if status == 0 and getpid() == home else status)

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
