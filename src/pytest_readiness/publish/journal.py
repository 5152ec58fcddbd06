"""The journal: which test a process was in when it died.

One small file a process, mapped into memory: what is written there outlives ``os._exit``, a
crash and ``kill -9`` without a system call a test. A clean end removes it, so a journal whose
process is gone tells of a session that died.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import struct
from collections.abc import Sequence
from pathlib import Path

from pytest_readiness.model.value import dataclass
from pytest_readiness.publish.files import STATE

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

DIRECTORY = "journal"
SUFFIX = ".journal"
SIZE = 8192
_STATE = 1024
_FORMAT = struct.Struct("<QIB")
"""Tests entered, bytes of the present test's id (0: between tests), phase."""
_PLANNED = 0xFFFFFFFF
"""In place of the bytes: the id stands in the plan, which follows the first :data:`SIZE` bytes."""
_PHASE = _STATE + _FORMAT.size - 1
_pack = _FORMAT.pack_into
_SLOTS = (2048, 5120)
"""Ids are written alternately, so that one cut short by the end never mixes with the one before."""
_ID_BYTES = 3072
PHASES = ("setup", "call", "teardown")


class Journal:
    """The journal of this process. Its methods never raise once it is open."""

    __slots__ = ("_entered", "_file", "_map", "path", "phases")

    def __init__(self, directory: Path, *, run: str, process: str, started: str) -> None:
        """Open one in ``directory``, which exists. Raises ``OSError``."""
        self.path = directory / f"{run}{'-' if process else ''}{process}{SUFFIX}"
        header = {"run": run, "process": process, "started": started, "pid": os.getpid()}
        content = json.dumps(header).encode().ljust(_STATE, b"\n")[:_STATE].ljust(SIZE, b"\0")
        self._file = open(self.path, "x+b")  # noqa: SIM115
        try:
            if fcntl is not None:
                with contextlib.suppress(OSError):
                    # held until the process ends, and not inherited by its children
                    fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._file.write(content)
            self._file.flush()
            self._map = mmap.mmap(self._file.fileno(), SIZE)
        except BaseException:
            self._file.close()
            self.path.unlink(missing_ok=True)
            raise
        self.phases = memoryview(self._map)[_PHASE : _PHASE + 1]
        """One byte: index of the present test's phase in :data:`PHASES`, for who is in a hurry."""
        self._entered = 0

    def plan(self, ids: Sequence[str]) -> bool:
        """The first of these tests begins, and :meth:`reach` will tell of the others: less to do for
        each than :meth:`enter`. False where they could not be written: they are to be entered."""
        text = "\0".join(ids)
        if text.count("\0") != len(ids) - 1:  # none, or one has that character in its id
            return False
        try:
            self._file.seek(SIZE)
            self._file.write(text.encode("utf-8", "backslashreplace"))
            self._file.flush()
        except OSError:
            return False
        self.reach(0)
        return True

    def reach(self, index: int) -> None:
        """So many of the planned tests are over: the setup of the next is the present phase."""
        self._entered = index
        _pack(self._map, _STATE, index + 1, _PLANNED, 0)

    def enter(self, nodeid: str) -> None:
        """A test begins: its setup is the present phase."""
        text = nodeid.encode("utf-8", "backslashreplace")[:_ID_BYTES]
        length = len(text)
        self._entered = entered = self._entered + 1
        start = _SLOTS[entered & 1]
        self._map[start : start + length] = text
        _pack(self._map, _STATE, entered, length, 0)

    def phase(self, index: int) -> None:
        """The present test is in phase 0, 1 or 2 of :data:`PHASES`."""
        self.phases[0] = index

    def leave(self) -> None:
        """The present test is finished, and no other has begun."""
        _pack(self._map, _STATE, self._entered, 0, 0)

    def remove(self) -> None:
        """The end is clean."""
        with contextlib.suppress(OSError, ValueError, BufferError):
            self.phases.release()
            self._map.close()
            self._file.close()
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Death:
    """What the journal of a dead process says."""

    path: Path
    run: str
    process: str
    started: str
    """UTC, ISO 8601."""
    pid: int
    finished: int
    """Tests that it had finished."""
    test: str
    """Id of the test that it was in; empty: it was between tests, or had not begun."""
    phase: str

    def __str__(self) -> str:
        who = f"worker {self.process} of the session" if self.process else "the session"
        where = f"in {self.test} ({self.phase})" if self.test else "outside of a test"
        return f"{who} started at {self.started} died {where}, after {self.finished} finished tests"


def dead(root: Path) -> tuple[Death, ...]:
    """Journals left in the state directory of ``root`` by processes that are gone, oldest first.

    What is no journal, or cannot be read, is passed over. Never raises.
    """
    deaths = []
    with contextlib.suppress(OSError):
        for path in sorted((root / STATE / DIRECTORY).glob(f"*{SUFFIX}")):
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError, struct.error):
                deaths.append(_read(path))
    return tuple(sorted(deaths, key=lambda death: (death.started, death.run, death.process)))


def forget(deaths: tuple[Death, ...]) -> None:
    """Remove the journals: their deaths have been told."""
    for death in deaths:
        with contextlib.suppress(OSError):
            death.path.unlink(missing_ok=True)


def _read(path: Path) -> Death:
    """Raises ``OSError`` where the process may be alive."""
    if fcntl is None:
        os.rename(path, path)  # Windows refuses while a process has it open
    with open(path, "r+b") as file:
        if fcntl is not None:
            # the writer holds this lock as long as it lives; pids are used again
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        content = file.read(SIZE)
        plan = file.read()
    header = json.loads(content[:_STATE])
    entered, length, phase = _FORMAT.unpack_from(content, _STATE)
    start = _SLOTS[entered & 1]
    test = content[start : start + length].decode("utf-8", "replace")
    if length == _PLANNED:
        ids = plan.decode("utf-8", "replace").split("\0")
        test = ids[entered - 1] if entered <= len(ids) else ""
    return Death(
        path=path,
        run=str(header["run"]),
        process=str(header["process"]),
        started=str(header["started"]),
        pid=int(header["pid"]),
        finished=entered - 1 if length else entered,
        test=test,
        phase=PHASES[min(phase, 2)],
    )
