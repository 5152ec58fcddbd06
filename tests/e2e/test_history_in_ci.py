"""CI without a database, as docs/history.md describes it: shards, a cache, a published file."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import warm

CONFIG = """
[tool.pytest-readiness]
baseline-file = ".readiness/baseline.json.gz"
[tool.pytest-readiness.gates]
"tests.run" = ">= baseline"
"""
TESTS = "\n".join(f"def test_{number}(): pass" for number in range(4))


def git(path: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@b.example"]
    subprocess.run(["git", *identity, *arguments], cwd=path, check=True, capture_output=True)


def run(path: Path, *command: str, status: int = 0, **environ: str) -> str:
    """A step of a job on a runner."""
    surroundings = {**os.environ, "CI": "true", "COLUMNS": "100", **environ}
    done = warm.run(*command, cwd=path, environ=surroundings)
    assert done.returncode == status, done.stdout + done.stderr
    return " ".join(done.stdout.split())


def shards(path: Path) -> None:
    quiet = ["-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:benchmark"]
    for group in ("1", "2"):
        name = f"evidence/{group}.json"
        run(
            path, "pytest", "--readiness", "--splits", "2", "--group", group, *quiet,
            "--readiness-evidence", name,
        )  # fmt: skip


@pytest.fixture
def upstream(tmp_path: Path) -> Path:
    path = tmp_path / "upstream"
    path.mkdir()
    (path / "pyproject.toml").write_text(CONFIG)
    (path / "test_shop.py").write_text(TESTS)
    (path / ".gitignore").write_text("evidence\n__pycache__\n")
    git(path, "init", "-b", "main")
    git(path, "add", ".")
    git(path, "commit", "-m", "first")
    return path


def clone(upstream: Path, name: str) -> Path:
    path = upstream.parent / name
    git(upstream.parent, "clone", str(upstream), str(path))
    return path


def test_from_shards_over_the_cache_to_a_fork(upstream: Path) -> None:
    judge = ("pytest_readiness.cli", "judge", "evidence")
    main = clone(upstream, "main")
    shards(main)
    assert "READY WITH RISKS" in run(main, *judge, "--record")  # there is no baseline yet
    assert "1 run" in run(main, "pytest_readiness.cli", "history", "baseline")
    told = run(main, "pytest_readiness.cli", "history", "runs")
    assert "4 0 READY WITH RISKS base" in told

    # the next run of the base branch, on another runner, with the cache
    later = clone(upstream, "later")
    (later / ".readiness").mkdir()
    shutil.copy(main / ".readiness/history.db", later / ".readiness/history.db")
    shards(later)
    assert " READY: " in run(later, *judge, "--record")
    assert "2 runs of" in run(later, "pytest_readiness.cli", "history")

    # a fork's pull request that drops a test: no cache, but the published file
    fork = clone(upstream, "fork")
    git(fork, "checkout", "-b", "less")
    (fork / "test_shop.py").write_text("def test_0(): pass\n\ndef test_1(): pass\n")
    git(fork, "commit", "-a", "-m", "less")
    shards(fork)
    assert "READY WITH RISKS" in run(fork, *judge)
    shutil.copy(main / ".readiness/baseline.json.gz", fork / ".readiness/baseline.json.gz")
    told = run(fork, *judge, status=1)
    assert "2 of 2 tests, needs baseline (baseline 4), 2 tests short" in told
    assert "NOT READY" in run(fork, *judge, "--record", status=1)
    run(fork, "pytest_readiness.cli", "history", "baseline", status=4)
