"""Which part of a history a policy needs: no more is loaded, and often it is nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from pytest_readiness.model.evidence import Attempt, Evidence, Outcome, Run
from pytest_readiness.model.history import Part, Series
from pytest_readiness.model.metric import SCORE, Metric, SubjectKind
from pytest_readiness.model.policy import Gate, Policy

if TYPE_CHECKING:
    from pytest_readiness.history.interface import Wanted

_ATTEMPTS = frozenset({Part.ATTEMPTS})
_TIMES = frozenset({Part.TIMES})
_BENCHMARKS = frozenset({Part.BENCHMARKS})
COMPARING: Mapping[str, frozenset[Part]] = MappingProxyType(
    {
        "test.flake-rate": _ATTEMPTS,
        "tests.flaky-confirmed": _ATTEMPTS,
        "tests.flaky-observed": _ATTEMPTS,
        "tests.flaky-new": _ATTEMPTS,
        "suite.spurious-red": _ATTEMPTS,
        "test.slowdown": _TIMES,
        "benchmark.slowdown": _BENCHMARKS,
        "benchmark.missing": _BENCHMARKS,
    }
)
"""Metrics that are made of earlier runs, and the parts of them that they look at."""
_BASES: Mapping[str, frozenset[Part]] = MappingProxyType(
    {
        "test.duration": _TIMES,
        "test.setup": _TIMES,
        "test.teardown": _TIMES,
        "benchmark.time": _BENCHMARKS,
    }
)
"""What baselines are made of where it is not values that were kept as such."""
_FAILURES = frozenset({"tests.failed", "tests.errors"})
_BAD = frozenset({Outcome.FAILED, Outcome.ERROR})


def wanted(policy: Policy, metrics: Mapping[str, Metric], evidence: Evidence) -> Wanted | None:
    """What judging this evidence under this policy looks at; None: nothing."""
    runs = {record.run: run for record, run in evidence.select(Run)}
    return wanted_by(policy, metrics, runs, failing=failing(evidence))


def failing(evidence: Evidence) -> bool:
    """Whether a test failed in the end: then it is looked up whether it is known as flaky."""
    return any(
        attempt.errors or attempt.outcome in _BAD
        for _, attempt in evidence.select(Attempt)
        if not attempt.superseded
    )


def wanted_by(
    policy: Policy,
    metrics: Mapping[str, Metric],
    runs: Mapping[str, Run],
    *,
    failing: bool = False,
) -> Wanted | None:
    """The same, of runs by their ids; ``failing``: the run holds tests that failed."""
    parts: set[Part] = set()
    series: set[Series] = set()
    if policy.quarantine:  # a test that has been clean for long is proposed for release
        parts |= _ATTEMPTS
    gates = gates_of(policy)
    for gate in gates:
        metric = metrics.get(gate.metric)
        if metric is None:
            continue
        parts |= COMPARING.get(metric.name, frozenset())
        if failing and metric.name in _FAILURES:
            parts |= _ATTEMPTS
        if gate.condition.relative:
            parts |= {Part.VALUES} | _BASES.get(metric.name, frozenset())
            from pytest_readiness.measure.baseline import series_of

            series.add(series_of(metric, gate.statistic, gate.component, gate.select))
    if policy.summarised:
        parts.add(Part.VALUES)
        series |= _told_before(policy, gates, metrics)
    if not parts or not runs:
        return None
    # most policies look at nothing: then none of it is imported
    from pytest_readiness.history.interface import Wanted
    from pytest_readiness.measure.comparable import Present

    return Wanted(
        parts=frozenset(parts),
        kin=Present.of(runs.values()).kin,
        project=next(iter(runs.values())).project,
        exclude=ids_of(runs),
        series=frozenset(series),
    )


def gates_of(policy: Policy) -> tuple[Gate, ...]:
    """Those of the policy, and conditions over metrics that prove a requirement."""
    if not policy.requirements:
        return policy.gates
    from pytest_readiness.model.requirement import MetricProof

    proofs = (proof for one in policy.requirements for proof in one.proofs)
    return (*policy.gates, *(proof.gate for proof in proofs if isinstance(proof, MetricProof)))


def _told_before(
    policy: Policy, gates: Iterable[Gate], metrics: Mapping[str, Metric]
) -> set[Series]:
    """What a report puts beside the present run: values of the run that are gated, and the score."""
    from pytest_readiness.config.scoring import known_categories
    from pytest_readiness.measure.baseline import series_of

    gated = {
        series_of(metrics[gate.metric], gate.statistic, gate.component, gate.select)
        for gate in gates
        if gate.metric in metrics and metrics[gate.metric].subject is SubjectKind.RUN
    }
    categories = known_categories(policy.gates, metrics, policy.requirements)
    if policy.tools:
        from pytest_readiness.measure.tool_rules import BY_RULE

        gated.add(BY_RULE)
    return gated | {Series(SCORE)} | {Series(SCORE, component=name) for name in categories}


def ids_of(runs: Iterable[str]) -> frozenset[str]:
    """Of the runs, and of what they are when merged."""
    from pytest_readiness.history.past import identity

    ids = frozenset(runs)
    return ids | {identity(ids)}
