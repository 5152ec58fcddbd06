"""Evidence files named on the command line, read and merged."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pytest_readiness.model.evidence import Evidence
from pytest_readiness.publish.evidence import EvidenceError, loads


def merged(names: Sequence[str], problems: list[str]) -> Evidence:
    """All files as one evidence; a directory stands for all in it. What is wrong goes to ``problems``."""
    return Evidence().merge(*(_read(path, problems) for path in _files(names, problems)))


def _read(path: Path, problems: list[str]) -> Evidence:
    try:
        return loads(path.read_bytes())
    except OSError as error:
        problems.append(f"{path}: cannot be read: {error.strerror or error}")
    except EvidenceError as error:
        problems.append(f"{path}: {error}")
    return Evidence()


def _files(names: Sequence[str], problems: list[str]) -> list[Path]:
    files: list[Path] = []
    for name in names:
        path = Path(name)
        if not path.is_dir():
            files.append(path)
            continue
        found = sorted(path.glob("*.json"))
        if not found:
            problems.append(f"{path}: a directory without evidence files (*.json)")
        files += found
    return files
