"""How a test fails, named from its repetitions: non-deterministic, not idempotent, order-dependent ...

The kinds, and the ways of repeating that tell them apart, are those of Luo et al., "An empirical
analysis of flaky tests" (FSE 2014), Lam et al., "iDFlakies: a framework for detecting and partially
classifying flaky tests" (ICST 2019: rerun in the same order tells order dependence from the rest; a
*victim* passes alone and fails after a *polluter*, a *brittle* test fails alone), and Wei et al.,
"Preempting flaky tests via non-idempotent-outcome tests" (ICSE 2022: run twice in one process).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from pytest_readiness.measure.holes import Holes
from pytest_readiness.measure.results import Tested, results
from pytest_readiness.measure.suite import Suite
from pytest_readiness.measure.tally import Known, Tally, Way, known
from pytest_readiness.measure.view import View
from pytest_readiness.model.diagnosis import Diagnosis, Kind
from pytest_readiness.model.evidence import Evidence, Probed
from pytest_readiness.model.measurement import Member

_IN_WORDS = {
    Way.ALONE: "alone",
    Way.AGAIN: "again",
    Way.ORDER: "in the same order",
    Way.TWICE: "a second time",
}


def probed_tests(evidence: Evidence) -> tuple[Diagnosis, ...]:
    """The same, of evidence alone."""
    if not any(type(record.data) is Probed for record in evidence.records):
        return ()
    view = View(evidence)
    return diagnoses(Suite(view, Holes(view), results(view)))


def diagnosed(members: tuple[Member, ...], suite: Suite) -> tuple[Member, ...]:
    """Members of a count of tests: what was named of them by repeating stands before their detail."""
    found = {one.subject.name: one.kind.value for one in diagnoses(suite)}
    if not found:
        return members
    return tuple(
        dataclasses.replace(
            member, detail=", ".join(filter(None, (found[member.subject.name], member.detail)))
        )
        if member.subject.name in found
        else member
        for member in members
    )


def diagnoses(suite: Suite) -> tuple[Diagnosis, ...]:
    """One for each test that was probed, by kind and id; none where nothing was."""
    found: dict[tuple[str, str], list[Probed]] = {}
    view = suite.view
    for record, probed in view.select(Probed):
        found.setdefault((record.subject, view.environment(record.run)), []).append(probed)
    if not found:
        return ()
    tested = {(test.id, test.environment): test for test in suite.results.tested}
    kinds = list(Kind)
    return tuple(
        sorted(
            _each(found, tested),
            key=lambda one: (kinds.index(one.kind), one.subject.name),
        )
    )


def _each(
    found: dict[tuple[str, str], list[Probed]], tested: dict[tuple[str, str], Tested]
) -> Iterator[Diagnosis]:
    for key, probed in found.items():
        test = tested.get(key)
        if test is None:  # its attempts are lost: that is told elsewhere
            continue
        facts = known(test.attempts, probed)
        kind = kind_of(facts)
        if kind is not None:
            yield Diagnosis(
                subject=test.subject,
                kind=kind,
                because=_because(kind, facts),
                polluter=facts.polluter,
            )


def kind_of(known: Known) -> Kind | None:
    """None where it was not repeated."""
    ways = [tally for _, tally in known.tallies if tally.runs]
    if not ways:
        return None
    good = known.passed or any(tally.good for tally in ways)
    bad = known.failed or any(tally.bad for tally in ways)
    broke = known.broke or any(tally.broke for tally in ways)
    if not bad:
        return Kind.STEADY
    if not good:
        return Kind.DETERMINISTIC
    if any(tally.contradictory for tally in ways):
        return Kind.UNSTABLE if broke else Kind.NON_DETERMINISTIC
    return _consistent(known) or (Kind.UNSTABLE if broke else Kind.NOT_REPRODUCED)


def _consistent(known: Known) -> Kind | None:
    """Where each way gave the same result every time, and not all ways the same."""
    if known.polluter or _by_order(known):
        return Kind.ORDER
    return Kind.NOT_IDEMPOTENT if _by_itself(known) else None


def _by_order(known: Known) -> bool:
    """What ran before it decides: a process with it says one thing, one without the other."""
    alone, order, again, twice = known.alone, known.order, known.again, known.twice
    if not alone.runs:
        return False
    if order.runs and bool(order.bad) != bool(alone.bad):
        return True
    # fails only after a pass of itself, or after tests that came later: `twice` tells which
    if twice.good and again.bad and not alone.bad and not known.failed:
        return True
    # failed where the suite had run, the second time too, and passes where it has not
    if alone.good and again.bad and known.failed and not known.passed:
        return True
    # fails whenever it is the first, and passes when it has run before: a state that it sets itself
    return bool(alone.bad and again.good and known.failed and known.passed)


def _by_itself(known: Known) -> bool:
    """It passes the first time, and fails the second."""
    if known.alone.bad or known.order.bad or not (known.alone.good or known.passed):
        return False
    if known.twice.runs:
        return bool(known.twice.bad)
    return bool(known.again.bad and known.passed and not known.failed)


def _because(kind: Kind, known: Known) -> str:
    counts = "; ".join(_told(way, tally) for way, tally in known.tallies if tally.runs)
    if kind is Kind.ORDER and known.polluter:
        first = "passes" if known.alone.bad else "fails"
        return f"{first} after {known.polluter}; {counts}"
    if kind is Kind.NOT_REPRODUCED and known.failed:
        return f"failed in the session; {counts}"
    return counts


def _told(way: Way, tally: Tally) -> str:
    """``alone: failed 2 of 5``."""
    if not tally.bad:
        said = "passed" if tally.runs == 1 else f"passed {tally.runs} times"
        return f"{_IN_WORDS[way]}: {said}"
    numbers = (
        ("failed", tally.failed),
        ("crashed", tally.crashed),
        ("timed out", tally.timed_out),
    )
    said = " and ".join(f"{what} {number}" for what, number in numbers if number)
    return f"{_IN_WORDS[way]}: {said} of {tally.runs}"
