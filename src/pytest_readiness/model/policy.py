"""The policy: all that ``pyproject.toml`` and the command line configure, resolved for one stage."""

from __future__ import annotations

import datetime
import enum
from typing import TYPE_CHECKING

from pytest_readiness.model.condition import Condition
from pytest_readiness.model.measurement import Component
from pytest_readiness.model.metric import Metric
from pytest_readiness.model.value import dataclass

if TYPE_CHECKING:  # most policies hold none of these
    from pytest_readiness.model.requirement import (
        ApprovalCondition,
        OwnerRule,
        Quarantine,
        Requirement,
        Scoring,
        Severity,
        SignOff,
        State,
    )
    from pytest_readiness.model.tool import Tool


class Level(enum.Enum):
    """What a gate that is not met does to the verdict."""

    BLOCK = "block"
    RISK = "risk"
    INFO = "info"


class Missing(enum.Enum):
    """What a gate that is not measured does to the verdict; each is printed."""

    FAIL = "fail"
    """As if the gate had failed: its level decides."""
    RISK = "risk"
    SKIP = "skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a limit came from."""

    source: str
    """``profile library@1``, ``pyproject.toml``, ``stage release``, ``command line``."""
    key: str = ""
    """Key path, ``gates."coverage.lines"``."""
    line: int | None = None

    def __str__(self) -> str:
        where = f"{self.source}:{self.line}" if self.line else self.source
        return f"{where} {self.key}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A condition over one metric, for every subject that it selects."""

    name: str
    """Unique in the policy: the metric, or the entry's own name, or ``metric#2``."""
    metric: str
    condition: Condition
    origin: Origin
    select: tuple[str, ...] = ()
    """Globs over the subjects' names; empty selects all."""
    component: str = ""
    """Judge the metric of this component instead of the run's (of its subjects only, for other metrics)."""
    statistic: str = ""
    level: Level = Level.BLOCK
    when_missing: Missing = Missing.FAIL
    when_no_baseline: Missing = Missing.RISK
    weight: int | None = None
    category: str = ""
    """In the score and the matrices; empty: the metric's."""
    severity: Severity | None = None
    """Of a finding; None: high where it blocks, medium for a risk, low for an information."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A recorded decision to accept a finding."""

    gate: str
    """A gate's name or its metric."""
    reason: str
    owner: str
    expires: datetime.date
    """The last day on which it holds."""
    origin: Origin
    subject: str = ""
    """A glob over subjects' names; empty: the run."""
    accept: Condition | None = None
    """The value accepted: a worse one is not. None: members of a count, that are or are not."""
    not_measured: bool = False
    """What is accepted is that there is no value; a value that breaks the gate is not."""
    state: State | None = None
    """Of a requirement, which ``gate`` names: NOT_VERIFIED, or FAILED, which is the worse."""
    hotfix: bool = False
    """Decided while saved evidence was judged: accepts whatever its gate has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """What another stage than the policy's judges by."""

    stage: str
    """Empty: what holds where no stage is named."""
    gates: tuple[Gate, ...]
    profile: str = "starter@1"
    fail_on: Level = Level.BLOCK
    exit_code: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All that is configured, resolved for one stage."""

    gates: tuple[Gate, ...]
    metrics: tuple[Metric, ...] = ()
    """Definitions from ``[tool.pytest-readiness.metrics.NAME]``."""
    components: tuple[Component, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    profile: str = "starter@1"
    stage: str = ""
    elsewhere: tuple[tuple[str, str], ...] = ()
    """``(gate's metric, stage)`` of gates that belong to other stages than this one."""
    overlays: tuple[Overlay, ...] = ()
    """Of all other stages: their gates are not judged here, and can be loosened here."""
    base: str = "auto"
    base_given: bool = False
    """``base`` is the command line's, not the file's."""
    history: str | None = None
    """A path, or the URL of a PostgreSQL database; None: none is kept."""
    history_days: int = 365
    """Runs older than that are dropped from the history."""
    history_runs: int = 5000
    """Runs beyond that many are dropped from the history, the oldest first."""
    baseline_file: str = ""
    """A published baseline file, for where the history cannot be reached; empty: none."""
    remeasure: bool = False
    """Suspects of a slowdown are measured again at the end of the session."""
    fail_on: Level = Level.BLOCK
    """RISK: READY WITH RISKS fails too."""
    exit_code: int = 1
    source: str = ""
    """Path of the file it was read from; empty: no configuration was found."""
    coverage_source: tuple[str, ...] = ()
    """Packages or directories to measure; empty: as coverage's configuration says, else detected."""
    tools: tuple[Tool, ...] = ()
    """Those of commands that prove a requirement included."""
    requirements: tuple[Requirement, ...] = ()
    severities: tuple[tuple[Severity, Level], ...] = ()
    """What a requirement that is not met does, of all four; empty where there are none."""
    quarantine: tuple[Quarantine, ...] = ()
    conditions: tuple[ApprovalCondition, ...] = ()
    waiver_days: int = 90
    """A waiver, or an entry of the quarantine, ends at most that many days from now."""
    waivers_from: str = ""
    """``base``: only waivers that stand in the base's policy too count; empty: those of this one."""
    owners: tuple[OwnerRule, ...] = ()
    """Of CODEOWNERS; the last that matches counts, of each section."""
    scoring: Scoring | None = None
    sign_off: SignOff | None = None

    @property
    def summarised(self) -> bool:
        """Whether more than gates is configured: then a scorecard has a summary."""
        return bool(
            self.tools
            or self.requirements
            or self.quarantine
            or self.conditions
            or self.owners
            or self.scoring is not None
            or self.sign_off is not None
        )
