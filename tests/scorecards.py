"""Scorecards made by hand, for tests of what shows them: an ordinary one, and one of anything."""

from __future__ import annotations

import datetime
from dataclasses import replace
from fractions import Fraction

from hypothesis import strategies as st

from pytest_readiness.config.grammar import parse_condition
from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.model import lines
from pytest_readiness.model.evidence import Gap, Reason, Selection
from pytest_readiness.model.measurement import (
    RUN,
    Measurement,
    NotApplicable,
    NotMeasured,
    Reading,
    Subject,
)
from pytest_readiness.model.metric import Direction, Metric, SubjectKind, Unit
from pytest_readiness.model.policy import Gate, Level, Origin, Waiver
from pytest_readiness.model.scorecard import (
    CategoryScore,
    Effect,
    Finding,
    GateOutcome,
    GateResult,
    Score,
    Scorecard,
    Short,
    Verdict,
    WaiverState,
)

ORIGIN = Origin(source="pyproject.toml", key='gates."coverage.lines"', line=12)


def gate(metric: str, condition: str, known: Metric | None = None, **changes: object) -> Gate:
    base = Gate(
        name=metric,
        metric=metric,
        condition=parse_condition(condition, known or CATALOGUE.get(metric)),
        origin=ORIGIN,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def result(
    metric: str,
    condition: str,
    outcome: GateOutcome = GateOutcome.PASSED,
    effect: Effect = Effect.NONE,
    *,
    gate_changes: dict[str, object] | None = None,
    **fields: object,
) -> GateResult:
    return GateResult(
        gate=gate(metric, condition, **(gate_changes or {})),
        metric=CATALOGUE[metric],
        outcome=outcome,
        effect=effect,
        **fields,  # type: ignore[arg-type]
    )


def count(value: int, total: int | None = None, **fields: object) -> Measurement:
    return Measurement(subject=RUN, value=value, total=total, **fields)  # type: ignore[arg-type]


def ratio(part: int, total: int, subject: Subject = RUN) -> Measurement:
    return Measurement(subject=subject, value=Fraction(part, total), part=part, total=total)


def test_subject(path: str, name: str, line: int | None) -> Subject:
    return Subject(kind=SubjectKind.TEST, id=f"{path}::{name}", path=path, line=line)


test_subject.__test__ = False  # type: ignore[attr-defined]


def file(path: str) -> Subject:
    return Subject(kind=SubjectKind.FILE, id=path, path=path)


WAIVER = Waiver(
    gate="coverage.file",
    reason="replaced in 3.0",
    owner="@payments",
    expires=datetime.date(2027, 1, 31),
    origin=ORIGIN,
    subject="src/shop/legacy.py",
)
IMPORT = test_subject("tests/test_api.py", "test_import", 40)
LEGACY = ratio(41, 100, file("src/shop/legacy.py"))

PATCH = result(
    "coverage.patch",
    ">= 95%",
    GateOutcome.FAILED,
    Effect.BLOCK,
    reading=ratio(30, 34),
    judged=1,
    broken=1,
    short=Short(amount=3, unit="changed lines"),
    findings=(
        Finding(
            subject=file("src/shop/cart.py"),
            lines=lines.of([41, 42, 43]),
            owner="@shop-team",
        ),
        Finding(subject=file("src/shop/api/orders.py"), lines=lines.of([7]), owner="@orders"),
    ),
    remedy="test the changed lines",
)
DURATION = result(
    "test.duration",
    "<= 2s",
    GateOutcome.FAILED,
    Effect.BLOCK,
    reading=Measurement(subject=IMPORT, value=3.4051),
    judged=214,
    broken=2,
    short=Short(amount=1.4051, unit="s"),
    findings=(
        Finding(
            subject=IMPORT,
            measurement=Measurement(subject=IMPORT, value=3.4051),
            short=Short(amount=1.4051, unit="s"),
            owner="@shop-team",
        ),
        Finding(
            subject=test_subject("tests/test_api.py", "TestCart::test_total[two items]", 88),
            measurement=Measurement(subject=IMPORT, value=2.0001),
            short=Short(amount=0.0001, unit="s"),
        ),
    ),
    remedy="profile it: `pytest --durations=0 tests/test_api.py::test_import`",
)
BENCHMARK = result(
    "benchmark.time",
    "<= 20ms",
    GateOutcome.NOT_MEASURED,
    Effect.BLOCK,
    reading=NotMeasured(subject=RUN, reason=Reason.NO_DATA, message="benchmarks are off"),
    reason=Reason.NO_DATA,
    message="benchmarks are off under xdist (-n 2)",
    remedy="run them serially: pytest --readiness -n0 --benchmark-only",
)
FLAKY = result(
    "tests.flaky",
    "== 0",
    GateOutcome.FAILED,
    Effect.RISK,
    gate_changes={"level": Level.RISK},
    reading=count(1, 214, detail="passed on attempt 2"),
    judged=1,
    broken=1,
    short=Short(amount=1, unit="tests"),
    findings=(
        Finding(
            subject=test_subject("tests/test_stock.py", "test_reserve", 12),
            detail="failed, then passed",
            owner="@orders",
        ),
    ),
    remedy="run it many times: `pytest --count 20 TEST` (pytest-repeat)",
)
WAIVED = result(
    "coverage.file",
    ">= 60%",
    GateOutcome.WAIVED,
    Effect.RISK,
    reading=LEGACY,
    judged=31,
    broken=1,
    findings=(
        Finding(subject=LEGACY.subject, measurement=LEGACY, owner="@payments", waiver=WAIVER),
    ),
    waivers=(WAIVER,),
)
LINES = result("coverage.lines", ">= 90%", reading=ratio(1482, 1586), judged=1)
FAILED = result("tests.failed", "== 0", reading=count(0, 214), judged=1)
SKIPPED = result("tests.skipped", "<= 5%", reading=count(9, 214), judged=1)
NOTHING_CHANGED = result(
    "coverage.patch-file",
    ">= 80%",
    GateOutcome.NOT_APPLICABLE,
    reading=NotApplicable(subject=RUN, message="the diff holds no measurable line"),
    message="the diff holds no measurable line",
)


def scorecard(*results: GateResult, **fields: object) -> Scorecard:
    base = Scorecard(
        verdict=Verdict.READY,
        would_be=Verdict.READY,
        explanation="",
        results=results,
        score=None,
        selection=Selection(),
        profile="library@1",
        source="pyproject.toml",
    )
    return replace(base, **fields)  # type: ignore[arg-type]


NOT_READY = scorecard(
    LINES,
    FAILED,
    SKIPPED,
    PATCH,
    DURATION,
    BENCHMARK,
    FLAKY,
    WAIVED,
    NOTHING_CHANGED,
    verdict=Verdict.NOT_READY,
    would_be=Verdict.NOT_READY,
    explanation="2 gates failed, 1 not measured",
    exit_code=1,
    elsewhere=(("suite.memory", "nightly"),),
    notices=(("pytest-cov", "--cov-fail-under=95 was not reached"),),
    waivers_idle=(WaiverState(waiver=WAIVER, message="expired 2027-01-31"),),
    gaps=(("memory", Gap(reason=Reason.NO_DATA, message="no resource module")),),
    score=Score(
        earned=Fraction(7, 2),
        possible=Fraction(8),
        categories=(
            CategoryScore(category="tests", earned=Fraction(5, 2), possible=Fraction(3)),
            CategoryScore(category="coverage", earned=Fraction(1), possible=Fraction(5)),
        ),
        grade="F",
    ),
)
READY = scorecard(FAILED, LINES, SKIPPED, explanation="3 gates passed")

# --- scorecards of anything ---------------------------------------------------------------------

HOSTILE = (
    "::error::owned",
    "a\x1b[31mred\x1b[0m",
    "line\nbreak\r\n",
    "\u202etxt.exe\u2066",
    "##[error]x ##vso[task.setvariable]y",
    "<b>&amp;</b>",
    "\udc80\ud800",
    "全角テスト" * 6,
    "x" * 300,
    "a b\tc\x00\x85\u2028",
    "",
)
texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40))
names = st.one_of(texts, st.sampled_from(["tests/test_a.py::test_b[1]", "src/shop/cart.py"]))
line_sets = st.lists(st.integers(1, 400), max_size=12).map(lines.of)
floats = st.floats(allow_nan=False, allow_infinity=False)
subjects = st.builds(
    Subject,
    kind=st.sampled_from(SubjectKind),
    id=names,
    path=names,
    line=st.none() | st.integers(1, 10**6),
    environment=st.just("") | texts,
    component=st.just("") | texts,
)
conditions = st.sampled_from(
    ["== 0", ">= 3", "<= 5", "> 1", "< 100", ">= 2 and < 4 or == 7", ">= baseline - 2"]
).map(lambda text: parse_condition(text, None))


