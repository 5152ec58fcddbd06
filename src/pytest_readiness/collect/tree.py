"""The project's files: which ones a path or glob means, and what is read of them, within limits.

What cannot be known (a directory that may not be listed, a link that leaves the project, a file too large
to be read whole) is said beside what was found, never left out.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from pytest_readiness.model.glob import matches
from pytest_readiness.model.value import NamedTuple

NOT_ENTERED = frozenset(
    {
        ".eggs", ".git", ".hg", ".hypothesis", ".mypy_cache", ".nox", ".pytest_cache", ".readiness",
        ".ruff_cache", ".svn", ".tox", ".venv", "__pycache__", "node_modules", "site-packages",
        "venv",
    }
)  # fmt: skip
"""Directories that a glob does not enter unless it begins with their names: what tools keep there."""
MOST_FILES = 50_000
LARGEST = 10_000_000
"""Bytes of one file that are read."""
NOT_UTF8 = "is not UTF-8"


class Found(NamedTuple):
    """What a path or glob means."""

    paths: tuple[str, ...] = ()
    """Sorted; ``/`` between parts."""
    unknown: tuple[str, ...] = ()
    """What could not be looked at, and why."""


class Content(NamedTuple):
    text: str = ""
    """Newlines as ``\\n``; bytes that are no UTF-8 as lone surrogates."""
    unread: str = ""
    """Why this is not all of it, or not surely its text; empty: it is."""


def is_glob(path: str) -> bool:
    return "*" in path or "?" in path or path.endswith("/")


def find(root: Path, wanted: str) -> Found:
    """Files; a path without wildcards may be a directory too."""
    if is_glob(wanted):
        return _walked(root, wanted)
    unknown: list[str] = []
    there = _exists(root, wanted, unknown)
    return Found((wanted,) if there else (), tuple(unknown))


def read(root: Path, path: str) -> Content:
    """The text of a regular file. Never waits: of a pipe there is nothing to be read."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(root / path, flags)
        with open(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return Content(unread="is no regular file")
            data = file.read(LARGEST + 1)
    except OSError as error:
        return Content(unread=f"cannot be read ({error.strerror or error})")
    unread = ""
    if len(data) > LARGEST:
        unread = f"has more than {LARGEST // 1_000_000} MB"
    elif b"\0" in data:
        unread = "is no text"
    text = data[:LARGEST].decode("utf-8-sig", "surrogateescape")
    if not unread and not text.isascii() and _has_surrogates(text):
        unread = NOT_UTF8
    return Content(text.replace("\r\n", "\n"), unread)


def _has_surrogates(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def printable(path: str) -> str:
    """A path as evidence can hold it: bytes that are no UTF-8 are written out."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _exists(root: Path, path: str, unknown: list[str]) -> bool:
    """Whether it is there and within the project; a link that leads elsewhere is not known."""
    try:
        os.lstat(root / path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError) as error:
        unknown.append(f"{path} cannot be looked at ({getattr(error, 'strerror', '') or error})")
        return False
    return _stays(root, path, unknown)


def _stays(root: Path, path: str, unknown: list[str]) -> bool:
    try:
        real, top = os.path.realpath(root / path), os.path.realpath(root)
        if os.path.commonpath((real, top)) == top:
            if os.path.exists(real):
                return True
            unknown.append(f"{printable(path)} is a link to what is not there")
            return False
    except (OSError, ValueError):  # another drive
        pass
    unknown.append(f"{printable(path)} is a link out of the project")
    return False


def _walked(root: Path, glob: str) -> Found:
    paths: list[str] = []
    unknown: list[str] = []
    parts = glob.split("/")
    fixed = next(index for index, part in enumerate(parts) if not part or is_glob(part))
    start = "/".join(parts[:fixed])
    deep = "**" in glob or glob.endswith("/")
    if start and not _exists(root, start, unknown):
        return Found((), tuple(unknown))
    for path, link in _files(root, start, None if deep else len(parts), unknown):
        if matches(glob, path) and (not link or _stays(root, path, unknown)):
            paths.append(path)
    return Found(tuple(sorted(paths)), tuple(unknown))


def _files(
    root: Path, start: str, depth: int | None, unknown: list[str]
) -> Iterator[tuple[str, bool]]:
    """Every file below, and whether it is a link; at most :data:`MOST_FILES` are looked at."""
    pending = [start]
    followed: set[str] = set()
    count = 0
    while pending:
        directory = pending.pop()
        try:
            # is_dir asks the disk where the entry is a link
            entries = sorted(
                (one.name, one.is_dir(), one.is_symlink()) for one in os.scandir(root / directory)
            )
        except NotADirectoryError:
            continue
        except OSError as error:
            unknown.append(f"{printable(directory)}/ cannot be read ({error.strerror or error})")
            continue
        for name, is_directory, is_link in entries:
            path = f"{directory}/{name}" if directory else name
            if not is_directory:
                count += 1
                yield path, is_link
            elif (
                (depth is not None and path.count("/") + 1 >= depth)
                or name in NOT_ENTERED
                or os.path.exists(root / path / "pyvenv.cfg")
            ):
                continue
            elif not is_link or (_stays(root, path, unknown) and _is_new(root / path, followed)):
                pending.append(path)
            if count > MOST_FILES:
                unknown.append(f"there are more than {MOST_FILES:,} files")
                return


def _is_new(link: Path, followed: set[str]) -> bool:
    """Whether a linked directory leads anywhere but upwards, or to where another link has led."""
    real = os.path.realpath(link)
    if real in followed or f"{os.path.realpath(link.parent)}{os.sep}".startswith(real + os.sep):
        return False
    followed.add(real)
    return True
