"""Figures that tests record by the ``readiness`` fixture."""

from __future__ import annotations

import math
import numbers
from collections.abc import Generator, Iterable
from typing import SupportsFloat

import pytest

from pytest_readiness.collect import Fact
from pytest_readiness.measure.catalogue import CLOSED
from pytest_readiness.model.evidence import Fault, Figure
from pytest_readiness.model.pattern import pattern
from pytest_readiness.model.value import NamedTuple

ATTRIBUTE = "_readiness_figures"
"""On reports, where figures cross to the controller of pytest-xdist: they outlive a worker's crash."""
_NAME = pattern(r"[A-Za-z][\w-]*(\.[\w-]+)+")


class Recorded(NamedTuple):
    """One figure as plain data."""

    attempt: int
    name: str
    value: int | float
    unit: str
    total: int | None
    problem: str
    """Why it is no figure; empty: it is one."""


class Figures:
    """What the tests of this process recorded, by node id."""

    def __init__(self) -> None:
        self.recorded: dict[str, list[Recorded]] = {}
        self._attempts: dict[str, int] = {}
        self._manager: pytest.PytestPluginManager | None = None

    def recorder(self, item: pytest.Item) -> FigureRecorder:
        """A recorder for the present attempt of the test."""
        nodeid = item.nodeid
        count = self._attempts[nodeid] = self._attempts.get(nodeid, -1) + 1
        execution = getattr(item, "execution_count", None)  # pytest-rerunfailures counts from 1
        attempt = execution - 1 if isinstance(execution, int) and execution > 0 else count
        if self._manager is None:
            # registered by the first test that asks: no other suite pays for the hook
            self._manager = item.config.pluginmanager
            self._manager.register(_OnReports(self.recorded), "readiness-figures")
        return FigureRecorder(self.recorded.setdefault(nodeid, []), attempt)

    def facts(self, prefix: str) -> tuple[Fact, ...]:
        """Of the tests that ran in this process itself."""
        return tuple(
            fact
            for nodeid, recorded in self.recorded.items()
            for fact in figure_facts(prefix + nodeid, recorded)
        )


class FigureRecorder:
    """What the fixture returns. It never raises for a value: no test's outcome may depend on it."""

    __slots__ = ("_attempt", "_recorded")

    def __init__(self, recorded: list[Recorded], attempt: int) -> None:
        self._recorded = recorded
        self._attempt = attempt

    def record(
        self, name: str, value: SupportsFloat, *, unit: str = "", total: int | None = None
    ) -> None:
        try:
            figure = _figure(self._attempt, name, value, unit, total)
        except Exception as error:  # a value whose conversion raises is the test author's
            figure = Recorded(self._attempt, "", 0, "", None, _said(name, value, error))
        self._recorded.append(figure)


class _OnReports:
    """Puts the figures of a test on its reports, as plain data."""

    def __init__(self, recorded: dict[str, list[Recorded]]) -> None:
        self._recorded = recorded

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        recorded = self._recorded.get(item.nodeid)
        if recorded:
            setattr(report, ATTRIBUTE, tuple(tuple(figure) for figure in recorded))
        return report


def read(plain: object) -> tuple[Recorded, ...]:
    """Figures back from a report."""
    if not isinstance(plain, tuple | list):
        return ()
    return tuple(Recorded(*one) for one in plain if len(one) == len(Recorded._fields))


def figure_facts(subject: str, recorded: Iterable[Recorded], process: str = "") -> list[Fact]:
    """Facts of one test; of a figure recorded twice in an attempt the last value counts."""
    last = {(one.attempt, one.name, one.problem): one for one in recorded}
    return [
        Fact(subject, Fault(message=one.problem), one.attempt, process)
        if one.problem
        else Fact(
            subject,
            Figure(metric=one.name, value=one.value, unit=one.unit, total=one.total),
            one.attempt,
            process,
        )
        for one in last.values()
    ]


def _figure(
    attempt: int, name: str, value: SupportsFloat, unit: str, total: int | None
) -> Recorded:
    """Raises ``ValueError`` or ``TypeError``, and whatever a foreign number's conversion raises."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError("a metric's name is of the form noun.quantity")
    if name.partition(".")[0] in CLOSED:
        raise ValueError("names in that namespace are the catalogue's own")
    if not isinstance(unit, str):
        raise TypeError("the unit is not text")
    if total is not None and (isinstance(total, bool) or not isinstance(total, numbers.Integral)):
        raise TypeError("the total is not an integer")
    if isinstance(value, bool):
        raise TypeError("a boolean is no figure")
    number: int | float = int(value) if isinstance(value, numbers.Integral) else float(value)
    if isinstance(number, float) and not math.isfinite(number):
        raise ValueError("the value is not finite")
    if isinstance(value, str):
        raise TypeError("text is no figure")
    return Recorded(attempt, name, number, unit, None if total is None else int(total), "")


def _said(name: object, value: object, error: Exception) -> str:
    try:
        shown = f"readiness.record({name!r:.80}, {value!r:.80})"
    except Exception:
        shown = "readiness.record(...)"
    return f"{shown}: {type(error).__name__}: {error}"
