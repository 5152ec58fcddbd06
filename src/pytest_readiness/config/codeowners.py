"""CODEOWNERS: the file that the forge would read, as rules of who owns what.

What a forge cannot use of it is no mistake of the configuration: the line is kept as a rule that
matches nothing and says why.
"""

from __future__ import annotations

import os
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from pytest_readiness.config.table import Table, kind

if TYPE_CHECKING:  # most projects have no such file
    from pytest_readiness.model.requirement import OwnerRule

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
"""In GitHub's order, and in GitLab's: the two have the middle in common."""
KEY = "codeowners"
_LARGEST = 3 * 1024 * 1024
"""GitHub takes no notice of a larger one."""
_REPOSITORY = (".git", ".hg")


def read_owners(root: Table, directory: Path) -> tuple[OwnerRule, ...]:
    """The rules for the project in *directory*; none where there is no such file.

    Patterns are relative to the top of the repository, which may lie above the project's directory.
    """
    directory = directory.absolute()
    top = _top(directory)
    path = _chosen(root, directory) if KEY in root.data else _usual(top)
    if path is None:
        return ()
    from pytest_readiness.config.owner_lines import owner_rules, refused

    name = _relative(path, top)
    inside = _relative(directory, top)
    try:
        with path.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
    except OSError as error:
        return (refused(name, 0, f"it cannot be read: {error.strerror or error}"),)
    if len(content) > _LARGEST:
        return (refused(name, 0, "it is larger than 3 MiB, which no forge reads"),)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content:
        return (refused(name, 0, "it is no UTF-8: save it as UTF-8"),)
    text = content.decode("utf-8-sig", "replace")
    return owner_rules(
        text, file=name, directory="" if inside == "." else inside, sections=_at_gitlab(name, top)
    )


def schema() -> dict[str, Any]:
    """The key's part of the JSON schema."""
    from pytest_readiness.config.parts import TEXT, said

    return {
        KEY: said(
            {"anyOf": [TEXT, {"const": False}]},
            "The CODEOWNERS file, where it is not where the forge looks; false: none.",
        )
    }


def _chosen(root: Table, directory: Path) -> Path | None:
    value = root.data[KEY]
    if not isinstance(value, str):
        root.problem(
            KEY,
            f"{kind(value)} stands where a path is needed",
            remedy='write codeowners = "path/to/CODEOWNERS", or false for none',
        )
        return None
    if not root.text(KEY):
        return None
    path = directory / value
    if not _is_file(path):
        root.problem(
            KEY,
            f"there is no file {value}",
            remedy="leave the key out: CODEOWNERS is found where the forge looks for it",
        )
        return None
    return path


def _usual(top: Path) -> Path | None:
    return next((top / place for place in PLACES if _is_file(top / place)), None)


def _top(directory: Path) -> Path:
    """The repository's; the project's directory itself outside of one."""
    for candidate in (directory, *directory.parents):
        if any(_exists(candidate / name) for name in _REPOSITORY):
            return candidate
    return directory


def _at_gitlab(name: str, top: Path) -> bool | None:
    """Whether the file is GitLab's; None: its lines tell."""
    parts = PurePath(name).parts
    if ".github" in parts:
        return False
    return True if ".gitlab" in parts or _exists(top / ".gitlab-ci.yml") else None


def _relative(path: Path, top: Path) -> str:
    return os.path.relpath(path, top).replace(os.sep, "/")


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False
