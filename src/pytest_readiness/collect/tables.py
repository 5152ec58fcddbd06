"""Where statement tables are kept between runs: one file for each way of analysing.

Losing it costs time, never a figure: what is unreadable, cut short or altered is ignored, and a
place that cannot be written is left alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from pathlib import Path

from pytest_readiness.collect.statements import Table, pack, unpack, widened

_FORMAT = 3
_SPARE = 500
"""Tables of other contents that are kept beside those in use."""
_FILES = 8
"""Ways of analysing (Python versions, exclusions) that are kept beside each other."""


class Tables:
    """Statement tables by digest of content, read from ``directory`` once."""

    def __init__(self, directory: Path | None, way: str) -> None:
        """``way``: all that decides the figures besides the content, in any wording."""
        self._directory = directory
        seal = hashlib.blake2b(f"{_FORMAT} {way}".encode("utf-8", "replace"), digest_size=10)
        self._name = f"statements-{seal.hexdigest()}.json"
        self._packed = _read(directory / self._name) if directory else {}
        self._used: dict[str, object] = {}
        self._changed = False

    def get(self, digest: str) -> Table | None:
        packed = self._packed.get(digest)
        if packed is None:
            return None
        try:
            table = unpack(packed)
        except (ValueError, TypeError, IndexError, AttributeError):
            return None
        self._used[digest] = packed
        return table

    def put(self, digest: str, table: Table) -> None:
        old = self.get(digest)
        self._used[digest] = pack(widened(old, table) if old else table)
        self._changed = True

    def save(self) -> None:
        """Write what is new, atomically. Never raises."""
        if self._directory is None or not self._changed:
            return
        spare = [item for item in self._packed.items() if item[0] not in self._used]
        kept = {**dict(spare[:_SPARE]), **self._used}
        with contextlib.suppress(OSError):
            self._directory.mkdir(parents=True, exist_ok=True)
            _write(self._directory / self._name, json.dumps(kept, separators=(",", ":")))
            _prune(self._directory)


def _seal(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _read(path: Path) -> dict[str, object]:
    try:
        seal, _, text = path.read_text(encoding="utf-8").partition("\n")
        tables = json.loads(text) if seal == _seal(text) else {}
    except (OSError, ValueError, RecursionError):
        return {}
    return tables if isinstance(tables, dict) else {}


def _write(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".tmp")
    try:
        with open(handle, "w", encoding="utf-8") as file:
            file.write(f"{_seal(text)}\n{text}")
        os.replace(name, path)
    except OSError:
        os.unlink(name)
        raise


def _prune(directory: Path) -> None:
    files = sorted(directory.glob("statements-*.json"), key=lambda path: path.stat().st_mtime)
    for path in files[:-_FILES]:
        path.unlink()
