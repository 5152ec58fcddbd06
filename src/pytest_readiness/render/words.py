"""Results in plain words: outcomes, titles, limits, what is short. No number is made here."""

from __future__ import annotations

from fractions import Fraction

from pytest_readiness.model.condition import Condition, Dimension, Literal, Operator
from pytest_readiness.model.measurement import Measurement, Subject
from pytest_readiness.model.metric import Direction, Metric, SubjectKind, Unit
from pytest_readiness.model.policy import Waiver
from pytest_readiness.model.scorecard import Effect, GateOutcome, GateResult, Short, Verdict
from pytest_readiness.render import figures

Markup = tuple[str, ...]
"""Keywords of pytest's terminal writer: colours, ``bold``, ``light``."""

OUTCOME: dict[GateOutcome, tuple[str, Markup]] = {
    GateOutcome.PASSED: ("pass", ("green",)),
    GateOutcome.FAILED: ("FAIL", ("red", "bold")),
    GateOutcome.INCONCLUSIVE: ("INCONCLUSIVE", ("yellow",)),
    GateOutcome.NOT_MEASURED: ("NOT MEASURED", ("red", "bold")),
    GateOutcome.NOT_APPLICABLE: ("n/a", ("light",)),
    GateOutcome.WAIVED: ("WAIVED", ("yellow",)),
    GateOutcome.ERROR: ("ERROR", ("red", "bold")),
}
VERDICT: dict[Verdict, Markup] = {
    Verdict.READY: ("green", "bold"),
    Verdict.READY_WITH_RISKS: ("yellow", "bold"),
    Verdict.NOT_READY: ("red", "bold"),
    Verdict.NO_VERDICT: ("cyan", "bold"),
}
_NEEDS = {
    Operator.AT_LEAST: "needs",
    Operator.AT_MOST: "at most",
    Operator.ABOVE: "needs over",
    Operator.BELOW: "needs under",
    Operator.EQUAL: "needs",
}
_BREAKS = {
    Operator.AT_LEAST: "under",
    Operator.AT_MOST: "over",
    Operator.ABOVE: "not over",
    Operator.BELOW: "not under",
    Operator.EQUAL: "not",
}
_SUBJECTS = {
    SubjectKind.TEST: "tests",
    SubjectKind.FILE: "files",
    SubjectKind.BENCHMARK: "benchmarks",
    SubjectKind.TOOL: "tools",
    SubjectKind.REQUIREMENT: "requirements",
    SubjectKind.NAMED: "figures",
    SubjectKind.RUN: "readings",
}


def outcome(result: GateResult) -> tuple[str, Markup]:
    """The word in front of a gate, and its colours; a failure that does not block reads RISK or info."""
    word, markup = OUTCOME[result.outcome]
    if result.outcome is GateOutcome.FAILED and result.effect is not Effect.BLOCK:
        return ("RISK", ("yellow", "bold")) if result.effect is Effect.RISK else ("info", ("cyan",))
    if result.effect is Effect.RISK and "red" in markup:
        return word, ("yellow",)
    if result.effect is Effect.NONE and "red" in markup:
        return word, ("light",)
    return word, markup


def title(result: GateResult) -> str:
    """``Line coverage of payments``, ``Benchmark time (p95)``; a gate's own name stands in for it."""
    gate = result.gate
    if result.metric is None:
        return gate.name
    words = result.metric.title
    if gate.statistic and gate.statistic != result.metric.usual_statistic:
        words += f" ({gate.statistic})"
    if gate.component:
        words += f" of {gate.component}"
    return words


def named(result: GateResult) -> bool:
    """The gate has a name of its own, beside ``metric`` and ``metric#2``."""
    return result.gate.name.partition("#")[0] != result.gate.metric


def needs(condition: Condition) -> str:
    """``needs 95 %``, ``at most 2 s``; limits of different kinds as they were written."""
    terms = condition.terms
    if len(condition.alternatives) != 1 or len({term.operator for term in terms}) != 1:
        return f"needs {condition.text}"
    return f"{_NEEDS[terms[0].operator]} {' and '.join(map(figures.limit, terms))}"


