"""Paths and globs as a configuration writes them."""

from __future__ import annotations

from pytest_readiness.config.names import KeyPath, quote
from pytest_readiness.config.table import Source
from pytest_readiness.model.pattern import pattern

_ELSEWHERE = pattern(r"[A-Za-z]:|/|~|\.(/|$)|(.*/)?\.\.(/|$)")


def check_path(source: Source, path: KeyPath, text: str) -> bool:
    """Whether it may name something below the project's root; notes it if not."""
    if not text.isprintable() or "\\" in text or _ELSEWHERE.match(text):
        source.problem(
            path,
            f"{quote(text)} is no path within the project: paths begin at the project's root,"
            " with / between their parts",
            remedy='for example "docs/operations.md" or "src/shop/**"',
        )
        return False
    return True
