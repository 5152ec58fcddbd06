"""Evidence files named on the command line, read and merged."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pytest_readiness.model.evidence import Evidence
from pytest_readiness.publish.evidence import EvidenceError, dumps, loads


def merged(names: Sequence[str], problems: list[str]) -> Evidence:
    """All files as one evidence; a directory stands for all in it. What is wrong goes to ``problems``."""
    return Evidence().merge(*(_read(path, problems) for path in _files(names, problems)))


def fingerprinted(names: Sequence[str], problems: list[str]) -> tuple[Evidence, bytes]:
    """The same, and what its fingerprint is made of: the one file as it lies there, or what all are
    when merged."""
    contents: list[bytes] = []
    files = _files(names, problems)
    evidence = Evidence().merge(*(_read(path, problems, contents) for path in files))
    if problems or not files:
        return evidence, b""
    return evidence, contents[0] if len(contents) == 1 else dumps(evidence).encode("ascii")


def _read(path: Path, problems: list[str], contents: list[bytes] | None = None) -> Evidence:
    """``contents``: where the file's bytes go as well."""
    try:
        content = path.read_bytes()
        if contents is not None:
            contents.append(content)
        return loads(content)
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
