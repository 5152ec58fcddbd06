"""``tests.warnings``: warnings, as pytest counts them in its summary."""

from __future__ import annotations

from pytest_readiness.measure.holes import not_measured
from pytest_readiness.measure.scope import Scope
from pytest_readiness.measure.suite import Suite
from pytest_readiness.measure.view import View
from pytest_readiness.model.evidence import Warned
from pytest_readiness.model.measurement import Measurement, Member, Reading, Subject
from pytest_readiness.model.metric import SubjectKind


def measure_warnings(suite: Suite, scope: Scope) -> tuple[Reading, ...]:
    members = _distinct(suite.view, scope)
    value = sum(member.weight for member in members)
    measurement = Measurement(subject=scope.subject, value=value, members=members)
    holes = (*suite.gaps(scope), *suite.holes.told("warnings", frozenset()))
    if holes:
        return (not_measured(scope.subject, holes, measurement),)
    return (measurement,)


def _distinct(view: View, scope: Scope) -> tuple[Member, ...]:
    """Each distinct warning with the number of times that it was seen, the most frequent first."""
    seen: dict[tuple[str, str], dict[str, int]] = {}
    places: dict[tuple[str, str], str] = {}
    for record, warned in view.select(Warned):
        if scope.covers(warned.where):
            key = (record.subject, view.environment(record.run))
            counts = seen.setdefault(key, {})
            unit = _unit(view, record.run, warned.where)
            counts[unit] = counts.get(unit, 0) + warned.count
            places[key] = min(places.get(key, warned.where), warned.where)
    members = [
        Member(
            subject=Subject(
                kind=SubjectKind.NAMED,
                id=name,
                path=places[name, environment].partition("::")[0],
                environment=environment,
            ),
            # runs of the same tests see the same warnings: the fullest one counts
            weight=max(counts.values()),
            detail=places[name, environment],
        )
        for (name, environment), counts in seen.items()
    ]
    members.sort(key=lambda member: (-member.weight, member.subject.name))
    return tuple(members)


def _unit(view: View, run: str, where: str) -> str:
    """What sees a warning once: the shards of a suite together while its tests run, else a run."""
    manifest = view.runs.get(run)
    if manifest is None or manifest.shard is None or "::" not in where:
        return run
    return f"{manifest.shard.total} shards"
