"""What the project calls itself."""

from __future__ import annotations

import sys
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def identity(root: Path) -> tuple[str, str]:
    """Name and version from ``[project]`` in ``pyproject.toml``, empty where not told. Never raises."""
    try:
        document = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "", ""
    table = document.get("project", {})
    if not isinstance(table, dict):
        return "", ""
    name, version = table.get("name", ""), table.get("version", "")
    return (
        name if isinstance(name, str) else "",
        version if isinstance(version, str) else "",
    )
