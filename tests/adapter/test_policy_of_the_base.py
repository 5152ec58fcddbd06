"""Sessions of a change that touches its own gates."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from pytest_readiness.model.evidence import BasePolicy, Gap
from sessions import run

GATES = """
[tool.pytest-readiness]
history = false
[tool.pytest-readiness.gates]
"tests.run" = ">= {}"
"policy.weakened" = "== 0"
"""


@pytest.fixture
def repository(pytester: pytest.Pytester) -> Path:
    def git(*arguments: str) -> None:
        user = ("-c", "user.name=a", "-c", "user.email=a@b.c")
        subprocess.run(["git", *user, *arguments], cwd=pytester.path, check=True)

    pytester.makepyfile("def test_it(): pass")
    pytester.makepyprojecttoml(GATES.format(3))
    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-q", "-m", "one")
    git("checkout", "-q", "-b", "change")
    return pytester.path


def bases(evidence: object) -> list[object]:
    return [record.data for record, _ in evidence.select(BasePolicy)]  # type: ignore[attr-defined]


@pytest.mark.usefixtures("repository")
def test_a_gate_that_the_change_loosens(pytester: pytest.Pytester) -> None:
    pytester.makepyprojecttoml(GATES.format(1))
    seen = run(pytester)
    assert seen.verdict == "NOT READY"
    assert seen.outcomes()["policy.weakened"] == "failed"
    drift = seen.scorecard.drift
    assert drift is not None
    assert [(one.name, one.before, one.after) for one in drift.changes] == [
        ("tests.run", ">= 3", ">= 1")
    ]
    assert len(bases(seen.evidence)) == 1
    # a part that was chosen at a desk has no verdict, and asks git for none
    assert bases(run(pytester, "-k", "it").evidence) == []


@pytest.mark.usefixtures("repository")
def test_a_change_that_takes_the_gate_out_is_seen_by_it(pytester: pytest.Pytester) -> None:
    pytester.makepyprojecttoml(GATES.format(1).replace('"policy.weakened" = "== 0"', ""))
    seen = run(pytester, "-v")
    assert seen.verdict == "NOT READY"
    assert {one.subject.id for one in seen.gate("policy.weakened").findings} == {
        "gate tests.run",
        "gate policy.weakened",
    }
    assert "policy.weakened == 0 (main@" in seen.output


def test_without_git_only_a_gate_that_needs_it_is_hurt(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(): pass")
    pytester.makepyprojecttoml(GATES.format(1))
    seen = run(pytester)
    assert seen.outcomes()["policy.weakened"] == "not measured"
    assert [record.subject for record, _ in seen.evidence.select(Gap)] == ["policy"]
    pytester.makepyprojecttoml(GATES.format(1).replace('"policy.weakened" = "== 0"', ""))
    assert run(pytester).verdict == "READY"
