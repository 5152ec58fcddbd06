"""Hypothesis strategies for evidence: suites as stories, told whole, in shards, or by workers.

A :class:`Story` is what a suite does; :func:`whole`, :func:`by_workers`, :func:`by_shards` and
:func:`declared_parts` write it down as the evidence of different ways to run it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from pytest_readiness.model import lines
from pytest_readiness.model.evidence import (
    Attempt,
    BasePolicy,
    Benchmark,
    ChangedFile,
    Collection,
    CollectionError,
    Comparison,
    Data,
    Decision,
    Environment,
    Evidence,
    Fault,
    Figure,
    FileCoverage,
    Gap,
    Look,
    Marked,
    Memory,
    Notice,
    Outcome,
    Quarantined,
    Reason,
    Record,
    Run,
    Shard,
    ToolFinding,
    ToolRun,
    Warned,
)

LINUX = Environment(implementation="cpython", python="3.12", system="linux")
WINDOWS = Environment(implementation="cpython", python="3.13", system="windows")
SECTIONS = (
    *("benchmark", "coverage", "looks", "marks", "memory", "patch", "policy"),
    *("tests", "timeout", "tools"),
)
TOOLS = {
    "bandit": ("critical", "high", "medium", "low"),
    "docs": (),
    "ruff": ("error", "warning", "note"),
}
"""Tools of every story and their levels; the one without tells a figure."""
STATEMENTS = 12


def examples(number: int, **more: Any) -> settings:
    """So many of them, and fewer where the profile of the session is one of few.

    They are about values: a busy machine must not fail them.
    """
    most = settings().max_examples
    return settings(
        deadline=None, max_examples=number if most >= 100 else min(number, most), **more
    )


law = examples(40)


def attempt(outcome: Outcome = Outcome.PASSED, **fields: object) -> Attempt:
    """An attempt with times of a usual size."""
    usual: dict[str, object] = {"setup": 0.25, "call": 0.5, "teardown": 0.125, "line": 3}
    return Attempt(outcome=outcome, **{**usual, **fields})  # type: ignore[arg-type]


def run(**fields: object) -> Run:
    usual: dict[str, object] = {
        "started": "2026-01-01T00:00:00Z",
        "duration": 2.0,
        "exit_status": 0,
        "environment": LINUX,
        "sections": ("tests",),
    }
    return Run(**{**usual, **fields})  # type: ignore[arg-type]


def record(
    data: Data, subject: str = "", *, run: str = "r", process: str = "", attempt: int = 0
) -> Record:
    return Record(run, process, subject, attempt, data)


def chain(
    id: str, *outcomes: Outcome, run: str = "r", process: str = "", **fields: object
) -> list[Record]:
    """The attempts of a test, all but the last superseded."""
    last = len(outcomes) - 1
    return [
        record(
            attempt(outcome, superseded=number < last, **fields),
            id,
            run=run,
            process=process,
            attempt=number,
        )
        for number, outcome in enumerate(outcomes)
    ]


def evidence_of(*outcomes: tuple[str, Outcome], **fields: object) -> Evidence:
    """A run of tests with one attempt each."""
    return Evidence.of(
        [
            record(run(**fields)),
            record(Collection(tests=tuple(id for id, _ in outcomes))),
            *(record(attempt(outcome), id) for id, outcome in outcomes),
        ]
    )


@dataclass(frozen=True, kw_only=True)
class Case:
    """One test of a story."""

    id: str
    attempts: tuple[Attempt, ...]
    executed: tuple[int, int]
    """Line sets that it runs of the story's two files."""
    warnings: int
    figures: tuple[int, ...]
    """What each attempt records as ``queries``."""


@dataclass(frozen=True, kw_only=True)
class Story:
    cases: tuple[Case, ...]
    deselected: tuple[str, ...]
    collection_warnings: int
    errors: tuple[str, ...]
    """Files that cannot be collected."""
    changed: tuple[int, int]
    """Lines changed in the two files."""
    branches: bool
    environment: Environment
    benchmarks: tuple[str, ...]
    gaps: tuple[tuple[str, Reason], ...]
    findings: tuple[ToolFinding, ...] = ()
    """What the tools find, each level, rule and path once."""

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(case.id for case in self.cases)


FILES = ("src/shop/cart.py", "src/shop/pay.py")
ALL = lines.of(range(1, STATEMENTS + 1))
BRANCHES = tuple((line, line + 1) for line in range(1, STATEMENTS, 2))

