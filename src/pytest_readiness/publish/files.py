"""Files of the project that the session writes: whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

STATE = ".readiness"


def state_directory(root: Path, *parts: str) -> Path:
    """Make ``.readiness`` in ``root``, hidden from git, and the directory below it. Raises ``OSError``."""
    state = root / STATE
    directory = state.joinpath(*parts)
    directory.mkdir(parents=True, exist_ok=True)
    ignore = state / ".gitignore"
    if not ignore.exists():
        with contextlib.suppress(FileExistsError):  # another process was first
            ignore.write_text("*\n", encoding="ascii")
    return directory


def write_text(path: Path, text: str) -> None:
    """Replace the file by ``text`` in UTF-8, atomically; directories are made. Raises ``OSError``.

    What UTF-8 cannot hold (lone surrogates of undecodable file names) is written as ``\\udc80``.
    """
    with replacing(path) as file:
        file.write(text.encode("utf-8", "backslashreplace"))


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, which takes the place of ``path`` when all went well. Raises ``OSError``."""
    if path.exists() and not path.is_file():  # /dev/stdout, a pipe: nothing to replace
        with open(path, "wb") as file:
            yield file
        return
    target = Path(os.path.realpath(path))  # a link stays a link
    state = next((parent for parent in target.parents if parent.name == STATE), None)
    if state is not None:
        state_directory(state.parent)
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
    try:
        with open(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, _mode(target))
        os.replace(name, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def discard(path: Path) -> None:
    """Remove a file of an earlier run, if it is a plain file and can be removed."""
    with contextlib.suppress(OSError):
        if path.is_file() and not path.is_symlink():
            path.unlink()


def _mode(target: Path) -> int:
    """The present file's mode, else what ``open`` would have given it."""
    with contextlib.suppress(OSError):
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
