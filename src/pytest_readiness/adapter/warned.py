"""Warnings, counted as pytest's summary counts them, and told once where every worker saw the same."""

from __future__ import annotations

import os
from typing import Any

from pytest_readiness.collect import Fact
from pytest_readiness.model.evidence import Warned

_Key = tuple[str, str]


class Warnings:
    """What ``pytest_warning_recorded`` told on the controller.

    While collecting, every xdist worker warns of the same, and the reports do not say which worker
    it was: their number is divided by that of the workers.
    """

    def __init__(self, root: str) -> None:
        self.forwarded = False
        """From now on, what comes up outside of tests comes from workers."""
        self.workers = 0
        """How many workers have finished collecting."""
        self._root = root
        self._own: dict[_Key, int] = {}
        self._theirs: dict[_Key, int] = {}

    def see(self, warning: Any, when: str, nodeid: str) -> None:
        """One warning; ``when`` is ``config``, ``collect`` or ``runtest``."""
        category = getattr(warning.category, "__name__", str(warning.category))
        where = nodeid or f"{self._relative(str(warning.filename))}:{warning.lineno}"
        key = (f"{category}: {warning.message}", where)
        theirs = self.forwarded and when != "runtest"
        counts = self._theirs if theirs else self._own
        counts[key] = counts.get(key, 0) + 1

    def facts(self, prefix: str) -> list[Fact]:
        """One fact for each distinct text, at the place where it was first seen."""
        counts = dict(self._own)
        for key, count in self._theirs.items():
            # what the controller itself warned of is told already
            counts.setdefault(key, -(-count // max(self.workers, 1)))
        found: dict[str, tuple[int, str]] = {}
        for (subject, where), count in counts.items():
            before, first = found.get(subject, (0, where))
            found[subject] = (before + count, first)
        return [
            Fact(subject, Warned(count=count, where=f"{prefix}{where}"))
            for subject, (count, where) in found.items()
        ]

    def _relative(self, path: str) -> str:
        path = path.removeprefix(self._root + os.sep)
        return path.replace(os.sep, "/")