_OUTCOMES = st.sampled_from(list(Outcome))
_LINES = st.integers(0, ALL).map(lambda number: lines.Lines(number & ALL))


@st.composite
def _attempts(draw: st.DrawFn) -> tuple[Attempt, ...]:
    outcomes = draw(st.lists(_OUTCOMES, min_size=1, max_size=3))
    return tuple(
        Attempt(
            outcome=outcome,
            superseded=number + 1 < len(outcomes),
            errors=draw(st.sampled_from([("setup",), ("teardown",), ("setup", "teardown")]))
            if outcome is Outcome.ERROR
            else (),
            setup=draw(st.sampled_from([0.0, 0.25, 1.5])),
            call=draw(st.sampled_from([0.0, 0.5, 2.0])),
            teardown=0.125,
            line=3,
            timed_out=outcome is Outcome.FAILED and draw(st.booleans()),
            timeout=draw(st.sampled_from([None, 1.0, 60.0])),
        )
        for number, outcome in enumerate(outcomes)
    )


@st.composite
def findings(draw: st.DrawFn) -> ToolFinding:
    tool = draw(st.sampled_from(["bandit", "ruff"]))
    place = st.tuples(st.integers(0, 4), st.sampled_from(["m", "n"]))
    places = draw(st.lists(place, min_size=1, max_size=3))
    return ToolFinding(
        tool=tool,
        level=draw(st.sampled_from(TOOLS[tool])),
        rule=draw(st.sampled_from(["", "R1"])),
        path=draw(st.sampled_from(["", *FILES])),
        places=tuple(sorted(places)),
        more=draw(st.sampled_from([0, 0, 2])),
    )


@st.composite
def stories(draw: st.DrawFn, *, gaps: bool = False, min_tests: int = 0) -> Story:
    names = [f"tests/{area}/test_a.py::test_{n}" for n in range(3) for area in ("unit", "e2e")]
    ids = draw(st.lists(st.sampled_from(names), unique=True, min_size=min_tests))
    cases = []
    for id in ids:
        attempts = draw(_attempts())
        cases.append(
            Case(
                id=id,
                attempts=attempts,
                executed=(draw(_LINES), draw(_LINES)),
                warnings=draw(st.integers(0, 2)),
                figures=tuple(draw(st.integers(0, 3)) for _ in attempts),
            )
        )
    sections = st.sampled_from(
        ("benchmark", "coverage", "memory", "patch", "timeout", "tests", "tools:ruff", "tools:docs")
    )
    reasons = st.sampled_from([Reason.NO_DATA, Reason.PARTIAL, Reason.ERROR])
    return Story(
        cases=tuple(cases),
        deselected=tuple(sorted(set(names) - set(ids)))[: draw(st.integers(0, 2))],
        collection_warnings=draw(st.integers(0, 2)),
        errors=draw(st.sampled_from([(), ("tests/unit/test_broken.py",)])),
        changed=(draw(_LINES), draw(_LINES)),
        branches=draw(st.booleans()),
        environment=LINUX,
        benchmarks=draw(st.sampled_from([(), tuple(ids[:1])])),
        gaps=tuple(draw(st.lists(st.tuples(sections, reasons), max_size=2))) if gaps else (),
        findings=tuple(draw(st.lists(findings(), unique_by=lambda one: one.id, max_size=3))),
    )


def told(
    story: Story,
    cases: Sequence[Case],
    *,
    run: str,
    left_out: Iterable[str] = (),
    shard: Shard | None = None,
    workers: Sequence[str] = (),
    each: bool = False,
    complete: bool = True,
) -> Evidence:
    """The evidence of one session that runs the given cases, by its workers in turn."""
    records: list[Record] = []

    def add(data: Data, subject: str = "", process: str = "", attempt: int = 0) -> None:
        records.append(Record(run, process, subject, attempt, data))

    absent = {section for section, reason in story.gaps if reason is Reason.NO_DATA}
    add(
        Run(
            started="2026-01-01T00:00:00Z",
            duration=2.0,
            exit_status=0,
            environment=story.environment,
            sections=SECTIONS,
            workers=tuple(workers),
            each=each,
            shard=shard,
            tree="t1",
        )
    )
    for number, (section, reason) in enumerate(story.gaps):
        add(Gap(reason=reason, message=f"gap {number}"), section)
    if "tests" not in absent:
        add(
            Collection(
                tests=tuple(case.id for case in cases),
                deselected=(*story.deselected, *left_out),
            )
        )
    for path in story.errors:
        add(CollectionError(message="SyntaxError"), path)
    if story.collection_warnings:
        add(Warned(count=story.collection_warnings, where="tests/test_a.py:1"), "W: collected")
    _add_cases(records, cases, run, workers, each=each)
    if "coverage" not in absent:
        _add_coverage(records, story, cases, run)
    if "patch" not in absent:
        _add_patch(records, story, run)
    if "memory" not in absent:
        for process in ("", *workers):
            add(Memory(peak=1000), "", process)
    if "benchmark" not in absent:
        _add_benchmarks(records, story, cases, run)
    _add_tools(records, story, run)
    add(Look(holds=True), "file:README.md")
    add(BasePolicy(base="origin/main", commit="c0ffee", text=""))
    for case in cases[:1]:
        add(Marked(requirements=("SEC-1",)), case.id)
    evidence = Evidence.of(records)
    return evidence.sealed() if complete else evidence


