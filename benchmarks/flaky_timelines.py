"""Timelines of test runs, simulated from how often real tests fail on unchanged code.

Each test fails on its own with its real rate. Around that, what makes other rules accuse the
innocent happens: commits that break tests for a while, one environment alone that fails, outages,
runs whose fingerprint does not name their code, groups of tests that fail together.
"""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from pytest_readiness.model.evidence import Outcome
from pytest_readiness.model.history import History, PastAttempt, PastRun

MAIN, OTHER = "cpython3.12-linux", "cpython3.12-windows"


@dataclass(frozen=True, kw_only=True)
class World:
    """How often what happens. Probabilities are per session unless it says otherwise."""

    sessions: int = 160
    """Of the main environment."""
    change: float = 1 / 8
    """The code changes: a commit is run 8 times on the average (push, merge, nights)."""
    breaks: float = 0.10
    """A change of the code breaks some tests (3 on the average, neighbours)."""
    mended: float = 0.5
    """The next change of the code mends them."""
    alone: float = 0.01
    """Some tests begin to fail in one environment alone, for 2 to 12 sessions."""
    outage: float = 0.005
    """10 to 100 % of the tests fail."""
    dirty: float = 0.05
    """The run's fingerprint is not that of its code: of the code before or after, or of unfinished work."""
    glitch: float = 0.01
    """2 to 8 neighbours fail together, for one of 3 reasons outside of them."""
    grouped: float = 0.3
    """Share of flaky tests that fail together with others, in groups of 2 to 6, and with one signature."""
    other: float = 0.25
    """A session takes place in the other environment as well."""
    reruns: int = 0


@dataclass(frozen=True, kw_only=True)
class Project:
    name: str
    rates: tuple[float, ...]
    """Of each test, in the order of the file: 0 is stable, 1 always fails."""

    @property
    def flaky(self) -> list[int]:
        return [test for test, rate in enumerate(self.rates) if 0 < rate < 1]


@dataclass(kw_only=True)
class Timeline:
    """What happened, and what of it can be known."""

    project: Project
    history: History
    own: dict[int, list[int]] = field(default_factory=dict)
    """By flaky test: the sessions in which its own flakiness made the first attempt fail."""


