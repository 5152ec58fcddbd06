"""Fresh processes in which tests are repeated: started, watched, and ended in time."""

from __future__ import annotations

import contextlib
import enum
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType
from typing import Any

from pytest_readiness.adapter.fresh import SPEC
from pytest_readiness.adapter.once import Result
from pytest_readiness.adapter.patience import Patience

PLUGIN = "pytest_readiness.adapter.fresh"
_POLL = 0.01
_STARTING = 60.0
"""Seconds that a process has to start and to collect, where it is not known how long that takes."""
_MAIN = (
    "import sys\n"
    "sys.path[:1] = [] if sys.path[:1] == [''] else sys.path[:1]\n"
    "import json, os\n"
    f"wanted = json.load(open(os.environ[{SPEC!r}], encoding='utf-8'))\n"
    "sys.path[:] = wanted['path']\n"
    "import pytest\n"
    "sys.exit(pytest.main(wanted['arguments']))\n"
)
"""A program and not ``-m pytest``: ids and arguments of any length and content come from a file, and
modules are looked for where the session looked for them."""
_LEFT_OUT = (
    "PYTEST_CURRENT_TEST",
    "PYTEST_XDIST_WORKER",
    "PYTEST_XDIST_WORKER_COUNT",
    "PYTEST_XDIST_TESTRUNUID",
    "PYTEST_XDIST_AUTO_NUM_WORKERS",
    # coverage of processes that a measured one starts
    "COVERAGE_PROCESS_START",
    "COVERAGE_PROCESS_CONFIG",
    "COV_CORE_SOURCE",
    "COV_CORE_CONFIG",
    "COV_CORE_DATAFILE",
    "COV_CORE_CONTEXT",
    "COV_CORE_BRANCH",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The session that is to be repeated."""

    arguments: tuple[str, ...]
    """As it was called."""
    directory: Path
    """Where it was called."""
    path: tuple[str, ...]
    """``sys.path`` before any test or conftest file changed it."""
    environ: Mapping[str, str]
    file_of: Callable[[str], Path]
    """The file that a test is collected from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a process told of the tests that were watched."""

    results: tuple[Result, ...] = ()
    crashed: bool = False
    """It ended in the middle of a watched test."""
    timed_out: bool = False
    """A watched test took longer than it was given."""
    problem: str = ""
    """Why it did not come to the watched tests."""
    seconds: float = 0.0
    """From its start to its end."""
    ready: float = 0.0
    """From its start to the end of collecting."""


class End(enum.Enum):
    """How a process came to its end."""

    OWN = enum.auto()
    PATIENCE = enum.auto()
    """A watched test took too long."""
    TIME = enum.auto()
    """There was no more time for it."""


class Launcher:
    """Starts one process at a time. A context: its temporary files go with it."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self._place = tempfile.TemporaryDirectory(prefix="readiness-", ignore_cleanup_errors=True)
        self._count = 0

    def __enter__(self) -> Launcher:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._place.cleanup()

    def run(
        self,
        tests: Sequence[str],
        *,
        watched: int = 1,
        patience: float,
        before: float,
        until: float,
    ) -> Seen:
        """Run tests by their ids and report on the last ``watched``. Raises ``OSError``.

        ``patience``: seconds that each watched test gets; ``before``: seconds for those before
        them; ``until``: when it is over in any case, by the monotonic clock.
        """
        self._count += 1
        place = Path(self._place.name) / str(self._count)
        place.mkdir()
        told = place / "told"
        told.touch()
        spec = place / "wanted.json"
        spec.write_text(json.dumps(self._wanted(tests, watched, place)), encoding="ascii")
        began = monotonic()
        with open(place / "output", "w+b") as output:
            process = self._start(spec, output)
            try:
                lines, end = _watch(
                    process, told, patience, min(until, began + _STARTING + before), until
                )
            finally:
                _end(process)
            output.seek(0)
            said = output.read()[-4000:]
        return _seen(lines, end, process.returncode, began, said)

    def _wanted(self, tests: Sequence[str], watched: int, place: Path) -> dict[str, Any]:
        origin = self._origin
        end = origin.arguments.index("--") if "--" in origin.arguments else len(origin.arguments)
        files = dict.fromkeys(map(origin.file_of, tests))
        return {
            "arguments": [
                *("-p", PLUGIN),
                *origin.arguments[:end],
                *("-o", f"cache_dir={place / 'cache'}", "--no-readiness"),
                *origin.arguments[end:],
            ],
            "path": list(origin.path),
            "tests": list(tests),
            "watched": watched,
            "paths": list(dict.fromkeys(_argument(file, origin.directory) for file in files)),
            "temporary": str(place / "temporary"),
            "told": str(place / "told"),
        }

    def _start(self, spec: Path, output: Any) -> subprocess.Popen[bytes]:
        environ = {
            name: value for name, value in self._origin.environ.items() if name not in _LEFT_OUT
        }
        environ[SPEC] = str(spec)
        # the interpreter's own options, as multiprocessing hands them on
        flags = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]
        return subprocess.Popen(
            [sys.executable, *flags, "-c", _MAIN],
            cwd=self._origin.directory,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _argument(file: Path, directory: Path) -> str:
    """The file as pytest takes it: what follows a ``[`` would be parameters to it."""
    try:
        shown = Path(os.path.relpath(file, directory))
    except ValueError:  # another drive
        shown = file
    while "[" in str(shown) or "::" in str(shown):
        shown = shown.parent
    # neither an option nor a file of arguments
    return str(shown) if shown.is_absolute() else os.path.join(os.curdir, str(shown))


def _watch(
    process: subprocess.Popen[bytes], told: Path, patience: float, start: float, until: float
) -> tuple[list[list[Any]], End]:
    """What it told until its end, and how that came."""
    lines: list[list[Any]] = []
    size = 0
    running: Patience | None = None
    while True:
        over = process.poll() is not None
        now = told.stat().st_size
        if now != size:
            size, lines = now, _lines(told)
            running = Patience(patience) if lines and lines[-1][0] == "begun" else None
        if over:
            return lines, End.OWN
        if running is not None and not running.look():
            return lines, End.PATIENCE
        if monotonic() >= (start if not lines or lines[-1][0] == "ready" else until):
            return lines, End.TIME
        sleep(_POLL)


def _lines(told: Path) -> list[list[Any]]:
    text = told.read_bytes()
    return [json.loads(line) for line in text[: text.rfind(b"\n") + 1].splitlines()]


def _seen(lines: list[list[Any]], end: End, status: int, began: float, said: bytes) -> Seen:
    results = tuple(Result(*line[1:]) for line in lines if line[0] == "ended")
    last = lines[-1][0] if lines else ""
    problem = ""
    if last == "missing":
        problem = "it is not collected in a process of its own"
    elif not any(line[0] == "begun" for line in lines):
        tail = said.decode("utf-8", "replace").strip().splitlines()
        how = f"exit status {status}" if end is End.OWN else "no time left"
        problem = f"a fresh process did not come to it ({how}{_why(tail)})"
    ready = next((float(line[2]) for line in lines if line[0] == "ready"), began)
    return Seen(
        results=results,
        crashed=last == "begun" and end is End.OWN,
        timed_out=end is End.PATIENCE,
        problem=problem,
        seconds=monotonic() - began,
        ready=ready - began,
    )


def _why(output: Sequence[str]) -> str:
    found = next((line for line in reversed(output) if "ERROR" in line or "rror:" in line), "")
    return f": {found.strip()[:200]}" if found else ""


def _end(process: subprocess.Popen[bytes]) -> None:
    """It, and whatever it started and left behind."""
    if os.name == "posix":
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(OSError):
        process.kill()
    process.wait()
