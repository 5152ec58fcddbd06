"""From what was gathered to the verdict: evidence, scorecard, files."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from pytest_readiness import pipeline
from pytest_readiness.adapter.garbage import collector_paused
from pytest_readiness.adapter.gathering import Gathering
from pytest_readiness.adapter.hooks import guarded, said
from pytest_readiness.adapter.offered import (
    offered_facts,
    offered_figures,
    offered_metrics,
    show_scorecard,
)
from pytest_readiness.adapter.past import Past
from pytest_readiness.adapter.plan import Plan
from pytest_readiness.adapter.reports import Report
from pytest_readiness.collect import Fact
from pytest_readiness.model.evidence import Evidence, Fault, PassedTests, Record, Selection
from pytest_readiness.model.scorecard import Scorecard, Verdict
from pytest_readiness.model.value import dataclass
from pytest_readiness.publish.files import STATE, write_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """What the session came to."""

    scorecard: Scorecard | None = None
    """None for a run that only records."""
    files: tuple[str, ...] = ()
    """What was written, as ``evidence: PATH``."""
    problems: tuple[str, ...] = ()
    """What went wrong in a run that only records."""
    exit_code: int = 0
    """What an exit status of 0 is to be replaced by; 0: nothing is replaced."""


@collector_paused()
def conclude(
    config: pytest.Config,
    plan: Plan,
    gathering: Gathering,
    session: pytest.Session,
    reports: Sequence[Report],
) -> Conclusion:
    """Never raises: what fails here is told, and blocks."""
    try:
        facts = gathering.all()
        run = Fact("", gathering.run(int(session.exitstatus)))
        facts.append(run)
        passed = gathering.passed
        if plan.probe is not None or plan.policy.remeasure:
            from pytest_readiness.adapter.afterwards import afterwards

            facts += afterwards(config, plan, gathering, session, _evidence(plan, facts, passed))
        if (tooling := gathering.tooling) is not None:
            facts += guarded("tools", lambda: tuple(tooling.facts(session)))
        facts += offered_metrics(config)
        facts += offered_facts(config)
        facts += offered_figures(config, lambda: _evidence(plan, tuple(facts), passed))
        evidence = _evidence(plan, facts, passed).sealed()
        if plan.recording:
            return _recorded(config, plan, evidence)
        return _judged(config, plan, gathering, evidence, reports)
    except BaseException as error:  # also Ctrl-C: pytest would lose every summary
        return _failed(plan, f"pytest-readiness itself failed: {said(error)}")


def _evidence(plan: Plan, facts: Iterable[Fact], passed: PassedTests | None = None) -> Evidence:
    return Evidence.of(
        [Record(plan.run, fact.process, fact.subject, fact.attempt, fact.data) for fact in facts],
        passed,
    )


def _recorded(config: pytest.Config, plan: Plan, evidence: Evidence) -> Conclusion:
    path, problem, _ = _write_evidence(config, plan, evidence)
    if problem:
        return Conclusion(problems=(problem,), exit_code=plan.policy.exit_code)
    return Conclusion(files=(f"evidence: {path}",))


def _judged(
    config: pytest.Config,
    plan: Plan,
    gathering: Gathering,
    evidence: Evidence,
    reports: Sequence[Report],
) -> Conclusion:
    """Judge; whatever fails on the way to the last report is evidence too, and judged again."""
    files: list[str] = []
    faults: list[Fact] = []
    past = gathering.past
    prints: tuple[tuple[str, str], ...] = ()
    if config.getoption("readiness_evidence"):
        path, problem, text = _write_evidence(config, plan, evidence)
        if problem:
            faults.append(Fact("evidence", Fault(message=problem)))
        else:
            files.append(f"evidence: {path}")
            prints = _fingerprints(plan, text)
    elif reports:
        prints = _fingerprints(plan, evidence)
    scorecard = _evaluate(plan, past, evidence, faults)
    past.record(evidence, scorecard)
    past.close()
    scorecard = _noted(scorecard, past, prints)
    seen = show_scorecard(config, scorecard)
    pending = list(reports)
    while True:
        if seen:
            faults += seen
            scorecard = _noted(_evaluate(plan, past, evidence, faults), past, prints)
        seen = []
        for report in tuple(pending):
            problem = report.write(scorecard)
            if problem:
                pending.remove(report)
                seen.append(Fact(f"report {report.kind}", Fault(message=problem)))
        if not seen:
            break
    files += (report.told for report in pending if report.told)
    return Conclusion(scorecard=scorecard, files=tuple(files), exit_code=scorecard.exit_code)


def _evaluate(plan: Plan, past: Past, evidence: Evidence, faults: Sequence[Fact]) -> Scorecard:
    # the day on which it began: tests may have left a clock of their own behind
    today = datetime.date.fromisoformat(plan.started[:10])
    judged = evidence.merge(_evidence(plan, faults)) if faults else evidence
    history = past.history(evidence)
    try:
        return pipeline.evaluate(judged, plan.policy, today=today, history=history)
    except Exception as error:
        if not history.runs:
            raise
        # rows that were damaged show when they are used
        return pipeline.evaluate(judged, plan.policy, today=today, history=past.distrust(error))


def _noted(scorecard: Scorecard, past: Past, prints: tuple[tuple[str, str], ...]) -> Scorecard:
    """With what is to be told of the history, and the fingerprints."""
    if not past.notices and not prints and not past.decisions:
        return scorecard
    return dataclasses.replace(
        scorecard,
        notices=(*scorecard.notices, *past.notices),
        decisions=(*scorecard.decisions, *past.decisions),
        fingerprints=prints,
    )


def _fingerprints(plan: Plan, evidence: Evidence | str) -> tuple[tuple[str, str], ...]:
    """Of the evidence, which is written by now or would be, and of the policy."""
    from pytest_readiness.publish.evidence import dumps
    from pytest_readiness.publish.fingerprint import fingerprints

    try:
        text = evidence if isinstance(evidence, str) else dumps(evidence)
    except ValueError:  # what cannot be written has none
        return ()
    return fingerprints(text, plan.policy)


def _write_evidence(config: pytest.Config, plan: Plan, evidence: Evidence) -> tuple[Path, str, str]:
    """Where to, why not, and the text."""
    given = config.getoption("readiness_evidence")
    path = (
        config.invocation_params.dir / given
        if given
        else plan.root / STATE / "evidence" / f"{plan.run}.json"
    )
    from pytest_readiness.publish.evidence import dumps

    try:
        text = dumps(evidence)
        write_text(path, text)
    except (OSError, ValueError) as error:
        return path, f"the evidence could not be written to {path}: {said(error)}", ""
    return path, "", text


def _failed(plan: Plan, explanation: str) -> Conclusion:
    scorecard = Scorecard(
        verdict=Verdict.NOT_READY,
        would_be=Verdict.NOT_READY,
        explanation=explanation,
        results=(),
        score=None,
        selection=Selection(),
        stage=plan.policy.stage,
        profile=plan.policy.profile,
        source=plan.policy.source,
        exit_code=plan.policy.exit_code,
    )
    return Conclusion(scorecard=scorecard, exit_code=scorecard.exit_code)
