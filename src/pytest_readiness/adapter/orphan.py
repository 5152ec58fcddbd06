"""A process that repeats a test has a session of its own, and must not outlive the one that started it."""

from __future__ import annotations

import contextlib
import signal
import sys

_PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Have the kernel kill this process when its parent dies, also by ``kill -9``. Linux only."""
    if sys.platform == "linux":
        with contextlib.suppress(Exception):  # a libc without it, an interpreter without ctypes
            import ctypes

            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
