"""From gate results to rows of the table: what a gate is, has, needs and lacks, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pytest_readiness.model.evidence import Reason
from pytest_readiness.model.measurement import Measurement, NotApplicable, NotMeasured
from pytest_readiness.model.metric import Metric, SubjectKind
from pytest_readiness.model.policy import Missing
from pytest_readiness.model.scorecard import Effect, GateOutcome, GateResult
from pytest_readiness.render import figures, words
from pytest_readiness.render.table import Row

_ORDER = {
    GateOutcome.ERROR: 0,
    GateOutcome.FAILED: 1,
    GateOutcome.NOT_MEASURED: 2,
    GateOutcome.INCONCLUSIVE: 3,
    GateOutcome.WAIVED: 4,
    GateOutcome.PASSED: 5,
    GateOutcome.NOT_APPLICABLE: 6,
}
_EFFECT = {Effect.BLOCK: 0, Effect.RISK: 1, Effect.NONE: 2}


def ordered(results: Sequence[GateResult]) -> list[GateResult]:
    """What hurts most first; within one kind the policy's order."""
    return sorted(results, key=lambda result: (_EFFECT[result.effect], _ORDER[result.outcome]))


def rows(results: Sequence[GateResult], *, verbosity: int) -> list[Row]:
    """A row a gate, in the order given."""
    titles = titled(results)
    return [_row(result, title, verbosity) for result, title in zip(results, titles, strict=True)]


def had(result: GateResult) -> str:
    """Value, limit and what stands beside them, as the row has them; else why there is no value."""
    row = _row(result, "", 0)
    return row.message or ", ".join(text for text in (row.figures, row.detail) if text)


def value(result: GateResult) -> str:
    """Value and limit alone; nothing where there is no value."""
    return _row(result, "", 0).figures


def titled(results: Sequence[GateResult]) -> list[str]:
    """Titles that tell gates on one metric apart: by their own name, else by what they select."""
    titles = [words.title(result) for result in results]
    often = Counter(titles)
    return [
        f"{title} ({_apart(result)})" if often[title] > 1 and _apart(result) else title
        for result, title in zip(results, titles, strict=True)
    ]


def _apart(result: GateResult) -> str:
    if words.named(result):
        return result.gate.name
    return ", ".join(result.gate.select)


def _row(result: GateResult, title: str, verbosity: int) -> Row:
    word, markup = words.outcome(result)
    row = Row(word, markup, title, notes=_provenance(result) if verbosity >= 1 else ())
    if result.outcome is GateOutcome.NOT_APPLICABLE:
        return row._replace(message=result.message or _message(result))
    if result.outcome in (GateOutcome.NOT_MEASURED, GateOutcome.ERROR):
        return row._replace(message=_without_value(result))
    if result.metric is None:
        return row._replace(message=result.message)
    alone = result.metric.subject is SubjectKind.TOOL and result.judged == 1
    if result.metric.subject is SubjectKind.RUN or alone:
        return row._replace(figures=_value(result, result.metric), detail=_beside(result))
    return row._replace(figures=_many(result, result.metric), detail=_worst(result, result.metric))


def _provenance(result: GateResult) -> tuple[str, ...]:
    """The gate as it stands in the policy, and where its limit came from."""
    gate = result.gate
    parts = [f"{gate.metric} {gate.condition.text}".strip()]
    if words.named(result):
        parts.insert(0, gate.name)
    if gate.select:
        parts.append("select " + ", ".join(gate.select))
    notes = [f"{'; '.join(part for part in parts if part)} ({gate.origin})"]
    reading = result.reading
    if isinstance(reading, Measurement) and result.metric is not None:
        known = figures.baseline(reading, result.metric)
        if known and reading.reference is not None:
            source = reading.reference.text
            between = ", " if source.startswith("median") else " of "
            notes.append(f"baseline {known}{between}{source}")
    return tuple(notes)


def _message(result: GateResult) -> str:
    if result.message:
        return result.message
    reading = result.reading
    return reading.message if isinstance(reading, NotMeasured | NotApplicable) else ""


def _without_value(result: GateResult) -> str:
    """Why there is no value, and what that counts for where it is not a failure."""
    message = _message(result) or (result.reason.value if result.reason else "no reason was given")
    if result.effect is Effect.BLOCK:
        return message
    if result.effect is Effect.RISK:
        return f"{message} (a risk, does not block)"
    return f"{message} (does not count{_skipped(result)})"


def _skipped(result: GateResult) -> str:
    """The setting by which a gate without a value is left out, where it is one."""
    gate = result.gate
    if result.outcome is GateOutcome.NOT_MEASURED:
        if result.reason is Reason.NO_BASELINE:
            return ": when-no-baseline is skip" if gate.when_no_baseline is Missing.SKIP else ""
        return ": when-missing is skip" if gate.when_missing is Missing.SKIP else ""
    return ""


def _value(result: GateResult, metric: Metric) -> str:
    """``88.2 %, needs 95 %``."""
    needs = words.needs(result.gate.condition)
    reading = result.reading
    if not isinstance(reading, Measurement):
        return needs
    shown = words.value(reading, metric, result.gate.condition)
    reference = figures.baseline(reading, metric)
    return f"{shown}, {needs}" + (f" (baseline {reference})" if reference else "")


def _beside(result: GateResult) -> str:
    """What else there is to say of a metric of the run: short by, of how many, until when waived."""
    said = []
    if result.outcome is GateOutcome.WAIVED and result.waivers:
        said.append(_waived(result))
    elif result.outcome is GateOutcome.INCONCLUSIVE:
        said.append(result.message)
    elif result.outcome is GateOutcome.FAILED and result.short is not None:
        said.append("" if words.plain_count(result) else words.short(result.short, result))
    reading = result.reading
    if isinstance(reading, Measurement) and result.metric is not None and not said:
        said.append(words.parts(reading, result.metric))
    if isinstance(reading, Measurement):
        said.append(reading.detail)
    if result.outcome is GateOutcome.FAILED:
        said.append(result.message)
    return ", ".join(part for part in said if part)


def _many(result: GateResult, metric: Metric) -> str:
    """``2 of 214 tests over 2 s``."""
    condition = result.gate.condition
    if result.broken:
        judged = words.subjects(metric, max(result.judged, result.broken))
        return f"{figures.count(result.broken)} of {judged} {words.breaks(condition)}"
    return f"{words.subjects(metric, result.judged)}, {words.needs(condition)}"


def _worst(result: GateResult, metric: Metric) -> str:
    if result.outcome is GateOutcome.WAIVED and result.waivers:
        return _waived(result)
    reading = result.reading
    if not isinstance(reading, Measurement):
        return _message(result)
    shown = words.value(reading, metric, result.gate.condition)
    said = f"{words.worst(metric)} {shown}"
    if result.outcome is GateOutcome.INCONCLUSIVE and result.message:
        return f"{said}: {result.message}"
    if result.outcome is GateOutcome.FAILED and result.message:
        return f"{said}, {result.message}"  # subjects of which nothing is known
    return said


def _waived(result: GateResult) -> str:
    more = len(result.waivers) - 1
    return words.waived(result.waivers[0]) + (f" and {more} more" if more else "")