def _add_cases(
    records: list[Record],
    cases: Sequence[Case],
    run: str,
    workers: Sequence[str],
    *,
    each: bool,
) -> None:
    shared: dict[str, tuple[int, str]] = {}
    for number, case in enumerate(cases):
        places = workers if each else [workers[number % len(workers)]] if workers else [""]
        for place, process in enumerate(places):
            # under ``--dist each`` a test may end differently in each worker
            ending = cases[(number + place) % len(cases)]
            for index, one in enumerate(ending.attempts):
                figure = Figure(metric="queries", value=ending.figures[index])
                records.append(Record(run, process, case.id, index, one))
                records.append(Record(run, process, case.id, index, figure))
        if case.warnings:
            process = places[0]
            count, first = shared.get(process, (0, case.id))
            shared[process] = (count + case.warnings, first)
    for process, (count, first) in shared.items():
        records.append(Record(run, process, "W: shared", 0, Warned(count=count, where=first)))


def _add_tools(records: list[Record], story: Story, run: str) -> None:
    """Every session runs them all, whatever its part of the suite."""
    failed = {section.partition(":")[2] for section, _ in story.gaps}
    for name, levels in TOOLS.items():
        if name not in failed:
            data = ToolRun(command=name, format="sarif", levels=levels)
            records.append(Record(run, "", name, 0, data))
            if not levels:
                figure = Figure(metric="tool.figure", value=29, total=30)
                records.append(Record(run, "", name, 0, figure))
    records += (
        Record(run, "", finding.id, 0, finding)
        for finding in story.findings
        if finding.tool not in failed
    )


def _add_patch(records: list[Record], story: Story, run: str) -> None:
    records.append(Record(run, "", "", 0, Comparison(base="origin/main", commit="c0ffee")))
    for path, changed in zip(FILES, story.changed, strict=True):
        if changed:
            data = ChangedFile(lines=lines.Lines(changed), digest="d")
            records.append(Record(run, "", path, 0, data))


def _add_benchmarks(records: list[Record], story: Story, cases: Sequence[Case], run: str) -> None:
    ids = [id for id in story.benchmarks if id in {case.id for case in cases}]
    for id in ids:
        data = Benchmark(stats=(("median", 0.5),), rounds=5, iterations=1)
        records.append(Record(run, "", id, 0, data))
    if not ids:
        gap = Gap(reason=Reason.NO_DATA, message="no benchmark ran")
        records.append(Record(run, "", "benchmark", 0, gap))


def _add_coverage(records: list[Record], story: Story, cases: Sequence[Case], run: str) -> None:
    for number, path in enumerate(FILES):
        executed = 0
        for case in cases:
            executed |= case.executed[number]
        ran = set(lines.numbers(executed))
        data = FileCoverage(
            digest="d",
            statements=ALL,
            executed=lines.Lines(executed),
            branches=BRANCHES if story.branches else None,
            taken=tuple(one for one in BRANCHES if story.branches and one[0] in ran),
        )
        records.append(Record(run, "", path, 0, data))


def whole(story: Story, *, run: str = "whole", complete: bool = True) -> Evidence:
    return told(story, story.cases, run=run, complete=complete)


def by_workers(
    story: Story, count: int, *, run: str = "xdist", each: bool = False, complete: bool = True
) -> Evidence:
    """As under ``-n COUNT``; with ``each`` as under ``--dist each``."""
    names = [f"gw{number}" for number in range(count)]
    return told(story, story.cases, run=run, workers=names, each=each, complete=complete)


