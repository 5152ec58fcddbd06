"""What the project calls a file that coverage names by where it was imported from."""

from __future__ import annotations

import os
from pathlib import Path

_INSTALLED = ("site-packages", "dist-packages")
_LAYOUTS = ("", "src", "lib")


def project_path(name: str, root: Path) -> str:
    """The file's path relative to ``root``, ``/`` separated.

    Real paths are compared, so that links lead to one name. A file of an installed copy is
    called by its source in the project where that has the same content, else
    ``site-packages/...``, which is the same on every machine.
    """
    real = os.path.realpath(name)
    parts = Path(real).parts
    for place in _INSTALLED:
        if place in parts:
            index = len(parts) - 1 - parts[::-1].index(place)
            tail = os.path.join(*parts[index + 1 :]) if index + 1 < len(parts) else ""
            return (_source_of(Path(real), tail, root) or f"{place}/{tail}").replace(os.sep, "/")
    try:
        path = os.path.relpath(real, os.path.realpath(root))
    except ValueError:  # another drive
        path = real
    return path.replace(os.sep, "/")


def _source_of(installed: Path, tail: str, root: Path) -> str:
    for layout in _LAYOUTS:
        candidate = Path(layout, tail)
        try:
            if (root / candidate).read_bytes() == installed.read_bytes():
                return str(candidate)
        except OSError:
            continue
    return ""
