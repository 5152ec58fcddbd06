"""What was seen of a quarantine: which tests each entry held, and how long they have been clean."""

from __future__ import annotations

from collections.abc import Container

from pytest_readiness.model.attempt import Attempt, Outcome
from pytest_readiness.model.value import dataclass

CLEAN = 30
"""Runs in a row without a failure from which on an entry is proposed for release: a test that fails
in one run of ten stays clean for that long once in 24 times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """By one entry of the quarantine."""

    entry: str
    """The entry's ``test``."""
    tests: tuple[str, ...] = ()
    """Ids, sorted; empty: it held none."""
    clean: int | None = None
    """Runs since one of its tests failed, this one included, of the test with the fewest; None: there
    is no history to tell it by."""


def unheld(attempt: Attempt) -> Outcome:
    """How an attempt of a test in quarantine ended: what its mark made an expected failure failed.

    An xfail without a signature is the test's own word (``pytest.xfail``), and stays.
    """
    if attempt.outcome is Outcome.XPASSED:  # a signature: of its teardown
        return Outcome.ERROR if attempt.signature else Outcome.PASSED
    if attempt.outcome is Outcome.XFAILED and attempt.signature:
        return Outcome.ERROR if attempt.call is None else Outcome.FAILED
    return attempt.outcome


def outcome_of(attempt: Attempt, key: tuple[str, str], held: Container[tuple[str, str]]) -> Outcome:
    """The same, if the test is one of those held."""
    return unheld(attempt) if key in held else attempt.outcome
