"""A run as the history remembers it: one row made of evidence's manifests."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping

from pytest_readiness.measure.comparable import base_of, machine_of
from pytest_readiness.model.evidence import Run
from pytest_readiness.model.history import PastRun
from pytest_readiness.model.scorecard import Scorecard
from pytest_readiness.pipeline import selection_of


def past_run(
    manifests: Mapping[str, Run], scorecard: Scorecard | None, *, ran: int, failed: int
) -> PastRun:
    """Of one run or of runs merged, by id; what they do not agree on is joined, or unknown."""
    ids = sorted(manifests)
    runs = [manifests[id] for id in ids]
    machines = [machine_of(run) for run in runs]
    return PastRun(
        id=identity(ids),
        started=min(run.started for run in runs),
        kin=_joined(run.environment.kin for run in runs),
        machine=_joined(machine.machine for machine in machines),
        fleet=_joined(machine.fleet for machine in machines),
        tree=_agreed(run.tree for run in runs),
        commit=_agreed(run.commit for run in runs),
        branch=_agreed(run.branch for run in runs),
        base=_complete(runs) and all(base_of(dataclasses.replace(run, shard=None)) for run in runs),
        selection=selection_of(runs).causes,
        exit_status=max(run.exit_status for run in runs),
        verdict=scorecard.verdict.value if scorecard else "",
        duration=max(run.duration for run in runs),
        ran=ran,
        failed=failed,
        ci=_agreed(run.ci for run in runs),
        project=_agreed(run.project for run in runs),
        version=_agreed(run.version for run in runs),
    )


def identity(ids: Iterable[str]) -> str:
    """The id of a run; of runs merged, SHA-256 of their ids, sorted, a line each."""
    ordered = sorted(set(ids))
    if len(ordered) == 1:
        return ordered[0]
    joined = "\n".join(ordered).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()


def _complete(runs: list[Run]) -> bool:
    """Whether every shard of a suite that was cut is there."""
    shards = {(run.shard.index, run.shard.total) for run in runs if run.shard}
    totals = {total for _, total in shards}
    return all(
        {index for index, of in shards if of == total} >= set(range(1, total + 1))
        for total in totals
    )


def _joined(texts: Iterable[str]) -> str:
    return "+".join(sorted(set(texts)))


def _agreed(texts: Iterable[str]) -> str:
    distinct = set(texts)
    return distinct.pop() if len(distinct) == 1 else ""
