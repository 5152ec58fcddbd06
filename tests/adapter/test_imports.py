"""A run that asks for nothing special imports nothing special: imports are most of what it pays once."""

from __future__ import annotations

import json
import sys

import pytest

SCRIPT = """
import json, sys
import pytest
before = set(sys.modules)
status = int(pytest.main(["-p", "pytest_readiness.plugin", "--readiness", "-q"]))
print("told:" + json.dumps([status, sorted(set(sys.modules) - before)]))
"""
MOST = 120
"""Modules of this package. More need a reason that every run has."""
ABSENT = (
    "adapter.activation", "adapter.coverage", "adapter.phases", "adapter.relocation",
    "adapter.worker", "adapter.workers", "cli", "collect.base", "collect.benchmark",
    "collect.branch", "collect.coverage", "collect.diff", "collect.proposal", "config.metrics",
    "config.waivers", "history", "judge.subject_gate", "measure.baseline", "measure.diagnosis",
    "measure.patch", "measure.speed", "measure.tally", "model.chronicle", "model.codec",
    "publish.evidence", "render.details", "render.json_report",
)  # fmt: skip
ABSENT_FROM_ELSEWHERE = ("coverage", "secrets", "sqlite3", "statistics", "concurrent.futures")


def test_a_plain_run_imports_what_it_needs(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(test_a="def test_a(): pass")
    done = pytester.run(sys.executable, "-c", SCRIPT)
    (line,) = (line for line in done.outlines if line.startswith("told:"))
    status, modules = json.loads(line.removeprefix("told:"))
    assert status == 0
    ours = [name.partition(".")[2] for name in modules if name.startswith("pytest_readiness")]
    assert [name for name in ours if _below(name, ABSENT)] == []
    assert [name for name in modules if _below(name, ABSENT_FROM_ELSEWHERE)] == []
    assert len(ours) <= MOST, ours


def _below(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)
