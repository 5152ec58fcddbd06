"""A line of a readiness checklist, and what proves it."""

from __future__ import annotations

import datetime
import enum
from fractions import Fraction

from pytest_readiness.model.policy import Gate, Origin
from pytest_readiness.model.value import dataclass


class Severity(enum.Enum):
    """How much it matters that a requirement is not met; what that does is configured."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Progress(enum.Enum):
    """How far somebody says that something is."""

    DONE = "done"
    IN_PROGRESS = "in progress"
    BLOCKED = "blocked"
    NOT_STARTED = "not started"


@dataclass(frozen=True, slots=True, kw_only=True)
class LookFor:
    """What is looked for in the project's files."""

    what: str
    """``file``, ``no-file``, ``text``, ``no-text`` or ``environment-variables``."""
    path: str
    """A path or glob relative to the project's root."""
    text: str = ""
    regex: bool = False

    @property
    def key(self) -> str:
        """Under which what was found stands in evidence."""
        return ":".join((self.what, self.path, "re" if self.regex else "", self.text))


@dataclass(frozen=True, slots=True, kw_only=True)
class TestsProof:
    """Tests marked with the requirement's id: at least one ran, and all passed."""

    __test__ = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolProof:
    """Tools ran and found nothing, of what ``select`` names: ``bandit``, ``bandit:high``."""

    select: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookProof:
    look: LookFor


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricProof:
    """A condition over a metric, judged as any gate; it is not one of the policy's gates."""

    gate: Gate


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """Somebody's word, dated: what no machine can measure."""

    by: str
    date: datetime.date
    evidence: str = ""
    """Where it can be seen."""
    until: datetime.date | None = None
    """The last day on which it holds; None: it does not expire."""
    state: Progress = Progress.DONE
    points: Fraction | None = None
    """Of the requirement's ``points``, where judgement is asked for."""
    strengths: tuple[str, ...] = ()
    weaknesses: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


Proof = TestsProof | ToolProof | LookProof | MetricProof | Attestation


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """Work that is left, in hours; ``S``, ``M`` and ``L`` are sizes, whose hours are configured."""

    text: str
    """As written: ``4-6h``, ``2d``, ``M``."""
    low: Fraction | None = None
    """Hours at least; None: a size without hours."""
    high: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    id: str
    title: str
    origin: Origin
    category: str = ""
    severity: Severity = Severity.HIGH
    owner: str = ""
    depends_on: tuple[str, ...] = ()
    proofs: tuple[Proof, ...] = ()
    """All of them have to hold; none: it is NOT VERIFIED, and said to have no proof."""
    not_applicable: str = ""
    """Why it does not apply; empty: it does."""
    points: Fraction | None = None
    """What it is worth in its category's score; None: 1."""
    effort: Effort | None = None
    """To close it, while it is open."""
    due: datetime.date | None = None
    milestone: str = ""
    """What it has to be done for: ``week 1``."""
    risk: str = ""
    """What may happen while it is open."""
    action: str = ""
    """What closes it: a command, or words."""
    fixable: bool = False
    """``action`` is a command that closes it without thinking."""


class State(enum.Enum):
    """Of a requirement, in the words of checklists."""

    PASSED = "passed"
    FAILED = "failed"
    IN_PROGRESS = "in progress"
    NOT_VERIFIED = "not verified"
    DEFERRED = "deferred"
    WAIVED = "waived"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantine:
    """A recorded decision that tests still run but cannot fail the session for now."""

    test: str
    """An id or a glob."""
    reason: str
    owner: str
    expires: datetime.date
    """The last day on which it holds."""
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalCondition:
    """What an approval was given under."""

    text: str
    owner: str
    due: datetime.date
    origin: Origin
    done: datetime.date | None = None
    """The day on which it was met; None: it is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Somebody approved."""

    by: str
    date: datetime.date
    origin: Origin
    until: datetime.date | None = None
    version: str = ""
    """Of that version of the project only; empty: of any."""
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff:
    """Who reviews and who has to approve."""

    reviewer: str = ""
    approvers: tuple[str, ...] = ()
    """All of them have to approve what is READY WITH RISKS."""
    required: bool = False
    """What would be READY WITH RISKS is NOT READY until they have."""
    approvals: tuple[Approval, ...] = ()
    review: datetime.date | None = None
    """The next review; None: the day of the earliest expiry."""


UNSORTED = "requirements"
"""Category of requirements that name none."""
GRADES = (
    ("A", Fraction(9, 10)),
    ("B", Fraction(4, 5)),
    ("C", Fraction(7, 10)),
    ("D", Fraction(3, 5)),
    ("F", Fraction(0)),
)
"""Where no others are configured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """How results become a score."""

    weights: tuple[tuple[str, Fraction], ...] = ()
    """Of categories, in the order of the table; empty: every category weighs what its gates do."""
    percent: bool = True
    """The weights are per cent, and add up to 100; else they are the categories' maximum points."""
    grades: tuple[tuple[str, Fraction], ...] = GRADES
    """Grade and the share (0.9 is 90 %) from which it is given, the best first; empty: no grades."""
    hours: tuple[tuple[str, Fraction], ...] = ()
    """Hours of the sizes ``S``, ``M``, ``L``; of one that is missing the sum is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerRule:
    """One line of CODEOWNERS, in the order of the file."""

    pattern: str
    owners: tuple[str, ...]
    """Empty: nobody owns what it matches."""
    line: int
    section: str = ""
    regex: str = ""
    """The pattern for whole paths from the repository's top; empty: it matches nothing."""
    directory: str = ""
    """The project's, relative to the repository's top; empty: the top."""
    excluded: bool = False
    """What it matches has no owner in its section, whatever follows."""
    problem: str = ""
    """Why the forge skips the line, with file and line; empty: it does not."""
