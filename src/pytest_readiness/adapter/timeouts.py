"""Which timeout of pytest-timeout is in force for a test, and where it was set."""

from __future__ import annotations

import contextlib
import os
import shlex
from collections.abc import Iterable
from typing import Any, Protocol

import pytest


class Listener(Protocol):
    """What is told of the timer."""

    def arm(self, seconds: float, source: str) -> None: ...
    def cancel(self) -> None: ...


class Timer:
    """The timer of pytest-timeout.

    It is armed once around all attempts that a retrying plugin makes, and the first failure
    disarms it: an attempt after that has none in force, and that is told.
    """

    def __init__(self) -> None:
        self.armed: tuple[float, str] | None = None
        """Seconds and source of the timer that was set last."""
        self._cancelled = False

    def arm(self, seconds: float, source: str) -> None:
        self.armed, self._cancelled = (seconds, source), False

    def cancel(self) -> None:
        self._cancelled = True

    def in_force(self, when: str) -> tuple[float, str] | None:
        """Seconds and source of the timeout around this phase; asked for at each phase's end."""
        if when == "setup" and self._cancelled:
            # cancelled before this attempt began; a timer around the call alone comes later
            self.armed, self._cancelled = None, False
        return self.armed


class Timeouts:
    """A plugin that listens to pytest-timeout's own hooks, called exactly when a timer is set."""

    def __init__(self, config: pytest.Config) -> None:
        self.listener: Listener = Timer()
        self._config = config
        self._default = ""

    @pytest.hookimpl(optionalhook=True, tryfirst=True)
    def pytest_timeout_set_timer(self, item: pytest.Item, settings: Any) -> None:
        with contextlib.suppress(Exception):  # another release may have other settings
            self.listener.arm(float(settings.timeout), self._source(item))

    @pytest.hookimpl(optionalhook=True, tryfirst=True)
    def pytest_timeout_cancel_timer(self) -> None:
        self.listener.cancel()

    def _source(self, item: pytest.Item) -> str:
        marker = item.get_closest_marker("timeout")
        if marker is not None:
            seconds = marker.args[0] if marker.args else marker.kwargs.get("timeout")
            if seconds is not None:
                return "marker"
        if not self._default:
            self._default = _default_source(self._config)
        return self._default


def _default_source(config: pytest.Config) -> str:
    """Where the timeout of unmarked tests comes from; ``addopts`` in an ini file is the ini file's."""
    if config.getoption("timeout", None) is None:
        return "environment" if os.environ.get("PYTEST_TIMEOUT") else "ini"
    if _has_timeout(config.invocation_params.args):
        return "command line"
    with contextlib.suppress(ValueError):
        if _has_timeout(shlex.split(os.environ.get("PYTEST_ADDOPTS", ""))):
            return "environment"
    return "ini"


def _has_timeout(args: Iterable[object]) -> bool:
    return any(str(arg).partition("=")[0] == "--timeout" for arg in args)
