"""Whole readiness reports made by hand, for tests of what shows them: an ordinary one, and one of anything."""

from __future__ import annotations

import datetime
from dataclasses import replace
from fractions import Fraction

from hypothesis import strategies as st

import scorecards as samples
from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.model import lines as line_sets
from pytest_readiness.model.measurement import Subject
from pytest_readiness.model.metric import SubjectKind
from pytest_readiness.model.outside import Decision
from pytest_readiness.model.policy import Origin, Waiver
from pytest_readiness.model.requirement import (
    ApprovalCondition,
    Attestation,
    Effort,
    LookFor,
    LookProof,
    MetricProof,
    Progress,
    Proof,
    Quarantine,
    Requirement,
    Severity,
    State,
    TestsProof,
    ToolProof,
)
from pytest_readiness.model.scorecard import Effect, Scorecard, Verdict, WaiverState
from pytest_readiness.model.standing import (
    Before,
    CategoryLine,
    Change,
    ConditionState,
    Drift,
    Hours,
    Item,
    Matrix,
    PolicyChange,
    ProofResult,
    QuarantineState,
    RequirementResult,
    RuleChange,
    ScoreTable,
    Signature,
    Summary,
    ToolLine,
    Trace,
)

TODAY = datetime.date(2026, 11, 21)


def day(month: int, number: int) -> datetime.date:
    return datetime.date(2027 if month < 11 else 2026, month, number)


def at(line: int, key: str = "requirements") -> Origin:
    return Origin(source="pyproject.toml", key=key, line=line)


def requirement(identifier: str, title: str, **fields: object) -> Requirement:
    return replace(
        Requirement(id=identifier, title=title, origin=at(40)),
        **fields,  # type: ignore[arg-type]
    )


def hours(low: int, high: int, number: int, unknown: int = 0) -> Hours:
    return Hours(low=Fraction(low), high=Fraction(high), items=number, unknown=unknown)


def test_of(name: str, line: int) -> Subject:
    return samples.test_subject("tests/test_login.py", name, line)


