"""One attempt of one test while its reports come in, and the attempt that they add up to."""

from __future__ import annotations

from typing import cast

from pytest_readiness.adapter.told import Hidden, Told, read
from pytest_readiness.model.evidence import Attempt, Outcome

_AROUND = frozenset({"setup", "teardown"})
_BY_REPORT = {
    ("passed", False): Outcome.PASSED,
    ("failed", False): Outcome.FAILED,
    ("skipped", False): Outcome.SKIPPED,
    ("skipped", True): Outcome.XFAILED,
    ("passed", True): Outcome.XPASSED,
}
"""Outcome of a report, and whether it carries ``wasxfail``."""


class Trial:
    """The reports of one attempt. Mutable and small: one is made for every test."""

    __slots__ = (
        "broken_subtest",
        "call",
        "call_told",
        "crashed",
        "earlier",
        "errors",
        "line",
        "number",
        "outcome",
        "reason",
        "setup",
        "setup_told",
        "subtests",
        "superseded",
        "teardown",
        "teardown_told",
    )

    def __init__(self) -> None:
        self.number: int | None = None
        """As rerunfailures counts attempts, from 0; None: nobody told."""
        self.setup: float | None = None
        self.call: float | None = None
        self.teardown: float | None = None
        self.setup_told: object = None
        self.call_told: object = None
        self.teardown_told: object = None
        self.outcome: Outcome | None = None
        self.errors: tuple[str, ...] = ()
        self.superseded = False
        self.crashed = False
        self.line: int | None = None
        self.reason = ""
        self.earlier: tuple[str, tuple[int, int, int] | None] | None = None
        """Reason and subtests of a call after which another one followed."""
        self.subtests: tuple[int, int, int] | None = None
        self.broken_subtest: tuple[str, object] | None = None
        """Reason of the first subtest that failed, and what the probe told of it."""

    @property
    def empty(self) -> bool:
        """No phase of the test itself was reported yet; subtests may have been."""
        return self.setup is None and self.call is None and self.teardown is None

    @property
    def broken(self) -> bool:
        """A phase has failed: what fails after it is not the reason."""
        return self.outcome is Outcome.FAILED or bool(self.errors)

    @property
    def decided(self) -> bool:
        """There is something to tell, even if the attempt was cut short: pytest counted it."""
        return self.call is not None or self.outcome is not None or bool(self.errors)

    @property
    def _plain(self) -> bool:
        """It passed and there is nothing more to tell: the usual case, in few steps."""
        return (
            type(self.call_told) is tuple
            and len(self.call_told) == 1
            and self.setup_told is None
            and self.teardown_told is None
            and self.outcome is Outcome.PASSED
            and self.earlier is None
            and self.subtests is None
            and not (self.superseded or self.crashed or self.errors or self.reason)
        )

    def see(self, when: str, outcome: str, xfail: bool, reason: str) -> None:
        """A report that did not plainly pass."""
        intermediate = outcome not in ("passed", "failed", "skipped")
        if intermediate:
            # "rerun", "retried", or whatever the plugin was told to call it
            outcome = "failed"
        found = _BY_REPORT.get((outcome, xfail), Outcome.FAILED)
        if reason and (not self.reason or (found is Outcome.FAILED and not self.broken)):
            self.reason = reason
        if when in _AROUND:
            self.superseded |= intermediate
            if found is Outcome.FAILED:
                self.errors = (*self.errors, when)
            elif when == "setup":
                self.outcome = found
        else:  # the call, or "???": xdist's report of a crash
            self.superseded = intermediate
            self.crashed |= when == "???"
            self.outcome = found
            if intermediate:
                self.earlier = self.reason, self.subtests
                self.reason, self.subtests = "", None

    def subtest(self, outcome: str, reason: str, told: object) -> None:
        """A subtest ended; an xfailed one counts as skipped, as its report says."""
        passed, failed, skipped = self.subtests or (0, 0, 0)
        self.subtests = (
            passed + (outcome == "passed"),
            failed + (outcome == "failed"),
            skipped + (outcome == "skipped"),
        )
        # of one that was skipped a signature is told only where a quarantine hides that it failed
        hidden = outcome == "skipped" and read(told).signature != ""
        if (outcome == "failed" or hidden) and self.broken_subtest is None:
            self.broken_subtest = reason, told

    def attempts(self) -> tuple[Attempt, ...]:
        """The attempt; several where pytest-retry made them inside of one. Never empty."""
        if self._plain:
            (cpu,) = cast("tuple[float]", self.call_told)
            return (
                Attempt(
                    outcome=Outcome.PASSED,
                    setup=self.setup,
                    call=self.call,
                    teardown=self.teardown,
                    cpu=cpu,
                    line=self.line,
                ),
            )
        setup, call, teardown = (
            read(self.setup_told),
            read(self.call_told),
            read(self.teardown_told),
        )
        hidden = teardown.hidden
        if len(hidden) > 1:
            return self._retried(hidden, self._attempt(setup, call, teardown))
        if hidden and (self.call if hidden[0].when == "call" else self.setup) is None:
            return (self._unlogged(hidden[0], self._attempt(setup, call, teardown)),)
        return (self._attempt(setup, call, teardown),)

    def _attempt(self, setup: Told, call: Told, teardown: Told) -> Attempt:
        outcome, reason, subtests = self.outcome, self.reason, self.subtests
        if self.superseded and self.earlier is not None:
            reason, subtests = self.earlier
        if subtests is not None and subtests[1]:
            outcome = Outcome.FAILED  # the parent's own report may still say "passed"
            if self.broken_subtest is not None and not call.signature:
                reason, subtest = self.broken_subtest[0], read(self.broken_subtest[1])
                call = call._replace(signature=subtest.signature, timed_out=subtest.timed_out)
        elif self.broken_subtest is not None and outcome is Outcome.XPASSED:
            subtest = read(self.broken_subtest[1])
            outcome, call = Outcome.XFAILED, call._replace(signature=subtest.signature)
        elif self.errors and outcome in (None, Outcome.PASSED):
            outcome = Outcome.ERROR
        in_force = setup if setup.timeout is not None else call
        return Attempt(
            outcome=outcome or Outcome.PASSED,
            superseded=self.superseded,
            errors=self.errors,
            setup=_less(self.setup, setup.wide),
            call=_less(self.call, call.wide),
            teardown=self.teardown,
            cpu=call.cpu,
            line=self.line,
            timed_out=setup.timed_out or call.timed_out or teardown.timed_out,
            crashed=self.crashed,
            signature=call.signature or setup.signature or teardown.signature,
            reason=reason,
            timeout=in_force.timeout,
            timeout_source=in_force.source,
            subtests=subtests,
        )

    def _unlogged(self, hidden: Hidden, attempt: Attempt) -> Attempt:
        """An attempt of ``flaky``, which logs no report of the phase that made it try again."""
        in_call = hidden.when == "call"
        failed = hidden.outcome == "failed"
        return attempt._replace(
            outcome=(Outcome.FAILED if in_call else Outcome.ERROR) if failed else Outcome.PASSED,
            superseded=True,
            errors=attempt.errors if in_call else ("setup", *attempt.errors),
            setup=attempt.setup if in_call else hidden.duration,
            call=hidden.duration if in_call else None,
            cpu=hidden.cpu,
            timed_out=hidden.timed_out,
            signature=hidden.signature,
        )

    def _retried(self, calls: tuple[Hidden, ...], last: Attempt) -> tuple[Attempt, ...]:
        """The attempts of pytest-retry: a teardown and a setup between two of them are not timed."""
        attempts = []
        unprotected = False
        for number, call in enumerate(calls):
            final = number == len(calls) - 1
            earlier = self.earlier if not number else None
            outcome = Outcome.PASSED if call.outcome == "passed" else Outcome.FAILED
            attempt = last._replace(
                outcome=last.outcome if final else outcome,
                superseded=not final,
                errors=last.errors if final else (),
                setup=None if number else last.setup,
                call=call.duration,
                teardown=last.teardown if final else None,
                cpu=call.cpu,
                timed_out=call.timed_out,
                signature=call.signature,
                reason=last.reason if final else earlier[0] if earlier else "",
                subtests=last.subtests if final else earlier[1] if earlier else None,
                # the timer is armed once: when it has struck, the next attempts have none
                timeout=None if unprotected else last.timeout,
                timeout_source="" if unprotected else last.timeout_source,
            )
            unprotected |= call.timed_out
            attempts.append(attempt)
        return tuple(attempts)


def _less(seconds: float | None, wide: float) -> float | None:
    return seconds if seconds is None or not wide else max(seconds - wide, 0.0)
