"""Metrics of the second order: made of what requirements, decisions and the other gates came to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from types import MappingProxyType

from pytest_readiness.measure.scope import Scope
from pytest_readiness.model.evidence import Reason
from pytest_readiness.model.measurement import (
    RUN,
    Measurement,
    Member,
    NotApplicable,
    NotMeasured,
    Reading,
    Subject,
)
from pytest_readiness.model.metric import Metric, SubjectKind
from pytest_readiness.model.requirement import State
from pytest_readiness.model.scorecard import Effect
from pytest_readiness.model.standing import RequirementResult, Standing


def measure_standing(
    metric: Metric, standing: Standing | None, scope: Scope
) -> tuple[Reading, ...]:
    """The one reading of the metric.

    :param standing: None while requirements are judged: nothing may rest on its own result.
    """
    if not scope.whole:
        message = f"{metric.name} is of the whole project: no component has one"
        return (
            NotMeasured(
                subject=scope.subject,
                reason=Reason.NO_DATA,
                message=message,
                remedy="leave `component` out",
            ),
        )
    if standing is None:
        message = f"{metric.name} is known only when everything else has been judged"
        return (_unknown(message, "make it a gate of its own", Reason.ERROR),)
    return (_MEASURES[metric.name](standing),)


def failed(result: RequirementResult) -> bool:
    """Whether anything disproves it, accepted or not."""
    return result.state is State.FAILED or any(
        proof.state is State.FAILED for proof in result.proofs
    )


def _met(standing: Standing) -> Reading:
    applicable = [one for one in standing.requirements if one.state is not State.NOT_APPLICABLE]
    if not applicable:
        what = "applies" if standing.requirements else "is configured"
        return NotApplicable(subject=RUN, message=f"no requirement {what}")
    met = sum(one.state is State.PASSED for one in applicable)
    return Measurement(
        subject=RUN,
        value=Fraction(met, len(applicable)),
        part=met,
        total=len(applicable),
        members=_requirements(one for one in applicable if one.state is not State.PASSED),
    )


def _failed(standing: Standing) -> Reading:
    return _counted(_requirements(filter(failed, standing.requirements)))


def _unverified(standing: Standing) -> Reading:
    settled = (State.PASSED, State.NOT_APPLICABLE)
    return _counted(
        _requirements(
            one for one in standing.requirements if one.state not in settled and not failed(one)
        )
    )


def _waivers(standing: Standing) -> Reading:
    return _counted(
        tuple(
            _member(f"{one.gate} {one.subject}".strip(), f"to {one.expires}, {one.owner}")
            for one in standing.waivers
        )
    )


def _quarantine(standing: Standing) -> Reading:
    return _counted(
        tuple(
            _member(one.quarantine.test, one.message)
            for one in standing.quarantine
            if one.effect is not Effect.NONE  # what has expired is inert
        )
    )


def _weakened(standing: Standing) -> Reading:
    drift = standing.drift
    if drift is None:
        return _unknown(
            "the base's policy was not read",
            "run `pytest --readiness` in a repository, with this gate configured",
        )
    if drift.message:
        # the first policy is no weaker than another, and no stricter: nobody knows before there are two
        reason = Reason.NO_BASELINE if drift.first else Reason.NO_DATA
        return _unknown(drift.message, drift.remedy, reason)
    return _counted(
        tuple(
            _member(
                f"{one.what} {one.name}".strip(),
                f"{one.change.value}: {one.before} -> {one.after}"
                if one.before and one.after
                else f"{one.change.value}: {one.before or one.after}".removesuffix(": "),
                line=one.line,
            )
            for one in drift.changes
            if one.weaker
        )
    )


def _score(standing: Standing) -> Reading:
    if standing.share is None:
        return _unknown("nothing has a weight", "give gates a `weight`, or configure `score`")
    return Measurement(subject=RUN, value=standing.share)


_MEASURES: Mapping[str, Callable[[Standing], Reading]] = MappingProxyType(
    {
        "requirements.met": _met,
        "requirements.failed": _failed,
        "requirements.unverified": _unverified,
        "waivers.active": _waivers,
        "quarantine.entries": _quarantine,
        "policy.weakened": _weakened,
        "readiness.score": _score,
    }
)


def _requirements(results: Iterable[RequirementResult]) -> tuple[Member, ...]:
    return tuple(
        Member(
            subject=Subject(kind=SubjectKind.REQUIREMENT, id=one.requirement.id),
            detail=f"{one.state.value}: {one.message}" if one.message else one.state.value,
        )
        for one in results
    )


def _member(name: str, detail: str, line: int | None = None) -> Member:
    return Member(subject=Subject(kind=SubjectKind.NAMED, id=name, line=line), detail=detail)


def _counted(members: tuple[Member, ...]) -> Measurement:
    return Measurement(subject=RUN, value=len(members), members=members)


def _unknown(message: str, remedy: str = "", reason: Reason = Reason.NO_DATA) -> NotMeasured:
    return NotMeasured(subject=RUN, reason=reason, message=message, remedy=remedy)
