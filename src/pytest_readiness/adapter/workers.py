"""The workers of pytest-xdist as the controller sees them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pytest_readiness.adapter.figures import ATTRIBUTE, figure_facts, read
from pytest_readiness.adapter.nodeid import without_group
from pytest_readiness.adapter.plan import Plan, distributed
from pytest_readiness.adapter.transport import KEY, REFUSED, unpack
from pytest_readiness.collect import Fact
from pytest_readiness.collect.memory import memory_facts
from pytest_readiness.model.evidence import Fault, Gap, Reason


class Workers:
    """Registered where tests are distributed."""

    def __init__(self, config: pytest.Config, plan: Plan) -> None:
        self._plan = plan
        self._grouped = distributed(config) and config.getoption("dist") == "loadgroup"
        self._facts: list[Fact] = []
        self._recorded: list[tuple[str, str, object]] = []
        self.ids: list[str] = []
        """Of all that took part, in the order in which they came."""
        self.refused = False
        """One of them found something that the user has to mend before any test runs."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        message = report.__dict__.get(REFUSED)
        if message is not None:
            self.refused = True
            raise pytest.UsageError(message)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        node.workerinput[KEY] = {"run": self._plan.run, "started": self._plan.started}

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodeready(self, node: Any) -> None:
        self.ids.append(str(node.gateway.id))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        process = str(node.gateway.id)
        packed = getattr(node, "workeroutput", {}).get(KEY)
        if packed is None:
            self._facts.append(
                Fact(
                    f"memory:{process}",
                    Gap(
                        reason=Reason.PARTIAL,
                        message=f"worker {process} did not end properly: its peak is not known",
                        remedy="see what made the worker crash",
                    ),
                )
            )
            return
        try:
            self._facts.extend(unpack(packed))
        except Exception as error_:
            self._facts.append(
                Fact(f"worker {process}", Fault(message=f"what it sent is not readable: {error_}"))
            )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        figures = report.__dict__.get(ATTRIBUTE)
        if figures is not None:
            node = report.__dict__.get("node")
            process = str(node.gateway.id) if node is not None else ""
            self._recorded.append((process, report.nodeid, figures))

    def facts(self) -> Iterator[Fact]:
        yield from memory_facts()  # of this process: the workers have told theirs
        yield from self._facts
        for process, nodeid, figures in self._recorded:
            name = without_group(nodeid) if self._grouped else nodeid
            yield from figure_facts(self._plan.prefix + name, read(figures), process)
