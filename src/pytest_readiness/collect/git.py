"""What git knows: the state of the tree, and what changed against the base."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from pytest_readiness.collect import Fact
from pytest_readiness.collect.digest import digest
from pytest_readiness.collect.gitcommand import Git, GitError, GitMissingError, NotARepositoryError
from pytest_readiness.model.evidence import ChangedFile, Comparison, Gap, Reason
from pytest_readiness.model.lines import EMPTY, Lines
from pytest_readiness.model.value import dataclass

PYTHON = (".py", ".pyw")
NOT_PYTHON = "not Python"
GENERATED = "linguist-generated"
_CODE = (*PYTHON, ".pyi", ".pyx", ".pxd", ".toml", ".cfg", ".ini")
"""Untracked files that decide which code runs; others (reports, data, caches) are no state of the code."""
_DIFF = (
    "diff", "--no-color", "--no-ext-diff", "--no-textconv", "--text", "--unified=0",
    "--inter-hunk-context=0", "--diff-algorithm=myers", "--find-renames", "--relative",
    "--src-prefix=a/", "--dst-prefix=b/", "--submodule=short", "-O/dev/null",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeState:
    """Which code a run is about. All empty, and ``dirty`` None, where git cannot tell."""

    commit: str = ""
    branch: str = ""
    """Empty on a detached head."""
    dirty: bool | None = None
    """Tracked files differ from the commit, or there is untracked code."""
    tree: str = ""
    """Fingerprint of the code: the commit's tree, and what differs from it."""


def tree_state(root: Path) -> TreeState:
    """The state of the work tree that holds ``root``. Never raises.

    Of untracked files only code and configuration count, so that a report or an evidence file
    written by one shard is no other code for the next; ``.readiness/``, ``.coverage*`` and what
    git ignores never count.
    """
    git = Git(root)
    try:
        top = Git(Path(git.text("rev-parse", "--show-toplevel")))
        commit = top.answer("rev-parse", "--verify", "--quiet", "HEAD")
        tree = top.answer("rev-parse", "--verify", "--quiet", "HEAD^{tree}")
        branch = top.answer("symbolic-ref", "--quiet", "--short", "HEAD")
        # `git status` before a first commit has no HEAD to compare with, and needs none
        status = top.run(
            "status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames",
            "--ignore-submodules=none",
        )  # fmt: skip
    except GitError:
        return TreeState()
    entries = sorted(_differing(top.directory, status))
    if entries:
        seal = hashlib.blake2b(digest_size=16)
        for path in entries:
            seal.update(path + b"\0" + _content_key(top.directory, path) + b"\0")
        tree = f"{tree}+{seal.hexdigest()}"
    return TreeState(commit=commit, branch=branch, dirty=bool(entries), tree=tree)


def contents(root: Path) -> tuple[Path, dict[str, str]] | None:
    """The top of the work tree that holds ``root``, and what tells the content of every file in it
    that counts, by its real path; None where git cannot tell. Never raises."""
    try:
        top = Path(os.path.realpath(Git(root).text("rev-parse", "--show-toplevel")))
        git = Git(top)
        listed = git.run("ls-files", "--stage", "-z")
        status = git.run(
            "status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames",
            "--ignore-submodules=none",
        )  # fmt: skip
    except GitError:
        return None
    found = {}
    for entry in filter(None, listed.split(b"\0")):
        key, _, path = entry.partition(b"\t")
        if not _ours(path):
            found[os.path.join(top, os.fsdecode(path))] = key.decode("ascii")
    for path in _differing(top, status):
        found[os.path.join(top, os.fsdecode(path))] = _content_key(top, path).decode(
            "utf-8", "surrogateescape"
        )
    return top, found