def parts(story: Story, split: Sequence[int], total: int) -> list[list[Case]]:
    """Case number *i* goes to part ``split[i]`` (in turn, where ``split`` is shorter)."""
    chosen: list[list[Case]] = [[] for _ in range(total)]
    for number, case in enumerate(story.cases):
        chosen[split[number % len(split)] % total if split else 0].append(case)
    return chosen


def by_shards(
    story: Story, split: Sequence[int], total: int, *, deselect: bool = True, complete: bool = True
) -> list[Evidence]:
    """As with a plugin that splits (``deselect``), or a pipeline that gives each shard its paths."""
    return [
        told(
            story,
            cases,
            run=f"shard{number}",
            left_out=[id for id in story.ids if id not in {c.id for c in cases}]
            if deselect
            else (),
            shard=Shard(index=number + 1, total=total),
            complete=complete,
        )
        for number, cases in enumerate(parts(story, split, total))
    ]


def merged(evidences: Iterable[Evidence]) -> Evidence:
    return Evidence().merge(*evidences)


@st.composite
def evidences(draw: st.DrawFn, *, gaps: bool = True, complete: bool | None = None) -> Evidence:
    """Evidence of one story, in any layout, in one or two environments."""
    story = draw(stories(gaps=gaps))
    seal = draw(st.booleans()) if complete is None else complete
    layout = draw(st.sampled_from(["whole", "workers", "each", "shards", "paths", "matrix"]))
    if layout == "workers":
        return by_workers(story, draw(st.integers(1, 3)), complete=seal)
    if layout == "each":
        return by_workers(story, draw(st.integers(1, 3)), each=True, complete=seal)
    if layout in ("shards", "paths"):
        split = draw(st.lists(st.integers(0, 2), min_size=1, max_size=6))
        total = draw(st.integers(1, 3))
        return merged(by_shards(story, split, total, deselect=layout == "shards", complete=seal))
    first = whole(story, complete=seal)
    if layout == "whole":
        return first
    other = dataclasses.replace(story, environment=WINDOWS, cases=story.cases[:2])
    return first.merge(whole(other, run="windows", complete=seal))


@st.composite
def records(draw: st.DrawFn) -> Record:
    """Any record, with keys that often collide."""
    data: Data = draw(
        st.one_of(
            _attempts().map(lambda attempts: attempts[0]),
            st.builds(Memory, peak=st.integers(0, 2)),
            st.builds(Figure, metric=st.sampled_from(["a.b", "c.d"]), value=st.integers(0, 1)),
            st.builds(
                FileCoverage, digest=st.sampled_from("de"), statements=_LINES, executed=_LINES
            ),
            st.builds(Gap, reason=st.sampled_from(Reason), message=st.sampled_from("mn")),
            st.builds(Fault, message=st.sampled_from("mn")),
            st.builds(Notice, text=st.sampled_from("mn")),
            st.builds(Collection, tests=st.lists(st.sampled_from("xyz")).map(tuple)),
            findings(),
            st.builds(
                ToolRun,
                command=st.just("x"),
                format=st.just("sarif"),
                levels=st.sampled_from([(), ("high", "low")]),
            ),
            st.builds(Look, holds=st.booleans()),
            st.builds(Marked, requirements=st.sampled_from([(), ("A",)])),
            st.builds(Quarantined, entry=st.sampled_from("mn")),
            st.builds(
                BasePolicy,
                base=st.just("main"),
                commit=st.sampled_from("mn"),
                text=st.sampled_from(["", "{}"]),
            ),
            st.builds(
                Decision,
                reason=st.sampled_from("mn"),
                owner=st.just("@o"),
                expires=st.just("2026-01-02"),
                decided=st.just("2026-01-01T00:00:00Z"),
            ),
            st.builds(run, tree=st.sampled_from(["", "t1", "t2"])),
        )
    )
    return Record(
        draw(st.sampled_from(["r1", "r2"])),
        draw(st.sampled_from(["", "gw0"])),
        draw(st.sampled_from(["", "x", "y", "coverage", "tests", "tools:x"])),
        draw(st.integers(0, 1)),
        data,
    )


def sets_of_records() -> st.SearchStrategy[Evidence]:
    """Evidence that no program would write: for laws that hold of any."""
    return st.lists(records(), max_size=7).map(Evidence.of)
