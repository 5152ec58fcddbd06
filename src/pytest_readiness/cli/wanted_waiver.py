"""What a waiver has to say so that it accepts what a gate or a requirement has today, and no more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pytest_readiness.config.accepted import accepting
from pytest_readiness.config.grammar import parse_condition
from pytest_readiness.config.names import nearest, quote
from pytest_readiness.config.waivers import NOT_MEASURED
from pytest_readiness.model.condition import Condition
from pytest_readiness.model.glob import matches
from pytest_readiness.model.measurement import Measurement, Number, Subject
from pytest_readiness.model.metric import Metric, SubjectKind, Unit
from pytest_readiness.model.policy import Policy
from pytest_readiness.model.requirement import State
from pytest_readiness.model.scorecard import Finding, GateOutcome, GateResult, Scorecard
from pytest_readiness.model.standing import RequirementResult
from pytest_readiness.model.value import dataclass

_MOST = 8
_UNMET = frozenset({State.NOT_VERIFIED, State.IN_PROGRESS, State.DEFERRED})


class RefusedError(ValueError):
    """Nothing can be waived; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Fields of a waiver."""

    gate: str
    subject: str = ""
    accept: str = ""
    """As it is written; empty: one member of a count, by its name."""
    condition: Condition | None = None
    not_measured: bool = False
    state: State | None = None

    def __str__(self) -> str:
        said = f"{self.gate} for {self.subject}" if self.subject else self.gate
        return f"{said} ({self.accept})" if self.accept else said


def found(scorecard: Scorecard, policy: Policy, gate: str, subject: str) -> Wanted:
    """Raises :class:`RefusedError`."""
    results = [one for one in scorecard.results if one.gate.metric]
    mine = [one for one in results if gate in {one.gate.name, one.gate.metric}]
    if mine:
        return _of_gate(_one(gate, mine), gate, subject)
    for one in scorecard.requirements:
        if one.requirement.id == gate:
            return _of_requirement(one, subject)
    names = [one.gate.name for one in results]
    known = dict.fromkeys([*names, *(one.gate.metric for one in results)])
    known.update((one.id, None) for one in policy.requirements)
    near = nearest(gate, known)
    raise RefusedError(
        f"there is no gate {quote(gate)}"
        + (f": did you mean {near}?" if near else f": there are {_few(known)}")
    )


def _one(gate: str, results: Sequence[GateResult]) -> GateResult:
    """Of several gates on one metric the only one that has something to waive."""
    open_ones = [one for one in results if one.outcome in _OPEN]
    kinds = {(one.gate.component, one.gate.statistic) for one in open_ones}
    if len(kinds) > 1:
        names = _few(one.gate.name for one in open_ones)
        raise RefusedError(f"several gates are on {gate}: name one of {names}")
    return (open_ones or results)[0]


_OPEN = frozenset({GateOutcome.FAILED, GateOutcome.NOT_MEASURED})
_CLOSED = {
    GateOutcome.PASSED: "passes: there is nothing to waive",
    GateOutcome.WAIVED: "is waived already",
    GateOutcome.NOT_APPLICABLE: "does not apply here: there is nothing to waive",
    GateOutcome.INCONCLUSIVE: "is inconclusive, a risk that blocks nothing: there is nothing to waive",
    GateOutcome.ERROR: "is in error, which no waiver accepts",
}


def _of_requirement(result: RequirementResult, subject: str) -> Wanted:
    id, state = result.requirement.id, result.state
    if subject:
        raise RefusedError(f"{id} is a requirement: it is waived as a whole, without a subject")
    if state is State.WAIVED:
        raise RefusedError(f"{id} is waived already")
    if state is State.FAILED:
        return Wanted(gate=id, accept=state.value, state=state)
    if state in _UNMET:
        return Wanted(gate=id, accept=State.NOT_VERIFIED.value, state=State.NOT_VERIFIED)
    raise RefusedError(f"{id}: {state.value}: there is nothing to waive")


def _of_gate(result: GateResult, gate: str, subject: str) -> Wanted:
    if result.outcome not in _OPEN:
        why = f": {result.message}" if result.outcome is GateOutcome.ERROR else ""
        raise RefusedError(f"{gate} {_CLOSED[result.outcome]}{why}")
    if result.gate.component and gate == result.gate.metric and not subject:
        subject = result.gate.component  # what the run may break a component may not
    if result.outcome is GateOutcome.NOT_MEASURED or result.metric is None:
        return _absent(result, gate, subject)
    return _broken(result, result.metric, gate, subject)


def _absent(result: GateResult, gate: str, subject: str) -> Wanted:
    about = result.reading.subject if result.reading is not None else Subject(kind=SubjectKind.RUN)
    if about.id and not subject:
        raise RefusedError(
            f"{gate} is not measured for some subjects: name one, as {quote(about.name)}"
        )
    if subject and not about.id and subject != result.gate.component:
        raise RefusedError(f"{gate} is not measured as a whole: leave out {quote(subject)}")
    return Wanted(gate=gate, subject=subject, accept=NOT_MEASURED, not_measured=True)


def _broken(result: GateResult, metric: Metric, gate: str, subject: str) -> Wanted:
    reading = result.reading
    of_run = metric.subject is SubjectKind.RUN
    if of_run and isinstance(reading, Measurement) and subject in {"", result.gate.component}:
        return _accepting(gate, subject, [reading.value], metric, result)
    if of_run and metric.unit is not Unit.COUNT:
        raise RefusedError(f"{gate} is one value of the run: leave out {quote(subject)}")
    if not subject:
        names = _few(one.subject.name for one in result.findings if one.waiver is None)
        raise RefusedError(f"{gate} is waived for a subject: name it, as one of {names}")
    selected = [one for one in result.findings if _selects(subject, one.subject)]
    if not selected:
        known = [one.subject.name for one in result.findings]
        near = nearest(subject, known)
        raise RefusedError(
            f"{gate} has no finding {quote(subject)}: "
            + (f"did you mean {near}?" if near else f"there are {_few(known)}")
        )
    if all(one.waiver is not None for one in selected):
        raise RefusedError(f"{gate} is waived for {subject} already")
    if of_run:
        weights = _weights(reading, selected)
        if max(weights) == 1:
            return Wanted(gate=gate, subject=subject)
        return _accepting(gate, subject, weights, metric, result)
    values = [one.measurement.value for one in selected if one.measurement is not None]
    if not values:
        return Wanted(gate=gate, subject=subject, accept=NOT_MEASURED, not_measured=True)
    return _accepting(gate, subject, values, metric, result)


def _accepting(
    gate: str, subject: str, values: Sequence[Number], metric: Metric, result: GateResult
) -> Wanted:
    text = accepting(values, metric, result.gate.condition)
    return Wanted(gate=gate, subject=subject, accept=text, condition=parse_condition(text, metric))


def _weights(reading: object, selected: Iterable[Finding]) -> list[int]:
    """How much of a count each of the members makes up."""
    members = reading.members if isinstance(reading, Measurement) else ()
    known = {member.subject: member.weight for member in members}
    return [known.get(one.subject, 1) for one in selected]


def _selects(pattern: str, subject: Subject) -> bool:
    return matches(pattern, subject.id) or matches(pattern, subject.name)


def _few(names: Iterable[str]) -> str:
    every = list(dict.fromkeys(names))
    more = f" and {len(every) - _MOST} more" if len(every) > _MOST else ""
    return ", ".join(every[:_MOST]) + more
