"""Earlier attempts as the question needs them: where each test ran, and where an attempt failed."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pytest_readiness.model.evidence import Outcome
from pytest_readiness.model.history import History, PastAttempt, PastRun
from pytest_readiness.model.value import dataclass, field

BROKEN = frozenset({Outcome.FAILED, Outcome.ERROR})
_NEUTRAL = frozenset({Outcome.SKIPPED, Outcome.XFAILED, Outcome.XPASSED})
"""They say nothing about flakiness: an xfail mark accepts both outcomes."""


class Trial(NamedTuple):
    """A run in which an attempt of a test failed."""

    failed: bool
    """No attempt passed."""
    first: bool
    """The first attempt failed."""
    last: bool
    """The deciding attempt failed: the run was red with it."""
    attempts: int
    signatures: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The run being judged, in the form of an earlier one."""

    run: PastRun
    ran: frozenset[str]
    """Names of tests with an attempt that was not skipped."""
    attempts: Mapping[str, Sequence[PastAttempt]] = field(default_factory=dict)
    """Of tests that did anything but pass at the first attempt."""


class Timeline:
    """All runs of one environment, oldest first, the present one last if there is one."""

    def __init__(self, history: History, kin: str, present: Session | None = None) -> None:
        self.kin = kin
        self.present = len(history.runs) if present else None
        self.runs: Sequence[PastRun] = (*history.runs, present.run) if present else history.runs
        self.order = [index for index, run in enumerate(self.runs) if run.kin == kin]
        self._trees = {index: self.runs[index].tree for index in self.order}
        self._history = history
        self._now = present
        self._lists: dict[tuple[int, bool], tuple[object, list[int]]] = {}
        self._own: dict[str, list[int]] = {}
        self.trials: dict[str, dict[int, Trial]] = {}
        self.neutral: dict[str, set[int]] = {}
        self._codes: dict[str, dict[int, str]] = {}
        for test, attempts in history.attempts.items():
            self._add(test, attempts)
        if present:
            for test, attempts in present.attempts.items():
                self._add(test, attempts)

    @property
    def tests(self) -> Iterable[str]:
        """Every test with a record, each once."""
        if self._now is None:
            return self._history.exposure
        return self._now.ran.union(self._history.exposure)

    def _add(self, test: str, attempts: Sequence[PastAttempt]) -> None:
        odd: dict[int, list[PastAttempt]] = {
            one.run: []
            for one in attempts
            if (one.outcome is not Outcome.PASSED or one.number) and one.run in self._trees
        }
        if not odd:
            return
        if any(one.code for one in attempts):
            self._codes.setdefault(test, {}).update((one.run, one.code) for one in attempts)
        for one in attempts:
            if one.run in odd:
                odd[one.run].append(one)
        for run, all_of in odd.items():
            counted = [one for one in all_of if one.outcome not in _NEUTRAL]
            if not counted:
                self.neutral.setdefault(test, set()).add(run)
                continue
            failures = [one for one in counted if one.outcome in BROKEN]
            if failures:
                self.trials.setdefault(test, {})[run] = Trial(
                    failed=len(failures) == len(counted),
                    first=min(counted, key=_number).outcome in BROKEN,
                    last=any(not one.superseded for one in failures),
                    attempts=len(counted),
                    signatures=tuple(dict.fromkeys(filter(None, (f.signature for f in failures)))),
                )

    def ran(self, test: str) -> list[int]:
        """The runs in which a test ran, oldest first; one list for all tests that share a record."""
        own = self._own.get(test)
        if own is not None:
            return own
        exposure = self._history.exposure.get(test)
        now = self._now is not None and test in self._now.ran
        key = (id(exposure), now)
        if key in self._lists:
            found = self._lists[key][1]
        else:
            found = [] if exposure is None else [one for one in self.order if one in exposure]
            if now and self.present is not None:
                found.append(self.present)
            # the record is kept beside it: the number of one that is gone may be given away again
            self._lists[key] = (exposure, found)
        if test in self.neutral:
            found = [one for one in found if one not in self.neutral[test]]
        if test in self.trials or test in self.neutral:
            self._own[test] = found
        return found

    def fingerprints(self, test: str) -> Mapping[int, str]:
        """Of what a test ran in each run, of one kind for all: its own code, else the tree."""
        own = self._codes.get(test)
        if own is None or not all(map(own.get, self.ran(test))):
            return self._trees  # one without its own code can only be compared by tree
        return _one_name(own, self._trees)


def _one_name(own: Mapping[int, str], trees: Mapping[int, str]) -> dict[int, str]:
    """Codes, those of one tree under one name: a failure that came early ran fewer files."""
    of_tree: dict[str, str] = {}
    same: dict[str, str] = {}

    def name(code: str) -> str:
        while code in same:
            code = same[code]
        return code

    for run, code in own.items():
        tree = trees.get(run, "")
        if tree and code:
            first, other = name(of_tree.setdefault(tree, code)), name(code)
            if first != other:
                same[other] = first
    return {run: name(code) for run, code in own.items()}


_number = operator.attrgetter("number")
