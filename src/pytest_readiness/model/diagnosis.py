"""What repeating a test on purpose told of it."""

from __future__ import annotations

import enum

from pytest_readiness.model.measurement import Subject
from pytest_readiness.model.value import dataclass


class Kind(enum.Enum):
    """How a test fails, named from its repetitions."""

    NON_DETERMINISTIC = "non-deterministic"
    """It passed and failed under one condition: alone, or in copies of one process."""
    NOT_IDEMPOTENT = "not idempotent"
    """It passes the first time and fails the second time in one process."""
    ORDER = "depends on order"
    """It is other tests, run before it, that decide."""
    UNSTABLE = "unstable by crash or timeout"
    DETERMINISTIC = "deterministic failure"
    """It fails every time: an ordinary failure."""
    NOT_REPRODUCED = "not reproduced"
    """It failed, and no repetition did."""
    STEADY = "steady"
    """It never failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """The kind of one test, and what it rests on."""

    subject: Subject
    kind: Kind
    because: str
    """``alone: failed 2 of 5; again: passed``, way by way."""
    polluter: str = ""
    """Id of the test that changes its result when run before it."""

    @property
    def text(self) -> str:
        return f"{self.kind.value}: {self.because}"
