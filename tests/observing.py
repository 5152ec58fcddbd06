"""Run a project in a pytester directory with the probe and the outcomes plugins, and get their facts."""

from __future__ import annotations

import pickle
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest

import warm
from pytest_readiness.collect import Fact
from pytest_readiness.model.evidence import Attempt, Collection, Outcome

CONFTEST = """
import pickle, pathlib, pytest
from pytest_readiness.adapter.outcomes import Listening, Outcomes
from pytest_readiness.adapter.probe import Probe
from pytest_readiness.collect.benchmark import benchmark_facts
from pytest_readiness.collect.timeout import timeout_facts

PREFIX = {prefix!r}
told = []

class Transport:
    def pytest_testnodedown(self, node, error):
        told.extend(pickle.loads(getattr(node, "workeroutput", {{}}).get("probe", pickle.dumps([]))))

@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    controller = not hasattr(config, "workerinput")
    distributed = controller and config.getoption("dist", "no") != "no"
    if controller:
        config.outcomes = Outcomes(config)
        config.pluginmanager.register(config.outcomes)
    if distributed:
        config.pluginmanager.register(Transport())
        config.pluginmanager.register(Listening(config.outcomes))
    else:
        config.probe = Probe(config, prefix=PREFIX, outcomes=getattr(config, "outcomes", None))
        config.pluginmanager.register(config.probe)

@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_sessionfinish(session):
    config = session.config
    result = yield
    facts = list(config.probe.facts()) if hasattr(config, "probe") else told
    if hasattr(config, "workerinput"):
        config.workeroutput["probe"] = pickle.dumps(facts)
        return result
    facts = list(facts)
    facts += config.outcomes.facts(PREFIX, facts)
    facts += benchmark_facts(config, config.probe.benchmarked if hasattr(config, "probe") else {{}})
    facts += timeout_facts(config)
    pathlib.Path({path!r}).write_bytes(pickle.dumps(facts))
    return result
"""


@dataclass(frozen=True)
class Observed:
    """What the plugins told, beside what pytest printed."""

    facts: tuple[Fact, ...]
    result: pytest.RunResult

    def of(self, kind: type[Any]) -> dict[str, Any]:
        """Facts of one kind by their subject; the last one where there are several."""
        return {fact.subject: fact.data for fact in self.facts if type(fact.data) is kind}

    @property
    def attempts(self) -> dict[str, list[Attempt]]:
        """Attempts by the test's name (without its file), in their order."""
        found: dict[str, list[tuple[int, Attempt]]] = {}
        for fact in self.facts:
            if isinstance(fact.data, Attempt):
                name = fact.subject.rpartition("::")[2]
                found.setdefault(name, []).append((fact.attempt, fact.data))
        return {
            name: [attempt for _, attempt in sorted(attempts, key=lambda pair: pair[0])]
            for name, attempts in found.items()
        }

    @property
    def collection(self) -> Collection:
        (collection,) = self.of(Collection).values()
        return collection

    def counts(self) -> dict[str, int]:
        """The final attempts as pytest's last line counts: a test can have a result and errors."""
        counts: Counter[str] = Counter()
        for fact in self.facts:
            attempt = fact.data
            if not isinstance(attempt, Attempt) or attempt.superseded:
                continue
            if attempt.outcome is not Outcome.ERROR:
                counts[attempt.outcome.value] += 1
            elif "setup" not in attempt.errors:
                counts["passed"] += 1
            counts["error"] += len(attempt.errors)
            counts["failed"] += attempt.subtests[1] if attempt.subtests else 0
        return {name: count for name, count in counts.items() if count}

    def pytest_counts(self) -> dict[str, int]:
        """The same from the last line that pytest printed."""
        names = ("passed", "failed", "skipped", "xfailed", "xpassed")
        found = self.result.parseoutcomes()
        counts = {name: found.get(name, 0) for name in names}
        counts["error"] = found.get("errors", 0)
        return {name: count for name, count in counts.items() if count}


def observe(
    pytester: pytest.Pytester, *args: str, plugins: tuple[str, ...] = (), prefix: str = ""
) -> Observed:
    """Run pytest in a process of its own with only the given plugins, by their entry points' names."""
    path = pytester.path / "facts.pickle"
    pytester.makeconftest(CONFTEST.format(path=str(path), prefix=prefix))
    if pytest.version_tuple < (9,):  # pytest's own since
        plugins = (*plugins, "subtests")
    loaded = [arg for plugin in plugins for arg in ("-p", plugin)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        patch.delenv("PYTEST_ADDOPTS", raising=False)
        # when our own tests run under xdist: pytest-benchmark takes it for its own
        patch.delenv("PYTEST_XDIST_WORKER", raising=False)
        result = warm.runpytest(pytester, *loaded, *args)
    facts = tuple(pickle.loads(path.read_bytes())) if path.exists() else ()
    return Observed(facts=facts, result=result)
