"""Tallies of a probed test: how it did in each of the ways in which it was repeated."""

from __future__ import annotations

import enum
from collections.abc import Iterable

from pytest_readiness.measure.results import FAILING, PASSING
from pytest_readiness.model.evidence import Attempt, Outcome, Probed
from pytest_readiness.model.value import dataclass


class Way(enum.Enum):
    """In which a test is repeated; the value is what records say."""

    AGAIN = "again"
    """In a copy of the process that ran the suite, with all that the suite left there."""
    ALONE = "alone"
    """In a fresh process."""
    ORDER = "order"
    """In a fresh process, after the same tests in the same order."""
    TWICE = "twice"
    """The second time in one fresh process, the first having passed."""

    @property
    def number(self) -> int:
        """The attempt of its record."""
        return list(Way).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Of one way."""

    runs: int = 0
    failed: int = 0
    crashed: int = 0
    timed_out: int = 0
    signatures: tuple[str, ...] = ()

    @property
    def bad(self) -> int:
        return self.failed + self.crashed + self.timed_out

    @property
    def good(self) -> int:
        return self.runs - self.bad

    @property
    def contradictory(self) -> bool:
        return 0 < self.bad < self.runs

    @property
    def broke(self) -> bool:
        """By a crash or a timeout, at least once."""
        return bool(self.crashed or self.timed_out)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of one test: how it did in the session, and in each way."""

    passed: bool
    """An attempt of the session passed."""
    failed: bool
    """An attempt of the session failed, crashed or timed out."""
    broke: bool = False
    """An attempt of the session crashed or timed out."""
    again: Tally = Tally()
    alone: Tally = Tally()
    order: Tally = Tally()
    twice: Tally = Tally()
    polluter: str = ""

    @property
    def tallies(self) -> tuple[tuple[Way, Tally], ...]:
        return (
            (Way.ALONE, self.alone),
            (Way.AGAIN, self.again),
            (Way.ORDER, self.order),
            (Way.TWICE, self.twice),
        )


def known(attempts: Iterable[Attempt], probed: Iterable[Probed]) -> Known:
    """From records. An unknown way is passed over."""
    attempts = tuple(attempts)
    tallies: dict[str, Tally] = {}
    polluter = ""
    ways = {way.value for way in Way}
    for one in probed:
        if one.way in ways and one.way not in tallies:
            tallies[one.way] = Tally(
                runs=one.runs,
                failed=one.failed,
                crashed=one.crashed,
                timed_out=one.timed_out,
                signatures=one.signatures,
            )
            polluter = polluter or one.polluter
    return Known(
        passed=any(one.outcome in PASSING for one in attempts),
        failed=any(map(_failing, attempts)),
        broke=any(one.crashed or one.timed_out for one in attempts),
        polluter=polluter,
        **tallies,
    )


def _failing(attempt: Attempt) -> bool:
    # an expected failure is none; beside an unexpected pass it is a contradiction all the same
    return attempt.outcome in FAILING and attempt.outcome is not Outcome.XFAILED
