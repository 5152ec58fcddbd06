"""What can be known without running a test: which there are, how they are marked, what files hold."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pytest_readiness.adapter.listing import REQUEST
from pytest_readiness.adapter.transport import unpack
from pytest_readiness.collect import Fact
from pytest_readiness.collect.environment import environment
from pytest_readiness.collect.looks import look_facts, looked_for
from pytest_readiness.collect.project import identity
from pytest_readiness.model.evidence import Evidence, Gap, Reason, Record, Run
from pytest_readiness.model.policy import Policy

PATIENCE = 300.0
"""Seconds within which pytest has to collect."""
_FINE = (0, 5)
"""pytest's statuses: all was collected, or there was nothing."""
_RUN = "now"


class Collected(NamedTuple):
    evidence: Evidence
    problems: tuple[str, ...] = ()
    """Why tests are missing in it, and marks that name no requirement."""


def collected(policy: Policy, root: Path) -> Collected:
    """Evidence of no run: looks made now, and the tests that pytest collects. Runs no test."""
    facts, problems = _tests([one.id for one in policy.requirements], root)
    looks = look_facts(root, looked_for(policy.requirements), policy.coverage_source)
    name, version = identity(root)
    run = Run(
        started=datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds"),
        duration=0.0,
        exit_status=0,
        environment=environment(),
        sections=("looks", "marks", "tests"),
        project=name,
        version=version,
    )
    records = (*facts, *looks, Fact("", run))
    evidence = Evidence.of(Record(_RUN, "", one.subject, one.attempt, one.data) for one in records)
    return Collected(evidence.sealed(), tuple(problems))


def _tests(known: Sequence[str], root: Path) -> tuple[tuple[Fact, ...], list[str]]:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "--no-readiness"]
    with tempfile.TemporaryDirectory(prefix="readiness-") as directory:
        out = Path(directory, "collected.json")
        request = json.dumps({"out": str(out), "root": str(root), "known": list(known)})
        try:
            done = subprocess.run(
                [*command, "-p", "pytest_readiness.adapter.listing"],
                cwd=root,
                env={**os.environ, REQUEST: request},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=PATIENCE,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return _nothing(f"pytest could not collect: {error}")
        failed = done.returncode not in _FINE
        why = f"pytest --collect-only ended with status {done.returncode}: {_last(done.stdout)}"
        try:
            told = json.loads(out.read_text(encoding="ascii"))
            facts, problems = unpack(told["facts"]), list(told["problems"])
        except (OSError, ValueError, KeyError, TypeError):
            return _nothing(why)
    if failed:
        gap = Gap(reason=Reason.PARTIAL, message=why)
        return (*facts, Fact("marks", gap)), [why, *problems]
    return facts, problems


def _nothing(why: str) -> tuple[tuple[Fact, ...], list[str]]:
    return (Fact("marks", Gap(reason=Reason.NO_DATA, message=why)),), [why]


def _last(output: bytes) -> str:
    """What pytest said last that is no rule."""
    lines = output.decode("utf-8", "replace").splitlines()
    said = [line.strip(" =!") for line in lines if line.strip(" =!_-")]
    return " / ".join(said[-3:]) or "it said nothing"
