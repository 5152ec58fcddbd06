"""The process between the session and a tool: a program of its own, run by its path, with no site.

It starts the tool in a process group of its own, ends it when its time is over, when it writes without
end, or when the session is gone (also by ``kill -9``), and writes down what became of it. Its standard
input is a JSON document in one line, and then the line of life: its end is the session's.

It imports nothing of the package, so that it starts in a few milliseconds, also beside the tests.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping
from time import monotonic, sleep
from typing import IO, Any

_LOOK = 0.2
"""Seconds between two looks at most."""
_COUNTED = 1.0
"""Of a machine that stood still, more than that between two looks is not the tool's time."""
_GRACE = 1.0
"""Seconds that a tool has to tidy up after it was asked to end."""
_SUBREAPER = 36
_POSIX = os.name == "posix"


def main() -> None:
    wanted: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    _adopt_orphans()
    began = monotonic()
    try:
        process = _start(wanted)
    except (OSError, ValueError) as error:
        number = getattr(error, "errno", None)
        _tell(
            wanted["told"],
            {"errno": number, "error": getattr(error, "strerror", None) or str(error)},
        )
        return
    gone = threading.Event()
    threading.Thread(target=_watch_session, args=(gone, os.getppid()), daemon=True).start()
    why = _watch(process, wanted, gone)
    if why:
        end(process)
    elif _POSIX:
        _signal_group(process.pid, signal.SIGKILL)  # what it left behind
    if gone.is_set():
        import shutil

        shutil.rmtree(os.path.dirname(wanted["told"]), ignore_errors=True)
    else:
        seconds = monotonic() - began
        _tell(wanted["told"], {"status": process.returncode, "ended": why, "seconds": seconds})


def _start(wanted: Mapping[str, Any]) -> subprocess.Popen[bytes]:
    """Raises ``OSError``, and ``ValueError`` for what no system takes as an argument."""
    with contextlib.ExitStack() as files:
        out = files.enter_context(open(wanted["out"], "wb"))
        err: IO[bytes] | int = subprocess.STDOUT
        if wanted["err"]:
            err = files.enter_context(open(wanted["err"], "wb"))
        return subprocess.Popen(
            wanted["command"],
            shell=wanted["shell"],
            cwd=wanted["directory"],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=_POSIX,
        )


def _watch(
    process: subprocess.Popen[bytes], wanted: Mapping[str, Any], gone: threading.Event
) -> str:
    """Why the tool has to be ended; empty: it ended by itself."""
    left, looked = float(wanted["seconds"]), monotonic()
    outputs = [path for path in (wanted["out"], wanted["err"]) if path]
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(min(_LOOK, max(left, 0.0)))
            return ""
        now = monotonic()
        left -= min(now - looked, _COUNTED)
        looked = now
        if gone.is_set():
            return "session"
        if left <= 0:
            return "time"
        if sum(map(os.path.getsize, outputs)) > wanted["most"]:
            return "output"


def _watch_session(gone: threading.Event, parent: int) -> None:
    """Wait until the other end of standard input is closed, or the session has died otherwise."""
    if _POSIX:
        import select

        # a process that a test forked may hold the other end open
        while not select.select([0], [], [], 1.0)[0] and os.getppid() == parent:
            pass
    else:
        sys.stdin.buffer.read(1)
    gone.set()


def end(process: subprocess.Popen[bytes]) -> None:
    """End the tool and what it started: asked first, then by force."""
    if not _POSIX:
        subprocess.run(
            ["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False
        )
        process.wait()
        return
    _signal_group(process.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_GRACE)
    _signal_group(process.pid, signal.SIGKILL)
    for _ in range(20):  # what left the group; who is killed may just have started another
        found = descendants(os.getpid())
        for number in found:
            with contextlib.suppress(OSError):
                os.kill(number, signal.SIGKILL)
        process.poll()
        if not found:
            break
        sleep(0.01)
    process.wait()


def _signal_group(group: int, number: int) -> None:
    with contextlib.suppress(OSError):
        os.killpg(group, number)


def _adopt_orphans() -> None:
    """Have what a tool leaves without a parent become a child of this process. Linux only."""
    if sys.platform == "linux":
        with contextlib.suppress(Exception):  # a libc without it, an interpreter without ctypes
            import ctypes

            ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)


def descendants(ancestor: int) -> list[int]:
    """Living processes below one, as ``/proc`` tells; none where there is no such directory."""
    below: dict[int, list[int]] = {}
    for number, parent in _processes():
        below.setdefault(parent, []).append(number)
    found, wanted = [], list(below.get(ancestor, ()))
    while wanted:
        number = wanted.pop()
        found.append(number)
        wanted += below.get(number, ())
    return found


def _processes() -> Iterable[tuple[int, int]]:
    """Number and parent of every process that is no zombie."""
    with contextlib.suppress(OSError):
        for name in os.listdir("/proc"):
            if name.isdigit():
                with contextlib.suppress(OSError, ValueError, IndexError):
                    with open(f"/proc/{name}/stat", "rb") as file:
                        state, parent = file.read().rpartition(b")")[2].split()[:2]
                    if state not in b"ZX":
                        yield int(name), int(parent)


def _tell(path: str, what: Mapping[str, object]) -> None:
    with open(f"{path}.new", "w", encoding="ascii") as file:
        json.dump(what, file)
    os.replace(f"{path}.new", path)


if __name__ == "__main__":
    main()
