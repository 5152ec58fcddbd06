"""What all measurements of flaky tests cost: 10,000 tests now, 1,000,000 attempts before.

    python benchmarks/flaky_cost.py

300 of the tests are flaky, 5 of them have just failed; a history that holds objects, not a database.
With an outage in it, all tests are unsteady and all attempts are looked at.
"""

from __future__ import annotations

import random
import time

from pytest_readiness.measure.measure import measure
from pytest_readiness.model.evidence import (
    Attempt,
    Collection,
    Environment,
    Evidence,
    Outcome,
    Record,
    Run,
)
from pytest_readiness.model.history import History, PastAttempt, PastRun
from pytest_readiness.model.measurement import Request

TESTS, RUNS, FLAKY = 10_000, 100, 300
HERE = Environment(implementation="cpython", python="3.12", system="linux")
METRICS = (
    "tests.flaky-confirmed",
    "tests.flaky-observed",
    "tests.flaky-new",
    "test.flake-rate",
    "suite.spurious-red",
)


def history(names: list[str], rates: dict[int, float], outage: bool) -> History:
    chance = random.Random(1)
    attempts = {}
    for test, name in enumerate(names):
        failed = {
            run
            for run in range(RUNS)
            if chance.random() < rates.get(test, 0.0) or (outage and run == RUNS // 2)
        }
        if failed:
            attempts[name] = [
                PastAttempt(
                    run=run,
                    number=0,
                    outcome=Outcome.FAILED if run in failed else Outcome.PASSED,
                    signature=f"own {test}" if run in failed else "",
                )
                for run in range(RUNS)
            ]
    runs = tuple(
        PastRun(
            id=f"r{index}",
            started=f"2026-01-01T00:{index:02d}",
            kin=HERE.kin,
            machine="",
            fleet="",
            tree=f"tree-{index // 8}",
            ran=TESTS,
        )
        for index in range(RUNS)
    )
    return History(
        runs=runs, attempts=attempts, exposure=dict.fromkeys(names, dict.fromkeys(range(RUNS), 1))
    )


def main() -> int:
    chance = random.Random(2)
    names = [f"tests/test_{test // 50}.py::test_{test}" for test in range(TESTS)]
    rates = {test: chance.uniform(0.005, 0.2) for test in chance.sample(range(TESTS), FLAKY)}
    fell = set(list(rates)[:5])
    present = Run(
        started="2026-01-02T00:00", duration=1.0, exit_status=1, environment=HERE, tree="tree-12"
    )
    records = [
        Record("now", "", "", 0, present),
        Record("now", "", "", 0, Collection(tests=tuple(names))),
    ]
    for test, name in enumerate(names):
        outcome = Outcome.FAILED if test in fell else Outcome.PASSED
        records.append(Record("now", "", name, 0, Attempt(outcome=outcome, call=0.01)))
    evidence = Evidence.of(records)
    alone = [Request(metric="tests.failed")]
    everything = [*alone, *(Request(metric=metric) for metric in METRICS)]
    print("| history | attempts as objects | CPU time of all flaky measurements |")
    print("|---|--:|--:|")
    for words, outage in (("300 flaky tests", False), ("300 flaky tests and an outage", True)):
        before = history(names, rates, outage)
        usual = min(_timed(evidence, alone, History()) for _ in range(3))
        whole = min(_timed(evidence, everything, before) for _ in range(3))
        size = sum(map(len, before.attempts.values()))
        print(f"| {words} | {size:,} | {whole - usual:.2f} s |")
    return 0


def _timed(evidence: Evidence, requests: list[Request], before: History) -> float:
    began = time.process_time()
    measure(evidence, requests, history=before)
    return time.process_time() - began


if __name__ == "__main__":
    raise SystemExit(main())
