from __future__ import annotations

from fractions import Fraction

import pytest

from pytest_readiness.measure.measure import measure
from pytest_readiness.model import lines
from pytest_readiness.model.evidence import (
    ChangedFile,
    Collection,
    Comparison,
    Evidence,
    FileCoverage,
    Gap,
    Reason,
    Record,
)
from pytest_readiness.model.measurement import (
    Component,
    Measurement,
    NotApplicable,
    NotMeasured,
    Reading,
    Request,
)
from strategies import record, run


def changed(text: str, ignored: str = "", digest: str = "d") -> ChangedFile:
    return ChangedFile(lines=lines.from_text(text), ignored=ignored, digest=digest)


def covered(
    statements: str, executed: str, spans: tuple[tuple[int, int], ...] = ()
) -> FileCoverage:
    return FileCoverage(
        digest="d",
        statements=lines.from_text(statements),
        executed=lines.from_text(executed),
        spans=spans,
    )


def told(
    changes: dict[str, ChangedFile],
    files: dict[str, FileCoverage],
    *more: Record,
    name: str = "r",
    sections: tuple[str, ...] = ("tests", "patch"),
    compared: bool = True,
    commit: str = "c0ffee",
) -> Evidence:
    records = [
        record(run(sections=sections), run=name),
        record(Collection(tests=("t.py::t",)), run=name),
        *(record(data, path, run=name) for path, data in changes.items()),
        *(record(data, path, run=name) for path, data in files.items()),
        *more,
    ]
    if compared:
        records.append(record(Comparison(base="origin/main", commit=commit), run=name))
    return Evidence.of(records)


def patch(evidence: Evidence, component: str = "") -> Reading:
    request = Request(metric="coverage.patch", component=component)
    components = [Component(name=component, paths=(f"{component}/**",))] if component else []
    (reading,) = measure(evidence, [request], components=components)[request]
    return reading


def by_file(evidence: Evidence) -> tuple[Reading, ...]:
    request = Request(metric="coverage.patch-file")
    return measure(evidence, [request])[request]


def gap(reason: Reason, section: str = "patch", run: str = "r") -> Record:
    return record(Gap(reason=reason, message="why", remedy="how"), section, run=run)


def test_changed_statements_only() -> None:
    evidence = told(
        {"a.py": changed("2-4,9"), "b.py": changed("1")},
        {"a.py": covered("1-10", "1-3,9"), "b.py": covered("1-5", "")},
    )
    reading = patch(evidence)
    assert isinstance(reading, Measurement)
    assert (reading.value, reading.part, reading.total) == (Fraction(3, 5), 3, 5)
    assert [(m.subject.id, lines.to_text(m.lines)) for m in reading.members] == [
        ("a.py", "4"),
        ("b.py", "1"),
    ]
    files = [r for r in by_file(evidence) if isinstance(r, Measurement)]
    assert [(r.subject.id, r.value) for r in files] == [("a.py", Fraction(3, 4)), ("b.py", 0)]


@pytest.mark.parametrize(
    ("lines_changed", "expected"),
    [
        ("3", "2"),  # a continuation line
        ("2-5", "2"),  # a statement is counted once
        ("6", ""),  # behind it
        ("12", "11"),  # the innermost of two statements
        ("14", "10"),
        ("20", ""),  # an excluded statement
    ],
)
def test_lines_belong_to_their_statement(lines_changed: str, expected: str) -> None:
    spans = ((2, 5), (10, 15), (11, 13), (19, 21))
    evidence = told({"a.py": changed(lines_changed)}, {"a.py": covered("1-2,10-11", "", spans)})
    reading = patch(evidence)
    if expected:
        assert isinstance(reading, Measurement)
        assert lines.to_text(reading.members[0].lines) == expected
    else:
        assert isinstance(reading, NotApplicable)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"README.md": changed("1-10", ignored="not Python")},
        {"a_pb2.py": changed("1-10", ignored="linguist-generated")},
        {"a.py": changed("")},
    ],
)
def test_documentation_only_is_not_applicable_even_without_coverage(
    changes: dict[str, ChangedFile],
) -> None:
    evidence = told(changes, {}, gap(Reason.NO_DATA, "coverage"), gap(Reason.NO_DATA))
    assert isinstance(patch(evidence), NotApplicable)
    assert isinstance(by_file(evidence)[0], NotApplicable)


