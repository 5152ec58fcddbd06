"""``--readiness-probe``: when the tests have ended, tests of interest are repeated.

Nothing of it reaches the session: no report is logged, coverage has finished, and what a repetition
leaves behind stays in the process that it was made in.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from time import monotonic

import pytest

from pytest_readiness.adapter.copies import Copies
from pytest_readiness.adapter.digests import changed_since
from pytest_readiness.adapter.launch import Launcher, Origin
from pytest_readiness.adapter.plan import Plan
from pytest_readiness.adapter.relocation import located
from pytest_readiness.adapter.repeating import Repeating
from pytest_readiness.adapter.sequence import Sequences
from pytest_readiness.collect import Fact
from pytest_readiness.collect.git import changes
from pytest_readiness.measure.candidates import candidates, duration, grouped
from pytest_readiness.model.evidence import Attempt, ChangedFile, Evidence, Gap, Notice
from pytest_readiness.model.history import History

TOOL = "probe"


def probed(
    config: pytest.Config,
    plan: Plan,
    session: pytest.Session,
    sequences: Sequences,
    evidence: Evidence,
    history: History,
) -> list[Fact]:
    """Records of the repetitions, and a notice of what was done and what was not."""
    assert plan.probe is not None
    began = monotonic()
    attempts = grouped((record.subject, attempt) for record, attempt in evidence.select(Attempt))
    nodeids = {located(plan.prefix + id, plan.inner): id for id in sequences.ids}
    wanted = [
        (nodeids[one.id], one)
        for one in candidates(attempts, history, _changed(plan, evidence, attempts))
        if one.id in nodeids
    ]
    if not wanted:
        why = "" if history.runs else "; without a history no test is known to be new or unsteady"
        return [_notice(f"no test is new, changed or suspected: nothing was repeated{why}")]
    copies = Copies(session)
    obstacle = copies.obstacle()
    seconds = {
        nodeid: max(map(duration, attempts[id]), default=0.0)
        for id, nodeid in nodeids.items()
        if id in attempts
    }
    interrupted = False
    with Launcher(_origin(config, plan, copies)) as launcher:
        repeating = Repeating(
            launcher=launcher,
            copies=copies,
            sequences=sequences,
            seconds=seconds,
            until=began + plan.probe,
            again=not obstacle,
        )
        try:
            repeating.run(wanted)
        except KeyboardInterrupt:  # the tests have ended: it can only mean this
            interrupted = True
    said = (
        f"{repeating.repeated} of {len(wanted)} new, changed or suspected tests were repeated, "
        f"{repeating.made} times together, in {monotonic() - began:.1f} s of {plan.probe:g} s"
    )
    notes = [said + (" (interrupted by Ctrl-C)" if interrupted else "")]
    if obstacle:
        notes.append(f"not in the process that ran the tests, only in fresh ones: {obstacle}")
    if repeating.late:
        notes.append("not enough time was left to repeat what ran before some tests")
    notes += repeating.problems
    return [*repeating.facts(), *map(_notice, notes)]


def _changed(plan: Plan, evidence: Evidence, tests: Iterable[str]) -> frozenset[str]:
    """Paths that differ from the base, as far as that can be found out."""
    if "patch" in plan.sections:
        return frozenset(record.subject for record, _ in evidence.select(ChangedFile))
    facts = changes(plan.root, plan.policy.base, plan.environ)
    if any(isinstance(fact.data, Gap) for fact in facts):
        return changed_since(plan.root, dict.fromkeys(id.partition("::")[0] for id in tests))
    return frozenset(fact.subject for fact in facts if isinstance(fact.data, ChangedFile))


def _origin(config: pytest.Config, plan: Plan, copies: Copies) -> Origin:
    root = config.rootpath

    def file_of(nodeid: str) -> Path:
        item = copies.item(nodeid)
        return item.path if item is not None else root / nodeid.partition("::")[0]

    return Origin(
        arguments=tuple(map(os.fspath, config.invocation_params.args)),
        directory=config.invocation_params.dir,
        path=plan.path,
        environ=plan.environ,
        file_of=file_of,
    )


def _notice(text: str) -> Fact:
    return Fact(TOOL, Notice(text=text))
