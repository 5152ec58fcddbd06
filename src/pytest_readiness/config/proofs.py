"""What proves a requirement: one reader for each kind of proof."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pytest_readiness.config import parts
from pytest_readiness.config.attestation import attestation_schema, points_of, read_attestation
from pytest_readiness.config.limit import limit_schema, read_limits
from pytest_readiness.config.looked_for import (
    looked_for_schema,
    read_check,
    read_files,
    read_text,
    strings,
)
from pytest_readiness.config.named_tools import NamedTools
from pytest_readiness.config.parts import ONE_OR_MORE, TEXT, Schema, said
from pytest_readiness.config.table import Table
from pytest_readiness.config.vocabulary import Vocabulary
from pytest_readiness.model.requirement import (
    LookFor,
    LookProof,
    MetricProof,
    Proof,
    TestsProof,
    ToolProof,
)
from pytest_readiness.model.value import dataclass

PROOF_KEYS = (
    "tests",
    "tool",
    "command",
    "file",
    "no-file",
    "text",
    "check",
    "metric",
    "attestation",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What proofs may name."""

    vocabulary: Vocabulary
    tools: NamedTools


def read_proofs(table: Table, name: str, known: Known) -> tuple[Proof, ...]:
    """Of one requirement, in the order of its keys; what is wrong is noted.

    :param name: the requirement's id.
    """
    return tuple(
        proof
        for key in table.data
        if key in _READERS
        for proof in _READERS[key](table, name, known)
    )


def _tests(table: Table, name: str, known: Known) -> Iterator[Proof]:
    if table.flag("tests", True):
        yield TestsProof()
    elif table.data["tests"] is False:
        table.problem("tests", "false proves nothing", remedy="leave the key out")


def _tool(table: Table, name: str, known: Known) -> Iterator[Proof]:
    select = tuple(
        text for path, text in strings(table, "tool") if known.tools.check(table, path, text)
    )
    if select:
        yield ToolProof(select=select)


def _command(table: Table, name: str, known: Known) -> Iterator[Proof]:
    if known.tools.command(table, name):
        yield ToolProof(select=(name,))


def _attestation(table: Table, name: str, known: Known) -> Iterator[Proof]:
    one = table.table("attestation")
    attestation = None if one is None else read_attestation(one, points_of(table))
    if attestation is not None:
        yield attestation


_READERS: dict[str, Callable[[Table, str, Known], Iterator[Proof]]] = {
    "tests": _tests,
    "tool": _tool,
    "command": _command,
    "file": lambda table, name, known: _looks(read_files(table, "file")),
    "no-file": lambda table, name, known: _looks(read_files(table, "no-file")),
    "text": lambda table, name, known: _looks(read_text(table)),
    "check": lambda table, name, known: _looks(read_check(table)),
    "metric": lambda table, name, known: (
        MetricProof(gate=gate) for gate in read_limits(table, name, known.vocabulary)
    ),
    "attestation": _attestation,
}


def _looks(looks: Iterator[LookFor]) -> Iterator[Proof]:
    return (LookProof(look=look) for look in looks)


def proofs_schema() -> Schema:
    """Properties of a requirement's table."""
    return {
        "tests": said({"const": True}, "Tests marked with the id: one ran, and all passed."),
        "tool": said(ONE_OR_MORE, "Tools that find nothing: TOOL, TOOL:LEVEL ..."),
        "command": said({"anyOf": [TEXT, _command_schema()]}, "A command that exits with 0."),
        **looked_for_schema(),
        "metric": limit_schema(),
        "attestation": said(attestation_schema(), "Somebody's word, dated."),
    }


def _command_schema() -> Schema:
    from pytest_readiness.config import tools

    properties = tools.schema()["additionalProperties"]["properties"]
    return parts.table({key: properties[key] for key in tools.COMMAND_KEYS}, "run")
