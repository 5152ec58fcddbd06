"""One attempt of one test: named tuples, for a suite of 50,000 tests makes 50,000 of them."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from itertools import repeat
from typing import ClassVar

from pytest_readiness.model.value import NamedTuple


class Outcome(enum.Enum):
    """How one attempt of a test ended, as pytest counts it; a broken call wins over an error."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"
    XFAILED = "xfailed"
    XPASSED = "xpassed"


class _Attempt(NamedTuple):
    """One attempt of one test; the subject is the test's id, the attempt counts from 0."""

    outcome: Outcome
    superseded: bool = False
    """Another attempt followed: this one did not decide the test's result."""
    errors: tuple[str, ...] = ()
    """Phases other than the call that broke: ``setup``, ``teardown``."""
    setup: float | None = None
    """Wall seconds, without module, package and session fixtures (see FixtureCost)."""
    call: float | None = None
    teardown: float | None = None
    cpu: float | None = None
    """Process CPU seconds of the call."""
    line: int | None = None
    """Line of the test function, from 1."""
    timed_out: bool = False
    crashed: bool = False
    signature: str = ""
    """What tells one failure from another: exception type and the place that raised it."""
    reason: str = ""
    """First line of the failure, or the reason of a skip or xfail."""
    timeout: float | None = None
    """Seconds after which pytest-timeout would have stopped it; None when none was in force."""
    timeout_source: str = ""
    """``marker``, ``ini``, ``command line`` or ``environment``."""
    subtests: tuple[int, int, int] | None = None
    """Passed, failed and skipped subtests."""


class Attempt(_Attempt):
    """One attempt of one test; the subject is the test's id, the attempt counts from 0."""

    __slots__ = ()
    kind: ClassVar[str] = "attempt"


class PassedTests(NamedTuple):
    """Tests of one run that each just passed, at their only attempt: a list a field.

    As objects, one a test, they would cost more time than all that is asked of them in most sessions,
    and the garbage collector would walk them again and again.
    """

    run: str
    ids: list[str]
    """Each once, in the order in which they ran."""
    setups: list[float]
    calls: list[float]
    teardowns: list[float]
    cpus: list[float]
    lines: list[int | None]
    """From 0, as pytest tells them."""

    @classmethod
    def empty(cls, run: str = "") -> PassedTests:
        return cls(run, [], [], [], [], [], [])

    def attempts(self) -> Iterator[Attempt]:
        """In their order."""
        no, none, nothing = repeat(False), repeat(None), repeat("")
        lines = [None if line is None else line + 1 for line in self.lines]
        # a call by keywords takes five times as long
        return map(
            tuple.__new__,
            repeat(Attempt),
            zip(
                repeat(Outcome.PASSED), no, repeat(()),
                self.setups, self.calls, self.teardowns, self.cpus, lines,
                no, no, nothing, nothing, none, nothing, none,
            ),
        )  # fmt: skip
