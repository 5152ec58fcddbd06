from __future__ import annotations

from fractions import Fraction

import pytest
from coverage.results import Numbers
from hypothesis import given
from hypothesis import strategies as st

from pytest_readiness.measure.measure import measure
from pytest_readiness.model import lines
from pytest_readiness.model.evidence import Collection, Evidence, FileCoverage, Gap, Reason, Shard
from pytest_readiness.model.measurement import (
    Component,
    Measurement,
    NotApplicable,
    NotMeasured,
    Reading,
    Request,
)
from strategies import law, record, run

SECTIONS = {"sections": ("tests", "coverage")}


def file(
    statements: str,
    executed: str = "",
    branches: tuple[tuple[int, int], ...] | None = None,
    taken: tuple[tuple[int, int], ...] = (),
    digest: str = "d",
) -> FileCoverage:
    return FileCoverage(
        digest=digest,
        statements=lines.from_text(statements),
        executed=lines.from_text(executed),
        branches=branches,
        taken=taken,
    )


def told(files: dict[str, FileCoverage], name: str = "r", **fields: object) -> Evidence:
    return Evidence.of(
        [
            record(run(**{**SECTIONS, **fields}), run=name),
            record(Collection(tests=("t.py::t",)), run=name),
            *(record(data, path, run=name) for path, data in files.items()),
        ]
    )


def read(evidence: Evidence, metric: str, component: str = "") -> tuple[Reading, ...]:
    request = Request(metric=metric, component=component)
    components = [Component(name=component, paths=(f"{component}/**",))] if component else []
    return measure(evidence, [request], components=components)[request]


def one(evidence: Evidence, metric: str, component: str = "") -> Measurement:
    (reading,) = read(evidence, metric, component)
    assert isinstance(reading, Measurement), reading
    return reading


def none(evidence: Evidence, metric: str, component: str = "") -> NotMeasured:
    reading = read(evidence, metric, component)[0]
    assert isinstance(reading, NotMeasured), reading
    return reading


TWO = told(
    {
        "shop/a.py": file("1-10", "1-7", ((1, 2), (1, 5), (3, 4), (3, -1)), ((1, 2), (3, 4))),
        "shop/b.py": file("1-4", "1-4", ()),
        "docs/c.py": file("2", "", ()),
    }
)


@pytest.mark.parametrize(
    ("metric", "part", "total"),
    [("coverage.lines", 11, 15), ("coverage.branches", 2, 4), ("coverage.total", 13, 19)],
)
def test_ratios_are_exact(metric: str, part: int, total: int) -> None:
    reading = one(TWO, metric)
    assert (reading.value, reading.part, reading.total) == (Fraction(part, total), part, total)


def test_members_are_the_files_with_gaps_the_worst_first() -> None:
    members = one(TWO, "coverage.lines").members
    assert [(m.subject.id, m.weight, lines.to_text(m.lines)) for m in members] == [
        ("shop/a.py", 3, "8-10"),
        ("docs/c.py", 1, "2"),
    ]
    (branch,) = one(TWO, "coverage.branches").members
    assert (branch.weight, branch.detail) == (2, "1->5, 3->exit")
    assert one(TWO, "coverage.total").members[0].weight == 5


def test_uncovered_is_a_count_of_statements() -> None:
    reading = one(TWO, "coverage.uncovered")
    assert (reading.value, reading.total) == (4, 15)


def test_each_file_is_a_subject_and_an_empty_one_is_not_applicable() -> None:
    readings = read(told({"a.py": file("1-2", "1"), "__init__.py": file("")}), "coverage.file")
    assert isinstance(readings[0], NotApplicable)
    assert isinstance(readings[1], Measurement)
    assert (readings[1].subject.id, readings[1].value) == ("a.py", Fraction(1, 2))


def test_components_measure_their_files() -> None:
    assert one(TWO, "coverage.lines", "docs").value == 0
    assert one(TWO, "coverage.lines", "shop").part == 11
    assert "no measured file" in none(TWO, "coverage.lines", "web").message


@pytest.mark.parametrize(
    "metric",
    [
        "coverage.lines",
        "coverage.total",
        "coverage.branches",
        "coverage.uncovered",
        "coverage.file",
    ],
)
def test_a_project_without_statements_is_measured_by_nobody(metric: str) -> None:
    """As where ``exclude_also = [".*"]`` leaves nothing: neither 100 % nor not applicable."""
    reading = read(told({"__init__.py": file("")}), metric)[0]
    assert isinstance(reading, NotMeasured)
    assert reading.reason is Reason.NO_DATA
    assert "no statement" in reading.message


def test_a_component_without_statements_is_not_applicable() -> None:
    files = {"shop/a.py": file("1-2", "1"), "docs/__init__.py": file("")}
    (reading,) = read(told(files), "coverage.lines", "docs")
    assert isinstance(reading, NotApplicable)


def test_without_branches_the_total_is_of_lines() -> None:
    evidence = told({"a.py": file("1-4", "1-3")})
    assert one(evidence, "coverage.total").value == Fraction(3, 4)
    assert none(evidence, "coverage.branches").reason is Reason.NO_DATA


