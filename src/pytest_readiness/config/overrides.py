"""Gates from the command line: ``coverage.lines >= 80%``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pytest_readiness.config.gate import read_condition
from pytest_readiness.config.names import quote
from pytest_readiness.config.table import Source
from pytest_readiness.config.vocabulary import Vocabulary
from pytest_readiness.model.pattern import pattern
from pytest_readiness.model.policy import Gate, Origin
from pytest_readiness.model.value import replace

OPTION = "--readiness-gate"
_SPLIT = pattern(r"\s*(?P<name>[^<>=!≤≥]*?)\s*(?P<condition>[<>=!≤≥].*)", re.DOTALL)


def override(
    gates: Sequence[Gate], text: str, vocabulary: Vocabulary, source: Source
) -> tuple[Gate, ...]:
    """The gates with one condition changed, all else of that gate kept; a gate that is not there is added.

    A gate is meant by its name, or by its metric if that has only one.
    """
    path = (OPTION, text)
    name, limit = split(text)
    if not name:
        source.problem(
            path,
            "a gate is a metric (or a gate's name) and a condition",
            remedy=f'for example: {OPTION} "coverage.lines >= 80%"',
        )
        return tuple(gates)
    named = _meant(gates, name)
    if len(named) > 1:
        names = [quote(_address(gate)) for gate in named]
        source.problem(
            path, f"there are {len(named)} gates on {name}: say which one", allowed=names
        )
        return tuple(gates)
    metric = named[0].metric if named else name
    if not named and not vocabulary.check_metric(source, path, metric):
        return tuple(gates)
    condition = read_condition(source, path, limit, vocabulary.unit_of(metric))
    if condition is None:
        return tuple(gates)
    origin = Origin(source=source.name, key=OPTION)
    if not named:
        new = Gate(name=name, metric=metric, condition=condition, origin=origin)
        return (*gates, new)
    changed = replace(named[0], condition=condition, origin=origin)
    return tuple(changed if gate is named[0] else gate for gate in gates)


def split(text: str) -> tuple[str, str]:
    """What a condition is on, and the condition; two empty texts where it is none."""
    found = _SPLIT.fullmatch(text)
    name = found["name"].strip("\"' ") if found else ""
    return (name, found["condition"]) if found and name else ("", "")


def _meant(gates: Sequence[Gate], name: str) -> list[Gate]:
    """Gates that a name may mean: the first of several on one metric is called by ``metric#1``."""
    same = [gate for gate in gates if gate.metric == name]
    if len(same) > 1:
        return same
    return [gate for gate in gates if name in (gate.name, _address(gate))] or same


def _address(gate: Gate) -> str:
    return f"{gate.name}#1" if gate.name == gate.metric else gate.name
