"""Known flaky is no excuse: what the history says of a flaky test that failed now.

Where each of several attempts failed, the chance of that under what is believed of the test's rate is
told; below ``ODDS`` it is a real failure. So is a failure with a signature that the test never had.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pytest_readiness.measure.flakiness import Flakiness, Rung
from pytest_readiness.measure.flaky_history import Timeline, Trial
from pytest_readiness.measure.flaky_words import percent
from pytest_readiness.model.measurement import Measurement, Member, NotMeasured, Reading

ODDS = 0.01


def remarked(readings: Iterable[Reading], before: Flakiness, now: Timeline) -> tuple[Reading, ...]:
    """The readings of a count of failures, their members with what is known of the tests."""
    return tuple(_reading(reading, before, now) for reading in readings)


def _reading(reading: Reading, before: Flakiness, now: Timeline) -> Reading:
    if isinstance(reading, NotMeasured) and reading.known:
        return replace(reading, known=_measurement(reading.known, before, now))
    return _measurement(reading, before, now) if isinstance(reading, Measurement) else reading


def _measurement(measured: Measurement, before: Flakiness, now: Timeline) -> Measurement:
    return replace(
        measured, members=tuple(_member(member, before, now) for member in measured.members)
    )


def _member(member: Member, before: Flakiness, now: Timeline) -> Member:
    name = member.subject.name
    trial = now.trials.get(name, {}).get(-1 if now.present is None else now.present)
    remark = excuse(name, trial, before) if trial is not None and trial.failed else ""
    if not remark:
        return member
    return replace(member, detail=f"{member.detail}; {remark}" if member.detail else remark)


def excuse(test: str, trial: Trial, before: Flakiness) -> str:
    """What the record before this run says to all attempts having failed; empty: it is not flaky."""
    case = before.cases.get(test)
    if case is None or case.rung.value < Rung.OBSERVED.value:
        return ""
    believed = before.posterior(test)
    known = f"known flaky at {percent(believed.mean)}"
    seen = {
        signature for past in before.timeline.trials[test].values() for signature in past.signatures
    }
    strange = [one for one in trial.signatures if one not in seen]
    if seen and strange and len(strange) == len(trial.signatures):
        return f"{known}, but this signature is new: a real failure"
    chance = believed.all_fail(trial.attempts)
    if trial.attempts == 1:
        return f"{known}: it fails in so many runs"
    all_of = f"a failure of all {trial.attempts} attempts is expected in"
    if chance < ODDS:
        return f"{known}, but {all_of} only {percent(chance)} of runs: a real failure"
    return f"{known}: {all_of} {percent(chance)} of runs"
