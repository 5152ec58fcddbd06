"""Which file holds ``[tool.pytest-readiness]``.

Neither pytest's ini file nor its rootdir alone says so: a ``pytest.ini`` in ``tests/`` moves the rootdir
there, an argument moves it in a monorepo, ``-c`` moves it anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pytest_readiness.config.toml import TomlError, parse

NAME = "pyproject.toml"
TABLE = "pytest-readiness"
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
    return tuple(name for name in tools if name.replace("_", "-").casefold() == TABLE)


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
    if TABLE not in text.replace("_", "-").casefold():
        return False
    try:
        document = parse(text)
    except TomlError:
        return True
    return bool(table_names(document))
