"""Entries of the quarantine: what each holds, and what that does to the verdict."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

from pytest_readiness.model.expiry import lapsed
from pytest_readiness.model.held import CLEAN, Held
from pytest_readiness.model.policy import Origin
from pytest_readiness.model.requirement import Quarantine
from pytest_readiness.model.scorecard import Effect
from pytest_readiness.model.standing import QuarantineState

_EVIDENCE = Origin(source="the evidence")


def judge_quarantine(
    entries: Iterable[Quarantine],
    held: Iterable[Held],
    ran: Mapping[str, tuple[str, ...]],
    *,
    today: datetime.date,
    days: int,
) -> tuple[QuarantineState, ...]:
    """One that is in force is a risk, one that is not does nothing.

    But a test that ran under an entry which does not hold, or is in no configuration, could not
    fail then, and nobody says that it may: until it runs again that blocks.

    :param held: what was seen of each entry, in the same order.
    :param ran: by the entry's ``test``, the ids that ran under it, also under others than these.
    :param days: how many days from now an entry may end at most.
    """
    entries = tuple(entries)
    states = [
        _state(entry, seen, lapsed(entry.expires, today, days))
        for entry, seen in zip(entries, held, strict=True)
    ]
    known = {entry.test for entry in entries}
    for test in sorted(ran.keys() - known):
        unknown = Quarantine(test=test, reason="", owner="", expires=today, origin=_EVIDENCE)
        seen = Held(entry=test, tests=ran[test])
        states.append(_state(unknown, seen, "is in no configuration"))
    return tuple(states)


def _state(entry: Quarantine, seen: Held, problem: str) -> QuarantineState:
    effect, message = Effect.RISK, ""
    if problem:
        number = len(seen.tests)
        effect = Effect.BLOCK if number else Effect.NONE
        ran = f"{number} {'test' if number == 1 else 'tests'} ran under it: run the tests again"
        message = f"{problem}; {ran}" if number else problem
    elif not seen.tests:
        message = "holds no test"
    elif seen.clean is not None and seen.clean >= CLEAN:
        message = f"clean in the last {seen.clean} runs: release it"
    return QuarantineState(quarantine=entry, effect=effect, tests=seen.tests, message=message)
