"""What evidence tells of the proofs of requirements: marked tests, other tools, looks at files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pytest_readiness.measure.holes import Holes, not_measured
from pytest_readiness.measure.integrity import Hole
from pytest_readiness.measure.results import FAILING, PASSING, Tested, results, subject_of
from pytest_readiness.measure.suite import Suite
from pytest_readiness.measure.view import View
from pytest_readiness.model.evidence import (
    Attempt,
    CollectionError,
    Evidence,
    Gap,
    Look,
    Marked,
    Outcome,
    Quarantined,
    Reason,
    ToolRun,
)
from pytest_readiness.model.measurement import RUN, NotMeasured, Reading, Request
from pytest_readiness.model.proof import Proofs, Trial, Trialled
from pytest_readiness.model.requirement import LookProof, Requirement, TestsProof, ToolProof

FINDINGS = "tool.findings"
_MARK_AGAIN = "run the tests with these requirements configured"
_LOOK_AGAIN = "run `pytest --readiness` with this requirement configured"


def wanted(requirements: Iterable[Requirement]) -> tuple[Request, ...]:
    """What is to be measured for proofs by tools; proofs by a metric are gates."""
    return tuple(
        dict.fromkeys(
            Request(metric=FINDINGS, select=proof.select)
            for requirement in requirements
            for proof in requirement.proofs
            if isinstance(proof, ToolProof)
        )
    )


def proofs(
    evidence: Evidence,
    requirements: Sequence[Requirement],
    measurements: Mapping[Request, tuple[Reading, ...]],
) -> Proofs:
    """What the evidence tells of all proofs. ``measurements`` are the answers to :func:`wanted`.

    Never raises on any evidence.
    """
    view = View(evidence)
    holes = Holes(view)
    asked = [proof for requirement in requirements for proof in requirement.proofs]
    tests: Mapping[str, tuple[Trial, ...]] = {}
    untold = ""
    if any(isinstance(proof, TestsProof) for proof in asked):
        suite = Suite(view, holes, results(view))
        tests = _tests(view, suite)
        untold = _message(_untold(view, holes, suite))
    keys = dict.fromkeys(proof.look.key for proof in asked if isinstance(proof, LookProof))
    return Proofs(
        tests=tests,
        untold=untold,
        findings={
            request.select: found[0]
            for request in wanted(requirements)
            if (found := measurements.get(request))
        },
        statuses=_statuses(view),
        looks=_looks(view, holes, keys),
    )


def under_quarantine(evidence: Evidence) -> Mapping[str, tuple[str, ...]]:
    """By entry of the quarantine, the ids of the tests that ran under it, sorted."""
    found: dict[str, set[str]] = {}
    for record, data in evidence.select(Quarantined):
        found.setdefault(data.entry, set()).add(record.subject)
    return {entry: tuple(sorted(tests)) for entry, tests in found.items()}


def _tests(view: View, suite: Suite) -> Mapping[str, tuple[Trial, ...]]:
    """By requirement: what came of each test that is marked with it, in each environment."""
    marked: dict[tuple[str, str], dict[str, None]] = {}
    for record, mark in view.select(Marked):
        place = (record.subject, view.environment(record.run))
        marked.setdefault(place, {}).update(dict.fromkeys(mark.requirements))
    if not marked:
        return {}
    tested = {test[:2]: test for test in suite.results.tested if test[:2] in marked}
    lost = {(one.id, one.environment): one.message for one in suite.results.missing}
    quarantined = {(id, environment) for environment, id in suite.held}
    found: dict[str, list[Trial]] = {}
    for place in sorted(marked):
        id, environment = place
        test = tested.get(place)
        if place in lost:
            trial = _untried(place, Trialled.LOST, lost[place])
        elif test is not None and test.last:
            trial = _trial(test, place in quarantined)
        elif id in suite.results.deselected.get(environment, ()):
            trial = _untried(place, Trialled.DESELECTED)
        else:
            trial = _untried(place, Trialled.LOST)
        if test is not None and trial.result is Trialled.LOST and _failed(test):
            trial = _trial(test, place in quarantined)  # whatever else is missing
        for requirement in marked[place]:
            found.setdefault(requirement, []).append(trial)
    return {requirement: tuple(trials) for requirement, trials in found.items()}


def _untried(place: tuple[str, str], result: Trialled, detail: str = "") -> Trial:
    return Trial(subject=subject_of(*place), result=result, detail=detail)


def _failed(test: Tested) -> bool:
    return any(attempt.outcome in (Outcome.FAILED, Outcome.ERROR) for attempt in test.last)


def _trial(test: Tested, quarantined: bool) -> Trial:
    """Of a test with at least one deciding attempt: the worst of these counts."""
    last = {attempt.outcome for attempt in test.last}
    seen = {attempt.outcome for attempt in test.attempts}
    if last & {Outcome.FAILED, Outcome.ERROR}:
        broken = Trialled.FAILED if Outcome.FAILED in last else Trialled.BROKEN
        result = Trialled.QUARANTINED if quarantined else broken
    elif Outcome.XFAILED in last:
        result = Trialled.QUARANTINED if quarantined else Trialled.EXPECTED
    elif not last & PASSING:
        result = Trialled.SKIPPED
    elif seen & FAILING:
        result = Trialled.FLAKY
    else:
        result = Trialled.UNEXPECTED if Outcome.XPASSED in last else Trialled.PASSED
    return Trial(subject=test.subject, result=result, detail=_reason(test.attempts, result))


def _reason(attempts: Iterable[Attempt], result: Trialled) -> str:
    if result is Trialled.PASSED:
        return ""
    return next((attempt.reason for attempt in attempts if attempt.reason), "")


def _untold(view: View, holes: Holes, suite: Suite) -> Iterator[Hole]:
    """Why a test may be marked, or may have failed, of which nothing is known."""
    yield from suite.common
    yield from holes.lost("marks")
    yield from holes.told("marks", frozenset())
    told = {run for run, _ in holes.gaps("marks")} | holes.wanted("marks")
    for run in sorted(view.runs.keys() - told - view.idle):
        message = f"{view.title(run)}marks of requirements were not read"
        yield Hole(Reason.NO_DATA, message, _MARK_AGAIN)
    broken = sorted({record.subject for record in view.records(CollectionError)})
    if broken:
        more = f" and {len(broken) - 1} more" if len(broken) > 1 else ""
        yield Hole(Reason.PARTIAL, f"{broken[0]}{more} could not be collected")


def _message(holes: Iterable[Hole]) -> str:
    found = tuple(holes)
    return not_measured(RUN, found).message if found else ""


def _statuses(view: View) -> Mapping[str, ToolRun]:
    """Of tools whose exit status is what was asked for; where several runs tell it, one that is not 0."""
    found: dict[str, ToolRun] = {}
    for record, run in view.select(ToolRun):
        if run.format == "exit-status" and run.exit_status is not None:
            before = found.get(record.subject)
            if before is None or not before.exit_status:
                found[record.subject] = run
    return found


def _looks(view: View, holes: Holes, keys: Iterable[str]) -> Mapping[str, Look | NotMeasured]:
    """A look that does not hold in one run does not hold; one that no run tells of is not known."""
    told: dict[str, list[Look]] = {}
    for record, look in view.select(Look):
        told.setdefault(record.subject, []).append(look)
    found: dict[str, Look | NotMeasured] = {}
    for key in keys:
        looks = sorted(told.get(key, ()), key=lambda look: look.holds)
        problems = [*holes.lost("looks"), *_gaps(view, key)]
        if looks and (not problems or not looks[0].holds):
            found[key] = looks[0]
        else:
            problems = problems or [
                Hole(Reason.NO_DATA, "this evidence holds no such look", _LOOK_AGAIN)
            ]
            found[key] = not_measured(RUN, problems)
    return found


def _gaps(view: View, key: str) -> Iterator[Hole]:
    """Those of all looks, and of this one."""
    for record, gap in view.select(Gap):
        if record.subject in ("looks", f"looks:{key}"):
            yield Hole(gap.reason, view.title(record.run) + gap.message, gap.remedy)
