"""What a report holds beside results: sums, next steps, before and after, who has to approve."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence

from pytest_readiness.judge import signatures
from pytest_readiness.judge.summary import summarise
from pytest_readiness.measure.before import earlier
from pytest_readiness.measure.tool_lines import tool_lines
from pytest_readiness.measure.tool_rules import rules
from pytest_readiness.model.evidence import Evidence, Run
from pytest_readiness.model.history import History
from pytest_readiness.model.policy import Policy
from pytest_readiness.model.scorecard import GateResult, Scorecard
from pytest_readiness.model.standing import Signature
from pytest_readiness.model.value import replace


def reported(
    scorecard: Scorecard,
    evidence: Evidence,
    policy: Policy,
    runs: Sequence[Run],
    *,
    unsigned: Sequence[Signature],
    today: datetime.date,
    history: History,
) -> Scorecard:
    """The same scorecard, with what is counted over all of it."""
    tools = tool_lines(evidence) if policy.tools else ()
    by_rule = rules(evidence) if policy.tools else {}
    return replace(
        scorecard,
        tools=tools,
        notices=(*scorecard.notices, *_of_owners(policy)),
        summary=summarise(
            policy,
            scorecard.results,
            requirements=scorecard.requirements,
            conditions=scorecard.conditions,
            quarantine=scorecard.quarantine,
            tools=tools,
            unsigned=unsigned,
            earlier=earlier(runs, (*scorecard.results, *_of_proofs(scorecard)), history, by_rule),
            project=_agreed(run.project for run in runs),
            version=_agreed(run.version for run in runs),
            today=today,
        ),
    )


def unsigned(policy: Policy, runs: Sequence[Run], today: datetime.date) -> tuple[Signature, ...]:
    """Approvals that are required of what is READY WITH RISKS, and missing."""
    version = _agreed(run.version for run in runs)
    return signatures.unsigned(policy.sign_off, version=version, today=today)


def _of_proofs(scorecard: Scorecard) -> Iterator[GateResult]:
    """Of conditions over metrics that requirements rest on."""
    for requirement in scorecard.requirements:
        for proof in requirement.proofs:
            if proof.result is not None:
                yield proof.result


def _agreed(texts: Iterable[str]) -> str:
    """What all runs say; empty where they do not agree: what was approved is one version."""
    distinct = set(texts)
    return distinct.pop() if len(distinct) == 1 else ""


def _of_owners(policy: Policy) -> tuple[tuple[str, str], ...]:
    """Lines of CODEOWNERS that the forge skips."""
    if not policy.owners:
        return ()
    from pytest_readiness.judge.codeowners import owner_notes

    return tuple(("CODEOWNERS", text) for text in owner_notes(policy.owners))