@st.composite
def fractions(draw: st.DrawFn) -> tuple[Fraction, int, int]:
    total = draw(st.integers(1, 10**6))
    part = draw(st.integers(0, total))
    return Fraction(part, total), part, total


@st.composite
def measurements(draw: st.DrawFn) -> Measurement:
    subject = draw(subjects)
    detail = draw(texts)
    kind = draw(st.sampled_from(["count", "ratio", "float"]))
    if kind == "ratio":
        value, part, total = draw(fractions())
        return Measurement(subject=subject, value=value, part=part, total=total, detail=detail)
    if kind == "count":
        return Measurement(
            subject=subject,
            value=draw(st.integers(0, 10**9)),
            total=draw(st.none() | st.integers(0, 10**9)),
            detail=detail,
        )
    low, value, high = sorted(draw(st.tuples(floats, floats, floats)))
    return Measurement(subject=subject, value=value, low=low, high=high, detail=detail)


readings: st.SearchStrategy[Reading] = st.one_of(
    measurements(),
    st.builds(
        NotMeasured, subject=subjects, reason=st.sampled_from(Reason), message=texts, remedy=texts
    ),
    st.builds(NotApplicable, subject=subjects, message=texts),
)
origins = st.builds(Origin, source=texts, key=texts, line=st.none() | st.integers(1, 9999))
gates = st.builds(
    Gate,
    name=names,
    metric=names,
    condition=conditions,
    origin=origins,
    select=st.lists(names, max_size=2).map(tuple),
    component=st.just("") | texts,
    statistic=st.sampled_from(["", "median", "p95"]),
    level=st.sampled_from(Level),
    weight=st.none() | st.integers(1, 9),
)
metrics = st.builds(
    Metric,
    name=names,
    title=texts,
    unit=st.sampled_from(Unit),
    direction=st.sampled_from(Direction),
    category=texts,
    subject=st.sampled_from(SubjectKind),
    label=st.just("") | texts,
)
waivers = st.builds(
    Waiver,
    gate=names,
    reason=texts,
    owner=texts,
    expires=st.dates(),
    origin=origins,
    subject=names,
    accept=st.none() | conditions,
)
shorts = st.builds(
    Short,
    amount=st.integers(1, 10**6) | st.floats(1e-9, 1e9) | fractions().map(lambda each: each[0]),
    unit=st.sampled_from(["lines", "tests", "pp", "s", "B", "", "req/s"]),
)
findings = st.builds(
    Finding,
    subject=subjects,
    measurement=st.none() | measurements(),
    short=st.none() | shorts,
    detail=texts,
    lines=line_sets,
    owner=texts,
    waiver=st.none() | waivers,
)
results = st.builds(
    GateResult,
    gate=gates,
    metric=st.none() | metrics,
    outcome=st.sampled_from(GateOutcome),
    effect=st.sampled_from(Effect),
    reading=st.none() | readings,
    judged=st.integers(0, 10**5),
    broken=st.integers(0, 10**5),
    short=st.none() | shorts,
    findings=st.lists(findings, max_size=4).map(tuple),
    reason=st.none() | st.sampled_from(Reason),
    message=texts,
    remedy=texts,
    waivers=st.lists(waivers, max_size=2).map(tuple),
    breakdown=st.lists(readings, max_size=2).map(tuple),
)
pairs = st.lists(st.tuples(texts, texts), max_size=3).map(tuple)
scorecards = st.builds(
    Scorecard,
    verdict=st.sampled_from(Verdict),
    would_be=st.sampled_from(Verdict),
    explanation=texts,
    results=st.lists(results, max_size=5).map(tuple),
    score=st.none()
    | st.builds(
        Score,
        earned=st.integers(0, 5).map(Fraction),
        possible=st.integers(5, 9).map(Fraction),
        categories=st.lists(
            st.builds(
                CategoryScore,
                category=texts,
                earned=st.integers(0, 3).map(Fraction),
                possible=st.integers(3, 5).map(Fraction),
            ),
            max_size=2,
        ).map(tuple),
        grade=texts,
    ),
    selection=st.builds(
        Selection, causes=st.lists(texts, max_size=2).map(tuple), declared=st.booleans()
    ),
    stage=texts,
    profile=texts,
    source=texts,
    elsewhere=pairs,
    waivers_idle=st.lists(st.builds(WaiverState, waiver=waivers, message=texts), max_size=2).map(
        tuple
    ),
    gaps=st.lists(
        st.tuples(
            texts,
            st.builds(Gap, reason=st.sampled_from(Reason), message=texts, remedy=texts),
        ),
        max_size=2,
    ).map(tuple),
    notices=pairs,
    exit_code=st.sampled_from([0, 1, 8, 125]),
)
