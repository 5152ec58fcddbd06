"""The values of a run that are kept: what later runs may be compared with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from pytest_readiness.history.entry import Value
from pytest_readiness.history.wanting import COMPARING, gates_of
from pytest_readiness.judge.requests import breakdown_of, request_of
from pytest_readiness.measure.baseline import series_of
from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.measure.definitions import definitions
from pytest_readiness.measure.entries_standing import STANDING
from pytest_readiness.measure.measure import measure
from pytest_readiness.model.evidence import Evidence
from pytest_readiness.model.history import Series
from pytest_readiness.model.measurement import Measurement, Reading, Request
from pytest_readiness.model.metric import SCORE, Metric, SubjectKind
from pytest_readiness.model.policy import Level, Policy
from pytest_readiness.model.scorecard import GateOutcome, GateResult, Scorecard
from pytest_readiness.model.value import replace

Values = Mapping[Series, Mapping[str, Value]]
_MANY = frozenset({SubjectKind.TEST, SubjectKind.BENCHMARK})
"""Subjects of which a run keeps times and attempts, not a value a metric."""
_JUDGED = frozenset({*COMPARING, *(metric.name for metric in STANDING)})
"""Metrics made of the history, or of what was judged: kept as they were judged, where they are gated."""


def values_of(evidence: Evidence, policy: Policy, scorecard: Scorecard) -> Values:
    """Every value of the run, of its files, and of figures of one's own, gated or not.

    Gated or not, so that a gate of tomorrow finds its baseline; of components only what some gate
    is about, since there may be many of them. A value that broke a gate is kept as one that no
    baseline is made of.
    """
    broken = Broken(judged(scorecard))
    kept: dict[Series, dict[str, Value]] = {}
    for series, reading in _readings(evidence, policy, scorecard):
        if isinstance(reading, Measurement):
            name = reading.subject.name
            kept.setdefault(series, {})[name] = (reading.value, not broken.has(series, name))
    for series, name, measured in broken.tests():
        kept.setdefault(series, {})[name] = (measured.value, False)
    if policy.tools:
        from pytest_readiness.measure.tool_rules import BY_RULE, rules

        for name, count in rules(evidence).items():
            kept.setdefault(BY_RULE, {})[name] = (count, True)
    for series, share in _scores(scorecard):
        kept.setdefault(series, {}).setdefault("", (share, True))
    return kept


def judged(scorecard: Scorecard) -> tuple[GateResult, ...]:
    """What was judged of metrics: the gates, and conditions that prove a requirement."""
    proofs = (proof for one in scorecard.requirements for proof in one.proofs)
    return (*scorecard.results, *(one.result for one in proofs if one.result is not None))


def _scores(scorecard: Scorecard) -> Iterator[tuple[Series, Fraction]]:
    """The score's share, and that of each category, which stands in the place of a component."""
    score = scorecard.score
    if score is not None:
        yield Series(SCORE), score.earned / score.possible
        for one in score.categories:
            yield Series(SCORE, component=one.category), one.earned / one.possible


def _readings(
    evidence: Evidence, policy: Policy, scorecard: Scorecard
) -> Iterator[tuple[Series, Reading]]:
    configured = {metric.name: metric for metric in policy.metrics}
    metrics = definitions(evidence, configured)
    wanted = [
        Request(metric=metric.name)
        for metric in metrics.values()
        if metric.name not in _JUDGED and not (_ours(metric) and metric.subject in _MANY)
    ]
    gated = [gate.metric for gate in gates_of(policy)] + [metric for metric, _ in policy.elsewhere]
    wanted += [
        Request(metric=name, component=component.name)
        for component in policy.components
        for name in dict.fromkeys(gated)
        if name in metrics and name not in _JUDGED and metrics[name].subject is SubjectKind.RUN
    ]
    wanted += _selected(policy, metrics)
    found = measure(evidence, wanted, metrics=configured, components=policy.components)
    for request, readings in found.items():
        if request.metric in metrics:
            series = series_of(
                metrics[request.metric], request.statistic, request.component, request.select
            )
            for reading in readings:
                yield series, reading
    for result in scorecard.results:  # not measured a second time
        metric = result.metric
        if metric is not None and metric.name in _JUDGED and metric.subject is SubjectKind.RUN:
            gate = result.gate
            if result.reading is not None:
                yield series_of(metric, gate.statistic, gate.component, gate.select), result.reading


def _selected(policy: Policy, metrics: Mapping[str, Metric]) -> Iterator[Request]:
    """What gates count of a metric that lets them select, for their components too."""
    for gate in gates_of(policy):
        metric = metrics.get(gate.metric)
        if metric is not None and metric.selects and gate.select:
            for request in (request_of(gate, metric), *breakdown_of(gate, policy, metrics)):
                yield replace(request, baseline=False)


class Broken:
    """What broke a gate that blocks, or one that compares with a baseline, and was not waived.

    A gate that only aims high (a risk, an information) breaks for months, and must not keep the
    baseline of another from moving. What is waived is accepted: the next baseline.
    """

    def __init__(self, results: Sequence[GateResult]) -> None:
        self._failed: set[Series] = set()
        self._subjects: dict[Series, dict[str, Measurement]] = {}
        self._kinds: dict[Series, Metric] = {}
        for result in results:
            gate, metric = result.gate, result.metric
            strict = gate.level is Level.BLOCK or gate.condition.relative
            if metric is None or not strict or result.outcome is not GateOutcome.FAILED:
                continue
            series = series_of(metric, gate.statistic, gate.component, gate.select)
            self._kinds[series] = metric
            if metric.subject is SubjectKind.RUN:
                self._failed.add(series)
            else:
                self._subjects.setdefault(series, {}).update(
                    (finding.subject.name, finding.measurement)
                    for finding in result.findings
                    if finding.measurement is not None and finding.waiver is None
                )

    def has(self, series: Series, name: str) -> bool:
        """Whether it is among what broke."""
        return series in self._failed or name in self._subjects.get(series, {})

    def tests(self) -> Iterator[tuple[Series, str, Measurement]]:
        """Tests and benchmarks that broke a gate of the catalogue: their times are no baseline."""
        for series, found in self._subjects.items():
            metric = self._kinds[series]
            if _ours(metric) and metric.subject in _MANY and metric.name not in COMPARING:
                for name, measured in found.items():
                    yield series, name, measured


def _ours(metric: Metric) -> bool:
    return metric.name in CATALOGUE
