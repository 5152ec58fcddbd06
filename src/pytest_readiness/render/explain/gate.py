"""A gate: what its metric means, its limit, its value, its waivers, its findings, its history."""

from __future__ import annotations

from pytest_readiness.model.explanation import Known
from pytest_readiness.model.metric import Direction, Metric, SubjectKind
from pytest_readiness.model.policy import Gate, Level, Missing, Waiver
from pytest_readiness.model.scorecard import GateResult
from pytest_readiness.render import details, history_trends, rows, words
from pytest_readiness.render.explain.entry import entry
from pytest_readiness.render.line import Line, Writer
from pytest_readiness.render.report.heading import heading

_FINDINGS = 10
_VALUES = 5
_TRENDS = 3
_LEVELS = {
    Level.BLOCK: "a value that breaks it blocks: NOT READY",
    Level.RISK: "a value that breaks it is a risk: READY WITH RISKS",
    Level.INFO: "a value that breaks it is told, and does nothing to the verdict",
}
_MISSING = {
    Missing.FAIL: "counts as if it broke the limit",
    Missing.RISK: "is a risk",
    Missing.SKIP: "does not count",
}
_BETTER = {
    Direction.HIGHER: "higher is better",
    Direction.LOWER: "lower is better",
    Direction.NEITHER: "neither way is better",
}


def section(gate: Gate, result: GateResult | None, known: Known, writer: Writer) -> list[Line]:
    found = known.metrics.get(gate.metric)
    title = found.title if found is not None else gate.name
    lines = heading(title, writer, gate.name if gate.name != title else "")
    lines += entry("measures", _meaning(found, gate.metric), writer)
    lines += entry("limit", _limit(gate), writer)
    lines += entry("from", _origin(gate, known), writer)
    lines += entry("effect", _effect(gate), writer)
    lines += _value(result, known, writer)
    for waiver in _waivers(gate, known):
        subject = f" for {waiver.subject}" if waiver.subject else ""
        accept = f", accepts {waiver.accept.text}" if waiver.accept is not None else ""
        said = f"{words.waived(waiver)}{subject}{accept}: {waiver.reason} ({waiver.origin})"
        lines += entry("waiver", said, writer, ("yellow",))
    if result is not None:
        lines += details.places(result, writer, most=_FINDINGS)
    for action in _mend(found, result, writer):
        lines += entry("to mend it", action, writer)
    return lines + _history(gate, result, known, writer)


def metric(given: Metric, writer: Writer) -> list[Line]:
    """A metric that no gate of this stage asks for."""
    lines = heading(given.title, writer, given.name)
    lines += entry("measures", _meaning(given, given.name), writer)
    lines += entry("limit", "none: no gate of this stage is on it", writer)
    return lines + entry("to mend it", given.remedy.replace("`", ""), writer)


def _meaning(found: Metric | None, name: str) -> str:
    if found is None:
        return f"nothing has defined {name} yet: it is known once something records it"
    about = {
        SubjectKind.RUN: "one value a run",
        SubjectKind.NAMED: "one value a name",
    }.get(found.subject, f"one value a {found.subject.value}")
    unit = found.label or found.unit.value
    described = found.description.replace("`", "")
    facts = f"({unit}, {about}, {_BETTER[found.direction]})"
    return f"{described or found.title} {facts}"


def _limit(gate: Gate) -> str:
    said = gate.condition.text
    said += f", {gate.statistic}" if gate.statistic else ""
    said += f", of {gate.component}" if gate.component else ""
    return said + (f", only {', '.join(gate.select)}" if gate.select else "")


def _origin(gate: Gate, known: Known) -> str:
    said = str(gate.origin)
    said += f"; profile {known.policy.profile}" if known.policy.profile else ""
    return said + (f"; stage {known.policy.stage}" if known.policy.stage else "")


def _effect(gate: Gate) -> str:
    said = f"{_LEVELS[gate.level]}; one that is not measured {_MISSING[gate.when_missing]}"
    if gate.condition.relative:
        said += f", one without a baseline {_MISSING[gate.when_no_baseline]}"
    return said


def _value(result: GateResult | None, known: Known, writer: Writer) -> list[Line]:
    if result is None:
        return []
    word, markup = words.outcome(result)
    said = f"{word}: {rows.had(result)}" + (f" ({known.source})" if known.source else "")
    return entry("now", said, writer, markup)


def _waivers(gate: Gate, known: Known) -> list[Waiver]:
    return [one for one in known.policy.waivers if one.gate in (gate.name, gate.metric)]


def _mend(found: Metric | None, result: GateResult | None, writer: Writer) -> list[str]:
    told = details.actions(result, writer) if result is not None else []
    return told or ([found.remedy.replace("`", "")] if found is not None and found.remedy else [])


def _history(gate: Gate, result: GateResult | None, known: Known, writer: Writer) -> list[Line]:
    """The latest values on the base branch; of several subjects those of the worst."""
    worst = [finding.subject.name for finding in result.findings] if result is not None else []
    told = sorted(
        (trend for name, trend in known.trends if name == gate.name),
        key=lambda trend: worst.index(trend.subject) if trend.subject in worst else len(worst),
    )
    lines: list[Line] = []
    for trend in told[:_TRENDS]:
        lines += [(), *history_trends.values(trend, writer, most=_VALUES)]
    return lines
