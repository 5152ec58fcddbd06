"""Whether a file that is younger than a report is the one that was measured: a fresh checkout of it."""

from __future__ import annotations

import functools
import os
from pathlib import Path

from pytest_readiness.collect.ci import ci_name
from pytest_readiness.collect.gitcommand import Git, GitError


def vouched(root: Path, name: str, written: float) -> bool:
    """In a CI, where each job checks the same commit out anew: unchanged since, and committed before.

    At a desk the time of a file is what it seems to be.
    """
    if not ci_name(os.environ):
        return False
    try:
        committed = _committed(root)
        return committed <= written and not _differs(root, name)
    except (GitError, ValueError):
        return False


@functools.lru_cache(maxsize=1)
def _committed(root: Path) -> float:
    return float(Git(root).text("log", "-1", "--format=%ct"))


def _differs(root: Path, name: str) -> bool:
    git = Git(root)
    git.run("ls-files", "--error-unmatch", "--", os.path.abspath(name))
    return bool(git.run("status", "--porcelain", "--", os.path.abspath(name)))