def breaks(condition: Condition) -> str:
    """What a subject is that breaks the condition: ``over 2 s``."""
    terms = condition.terms
    if len(terms) != 1:
        return f"against {condition.text}"
    return f"{_BREAKS[terms[0].operator]} {figures.limit(terms[0])}"


def subjects(metric: Metric, number: int) -> str:
    """``214 tests``."""
    return f"{figures.count(number)} {figures.noun(_SUBJECTS[metric.subject], number)}"


def value(measured: Measurement, metric: Metric, condition: Condition | None) -> str:
    """``88.2 %``, ``9 of 214 tests (4.3 %)``, ``1.92 s (1.8 s to 2.1 s)``."""
    shown = figures.measurement(measured, metric, condition)
    if metric.unit is Unit.COUNT and measured.total is not None:
        whole = f" of {figures.count(measured.total)} {metric.counts}".rstrip()
        number, blank, share = shown.partition(" (")
        shown = number + whole + blank + share
    interval = figures.interval(measured, metric)
    return f"{shown} ({interval})" if interval else shown


def parts(measured: Measurement, metric: Metric) -> str:
    """The integers behind a ratio: ``1,482 of 1,586 lines``; empty for anything else."""
    if measured.total is None or measured.part is None or metric.unit is not Unit.RATIO:
        return ""
    both = f"{figures.count(measured.part)} of {figures.count(measured.total)}"
    return f"{both} {figures.noun(metric.counts, measured.total)}".rstrip()


def plain_count(result: GateResult) -> bool:
    """Value and limit are bare counts: by how much it falls short goes without saying."""
    terms = result.gate.condition.terms
    return (
        result.metric is not None
        and result.metric.unit is Unit.COUNT
        and len(terms) == 1
        and getattr(terms[0].limit, "dimension", None) is Dimension.BARE
        and isinstance(terms[0].limit, Literal)
    )


def worst(metric: Metric) -> str:
    """How the worst of several subjects is called."""
    if metric.unit is Unit.SECONDS:
        return "slowest" if metric.direction is not Direction.HIGHER else "shortest"
    return "worst"


def short(missing: Short, result: GateResult) -> str:
    """``4 changed lines short``, ``1.41 s over``, ``2 tests too many``."""
    shown = figures.amount(missing.amount, missing.unit)
    if not _upper(result):
        return f"{shown} short"
    whole = isinstance(missing.amount, int) and missing.unit not in ("pp", "s", "B")
    return f"{shown} too many" if whole else f"{shown} over"


def _upper(result: GateResult) -> bool:
    """The condition bounds the value from above."""
    operators = {term.operator for term in result.gate.condition.terms}
    if operators <= {Operator.AT_MOST, Operator.BELOW}:
        return True
    if operators <= {Operator.AT_LEAST, Operator.ABOVE}:
        return False
    reading = result.reading
    terms = result.gate.condition.terms
    if len(terms) == 1 and isinstance(reading, Measurement):
        bound = getattr(terms[0].limit, "value", None)
        if bound is not None and reading.value != bound:
            return reading.value > Fraction(bound)
    return result.metric is not None and result.metric.direction is Direction.LOWER


def place(subject: Subject) -> str:
    """Where a subject is: ``tests/test_api.py:12 test_import``, so that editors can follow it."""
    name = subject.id or subject.component
    if subject.path and subject.line is not None:
        where = f"{subject.path}:{subject.line}"
        rest = "" if name == subject.path else name.removeprefix(f"{subject.path}::")
        if subject.kind is SubjectKind.TOOL:  # `ruff:error:F401:src/a.py`
            rest = name.removesuffix(f":{subject.path}")
        name = f"{where} {rest}".rstrip()
    return f"{name} [{subject.environment}]" if subject.environment else name


def waived(waiver: Waiver) -> str:
    """``to 2027-01-31, @payments``."""
    return f"to {waiver.expires.isoformat()}, {waiver.owner}"
