"""Evidence made again from an entry, for judging it under other rules.

It differs from what was recorded in two ways: times of tests that passed at once are float32, and a
benchmark's rounds are a sketch of eleven quantiles.
"""

from __future__ import annotations

from collections.abc import Iterator

from pytest_readiness.history import columns
from pytest_readiness.history.entry import Entry, environments
from pytest_readiness.model.evidence import (
    Attempt,
    Collection,
    Evidence,
    Outcome,
    Record,
    Run,
    TestCode,
)


def evidence_of(entry: Entry) -> Evidence:
    """Raises :class:`ColumnError` where the columns do not fit each other."""
    manifests: dict[str, Run] = {}
    for record in entry.rest:
        if type(record.data) is Run:
            manifests.setdefault(record.run, record.data)
    endings = environments(manifests)
    return Evidence.of(
        [
            *entry.rest,
            *entry.files,
            *entry.benchmarks,
            *entry.attempts,
            *_passes(entry, endings),
            *_collections(entry, endings),
            *_codes(entry, manifests),
        ]
    )


def _passes(entry: Entry, endings: dict[str, str]) -> Iterator[Record]:
    suite, seconds = entry.suite, columns.seconds
    every = columns.from_floats
    try:
        rows = zip(
            suite.tests,
            columns.from_small(suite.shape),
            columns.from_indexes(suite.lines),
            every(suite.setup),
            every(suite.call),
            every(suite.teardown),
            every(suite.cpu),
            strict=True,
        )
        for name, index, line, setup, call, teardown, cpu in rows:
            if not index:
                continue
            shape = suite.shapes[index - 1]
            attempt = Attempt(
                outcome=Outcome.PASSED,
                setup=seconds(setup),
                call=seconds(call),
                teardown=seconds(teardown),
                cpu=seconds(cpu),
                line=line or None,
                timeout=shape.timeout,
                timeout_source=shape.timeout_source,
                subtests=shape.subtests,
            )
            yield Record(shape.run, shape.process, _id(name, shape.run, endings), 0, attempt)
    except (ValueError, IndexError) as error:
        raise columns.ColumnError(f"columns do not fit each other: {error}") from None


def _collections(entry: Entry, endings: dict[str, str]) -> Iterator[Record]:
    tests = entry.suite.tests
    for kept in entry.collections:
        try:
            names = [tests[index] for index in columns.from_indexes(kept.tests)]
        except IndexError:
            raise columns.ColumnError("collected tests do not fit the suite") from None
        data = Collection(
            tests=tuple(_id(name, kept.run, endings) for name in names)
            if endings
            else tuple(names),
            deselected=kept.deselected,
            repeats=kept.repeats,
        )
        yield Record(kept.run, kept.process, kept.subject, kept.attempt, data)


def _codes(entry: Entry, manifests: dict[str, Run]) -> Iterator[Record]:
    if len(manifests) == 1 and entry.suite.codes:
        (run,) = manifests
        told = {record.subject for record in entry.rest if type(record.data) is TestCode}
        for name, code in zip(entry.suite.tests, entry.suite.codes, strict=True):
            if code and name not in told:
                yield Record(run, "", name, 0, TestCode(digest=code))


def _id(name: str, run: str, endings: dict[str, str]) -> str:
    return name.removesuffix(endings.get(run, ""))
