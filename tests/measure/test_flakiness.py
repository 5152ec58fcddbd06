from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flaky_pasts import KIN, past
from pytest_readiness.measure.flakiness import HALF_LIFE, Case, Flakiness, Rung
from pytest_readiness.measure.flaky_history import Timeline
from pytest_readiness.measure.flaky_words import incidents_of, percent, record_of
from pytest_readiness.model.history import History
from strategies import law

STEADY, SUSPECTED, OBSERVED, CONFIRMED = Rung


def look(history: History) -> Flakiness:
    return Flakiness(Timeline(history, KIN))


def case(letters: str, trees: str = "", others: int = 50) -> Case:
    tests = {f"steady{one}": "P" * len(letters) for one in range(others)}
    return look(past({"t": letters, **tests}, trees)).cases["t"]


@pytest.mark.parametrize(
    ("letters", "trees", "rung"),
    [
        ("PPFPP", "AABCC", SUSPECTED),
        ("PPFPP", "AAAAA", OBSERVED),
        ("PFPFP", "AAAAA", CONFIRMED),
        ("PRPPF", "AAABC", OBSERVED),
        ("PRPPR", "AAABC", CONFIRMED),
    ],
)
def test_the_ladder(letters: str, trees: str, rung: Rung) -> None:
    assert case(letters, trees).rung is rung


def test_clean_runs_clear_a_test_and_it_is_told_how_many() -> None:
    early = case("PFPPFP" + "P" * 3)
    assert early.rung is CONFIRMED
    later = case("PFPPFP" + "P" * (3 + early.missing - 1))
    assert (later.rung, later.missing) == (CONFIRMED, 1)
    cleared = case("PFPPFP" + "P" * (3 + early.missing))
    assert (cleared.rung, cleared.missing) == (STEADY, 0)
    assert case("PFPPFP" + "P" * (3 + early.missing) + "FP").rung is CONFIRMED


def test_a_broken_stretch_and_an_incident_are_no_sample_of_the_rate() -> None:
    quiet = "PFPPPPPPPPPPPPPPPPFPPPPPPPPPPPPPPPP"
    broken = quiet + "FFFFFF" + "P" * 10
    found = case(broken, "A" * len(quiet) + "B" * 6 + "C" * 10)
    assert (found.failed, found.ran) == (2, len(broken) - 6)


def test_old_runs_count_less() -> None:
    letters = "PFPFP" + "P" * 2 * HALF_LIFE + "FP"
    found = case(letters)
    assert found.failed == 3
    assert 1 < found.counts.failed < 2.5
    assert found.counts.ran < len(letters)


@law
@given(st.lists(st.sampled_from("PPPPFRDSX."), min_size=4, max_size=30), st.booleans())
def test_plain_passes_may_be_left_out_of_the_attempts(letters: list[str], steady: bool) -> None:
    tests = {"t": "".join(letters), "u": "P" * len(letters)}
    trees = "".join("ABCD"[index // 8] for index in range(len(letters)))
    some, others = (look(past(tests, trees, full=full)) for full in (True, False))
    assert some.cases == others.cases
    name = "u" if steady else "t"
    assert some.posterior(name) == others.posterior(name)


def test_a_test_with_more_failures_is_believed_to_fail_more() -> None:
    tests = {f"s{one}": "P" * 20 for one in range(30)}
    tests |= {"rare": "PPPFPPPPPPPPPPPPPPPP", "often": "PFPPFPPFPPFPPFPPFPPF"}
    found = look(past(tests))
    rare, often, steady = map(found.posterior, ("rare", "often", "s1"))
    assert steady.mean < rare.mean < often.mean
    assert rare.low < 1 / 20 < rare.high
    assert often.low < 7 / 20 < often.high


def test_tests_that_share_a_record_are_counted_once() -> None:
    history = past({f"s{one}": "P" * 20 for one in range(30)})
    shared = dict.fromkeys(history.exposure, next(iter(history.exposure.values())))
    timeline = Timeline(History(runs=history.runs, exposure=shared), KIN)
    assert timeline.ran("s1") is timeline.ran("s29")


def test_words() -> None:
    tests = {f"s{one}": "P" * 20 for one in range(30)} | {"t": "PPPFPPPPPPPPPPPPPPPP"}
    found = look(past(tests))
    text = record_of("t", found.cases["t"], found)
    assert text.startswith("failed in 1 of 20 runs (")
    assert "last on 2026-01-04: ValueError at t:1; needs " in text
    assert incidents_of(found) == ""
    crashed = {f"s{one}": "PPPFPPFP" for one in range(30)}
    assert incidents_of(look(past(crashed))) == (
        "30 tests failed together on 2026-01-07 and are not accused, nor those of 1 more such run"
    )


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (1.0, "100 %"),
        (0.123, "12 %"),
        (0.0144, "1.4 %"),
        (0.099, "9.9 %"),
        (0.00031, "0.031 %"),
        (0.0, "0 %"),
    ],
)
def test_shares_have_two_digits(share: float, text: str) -> None:
    assert percent(share) == text
