"""What the ratchet finds: limits that can be tightened, and limits that hide a fall."""

from __future__ import annotations

from fractions import Fraction

from pytest_readiness.model.metric import Metric
from pytest_readiness.model.policy import Gate
from pytest_readiness.model.value import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A gate whose limit can be tightened."""

    gate: Gate
    old: str
    """The whole condition as it stands."""
    new: str
    reached: Fraction
    """The worst value of the runs, in the metric's base unit; of a share the share."""
    metric: Metric
    runs: int
    share: bool = False
    """``reached`` is a share of the metric's denominator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Headroom:
    """A limit so far from what is reached that a large fall would pass unseen."""

    gate: Gate
    limit: str
    """The part of the condition: ``>= 60%``."""
    reached: Fraction
    room: Fraction
    metric: Metric
    share: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratchet:
    """What can be tightened, what hides a fall, and what was left out and why."""

    changes: tuple[Change, ...] = ()
    headroom: tuple[Headroom, ...] = ()
    """As it is before the changes; for gates with a baseline beside the limit nothing is hidden."""
    skipped: tuple[tuple[str, str], ...] = ()
    """``(gate, why)``."""
