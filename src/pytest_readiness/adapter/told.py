"""What the probe tells the controller about one phase of a test: a plain tuple on its report.

Plain, because it crosses process borders under xdist; one tuple, because it is made for every test.
"""

from __future__ import annotations

from pytest_readiness.model.value import NamedTuple

ATTRIBUTE = "_readiness"
"""Name of the attribute on pytest's reports."""


class Hidden(NamedTuple):
    """A phase that was carried out and of which no report is logged (``flaky``, pytest-retry)."""

    when: str
    outcome: str
    duration: float
    cpu: float | None = None
    signature: str = ""
    timed_out: bool = False


class Told(NamedTuple):
    """What pytest's report of a phase does not say."""

    cpu: float | None = None
    """CPU seconds of the process in the call."""
    wide: float = 0.0
    """Seconds that setting up fixtures wider than a function took in this phase."""
    timeout: float | None = None
    """Seconds of the timeout in force."""
    source: str = ""
    """Where that timeout was set."""
    signature: str = ""
    timed_out: bool = False
    hidden: tuple[Hidden, ...] = ()
    """Calls of this test that its reports may not show; told with the teardown."""

    def plain(self) -> tuple[object, ...]:
        """As tuples of plain values only: a named tuple does not cross to xdist's controller."""
        return (*self[:6], tuple(tuple(one) for one in self.hidden))


def read(plain: object) -> Told:
    """The tuple back from a report; of anything else, as if nothing had been told."""
    if type(plain) is not tuple:
        return NOTHING
    if len(plain) == 1:  # of a call that passed, with nothing else to tell
        return Told(cpu=plain[0])
    return Told._make((*plain[:6], tuple(Hidden(*one) for one in plain[6])))


NOTHING = Told()
