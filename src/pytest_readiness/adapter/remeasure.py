"""``remeasure = true``: suspects of a slowdown are measured once more when the tests have ended.

In a copy of the process that ran them, with its memory and caches as the suite left them. Only where
the policy says so: tests have side effects.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from time import monotonic, sleep
from typing import Any

import pytest

from pytest_readiness.adapter.copies import UNDER_XDIST, Copies
from pytest_readiness.adapter.gathering import Gathering
from pytest_readiness.adapter.plan import Plan
from pytest_readiness.adapter.relocation import located
from pytest_readiness.collect import Fact
from pytest_readiness.collect.benchmark import benchmark_facts
from pytest_readiness.measure.candidates import duration, grouped
from pytest_readiness.measure.regression import suspects as slow_benchmarks
from pytest_readiness.measure.results import PASSING
from pytest_readiness.measure.slowdown import Sample
from pytest_readiness.measure.slowdown import suspects as slow_tests
from pytest_readiness.model.codec import decode, encode
from pytest_readiness.model.evidence import (
    Attempt,
    Benchmark,
    Evidence,
    Notice,
    Outcome,
    Remeasured,
    Run,
)
from pytest_readiness.model.history import History

TOOL = "remeasure"
TESTS = "test.slowdown"
BENCHMARKS = "benchmark.slowdown"
TIMES = 3
"""How often a test is run again: the quickest counts."""
APART = 30.0
"""Seconds between the first measurement of a benchmark and the next: a busy neighbour is gone by then
(half of the slow phases of hosted runners last less)."""
_LONGEST = 60.0
"""Seconds that measuring tests again may take in any case; else half of what the suite took."""


def remeasured(
    config: pytest.Config,
    plan: Plan,
    session: pytest.Session,
    gathering: Gathering,
    evidence: Evidence,
    history: History,
) -> list[Fact]:
    """Records of what was measured again, and a notice of it."""
    gated = {gate.metric for gate in plan.policy.gates}
    ((_, run),) = evidence.select(Run)
    attempts = grouped((record.subject, attempt) for record, attempt in evidence.select(Attempt))
    tests: list[str] = []
    if TESTS in gated:
        tests = [one.test for one in slow_tests(history, run, _samples(attempts))]
    benchmarks: list[str] = []
    if BENCHMARKS in gated:
        benchmarks = _benchmarks(plan, evidence, history)
    if not tests and not benchmarks:
        return []
    copies = Copies(session)
    if obstacle := copies.obstacle():
        count = len(tests) + len(benchmarks)
        remedy = ": run without -n" if obstacle == UNDER_XDIST else ""
        what = "suspect was" if count == 1 else "suspects were"
        return [_notice(f"{count} {what} not measured again: {obstacle}{remedy}")]
    nodeids = {located(plan.prefix + id, plan.inner): id for id in copies.ids}
    again = _Again(config, plan, gathering, copies, nodeids, attempts)
    began = monotonic()
    try:
        again.tests(tests, max(_LONGEST, run.duration / 2))
        again.benchmarks(benchmarks)
    except KeyboardInterrupt:
        again.problems.append("interrupted by Ctrl-C")
    return [*again.facts, *map(_notice, again.said(monotonic() - began))]


def _samples(attempts: Mapping[str, Sequence[Attempt]]) -> dict[str, Sample]:
    found = {}
    for id, made in attempts.items():
        last = made[-1]
        if last.outcome in PASSING and not last.superseded and last.call is not None:
            found[id] = Sample(cpu=last.cpu, wall=last.call)
    return found


def _benchmarks(plan: Plan, evidence: Evidence, history: History) -> list[str]:
    statistics = {
        gate.statistic or "median" for gate in plan.policy.gates if gate.metric == BENCHMARKS
    }
    found: dict[str, None] = {}
    for statistic in sorted(statistics):
        found.update(dict.fromkeys(slow_benchmarks(evidence, history, statistic)))
    return list(found)


class _Again:
    def __init__(
        self,
        config: pytest.Config,
        plan: Plan,
        gathering: Gathering,
        copies: Copies,
        nodeids: Mapping[str, str],
        attempts: Mapping[str, Sequence[Attempt]],
    ) -> None:
        self._config = config
        self._plan = plan
        self._gathering = gathering
        self._copies = copies
        self._nodeids = nodeids
        self._attempts = attempts
        self._counts = {"tests": 0, "benchmarks": 0}
        self.facts: list[Fact] = []
        self.problems: list[str] = []

    def tests(self, suspects: Iterable[str], longest: float) -> None:
        until = monotonic() + longest
        left = [id for id in suspects if id in self._nodeids]
        while left:
            id = left.pop(0)
            needed = TIMES * max(map(duration, self._attempts[id]), default=0.0)
            if monotonic() + needed > until:
                self.problems.append(
                    f"{len(left) + 1} slow tests were not: it would take over {longest:.0f} s"
                )
                return
            copied = self._copies.run(self._nodeids[id], 5 + 10 * needed, times=TIMES)
            times = [
                Remeasured(cpu=one.cpu, call=one.call)
                for one in copied.results
                if one.outcome == Outcome.PASSED.value and one.call is not None
            ]
            self.facts += (Fact(id, data, number) for number, data in enumerate(times, 1))
            self._counts["tests"] += bool(times)
            if not times:
                self.problems.append(f"{id} did not pass again")

    def benchmarks(self, suspects: Iterable[str]) -> None:
        moments = self._gathering.moments.ended if self._gathering.moments is not None else {}
        for id in suspects:
            nodeid = self._nodeids.get(id, "")
            if nodeid not in moments:
                continue
            first = moments[nodeid]
            sleep(max(0.0, first + APART - monotonic()))
            seconds = monotonic() - first
            took = max(map(duration, self._attempts.get(id, ())), default=0.0)
            copied = self._copies.run(nodeid, 60 + 10 * took, tell=partial(self._figures, nodeid))
            found = [decode(Benchmark.kind, one) for one in copied.told or ()]
            for data in found:
                assert isinstance(data, Benchmark)
                self.facts.append(Fact(id, dataclasses.replace(data, again=seconds), 1))
            self._counts["benchmarks"] += bool(found)
            if not found:
                self.problems.append(f"{id} gave no figures again")

    def _figures(self, nodeid: str) -> list[dict[str, Any]]:
        """In the copy, once the benchmark has run there."""
        probe, canary = self._gathering.probe, self._gathering.canary
        facts = benchmark_facts(
            self._config,
            probe.benchmarked if probe is not None else {},
            beside=canary.beside if canary is not None else {},
        )
        return [
            encode(fact.data)
            for fact in facts
            if fact.subject == nodeid and isinstance(fact.data, Benchmark)
        ]

    def said(self, seconds: float) -> list[str]:
        counts = [
            f"{count} slow {what if count != 1 else what.removesuffix('s')}"
            for what, count in self._counts.items()
            if count
        ]
        if not counts:
            return [f"nothing was measured again: {'; '.join(self.problems)}"]
        said = f"{' and '.join(counts)} measured again at the end, in {seconds:.1f} s"
        return ["; ".join([said, *self.problems])]


def _notice(text: str) -> Fact:
    return Fact(TOOL, Notice(text=text))
