"""Which file holds ``[tool.pytest-readiness]``.

Neither pytest's ini file nor its rootdir alone says so: a ``pytest.ini`` in ``tests/`` moves the rootdir
there, an argument moves it in a monorepo, ``-c`` moves it anywhere.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pytest_readiness.config.toml import TomlError, parse
from pytest_readiness.model.pattern import pattern

NAME = "pyproject.toml"
TABLE = "pytest-readiness"
_ALIKE = 0.9
_HEADER = pattern(r"^[ \t]*\[+[ \t]*([^\]\n]+)", re.MULTILINE)
_REPOSITORY = (".git", ".hg")


def find_config(rootpath: Path, invocation_dir: Path) -> Path | None:
    """The first ``pyproject.toml`` with our table, up from the rootdir, then from where pytest was started.

    Not beyond the repository. A file that cannot be read, or is no TOML and speaks of us, counts as
    found: reading it then tells what is wrong with it, where passing over it would drop its gates.
    """
    for start in dict.fromkeys((rootpath.absolute(), invocation_dir.absolute())):
        for directory in _upwards(start):
            path = directory / NAME
            if _exists(path) and _is_ours(path):
                return path
    return None


def table_names(document: dict[str, Any]) -> tuple[str, ...]:
    """Names below ``tool`` that are ours, or ours misspelled (``pytest_readiness``)."""
    tools = document.get("tool")
    if not isinstance(tools, dict):
        return ()
    return tuple(name for name, table in tools.items() if _meant(name, table))


def misplaced(path: Path | None) -> str:
    """The first header of ours in a file that we do not read (``setup.cfg``, ``pytest.toml``), or nothing."""
    if path is None or path.name == NAME:
        return ""
    try:
        text = path.read_bytes().decode("utf-8", errors="replace")
    except OSError:
        return ""
    return next((header for header in _HEADER.findall(text) if _similar(_last(header))), "")


def _meant(name: str, table: object) -> bool:
    # another tool might be called so: it has no gates
    known = name == "readiness" and isinstance(table, dict) and "gates" in table
    return known or _similar(name)


def _similar(name: str) -> bool:
    name = re.sub("[_ .:]", "-", name).casefold()
    return difflib.SequenceMatcher(None, name, TABLE).ratio() >= _ALIKE


def _last(header: str) -> str:
    """Of ``tool.pytest-readiness.gates`` or ``tool:pytest-readiness`` the tool's name."""
    parts = [part.strip().strip("\"'") for part in re.split("[.:]", header)]
    return parts[1] if parts[0] == "tool" and len(parts) > 1 else parts[0]


def _upwards(start: Path) -> Iterator[Path]:
    for directory in (start, *start.parents):
        yield directory
        if any(_exists(directory / name) for name in _REPOSITORY):
            return


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def _is_ours(path: Path) -> bool:
    if path.is_dir():
        return False
    try:
        text = path.read_bytes().decode("utf-8", errors="replace")
    except OSError:
        return True
    speaks = TABLE in text.replace("_", "-").casefold()
    if not speaks and not any(
        _meant(_last(header), {"gates": {}}) for header in _HEADER.findall(text)
    ):
        return False
    try:
        document = parse(text)
    except TomlError:
        return speaks
    return bool(table_names(document))
