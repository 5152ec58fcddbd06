"""Everything that the session knows at its end, as facts and the manifest of its run."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_readiness.adapter.hooks import guarded, rescued
from pytest_readiness.adapter.outcomes import Outcomes
from pytest_readiness.adapter.past import Past
from pytest_readiness.adapter.plan import COVERAGE, Plan
from pytest_readiness.adapter.probe import Probe
from pytest_readiness.adapter.selection import typed_causes
from pytest_readiness.collect import Fact
from pytest_readiness.collect.environment import environment
from pytest_readiness.collect.git import TreeState, changes
from pytest_readiness.collect.project import identity
from pytest_readiness.model.evidence import (
    Fault,
    Gap,
    Notice,
    PassedTests,
    Reason,
    Run,
    Selection,
    TestCode,
)
from pytest_readiness.model.pattern import pattern
from pytest_readiness.publish.files import STATE
from pytest_readiness.publish.journal import Death

if TYPE_CHECKING:
    from pytest_readiness.adapter.canary import Canary
    from pytest_readiness.adapter.moments import Moments
    from pytest_readiness.adapter.sequence import Sequences
    from pytest_readiness.adapter.tooling import Tooling
    from pytest_readiness.adapter.workers import Workers
    from pytest_readiness.collect.branch import Place

PLUGINS = (
    "pytest",
    "pluggy",
    "coverage",
    "pytest-cov",
    "pytest-timeout",
    "pytest-benchmark",
    "pytest-xdist",
    "pytest-rerunfailures",
    "pytest-retry",
    "flaky",
)
"""Distributions whose versions decide how figures come about."""
_VERSION = pattern(r"^Version: *(\S+)$", re.MULTILINE)

NO_ASSERTIONS = Gap(
    reason=Reason.PARTIAL,
    message="no `assert` was executed (python -O with --assert=plain)",
    remedy="run without -O, or without --assert=plain",
)
NO_WARNINGS = Gap(
    reason=Reason.NO_DATA,
    message="warnings are not recorded (-p no:warnings)",
    remedy="drop `-p no:warnings`",
)


class Gathering:
    def __init__(self, config: pytest.Config, plan: Plan) -> None:
        self._config = config
        self._plan = plan
        self.facts: list[Fact] = list(plan.faults)
        """What was noted on the way."""
        nothing: tuple[str, ...] = ()
        self._causes = rescued(
            "pytest-readiness", lambda: typed_causes(config, plan.parser), nothing, self.facts
        )
        self._stopped: BaseException | None = None
        self.outcomes = Outcomes(config)
        self.probe: Probe | None = None
        """Where tests run in this process."""
        self.canary: Canary | None = None
        """Where benchmarks are measured in this process."""
        self.workers: Workers | None = None
        """Where they run in others."""
        self.tree = TreeState()
        self.place: Place | None = None
        """Where something makes use of it."""
        self.past = Past(plan)
        self.sequences: Sequences | None = None
        """Where tests are to be repeated."""
        self.moments: Moments | None = None
        """Where suspects are to be measured again."""
        self.tooling: Tooling | None = None
        """Where tools are configured."""
        self.passed = PassedTests.empty()
        """Tests that just passed, as far as :meth:`all` does not tell them."""
        self.duration = 0.0
        """Wall seconds from the start of the session to the end of its tests."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self) -> Generator[None, object, object]:
        try:
            return (yield)
        except BaseException as error:
            self._stopped = error
            raise

    @property
    def for_information(self) -> bool:
        """A part of the suite, chosen at a desk: it has no verdict, whatever comes."""
        return bool(self._causes) and not (self._plan.declared or self._plan.recording)

    @property
    def without_verdict(self) -> bool:
        """The same, and a run that stopped early at a desk: to be asked when the tests have ended."""
        return bool(self._all_causes()) and not (self._plan.declared or self._plan.recording)

    @property
    def broken_off(self) -> bool:
        """Somebody pressed Ctrl-C, or called ``pytest.exit``."""
        error = self._stopped
        return type(error) is KeyboardInterrupt or isinstance(error, pytest.exit.Exception)

    def no_journal(self, error: OSError) -> None:
        """A read-only checkout is no fault: only a death could not be told."""
        self._notice(
            "journal", f"no journal could be opened ({error}): a crash would leave no trace"
        )

    def deaths(self, deaths: Iterable[Death]) -> None:
        for death in deaths:
            self._notice("journal", str(death))

    def all(self) -> list[Fact]:
        """Every fact of the run. What cannot be read is a gap or a fault. Never raises."""
        plan, sections = self._plan, self._plan.sections
        told = self._told()
        facts = [*self.facts, *told]
        facts += guarded("reading the outcomes", lambda: self._outcomes(told))
        changed: tuple[Fact, ...] = ()
        if not sections.isdisjoint(("patch", "changes")):
            changed = guarded("git", lambda: changes(plan.root, plan.policy.base, plan.environ))
        if "policy" in sections and not self.for_information:
            from pytest_readiness.collect.policy import base_policy

            path = Path(plan.policy.source)
            facts += guarded(
                "git", lambda: base_policy(path, plan.policy.base, plan.environ, changed)
            )
        if "looks" in sections:
            from pytest_readiness.collect.looks import look_facts, looked_for

            policy = plan.policy
            facts += look_facts(plan.root, looked_for(policy.requirements), policy.coverage_source)
        facts += self._covered(changed)
        if "timeout" in sections:
            from pytest_readiness.collect.timeout import timeout_facts

            facts += guarded("pytest-timeout", lambda: timeout_facts(self._config))
        facts += self._benchmarks()
        if not __debug__ and getattr(self._config.option, "assertmode", "") == "plain":
            facts.append(Fact("tests", NO_ASSERTIONS))
        if not self._config.pluginmanager.has_plugin("warnings"):
            facts.append(Fact("warnings", NO_WARNINGS))
        if plan.inner:
            from pytest_readiness.adapter.relocation import relocate

            return list(relocate(facts, plan.inner))
        return facts

    def run(self, exit_status: int) -> Run:
        """The manifest."""
        plan = self._plan
        name, version = identity(plan.root)
        tree, place = self.tree, self.place
        option = self._config.option
        return Run(
            started=plan.started,
            duration=self.duration,
            exit_status=exit_status,
            environment=environment(tuple(_versions()), plan.environ),
            selection=Selection(causes=self._all_causes(), declared=plan.declared),
            sections=tuple(sorted(plan.sections)),
            workers=tuple(sorted(self.workers.ids)) if self.workers is not None else (),
            each=getattr(option, "dist", "no") == "each",
            shard=plan.shard,
            commit=tree.commit,
            branch=tree.branch or ("" if place is None else place.branch),
            target="" if place is None else place.target,
            proposal="" if place is None else place.proposal,
            dirty=tree.dirty,
            tree=tree.tree,
            ci=plan.ci,
            project=name,
            version=version,
        )

    def _outcomes(self, told: Iterable[Fact]) -> tuple[Fact, ...]:
        if not self._plan.inner:
            self.passed = self.outcomes.passed(self._plan.prefix)._replace(run=self._plan.run)
        return tuple(self.outcomes.facts(self._plan.prefix, told))

    def _told(self) -> tuple[Fact, ...]:
        """By the probes: of this process, or of the workers."""
        probe, workers, plan = self.probe, self.workers, self._plan
        if probe is not None:
            return (
                *guarded("the probe", probe.facts),
                *guarded("recorded figures", lambda: plan.figures.facts(plan.prefix)),
            )
        if workers is not None:
            return guarded("the workers", lambda: tuple(workers.facts()))
        return ()

    def _covered(self, changed: tuple[Fact, ...]) -> tuple[Fact, ...]:
        """Of coverage, which marks the changed files that it was not to measure."""
        plan = self._plan
        if COVERAGE.isdisjoint(plan.sections) and not self._has("_cov"):
            return changed
        from pytest_readiness.adapter.coverage import collect_coverage

        facts = guarded(
            "coverage",
            lambda: collect_coverage(
                self._config, plan.root, plan.sections, changed, plan.root / STATE / "cache"
            ),
        )
        failed = any(isinstance(fact.data, Fault) for fact in facts)
        if plan.prefix:
            facts = tuple(
                fact._replace(subject=plan.prefix + fact.subject)
                if isinstance(fact.data, TestCode)
                else fact
                for fact in facts
            )
        return (*changed, *facts) if failed else facts

    def _benchmarks(self) -> tuple[Fact, ...]:
        if "benchmark" not in self._plan.sections and not self._has("pytest-benchmark"):
            return ()
        from pytest_readiness.collect.benchmark import benchmark_facts

        passed = self.probe.benchmarked if self.probe is not None else {}
        beside = self.canary.beside if self.canary is not None else {}
        facts = guarded(
            "pytest-benchmark",
            lambda: benchmark_facts(self._config, passed, self._plan.prefix, beside),
        )
        if "benchmark" in self._plan.sections:
            return facts
        return tuple(fact for fact in facts if not isinstance(fact.data, Gap))

    def _all_causes(self) -> tuple[str, ...]:
        error = self._stopped
        maxfail = getattr(self._config.option, "maxfail", 0)
        if type(error) is KeyboardInterrupt:
            return (*self._causes, "interrupted by Ctrl-C")
        if error is not None and maxfail and "stopping after" in str(error):
            flag = "-x" if maxfail == 1 else f"--maxfail={maxfail}"
            return (*self._causes, f"{flag} stopped the run")
        if isinstance(error, pytest.exit.Exception) and "debugger" in str(error).lower():
            return (*self._causes, "the debugger was quit")
        return self._causes

    def _has(self, plugin: str) -> bool:
        return bool(self._config.pluginmanager.has_plugin(plugin))

    def _notice(self, tool: str, text: str) -> None:
        self.facts.append(Fact(tool, Notice(text=text)))


def _versions() -> Iterable[tuple[str, str]]:
    from importlib import metadata

    for name in PLUGINS:
        with contextlib.suppress(metadata.PackageNotFoundError):
            found = metadata.distribution(name)
            # parsed as the message that it is, one file costs as much as 100 tests
            version = _VERSION.search(found.read_text("METADATA") or "")
            yield name, version[1] if version is not None else found.version
