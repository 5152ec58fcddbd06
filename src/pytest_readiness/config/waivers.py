"""Waivers from ``[[tool.pytest-readiness.waivers]]``."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_readiness.config.gate import read_condition
from pytest_readiness.config.names import nearest, quote
from pytest_readiness.config.table import Table, kind
from pytest_readiness.config.vocabulary import Vocabulary
from pytest_readiness.model.condition import Baseline, Condition
from pytest_readiness.model.metric import Unit
from pytest_readiness.model.policy import Waiver

WAIVER_KEYS = ("gate", "subject", "accept", "reason", "owner", "expires")
REQUIRED = ("gate", "reason", "owner", "expires")
_WHY = "a waiver says what it accepts, why, who answers for it, and until when"


def read_waivers(
    root: Table, gates: Mapping[str, str], written: Mapping[str, str], vocabulary: Vocabulary
) -> tuple[Waiver, ...]:
    """:param gates: the metric of each gate of any stage, by the gate's name and by its metric.
    :param written: the same for gates that are wrong themselves, and named as a problem already.
    """
    found = (_waiver(table, gates, written, vocabulary) for table in root.tables("waivers"))
    return tuple(waiver for waiver in found if waiver is not None)


def _waiver(
    table: Table, gates: Mapping[str, str], written: Mapping[str, str], vocabulary: Vocabulary
) -> Waiver | None:
    table.only(WAIVER_KEYS)
    complete = table.need(REQUIRED, _WHY)
    gate, reason, owner = table.text("gate"), table.text("reason"), table.text("owner")
    expires = table.date("expires")
    if gate and gate not in gates and gate not in written:
        table.problem(
            "gate",
            f"there is no gate {quote(gate)}",
            allowed=gates,
            nearest=nearest(gate, gates),
        )
        gate = ""
    subject = table.text("subject")
    metric = gates.get(gate) or written.get(gate, "")
    accept = _accept(table, metric, vocabulary)
    _check_scope(table, metric, vocabulary)
    if not complete or not (gate and reason and owner) or expires is None:
        return None
    return Waiver(
        gate=gate,
        reason=reason,
        owner=owner,
        expires=expires,
        subject=subject,
        accept=accept,
        origin=table.source.origin(table.path),
    )


def _accept(table: Table, metric: str, vocabulary: Vocabulary) -> Condition | None:
    if "accept" not in table.data:
        return None
    path, text = (*table.path, "accept"), table.data["accept"]
    if not isinstance(text, str):
        table.problem(
            "accept",
            f"{kind(text)} stands where a condition is needed",
            remedy='write it in quotes, with an operator: accept = ">= 41%"',
        )
        return None
    condition = read_condition(table.source, path, text, vocabulary.unit_of(metric))
    if condition and any(isinstance(term.limit, Baseline) for term in condition.terms):
        table.problem(
            "accept",
            "what is accepted is a fixed value: a baseline moves, and the waiver with it",
            remedy="write the value that was accepted",
        )
        return None
    return condition


def _check_scope(table: Table, name: str, vocabulary: Vocabulary) -> None:
    """What a waiver without a subject or without a value would accept must be clear."""
    metric = vocabulary.unit_of(name)
    if metric is None or "accept" in table.data:
        return
    if metric.unit is not Unit.COUNT:
        table.source.problem(
            table.path,
            f"accept is missing: a waiver of {name} says which value is accepted",
            remedy="a worse value than that is not waived",
        )
    elif "subject" not in table.data:
        table.source.problem(
            table.path,
            f"subject or accept is missing: a waiver of {name} says which of its members are"
            " accepted, or how many",
        )
