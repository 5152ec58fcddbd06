"""Incidents: runs in which so much failed at once that the cause lies outside the tests.

*Mass*: more tests than ``max(8, 8 %)`` of those that ran failed, beyond what usually fails in this
suite. *Cluster*: fewer, but more tests than chance allows failed in this run and in no other, or with one
signature that they have in no other; chance is a Poisson law with the trimmed mean of the other runs. Tests
that fail together again and again are no cluster of this kind: each has a record of its own.

What happens in an incident accuses no test and clears none.
"""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from pytest_readiness.measure.contradictions import Contradiction, contradictions
from pytest_readiness.measure.flaky_history import Timeline, Trial
from pytest_readiness.model.value import dataclass

MASS_TESTS, MASS_SHARE = 8, 0.08
SMALLEST, ALIKE = 3, 2
"""Tests of a cluster; of one whose failures have one signature."""
CHANCE, CHANCE_ALIKE = 1e-5, 1e-3
"""How improbable it must be that they failed together by chance."""
_SOME = 0.01
"""Tests that fail only once, a run, at least: few runs do not prove that there are none."""

_TRIMMED = 2
"""Of the other runs, so many of those with the most are left out of what is usual."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One run that accuses nobody."""

    run: int
    failed: int
    """Tests of which an attempt failed."""
    mass: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Incidents by run, and what remains to contradict itself without them."""

    incidents: Mapping[int, Incident]
    contradictions: Mapping[str, tuple[Contradiction, ...]]


def findings(timeline: Timeline) -> Findings:
    """Find incidents, and the contradictions outside of them."""
    failing: dict[int, list[str]] = {}
    for test, trials in timeline.trials.items():
        for run in trials:
            failing.setdefault(run, []).append(test)
    found = {
        run: Incident(run=run, failed=len(failing[run]), mass=True)
        for run in _mass(timeline, {run: len(tests) for run, tests in failing.items()})
    }
    seen = {
        test: some
        for test, trials in timeline.trials.items()
        if not trials.keys() <= found.keys() and (some := _contradictions(timeline, test, found))
    }
    while (cluster := _cluster(timeline, seen, found)) is not None:
        found[cluster] = Incident(run=cluster, failed=len(failing[cluster]), mass=False)
        for test in failing[cluster]:
            some = _contradictions(timeline, test, found)
            if some:
                seen[test] = some
            else:
                seen.pop(test, None)
    return Findings(incidents=found, contradictions=seen)


def _contradictions(
    timeline: Timeline, test: str, ignored: Mapping[int, Incident]
) -> tuple[Contradiction, ...]:
    codes = timeline.fingerprints(test)
    return contradictions(timeline.ran(test), timeline.trials[test], codes, ignored)


def _mass(timeline: Timeline, failed: Mapping[int, int]) -> list[int]:
    """Runs beyond the limit; what fails in half of the runs is usual."""
    share = {run: failed.get(run, 0) / max(1, timeline.runs[run].ran) for run in timeline.order}
    usual = statistics.median_low([0.0, *share.values()])
    return [
        run
        for run in timeline.order
        if failed.get(run, 0) - usual * timeline.runs[run].ran
        > max(MASS_TESTS, MASS_SHARE * timeline.runs[run].ran)
    ]


def _cluster(
    timeline: Timeline,
    seen: Mapping[str, Sequence[Contradiction]],
    found: Mapping[int, Incident],
) -> int | None:
    """The run with the least probable cluster, if any is improbable enough."""
    once: Counter[int] = Counter()
    alike: dict[int, Counter[str]] = {}
    for test, some in seen.items():
        if len(some) == 1:
            once[some[0].run] += 1
        for run, signature in _single(timeline.trials[test], some):
            alike.setdefault(run, Counter())[signature] += 1
    together = Counter({run: max(counts.values()) for run, counts in alike.items()})
    others = max(1, len(timeline.order) - len(found) - 1)
    chances: list[tuple[float, int]] = []
    for counts, least, improbable in (
        (once, SMALLEST, CHANCE),
        (together, ALIKE, CHANCE_ALIKE),
    ):
        total, largest = sum(counts.values()), counts.most_common(_TRIMMED + 1)
        for run, many in counts.items():
            if many >= least:
                # other clusters, not found yet, must not make this one look usual
                trimmed = [other for place, other in largest if place != run][:_TRIMMED]
                rest = max(1, others - len(trimmed))
                usual = max(_SOME, (total - many - sum(trimmed)) / rest)
                chance = poisson_tail(many, usual)
                if chance < improbable:
                    chances.append((chance, run))
    return min(chances)[1] if chances else None


def _single(
    trials: Mapping[int, Trial], some: Sequence[Contradiction]
) -> Iterator[tuple[int, str]]:
    """The signatures with which a test failed in one run only."""
    where: dict[str, list[int]] = {}
    for one in some:
        for signature in trials[one.run].signatures:
            where.setdefault(signature, []).append(one.run)
    return ((runs[0], signature) for signature, runs in where.items() if len(runs) == 1)


def poisson_tail(least: int, mean: float) -> float:
    """The probability of at least so many, ``mean`` being usual."""
    if mean > 50.0:  # no cluster stands out there
        return 1.0
    term = math.exp(-mean + least * math.log(mean) - math.lgamma(least + 1))
    total, count = 0.0, least
    while term > total * 1e-12:
        total += term
        count += 1
        term *= mean / count
    return total
