"""Laws 2 and 3 for measurements: how a suite was split leaves no trace, and absence never helps."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.measure.measure import measure
from pytest_readiness.model.evidence import (
    Attempt,
    BasePolicy,
    Benchmark,
    ChangedFile,
    Collection,
    Comparison,
    Evidence,
    FileCoverage,
    Gap,
    Look,
    Marked,
    Memory,
    Record,
    Run,
    ToolFinding,
    ToolRun,
)
from pytest_readiness.model.measurement import (
    Component,
    Measurement,
    Measurements,
    Member,
    NotMeasured,
    Reading,
    Request,
    Subject,
)
from pytest_readiness.model.metric import Direction, Metric, SubjectKind, Unit
from strategies import (
    Story,
    by_shards,
    by_workers,
    evidences,
    law,
    merged,
    sets_of_records,
    stories,
    whole,
)

QUERIES = Metric(
    name="queries",
    title="Queries",
    unit=Unit.COUNT,
    direction=Direction.LOWER,
    category="custom",
    subject=SubjectKind.TEST,
)
TOTAL = Metric(
    name="queries",
    title="Queries",
    unit=Unit.COUNT,
    direction=Direction.LOWER,
    category="custom",
    aggregate="sum",
)
UNIT = Component(name="unit", paths=("tests/unit/**", "src/shop/cart.py"))
REQUESTS = tuple(
    Request(metric=name, component=component, select=select)
    for name in (*CATALOGUE, "queries")
    for component in ("", "unit")
    for select in ((), ("bandit:high", "ruff:*:R1:src/**"))
    if not select or (name in CATALOGUE and CATALOGUE[name].selects)
)
SERIAL_ONLY = (
    "suite.duration",
    "suite.memory",
    "benchmark.time",
    "benchmark.slowdown",
    "benchmark.missing",
)
"""What depends on how and where a suite is run: times, memory, and what xdist switches off."""


def measured(evidence: Evidence, queries: Metric = QUERIES) -> Measurements:
    return measure(evidence, REQUESTS, metrics={"queries": queries}, components=[UNIT])


def without_times(measurements: Measurements) -> dict[Request, tuple[Reading, ...]]:
    """Without what may differ: times, and the place where a warning was seen first."""
    return {
        request: tuple(map(_placeless, readings))
        if request.metric == "tests.warnings"
        else readings
        for request, readings in measurements.items()
        if request.metric not in SERIAL_ONLY
        # a warning is charged to the component of the test that was seen to cause it first
        and request != Request(metric="tests.warnings", component="unit")
    }


def _placeless(reading: Reading) -> Reading:
    if not isinstance(reading, Measurement):
        return reading
    members = tuple(
        Member(subject=Subject(kind=one.subject.kind, id=one.subject.id), weight=one.weight)
        for one in reading.members
    )
    return dataclasses.replace(reading, members=members)


# Law 2


@law
@given(stories(), st.integers(1, 4))
def test_workers_leave_no_trace(story: Story, workers: int) -> None:
    assert without_times(measured(by_workers(story, workers))) == without_times(
        measured(whole(story))
    )


@law
@given(stories(), st.lists(st.integers(0, 3), min_size=1, max_size=6), st.integers(1, 4))
def test_splits_leave_no_trace(story: Story, split: list[int], total: int) -> None:
    expected = without_times(measured(whole(story)))
    for deselect in (True, False):
        shards = by_shards(story, split, total, deselect=deselect)
        assert without_times(measured(merged(shards))) == expected


@law
@given(stories(), stories())
def test_the_order_of_merging_leaves_no_trace(one: Story, two: Story) -> None:
    first, second = whole(one, run="one"), whole(two, run="two")
    assert measured(first.merge(second)) == measured(second.merge(first, second))


# Law 3


def assert_never_better(before: Measurements, after: Measurements) -> None:
    """Every reading stays as it was, or is not measured any more."""
    for request, new in after.items():
        if any(_of_run(reading) and isinstance(reading, NotMeasured) for reading in new):
            continue  # nothing of this metric can pass
        old = before[request]
        assert not any(_of_run(one) and isinstance(one, NotMeasured) for one in old), request
        found = {reading.subject.name: reading for reading in new}
        for reading in old:
            now = found.get(reading.subject.name)
            assert now is not None, (request, "a subject has vanished", reading)
            assert isinstance(now, NotMeasured) or now == reading, (request, reading, now)


def _of_run(reading: Reading) -> bool:
    return reading.subject.kind is SubjectKind.RUN


SECTIONS: dict[str, tuple[type, ...]] = {
    "tests": (Collection, Attempt),
    "coverage": (FileCoverage,),
    "patch": (Comparison, ChangedFile),
    "benchmark": (Benchmark,),
    "memory": (Memory,),
    "tools": (ToolRun, ToolFinding),
    "looks": (Look,),
    "marks": (Marked,),
    "policy": (BasePolicy,),
}


def units(evidence: Evidence) -> Iterator[tuple[str, frozenset[Record]]]:
    """Everything that a manifest names, with its records."""
    records = evidence.records
    for manifest in (one for one in records if isinstance(one.data, Run)):
        of_run = frozenset(one for one in records if one.run == manifest.run)
        yield "manifest", frozenset({manifest})
        yield "all but the manifest", of_run - {manifest}
        assert isinstance(manifest.data, Run)
        if manifest.data.shard and manifest.data.shard.total > 1:
            yield "shard", of_run
        for worker in manifest.data.workers:
            of_worker = frozenset(one for one in of_run if one.process == worker)
            # one that ran no test is known by its memory alone
            yield f"worker {worker}", of_worker
        for section, kinds in SECTIONS.items():
            facts = frozenset(
                one
                for one in of_run
                if isinstance(one.data, kinds)
                or (isinstance(one.data, Gap) and Gap.section(one.subject) == section)
            )
            yield f"section {section}", facts
        for id in {one.subject for one in of_run if isinstance(one.data, Attempt)}:
            attempts = [
                one for one in of_run if one.subject == id and isinstance(one.data, Attempt)
            ]
            yield f"test {id}", frozenset(attempts)
            for one in attempts:
                yield f"attempt {one.attempt} of {id}", frozenset({one})


def remains(evidence: Evidence, removed: frozenset[Record]) -> Evidence:
    return Evidence.of(one for one in evidence.records if one not in removed)


@law
@given(evidences())
def test_removing_a_unit_never_helps(evidence: Evidence) -> None:
    before = measured(evidence)
    for name, removed in units(evidence):
        if removed:
            try:
                assert_never_better(before, measured(remains(evidence, removed)))
            except AssertionError as error:
                raise AssertionError(f"removed {name}: {error}") from error


@law
@given(evidences(complete=True))
def test_removing_any_record_of_a_sealed_run_never_helps(evidence: Evidence) -> None:
    """Also a gap, a warning, a single file or figure: the manifest counts them."""
    for queries in (QUERIES, TOTAL):
        before = measured(evidence, queries)
        for one in evidence.records:
            if not isinstance(one.data, Run | Attempt):
                assert_never_better(before, measured(remains(evidence, frozenset({one})), queries))


@law
@given(evidences(complete=True), st.data())
def test_removing_several_records_of_a_sealed_run_never_helps(
    evidence: Evidence, data: st.DataObject
) -> None:
    others = [one for one in evidence.records if not isinstance(one.data, Run)]
    if others:
        removed = data.draw(st.frozensets(st.sampled_from(others), min_size=1, max_size=8))
        assert_never_better(measured(evidence), measured(remains(evidence, removed)))


@law
@given(evidences(), st.data())
def test_what_is_known_of_a_count_is_a_lower_bound(evidence: Evidence, data: st.DataObject) -> None:
    before = measured(evidence)
    name, removed = data.draw(st.sampled_from([(n, r) for n, r in units(evidence)]))
    for request, readings in measured(remains(evidence, removed)).items():
        for reading in readings:
            if isinstance(reading, NotMeasured) and reading.known is not None:
                full = before[request][0]
                if isinstance(full, Measurement):
                    assert reading.known.value <= full.value, (name, request)


@law
@given(sets_of_records(), sets_of_records())
def test_no_evidence_is_an_internal_error(one: Evidence, two: Evidence) -> None:
    """Whatever the records: each request gets readings, of the run exactly one."""
    for request, readings in measured(one.merge(two)).items():
        assert all(isinstance(reading, Reading) for reading in readings)
        if request.metric in CATALOGUE and CATALOGUE[request.metric].subject is SubjectKind.RUN:
            assert len(readings) == 1


# Law 5, as far as it is about measuring: ratios are exact


@law
@given(evidences())
def test_ratios_are_exact_quotients_of_integers(evidence: Evidence) -> None:
    for readings in measured(evidence).values():
        for reading in readings:
            if isinstance(reading, Measurement) and reading.part is not None:
                assert reading.total
                assert reading.value * reading.total == reading.part
                assert isinstance(reading.part, int)
                assert not isinstance(reading.value, float)
