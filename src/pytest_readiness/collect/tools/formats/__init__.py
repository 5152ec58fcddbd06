"""What tools print, read: one format a module, each ``(Source) -> Read``. Data only: nothing is executed."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_readiness.collect.tools.formats.read import Read, UnreadableError
from pytest_readiness.collect.tools.formats.source import Source

if TYPE_CHECKING:
    from pytest_readiness.model.tool import Tool

__all__ = ["COVERAGE", "Read", "UnreadableError", "read"]

COVERAGE = frozenset({"coverage", "coverage-xml", "coverage-json", "lcov"})
"""Formats that feed ``coverage.*``: without them the section ``coverage`` has a gap too."""
_MODULES = {
    "sarif": "sarif",
    "junit": "junit",
    "coverage": "coverage",
    "coverage-xml": "coverage_xml",
    "coverage-json": "coverage_json",
    "lcov": "lcov",
    "pip-audit": "pip_audit",
    "mypy": "mypy",
    "pyright": "pyright",
    "bandit": "bandit",
    "lines": "lines",
    "exit-status": "exit_status",
    "figure": "figure",
}


def read(
    tool: Tool, text: bytes, status: int | None, root: Path, *, written: float | None = None
) -> Read:
    """What the output of a tool says.

    ``status``: its exit status as a shell tells it, None for a report that lay there. ``root``: the
    project's. ``written``: when the output was made, in seconds since the epoch, None where nobody
    knows. Raises :class:`UnreadableError` for whatever is not of the tool's format, never another.
    """
    name = f"{__name__}.{_MODULES[tool.format]}"
    source = Source(tool, text, status, root, written)
    try:
        found: Read = importlib.import_module(name).read(source)
    except UnreadableError:
        raise
    except RecursionError:
        raise UnreadableError("its output is nested too deeply") from None
    except Exception as error:  # a hostile report must not end a session
        raise UnreadableError(
            f"its output cannot be read as {tool.format}: {type(error).__name__}: {error}"
        ) from error
    return found
