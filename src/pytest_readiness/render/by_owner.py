"""Findings and requirements that are open, grouped by who owns them."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_readiness.model import lines as line_sets
from pytest_readiness.model.owner import names
from pytest_readiness.model.requirement import State
from pytest_readiness.model.scorecard import Finding, GateResult, Scorecard
from pytest_readiness.model.value import NamedTuple
from pytest_readiness.render import figures, words
from pytest_readiness.render.line import Line, Writer
from pytest_readiness.render.rows import ordered, titled

NOBODY = "no owner"
_LINES = 2
"""That one finding may take."""
_MET = frozenset({State.PASSED, State.NOT_APPLICABLE})


class _Entry(NamedTuple):
    title: str
    result: GateResult
    finding: Finding


class _Open(NamedTuple):
    """What one owner has to see to."""

    findings: list[_Entry]
    requirements: list[str]


def by_owner(scorecard: Scorecard, writer: Writer, *, most: int | None = 5) -> list[Line]:
    """A block an owner, who has most to do first; what several own stands with each of them.

    :param most: findings of one gate that are shown of an owner; None: all.
    """
    lines: list[Line] = []
    groups = _groups(scorecard)
    for name in sorted(groups, key=lambda name: (name == "", -_size(groups[name]), name)):
        lines += [(), *_block(name, groups[name], writer, most)]
    return lines


def _groups(scorecard: Scorecard) -> dict[str, _Open]:
    groups: dict[str, _Open] = {}
    results = ordered(scorecard.results)
    for result, title in zip(results, titled(results), strict=True):
        for finding in result.findings:
            for name in names(finding.owner) or ("",):
                group = groups.setdefault(name, _Open([], []))
                group.findings.append(_Entry(title, result, finding))
    for one in scorecard.requirements:
        if one.state not in _MET:
            said = f"{one.requirement.id} {one.requirement.title}: {one.state.value}"
            for name in names(one.owner or one.requirement.owner) or ("",):
                groups.setdefault(name, _Open([], [])).requirements.append(said)
    return groups


def _size(group: _Open) -> int:
    return len(group.findings) + len(group.requirements)


def _block(name: str, group: _Open, writer: Writer, most: int | None) -> list[Line]:
    counts = [
        f"{figures.count(len(members))} {figures.noun(plural, len(members))}"
        for members, plural in (
            (group.findings, "findings"),
            (group.requirements, "requirements"),
        )
        if members
    ]
    lines = writer.paragraph(f"{name or NOBODY}: {', '.join(counts)}", ("bold",))
    gates: dict[str, list[_Entry]] = {}
    for entry in group.findings:
        gates.setdefault(entry.result.gate.name, []).append(entry)
    for entries in gates.values():
        lines += _gate(entries, writer, most)
    for said in group.requirements:
        lines += writer.paragraph(said, indent=3)
    return lines


def _gate(entries: Sequence[_Entry], writer: Writer, most: int | None) -> list[Line]:
    """A heading with the gate's title, its findings below without their owner."""
    first = entries[0]
    shown = [entry.finding for entry in entries[:most]]
    lines = writer.paragraph(first.title, ("light",), indent=3)
    for finding in shown:
        facts = [fact for fact in _facts(finding, first.result) if fact]
        said = f"{_place(finding)}: {', '.join(facts)}" if facts else _place(finding)
        lines += writer.paragraph(said, indent=5, most=_LINES)
    left = len(entries) - len(shown)
    if left:
        lines += writer.paragraph(f"and {figures.count(left)} more (-vv)", ("light",), indent=5)
    return lines


def _place(finding: Finding) -> str:
    if not finding.lines:
        return words.place(finding.subject)
    return f"{finding.subject.path or finding.subject.name}:{line_sets.to_text(finding.lines)}"


def _facts(finding: Finding, result: GateResult) -> tuple[str, ...]:
    value = ""
    if finding.measurement is not None and result.metric is not None:
        value = figures.measurement(finding.measurement, result.metric, result.gate.condition)
    missing = words.short(finding.short, result) if finding.short is not None else ""
    waived = f"waived {words.waived(finding.waiver)}" if finding.waiver is not None else ""
    return value, missing, waived or finding.detail
