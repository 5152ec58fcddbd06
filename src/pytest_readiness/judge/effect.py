"""What a gate's outcome does to the verdict, by its level and its ``when-...`` settings."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_readiness.model.evidence import Reason
from pytest_readiness.model.policy import Gate, Level, Missing
from pytest_readiness.model.scorecard import Effect

_ORDER = (Effect.NONE, Effect.RISK, Effect.BLOCK)
_LEVELS = {Level.BLOCK: Effect.BLOCK, Level.RISK: Effect.RISK, Level.INFO: Effect.NONE}


def worst(effects: Iterable[Effect]) -> Effect:
    return max(effects, key=_ORDER.index, default=Effect.NONE)


def mildest(effects: Iterable[Effect]) -> Effect:
    """Of at least one."""
    return min(effects, key=_ORDER.index)


def of_level(level: Level) -> Effect:
    return _LEVELS[level]


def at_most_risk(effect: Effect) -> Effect:
    return min(Effect.RISK, effect, key=_ORDER.index)


def of_failure(gate: Gate) -> Effect:
    """Also of an error: a measurement that broke is never waved through by ``when-missing``."""
    return _LEVELS[gate.level]


def of_risk(gate: Gate) -> Effect:
    """Inconclusive, waived: never a block, and nothing for a gate that only informs."""
    return at_most_risk(of_failure(gate))


def of_absence(gate: Gate, reason: Reason) -> Effect:
    """What it does that there is no value, for the given reason."""
    if reason is Reason.ERROR:
        return of_failure(gate)
    setting = gate.when_no_baseline if reason is Reason.NO_BASELINE else gate.when_missing
    if setting is Missing.SKIP:
        return Effect.NONE
    if setting is Missing.RISK or reason is Reason.STALE:
        return of_risk(gate)
    return of_failure(gate)
