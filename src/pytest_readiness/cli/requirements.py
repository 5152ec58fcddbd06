"""``pytest-readiness requirements``: the checklist with what proves each line, without running a test."""

from __future__ import annotations

import argparse
import dataclasses
import datetime
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pytest_readiness import pipeline
from pytest_readiness.cli import configuration, evidence_files
from pytest_readiness.cli.arguments import UsageError, add_color, add_config
from pytest_readiness.cli.output import console
from pytest_readiness.cli.past import Past
from pytest_readiness.measure.traced import traced_tests
from pytest_readiness.model.evidence import Evidence
from pytest_readiness.model.metric import SubjectKind
from pytest_readiness.model.policy import Policy
from pytest_readiness.model.requirement import State
from pytest_readiness.model.scorecard import Scorecard
from pytest_readiness.model.standing import ProofResult, Trace
from pytest_readiness.model.traced import Traceability
from pytest_readiness.render.requirements_list import as_json, by_requirement, by_test

if TYPE_CHECKING:
    from pytest_readiness.cli.arguments import Commands

STATES = {state.value.replace(" ", "-"): (state,) for state in State}
OPEN = (State.FAILED, State.IN_PROGRESS, State.NOT_VERIFIED, State.DEFERRED)


class _Told(NamedTuple):
    """What the listing is made from."""

    evidence: Evidence
    source: str
    problems: tuple[str, ...] = ()
    ran: bool = True


def add(commands: Commands) -> None:
    parser = commands.add_parser(
        "requirements",
        help="list the requirements with what proves each",
        description="List the requirements with what proves each, and the tests with what they prove. Told"
        " from evidence files, else from the latest run in the history, else from looks at files and the"
        " tests that pytest collects. No test is run.",
    )
    parser.set_defaults(run=run)
    parser.add_argument(
        "evidence", nargs="*", metavar="EVIDENCE", help="evidence files to tell them from"
    )
    add_config(parser)
    parser.add_argument("--owner", metavar="NAME", default="", help="only those of this owner")
    parser.add_argument(
        "--state",
        action="append",
        choices=("open", *STATES),
        default=[],
        help="only those in this state; several times",
    )
    parser.add_argument(
        "--now",
        action="store_true",
        help="leave the history aside: look at files, and let pytest collect",
    )
    parser.add_argument("--tests", action="store_true", help="the tests, with what each proves")
    parser.add_argument("--json", action="store_true", help="print JSON, for machines")
    add_color(parser)


def run(options: argparse.Namespace) -> int:
    place = configuration.place(options.config)
    problems: list[str] = []
    policy = configuration.policy(place.path, problems)
    evidence = evidence_files.merged(options.evidence, problems) if options.evidence else None
    if options.evidence and options.now:
        problems.append("--now is about the files here: give no evidence files beside it")
    if problems or policy is None:
        raise UsageError(problems)
    shown = console(sys.stdout, options)
    if not policy.requirements and not options.json:
        shown.say("no requirements are configured: write [[tool.pytest-readiness.requirements]]")
        return 0
    if evidence is not None:
        told = _Told(evidence, f"from {', '.join(options.evidence)}")
    else:
        told = _latest(policy, place.root, options) or _now(policy, place.root)
    traced = _traced(told, policy, place.root, options)
    if options.json:
        shown.raw(as_json(traced))
    else:
        shown.write((by_test if options.tests else by_requirement)(traced, shown.writer))
    shown.flush()
    return 0


def _traced(told: _Told, policy: Policy, root: Path, options: argparse.Namespace) -> Traceability:
    today = datetime.datetime.now(datetime.timezone.utc).date()
    past = Past(policy, root)
    history = past.history(told.evidence)
    scorecard = pipeline.evaluate(told.evidence, policy, today=today, history=history)
    tests = traced_tests(told.evidence, scorecard.requirements, ran=told.ran)
    if not told.ran:
        scorecard = _not_run(scorecard)
    kept = _kept(scorecard, options.owner, options.state)
    ids = {result.requirement.id for result in kept.requirements}
    return Traceability(
        source=told.source,
        scorecard=kept,
        tests=tuple(test for test in tests if ids & {*test.requirements}),
        problems=(*told.problems, *past.notices),
        ran=told.ran,
    )


def _not_run(scorecard: Scorecard) -> Scorecard:
    """Tests that nobody has run have no result; that needs no reason."""

    def said(trace: Trace) -> Trace:
        test = trace.subject.kind is SubjectKind.TEST
        return dataclasses.replace(trace, outcome="not run", detail="") if test else trace

    def of(proof: ProofResult) -> ProofResult:
        return dataclasses.replace(proof, traces=tuple(map(said, proof.traces)))

    results = (
        dataclasses.replace(one, proofs=tuple(map(of, one.proofs)))
        for one in scorecard.requirements
    )
    return dataclasses.replace(scorecard, requirements=tuple(results))


def _kept(scorecard: Scorecard, owner: str, states: Sequence[str]) -> Scorecard:
    wanted = {state for name in states for state in (OPEN if name == "open" else STATES[name])}
    name = owner.lower().lstrip("@")
    kept = tuple(
        result
        for result in scorecard.requirements
        if not wanted or result.state in wanted
        if not name or name in [one.lstrip("@") for one in result.owner.lower().split()]
    )
    return dataclasses.replace(scorecard, requirements=kept)


def _latest(policy: Policy, root: Path, options: argparse.Namespace) -> _Told | None:
    """The latest whole run in the history; without one the latest."""
    if options.now or policy.history is None:
        return None
    from pytest_readiness.history.interface import HistoryError, Wanted
    from pytest_readiness.history.store import open_store

    if "://" not in policy.history and not (root / policy.history).exists():
        return None
    try:
        store = open_store(policy.history, root, create=False, read_only=True)
        try:
            runs = store.load(Wanted(parts=frozenset())).runs
            whole = [one for one in runs if not one.selection] or list(runs)
            if not whole:
                return None
            latest = whole[-1]
            evidence = store.evidence(latest.id)
        finally:
            store.close()
    except HistoryError as error:
        problem = f"the history could not be read: {error.message} {error.remedy}".strip()
        told = _now(policy, root)
        return told._replace(problems=(problem, *told.problems))
    where = f", {latest.branch}" if latest.branch else ""
    where += f"@{latest.commit[:10]}" if latest.commit else ""
    when = latest.started[:16].replace("T", " ")
    return _Told(evidence, f"from the latest run in the history: {latest.id}, {when} UTC{where}")


def _now(policy: Policy, root: Path) -> _Told:
    from pytest_readiness.cli.collecting import collected

    found = collected(policy, root)
    source = (
        "from the files as they are, and the tests that pytest collects: no test was run, no tool,"
        " and nothing was measured"
    )
    return _Told(found.evidence, source, found.problems, ran=False)
