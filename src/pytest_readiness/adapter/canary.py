"""The machine's canary and the benchmark's own code, noted where a benchmark is about to run.

Registered only in a session that wants figures of pytest-benchmark. It puts itself around the two
public ways to run a benchmark, ``benchmark(...)`` and ``benchmark.pedantic(...)``, and times a fixed
piece of work just before and just after: some 20 ms each.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Generator
from typing import Any

import pytest

from pytest_readiness.collect.benchmark import Beside
from pytest_readiness.collect.function import fingerprint

SPINS = 40
_STEPS = 11_000
"""Of one spin: about half a millisecond on a processor of 2020."""


def spins(count: int = SPINS, clock: Callable[[], float] = time.perf_counter) -> tuple[float, ...]:
    """Seconds of each of ``count`` equal pieces of work, untraced as pytest-benchmark's rounds are.

    The clock is bound here, where nothing that freezes time in tests looks for it.
    """
    tracer, profiler = sys.gettrace(), sys.getprofile()
    sys.settrace(None)
    sys.setprofile(None)
    try:
        taken = []
        for _ in range(count):
            began = clock()
            _work()
            taken.append(clock() - began)
    finally:
        sys.settrace(tracer)
        sys.setprofile(profiler)
    return tuple(taken)


def _work() -> int:
    """Integers alone: nothing that the garbage collector or the memory would show in."""
    total = 0
    for step in range(_STEPS):
        total = (total * 3 + step) & 0xFFFF
    return total


class Canary:
    def __init__(self) -> None:
        self.beside: dict[int, Beside] = {}
        """What was noted beside each ``benchmark`` fixture, by its identity."""
        self._classes: dict[type[Any], type[Any]] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Generator[None, Any, Any]:
        value = yield
        if fixturedef.argname == "benchmark" and _measures(value):
            # a fixture of another make is left as it is: its figures then have no canary
            with contextlib.suppress(Exception):
                self._watch(value, getattr(request, "function", None))
        return value

    def _watch(self, fixture: Any, function: object) -> None:
        self.beside[id(fixture)] = Beside(fixture=fixture, code=fingerprint(function))
        fixture.__class__ = self._watched(type(fixture))

    def _watched(self, kind: type[Any]) -> type[Any]:
        """The fixture's class with the canary around what runs the benchmark."""
        if kind not in self._classes:
            names = {"__call__": self._around(kind.__call__)}
            if hasattr(kind, "pedantic"):
                names["pedantic"] = self._around(kind.pedantic)
            names["__doc__"] = kind.__doc__
            names["__module__"] = kind.__module__
            names["__qualname__"] = kind.__qualname__
            self._classes[kind] = type(kind.__name__, (kind,), names)
        return self._classes[kind]

    def _around(self, run: Callable[..., Any]) -> Any:
        notes = self.beside

        def watched(fixture: Any, *args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            note = notes.get(id(fixture))
            if note is None or note.before:  # used twice: pytest-benchmark refuses it
                return run(fixture, *args, **kwargs)
            note.before = spins()
            result = run(fixture, *args, **kwargs)
            note.after = spins()
            return result

        return watched


def _measures(value: object) -> bool:
    """A fixture of pytest-benchmark that is not switched off."""
    module = type(value).__module__.partition(".")[0]
    return module == "pytest_benchmark" and bool(getattr(value, "enabled", False))
