"""Tools that need nothing more than their name: how each is run, and how its output is read.

Each was run with and without findings, with a broken configuration and on files that are no Python;
docs/tools.md says in which versions. Words in braces are filled in when the tool is run, by what the
project configures for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

KNOWN: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "ruff": {
            # a project may configure `fix` or `fix-only`: measuring must not mend, nor hide what it mended
            "run": "ruff check --no-fix --no-fix-only --output-format sarif .",
            "format": "sarif",
            "fix": "ruff check --fix .",
            "install": "pip install ruff",
        },
        "ruff-format": {
            "run": "ruff format --check .",
            "format": "lines",
            # older ones write the first, newer ones the second
            "pattern": r"^(?:Would reformat:| +-->) (?P<path>.+?)(?::(?P<line>\d+):\d+)?$",
            "level": "warning",
            "fix": "ruff format .",
            "install": "pip install ruff",
        },
        "mypy": {
            # its JSON came with 1.11; these lines are as old as error codes
            "run": "mypy --no-pretty --show-error-codes --hide-error-context --no-color-output {mypy-files}",
            "format": "lines",
            # a note belongs to an error, or is advice
            "pattern": r"^(?P<path>.+?)(?::(?P<line>\d+))?(?::\d+)*: error: (?P<message>.+?)"
            r"(?:  \[(?P<rule>[a-z][a-z0-9-]*)\])?$",
            "install": "pip install mypy",
        },
        "pyright": {
            "run": "pyright --outputjson",
            "format": "pyright",
            "install": "pip install pyright",
        },
        "bandit": {
            # SARIF needs more than its bare installation; JSON tells what could not be read, too
            "run": "bandit -q -r . -f json {bandit-settings}",
            "format": "bandit",
            "install": "pip install bandit",
        },
        "pip-audit": {
            "run": "pip-audit --format json --progress-spinner off",
            "format": "pip-audit",
            "fix": "pip-audit --fix",
            "install": "pip install pip-audit",
        },
        "interrogate": {
            "run": "interrogate -v .",
            "format": "figure",
            # the exact counts: its percentage is rounded
            "figure": r"(?m)^\| TOTAL +\| +\d+ \| +\d+ \| +(\d+) \|",
            "total": r"(?m)^\| TOTAL +\| +(\d+) \|",
            "metric": "docstrings.coverage",
            "unit": "%",
            "install": "pip install interrogate",
        },
        "import-linter": {
            "run": "lint-imports",
            "format": "lines",
            "pattern": r"^(?P<message>.+ BROKEN)(?: \(|$)",
            "install": "pip install import-linter",
        },
        "deptry": {
            "run": "deptry --no-ansi .",
            "format": "lines",
            # a file that it cannot read it leaves out, and ends with 0
            "pattern": r"^(?:Warning: Skipping processing of )?(?P<path>.+?)(?::(?P<line>\d+):\d+)?"
            r"(?:: (?P<rule>DEP\d+) | because of )(?P<message>.+)$",
            "install": "pip install deptry",
        },
    }
)
"""By name, fields of :class:`~pytest_readiness.model.tool.Tool`."""
