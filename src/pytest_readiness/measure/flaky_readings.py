"""``test.flake-rate``, ``tests.flaky-confirmed``, ``-observed``, ``-new`` and ``suite.spurious-red``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property

from pytest_readiness.measure.beta import quantile
from pytest_readiness.measure.comparable import NEEDED, Present
from pytest_readiness.measure.flakiness import Case, Flakiness, Rung
from pytest_readiness.measure.flaky_history import Timeline
from pytest_readiness.measure.flaky_prior import HIGH, LOW, Counts
from pytest_readiness.measure.flaky_session import name_of, session
from pytest_readiness.measure.flaky_words import incidents_of, percent, record_of
from pytest_readiness.measure.holes import not_measured
from pytest_readiness.measure.integrity import Hole
from pytest_readiness.measure.results import subject_of
from pytest_readiness.measure.scope import Scope
from pytest_readiness.measure.spurious import spurious_red
from pytest_readiness.measure.suite import Suite
from pytest_readiness.model.evidence import Outcome, Reason
from pytest_readiness.model.history import History
from pytest_readiness.model.measurement import Measurement, Member, Reading, Subject
from pytest_readiness.model.metric import Metric

_RECORD = "let runs be recorded in this environment"


class Record:
    """This run and the earlier ones that compare with it, worked out when asked for."""

    def __init__(self, suite: Suite, history: History) -> None:
        self.suite = suite
        self.history = history
        self.where = Present.of(suite.view.runs.values())

    @cached_property
    def before(self) -> Flakiness:
        """What was known before this run."""
        return Flakiness(Timeline(self.history, self.where.kin))

    @cached_property
    def timeline(self) -> Timeline:
        index = len(self.history.runs)
        return Timeline(self.history, self.where.kin, session(self.suite, index))

    @cached_property
    def now(self) -> Flakiness:
        return Flakiness(self.timeline)

    @cached_property
    def subjects(self) -> Mapping[str, Subject]:
        """Collected tests by name."""
        results = self.suite.results
        found = {name_of(test.id, test.environment): test.subject for test in results.tested}
        planned = [(place, id) for place, ids in results.collected.items() for id in ids]
        repeated = [(place, original) for (place, _), original in results.originals.items()]
        for environment, id in (*planned, *repeated):
            name = name_of(id, environment)
            if name not in found:
                found[name] = subject_of(id, environment)
        return found

    @cached_property
    def holes(self) -> tuple[Hole, ...]:
        """Why the history tells too little."""
        history = self.history
        if history.unreadable:
            return (Hole(Reason.ERROR, history.problem, history.remedy),)
        if history.problem and not history.runs:
            return (Hole(Reason.NO_BASELINE, history.problem, history.remedy),)
        known = sum(run.kin == self.where.kin for run in history.runs)
        if known < NEEDED:
            message = f"no baseline: {known} of {NEEDED} comparable runs"
            return (Hole(Reason.NO_BASELINE, message, history.remedy or _RECORD),)
        return ()


def measure_flaky(metric: Metric, record: Record, scope: Scope) -> tuple[Reading, ...]:
    """One of the three counts."""
    holes = (*record.suite.gaps(scope), *record.holes)
    if any(hole.reason is Reason.ERROR for hole in holes):
        return (not_measured(scope.subject, holes),)
    chosen = _COUNTS[metric.name](record)
    members = []
    for test, case in chosen:
        subject = record.subjects.get(test)
        if subject is not None and scope.covers(test):
            detail = record_of(test, case, record.now)
            members.append((-record.now.posterior(test).mean, test, subject, detail))
    measured = Measurement(
        subject=scope.subject,
        value=len(members),
        total=None if holes else record.suite.collected(scope),
        members=tuple(Member(subject=one, detail=text) for _, _, one, text in sorted(members)),
        detail=incidents_of(record.now),
    )
    if holes:
        return (not_measured(scope.subject, holes, measured if members else None),)
    return (measured,)


Cases = Iterator[tuple[str, Case]]


def _on(rung: Rung) -> Callable[[Record], Cases]:
    def cases(record: Record) -> Cases:
        return ((test, case) for test, case in record.now.cases.items() if case.rung is rung)

    return cases


def _new(record: Record) -> Cases:
    """Those to which this run contributed a contradiction, and that had none before."""
    present = record.timeline.present
    for test, case in record.now.cases.items():
        if case.rung.value >= Rung.OBSERVED.value and any(
            one.known == present for one in case.contradictions
        ):
            earlier = record.before.cases.get(test)
            if earlier is None or earlier.rung.value < Rung.OBSERVED.value:
                yield test, case


_COUNTS: Mapping[str, Callable[[Record], Cases]] = {
    "tests.flaky-confirmed": _on(Rung.CONFIRMED),
    "tests.flaky-observed": _on(Rung.OBSERVED),
    "tests.flaky-new": _new,
}


def measure_rates(record: Record, scope: Scope) -> tuple[Reading, ...]:
    """A reading for every test that ran."""
    if record.holes:
        return (not_measured(scope.subject, record.holes),)
    holes = record.suite.gaps(scope)
    readings: list[Reading] = [not_measured(scope.subject, holes)] if holes else []
    flakiness, cases = record.now, record.now.cases
    steady: dict[Counts, str] = {}
    for test in record.suite.results.tested:
        if not scope.covers(test.id):
            continue
        if all(attempt.outcome is Outcome.SKIPPED for attempt in test.attempts):
            continue
        name = name_of(test.id, test.environment)
        case = cases.get(name)
        if case is not None and case.contradictions:
            low, high = flakiness.interval(name)
            reading = Measurement(
                subject=test.subject,
                value=flakiness.posterior(name).mean,
                low=low,
                high=high,
                detail=f"{_RUNGS[case.rung]}: {record_of(name, case, flakiness)}",
            )
        else:
            counts = flakiness.steady(name)
            detail = steady.get(counts)
            if detail is None:
                most = percent(flakiness.interval(name)[1])
                detail = steady[counts] = (
                    f"no contradiction; not above {most} with 95 % probability"
                )
            if case is not None:
                detail = f"suspected: it failed, but on no code on which it passed; {detail}"
            reading = Measurement(subject=test.subject, value=0.0, detail=detail)
        readings.append(reading)
    return tuple(readings)


_RUNGS: Mapping[Rung, str] = {
    Rung.STEADY: "cleared",
    Rung.SUSPECTED: "suspected",
    Rung.OBSERVED: "observed once",
    Rung.CONFIRMED: "confirmed",
}


def measure_spurious(record: Record, statistic: str, scope: Scope) -> tuple[Reading, ...]:
    """Share of runs, with the interval of Jeffreys: Brown, Cai and DasGupta, "Interval estimation
    for a binomial proportion", Statistical Science 16, 2001."""
    holes = (*record.suite.gaps(scope), *record.holes)
    like = record.where.like(record.history)
    if not holes and len(like) < NEEDED:
        message = f"no baseline: {len(like)} of {NEEDED} comparable runs"
        holes = (Hole(Reason.NO_BASELINE, message, _RECORD),)
    if holes:
        return (not_measured(scope.subject, holes),)
    present = record.timeline.present
    runs = [*like, present] if present is not None else like
    found = spurious_red(record.now, runs, scope.covers)
    red = found.without_reruns if statistic == "without-reruns" else found.as_run
    hidden = found.without_reruns - found.as_run
    measured = Measurement(
        subject=scope.subject,
        value=Fraction(red, found.runs),
        part=red,
        total=found.runs,
        low=quantile(LOW, red + 0.5, found.runs - red + 0.5) if red else 0.0,
        high=quantile(HIGH, red + 0.5, found.runs - red + 0.5) if red < found.runs else 1.0,
        detail=f"retries hide {percent(hidden / found.runs)} red runs" if hidden > 0 else "",
    )
    return (measured,)
