"""A file that should be a history and is damaged: kept under another name, never deleted."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from pytest_readiness.publish.files import STATE

APPLICATION = 0x52645973
"""``RdYs``: what a history's header says that it is."""
_MAGIC = b"SQLite format 3\0"
_PLACE = slice(68, 72)
_BESIDE = ("-wal", "-shm")


def is_database(path: Path) -> bool:
    """Whether a file begins as an SQLite file does, or is empty. Raises ``OSError``."""
    return _head(path)[:16] in (_MAGIC, b"")


def ours(path: Path) -> bool:
    """Whether a file may be moved: it says that it is a history, or lies where only we write."""
    with contextlib.suppress(OSError):
        head = _head(path)
        if head[:16] == _MAGIC and head[_PLACE] == APPLICATION.to_bytes(4, "big"):
            return True
    return path.parent.name == STATE


def set_aside(path: Path, seen: tuple[int, int] | None) -> Path | None:
    """Rename a file and what belongs to it to ``NAME.corrupt-1`` or the first number that is free.

    :param seen: its :func:`identity` when it was found damaged. None is returned where it is
        another by now: another process was first.

    Raises ``OSError``.
    """
    number = 1
    while (target := path.with_name(f"{path.name}.corrupt-{number}")).exists():
        number += 1
    if seen is None or identity(path) != seen:
        return None
    os.rename(path, target)
    for suffix in _BESIDE:
        with contextlib.suppress(FileNotFoundError):
            os.rename(f"{path}{suffix}", f"{target}{suffix}")
    return target


def identity(path: Path) -> tuple[int, int] | None:
    """Device and inode; None where there is no file."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _head(path: Path) -> bytes:
    with open(path, "rb") as file:
        return file.read(100)