def test_branches_of_some_runs_only_are_partial() -> None:
    evidence = told({"a.py": file("1-4", "1-3", ((1, 2),), ((1, 2),))}).merge(
        told({"a.py": file("1-4", "4")}, "other")
    )
    assert one(evidence, "coverage.lines").value == 1
    assert none(evidence, "coverage.branches").reason is Reason.PARTIAL
    assert none(evidence, "coverage.total").reason is Reason.PARTIAL


def test_runs_unite_by_path() -> None:
    evidence = told({"a.py": file("1-4", "1-2")}, "r1").merge(
        told({"a.py": file("1-4", "2-3"), "b.py": file("1", "1")}, "r2")
    )
    assert one(evidence, "coverage.lines").part == 4


def test_one_path_with_two_contents_is_an_error() -> None:
    evidence = told({"a.py": file("1-4", "1-4")}, "r1").merge(
        told({"a.py": file("1-3", "1-3", digest="e")}, "r2")
    )
    assert none(evidence, "coverage.lines").reason is Reason.ERROR


def test_a_gap_in_any_run_makes_it_partial() -> None:
    gap = Gap(reason=Reason.NO_DATA, message="switched off by --no-cov", remedy="drop --no-cov")
    without = Evidence.of([*told({}, "r2").records, record(gap, "coverage", run="r2")])
    alone = none(without, "coverage.lines")
    assert (alone.reason, alone.remedy) == (Reason.NO_DATA, "drop --no-cov")
    both = none(without.merge(told({"a.py": file("1", "1")}, "r1")), "coverage.lines")
    assert both.reason is Reason.PARTIAL
    assert "--no-cov" in both.message


def test_a_gap_of_a_run_without_tests_is_none() -> None:
    idle = Evidence.of(
        [
            record(run(**SECTIONS), run="idle"),
            record(Collection(tests=()), run="idle"),
            record(Gap(reason=Reason.NO_DATA, message="no test ran"), "coverage", run="idle"),
        ]
    )
    assert one(idle.merge(told({"a.py": file("1", "1")})), "coverage.lines").value == 1


def test_where_no_test_ran_that_is_the_reason() -> None:
    """Neither the gap of a run without tests nor the remedy to measure coverage says what is the matter."""
    idle = Evidence.of([record(run(sections=("tests", "coverage"))), record(Collection(tests=()))])
    assert none(idle, "coverage.lines").message == "coverage was not measured: no test ran"
    never = Evidence.of([record(run(sections=("tests",))), record(Collection(tests=()))])
    assert none(never, "coverage.lines").message == "coverage was not measured"


def test_a_run_that_was_to_measure_and_tells_nothing_is_a_hole() -> None:
    evidence = told({"a.py": file("1", "1")}, "r1").merge(told({}, "r2"))
    assert "run r2: evidence of coverage is missing" in none(evidence, "coverage.lines").message


def test_a_shard_that_was_not_to_measure_is_a_hole_but_another_run_is_not() -> None:
    measured = told({"a.py": file("1", "1")}, "r1", shard=Shard(index=1, total=2))
    other = told({}, "r2", shard=Shard(index=2, total=2), sections=("tests",))
    assert none(measured.merge(other), "coverage.lines").reason is Reason.PARTIAL
    whole = told({"a.py": file("1", "1")}, "r1")
    apart = told({}, "r2", sections=("tests",))
    assert one(whole.merge(apart), "coverage.lines").value == 1


def test_coverage_of_changed_files_only_is_no_coverage_of_the_source() -> None:
    evidence = told({"a.py": file("1", "1")}, sections=("tests", "patch"))
    assert none(evidence, "coverage.lines").reason is Reason.NO_DATA


@law
@given(st.lists(st.tuples(st.integers(0, 2**9), st.integers(0, 2**9)), min_size=1, max_size=5))
def test_the_total_is_that_of_coverage(sources: list[tuple[int, int]]) -> None:
    """Against coverage's own arithmetic, over files with branches."""
    files, expected = {}, Numbers(precision=0)
    for number, (statements, executed) in enumerate(sources):
        all_of, ran = lines.Lines(statements << 1), lines.Lines((executed & statements) << 1)
        branches = tuple((line, line + 1) for line in lines.numbers(all_of))
        taken = tuple(one for one in branches if ran >> one[0] & 1)
        files[f"f{number}.py"] = FileCoverage(
            digest="d", statements=all_of, executed=ran, branches=branches, taken=taken
        )
        expected += Numbers(
            n_files=1,
            n_statements=all_of.bit_count(),
            n_missing=(all_of & ~ran).bit_count(),
            n_branches=len(branches),
            n_missing_branches=len(branches) - len(taken),
        )
    numerator, denominator = expected.ratio_covered
    (reading,) = read(told(files), "coverage.total")
    if denominator:
        assert isinstance(reading, Measurement)
        assert (reading.part, reading.total) == (numerator, denominator)
    else:
        assert isinstance(reading, NotMeasured)
