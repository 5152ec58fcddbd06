"""CPU time of ``test.slowdown`` for a large suite: comparing alone, and with the readings.

python benchmarks/slow_cost.py --tests 10000 --runs 10 20
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from functools import partial

from pytest_readiness.measure.comparable import machine_of
from pytest_readiness.measure.measure import measure
from pytest_readiness.measure.slow_table import Sample
from pytest_readiness.measure.slowdown import paces
from pytest_readiness.model.evidence import (
    Attempt,
    Collection,
    Environment,
    Evidence,
    Outcome,
    Record,
    Run,
)
from pytest_readiness.model.history import History, PastRun, PastTime
from pytest_readiness.model.measurement import Request

RUN = Run(
    started="",
    duration=60.0,
    exit_status=0,
    environment=Environment(implementation="cpython", python="3.12", system="linux"),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tests", type=int, default=10_000)
    parser.add_argument("--runs", type=int, nargs="+", default=[10, 20])
    args = parser.parse_args()
    for runs in args.runs:
        history, samples = made(args.tests, runs)
        evidence = Evidence.of(
            [
                Record("r", "", "", 0, RUN),
                Record("r", "", "", 0, Collection(tests=tuple(samples))),
                *(
                    Record("r", "", id, 0, Attempt(outcome=Outcome.PASSED, call=wall, cpu=cpu))
                    for id, (cpu, wall) in samples.items()
                ),
            ]
        )
        compared = min(_cpu(partial(paces, history, RUN, samples)) for _ in range(5))
        request = Request(metric="test.slowdown")
        whole = min(_cpu(partial(measure, evidence, [request], history=history)) for _ in range(5))
        print(
            f"{args.tests:,} tests, {runs} runs: compared in {compared:.2f} s of CPU, "
            f"measured from the evidence in {whole:.2f} s"
        )
    return 0


def made(tests: int, runs: int) -> tuple[History, dict[str, Sample]]:
    """Four of five tests compute, for 0.1 ms to 1 s; sessions drift, times are noisy."""
    generator = random.Random(1)
    where = machine_of(RUN)
    drifts = [generator.lognormvariate(0, 0.2) for _ in range(runs + 1)]
    times: dict[str, list[PastTime]] = {}
    samples: dict[str, Sample] = {}
    for number in range(tests):
        usual = 10 ** generator.uniform(-4, 0)
        waits = generator.random() < 0.2
        told: list[PastTime] = []
        for run, drift in enumerate(drifts):
            cpu = usual * drift * generator.lognormvariate(0, 0.1)
            told.append(PastTime(run, cpu, cpu * (3 if waits else 1.02)))
        id = f"tests/test_{number // 50}.py::test_{number}"
        last = told.pop()
        samples[id] = Sample(last.cpu, last.wall or 0.0)
        times[id] = told
    past = tuple(
        PastRun(
            id=str(index),
            started="",
            kin=RUN.environment.kin,
            machine=where.machine,
            fleet=where.fleet,
            base=True,
        )
        for index in range(runs)
    )
    return History(runs=past, times=times), samples


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    raise SystemExit(main())
