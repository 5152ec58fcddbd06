"""A tool that says nothing but its exit status: 0, or one finding."""

from __future__ import annotations

import signal

from pytest_readiness.collect.tools.formats.levels import DEFAULT
from pytest_readiness.collect.tools.formats.read import Found, Read, UnreadableError, gather
from pytest_readiness.collect.tools.formats.source import Source

_SIGNALLED = 128


def read(source: Source) -> Read:
    tool, status = source.tool, source.status
    if status is None:
        raise UnreadableError("a report has no exit status: configure `run`, or another format")
    level = tool.level or DEFAULT
    found = []
    if status:
        number = _SIGNALLED - status if status < 0 else status
        found = [Found(level, words(number), rule=f"exit-{number}")]
    return Read(findings=gather(tool.name, found), levels=(level,))


def words(status: int) -> str:
    """``exit status 139 (killed by SIGSEGV)``."""
    name = ""
    if status > _SIGNALLED:
        try:
            name = signal.Signals(status - _SIGNALLED).name
        except ValueError:
            name = ""
    return f"exit status {status}" + (f" (killed by {name})" if name else "")
