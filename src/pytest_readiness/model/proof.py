"""What evidence tells of the proofs of requirements, as plain data: the judge puts it together."""

from __future__ import annotations

import enum
from collections.abc import Mapping

from pytest_readiness.model.measurement import NotMeasured, Reading, Subject
from pytest_readiness.model.outside import Look, ToolRun
from pytest_readiness.model.value import dataclass, field


class Trialled(enum.Enum):
    """How a marked test came out in one environment, over all runs and attempts."""

    PASSED = "passed"
    FLAKY = "passed, and failed before"
    UNEXPECTED = "passed, expected to fail"
    FAILED = "failed"
    BROKEN = "in error"
    QUARANTINED = "failed in quarantine"
    EXPECTED = "failed as expected"
    SKIPPED = "skipped"
    DESELECTED = "deselected"
    LOST = "without a result"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One test that is marked with a requirement, in one environment."""

    subject: Subject
    result: Trialled
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proofs:
    """All that requirements may rest on."""

    tests: Mapping[str, tuple[Trial, ...]] = field(default_factory=dict)
    """By requirement, sorted by the test's name."""
    untold: str = ""
    """Why more tests may be marked, or fare worse, than is known here; empty: these are all."""
    findings: Mapping[tuple[str, ...], Reading] = field(default_factory=dict)
    """Of ``tool.findings``, by what is selected of them."""
    statuses: Mapping[str, ToolRun] = field(default_factory=dict)
    """By name, tools of which the exit status is all that was asked for; the worst of several runs."""
    looks: Mapping[str, Look | NotMeasured] = field(default_factory=dict)
    """By :attr:`LookFor.key`."""
