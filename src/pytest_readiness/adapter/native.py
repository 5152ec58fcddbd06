"""Values of pytest's own native TOML configuration that ``getini`` refuses for their type."""

from __future__ import annotations

import sys
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def native_value(path: Path | None, name: str) -> str:
    """The value as text, ``true`` for a boolean; empty where there is none. Never raises."""
    if path is None:
        return ""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    table = document.get("pytest") or document.get("tool", {}).get("pytest", {})
    value = table.get(name, "") if isinstance(table, dict) else ""
    return str(value).lower() if isinstance(value, bool) else str(value)
