"""Which repetition of a test would tell most, given what is known of it so far."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from pytest_readiness.measure.tally import Known, Way

ALONE = 5
AGAIN = 10
"""Times at most; copies of a process are cheaper than fresh ones."""
ORDER = 2
TWICE = 2
SURE = 2
"""Times that a result is to be the same before something is built on it."""

Changes = Callable[[Sequence[str]], bool | None]
"""Whether these tests, run before it, change a test's result. None: there is no more time."""


def next_way(known: Known, possible: Collection[Way]) -> Way | None:
    """None: its kind is settled, as far as repeating it can settle it."""
    alone, again, order, twice = known.alone, known.again, known.order, known.twice
    if any(tally.contradictory for _, tally in known.tallies):
        return None
    wanted: list[tuple[Way, int]] = [(Way.ALONE, 1), (Way.AGAIN, 1), (Way.ALONE, SURE)]
    if alone.bad:
        if known.passed or again.good:
            # fails by itself, and passed among the others
            wanted += [(Way.ORDER, ORDER), (Way.ALONE, 3), (Way.AGAIN, 3)]
        else:
            wanted += [(Way.AGAIN, SURE)]
    elif known.failed and not known.passed:
        wanted += [(Way.ORDER, ORDER), (Way.ALONE, 3)]
        if not order.bad:
            wanted += [(Way.AGAIN, 3), (Way.ALONE, ALONE), (Way.AGAIN, AGAIN)]
    elif not known.failed and (again.bad or twice.bad):
        # a test of before or after it, or it by itself: a process without others tells
        wanted += [(Way.TWICE, 1), (Way.AGAIN, 3), (Way.ALONE, 3), (Way.TWICE, TWICE)]
        if twice.good:
            wanted += [(Way.ORDER, 1)]
    else:
        # chance shows in cheap copies; what a process draws when it starts, only in fresh ones
        wanted += [(Way.AGAIN, AGAIN)]
        if Way.AGAIN not in possible:
            wanted = [(Way.ALONE, 1), (Way.TWICE, 1), (Way.ALONE, ALONE)]
        if known.failed:
            wanted += [(Way.ALONE, ALONE), (Way.ORDER, 1)]
    made = {way: tally.runs for way, tally in known.tallies}
    return next((way for way, times in wanted if way in possible and made[way] < times), None)


def polluter(before: Sequence[str], near: Collection[str], changes: Changes) -> str:
    """The test that, alone before it, changes a test's result; empty where none alone does.

    ``before`` in the order in which they ran; it is known that all of them together do. ``near``
    are tried first: those of the same file, since most polluters are (Lam et al., "Understanding
    reproducibility and characteristics of flaky tests", ICST 2020, minimise by bisection in the
    same way).
    """
    suspects = list(before)
    close = [one for one in suspects if one in near]
    if close and len(close) < len(suspects) and changes(close):
        suspects = close
    while len(suspects) > 1:
        middle = len(suspects) // 2
        # the later half first: what ran just before is the likelier one
        for half in (suspects[middle:], suspects[:middle]):
            changed = changes(half)
            if changed is None:
                return ""
            if changed:
                suspects = half
                break
        else:
            return ""  # several of them together
    return suspects[0] if suspects else ""
