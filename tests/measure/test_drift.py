from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_readiness.measure.drift import ENOUGH, MOST, Row, contention, drift
from strategies import law

SHIFTS = (0.0, 0.4, -0.1, 0.0, 0.7)


def rows(shifts: tuple[float, ...], tests: int = 20, noise: float = 0.02) -> list[Row]:
    generator = random.Random(3)
    return [
        [
            (place, test / 3 + shift + generator.gauss(0, noise))
            for place, shift in enumerate(shifts)
        ]
        for test in range(tests)
    ]


def relative(shift: list[float]) -> list[float]:
    return [one - shift[0] for one in shift]


def test_what_all_tests_share_is_found() -> None:
    found = drift(rows(SHIFTS), len(SHIFTS))
    assert relative(list(found.shift)) == pytest.approx(SHIFTS, abs=0.03)
    assert found.noise == pytest.approx(0.02, rel=0.5)
    assert math.exp(found.present) == pytest.approx(math.exp(0.7), rel=0.06)


def test_a_third_of_the_tests_may_change() -> None:
    changed = [
        [(place, value + (1.1 if place == 2 and test < 7 else 0)) for place, value in row]
        for test, row in enumerate(rows(SHIFTS))
    ]
    found = drift(changed, len(SHIFTS))
    assert relative(list(found.shift)) == pytest.approx(SHIFTS, abs=0.06)


def test_few_tests_tell_nothing_of_a_session() -> None:
    assert drift(rows(SHIFTS, tests=ENOUGH - 1), len(SHIFTS)).shift == [0.0] * len(SHIFTS)
    assert contention(rows(SHIFTS, tests=ENOUGH - 1), len(SHIFTS)) == [0.0] * len(SHIFTS)


def test_tests_absent_from_a_session_do_not_matter() -> None:
    thinned = [row if test % 2 else row[1:] for test, row in enumerate(rows(SHIFTS))]
    found = drift(thinned, len(SHIFTS))
    assert relative(list(found.shift)) == pytest.approx(SHIFTS, abs=0.04)


def test_an_uneven_session_is_told() -> None:
    uneven = [
        [(place, value + (0.2 * (test % 5) if place == 4 else 0)) for place, value in row]
        for test, row in enumerate(rows(SHIFTS))
    ]
    assert drift(uneven, len(SHIFTS)).unrest[4] == MOST


def test_the_steadiest_tests_do_not_move_with_the_rest() -> None:
    """Sleeps on a machine that is busy in some sessions."""
    busy = rows(SHIFTS, tests=60)
    still = rows((0.0,) * len(SHIFTS), tests=25, noise=0.001)
    found = drift([*busy, *still], len(SHIFTS))
    assert list(found.least) == pytest.approx([0.0] * len(SHIFTS), abs=0.01)


def test_contention_is_never_negative() -> None:
    found = contention([[(0, -0.2), (1, 0.7)] for _ in range(9)], 2)
    assert found == [0.0, pytest.approx(0.7)]


@law
@given(st.lists(st.floats(-2, 2), min_size=3, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_tests_leaves_no_trace(shifts: list[float], generator: random.Random) -> None:
    made = rows(tuple(shifts))
    shuffled = made[:]
    generator.shuffle(shuffled)
    one, two = drift(made, len(shifts)), drift(shuffled, len(shifts))
    assert one.shift == pytest.approx(two.shift)
    assert one.unrest == pytest.approx(two.unrest)
