"""One line out of pytest's representation of a failure, a skip or an expected failure."""

from __future__ import annotations

import re
from typing import Any


def brief(report: Any) -> str:
    """Why a report is not plainly passed: the failure's first line, or the reason that was given.

    Empty where nothing says it. Never raises: representations come from any plugin.
    """
    try:
        if hasattr(report, "wasxfail"):
            return _first_line(str(report.wasxfail).removeprefix("reason: "))
        longrepr = report.longrepr
        if longrepr is None:
            return ""
        if isinstance(longrepr, tuple):
            return _first_line(str(longrepr[2]).removeprefix("Skipped: "))
        crash = getattr(longrepr, "reprcrash", None)
        if crash is not None:
            return _first_line(str(crash.message))
        return _error_line(str(longrepr))
    except Exception:
        return ""


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0].rstrip()


def _error_line(text: str) -> str:
    """Of a whole traceback: pytest marks the error's lines by ``E``; those of its code are indented."""
    found = re.search(r"^E   (\S.*)$", text, re.MULTILINE)
    return found[1].rstrip() if found else _first_line(text)
