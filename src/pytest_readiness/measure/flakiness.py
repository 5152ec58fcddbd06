"""What is known of each test's flakiness: its rung on the ladder of evidence, and its rate.

*Suspected*: it failed, and nothing contradicts it on the same code. *Observed*: one contradiction.
*Confirmed*: two that are independent. A test is cleared when so many clean runs followed its last
failure that one as flaky as it seemed then would pass them all in fewer than one case of a hundred.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property

from pytest_readiness.measure.beta import passes_needed
from pytest_readiness.measure.contradictions import Contradiction, persistent
from pytest_readiness.measure.flaky_history import Timeline
from pytest_readiness.measure.flaky_prior import USUAL, Counts, Posterior, Prior, fit
from pytest_readiness.measure.incidents import Findings, findings
from pytest_readiness.measure.stretches import stretches
from pytest_readiness.model.value import dataclass

HALF_LIFE = 200
"""Runs of a test after which one counts half in its rate."""
CLEARED = 0.01
_LASTING = 0.05
"""Failures in a row, without a pass on their code, that are less probable are of the code."""


class Rung(enum.Enum):
    """How sure it is that a test is flaky."""

    STEADY = 0
    SUSPECTED = 1
    OBSERVED = 2
    CONFIRMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A test that failed outside of incidents."""

    rung: Rung
    contradictions: tuple[Contradiction, ...]
    failed: int
    """Runs in which its first attempt failed, broken stretches and incidents left out."""
    ran: int
    """Runs, the same left out."""
    counts: Counts
    """Both, old runs counting less."""
    last: int
    """The latest run in which an attempt failed."""
    missing: int
    """Clean runs that it needs to be cleared; 0: it is."""


class Flakiness:
    """Flakiness of the tests of one environment."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self._intervals: dict[Posterior, tuple[float, float]] = {}
        self._lasting: dict[str, Mapping[int, int]] = {}
        self._broken: dict[str, frozenset[int]] = {}
        self._steady: dict[int, tuple[Sequence[int], Counts]] = {}
        self._posteriors: dict[Counts, Posterior] = {}

    @cached_property
    def findings(self) -> Findings:
        return findings(self.timeline)

    @cached_property
    def prior(self) -> Prior:
        """Fitted on all tests; those without a contradiction count as steady."""
        records: Counter[Counts] = Counter()
        for test in self.timeline.tests:
            counts = self._counts.get(test)
            records[counts[0] if counts else self.steady(test)] += 1
        return fit(records)

    @cached_property
    def _counts(self) -> dict[str, tuple[Counts, int, int, int, int]]:
        """Weighted counts of observed tests; failures, runs, and both until the last failure."""
        return {test: self._count(test) for test in self.findings.contradictions}

    def _count(self, test: str) -> tuple[Counts, int, int, int, int]:
        trials = self.timeline.trials[test]
        runs = self._sample(test)
        failing = [place for place, run in enumerate(runs) if run in trials and trials[run].first]
        weights = [0.5 ** ((len(runs) - 1 - place) / HALF_LIFE) for place in range(len(runs))]
        counts = _effective(weights, sum(weights[place] for place in failing))
        reached = failing[-1] + 1 if failing else len(runs)
        return counts, len(failing), len(runs), len(failing), reached

    def _sample(self, test: str) -> list[int]:
        """The runs that tell a test's rate."""
        broken = self.broken(test)
        runs = self._outside(self.timeline.ran(test))
        return [run for run in runs if run not in broken] if broken else list(runs)

    def broken(self, test: str) -> frozenset[int]:
        """The runs of its broken stretches."""
        known = self._broken.get(test)
        if known is None:
            trials = self.timeline.trials[test]
            runs = self._outside(self.timeline.ran(test))
            failing = {run for run in runs if run in trials and trials[run].failed}
            known = stretches(runs, failing) if len(failing) > 1 else frozenset()
            self._broken[test] = known
        return known

    def by_chance(self, test: str, run: int) -> bool:
        """Whether a failure of an accused test is of its flakiness: not of broken code, no incident."""
        if run in self.findings.incidents or run in self.broken(test):
            return False
        lasting = self._lasting.get(test)
        if lasting is None:
            codes = self.timeline.fingerprints(test)
            runs = self._outside(self.timeline.ran(test))
            lasting = self._lasting[test] = persistent(runs, self.timeline.trials[test], codes)
        return run not in lasting or self.posterior(test).all_fail(lasting[run]) >= _LASTING

    def _outside(self, runs: Sequence[int]) -> Sequence[int]:
        incidents: Collection[int] = self.findings.incidents.keys()
        return [run for run in runs if run not in incidents] if incidents else runs

    def steady(self, test: str) -> Counts:
        """Counts of a test without a contradiction; worked out once for all that share a record."""
        runs = self.timeline.ran(test)
        found = self._steady.get(id(runs))
        if found is None:
            number = len(self._outside(runs))
            weights = [0.5 ** (age / HALF_LIFE) for age in range(number)]
            found = self._steady[id(runs)] = (runs, _effective(weights, 0.0))
        return found[1]

    def posterior(self, test: str) -> Posterior:
        """What is believed of its rate of failure."""
        known = self._counts.get(test)
        counts = known[0] if known else self.steady(test)
        found = self._posteriors.get(counts)
        if found is None:
            found = self._posteriors[counts] = self.prior.posterior(counts)
        return found

    def interval(self, test: str) -> tuple[float, float]:
        """The 90 % interval of its rate."""
        believed = self.posterior(test)
        found = self._intervals.get(believed)
        if found is None:
            found = self._intervals[believed] = (believed.low, believed.high)
        return found

    @cached_property
    def cases(self) -> Mapping[str, Case]:
        """Every test that failed outside of incidents."""
        return {
            test: self._case(test)
            for test, trials in self.timeline.trials.items()
            if not trials.keys() <= self.findings.incidents.keys()
        }

    def _case(self, test: str) -> Case:
        trials = self.timeline.trials[test]
        some = self.findings.contradictions.get(test, ())
        last = max(run for run in trials if run not in self.findings.incidents)
        clean = sum(run > last for run in self._outside(self.timeline.ran(test)))
        if some:
            counts, failed, ran, before, reached = self._counts[test]
            seen = Counts(float(before), float(reached))
        else:
            counts, failed, ran, seen = self.steady(test), 0, clean, Counts(1.0, 1.0)
        believed = USUAL.posterior(seen)  # not this suite's: what is promised must not move
        missing = max(0, passes_needed(CLEARED, *believed.parts[0][1:]) - clean)
        rung = (Rung.SUSPECTED, Rung.OBSERVED, Rung.CONFIRMED)[min(2, len(some))]
        return Case(
            rung=rung if missing else Rung.STEADY,
            contradictions=some,
            failed=failed,
            ran=ran,
            counts=counts,
            last=last,
            missing=missing,
        )


def _effective(weights: Sequence[float], failed: float) -> Counts:
    """As many whole runs as weighted ones are worth: Kish, "Survey Sampling", 1965, 11.7."""
    total, squares = sum(weights), sum(weight * weight for weight in weights)
    if not total:
        return Counts(0.0, 0.0)
    worth = total * total / squares
    return Counts(round(worth * failed / total, 6), round(worth, 6))
