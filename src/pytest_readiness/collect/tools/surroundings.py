"""The environment in which a tool runs: the session's as it was at its start, less what is of the session only."""

from __future__ import annotations

import os
import re
import sys
import sysconfig
from collections.abc import Mapping

from pytest_readiness.model.pattern import pattern
from pytest_readiness.model.tool import Tool

INSIDE = "PYTEST_READINESS_TOOL"
"""Set to the tool's name: a session that finds it was started by a tool, and runs none itself."""
_OF_SESSION = frozenset(
    {
        # said to this session: a tool may be a pytest of its own
        "PYTEST_ADDOPTS",
        "PYTEST_CURRENT_TEST",
        "PYTEST_VERSION",
        # coverage of processes that a measured one starts
        "COVERAGE_PROCESS_START",
        "COVERAGE_PROCESS_CONFIG",
        # colours in what is to be read
        "CLICOLOR_FORCE",
        "FORCE_COLOR",
        "MYPY_FORCE_COLOR",
        "MYPY_FORCE_TERMINAL_WIDTH",
        "PY_COLORS",
    }
)
_PREFIXES = ("COV_CORE_", "PYTEST_XDIST_")
_SECRET = pattern(
    r"TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|PRIVATE|AUTH(?!OR)|API_?KEY|ACCESS_?KEY"
    r"|_(KEY|PASS|PAT)$|COOKIE|SIGNATURE",
    re.IGNORECASE,
)
_ADDRESS = pattern(r"[a-z][a-z0-9+.-]*://[^/@\s]+@", re.IGNORECASE)
"""Of a database, say, with user and password in it."""
_SHORTEST = 8
"""Characters of a value that is looked for: a shorter one would stand in any text by chance."""
HIDDEN = b"***"


def surroundings(tool: Tool, environ: Mapping[str, str]) -> dict[str, str]:
    """All variables that the tool sees. Never to be written down."""
    found = {
        name: value
        for name, value in environ.items()
        if name not in _OF_SESSION and not name.startswith(_PREFIXES)
    }
    found["PATH"] = _path(found.get("PATH", os.defpath))
    found["NO_COLOR"] = "1"
    found["TERM"] = "dumb"
    found.setdefault("PYTHONIOENCODING", "utf-8")
    found[INSIDE] = tool.name
    return {**found, **dict(tool.environment)}


def _path(path: str) -> str:
    """With the tools that are installed beside this Python: a ``.venv`` need not be activated.

    What a system's Python has beside it comes last: the user's own come before it, as in a shell.
    """
    own = [os.path.dirname(sys.executable), sysconfig.get_path("scripts")]
    known = path.split(os.pathsep) if path else []
    if sys.prefix == sys.base_prefix:
        parts = known + [one for one in own if one and one not in known]
    else:
        parts = [one for one in own if one] + known
    return os.pathsep.join(dict.fromkeys(parts))


def without_secrets(text: bytes, variables: Mapping[str, str]) -> bytes:
    """The text without the values of variables that are called a secret, should a tool print them."""
    values = {
        os.fsencode(value)
        for name, value in variables.items()
        if len(value) >= _SHORTEST
        and (_ADDRESS.match(value) or (_SECRET.search(name) and not os.path.exists(value)))
    }
    for value in sorted(values, key=len, reverse=True):
        text = text.replace(value, HIDDEN)
    return text
