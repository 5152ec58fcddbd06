"""What is done when the tests have ended, and only where it was asked for: repeating, measuring again."""

from __future__ import annotations

import pytest

from pytest_readiness.adapter.gathering import Gathering
from pytest_readiness.adapter.hooks import guarded
from pytest_readiness.adapter.moments import Moments
from pytest_readiness.adapter.plan import Plan, distributed
from pytest_readiness.adapter.sequence import Sequences
from pytest_readiness.collect import Fact
from pytest_readiness.model.evidence import Evidence, Notice, Run

_ENDED = (pytest.ExitCode.INTERRUPTED, pytest.ExitCode.INTERNAL_ERROR)
"""Whoever pressed Ctrl-C does not want more of it, and what is broken cannot be repeated."""


def prepare(config: pytest.Config, plan: Plan, gathering: Gathering) -> None:
    """Have noted, while the tests run, what will be needed."""
    plugins = config.pluginmanager
    if plan.probe is not None:
        gathering.sequences = Sequences(config)
        plugins.register(gathering.sequences, "readiness-sequences")
    if plan.policy.remeasure and not distributed(config):
        gathering.moments = Moments()
        plugins.register(gathering.moments, "readiness-moments")


def afterwards(
    config: pytest.Config,
    plan: Plan,
    gathering: Gathering,
    session: pytest.Session,
    evidence: Evidence,
) -> list[Fact]:
    """Further facts; what goes wrong is a fault."""
    if session.exitstatus in _ENDED:
        return [Fact("session", Notice(text="it was interrupted: no test was run again"))]
    facts: list[Fact] = []
    if plan.policy.remeasure and not plan.recording:
        from pytest_readiness.adapter.remeasure import remeasured

        # first: what is repeated in other processes would make the machine busy
        history = gathering.past.history(evidence)
        facts += guarded(
            "remeasure",
            lambda: tuple(remeasured(config, plan, session, gathering, evidence, history)),
        )
    sequences = gathering.sequences
    if sequences is not None:
        from pytest_readiness.adapter.probing import probed

        runs = {record.run: run for record, run in evidence.select(Run)}
        past = gathering.past.of_attempts(runs)
        facts += guarded(
            "--readiness-probe",
            lambda: tuple(probed(config, plan, session, sequences, evidence, past)),
        )
    return facts
