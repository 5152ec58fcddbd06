"""What a scorecard says beside its gates: requirements, decisions in force, drift, score, next steps."""

from __future__ import annotations

import datetime
import enum
from fractions import Fraction

from pytest_readiness.model.measurement import Measurement, Subject
from pytest_readiness.model.metric import Metric
from pytest_readiness.model.policy import Waiver
from pytest_readiness.model.requirement import (
    ApprovalCondition,
    Effort,
    Quarantine,
    Requirement,
    Severity,
    State,
)
from pytest_readiness.model.scorecard import Effect, GateResult
from pytest_readiness.model.value import dataclass

WORKDAY = 8
"""Hours of a day's work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One test, file or tool that a proof rests on, and how it came out."""

    subject: Subject
    outcome: str
    """In the words of its own: ``passed``, ``failed``, ``3 findings``, ``missing``."""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofResult:
    what: str
    """``tests``, ``bandit``, ``README.md``, ``attestation``, ``checkout.p95 <= 2s``."""
    state: State
    """PASSED, FAILED, IN_PROGRESS, NOT_VERIFIED, DEFERRED or NOT_APPLICABLE."""
    text: str
    """``3 tests passed``, ``exit status 139 (SIGSEGV)``, ``by @ada on 2026-11-02, until 2027-02-01``."""
    traces: tuple[Trace, ...] = ()
    risk: bool = False
    """A risk and never more: it holds, but for a flaky test; NOT_VERIFIED, for want of a baseline."""
    points: Fraction | None = None
    """What an attestation gives, of the requirement's points."""
    result: GateResult | None = None
    """Of a condition over a metric: what it came to, as of any gate."""
    waiver: Waiver | None = None
    """The first of those that accept that the condition does not hold, or that nothing is measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementResult:
    requirement: Requirement
    state: State
    effect: Effect
    proofs: tuple[ProofResult, ...] = ()
    message: str = ""
    """Why it is in this state: of the proof that decides."""
    because: tuple[str, ...] = ()
    """Of a deferred one: ids of the requirements that it waits for."""
    risk: bool = False
    earned: Fraction = Fraction(0)
    """Of ``possible``; waived and in doubt earn half."""
    possible: Fraction = Fraction(1)
    waiver: Waiver | None = None
    """Accepts the requirement's own state, or a finding of one of its proofs."""
    owner: str = ""
    shown: bool = False
    """Something was measured or attested of it: a verdict can rest on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolLine:
    """A tool that was to run, or whose report was to be read, and what it found."""

    name: str
    command: str = ""
    """As configured; of a report its path."""
    exit_status: int | None = None
    duration: float = 0.0
    """Wall seconds."""
    version: str = ""
    levels: tuple[tuple[str, int], ...] = ()
    """How many findings of each level that it can tell, the gravest first; 0 is one of the numbers."""
    fixable: int = 0
    fix: str = ""
    """The command that mends the fixable ones."""
    problem: str = ""
    """Why it was not measured; empty: it was."""
    remedy: str = ""

    @property
    def findings(self) -> int:
        return sum(count for _, count in self.levels)


class Change(enum.Enum):
    """How a policy differs from the base's."""

    LOOSENED = "loosened"
    TIGHTENED = "tightened"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChange:
    what: str
    """``gate``, ``waiver``, ``requirement``, ``quarantine``, ``setting`` ..."""
    name: str
    change: Change
    weaker: bool
    """It lets pass, or may let pass, what the base's policy does not."""
    before: str = ""
    after: str = ""
    line: int | None = None
    """Of what stands now, in the configuration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """The policy beside that at the merge base."""

    base: str = ""
    commit: str = ""
    changes: tuple[PolicyChange, ...] = ()
    message: str = ""
    """Why nothing can be said; empty: it was compared."""
    remedy: str = ""
    first: bool = False
    """The base has no policy: this is the first one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionState:
    condition: ApprovalCondition
    effect: Effect
    message: str
    """``due in 3 days``, ``overdue since 2026-11-01``, ``done 2026-11-02``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineState:
    quarantine: Quarantine
    effect: Effect
    tests: tuple[str, ...] = ()
    """Ids that it holds, as they were collected."""
    message: str = ""
    """``expired 2026-11-01``, ``holds no test``, ``clean in the last 30 runs: release it``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryLine:
    """One line of the score's table. All exact; shares are 0 to 1."""

    category: str
    earned: Fraction
    """Points of its own gates and requirements."""
    possible: Fraction
    weight: Fraction
    """Per cent of the whole, or its maximum points."""
    grade: str = ""
    before: Fraction | None = None
    """Its share in the last comparable run."""
    passed: int = 0
    open: int = 0
    """Gates and requirements that did not earn all."""
    inapplicable: int = 0

    @property
    def share(self) -> Fraction:
        return self.earned / self.possible if self.possible else Fraction(0)

    @property
    def weighted(self) -> Fraction:
        return self.share * self.weight


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreTable:
    lines: tuple[CategoryLine, ...]
    percent: bool
    total: Fraction
    """Sum of the lines' ``weighted``."""
    maximum: Fraction
    """Sum of the lines' ``weight``."""
    grade: str = ""
    closed: Fraction = Fraction(0)
    """The total if the blockers were closed."""
    closed_grade: str = ""
    before: Fraction | None = None
    """The share of the last comparable run."""

    @property
    def share(self) -> Fraction:
        return self.total / self.maximum if self.maximum else Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something open: a gate, requirement or condition that blocks, is a risk, or is to be seen to."""

    kind: str
    """``gate``, ``requirement``, ``condition``, ``quarantine`` or ``approval``."""
    name: str
    title: str
    severity: Severity
    effect: Effect
    category: str
    state: str
    """``failed``, ``not measured``, ``overdue since 2026-11-01``."""
    owner: str = ""
    effort: Effort | None = None
    due: datetime.date | None = None
    milestone: str = ""
    action: str = ""
    fixable: bool = False
    """``action`` is a command that closes it without thinking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Counts of items by two attributes; rows and columns add up to ``total``."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    total: int

    @property
    def sums(self) -> tuple[int, ...]:
        """Of each column."""
        counts = [cells for _, cells in self.rows]
        return tuple(map(sum, zip(*counts, strict=True))) if counts else (0,) * len(self.columns)

    @property
    def row_sums(self) -> tuple[int, ...]:
        return tuple(sum(cells) for _, cells in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Effort added up; items without one, or with a size that has no hours, are counted apart."""

    low: Fraction
    high: Fraction
    items: int
    unknown: int
    sizes: tuple[tuple[str, int], ...] = ()
    """How many items of each size."""

    @property
    def days(self) -> tuple[Fraction, Fraction]:
        """``low`` and ``high`` in working days."""
        return self.low / WORKDAY, self.high / WORKDAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """One metric then and now."""

    metric: Metric
    now: Measurement
    then: Measurement
    better: bool | None
    """None: it has not changed, or neither way is better."""
    gate: str = ""
    """Name of the gate whose value it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """Findings of one rule of a tool then and now."""

    tool: str
    rule: str
    then: int
    now: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The last comparable run, beside which the present one is put."""

    run: str
    """``2026-11-18, main@1a2b3c4``."""
    verdict: str = ""
    """As judged then."""
    values: tuple[Before, ...] = ()
    """Of gates on one value of the run, in the policy's order."""
    score: Fraction | None = None
    """Its share, 0 to 1; None: it had none."""
    categories: tuple[tuple[str, Fraction], ...] = ()
    """Shares of the score's categories."""
    rules: tuple[RuleChange, ...] = ()
    """Rules of tools whose findings are more or fewer than then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who has to approve, and who has."""

    approver: str
    date: datetime.date | None = None
    message: str = ""
    """``approved 2026-11-20``, ``missing``, ``of version 1.2, this is 1.3``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The report's own arithmetic, over everything that was judged."""

    items: tuple[Item, ...]
    """All that is open, the order in which to close it."""
    risks: Matrix
    """Open items by severity and category."""
    owners: Matrix
    """By owner and severity."""
    efforts: Matrix
    """By effort and severity."""
    blockers: Hours
    """Of the items that block."""
    milestones: tuple[tuple[str, Hours], ...] = ()
    """Of all open items, by milestone, in the order of their due days."""
    table: ScoreTable | None = None
    """None where no weights are configured."""
    before: tuple[Before, ...] = ()
    before_rules: tuple[RuleChange, ...] = ()
    before_run: str = ""
    """Which run these are of: ``2026-11-18, main@1a2b3c4``; empty: there is none."""
    verdict_before: str = ""
    """Of that run, as judged then."""
    signatures: tuple[Signature, ...] = ()
    signed: bool | None = None
    """All approvers have approved; None: nobody has to."""
    required: bool = False
    """Without all approvals what would be READY WITH RISKS is NOT READY."""
    review: datetime.date | None = None
    """The next review."""
    reviewer: str = ""
    project: str = ""
    version: str = ""
    today: datetime.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the first judging came to: what metrics of the second order are made of."""

    requirements: tuple[RequirementResult, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    """Those that accept something in this run."""
    quarantine: tuple[QuarantineState, ...] = ()
    drift: Drift | None = None
    share: Fraction | None = None
    """The score, 0 to 1; None: nothing has a weight."""
