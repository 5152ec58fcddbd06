"""Layers of gates: the profile's, the project's, a stage's, each put over the one below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_readiness.config.names import KeyPath, dotted
from pytest_readiness.config.table import Source
from pytest_readiness.model.policy import Gate
from pytest_readiness.model.value import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Replace:
    """These gates instead of those below; none: the metric is not gated."""

    gates: tuple[Gate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amend:
    """The gate below, with some of its settings changed."""

    path: KeyPath
    settings: Mapping[str, Any]


Change = Replace | Amend
Layer = Mapping[str, Change]
"""What one table of gates changes, by metric."""


def overlay(
    below: Mapping[str, tuple[Gate, ...]],
    layer: Layer,
    source: Source,
    *,
    strict: bool = True,
) -> dict[str, tuple[Gate, ...]]:
    """The gates by metric with a layer put over them.

    :param strict: an amendment of what is not there is a problem; else it is left out.
    """
    result = dict(below)
    for metric, change in layer.items():
        if isinstance(change, Replace):
            result[metric] = change.gates
            continue
        gates = result.get(metric, ())
        if len(gates) == 1:
            result[metric] = (_amended(gates[0], change, source),)
        elif strict and gates:
            source.problem(
                change.path,
                f"there are {len(gates)} gates on {metric}: which of them is meant?",
                remedy="write the whole array again",
            )
        elif strict:
            source.problem(
                change.path,
                f"there is no gate on {metric} to change, and no condition for a new one",
                remedy=f'add a condition: require = "...", beside {", ".join(change.settings) or "it"}',
            )
    return {metric: gates for metric, gates in result.items() if gates}


def _amended(gate: Gate, change: Amend, source: Source) -> Gate:
    where = source.origin(change.path)
    origin = replace(
        where,
        source=f"{gate.origin.source}, amended by {where.source}",
        key=dotted(change.path),
    )
    return replace(gate, origin=origin, **change.settings)
