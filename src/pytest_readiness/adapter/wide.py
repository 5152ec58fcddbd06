"""Set-up times of fixtures wider than a function, charged to the fixture and not to the first test."""

from __future__ import annotations

from collections.abc import Callable, Generator
from time import perf_counter
from typing import Any

import pytest

from pytest_readiness.collect import Fact
from pytest_readiness.model.evidence import FixtureCost


class WideFixtures:
    """A plugin that times the set-up of class, module, package and session fixtures.

    What a fixture spends in other wide fixtures that it asks for is theirs. Tearing them down is
    not told apart: pytest does it in the teardown of the last test that used them.
    """

    def __init__(self) -> None:
        self.listener: Callable[[float], None] | None = None
        """Is told the seconds of each set-up that no other one encloses."""
        self._nested = 0.0
        self._depth = 0
        self._costs: dict[tuple[str, str], list[float]] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Generator[None, object, object]:
        if fixturedef.scope == "function":
            return (yield)
        outside, self._nested = self._nested, 0.0
        self._depth += 1
        begun = perf_counter()
        try:
            return (yield)
        finally:
            whole = perf_counter() - begun
            self._depth -= 1
            if not self._depth and self.listener is not None:
                self.listener(whole)
            own = max(whole - self._nested, 0.0)
            self._nested = outside + whole
            place = str(fixturedef.baseid or "")
            name = f"{place}::{fixturedef.argname}" if place else str(fixturedef.argname)
            cost = self._costs.setdefault((name, fixturedef.scope), [0.0, 0])
            cost[0] += own
            cost[1] += 1

    def facts(self, prefix: str) -> tuple[Fact, ...]:
        """One fact a fixture, named by the place that defines it; ``prefix`` as for node ids."""
        return tuple(
            Fact(
                f"{prefix}{name}" if "::" in name else name,
                FixtureCost(scope=scope, seconds=seconds, count=int(count)),
            )
            for (name, scope), (seconds, count) in self._costs.items()
        )