LOGIN = RequirementResult(
    requirement=requirement(
        "SEC-1", "Logins are limited", category="Security", severity=Severity.CRITICAL
    ),
    state=State.PASSED,
    effect=Effect.NONE,
    proofs=(
        ProofResult(
            what="tests",
            state=State.PASSED,
            text="2 tests passed",
            traces=(
                Trace(subject=test_of("test_limit", 12), outcome="passed"),
                Trace(subject=test_of("test_unlock", 30), outcome="passed"),
            ),
        ),
    ),
    message="2 tests passed",
    owner="@security",
)
SCAN = RequirementResult(
    requirement=requirement(
        "SEC-2",
        "No weak hashes",
        category="Security",
        severity=Severity.CRITICAL,
        proofs=(ToolProof(select=("bandit:high",)),),
        effort=Effort(text="2-3h", low=Fraction(2), high=Fraction(3)),
        due=day(11, 30),
        milestone="week 1",
        risk="passwords can be read from a stolen database",
        action="replace md5 by argon2",
    ),
    state=State.FAILED,
    effect=Effect.BLOCK,
    proofs=(
        ProofResult(
            what="bandit:high",
            state=State.FAILED,
            text="1 finding",
            traces=(
                Trace(
                    subject=Subject(
                        kind=SubjectKind.TOOL,
                        id="bandit:high:B324:src/shop/hash.py",
                        path="src/shop/hash.py",
                        line=9,
                    ),
                    outcome="1 finding",
                    detail="Use of weak MD5 hash for security",
                ),
            ),
        ),
    ),
    message="bandit:high: 1 finding",
    owner="@security",
)
COMMAND = RequirementResult(
    requirement=requirement(
        "OPS-1",
        "The command line starts",
        category="Operations",
        effort=Effort(text="M"),
        action="python -m shop --version",
    ),
    state=State.FAILED,
    effect=Effect.BLOCK,
    proofs=(
        ProofResult(
            what="command",
            state=State.FAILED,
            text="exit status 139 (SIGSEGV)",
        ),
    ),
    message="exit status 139 (SIGSEGV)",
    owner="@ops",
)
SMOKE = RequirementResult(
    requirement=requirement(
        "OPS-2",
        "Smoke tests pass",
        category="Operations",
        severity=Severity.MEDIUM,
        depends_on=("OPS-1",),
    ),
    state=State.DEFERRED,
    effect=Effect.RISK,
    message="waits for OPS-1, which failed",
    because=("OPS-1",),
    owner="@ops",
)
ARCHITECTURE = RequirementResult(
    requirement=requirement(
        "ARC-1",
        "Architecture review",
        category="Architecture",
        severity=Severity.LOW,
        points=Fraction(5),
        proofs=(
            Attestation(
                by="@ada",
                date=day(11, 2),
                until=day(2, 1),
                evidence="docs/review.md",
                points=Fraction(4),
                strengths=("ports and adapters",),
                weaknesses=("a global cache",),
                notes=("again after the split",),
            ),
        ),
    ),
    state=State.PASSED,
    effect=Effect.NONE,
    proofs=(
        ProofResult(
            what="attestation",
            state=State.PASSED,
            text="by @ada on 2026-11-02, until 2027-02-01",
            points=Fraction(4),
        ),
    ),
    message="4 of 5, by @ada on 2026-11-02, until 2027-02-01",
    earned=Fraction(4),
    possible=Fraction(5),
    owner="@ada",
)
PAGER = RequirementResult(
    requirement=requirement("OPS-3", "Alerts reach a pager", category="Operations"),
    state=State.NOT_VERIFIED,
    effect=Effect.BLOCK,
    message="no test that is marked with it ran",
    owner="@ops",
)
WEB = RequirementResult(
    requirement=requirement(
        "SEC-3", "Headers are set", category="Security", not_applicable="there is no web server"
    ),
    state=State.NOT_APPLICABLE,
    effect=Effect.NONE,
    possible=Fraction(0),
)
WAIVER = Waiver(
    gate="DOC-1",
    reason="rewritten in 3.0",
    owner="@docs",
    expires=day(11, 30),
    origin=at(90, "waivers"),
    state=State.FAILED,
)
ROLLBACK = RequirementResult(
    requirement=requirement(
        "DOC-1", "Rollback is described", category="Operations", severity=Severity.MEDIUM
    ),
    state=State.WAIVED,
    effect=Effect.RISK,
    message="docs/ops.md has no Rollback",
    earned=Fraction(1, 2),
    waiver=WAIVER,
    owner="@docs",
)
ITEMS = (
    Item(
        kind="requirement",
        name="SEC-2",
        title="No weak hashes",
        severity=Severity.CRITICAL,
        effect=Effect.BLOCK,
        category="Security",
        state="failed",
        owner="@security",
        effort=Effort(text="2-3h", low=Fraction(2), high=Fraction(3)),
        due=day(11, 30),
        milestone="week 1",
        action="replace md5 by argon2",
    ),
    Item(
        kind="requirement",
        name="OPS-1",
        title="The command line starts",
        severity=Severity.HIGH,
        effect=Effect.BLOCK,
        category="Operations",
        state="failed",
        owner="@ops",
        effort=Effort(text="M"),
        action="python -m shop --version",
    ),
    Item(
        kind="gate",
        name="tool.findings",
        title="Findings of tools",
        severity=Severity.HIGH,
        effect=Effect.BLOCK,
        category="findings",
        state="failed",
        owner="@shop-team",
        action="ruff check --fix src",
        fixable=True,
    ),
    Item(
        kind="requirement",
        name="OPS-3",
        title="Alerts reach a pager",
        severity=Severity.HIGH,
        effect=Effect.BLOCK,
        category="Operations",
        state="not verified",
        owner="@ops",
    ),
    Item(
        kind="requirement",
        name="OPS-2",
        title="Smoke tests pass",
        severity=Severity.MEDIUM,
        effect=Effect.RISK,
        category="Operations",
        state="deferred",
        owner="@ops",
    ),
    Item(
        kind="condition",
        name="condition 1",
        title="The kill switch is tested",
        severity=Severity.MEDIUM,
        effect=Effect.BLOCK,
        category="",
        state="overdue since 2026-11-01",
        owner="@ops",
        due=day(11, 1),
    ),
)
TABLE = ScoreTable(
    lines=(
        CategoryLine(
            category="Security",
            earned=Fraction(3),
            possible=Fraction(4),
            weight=Fraction(50),
            grade="C",
            before=Fraction(1, 2),
            passed=1,
            open=1,
            inapplicable=1,
        ),
        CategoryLine(
            category="Operations",
            earned=Fraction(1, 2),
            possible=Fraction(4),
            weight=Fraction(30),
            grade="F",
            before=Fraction(1, 4),
            open=4,
        ),
        CategoryLine(
            category="Architecture",
            earned=Fraction(4),
            possible=Fraction(5),
            weight=Fraction(20),
            grade="B",
            passed=1,
        ),
    ),
    percent=True,
    total=Fraction("57.25"),
    maximum=Fraction(100),
    grade="F",
    closed=Fraction("92.25"),
    closed_grade="A-",
    before=Fraction("0.5"),
)
SUMMARY = Summary(
    items=ITEMS,
    risks=Matrix(
        title="Open items by severity and category",
        columns=("critical", "high", "medium", "low"),
        rows=(
            ("Security", (1, 0, 0, 0)),
            ("Operations", (0, 2, 1, 0)),
            ("findings", (0, 1, 0, 0)),
            ("", (0, 0, 1, 0)),
        ),
        total=6,
    ),
    owners=Matrix(
        title="Open items by owner and severity",
        columns=("critical", "high", "medium", "low"),
        rows=(("@security", (1, 0, 0, 0)), ("@ops", (0, 2, 2, 0)), ("@shop-team", (0, 1, 0, 0))),
        total=6,
    ),
    efforts=Matrix(
        title="Open items by effort and severity",
        columns=("critical", "high", "medium", "low"),
        rows=(("2-3h", (1, 0, 0, 0)), ("M", (0, 1, 0, 0)), ("", (0, 2, 2, 0))),
        total=6,
    ),
    blockers=Hours(low=Fraction(18), high=Fraction(19), items=5, unknown=3, sizes=(("M", 1),)),
    milestones=(("week 1", hours(2, 3, 1)), ("", hours(16, 16, 5, 4))),
    table=TABLE,
    before=(
        Before(
            metric=CATALOGUE["coverage.lines"],
            then=samples.ratio(90, 100),
            now=samples.ratio(1482, 1586),
            better=True,
        ),
        Before(
            metric=CATALOGUE["tool.findings"],
            then=samples.count(27),
            now=samples.count(3),
            better=True,
        ),
    ),
    before_rules=(
        RuleChange(tool="bandit", rule="B324", then=2, now=1),
        RuleChange(tool="ruff", rule="I001", then=24, now=0),
        RuleChange(tool="ruff", rule="UP015", then=3, now=0),
        RuleChange(tool="ruff", rule="F401", then=0, now=2),
    ),
    before_run="2026-11-18, main@1a2b3c4",
    signatures=(
        Signature(approver="@ada", date=day(11, 20), message="approved 2026-11-20"),
        Signature(approver="@bob", message="missing"),
    ),
    signed=False,
    review=day(11, 30),
    reviewer="@ada",
    project="shop",
    version="2.4.0",
    today=TODAY,
)
HOTFIX = Waiver(
    gate="coverage.patch",
    reason="incident 4711: the shop is down",
    owner="@ada",
    expires=day(11, 23),
    origin=Origin(source="command line"),
    hotfix=True,
)
DECISION = Decision(
    reason="incident 4700",
    owner="@bob",
    expires="2026-11-12",
    decided="2026-11-10T09:00:00+00:00",
    value="81.2 %",
)
CONDITIONS = (
    ConditionState(
        condition=ApprovalCondition(
            text="The kill switch is tested", owner="@ops", due=day(11, 1), origin=at(70)
        ),
        effect=Effect.BLOCK,
        message="overdue since 2026-11-01",
    ),
    ConditionState(
        condition=ApprovalCondition(
            text="Somebody watches day and night in week one",
            owner="@ops",
            due=day(11, 28),
            origin=at(75),
        ),
        effect=Effect.RISK,
        message="due in 7 days",
    ),
    ConditionState(
        condition=ApprovalCondition(
            text="Limits are at 10 %",
            owner="@risk",
            due=day(11, 28),
            done=day(11, 19),
            origin=at(80),
        ),
        effect=Effect.NONE,
        message="done 2026-11-19",
    ),
)
QUARANTINE = (
    QuarantineState(
        quarantine=Quarantine(
            test="tests/test_stock.py::test_reserve",
            reason="races with the clock",
            owner="@orders",
            expires=day(12, 31),
            origin=at(85),
        ),
        effect=Effect.RISK,
        tests=("tests/test_stock.py::test_reserve",),
    ),
    QuarantineState(
        quarantine=Quarantine(
            test="tests/e2e/**",
            reason="slow network",
            owner="@web",
            expires=day(11, 1),
            origin=at(87),
        ),
        effect=Effect.NONE,
        tests=("tests/e2e/test_a.py::test_a", "tests/e2e/test_b.py::test_b"),
        message="expired 2026-11-01: its tests count again",
    ),
)
DRIFT = Drift(
    base="main",
    commit="1a2b3c4d5e6f",
    changes=(
        PolicyChange(
            what="gate",
            name="coverage.lines",
            change=Change.LOOSENED,
            weaker=True,
            before=">= 95%",
            after=">= 90%",
            line=12,
        ),
        PolicyChange(what="requirement", name="SEC-1", change=Change.ADDED, weaker=False, line=40),
    ),
)
TOOLS = (
    ToolLine(
        name="bandit",
        command="bandit -r src",
        exit_status=1,
        duration=2.3,
        version="1.8.0",
        levels=(("high", 1), ("medium", 0), ("low", 0)),
    ),
    ToolLine(
        name="mypy", problem="not installed", remedy="pip install mypy", command="mypy -O json src"
    ),
    ToolLine(
        name="ruff",
        command="ruff check",
        exit_status=1,
        duration=0.12,
        levels=(("error", 2), ("warning", 0)),
        fixable=2,
        fix="ruff check --fix src",
    ),
)
FILES = replace(
    samples.WAIVED,
    values=(samples.ratio(50, 50, samples.file("src/shop/cart.py")), samples.LEGACY),
    findings=(replace(samples.WAIVED.findings[0], lines=line_sets.of([3, 4, 5, 9])),),
)
REPORT = samples.scorecard(
    samples.LINES,
    samples.FAILED,
    samples.SKIPPED,
    samples.PATCH,
    samples.FLAKY,
    FILES,
    verdict=Verdict.NOT_READY,
    would_be=Verdict.NOT_READY,
    explanation="1 gate failed, 2 requirements failed, 1 not verified, 1 condition overdue",
    exit_code=1,
    requirements=(LOGIN, SCAN, WEB, COMMAND, SMOKE, PAGER, ROLLBACK, ARCHITECTURE),
    conditions=CONDITIONS,
    quarantine=QUARANTINE,
    tools=TOOLS,
    drift=DRIFT,
    waivers_ending=(WaiverState(waiver=WAIVER, message="ends in 9 days, on 2026-11-30"),),
    summary=SUMMARY,
    fingerprints=(("evidence", "5f2a" * 16), ("policy", "09bc" * 16)),
    score=samples.NOT_READY.score,
)
HOTFIXED = replace(REPORT, hotfixes=(HOTFIX,), decisions=(("coverage.lines", DECISION),))

