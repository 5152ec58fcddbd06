"""What an exception tells about a failure: what distinguishes it, and whether a timeout raised it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from types import TracebackType

import pytest

_TIMEOUT = ("timeout_sigalrm", "pytest_timeout")
_DEPTH = 50
"""Chains longer than this are cut: they come from loops that raise in ``except``."""


def signature(error: BaseException, place: tuple[str, int] | None, root: str) -> str:
    """``AssertionError at tests/test_cart.py:12``: the exception's type and the place that raised it.

    ``place`` is a file and its line, from 1; it is told relative to ``root`` where it lies below it.
    """
    name = type(error).__qualname__
    if place is None:
        return name
    path, line = place
    if path.startswith(root + os.sep):
        path = path[len(root) + 1 :]
    text = f"{name} at {path.replace(os.sep, '/')}:{line}"
    # a file name that is not UTF-8 would not cross to xdist's controller
    return text.encode("utf-8", "backslashreplace").decode()


def place(excinfo: pytest.ExceptionInfo[BaseException]) -> tuple[str, int] | None:
    """File and line, from 1, that pytest shows as the place of the failure."""
    entry = excinfo.traceback[-1] if excinfo.traceback else None
    return None if entry is None else (str(entry.path), entry.lineno + 1)


def timed_out(error: BaseException) -> bool:
    """Whether pytest-timeout's signal handler raised it, also when the test caught it and raised another.

    No attribute says it: the handler's own frame in one of the tracebacks does.
    """
    return any(_raised_by_timeout(one.__traceback__) for one in _chain(error))


def _raised_by_timeout(traceback: TracebackType | None) -> bool:
    name, module = _TIMEOUT
    while traceback is not None:
        frame = traceback.tb_frame
        if frame.f_code.co_name == name and frame.f_globals.get("__name__") == module:
            return True
        traceback = traceback.tb_next
    return False


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception, its causes and contexts, and the members of groups; each once."""
    seen: set[int] = set()
    todo: list[BaseException | None] = [error]
    while todo and len(seen) < _DEPTH:
        one = todo.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        todo += (one.__cause__, one.__context__)
        members = getattr(one, "exceptions", ())
        if isinstance(members, (tuple, list)):
            todo += (member for member in members if isinstance(member, BaseException))
