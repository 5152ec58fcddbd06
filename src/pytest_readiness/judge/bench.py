"""What the judge has at hand for one gate, and what it hands back."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from pytest_readiness.judge.condition import Rule
from pytest_readiness.judge.owners import Owners
from pytest_readiness.model.measurement import Subject
from pytest_readiness.model.metric import Metric, SubjectKind
from pytest_readiness.model.pattern import pattern
from pytest_readiness.model.policy import Gate, Waiver
from pytest_readiness.model.scorecard import Finding, GateResult, WaiverState
from pytest_readiness.model.value import dataclass

_PLACEHOLDER = pattern(r"\bTEST\b")
_TESTS = frozenset({SubjectKind.TEST, SubjectKind.BENCHMARK})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    gate: Gate
    rule: Rule
    """The gate's condition."""
    waivers: tuple[Waiver, ...]
    """Those in force that name the gate."""
    owners: Owners

    @property
    def metric(self) -> Metric:
        return self.rule.metric

    def owner(self, subject: Subject) -> str:
        return self.owners.of(subject, self.gate.component)

    def remedy(self, findings: Sequence[Finding]) -> str:
        """The metric's, with the worst test in the place of ``TEST``."""
        worst = next((finding for finding in findings if finding.waiver is None), None)
        if worst is None or worst.subject.kind not in _TESTS:
            return self.metric.remedy
        test = shlex.quote(worst.subject.id)
        return _PLACEHOLDER.sub(lambda _: test, self.metric.remedy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    result: GateResult
    refused: tuple[WaiverState, ...] = ()
    """Waivers that were meant for its findings and do not accept them."""


def waivers_of(findings: Sequence[Finding]) -> tuple[Waiver, ...]:
    return tuple(
        dict.fromkeys(finding.waiver for finding in findings if finding.waiver is not None)
    )