# --- reports of anything ------------------------------------------------------------------------

texts, names, origins = samples.texts, samples.names, samples.origins
dates = st.dates()
some_texts = st.lists(texts, max_size=2).map(tuple)
amounts = st.fractions(min_value=0, max_value=1000, max_denominator=50)
shares = st.fractions(min_value=0, max_value=1, max_denominator=1000)
efforts = st.none() | st.builds(Effort, text=texts, low=st.none(), high=st.none())
severities = st.sampled_from(Severity)
effects = st.sampled_from(Effect)
states = st.sampled_from(State)
looks = st.builds(
    LookFor, what=st.sampled_from(["file", "no-text"]), path=texts, text=texts, regex=st.booleans()
)
proofs: st.SearchStrategy[Proof] = st.one_of(
    st.just(TestsProof()),
    st.builds(ToolProof, select=some_texts),
    st.builds(LookProof, look=looks),
    st.builds(MetricProof, gate=samples.gates),
    st.builds(
        Attestation,
        by=texts,
        date=dates,
        evidence=texts,
        until=st.none() | dates,
        state=st.sampled_from(Progress),
        points=st.none() | amounts,
        strengths=some_texts,
        weaknesses=some_texts,
        notes=some_texts,
    ),
)
requirements = st.builds(
    Requirement,
    id=names,
    title=texts,
    origin=origins,
    category=st.sampled_from(["", "Security", "a\nb"]),
    severity=severities,
    owner=texts,
    depends_on=some_texts,
    proofs=st.lists(proofs, max_size=2).map(tuple),
    not_applicable=texts,
    points=st.none() | amounts,
    effort=efforts,
    due=st.none() | dates,
    milestone=texts,
    risk=texts,
    action=texts,
    fixable=st.booleans(),
)
traces = st.builds(Trace, subject=samples.subjects, outcome=texts, detail=texts)
proof_results = st.builds(
    ProofResult,
    what=texts,
    state=states,
    text=texts,
    traces=st.lists(traces, max_size=5).map(tuple),
    risk=st.booleans(),
    points=st.none() | amounts,
    result=st.none() | samples.results,
)
all_waivers = st.builds(
    replace,
    samples.waivers,
    state=st.none() | states,
    hotfix=st.booleans(),
    not_measured=st.booleans(),
)
requirement_results = st.builds(
    RequirementResult,
    requirement=requirements,
    state=states,
    effect=effects,
    proofs=st.lists(proof_results, max_size=2).map(tuple),
    message=texts,
    because=some_texts,
    risk=st.booleans(),
    earned=amounts,
    possible=amounts,
    waiver=st.none() | all_waivers,
    owner=texts,
)
condition_states = st.builds(
    ConditionState,
    condition=st.builds(
        ApprovalCondition,
        text=texts,
        owner=texts,
        due=dates,
        origin=origins,
        done=st.none() | dates,
    ),
    effect=effects,
    message=texts,
)
quarantine_states = st.builds(
    QuarantineState,
    quarantine=st.builds(
        Quarantine, test=names, reason=texts, owner=texts, expires=dates, origin=origins
    ),
    effect=effects,
    tests=some_texts,
    message=texts,
)
tool_lines = st.builds(
    ToolLine,
    name=texts,
    command=texts,
    exit_status=st.none() | st.integers(0, 255),
    duration=st.floats(0, 1e5),
    version=texts,
    levels=st.lists(st.tuples(texts, st.integers(0, 10**6)), max_size=4).map(tuple),
    fixable=st.integers(0, 9),
    fix=texts,
    problem=texts,
    remedy=texts,
)
drifts = st.builds(
    Drift,
    base=texts,
    commit=texts,
    changes=st.lists(
        st.builds(
            PolicyChange,
            what=texts,
            name=names,
            change=st.sampled_from(Change),
            weaker=st.booleans(),
            before=texts,
            after=texts,
            line=st.none() | st.integers(1, 9999),
        ),
        max_size=3,
    ).map(tuple),
    message=texts,
    remedy=texts,
)
items = st.builds(
    Item,
    kind=st.sampled_from(["gate", "requirement", "condition", "quarantine", "waiver"]),
    name=names,
    title=texts,
    severity=severities,
    effect=effects,
    category=texts,
    state=texts,
    owner=texts,
    effort=efforts,
    due=st.none() | dates,
    milestone=texts,
    action=texts,
    fixable=st.booleans(),
)
all_hours = st.builds(
    Hours,
    low=amounts,
    high=amounts,
    items=st.integers(3, 9),
    unknown=st.integers(0, 3),
    sizes=st.lists(st.tuples(texts, st.integers(1, 9)), max_size=2).map(tuple),
)