def test_changed_code_that_needs_no_coverage_is_named() -> None:
    """A package that ``source`` leaves out would else look like a change without code."""
    names = ("other/a.py", "other/b.py", "other/c.py", "tests/d.py")
    changes = {name: changed("1", ignored="outside the measured source") for name in names}
    changes["a_pb2.py"] = changed("1", ignored="linguist-generated")
    changes["README.md"] = changed("1", ignored="not Python")
    changes["empty.py"] = changed("", ignored="outside the measured source")
    for reading in (patch(told(changes, {})), by_file(told(changes, {}))[0]):
        assert isinstance(reading, NotApplicable)
        assert reading.message == (
            "no line that can be measured was changed: other/a.py, other/b.py, other/c.py and 1 more "
            "are outside the measured source"
        )
    reading = patch(
        told({"x.py": changes["tests/d.py"], "a.py": changed("1")}, {"a.py": covered("", "")})
    )
    assert isinstance(reading, NotApplicable)
    assert reading.message.endswith(": x.py is outside the measured source")


def test_changed_comments_are_not_applicable() -> None:
    assert isinstance(
        patch(told({"a.py": changed("3")}, {"a.py": covered("1-2", "1")})), NotApplicable
    )


def none(evidence: Evidence) -> NotMeasured:
    reading = patch(evidence)
    assert isinstance(reading, NotMeasured), reading
    return reading


def test_a_changed_file_that_was_not_measured_is_partial() -> None:
    evidence = told({"a.py": changed("1"), "b.py": changed("1")}, {"a.py": covered("1", "1")})
    reading = none(evidence)
    assert reading.reason is Reason.PARTIAL
    assert reading.message.startswith("b.py: it was changed, and its coverage")
    assert isinstance(by_file(evidence)[1], NotMeasured)


def test_coverage_that_was_switched_off_says_so() -> None:
    reading = none(told({"a.py": changed("1")}, {}, gap(Reason.NO_DATA)))
    assert "why" in reading.message
    assert reading.remedy == "how"


def test_a_file_that_changed_after_it_was_measured_is_an_error() -> None:
    evidence = told({"a.py": changed("1", digest="e")}, {"a.py": covered("1", "1")})
    assert none(evidence).reason is Reason.ERROR


def test_no_comparison() -> None:
    assert none(told({}, {}, gap(Reason.NO_DATA), compared=False)).remedy == "how"
    assert none(told({}, {}, compared=False)).reason is Reason.PARTIAL
    nobody = none(told({}, {}, compared=False, sections=("tests",)))
    assert nobody.reason is Reason.NO_DATA


def test_a_comparison_of_one_run_serves_all() -> None:
    one = told({"a.py": changed("1-2")}, {"a.py": covered("1-2", "1")})
    two = told(
        {}, {"a.py": covered("1-2", "2")}, gap(Reason.NO_DATA, run="s"), name="s", compared=False
    )
    reading = patch(one.merge(two))
    assert isinstance(reading, Measurement)
    assert reading.value == 1


def test_runs_compared_with_different_commits_are_an_error() -> None:
    one = told({"a.py": changed("1")}, {"a.py": covered("1", "1")})
    two = told({"a.py": changed("1")}, {"a.py": covered("1", "1")}, name="s", commit="beef")
    assert none(one.merge(two)).reason is Reason.ERROR


def test_only_changed_files_analysed_is_no_gap_of_the_patch() -> None:
    evidence = told(
        {"a.py": changed("1")},
        {"a.py": covered("1", "1")},
        gap(Reason.PARTIAL, "coverage"),
    )
    assert isinstance(patch(evidence), Measurement)


def test_lost_coverage_data_is_a_gap_of_the_patch() -> None:
    files = {"a.py": covered("1", "1")}
    lost = told({"a.py": changed("1")}, files, gap(Reason.PARTIAL))
    assert none(lost).reason is Reason.PARTIAL
    both = told(
        {"a.py": changed("1")},
        files,
        gap(Reason.PARTIAL, "coverage"),
        sections=("tests", "patch", "coverage"),
    )
    assert none(both).reason is Reason.PARTIAL


def test_components() -> None:
    evidence = told(
        {"pay/a.py": changed("1"), "cart/a.py": changed("1")},
        {"pay/a.py": covered("1", "1"), "cart/a.py": covered("1", "")},
    )
    pay, web = patch(evidence, "pay"), patch(evidence, "web")
    assert isinstance(pay, Measurement)
    assert pay.value == 1
    assert isinstance(web, NotApplicable)


def test_changed_lines_of_several_runs_unite() -> None:
    files = {"a.py": covered("1-3", "1")}
    one, two = (told({"a.py": changed(text)}, files, name=text) for text in ("1", "3"))
    reading = patch(one.merge(two))
    assert isinstance(reading, Measurement)
    assert reading.value == Fraction(1, 2)
