"""A finding: every gate that it breaks, every requirement that rests on it, whose it is."""

from __future__ import annotations

from pytest_readiness.model import lines as line_sets
from pytest_readiness.model.explanation import Known, Meant
from pytest_readiness.model.scorecard import Finding, GateResult
from pytest_readiness.model.value import replace
from pytest_readiness.render import details, figures, words
from pytest_readiness.render.explain.entry import entry
from pytest_readiness.render.line import Line, Writer
from pytest_readiness.render.report import requirements
from pytest_readiness.render.report.heading import heading


def section(meant: Meant, known: Known, writer: Writer) -> list[Line]:
    lines = heading(meant.name, writer)
    lines += entry("seen in", known.source, writer)
    owners = [finding.owner for _, finding in meant.findings]
    owners += [requirements.owner(result) for result, _ in meant.traces]
    lines += entry("owner", ", ".join(dict.fromkeys(filter(None, owners))), writer)
    broken: dict[str, words.Markup] = {}
    for result, finding in meant.findings:  # a gate, and the proof of a requirement, may be alike
        word, markup = words.outcome(result)
        broken.setdefault(f"{_broken(result, finding)} ({word})", markup)
    for said, markup in broken.items():
        lines += entry("breaks", said, writer, markup)
    for waiver in dict.fromkeys(finding.waiver for _, finding in meant.findings):
        if waiver is not None:
            lines += entry(
                "waiver", f"{words.waived(waiver)}: {waiver.reason}", writer, ("yellow",)
            )
    for requirement, trace in meant.traces:
        state = requirements.WORDS[requirement.state]
        said = f"{requirements.name(requirement)} ({state}): {trace.outcome}"
        said += f", {trace.detail}" if trace.detail else ""
        lines += entry("requirement", said, writer)
    for one in meant.quarantine:
        entry_of = one.quarantine
        said = f"{entry_of.test} to {entry_of.expires.isoformat()}, {entry_of.owner}"
        said += f": {one.message or entry_of.reason}"
        lines += entry("quarantine", said, writer, ("yellow",))
    actions: dict[str, None] = {}
    for result, finding in meant.findings:
        # as if the gate had found nothing else: the command is then this one's
        alone = _alone(result, finding)
        actions.update(dict.fromkeys(details.actions(alone, writer)))
    for action in actions:
        lines += entry("to mend it", action, writer)
    return lines


def _alone(result: GateResult, finding: Finding) -> GateResult:
    return replace(result, findings=(finding,))


def _broken(result: GateResult, finding: Finding) -> str:
    """``Test duration <= 2s: 3.41 s, 1.41 s over, lines 4-7``."""
    metric = result.metric
    said = []
    if finding.measurement is not None and metric is not None:
        said.append(figures.measurement(finding.measurement, metric, result.gate.condition))
    if finding.short is not None:
        said.append(words.short(finding.short, result))
    said += [finding.detail] if finding.detail else []
    ranges = ",".join(
        str(first) if first == last else f"{first}-{last}"
        for first, last in line_sets.ranges(finding.lines)
    )
    said += [f"lines {ranges}"] if ranges else []
    head = f"{words.title(result)} {result.gate.condition.text}"
    return f"{head}: {', '.join(said)}" if said else head
