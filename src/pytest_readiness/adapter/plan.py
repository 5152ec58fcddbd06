"""What is decided before the first test runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_readiness.adapter.figures import Figures
from pytest_readiness.collect import Fact
from pytest_readiness.model.evidence import Shard
from pytest_readiness.model.policy import Policy
from pytest_readiness.model.value import dataclass

if TYPE_CHECKING:
    from pytest_readiness.model.requirement import Requirement

READING = "reading the configuration"
"""Whose fault it is that there is none."""
COVERAGE = frozenset({"coverage", "patch"})
"""Sections of evidence that coverage tells."""


def distributed(config: pytest.Config) -> bool:
    """Whether other processes run the tests. ``--dist`` alone, as in ``addopts``, makes none: only with
    ``-n`` or ``--tx`` is there a place to run them."""
    option = config.option
    return getattr(option, "dist", "no") != "no" and bool(getattr(option, "tx", None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The session as it was asked for. Made once a process; workers of xdist make the same one."""

    run: str
    """The run's id: when it began, and chance."""
    started: str
    """UTC, ISO 8601."""
    root: Path
    """The project's directory: ids and paths in evidence are relative to it."""
    prefix: str
    """Stands before pytest's node ids where the rootdir lies below ``root``: ``api/``."""
    inner: str
    """Is cut from pytest's node ids where the rootdir lies above ``root``: ``packages/api/``."""
    environ: Mapping[str, str]
    """The environment before any test could change it."""
    policy: Policy
    sections: frozenset[str]
    """What the gates need measured."""
    mode: str
    """``auto``, ``strict`` or ``collect``."""
    ci: str
    """Name of the CI; empty at a developer's desk."""
    shard: Shard | None
    unjudged: str
    """The option for which nothing is measured, as ``--collect-only``; empty: the tests run."""
    header: tuple[str, ...]
    """Lines for pytest's header."""
    faults: tuple[Fact, ...]
    """What went wrong so far."""
    parser: pytest.Parser
    figures: Figures
    probe: float | None = None
    """Seconds within which tests of interest are repeated; None: they are not."""
    path: tuple[str, ...] = ()
    """``sys.path`` before any test or conftest file could change it."""

    @property
    def recording(self) -> bool:
        """Evidence is written and nothing judged."""
        return self.mode == "collect" or self.shard is not None

    @property
    def requirements(self) -> tuple[Requirement, ...] | None:
        """None where the configuration could not be read by a mistake of ours."""
        unread = any(fault.subject == READING for fault in self.faults)
        return None if unread else self.policy.requirements

    @property
    def declared(self) -> bool:
        """Whatever was selected is what the pipeline means to judge. Nobody splits a suite by chance."""
        return self.mode == "strict" or bool(self.ci) or self.shard is not None
