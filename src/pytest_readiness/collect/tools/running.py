"""Running a tool: started, waited for, and ended in any case. Its output lies in files meanwhile."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from time import monotonic, sleep

from pytest_readiness.collect.tools.surroundings import surroundings, without_secrets
from pytest_readiness.model.tool import Tool
from pytest_readiness.model.value import NamedTuple

MOST = 64 * 1024 * 1024
"""Bytes of output that are read of one tool."""
MOST_UNREAD = 1024 * 1024 * 1024
"""Bytes after which a tool is ended whose output does not matter."""
_TAIL = 64 * 1024
_SUPERVISOR = Path(__file__).with_name("supervisor.py")
_BACKUP = 60.0
"""Seconds after its time in which the supervisor must have ended a tool."""
_SIGNALLED = 128
NOT_EXECUTABLE, NOT_FOUND = 126, 127
"""Exit statuses of a shell that could not run what it was given."""


class Ended(NamedTuple):
    """What became of a tool."""

    status: int | None = None
    """As a shell tells it; None: it came to no end of its own, or could not be started."""
    problem: str = ""
    """Why it did not, in words that follow "it"."""
    remedy: str = ""
    """What to do about it; empty: see what it says."""
    missing: bool = False
    """There is no such program."""
    seconds: float = 0.0
    output: bytes = b""
    """What it printed, as far as that is read."""
    tail: bytes = b""
    """The end of what it printed last, errors before other output."""


class Running:
    """One tool that was started. To be waited for, or closed."""

    def __init__(self, tool: Tool, root: Path, environ: Mapping[str, str]) -> None:
        """Never raises: what hindered the start is told by :meth:`wait`."""
        self.tool = tool
        self._environ = surroundings(tool, environ)
        self._directory = root / tool.directory
        self._process: subprocess.Popen[bytes] | None = None
        self._place: tempfile.TemporaryDirectory[str] | None = None
        self._ended: Ended | None = None
        try:
            self._ended = self._start()
        except (OSError, ValueError) as error:
            self._ended = Ended(problem=f"could not be started: {error}")

    @property
    def _together(self) -> bool:
        """Errors stand among the output where people, and not programs, are meant to read it."""
        tool = self.tool
        if tool.report:
            return True
        return tool.format in ("lines", "exit-status") or (
            tool.format == "figure" and not tool.figure.startswith("/")
        )

    @property
    def _most(self) -> int:
        unread = self.tool.report or self.tool.format == "exit-status"
        return MOST_UNREAD if unread else MOST

    def _start(self) -> Ended | None:
        """Raises ``OSError`` and ``ValueError``."""
        if not self._directory.is_dir():
            return Ended(
                problem=f"could not be started: there is no directory {self.tool.directory}"
            )
        command: str | list[str] = self.tool.run
        if not self.tool.shell:
            words = shlex.split(self.tool.run)
            program, why = self._program(words[0])
            if why:
                return Ended(problem=why, missing=True)
            command = [program, *words[1:]]
        place = tempfile.TemporaryDirectory(prefix="readiness-", ignore_cleanup_errors=True)
        self._place = place
        wanted = {
            "command": command,
            "shell": self.tool.shell,
            "directory": str(self._directory),
            "out": self._file("out"),
            "err": "" if self._together else self._file("err"),
            "told": self._file("told"),
            "seconds": self.tool.timeout,
            "most": self._most,
        }
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_SUPERVISOR)],
            env=self._environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the session, which ends the tool
        )
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(wanted).encode("ascii") + b"\n")
        self._process.stdin.flush()
        return None

    def _program(self, name: str) -> tuple[str, str]:
        """The program's path, or why there is none."""
        if os.path.dirname(name):
            path = self._directory / name
            if not path.is_file():
                return "", f"is not there: {name}"
            if not os.access(path, os.X_OK):
                return "", f"may not be executed: {name}"
            return str(path), ""
        found = shutil.which(name, path=self._environ.get("PATH", os.defpath))
        return found or "", "" if found else f"is not installed: {name} is nowhere on PATH"

    def wait(self) -> Ended:
        """Until it has ended, and everything that it started. Never raises but on Ctrl-C."""
        if self._ended is None:
            try:
                self._ended = self._wait()
            except (OSError, ValueError) as error:
                self._ended = Ended(problem=f"ended, and its output cannot be read: {error}")
            finally:
                self.close()
        return self._ended

    def _wait(self) -> Ended:
        process = self._process
        assert process is not None
        until = monotonic() + self.tool.timeout + _BACKUP
        pause = 0.001
        while process.poll() is None:
            if monotonic() > until:
                return Ended(problem="could not be ended")
            sleep(pause)
            pause = min(pause * 2, 0.05)
        try:
            told = json.loads(Path(self._file("told")).read_bytes())
        except (OSError, ValueError):
            return Ended(problem="was lost: what watched it was killed", tail=self._tail())
        if "error" in told:
            # a file that is there and whose interpreter is not
            missing = told["errno"] in (2, 13)
            return Ended(problem=f"could not be started: {told['error']}", missing=missing)
        return self._seen(told["status"], told["ended"], told["seconds"])

    def _seen(self, status: int, ended: str, seconds: float) -> Ended:
        tail = self._tail()
        if ended == "time":
            problem = f"took longer than {self.tool.timeout:g} s, and was ended"
            remedy = "set a longer timeout, or have it do less"
            return Ended(problem=problem, remedy=remedy, seconds=seconds, tail=tail)
        size = os.path.getsize(self._file("out"))
        if ended or size > self._most:
            problem = f"printed more than the {self._most // 1024**2} MiB that are read"
            return Ended(problem=problem, remedy="have it print less", seconds=seconds, tail=tail)
        if status < 0:
            status = _SIGNALLED - status
        if self.tool.shell and status in (NOT_EXECUTABLE, NOT_FOUND):
            why = "is not installed" if status == NOT_FOUND else "may not be executed"
            return Ended(
                problem=f"{why} (exit status {status} of the shell)", missing=True, tail=tail
            )
        output = b""
        if size <= MOST and self.tool.format != "exit-status" and not self.tool.report:
            output = self._clean(Path(self._file("out")).read_bytes())
        return Ended(status=status, seconds=seconds, output=output, tail=tail)

    def _tail(self) -> bytes:
        for name in ("err", "out"):
            with contextlib.suppress(OSError):
                path = self._file(name)
                with open(path, "rb") as file:
                    file.seek(max(0, os.path.getsize(path) - _TAIL))
                    if (text := file.read(_TAIL)).strip():
                        return self._clean(text)
        return b""

    def _clean(self, text: bytes) -> bytes:
        return without_secrets(text, self._environ)

    def _file(self, name: str) -> str:
        assert self._place is not None
        return os.path.join(self._place.name, name)

    def close(self) -> None:
        """End it if it still runs. Never raises."""
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(OSError):
                assert process.stdin is not None
                process.stdin.close()  # its line of life
            try:
                process.wait(_BACKUP)
            except subprocess.TimeoutExpired:
                process.kill()
        place, self._place = self._place, None
        if place is not None:
            place.cleanup()
        if self._ended is None:
            self._ended = Ended(problem="was ended with the session")
