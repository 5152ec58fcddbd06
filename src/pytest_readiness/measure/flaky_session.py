"""The run being judged, in the form in which a history would keep it."""

from __future__ import annotations

from pytest_readiness.measure.comparable import Present
from pytest_readiness.measure.flaky_history import Session
from pytest_readiness.measure.results import Tested
from pytest_readiness.measure.suite import Suite
from pytest_readiness.model.evidence import Attempt, Outcome, TestCode
from pytest_readiness.model.held import outcome_of
from pytest_readiness.model.history import PastAttempt, PastRun


def session(suite: Suite, index: int) -> Session:
    """``index`` is its place behind the runs of the history. Repeats of a test are that test."""
    view = suite.view
    manifests = list(view.runs.values())
    codes = {
        name_of(record.subject, view.environment(record.run)): code.digest
        for record, code in view.select(TestCode)
    }
    ran: set[str] = set()
    attempts: dict[str, list[PastAttempt]] = {}
    failed = 0
    originals = suite.results.originals
    for test in suite.results.tested:
        id, environment, _, tried = test
        name = f"{id} [{environment}]" if environment else id
        if originals and (environment, id) in originals:
            name = name_of(originals[environment, id], environment)
        elif len(tried) == 1 and tried[0].outcome is Outcome.PASSED:
            ran.add(name)
            continue
        if any(one.outcome is not Outcome.SKIPPED for one in tried):
            ran.add(name)
        failed += any(one.outcome in (Outcome.FAILED, Outcome.ERROR) for one in test.last)
        mine = attempts.setdefault(name, [])
        mine += _past(test, index, len(mine), codes.get(name, ""), suite.held)
    trees = {run.tree for run in manifests}
    present = Present.of(manifests)
    run = PastRun(
        id="",
        started=max((run.started for run in manifests), default=""),
        kin=present.kin,
        machine=present.machine,
        fleet=present.fleet,
        tree=trees.pop() if len(trees) == 1 else "",
        selection=present.causes,
        exit_status=max((run.exit_status for run in manifests), default=0),
        ran=len(ran),
        failed=failed,
    )
    return Session(run=run, ran=frozenset(ran), attempts=attempts)


def name_of(id: str, environment: str) -> str:
    """How a test is called in a history: as its subject."""
    return f"{id} [{environment}]" if environment else id


def _past(
    test: Tested, index: int, first: int, code: str, held: frozenset[tuple[str, str]]
) -> list[PastAttempt]:
    key = (test.environment, test.id)
    return [
        PastAttempt(
            run=index,
            number=number,
            outcome=outcome_of(attempt, key, held),
            superseded=attempt.superseded,
            signature=attempt.signature,
            broken=_broken(attempt),
            code=code,
        )
        for number, attempt in enumerate(test.attempts, first)
    ]


def _broken(attempt: Attempt) -> str:
    if attempt.timed_out:
        return "timeout"
    return "crash" if attempt.crashed else ""
