"""Run a project with the plugin, in this process, and see what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

import warm
from pytest_readiness import Evidence, GateResult, Scorecard
from pytest_readiness.adapter import start

LOADED = start
"""Once for all sessions: pytester forgets what a session imports, and each would do it again."""
QUIET = ("randomly", "pytest-retry", "repeat", "flakefinder", "rerunfailures", "benchmark")
"""Plugins that would only disturb; a test that is about one of them gives ``keep``."""


@dataclass
class Seen:
    """The exit status, the output, and what the hooks were shown."""

    status: int
    output: str
    scorecards: list[Scorecard] = field(default_factory=list)
    evidences: list[Evidence] = field(default_factory=list)

    @property
    def scorecard(self) -> Scorecard:
        (scorecard,) = self.scorecards
        return scorecard

    @property
    def evidence(self) -> Evidence:
        (evidence,) = self.evidences
        return evidence

    @property
    def verdict(self) -> str:
        return self.scorecard.verdict.value

    def gate(self, name: str) -> GateResult:
        (result,) = (one for one in self.scorecard.results if one.gate.name == name)
        return result

    def outcomes(self) -> dict[str, str]:
        return {one.gate.name: one.outcome.value for one in self.scorecard.results}


class _Observer:
    def __init__(self) -> None:
        self.scorecards: list[Scorecard] = []
        self.evidences: list[Evidence] = []

    def pytest_readiness_measurements(self, evidence: Evidence) -> tuple[()]:
        self.evidences.append(evidence)
        return ()

    def pytest_readiness_scorecard(self, scorecard: Scorecard) -> None:
        self.scorecards.append(scorecard)


def arguments(*args: str, keep: str = "") -> list[str]:
    off = [part for name in QUIET if name not in keep.split() for part in ("-p", f"no:{name}")]
    return [*off, *args]


def run(pytester: pytest.Pytester, *args: str, keep: str = "") -> Seen:
    """``pytest --readiness ARGS`` in the directory of ``pytester``."""
    return plain(pytester, "--readiness", *args, keep=keep)


def plain(pytester: pytest.Pytester, *args: str, keep: str = "") -> Seen:
    observer = _Observer()
    result = pytester.runpytest_inprocess(
        *arguments(*args, keep=keep), plugins=[observer], no_reraise_ctrlc=True
    )
    return Seen(
        int(result.ret),
        result.stdout.str() + result.stderr.str(),
        observer.scorecards,
        observer.evidences,
    )


def apart(pytester: pytest.Pytester, *args: str, plugins: str = "") -> pytest.RunResult:
    """``pytest ARGS`` in a process of its own with the plugin and only the given others.

    To load whatever is installed is a third of what a short session costs, and of each of its workers.
    """
    loaded = [part for name in ("readiness", *plugins.split()) for part in ("-p", name)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        patch.delenv("PYTEST_ADDOPTS", raising=False)
        return warm.runpytest(pytester, *loaded, *args)


def project(pytester: pytest.Pytester, *, gates: str = "", policy: str = "", **files: str) -> Path:
    """Write ``pyproject.toml`` and test modules; keywords are module names, ``test_a="..."``."""
    text = f"[tool.pytest-readiness]\n{policy}\n[tool.pytest-readiness.gates]\n{gates}\n"
    pytester.makefile(".toml", pyproject=text + "[tool.pytest.ini_options]\n")
    for name, content in files.items():
        pytester.makepyfile(**{name: content})
    return pytester.path
