"""What is said of flaky tests."""

from __future__ import annotations

from pytest_readiness.measure.flakiness import Case, Flakiness
from pytest_readiness.model.history import PastRun

_DAY = 10


def percent(share: float) -> str:
    """Two digits that matter: ``12 %``, ``1.4 %``, ``0.03 %``."""
    value = 100.0 * share
    if value >= 99.5:
        return "100 %"
    if value >= 9.95:
        return f"{value:.0f} %"
    return f"{float(f'{value:.2g}'):.10g} %" if value >= 0.001 else "0 %"


def record_of(test: str, case: Case, flakiness: Flakiness) -> str:
    """``failed in 3 of 41 runs (7.5 %, 2.4 to 15 %), last on 2026-11-02: ValueError at a.py:3``."""
    low, high = flakiness.interval(test)
    timeline = flakiness.timeline
    mean = flakiness.posterior(test).mean
    rate = f"{percent(mean)}, {percent(low)} to {percent(high)}"
    text = f"failed in {case.failed} of {case.ran} runs ({rate}), last {when(timeline.runs[case.last])}"
    if case.last == timeline.present:
        text = f"failed in {case.failed} of {case.ran} runs ({rate}), also in this one"
    signatures = timeline.trials[test][case.last].signatures
    if signatures:
        text += f": {signatures[0]}"
    return f"{text}; {needs(case)}"


def needs(case: Case) -> str:
    """What clears it."""
    if not case.missing:
        return "cleared by its latest runs"
    return f"needs {case.missing} more clean {'run' if case.missing == 1 else 'runs'} to be cleared"


def incidents_of(flakiness: Flakiness) -> str:
    """The runs that accuse nobody, the latest named."""
    incidents = flakiness.findings.incidents
    if not incidents:
        return ""
    latest = incidents[max(incidents)]
    run = flakiness.timeline.runs[latest.run]
    where = "in this run" if latest.run == flakiness.timeline.present else when(run)
    told = f"{latest.failed} tests failed together {where} and are not accused"
    more = len(incidents) - 1
    return (
        f"{told}, nor those of {more} more such {'run' if more == 1 else 'runs'}" if more else told
    )


def when(run: PastRun) -> str:
    return f"on {run.started[:_DAY]}" if run.started else "in an earlier run"