@st.composite
def matrices(draw: st.DrawFn) -> Matrix:
    columns = tuple(draw(st.lists(texts, min_size=1, max_size=6)))
    counts = st.lists(st.integers(0, 10**4), min_size=len(columns), max_size=len(columns)).map(
        tuple
    )
    rows = tuple(draw(st.lists(st.tuples(texts, counts), max_size=4)))
    return Matrix(
        title=draw(texts), columns=columns, rows=rows, total=sum(sum(row) for _, row in rows)
    )


tables = st.builds(
    ScoreTable,
    lines=st.lists(
        st.builds(
            CategoryLine,
            category=texts,
            earned=amounts,
            possible=amounts,
            weight=amounts,
            grade=texts,
            before=st.none() | shares,
            passed=st.integers(0, 99),
            open=st.integers(0, 99),
            inapplicable=st.integers(0, 9),
        ),
        max_size=3,
    ).map(tuple),
    percent=st.booleans(),
    total=amounts,
    maximum=amounts,
    grade=texts,
    closed=amounts,
    closed_grade=texts,
    before=st.none() | shares,
)
summaries = st.builds(
    Summary,
    items=st.lists(items, max_size=7).map(tuple),
    risks=matrices(),
    owners=matrices(),
    efforts=matrices(),
    blockers=all_hours,
    milestones=st.lists(st.tuples(texts, all_hours), max_size=2).map(tuple),
    table=st.none() | tables,
    before=st.lists(
        st.builds(
            Before,
            metric=samples.metrics,
            now=samples.measurements(),
            then=samples.measurements(),
            better=st.none() | st.booleans(),
            gate=texts,
        ),
        max_size=2,
    ).map(tuple),
    before_rules=st.lists(
        st.builds(
            RuleChange,
            tool=names,
            rule=names,
            then=st.integers(0, 99),
            now=st.integers(0, 99),
        ),
        max_size=3,
    ).map(tuple),
    before_run=texts,
    signatures=st.lists(
        st.builds(Signature, approver=texts, date=st.none() | dates, message=texts), max_size=2
    ).map(tuple),
    signed=st.none() | st.booleans(),
    review=st.none() | dates,
    reviewer=texts,
    project=texts,
    version=texts,
    today=st.none() | dates,
)
with_values = st.builds(
    replace, samples.results, values=st.lists(samples.measurements(), max_size=3).map(tuple)
)
reports: st.SearchStrategy[Scorecard] = st.builds(
    replace,
    samples.scorecards,
    results=st.lists(with_values, max_size=3).map(tuple),
    waivers_ending=st.lists(
        st.builds(WaiverState, waiver=all_waivers, message=texts), max_size=2
    ).map(tuple),
    hotfixes=st.lists(all_waivers, max_size=2).map(tuple),
    requirements=st.lists(requirement_results, max_size=4).map(tuple),
    conditions=st.lists(condition_states, max_size=2).map(tuple),
    quarantine=st.lists(quarantine_states, max_size=2).map(tuple),
    tools=st.lists(tool_lines, max_size=2).map(tuple),
    drift=st.none() | drifts,
    decisions=st.lists(
        st.tuples(
            texts,
            st.builds(
                Decision, reason=texts, owner=texts, expires=texts, decided=texts, value=texts
            ),
        ),
        max_size=1,
    ).map(tuple),
    summary=st.none() | summaries,
    fingerprints=samples.pairs,
)
"""Whole reports, of anything in any field."""
