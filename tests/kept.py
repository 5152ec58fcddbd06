"""Entries of a history made by hand, for tests of what keeps them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

from pytest_readiness.history.entry import Entry, Value, entry_of
from pytest_readiness.model.evidence import (
    Attempt,
    Collection,
    Data,
    Environment,
    Evidence,
    Outcome,
    Record,
)
from pytest_readiness.model.history import Series
from strategies import LINUX, attempt, record
from strategies import run as manifest


def evidence(
    id: str = "r",
    tests: Mapping[str, Outcome | Attempt] | None = None,
    *others: Record,
    day: int = 1,
    environment: Environment = LINUX,
    **fields: object,
) -> Evidence:
    """The evidence of one run of tests with one attempt each."""
    told = {"tests/test_a.py::test_one": Outcome.PASSED} if tests is None else tests
    tries = {
        name: one if isinstance(one, Attempt) else attempt(one, cpu=0.375)
        for name, one in told.items()
    }
    started = f"2026-{1 + (day - 1) // 28:02}-{1 + (day - 1) % 28:02}T00:00:00Z"
    about: dict[str, object] = {"started": started, "environment": environment, **fields}
    parts: Iterable[tuple[Data, str]] = (
        (manifest(**about), ""),
        (Collection(tests=tuple(told)), ""),
        *((one, name) for name, one in tries.items()),
    )
    return Evidence.of([*(record(data, name, run=id) for data, name in parts), *others])


def entry(
    id: str = "r",
    tests: Mapping[str, Outcome | Attempt] | None = None,
    *others: Record,
    values: Mapping[Series, Mapping[str, Value]] | None = None,
    day: int = 1,
    **fields: object,
) -> Entry:
    return entry_of(evidence(id, tests, *others, day=day, **fields), None, values or {})  # type: ignore[arg-type]


def numbered(number: int, tests: int = 3) -> Entry:
    """One of many runs of the same tests, one of which fails in every third run."""
    outcomes = {f"tests/test_a.py::test_{index}": Outcome.PASSED for index in range(tests)}
    if number % 3 == 0:
        outcomes["tests/test_a.py::test_0"] = Outcome.FAILED
    return entry(f"run-{number:03}", outcomes, day=1 + number)


def renamed(one: Entry, id: str) -> Entry:
    return dataclasses.replace(one, run=dataclasses.replace(one.run, id=id))
