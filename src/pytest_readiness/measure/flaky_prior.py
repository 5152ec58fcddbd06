"""How often tests of a suite fail by chance: a prior fitted on the suite's own history.

Empirical Bayes (Casella, "An introduction to empirical Bayes data analysis", The American
Statistician 39, 1985): most tests never fail, so a share of them is steady with a rate of exactly 0,
and the rates of the others are Beta distributed. Their failures are then beta-binomial (Skellam,
Journal of the Royal Statistical Society B 10, 1948) with too many zeros. The three numbers are those
that make the record of all tests, steady ones included, most probable, with a weak
preference that keeps suites with one or two unsteady tests from fitting nonsense.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pytest_readiness.measure.beta import all_fail, cumulative, log_beta, quantile
from pytest_readiness.model.value import dataclass, replace

LOW, HIGH = 0.05, 0.95
"""Ends of the 90 % interval."""


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

    def posterior(self, counts: Counts) -> Posterior:
        """What is believed after looking."""
        a, b = self.a + counts.failed, self.b + max(0.0, counts.ran - counts.failed)
        if counts.failed > 0:
            return Posterior(unsteady=1.0, a=a, b=b)
        seen = self.unsteady * math.exp(log_beta(a, b) - log_beta(self.a, self.b))
        return Posterior(unsteady=seen / (seen + 1.0 - self.unsteady), a=a, b=b)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """A test's rate of failure: 0, or with probability ``unsteady`` Beta(a, b)."""

    unsteady: float
    a: float
    b: float

    @property
    def mean(self) -> float:
        return self.unsteady * self.a / (self.a + self.b)

    @property
    def low(self) -> float:
        return self._quantile(LOW)

    @property
    def high(self) -> float:
        return self._quantile(HIGH)

    def all_fail(self, attempts: int) -> float:
        """The probability that each of so many attempts fails."""
        return self.unsteady * all_fail(attempts, self.a, self.b)

    def below(self, rate: float) -> float:
        """The probability that the rate is at most ``rate``."""
        return 1.0 - self.unsteady * (1.0 - cumulative(rate, self.a, self.b))

    def _quantile(self, share: float) -> float:
        steady = 1.0 - self.unsteady
        return (
            0.0 if share <= steady else quantile((share - steady) / self.unsteady, self.a, self.b)
        )


def fit(records: Mapping[Counts, int]) -> Prior:
    """The prior under which the records (how many tests have each) are most probable."""
    steady = [(counts.ran, many) for counts, many in records.items() if counts.failed <= 0]
    failing = [(counts, many) for counts, many in records.items() if counts.failed > 0]
    if not failing:
        total = sum(many for _, many in steady)
        return replace(USUAL, unsteady=1.0 / (total + 2.0))

    def worth(place: tuple[float, float]) -> tuple[float, float]:
        return _likelihood(place, steady, failing)

    best = max(_GRID, key=lambda place: worth(place)[0])
    step = 0.5
    while step > 0.05:
        around = [(best[0] + x * step, best[1] + y * step) for x in (-1, 0, 1) for y in (-1, 0, 1)]
        better = max(around, key=lambda place: worth(place)[0])
        if better == best:
            step /= 2
        best = better
    a, b = _shape(best)
    return Prior(unsteady=worth(best)[1], a=a, b=b)


_USUAL_MEAN, _USUAL_SIZE = math.log(0.03 / 0.97), math.log(15.0)
"""Where the preference lies: flaky tests fail in a few per cent of runs, give or take much."""
USUAL = Prior(unsteady=1.0, a=0.45, b=14.55)
"""That law itself: of flaky tests of no suite in particular."""
_SPREAD = 1.5
_GRID = [(x, y) for x in (-6.0, -5.0, -4.0, -3.0, -2.0, -1.0, 0.0) for y in (0.5, 2.0, 3.5, 5.0)]


def _shape(place: tuple[float, float]) -> tuple[float, float]:
    mean, size = 1.0 / (1.0 + math.exp(-place[0])), math.exp(place[1])
    return mean * size, (1.0 - mean) * size


def _likelihood(
    place: tuple[float, float],
    steady: Iterable[tuple[float, int]],
    failing: Iterable[tuple[Counts, int]],
) -> tuple[float, float]:
    """Logarithm of the probability of all records, and the share of unsteady tests at its best."""
    if not (-9.0 < place[0] < 3.0 and -1.5 < place[1] < 8.0):
        return -math.inf, 0.0
    a, b = _shape(place)
    base = log_beta(a, b)
    zeros = [(math.exp(log_beta(a, b + ran) - base), many) for ran, many in steady]
    seen = sum(many for _, many in failing)
    total = seen + sum(many for _, many in zeros)
    share = (seen + 0.5) / (total + 1.0)
    for _ in range(30):  # expectation maximisation: which of the steady ones were only lucky
        lucky = sum(many * share * none / (share * none + 1.0 - share) for none, many in zeros)
        share, before = (seen + lucky + 0.5) / (total + 1.0), share
        if abs(share - before) < 1e-4 * share:
            break
    value = sum(many * math.log(1.0 - share + share * none) for none, many in zeros)
    value += sum(
        many
        * (math.log(share) + log_beta(a + one.failed, b + max(0.0, one.ran - one.failed)) - base)
        for one, many in failing
    )
    value -= ((place[0] - _USUAL_MEAN) ** 2 + (place[1] - _USUAL_SIZE) ** 2) / (2 * _SPREAD**2)
    return value, share
