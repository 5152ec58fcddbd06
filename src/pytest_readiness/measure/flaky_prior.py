"""How often tests of a suite fail by chance: a prior fitted on the suite's own history.

Empirical Bayes (Casella, "An introduction to empirical Bayes data analysis", The American
Statistician 39, 1985): most tests never fail, so a share of them is steady with a rate of exactly 0,
and the rates of the others are Beta distributed. Their failures are then beta-binomial (Skellam,
Journal of the Royal Statistical Society B 10, 1948) with too many zeros. The three numbers are those
that make the record of all tests, steady ones included, most probable, with a weak
preference that keeps suites with one or two unsteady tests from fitting nonsense. One in 25 of the
unsteady tests is taken to follow a wide law of its own: in a suite where dozens fail in a fifth of the
runs for one reason, another may still fail in one of a hundred.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pytest_readiness.measure.beta import all_fail, cumulative, log_beta, quantile
from pytest_readiness.model.value import dataclass, replace

LOW, HIGH = 0.05, 0.95
"""Ends of the 90 % interval."""
_OTHER = 0.04
_NOTHING = 1e-4
_CLOSE = 1e-3


class Counts(NamedTuple):
    """Failures of a test in a number of runs; old ones count less, so neither need be whole."""

    failed: float
    ran: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What is believed of a test's rate of failure before looking at its record."""

    unsteady: float
    """Share of tests whose rate is not 0."""
    a: float
    b: float
    other: float = 0.0
    """Share of the unsteady tests that follow the usual law instead: they are not all of one kind."""

    def posterior(self, counts: Counts) -> Posterior:
        """What is believed after looking."""
        failed, passed = counts.failed, max(0.0, counts.ran - counts.failed)
        laws = [(1.0 - self.other, self.a, self.b)]
        if self.other:
            laws.append((self.other, USUAL.a, USUAL.b))
        seen = [
            (share * math.exp(log_beta(a + failed, b + passed) - log_beta(a, b)), a, b)
            for share, a, b in laws
        ]
        total = sum(weight for weight, _, _ in seen) or 1.0
        unsteady = 1.0
        if failed <= 0:
            chance = self.unsteady * total
            unsteady = chance / (chance + 1.0 - self.unsteady)
        parts = [(weight / total, a + failed, b + passed) for weight, a, b in seen]
        return Posterior(
            unsteady=unsteady, parts=tuple(part for part in parts if part[0] > _NOTHING)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """A test's rate of failure: 0, or with probability ``unsteady`` a mixture of Beta laws."""

    unsteady: float
    parts: tuple[tuple[float, float, float], ...]
    """Weight, a and b of each law."""

    @property
    def mean(self) -> float:
        return self.all_fail(1)

    @property
    def low(self) -> float:
        return self._quantile(LOW)

    @property
    def high(self) -> float:
        return self._quantile(HIGH)

    def all_fail(self, attempts: int) -> float:
        """The probability that each of so many attempts fails."""
        return self.unsteady * sum(w * all_fail(attempts, a, b) for w, a, b in self.parts)

    def below(self, rate: float) -> float:
        """The probability that the rate is at most ``rate``."""
        return 1.0 - self.unsteady * (1.0 - self._below(rate))

    def _below(self, rate: float) -> float:
        return sum(w * cumulative(rate, a, b) for w, a, b in self.parts)

    def _quantile(self, share: float) -> float:
        steady = 1.0 - self.unsteady
        if share <= steady:
            return 0.0
        share = (share - steady) / self.unsteady
        ends = sorted(quantile(share, a, b) for _, a, b in self.parts)
        low, high = ends[0], ends[-1]
        while high - low > _CLOSE * high:  # it lies between those of the parts
            middle = (low + high) / 2
            if self._below(middle) < share:
                low = middle
            else:
                high = middle
        return (low + high) / 2


def fit(records: Mapping[Counts, int]) -> Prior:
    """The prior under which the records (how many tests have each) are most probable."""
    steady = [(counts.ran, many) for counts, many in records.items() if counts.failed <= 0]
    failing = [(counts, many) for counts, many in records.items() if counts.failed > 0]
    if not failing:
        total = sum(many for _, many in steady)
        return replace(USUAL, unsteady=1.0 / (total + 2.0))
    strange = [_log_chance(one, USUAL.a, USUAL.b) for one, _ in failing]
    lucky = [math.exp(log_beta(USUAL.a, USUAL.b + ran) - _USUAL_BASE) for ran, _ in steady]

    def worth(place: tuple[float, float]) -> tuple[float, float]:
        return _likelihood(place, steady, failing, strange, lucky)

    best = max(_GRID, key=lambda place: worth(place)[0])
    step = 0.5
    while step > 0.05:
        around = [(best[0] + x * step, best[1] + y * step) for x in (-1, 0, 1) for y in (-1, 0, 1)]
        better = max(around, key=lambda place: worth(place)[0])
        if better == best:
            step /= 2
        best = better
    a, b = _shape(best)
    return Prior(unsteady=worth(best)[1], a=a, b=b, other=_OTHER)


_USUAL_MEAN, _USUAL_SIZE = math.log(0.03 / 0.97), math.log(15.0)
"""Where the preference lies: flaky tests fail in a few per cent of runs, give or take much."""
USUAL = Prior(unsteady=1.0, a=0.45, b=14.55)
"""That law itself: of flaky tests of no suite in particular."""
_USUAL_BASE = log_beta(USUAL.a, USUAL.b)
_SPREAD = 1.5
_GRID = [(x, y) for x in (-6.0, -5.0, -4.0, -3.0, -2.0, -1.0, 0.0) for y in (0.5, 2.0, 3.5, 5.0)]


def _shape(place: tuple[float, float]) -> tuple[float, float]:
    mean, size = 1.0 / (1.0 + math.exp(-place[0])), math.exp(place[1])
    return mean * size, (1.0 - mean) * size


def _log_chance(one: Counts, a: float, b: float) -> float:
    """Logarithm of the probability of a record in its order."""
    return log_beta(a + one.failed, b + max(0.0, one.ran - one.failed)) - log_beta(a, b)


def _likelihood(
    place: tuple[float, float],
    steady: Sequence[tuple[float, int]],
    failing: Sequence[tuple[Counts, int]],
    strange: Sequence[float],
    lucky: Sequence[float],
) -> tuple[float, float]:
    """Logarithm of the probability of all records, and the share of unsteady tests at its best.

    ``strange`` and ``lucky`` are the chances of failing and of steady ones under the usual law.
    """
    if not (-9.0 < place[0] < 3.0 and -1.5 < place[1] < 8.0):
        return -math.inf, 0.0
    a, b = _shape(place)
    base = log_beta(a, b)
    zeros = [
        ((1.0 - _OTHER) * math.exp(log_beta(a, b + ran) - base) + _OTHER * usual, many)
        for (ran, many), usual in zip(steady, lucky, strict=True)
    ]
    seen = sum(many for _, many in failing)
    total = seen + sum(many for _, many in zeros)
    share = (seen + 0.5) / (total + 1.0)
    for _ in range(30):  # expectation maximisation: which of the steady ones were only lucky
        passed = sum(many * share * none / (share * none + 1.0 - share) for none, many in zeros)
        share, before = (seen + passed + 0.5) / (total + 1.0), share
        if abs(share - before) < 1e-4 * share:
            break
    value = sum(many * math.log(1.0 - share + share * none) for none, many in zeros)
    for (one, many), usual in zip(failing, strange, strict=True):
        own = _log_chance(one, a, b)
        most = max(own, usual)
        both = (1.0 - _OTHER) * math.exp(own - most) + _OTHER * math.exp(usual - most)
        value += many * (math.log(share) + most + math.log(both))
    value -= ((place[0] - _USUAL_MEAN) ** 2 + (place[1] - _USUAL_SIZE) ** 2) / (2 * _SPREAD**2)
    return value, share
