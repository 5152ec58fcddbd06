"""Which subjects a gate judges: its selector, its component, and the entries above it."""

from __future__ import annotations

import difflib
import enum
from collections.abc import Iterable, Mapping

from pytest_readiness.judge.requests import request_of
from pytest_readiness.model.glob import matches
from pytest_readiness.model.measurement import Measurements, Reading, Subject
from pytest_readiness.model.metric import Metric, SubjectKind
from pytest_readiness.model.policy import Gate
from pytest_readiness.model.value import dataclass

_MANY = 1000


class Found(enum.Enum):
    """What a gate found to judge."""

    SOME = "some"
    NOTHING_MEASURED = "nothing measured"
    NOTHING_SELECTED = "nothing selected"
    ALL_TAKEN = "all taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """The readings that one gate judges."""

    readings: tuple[Reading, ...]
    found: Found
    nearest: tuple[str, ...] = ()
    """Names like the selectors that selected nothing."""


def portions(
    gates: Iterable[Gate], metrics: Mapping[str, Metric], measurements: Measurements
) -> dict[str, Portion]:
    """What each gate of a metric with subjects judges, by the gate's name.

    Several gates on one metric are read from the top: for each level, statistic and component a
    subject is judged by the first that selects it. A reading that stands for all subjects (its own subject
    is the run) belongs to every gate.
    """
    taken: dict[tuple[object, ...], set[tuple[str, str]]] = {}
    result = {}
    for gate in gates:
        metric = metrics.get(gate.metric)
        if metric is None or metric.subject is SubjectKind.RUN:
            continue
        kind = (gate.metric, gate.level, gate.statistic or metric.usual_statistic, gate.component)
        claimed = taken.setdefault(kind, set())
        result[gate.name] = _portion(gate, measurements.get(request_of(gate, metric), ()), claimed)
    return result


def _portion(gate: Gate, readings: Iterable[Reading], claimed: set[tuple[str, str]]) -> Portion:
    common: list[Reading] = []
    own: list[Reading] = []
    for reading in readings:
        (common if reading.subject.kind is SubjectKind.RUN else own).append(reading)
    selected = [reading for reading in own if _selects(gate.select, reading.subject)]
    free = [reading for reading in selected if _identity(reading.subject) not in claimed]
    claimed.update(_identity(reading.subject) for reading in free)
    if common or free:
        return Portion(readings=(*common, *free), found=Found.SOME)
    if selected:
        return Portion(readings=(), found=Found.ALL_TAKEN)
    if own:
        names = sorted({reading.subject.name for reading in own})
        return Portion(
            readings=(), found=Found.NOTHING_SELECTED, nearest=nearest(gate.select, names)
        )
    return Portion(readings=(), found=Found.NOTHING_MEASURED)


def nearest(patterns: Iterable[str], names: Iterable[str]) -> tuple[str, ...]:
    """Up to three of the names, their files or their directories that are most like a pattern."""
    names = tuple(names)
    files = {name.partition("::")[0] for name in names}
    places = {file[: file.rindex("/") + 1] for file in files if "/" in file} | files
    found: dict[str, None] = {}
    for pattern in patterns:
        wanted = pattern.replace("*", "")
        choice: Iterable[str] = places
        if "::" in pattern:
            # comparing with every test of a large suite is slow: those of like files will do
            like = difflib.get_close_matches(wanted.partition("::")[0], files, n=3, cutoff=0.6)
            choice = [name for name in names if name.partition("::")[0] in like][:_MANY] or places
        elif len(names) <= _MANY:
            choice = places.union(names)
        found.update(
            dict.fromkeys(difflib.get_close_matches(wanted, sorted(choice), n=3, cutoff=0.4))
        )
    return tuple(found)[:3]


def _selects(patterns: tuple[str, ...], subject: Subject) -> bool:
    return not patterns or any(
        matches(pattern, subject.id)
        or (bool(subject.environment) and matches(pattern, subject.name))
        for pattern in patterns
    )


def _identity(subject: Subject) -> tuple[str, str]:
    return (subject.id, subject.environment)
