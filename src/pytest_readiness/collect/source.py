"""Where a project keeps its source, when nobody said."""

from __future__ import annotations

import re
from pathlib import Path

_LAYOUTS = ("src", "lib", "python")
"""Directories that hold packages and are none themselves."""
_OTHERS = frozenset(
    {
        "bench", "benchmark", "benchmarks", "bin", "build", "ci", "dist", "doc", "docs", "env",
        "example", "examples", "node_modules", "perf", "sample", "samples", "script", "scripts",
        "site", "test", "testing", "tests", "tool", "tools", "vendor", "venv",
    }
)  # fmt: skip
"""Names of directories next to pyproject.toml that are not the product."""


def detect_source(root: Path, project: str = "") -> tuple[str, ...]:
    """What to give coverage as source: directories relative to ``root``, or the name of a module.

    In this order: a ``src`` layout (``lib``, ``python``); packages next to ``pyproject.toml``,
    only the project's own where one has its name; a single module of the project's name. Empty
    where nothing looks like source.
    """
    for layout in _LAYOUTS:
        if _holds_python(root / layout):
            return (layout,)
    packages = [
        path.name
        for path in _directories(root)
        if path.name.lower() not in _OTHERS and (path / "__init__.py").is_file()
    ]
    name = re.sub(r"[-_.]+", "_", project).lower()
    own = [package for package in packages if package.lower() == name]
    if packages:
        return tuple(own or packages)
    dotted = project.replace("-", "_").split(".")
    if len(dotted) > 1 and _holds_python(root.joinpath(*dotted)):  # a namespace package
        return ("/".join(dotted),)
    return (name,) if name and (root / f"{name}.py").is_file() else ()


def _directories(path: Path) -> list[Path]:
    try:
        return sorted(
            each for each in path.iterdir() if each.is_dir() and not each.name.startswith(".")
        )
    except OSError:
        return []


def _holds_python(path: Path) -> bool:
    """A module or a package, directly or one level down, but itself no package."""
    if (path / "__init__.py").is_file() and path.name in _LAYOUTS:
        return False
    return any(path.glob("*.py")) or any(
        any(each.glob("*.py")) or any(each.glob("*/__init__.py")) for each in _directories(path)
    )
