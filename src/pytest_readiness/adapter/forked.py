"""A copy of this process, made to run a test once more: nothing that it does comes back.

What the suite left in memory is all there, and the session stays as it is: its outcomes, its coverage,
its state, whatever the test does to the copy, a crash included. The copy ends without any clean-up, so
that no ``atexit``, no buffer and no coverage of it is written twice.
"""

from __future__ import annotations

import contextlib
import gc
import json
import math
import os
import select
import signal
import sys
import threading
import warnings
from collections.abc import Callable
from time import monotonic
from typing import Any, NamedTuple

from pytest_readiness.adapter.orphan import end_with_parent
from pytest_readiness.adapter.patience import LOOK, Patience

_ROUND = 65536


class Copied(NamedTuple):
    """What became of the copy."""

    value: Any = None
    """What its action returned, as JSON keeps it; None: it came to no end."""
    crashed: bool = False
    timed_out: bool = False


def obstacle() -> str:
    """Why this process cannot be copied; empty where it can."""
    if not hasattr(os, "fork") or sys.platform in ("emscripten", "wasi"):
        return "this system cannot copy a process"
    if sys.platform == "darwin":
        return "macOS does not let a copied process use its system libraries"
    return ""


def copied(action: Callable[[], Any], seconds: float, until: float = math.inf) -> Copied:
    """Run ``action`` in a copy of this process; after ``seconds`` it is killed. Raises ``OSError``.

    ``until``: when it is over in any case, by the monotonic clock; then nothing is known of it.

    A copy has the locks of other threads, and not the threads: where there are some, an end that is
    not the action's own tells nothing of it.
    """
    reader, writer = os.pipe()
    home = _outputs()
    sys.stdout.flush()
    sys.stderr.flush()
    sure = threading.active_count() == 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the threads
        child = os.fork()
    if child == 0:
        _live(action, reader, writer, home)
    os.close(writer)
    try:
        text, timed_out = _read(reader, seconds, until)
    finally:
        os.close(reader)
        _kill(child)
        os.waitpid(child, 0)
    if timed_out:
        return Copied(timed_out=sure)
    try:
        return Copied(value=json.loads(text))
    except ValueError:  # it ended before it could tell
        if monotonic() >= until:
            return Copied()
        return Copied(crashed=sure)


def _live(action: Callable[[], Any], reader: int, writer: int, home: list[int]) -> None:
    """The copy's whole life. Never returns."""
    try:
        os.setsid()
        end_with_parent()
        os.close(reader)
        _silence(home)
        gc.enable()
        told = json.dumps(action()).encode()
        while told:
            told = told[os.write(writer, told) :]
    finally:
        os.kill(os.getpid(), signal.SIGKILL)


def _read(reader: int, seconds: float, until: float) -> tuple[bytes, bool]:
    """What it told, and whether it took too long; at ``until`` it is over in any case."""
    text, patience = b"", Patience(seconds)
    while True:
        if not select.select([reader], [], [], LOOK)[0]:
            if not patience.look():
                return text, True
            if monotonic() >= until:
                return text, False
            continue
        more = os.read(reader, _ROUND)
        if not more:
            return text, False
        text += more
        with contextlib.suppress(ValueError):
            # processes that the test started may hold the pipe open
            json.loads(text)
            return text, False


def _kill(child: int) -> None:
    """It, and what it started."""
    for kill, number in ((os.killpg, child), (os.kill, child)):
        with contextlib.suppress(OSError):
            kill(number, signal.SIGKILL)


def _outputs() -> list[int]:
    """Descriptors that lead where output goes, those that pytest's capture saved among them."""
    targets = set()
    for number in (1, 2):
        with contextlib.suppress(OSError):
            state = os.fstat(number)
            targets.add((state.st_dev, state.st_ino))
    found = [1, 2]
    for number in range(3, 256):
        with contextlib.suppress(OSError):
            state = os.fstat(number)
            if (state.st_dev, state.st_ino) in targets:
                found.append(number)
    return found


def _silence(outputs: list[int]) -> None:
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, *outputs):
        with contextlib.suppress(OSError):
            os.dup2(null, number)
