from __future__ import annotations

import pytest

from flaky_pasts import KIN, past
from pytest_readiness.measure.flaky_history import Timeline
from pytest_readiness.measure.incidents import findings, poisson_tail
from pytest_readiness.model.history import History


def suite(size: int, failing: dict[int, str], runs: int = 20) -> dict[str, str]:
    return {f"t{test}": failing.get(test, "P" * runs) for test in range(size)}


def at(*runs: int, size: int = 20) -> str:
    return "".join("F" if run in runs else "P" for run in range(size))


def seen(history: History) -> tuple[dict[int, bool], set[str]]:
    found = findings(Timeline(history, KIN))
    return {run: one.mass for run, one in found.incidents.items()}, set(found.contradictions)


@pytest.mark.parametrize(
    ("tests", "failed", "mass"),
    [(100, 8, False), (100, 9, True), (200, 16, False), (200, 17, True), (20, 20, True)],
)
def test_mass_failures_are_one_incident(tests: int, failed: int, mass: bool) -> None:
    incidents, accused = seen(past(suite(tests, {test: at(7) for test in range(failed)})))
    assert incidents == {7: mass}
    assert not accused


def test_what_always_fails_is_not_unexpected() -> None:
    failing = dict.fromkeys(range(30), "F" * 20) | {40: at(3), 41: at(8), 42: at(12)}
    incidents, accused = seen(past(suite(100, failing)))
    assert not incidents
    assert accused == {"t40", "t41", "t42"}


def test_a_flaky_test_is_accused_by_what_lies_outside_of_incidents() -> None:
    failing = {test: at(7) for test in range(20)} | {0: at(2, 7, 11)}
    incidents, accused = seen(past(suite(100, failing)))
    assert incidents == {7: True}
    assert accused == {"t0"}


def test_a_few_tests_that_fail_together_once_are_a_cluster() -> None:
    incidents, accused = seen(past(suite(100, {test: at(7) for test in (3, 30, 60)})))
    assert incidents == {7: False}
    assert not accused


def test_two_with_one_signature_are_a_cluster_and_two_with_their_own_are_not() -> None:
    tests = suite(100, {3: at(7), 4: at(7)})
    same = dict.fromkeys(("t3", "t4"), "ConnectionError at conftest.py:9")
    assert seen(past(tests, signatures=same)) == ({7: False}, set())
    assert seen(past(tests)) == ({}, {"t3", "t4"})


def test_tests_that_fail_together_again_and_again_are_flaky() -> None:
    tests = suite(100, {test: at(3, 9, 15) for test in (3, 4, 5)})
    same = dict.fromkeys(("t3", "t4", "t5"), "ConnectionError at conftest.py:9")
    assert seen(past(tests, signatures=same)) == ({}, {"t3", "t4", "t5"})


def test_two_clusters_do_not_accuse_the_test_that_was_in_both() -> None:
    failing = {test: at(7) for test in range(5)} | {test: at(13) for test in range(5, 9)}
    failing[0] = at(7, 13)
    incidents, accused = seen(past(suite(60, failing)))
    assert incidents == {7: False, 13: False}
    assert not accused


def test_many_flaky_tests_are_no_cluster() -> None:
    failing = {test: at(test % 20, (7 * test + 3) % 20) for test in range(60)}
    incidents, accused = seen(past(suite(400, failing)))
    assert not incidents
    assert len(accused) == 60


@pytest.mark.parametrize("mean", [0.01, 0.5, 3.0, 20.0])
@pytest.mark.parametrize("least", [1, 3, 10])
def test_the_tail_is_that_of_scipy(least: int, mean: float) -> None:
    stats = pytest.importorskip("scipy.stats")
    assert poisson_tail(least, mean) == pytest.approx(stats.poisson.sf(least - 1, mean))