def projects(path: Path) -> list[Project]:
    """From FlakeFlagger's table of about 10,000 runs of each test."""
    found: dict[str, list[float]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            failed, passed = int(row["failed"]), int(row["passed"])
            found[row["project"]].append(failed / (failed + passed))
    return [Project(name=name, rates=tuple(rates)) for name, rates in found.items()]


def timeline(project: Project, world: World, seed: int) -> Timeline:
    """One possible past of a project; the same seed gives the same own failures in every world."""
    return _Simulation(project, world, seed).result()


class _Simulation:
    def __init__(self, project: Project, world: World, seed: int) -> None:
        self.project, self.world = project, world
        self.chance = random.Random(f"{project.name} {seed}")
        self.own = random.Random(f"{project.name} {seed} own")
        self.size = len(project.rates)
        self.groups = _groups(project, world, self.own)
        self.signatures = {test: f"own-{group[0]}" for group in self.groups for test in group}
        self.broken: list[dict[int, str]] = [{}]
        self.alone: dict[str, dict[int, tuple[int, str]]] = {MAIN: {}, OTHER: {}}
        self.runs: list[PastRun] = []
        self.attempts: dict[str, list[PastAttempt]] = defaultdict(list)
        self.fell: dict[int, list[int]] = defaultdict(list)
        self.marks = 0

    def result(self) -> Timeline:
        codes = self._codes()
        for session, code in enumerate(codes):
            self._run(session, MAIN, code)
            if self.chance.random() < self.world.other:
                self._run(session, OTHER, code)
        names = [f"test_{test}" for test in range(self.size)]
        ran = dict.fromkeys(range(len(self.runs)), 1)
        exposure = dict.fromkeys(names, ran)
        for test, attempts in self.attempts.items():
            own = dict(ran)
            for one in attempts:
                own[one.run] = max(own[one.run], one.number + 1)
            exposure[test] = own if own != ran else ran
        history = History(runs=tuple(self.runs), attempts=dict(self.attempts), exposure=exposure)
        return Timeline(project=self.project, history=history, own=dict(self.fell))

    def _codes(self) -> list[int]:
        """The code of each session; ``broken`` tells what each code breaks."""
        codes = [0]
        while len(codes) < self.world.sessions:
            if self.chance.random() < self.world.change:
                now = dict(self.broken[-1])
                if now and self.chance.random() < self.world.mended:
                    now = {}
                if self.chance.random() < self.world.breaks:
                    now.update(self._neighbours(3.0, self._mark("broken")))
                self.broken.append(now)
            codes.append(len(self.broken) - 1)
        return codes

    def _mark(self, word: str) -> str:
        self.marks += 1
        return f"{word}-{self.marks}"

    def _neighbours(self, mean: float, mark: str) -> dict[int, str]:
        many = 1
        while self.chance.random() > 1 / mean:
            many += 1
        first = self.chance.randrange(self.size)
        return {(first + one) % self.size: mark for one in range(min(many, self.size))}

    def _run(self, session: int, kin: str, code: int) -> None:
        chance, world = self.chance, self.world
        causes: dict[int, str] = dict(self.broken[code])
        if chance.random() < world.dirty:
            if chance.random() < 0.5:
                near = code + chance.choice((-1, 1))
                causes = dict(self.broken[max(0, min(near, len(self.broken) - 1))])
            elif chance.random() < 0.5:
                causes.update(self._neighbours(3.0, self._mark("unfinished")))
        if chance.random() < world.alone:
            until, mark = session + chance.randint(2, 12), self._mark("alone")
            for test in self._neighbours(2.0, mark):
                self.alone[kin][test] = (until, mark)
        for test, (until, mark) in list(self.alone[kin].items()):
            if session < until:
                causes[test] = mark
            else:
                del self.alone[kin][test]
        passing = dict.fromkeys(causes, 0.0)
        if chance.random() < world.glitch:
            mark, again = f"glitch-{chance.randrange(3)}", float(chance.random() < 0.5)
            first, many = chance.randrange(self.size), chance.randint(2, 8)
            for test in range(first, min(first + many, self.size)):
                causes[test], passing[test] = mark, again
        if chance.random() < world.outage:
            share, mark = chance.uniform(0.1, 1.0), "outage"
            for test in chance.sample(range(self.size), max(1, round(share * self.size))):
                causes[test], passing[test] = mark, 0.2
        self._write(session, kin, code, causes, passing)

    def _write(
        self, session: int, kin: str, code: int, causes: dict[int, str], passing: dict[int, float]
    ) -> None:
        index = len(self.runs)
        draws = [self._failing() for _ in range(self.world.reruns + 1)]
        if kin == MAIN:
            for test in draws[0]:
                if self.project.rates[test] < 1:
                    self.fell[test].append(session)
        red = 0
        for test in sorted(draws[0] | causes.keys()):
            last = self.world.reruns
            for number in range(last + 1):
                cause = causes.get(test, "")
                if cause and number and self.chance.random() < passing[test]:
                    cause = ""
                    causes.pop(test)
                failed = bool(cause) or test in draws[number]
                self.attempts[f"test_{test}"].append(
                    PastAttempt(
                        run=index,
                        number=number,
                        outcome=Outcome.FAILED if failed else Outcome.PASSED,
                        superseded=failed and number < last,
                        signature=(cause or self.signatures[test]) if failed else "",
                    )
                )
                if not failed:
                    break
            else:
                red += 1
        self.runs.append(
            PastRun(
                id=f"r{index}",
                started=f"2026-01-01T{session:05d}",
                kin=kin,
                machine=kin,
                fleet=kin,
                tree=f"tree-{code}",
                commit=f"commit-{code}",
                base=True,
                exit_status=int(red > 0),
                ran=self.size,
                failed=red,
            )
        )

    def _failing(self) -> set[int]:
        """Tests that fail on their own in one attempt."""
        failing = set()
        for group in self.groups:
            draw = self.own.random()
            failing.update(test for test in group if draw < self.project.rates[test])
        return failing


def _groups(project: Project, world: World, chance: random.Random) -> list[list[int]]:
    """Tests by what decides about them together: most flaky ones alone."""
    flaky = sorted(project.flaky, key=lambda test: project.rates[test])
    groups: list[list[int]] = [[test] for test, rate in enumerate(project.rates) if rate == 1]
    left = iter(flaky)
    for test in left:
        mean = 4
        joined = chance.random() < world.grouped / (mean - world.grouped * (mean - 1))
        groups.append([test, *islice(left, chance.randint(1, 5))] if joined else [test])
    return groups
