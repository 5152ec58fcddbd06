"""What a gate, a requirement or a finding means, where it comes from, and how to mend it."""

from __future__ import annotations

from pytest_readiness.model.explanation import Known, Meant
from pytest_readiness.render.explain import finding, gate, requirement
from pytest_readiness.render.line import Line, Writer

__all__ = ["lines"]


def lines(meant: Meant, known: Known, writer: Writer) -> list[Line]:
    """A section for everything that the name stands for, and what was not looked at."""
    sections = []
    if meant.gates:
        sections += [gate.section(one, result, known, writer) for one, result in meant.gates]
    elif meant.metric is not None:
        sections.append(gate.metric(meant.metric, writer))
    if meant.requirement is not None:
        sections.append(requirement.section(meant.requirement, meant.result, known, writer))
    if meant.findings or meant.traces or meant.quarantine:
        sections.append(finding.section(meant, known, writer))
    told: list[Line] = []
    for section in sections:
        told += [*([()] if told else []), *section]
    for text in known.unseen:
        told += writer.paragraph(text, ("light",), first="not looked at: ")
    return told
