"""Waivers from ``[[tool.pytest-readiness.waivers]]``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from pytest_readiness.config.gate import read_condition
from pytest_readiness.config.names import nearest, quote
from pytest_readiness.config.table import Table, kind
from pytest_readiness.config.vocabulary import Vocabulary
from pytest_readiness.model.condition import Baseline, Condition
from pytest_readiness.model.metric import Unit
from pytest_readiness.model.policy import Waiver

if TYPE_CHECKING:
    from pytest_readiness.model.requirement import State

WAIVER_KEYS = ("gate", "subject", "accept", "reason", "owner", "expires")
REQUIRED = ("gate", "reason", "owner", "expires")
_WHY = "a waiver says what it accepts, why, who answers for it, and until when"


NOT_MEASURED = "not measured"
STATES = ("not verified", "failed")
"""What may be accepted of a requirement; the second is the worse, and covers the first."""


def read_waivers(
    root: Table,
    gates: Mapping[str, str],
    written: Mapping[str, str],
    vocabulary: Vocabulary,
    requirement_ids: Collection[str] = (),
) -> tuple[Waiver, ...]:
    """:param gates: the metric of each gate of any stage, by the gate's name and by its metric.
    :param written: the same for gates that are wrong themselves, and named as a problem already.
    :param requirement_ids: of all requirements, which a waiver names in the place of a gate.
    """
    known = {**written, **gates}
    found = (
        _waiver(table, gates, known, vocabulary, requirement_ids)
        for table in root.tables("waivers")
    )
    return tuple(waiver for waiver in found if waiver is not None)


def _waiver(
    table: Table,
    gates: Mapping[str, str],
    known: Mapping[str, str],
    vocabulary: Vocabulary,
    requirement_ids: Collection[str],
) -> Waiver | None:
    table.only(WAIVER_KEYS)
    complete = table.need(REQUIRED, _WHY)
    gate, reason, owner = table.text("gate"), table.text("reason"), table.text("owner")
    expires = table.date("expires")
    accept, not_measured, state = None, False, None
    if gate and gate not in known and gate in requirement_ids:
        state = _state(table)
        if "subject" in table.data:
            table.problem("subject", "a requirement is waived as a whole", remedy="leave it out")
    else:
        if gate and gate not in known:
            choice = (*gates, *requirement_ids)
            table.problem(
                "gate",
                f"there is no gate {quote(gate)}"
                + (", and no requirement of that id" if requirement_ids else ""),
                allowed=choice,
                nearest=nearest(gate, choice),
            )
            gate = ""
        metric = known.get(gate, "")
        not_measured = _is_words(table.data.get("accept"), NOT_MEASURED)
        accept = None if not_measured else _accept(table, metric, vocabulary)
        _check_scope(table, metric, vocabulary)
    subject = table.text("subject")
    if not complete or not (gate and reason and owner) or expires is None:
        return None
    return Waiver(
        gate=gate,
        reason=reason,
        owner=owner,
        expires=expires,
        subject=subject,
        accept=accept,
        not_measured=not_measured,
        state=state,
        origin=table.source.origin(table.path),
    )


def _is_words(text: object, words: str) -> bool:
    return isinstance(text, str) and text.split() == words.split()


def _state(table: Table) -> State | None:
    """The worst state of a requirement that is accepted."""
    from pytest_readiness.model.requirement import State

    if "accept" not in table.data:
        table.source.problem(
            table.path,
            "accept is missing: a waiver of a requirement says what is accepted",
            allowed=[quote(words) for words in STATES],
        )
        return None
    text = table.data["accept"]
    for words in STATES:
        if _is_words(text, words):
            return State(words)
    shown = quote(text) if isinstance(text, str) else kind(text)
    table.problem(
        "accept",
        f"{shown} is no state of a requirement that can be accepted",
        allowed=[quote(words) for words in STATES],
        nearest=quote(near) if isinstance(text, str) and (near := nearest(text, STATES)) else "",
    )
    return None


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
    if text[:1].isalpha() and (near := nearest(text, (NOT_MEASURED, *STATES))):
        table.problem(
            "accept",
            f"{quote(text)} is nothing that a gate's waiver can accept",
            allowed=["a condition", quote(NOT_MEASURED)],
            nearest=quote(near) if near == NOT_MEASURED else "",
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


def schema() -> dict[str, Any]:
    """The part of the JSON schema for the key ``waivers``."""
    from pytest_readiness.config.parts import DAY, TEXT, said, table

    properties = {
        "gate": said(TEXT, "A gate's name or its metric, or a requirement's id."),
        "subject": said(TEXT, "Which of its subjects; a glob."),
        "accept": {
            "anyOf": [{"$ref": "#/definitions/condition"}, {"enum": [NOT_MEASURED, *STATES]}],
            "description": "The value accepted (a worse one is not), or that there is none.",
        },
        "reason": TEXT,
        "owner": TEXT,
        "expires": said(DAY, "The last day on which it holds."),
    }
    return {"waivers": {"type": "array", "items": table(properties, *REQUIRED)}}
