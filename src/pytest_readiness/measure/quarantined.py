"""Which tests each entry of the quarantine held, and how long these have not failed."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_readiness.measure.comparable import Present
from pytest_readiness.measure.flaky_history import Timeline
from pytest_readiness.measure.flaky_session import name_of, session
from pytest_readiness.measure.holes import Holes
from pytest_readiness.measure.results import results
from pytest_readiness.measure.suite import Suite
from pytest_readiness.measure.view import View
from pytest_readiness.model.evidence import Evidence, Quarantined
from pytest_readiness.model.held import Held
from pytest_readiness.model.history import History
from pytest_readiness.model.requirement import Quarantine


def held(evidence: Evidence, entries: Iterable[Quarantine], history: History) -> tuple[Held, ...]:
    """One an entry, in their order. What an entry did not hold when the tests ran it does not hold
    now: a test that failed then stays failed."""
    view = View(evidence)
    told: dict[str, set[str]] = {}
    names: dict[str, set[str]] = {}
    for record, quarantined in view.select(Quarantined):
        told.setdefault(quarantined.entry, set()).add(record.subject)
        name = name_of(record.subject, view.environment(record.run))
        names.setdefault(quarantined.entry, set()).add(name)
    if not told:
        return tuple(Held(entry=entry.test) for entry in entries)
    timeline = _timeline(view, history)
    return tuple(
        Held(
            entry=entry.test,
            tests=tuple(sorted(told.get(entry.test, ()))),
            clean=min((_clean(timeline, name) for name in names[entry.test]), default=None)
            if timeline is not None and entry.test in names
            else None,
        )
        for entry in entries
    )


def _timeline(view: View, history: History) -> Timeline | None:
    """With the present run; None: there is no history to put it behind."""
    if not history.runs or history.unreadable:
        return None
    suite = Suite(view, Holes(view), results(view))
    kin = Present.of(view.runs.values()).kin
    return Timeline(history, kin, session(suite, len(history.runs)))


def _clean(timeline: Timeline, name: str) -> int:
    """Runs at the end of its record in which no attempt failed; one that was skipped counts nothing."""
    trials = timeline.trials.get(name, {})
    clean = 0
    for run in reversed(timeline.ran(name)):
        if run in trials:
            break
        clean += 1
    return clean
