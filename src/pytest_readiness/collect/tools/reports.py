"""Reports that lie in files: written by a tool just now, or by an earlier step, and then of some age."""

from __future__ import annotations

import datetime
import os
import stat
from pathlib import Path

from pytest_readiness.collect.tools.running import MOST
from pytest_readiness.model.evidence import Gap, Reason
from pytest_readiness.model.tool import Tool
from pytest_readiness.model.value import NamedTuple

_AHEAD = 3600.0
"""Seconds by which the clock of the machine that wrote a report may be ahead."""


class Written(NamedTuple):
    """A report as it lies there."""

    text: bytes
    time: float
    """When it was written: seconds since the epoch."""

    @property
    def day(self) -> str:
        """UTC, ISO 8601."""
        moment = datetime.datetime.fromtimestamp(self.time, datetime.timezone.utc)
        return moment.isoformat(timespec="seconds")


Mark = tuple[int, ...]
"""Of a file, what changes when it is written."""


def mark(root: Path, tool: Tool) -> Mark | None:
    """Of a tool's report; None: there is none."""
    try:
        state = os.stat(root / tool.report)
    except (OSError, ValueError):
        return None
    return (state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)


def made(root: Path, tool: Tool, before: Mark | None) -> Written | Gap:
    """The report that a run of the tool wrote; ``before``: what lay there when it was started."""
    now = mark(root, tool)
    if now is None:
        return _gap(f"it wrote no report {tool.report}")
    if now == before:
        return _gap(f"it wrote no report: {tool.report} is an old one, as it lay there before")
    return _read(root / tool.report, tool)


def found(root: Path, tool: Tool, now: float) -> Written | Gap:
    """The report that an earlier step wrote; ``now``: seconds since the epoch."""
    written = _read(root / tool.report, tool)
    if isinstance(written, Gap) or tool.max_age is None:
        return written
    age = now - written.time
    if age > tool.max_age:
        return Gap(
            reason=Reason.STALE,
            message=f"its report {tool.report} is {_span(age)} old, more than {_span(tool.max_age)}"
            f" (written {written.day})",
            remedy="write it anew, or set max-age",
        )
    if age < -_AHEAD:
        return Gap(
            reason=Reason.STALE,
            message=f"its report {tool.report} is dated {_span(-age)} from now ({written.day}):"
            " its age cannot be told",
            remedy="set the clock right and write it anew, or set max-age = false",
        )
    return written


def _read(path: Path, tool: Tool) -> Written | Gap:
    remedy = "let the step that writes it run before the tests"
    try:
        state = os.stat(path)
        if not stat.S_ISREG(state.st_mode):  # a pipe would be waited for
            return _gap(f"its report {tool.report} is no file", remedy)
        if state.st_size > MOST:
            return _gap(
                f"its report {tool.report} has {state.st_size / 1024**2:.0f} MiB, and up to"
                f" {MOST // 1024**2} MiB are read",
                "have it tell less, or split it",
            )
        text = path.read_bytes()
    except FileNotFoundError:
        return _gap(f"there is no report {tool.report}", remedy)
    except (OSError, ValueError) as error:
        return _gap(f"its report {tool.report} cannot be read: {error}", remedy)
    return Written(text, state.st_mtime)


def _gap(message: str, remedy: str = "") -> Gap:
    return Gap(reason=Reason.NO_DATA, message=message, remedy=remedy)


def _span(seconds: float) -> str:
    """In the greatest unit of which there are two, else in the next."""
    for unit, size in (("days", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
