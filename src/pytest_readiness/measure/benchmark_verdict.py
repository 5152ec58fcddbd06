"""What is said of one benchmark: its looks of this session, and those of earlier runs, together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from pytest_readiness.measure.exceeding import Compared, State
from pytest_readiness.measure.sighting import EACH, RECENT, SURE, pooled, seen

LATER = 30.0
"""Seconds after which measuring again is another look at the machine: its moods last for seconds."""
_Z = 1.645
"""90 % of a normal distribution lie within as many standard deviations (Student's t for many runs)."""


class Look(NamedTuple):
    """One measurement of a benchmark in this session."""

    again: float
    """Seconds since the first; 0: the first."""
    found: Compared


class Verdict(NamedTuple):
    """In ratios, not logarithms: 0.2 is 20 % slower."""

    state: State
    slowdown: float
    low: float | None
    high: float | None
    confirmed: str = ""
    """By what it is known to be slower."""
    said: str = ""


def settle(looks: Sequence[Look], earlier: Sequence[Compared], runs: int) -> Verdict:
    """``looks`` holds at least one; ``earlier`` is what was said of the latest runs that were slower
    or unsure, ``runs`` how many runs the window holds."""
    if len(looks) == 1:
        looks = (looks[0]._replace(found=seen(looks[0].found, earlier)),)
    first = looks[0].found
    calm = next((one for one in looks if _calm(one.found)), None)
    if calm is not None:
        return _within(calm, first)
    slow = [look for look in looks if look.found.state is State.SLOWER]
    found = min((look.found for look in slow), key=lambda one: one.ratio, default=first)
    confirmed = _confirmed(found, slow, earlier)
    if not confirmed:
        high = math.expm1(max(found.ratio, found.limit) + _Z * found.noise)
        said = "suspected" if found.state is State.SLOWER else f"not certain: {found.why}"
        value = max(math.expm1(found.ratio), 0.0)
        return Verdict(found.state, value, 0.0, max(high, value), said=said)
    ratios = [look.found.ratio for look in slow]
    ratios += [one.ratio for one in earlier[-RECENT:] if _sighting(one)]
    if found.state is not State.SLOWER:
        ratios.append(found.ratio)
    mean = sum(ratios) / len(ratios)
    sure = _Z * found.noise * math.sqrt(1 / len(ratios) + 1 / runs)
    return Verdict(
        State.SLOWER,
        math.expm1(found.ratio),
        max(math.expm1(min(mean, found.ratio) - sure), 0.0),
        math.expm1(max(mean, found.ratio) + sure),
        confirmed,
        f"confirmed {confirmed}",
    )


def _sighting(found: Compared) -> bool:
    return found.state is State.SLOWER or found.weak or found.strength >= EACH


def _calm(found: Compared) -> bool:
    return found.state in (State.WITHIN, State.FASTER)


def _within(look: Look, first: Compared) -> Verdict:
    found = look.found
    said = "" if not look.again else f"slower at first, not {look.again:.0f} s later"
    if found.state is State.FASTER and first is found:
        return Verdict(State.FASTER, math.expm1(found.ratio), None, None, said="faster")
    return Verdict(State.WITHIN, 0.0, None, None, said=said)


def _confirmed(found: Compared, slow: Sequence[Look], earlier: Sequence[Compared]) -> str:
    """By what; empty: by nothing."""
    recent = earlier[-RECENT:]
    repeated = any(one.state is State.SLOWER or one.weak for one in recent)
    if found.state is State.SLOWER and slow:
        if slow[-1].again - slow[0].again >= LATER:
            return f"by measuring again {slow[-1].again - slow[0].again:.0f} s later"
        if (repeated and found.strength > 1) or pooled(found, earlier) > SURE:
            return "by an earlier run"
        if found.at_once:
            return "by its size"
    if found.weak and repeated:
        return "by an earlier run"
    return ""
