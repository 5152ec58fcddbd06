"""What ``measure`` makes of evidence: a value, or a type of its own that says why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from pytest_readiness.model.evidence import Reason
from pytest_readiness.model.lines import EMPTY, Lines
from pytest_readiness.model.metric import SubjectKind
from pytest_readiness.model.value import dataclass

Number = int | float | Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a value is about: the run, a component of it, a test, a file ..."""

    kind: SubjectKind
    id: str = ""
    """Empty for the run itself."""
    path: str = ""
    line: int | None = None
    environment: str = ""
    """Set where evidence of more than one environment was merged: part of the identity."""
    component: str = ""
    """Set where a metric of the run was measured for a component."""

    @property
    def name(self) -> str:
        """Identity as shown to people and matched by selectors and waivers."""
        return f"{self.id} [{self.environment}]" if self.environment else self.id


RUN = Subject(kind=SubjectKind.RUN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One of the things that a value counts: a failed test, a file with uncovered lines."""

    subject: Subject
    weight: int = 1
    """How much of the count it makes up: tests count 1, a file its uncovered lines."""
    detail: str = ""
    lines: Lines = EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Where a measurement's baseline came from, or why it has none."""

    text: str
    """``2026-11-18, main@1a2b3c4``; ``3 of 5 comparable runs``."""
    missing: Reason | None = None
    """NO_BASELINE, or ERROR where there is a history that could not be read; None: there is one."""
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One value of a metric for one subject."""

    subject: Subject
    value: Number
    """A count as int, a ratio as exact Fraction (0.9 is 90 %), else a float in seconds, bytes or the metric's label."""
    part: int | None = None
    total: int | None = None
    """A ratio's two integers, unreduced; for a count only ``total``, its denominator."""
    low: float | None = None
    high: float | None = None
    """The interval, both or none."""
    baseline: Number | None = None
    reference: Reference | None = None
    """Set where a baseline was asked for."""
    members: tuple[Member, ...] = ()
    """Worst first."""
    detail: str = ""
    """What else a reader should know: ``passed on attempt 2``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotMeasured:
    """Never a number, never a pass."""

    subject: Subject
    reason: Reason
    message: str
    remedy: str = ""
    known: Measurement | None = None
    """A count as far as it is known: the true value is equal or higher, never lower."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotApplicable:
    """It was looked at, and there is nothing to measure."""

    subject: Subject
    message: str


Reading = Measurement | NotMeasured | NotApplicable


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a gate wants measured."""

    metric: str
    statistic: str = ""
    component: str = ""
    select: tuple[str, ...] = ()
    """Only members that one of these selects, of a metric that :attr:`Metric.selects`."""
    baseline: bool = False
    """Measurements are to carry what earlier runs say of their subject."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A named part of the project."""

    name: str
    paths: tuple[str, ...]
    """Globs relative to the project's root, of source and tests."""
    owner: str = ""


Measurements = Mapping[Request, tuple[Reading, ...]]
"""Every reading that was asked for: for a metric of the run exactly one, else one a subject (none when there is no subject)."""
