"""Which earlier runs may be compared with the present one: like with like.

Counts, outcomes and coverage compare within implementation, Python minor and system. Times compare
within the machine too; where that has too short a history, within the fleet of like runners, whose
CPUs differ from run to run, and then the reading says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pytest_readiness.measure.narrowing import selection_of
from pytest_readiness.model.evidence import Run
from pytest_readiness.model.history import History, PastRun
from pytest_readiness.model.value import dataclass

NEEDED = 5
"""Comparable runs without which there is no baseline for what is noisy."""
WINDOW = 10
"""The latest comparable runs that are looked at."""
_CLASSES = ((0, "serial"), (2, "2 workers"), (4, "4 workers"), (8, "8 workers"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Where times were taken."""

    machine: str
    fleet: str


def machine_of(run: Run) -> Machine:
    """Keys of the machine and of its fleet."""
    environment = run.environment
    common = (environment.kin, environment.machine, _workers(len(run.workers)), environment.label)
    own = (environment.cpu, str(environment.cpus))
    return Machine(machine="|".join((*common, *own)), fleet="|".join(common))


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """What earlier runs are compared with: a run, or runs merged, as the history would keep them."""

    kin: str
    machine: str
    fleet: str
    causes: tuple[str, ...]

    @classmethod
    def of(cls, runs: Iterable[Run]) -> Present:
        runs = list(runs)
        machines = [machine_of(run) for run in runs]
        return cls(
            kin=_joined(run.environment.kin for run in runs),
            machine=_joined(machine.machine for machine in machines),
            fleet=_joined(machine.fleet for machine in machines),
            causes=selection_of(runs).causes,
        )

    def like(self, history: History) -> list[int]:
        """As :func:`like`."""
        kin, causes = self.kin, self.causes
        return _where(history, lambda past: past.kin == kin and past.selection == causes)

    def alike(self, history: History, among: Iterable[int]) -> tuple[list[int], str]:
        """As :func:`alike`."""
        candidates = [index for index in among if history.runs[index].kin == self.kin]
        own = [index for index in candidates if history.runs[index].machine == self.machine]
        if len(own) >= NEEDED:
            return own, ""
        fleet = [index for index in candidates if history.runs[index].fleet == self.fleet]
        if len(fleet) >= NEEDED:
            return fleet, "compared across CPU models"
        return own, ""


def base_of(run: Run) -> bool:
    """Whether a run may move a baseline: of the base branch, on committed code, all that was declared.

    A selection that a pipeline declared (a job for ``tests/unit``) is only compared with its like.
    Where nothing tells branches apart (no repository), every such run may.
    """
    asked = run.selection.whole or run.selection.declared
    if run.proposal or run.dirty or run.shard is not None or not asked:
        return False
    return not run.commit or (bool(run.branch) and run.branch == run.target)


def like(history: History, run: Run) -> list[int]:
    """Runs of the same environment and selection, oldest first: for counts, outcomes, coverage."""
    return Present.of((run,)).like(history)


def alike(history: History, run: Run, among: Iterable[int]) -> tuple[list[int], str]:
    """Of ``among``, those whose times may be compared, and a remark; oldest first.

    The same machine where it has at least NEEDED of them; else the fleet, where that has; else the
    machine's own, too few of them.
    """
    return Present.of((run,)).alike(history, among)


def _where(history: History, keep: Callable[[PastRun], bool]) -> list[int]:
    return [index for index, past in enumerate(history.runs) if keep(past)]


def _joined(texts: Iterable[str]) -> str:
    return "+".join(sorted(set(texts)))


def _workers(count: int) -> str:
    for most, name in _CLASSES:
        if count <= most:
            return name
    return "many workers"
