"""The manifest of a run: where it took place, on what, and what its evidence should hold."""

from __future__ import annotations

from typing import ClassVar

from pytest_readiness.model.value import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Where a run took place: what may be compared with what."""

    implementation: str
    """``cpython``, ``pypy``: ``sys.implementation.name``."""
    python: str
    """The minor version, ``3.12``."""
    system: str
    """``linux``, ``darwin``, ``windows``."""
    python_full: str = ""
    machine: str = ""
    cpu: str = ""
    cpus: int = 0
    label: str = ""
    """Set by the user to tell environments apart that look alike."""
    packages: tuple[tuple[str, str], ...] = ()
    """Name and version of pytest and of the plugins whose figures are read."""

    @property
    def key(self) -> str:
        """What tells subjects of a matrix apart when runs are merged."""
        return f"{self.kin}-{self.label}" if self.label else self.kin

    @property
    def kin(self) -> str:
        """What counts, outcomes and coverage of other days are compared within."""
        return f"{self.implementation}{self.python}-{self.system}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which part of the suite a run was asked for."""

    causes: tuple[str, ...] = ()
    """What narrowed it, as typed: ``-k cart``, ``tests/test_api.py``, ``-x stopped the run``."""
    declared: bool = False
    """A CI, a shard or strict mode declared this selection to be what is judged."""

    @property
    def whole(self) -> bool:
        return not self.causes


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """Part ``index`` (from 1) of ``total`` parts of one suite."""

    index: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The manifest of one session: where, on what, and what its evidence should hold."""

    kind: ClassVar[str] = "run"
    started: str
    """UTC, ISO 8601."""
    duration: float
    """Wall seconds from the start of the session to the end of its tests."""
    exit_status: int
    """pytest's own, before any gate."""
    environment: Environment
    selection: Selection = Selection()
    sections: tuple[str, ...] = ()
    """Sections that were to be measured: each is here as facts or as a gap."""
    workers: tuple[str, ...] = ()
    """Ids of the xdist workers that took part; empty without xdist."""
    each: bool = False
    """Every worker was to run every test (``--dist each``)."""
    holds: tuple[tuple[str, int], ...] = ()
    """How many records of each kind the run wrote, see :meth:`Evidence.sealed`; empty: not told."""
    shard: Shard | None = None
    commit: str = ""
    branch: str = ""
    target: str = ""
    """Name of the base branch, whose runs move baselines; empty: not known."""
    proposal: str = ""
    """``pull request`` or ``fork``: code that is not of the base branch yet, whatever the branch says."""
    dirty: bool | None = None
    tree: str = ""
    """Fingerprint of the code that ran: commit's tree and uncommitted changes."""
    ci: str = ""
    """Name of the CI system; empty at a developer's desk."""
    project: str = ""
    version: str = ""
