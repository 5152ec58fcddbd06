"""Commands of known tools, made to fit what the project configures for the tool itself."""

from __future__ import annotations

import configparser
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pytest_readiness.model.tool import Tool
from pytest_readiness.model.value import replace

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_UNSHIPPED = (
    ".venv",
    "venv",
    ".env",
    "env",
    ".tox",
    ".nox",
    ".git",
    ".eggs",
    "build",
    "dist",
    "node_modules",
    "tests",
    "test",
)
"""Directories that hold no code that is shipped; bandit looks into all of them unless told not to."""


def fitted(tool: Tool, root: Path) -> Tool:
    """The tool with its command as it is run."""
    words = tool.run.split(" ")
    if _WORDS.keys().isdisjoint(words):
        return tool
    filled = [_WORDS[word](root) if word in _WORDS else word for word in words]
    return replace(tool, run=" ".join(filter(None, filled)))


def mypy_files(root: Path) -> str:
    """Nothing, where a bare ``mypy`` knows by its configuration what to check."""
    section = next(_mypy_sections(root), {})
    return "" if any(key in section for key in ("files", "packages", "modules")) else "."


def bandit_settings(root: Path) -> str:
    settings = []
    if "bandit" in _tables(root):
        settings.append("-c pyproject.toml")  # it does not look there by itself
    if not (root / ".bandit").exists():
        settings.append("-x " + ",".join(f"./{name}" for name in _UNSHIPPED))
    return " ".join(settings)


_WORDS: Mapping[str, Callable[[Path], str]] = MappingProxyType(
    {"{mypy-files}": mypy_files, "{bandit-settings}": bandit_settings}
)


def _mypy_sections(root: Path) -> Iterator[Mapping[str, Any]]:
    """In the order in which mypy looks: the first counts."""
    for name in ("mypy.ini", ".mypy.ini", "pyproject.toml", "setup.cfg"):
        if name == "pyproject.toml":
            if isinstance(table := _tables(root).get("mypy"), dict):
                yield table
            continue
        ini = configparser.RawConfigParser(strict=False)
        try:
            ini.read(root / name, encoding="utf-8")
        except (OSError, UnicodeError, configparser.Error):
            continue  # mypy says it better
        if ini.has_section("mypy"):
            yield ini["mypy"]


def _tables(root: Path) -> Mapping[str, Any]:
    """The ``tool`` tables of ``pyproject.toml``."""
    try:
        document = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    found = document.get("tool", {})
    return found if isinstance(found, dict) else {}
