from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_readiness.measure.flaky_prior import Counts, Prior, fit
from strategies import law


def sample(share: float, a: float, b: float, tests: int, ran: int) -> Counter[Counts]:
    chance = random.Random(7)
    records: Counter[Counts] = Counter()
    for _ in range(tests):
        rate = chance.betavariate(a, b) if chance.random() < share else 0.0
        records[Counts(float(sum(chance.random() < rate for _ in range(ran))), float(ran))] += 1
    return records


def test_the_law_that_made_a_record_is_found_again() -> None:
    found = fit(sample(0.2, 1.0, 9.0, 3000, 60))
    assert found.unsteady == pytest.approx(0.2, abs=0.03)
    assert found.a / (found.a + found.b) == pytest.approx(0.1, abs=0.02)


def test_steady_suites_have_a_prior_too() -> None:
    found = fit({Counts(0.0, 100.0): 500})
    believed = found.posterior(Counts(0.0, 100.0))
    assert found.unsteady == pytest.approx(1 / 502)
    assert (believed.low, believed.high) == (0.0, 0.0)
    assert fit({}).unsteady == 0.5


def test_one_flaky_test_alone_does_not_fit_nonsense() -> None:
    found = fit({Counts(0.0, 40.0): 999, Counts(2.0, 40.0): 1})
    believed = found.posterior(Counts(2.0, 40.0))
    assert 0.01 < believed.low < 0.05 < believed.high < 0.2


@law
@given(st.integers(0, 30), st.integers(0, 200))
def test_an_interval_holds_its_mean(failed: int, passed: int) -> None:
    believed = Prior(unsteady=0.9, a=0.5, b=10.0).posterior(Counts(failed, failed + passed))
    assert 0.0 <= believed.low <= believed.high <= 1.0
    if failed:
        assert believed.low < believed.mean < believed.high


@law
@given(st.integers(1, 20), st.integers(0, 100))
def test_passes_lower_what_is_believed(failed: int, passed: int) -> None:
    prior = Prior(unsteady=0.1, a=0.5, b=10.0)
    fewer = prior.posterior(Counts(failed, failed + passed))
    more = prior.posterior(Counts(failed, failed + passed + 10))
    assert more.mean < fewer.mean
    assert more.high < fewer.high


def test_of_a_test_that_never_failed_most_is_zero() -> None:
    prior = Prior(unsteady=0.2, a=1.0, b=9.0)
    believed = prior.posterior(Counts(0.0, 50.0))
    stats = pytest.importorskip("scipy.stats")
    lucky = 0.2 * stats.betabinom.pmf(0, 50, 1.0, 9.0)
    assert believed.unsteady == pytest.approx(lucky / (lucky + 0.8))
    assert believed.low == believed.high == 0.0
    assert believed.below(0.0) == pytest.approx(1.0 - believed.unsteady)
    assert believed.below(0.01) == pytest.approx(
        1 - believed.unsteady * stats.beta.sf(0.01, 1.0, 59.0)
    )
    assert believed.all_fail(1) == pytest.approx(believed.mean)


@law
@given(st.integers(1, 5), st.integers(5, 60))
def test_quantiles_of_a_mixture_are_where_its_probability_is(failed: int, ran: int) -> None:
    prior = Prior(unsteady=0.3, a=20.0, b=80.0, other=0.2)
    believed = prior.posterior(Counts(float(failed), float(ran + failed)))
    assert believed.below(believed.low) == pytest.approx(0.05, abs=0.005)
    assert believed.below(believed.high) == pytest.approx(0.95, abs=0.005)


def test_one_that_fails_unlike_the_others_is_believed_to() -> None:
    records = {Counts(0.0, 100.0): 200, Counts(20.0, 100.0): 40, Counts(1.0, 100.0): 2}
    believed = fit(records).posterior(Counts(1.0, 100.0))
    assert believed.low < 0.01
    assert believed.high < 0.1
