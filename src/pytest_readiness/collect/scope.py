"""Which changed files coverage was to measure at all: by its source, include and omit settings."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any

from pytest_readiness.model.fact import OUTSIDE

OMITTED = "omitted by coverage"


class Scope:
    """Coverage's settings; to be made in the directory that coverage ran in."""

    def __init__(self, cov: Any) -> None:
        sources = [*option(cov, "run:source"), *option(cov, "run:source_dirs")]
        self._trees = [os.path.realpath(source) for source in sources if os.path.isdir(source)]
        names = [source for source in sources if not os.path.isdir(source)]
        self._packages = [name.split(".") for name in [*names, *option(cov, "run:source_pkgs")]]
        self._bounded = bool(self._trees or self._packages)
        self._omit = [_matcher(option(cov, key)) for key in ("run:omit", "report:omit")]
        # coverage itself ignores [run] include where there is a source
        included = ("report:include",) if self._bounded else ("run:include", "report:include")
        self._include = [_matcher(option(cov, key)) for key in included]

    def excuse(self, root: Path, path: str) -> str:
        """Why the file needs no coverage; empty: it does, so far as the settings say.

        ``path``: relative to ``root``.
        """
        name = os.path.realpath(root / path)
        if any(matcher is not None and matcher.match(name) for matcher in self._omit):
            return OMITTED
        if any(matcher is not None and not matcher.match(name) for matcher in self._include):
            return OMITTED
        if self._bounded and not self._within(name, PurePath(path)):
            return OUTSIDE
        return ""

    def _within(self, name: str, path: PurePath) -> bool:
        if any(name == tree or name.startswith(tree + os.sep) for tree in self._trees):
            return True
        # where a package lies is not known without importing it: any directory of its name may be it
        parts = [*path.parts[:-1], path.stem]
        return any(
            parts[start : start + len(package)] == package
            for package in self._packages
            for start in range(len(parts))
        )


def option(cov: Any, name: str) -> Sequence[str]:
    """A setting of coverage that is a list of strings; empty where this version has no such setting."""
    from coverage.exceptions import ConfigError, CoverageException

    try:
        value = cov.get_option(name)
    except (CoverageException, ConfigError, KeyError):  # of two kinds in older versions
        return ()
    if isinstance(value, str):
        return (value,)
    return tuple(str(each) for each in value) if isinstance(value, list | tuple) else ()


def _matcher(patterns: Sequence[str]) -> Any:
    if not patterns:
        return None
    from coverage.files import GlobMatcher, prep_patterns

    return GlobMatcher(prep_patterns(list(patterns)), "readiness")
