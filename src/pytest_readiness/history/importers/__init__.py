"""Histories of other tools, as entries that a store takes. One format a module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pytest_readiness.history.entry import Entry
from pytest_readiness.history.importers import github_action_benchmark, pytest_benchmark
from pytest_readiness.history.importers.imported import (
    Foreign,
    ImportingError,
    Origin,
    entry_of_foreign,
)

__all__ = ["FORMATS", "ImportingError", "Origin", "detect", "read"]

FORMATS = {
    pytest_benchmark.NAME: pytest_benchmark.read,
    github_action_benchmark.NAME: github_action_benchmark.read,
}
"""By the name that ``history import --format`` takes."""
_MOST = 512 * 1024 * 1024


def read(path: Path, format: str, origin: Origin) -> Iterator[Entry]:
    """The runs of one file, or of a ``.benchmarks`` directory, oldest first.

    :param format: a name of :data:`FORMATS`, or ``auto``. Raises :class:`ImportingError`.
    """
    found = {run.id: run for file in _files(path) for run in _runs(file, format)}
    ordered = sorted(found.values(), key=lambda run: (run.started, run.id))
    return (entry_of_foreign(run, origin) for run in ordered)


def detect(text: str) -> str:
    """The format of a file's content; empty: none of these."""
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith(github_action_benchmark.START):
        return github_action_benchmark.NAME
    if start.startswith("{") and '"machine_info"' in text and '"benchmarks"' in text:
        return pytest_benchmark.NAME
    if start.startswith("{") and '"entries"' in text and '"lastUpdate"' in text:
        return github_action_benchmark.NAME
    return ""


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(path.glob("**/[0-9][0-9][0-9][0-9]_*.json")) or sorted(path.glob("**/*.json"))
    if not found:
        raise ImportingError(
            f"{path}: no saved benchmarks in this directory", "pytest --benchmark-autosave"
        )
    return found


def _runs(path: Path, format: str) -> list[Foreign]:
    try:
        if path.stat().st_size > _MOST:
            raise ImportingError(f"{path}: larger than 512 MiB", "import its parts")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ImportingError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise ImportingError(f"{path}: not UTF-8: {error}") from None
    name = detect(text) if format == "auto" else format
    if name not in FORMATS:
        known = ", ".join(FORMATS)
        raise ImportingError(f"{path}: not in a format that is known here", f"one of: {known}")
    return list(FORMATS[name](text, str(path)))
