"""Broken stretches: times at which a test mostly failed, unlike before and after.

A test that a commit or the environment broke fails in run after run until that is mended; a pass in
between shows a run whose fingerprint was wrong rather than chance. Such a stretch is an ordinary
failure. It is the part of a record with the largest surplus of failures over passes (the maximal
scoring segment of Ruzzo and Tompa, ISMB 1999), if chance at the rate of the rest does not explain it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

SURPLUS = 2
"""Failures that a stretch has more than passes, at least."""
_CHANCE = 0.002
_MOST = 8


def stretches(runs: Sequence[int], failed: Collection[int]) -> frozenset[int]:
    """The runs, failed and passed ones, of all broken stretches of one test."""
    left = list(runs)
    found: set[int] = set()
    for _ in range(_MOST):
        start, end = _segment(left, failed)
        inside = left[start:end]
        fallen = sum(run in failed for run in inside)
        if 2 * fallen - len(inside) < SURPLUS:
            break
        rest = len(left) - len(inside)
        others = sum(run in failed for run in left) - fallen
        # of a test that fails most of the time there is too little rest to tell
        rate = (others + 1) / (rest + 2)
        if rest < len(inside) or len(runs) * _tail(fallen, len(inside), rate) >= _CHANCE:
            break
        found.update(inside)
        left[start:end] = []
    return frozenset(found)


def _segment(runs: Sequence[int], failed: Collection[int]) -> tuple[int, int]:
    """Where the surplus of failures over passes is largest, half open."""
    best, at, start, surplus = 0, (0, 0), 0, 0
    for place, run in enumerate(runs):
        if surplus <= 0:
            start, surplus = place, 0
        surplus += 1 if run in failed else -1
        if surplus > best:
            best, at = surplus, (start, place + 1)
    return at


def _tail(least: int, many: int, rate: float) -> float:
    """The binomial probability of at least so many."""
    return sum(
        math.comb(many, one) * rate**one * (1 - rate) ** (many - one)
        for one in range(least, many + 1)
    )
