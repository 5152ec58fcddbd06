"""Contradictions: a test that failed and passed although nothing had changed.

Within one run, a failed attempt and a passing one contradict each other. Over runs, a failure and a
pass of the same environment and code do. But what tells codes apart is not always right: a dirty
checkout, a merge ref that moved on. So contradictions must not rest on one mistaken run:

* A time at which the test mostly failed, unlike before and after, is a broken stretch: an ordinary
  failure, whatever fingerprints say. So are failures in a row that go on over a change of the code,
  and those that still go on.
* Failures in a row on one code count once.
* Each contradiction has a failure and a pass of its own; where most runs of a code failed, the code
  is broken rather than the test flaky, and all passes there together contradict once.

"Test flakiness: same code, both outcomes" is the definition of Luo, Hariri, Eloussi and Marinov, "An
empirical analysis of flaky tests", FSE 2014; what is added here keeps it from accusing others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from pytest_readiness.measure.flaky_history import Trial
from pytest_readiness.measure.stretches import stretches


class Contradiction(NamedTuple):
    """One failure against which a pass stands."""

    run: int
    """Where it failed."""
    known: int
    """The run with which both sides were there."""
    within: bool
    """Both in one run."""


def contradictions(
    ran: Sequence[int],
    trials: Mapping[int, Trial],
    codes: Mapping[int, str],
    ignored: Collection[int] = (),
) -> tuple[Contradiction, ...]:
    """The independent contradictions of one test, oldest first; ``codes`` by run, empty: not known."""
    runs = [run for run in ran if run not in ignored]
    found = [
        Contradiction(run, run, within=True)
        for run in runs
        if run in trials and not trials[run].failed
    ]
    failed = {run for run in runs if run in trials and trials[run].failed}
    if failed:
        broken = stretches(runs, failed) if len(failed) > 1 else ()
        kept = [run for run in runs if run not in broken] if broken else runs
        found += _across(kept, failed.intersection(kept), set(kept) - trials.keys(), codes)
    return tuple(sorted(found))


def _across(
    runs: Sequence[int], failed: set[int], passed: set[int], codes: Mapping[int, str]
) -> list[Contradiction]:
    """Those over runs."""
    touched = {codes[run] for run in failed} - {""}
    passes: dict[str, list[int]] = {one: [] for one in touched}
    failures = Counter(codes[run] for run in failed)
    for run in runs:
        if run in passed and codes[run] in passes:
            passes[codes[run]].append(run)
    events: dict[str, list[Contradiction]] = {}
    for failing, group in groupby(runs, key=failed.__contains__):
        if not failing:
            continue
        stretch = list(group)
        own = {codes[run] for run in stretch}
        (first, *more), last = stretch, stretch[-1]
        against = passes.get(codes[first], [])
        if more:
            against = [run for run in against if run > last] if len(own) == 1 else []
        if against:
            event = Contradiction(first, max(first, against[0]), within=False)
            events.setdefault(codes[first], []).append(event)
    found = []
    for one, some in events.items():
        most = 1 if failures[one] >= len(passes[one]) else len(passes[one])
        found += some[:most]
    return found


def persistent(
    runs: Sequence[int], trials: Mapping[int, Trial], codes: Mapping[int, str]
) -> dict[int, int]:
    """Runs of failures in a row on code on which the test never passed, and how many there are."""
    passed = {codes[run] for run in runs if run not in trials or not trials[run].failed}
    found: dict[int, int] = {}
    for failing, group in groupby(runs, key=lambda run: run in trials and trials[run].failed):
        stretch = list(group)
        if failing and len(stretch) > 1 and any(codes[run] not in passed - {""} for run in stretch):
            found.update(dict.fromkeys(stretch, len(stretch)))
    return found