def changes(root: Path, base: str, environ: Mapping[str, str]) -> tuple[Fact, ...]:
    """What differs from the merge base with ``base``: a Comparison and a ChangedFile a file.

    Committed, staged, unstaged and untracked. ``base``: a ref, or ``auto``. Where it cannot be
    told, one Gap of the section ``patch``. Never raises.
    """
    from pytest_readiness.collect.base import merge_base

    git = Git(root, environ)
    try:
        if not git.answer("rev-parse", "--verify", "--quiet", "HEAD"):
            git.text("rev-parse", "--show-toplevel")  # not a repository: says so
            raise GitError("the repository has no commit yet", "commit, then compare")
        forked = merge_base(git, base, environ)
        files = dict(_tracked(root, git.run(*_DIFF, forked.commit, "--", ".")))
        listed = git.run("ls-files", "--others", "--exclude-standard", "-z", "--", ".")
        files.update(_untracked(root, listed))
        generated = _generated(git, files)
    except NotARepositoryError as error:
        return (_gap(Reason.NO_DATA, str(error), "run in a git clone of the project"),)
    except GitMissingError as error:
        return (_gap(Reason.NO_DATA, str(error), error.remedy),)
    except GitError as error:
        return (_gap(Reason.NO_DATA if error.remedy else Reason.ERROR, str(error), error.remedy),)
    facts = [Fact("", Comparison(base=forked.name, commit=forked.commit))]
    for path, (lines, seal) in sorted(files.items()):
        ignored = GENERATED if path in generated else "" if path.endswith(PYTHON) else NOT_PYTHON
        subject = path.replace(os.sep, "/")
        facts.append(Fact(subject, ChangedFile(lines=lines, digest=seal, ignored=ignored)))
    return tuple(facts)


def _gap(reason: Reason, message: str, remedy: str) -> Fact:
    return Fact("patch", Gap(reason=reason, message=f"no comparison: {message}", remedy=remedy))


_Entry = tuple[str, tuple[Lines, str]]


def _tracked(root: Path, patch: bytes) -> Iterator[_Entry]:
    from pytest_readiness.collect.diff import changed_lines

    for name, lines in changed_lines(patch):
        path = os.fsdecode(name)
        content = _read(root / path)
        if content is not None and not _ours(name):
            yield path, (lines, digest(content))


def _untracked(root: Path, listed: bytes) -> Iterator[_Entry]:
    """Untracked Python files, all of their lines; others are no change of the project yet."""
    environments: dict[Path, bool] = {}
    for name in filter(None, listed.split(b"\0")):
        path = os.fsdecode(name)
        if not path.endswith(PYTHON) or _ours(name) or _in_environment(root, path, environments):
            continue
        content = _read(root / path)
        if content is not None:
            count = content.count(b"\n") + (not content.endswith(b"\n") and content != b"")
            yield path, (Lines(((1 << count) - 1) << 1) if count else EMPTY, digest(content))


def _generated(git: Git, paths: Mapping[str, object]) -> frozenset[str]:
    asked = b"\0".join(os.fsencode(path) for path in paths)
    if not asked:
        return frozenset()
    said = git.run("check-attr", "-z", "--stdin", GENERATED, input=asked + b"\0").split(b"\0")
    return frozenset(
        os.fsdecode(path)
        for path, value in zip(said[0::3], said[2::3], strict=False)
        if value in (b"set", b"true")
    )


def _differing(top: Path, status: bytes) -> Iterator[bytes]:
    environments: dict[Path, bool] = {}
    for entry in filter(None, status.split(b"\0")):
        code, path = entry[:2], entry[3:]
        if _ours(path):
            continue
        if code == b"??":
            name = os.fsdecode(path)
            if not name.endswith(_CODE) or _in_environment(top, name, environments):
                continue
        yield path


def _content_key(top: Path, path: bytes) -> bytes:
    """What a file holds: kind, executable bit and content; a submodule by its commit and state."""
    place = Path(os.fsdecode(os.path.join(os.fsencode(top), path)))
    try:
        mode = place.lstat().st_mode
        if stat.S_ISLNK(mode):
            return b"link " + os.fsencode(os.readlink(place))
        if stat.S_ISDIR(mode):
            inner = tree_state(place)
            return f"module {inner.commit} {inner.tree}".encode("utf-8", "surrogateescape")
        return b"%d " % bool(mode & stat.S_IXUSR) + digest(place.read_bytes()).encode()
    except OSError:
        return b"gone"


def _read(path: Path) -> bytes | None:
    """None: not a regular file, or not readable."""
    try:
        if path.is_symlink() or not path.is_file():
            return None
        return path.read_bytes()
    except OSError:
        return None


def _ours(path: bytes) -> bool:
    """Files that this plugin or coverage writes."""
    parts = path.split(b"/")
    return b".readiness" in parts or (
        parts[-1].startswith(b".coverage") and not parts[-1].startswith(b".coveragerc")
    )


def _in_environment(top: Path, path: str, known: dict[Path, bool]) -> bool:
    """Whether the file lies in a virtual environment that nobody ignores."""
    parents = [top / parent for parent in Path(path).parents][:-1]
    for parent in parents:
        if parent not in known:
            known[parent] = (parent / "pyvenv.cfg").is_file()
    return any(known[parent] for parent in parents)
