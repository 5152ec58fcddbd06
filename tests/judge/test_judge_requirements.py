"""Requirements: states and effects by proofs, dependencies, severities and waivers."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from fractions import Fraction

import pytest

from judging import TODAY, a_test, count, gate, judge_one, missing, waiver
from pytest_readiness.judge.owners import Owners
from pytest_readiness.judge.requirements import judge_requirements
from pytest_readiness.model.evidence import Look, Reason, ToolRun
from pytest_readiness.model.measurement import (
    RUN,
    Component,
    Measurement,
    Member,
    NotMeasured,
    Reading,
    Subject,
)
from pytest_readiness.model.metric import SubjectKind
from pytest_readiness.model.policy import Level, Policy, Waiver
from pytest_readiness.model.proof import Proofs, Trial, Trialled
from pytest_readiness.model.requirement import (
    Attestation,
    LookFor,
    LookProof,
    MetricProof,
    Progress,
    Proof,
    Requirement,
    Severity,
    State,
    ToolProof,
)
from pytest_readiness.model.scorecard import Effect, GateResult
from pytest_readiness.model.standing import RequirementResult
from requiring import A_LOOK, BANDIT, README, TESTS, attestation, day, requirement

PASSED, FAILED, IN_PROGRESS, NOT_VERIFIED, DEFERRED, WAIVED, NOT_APPLICABLE = State
BLOCK, RISK, NONE = Effect
A, B = "tests/test_a.py::test_a", "tests/test_b.py::test_b"


def judge_all(
    *requirements: Requirement,
    proofs: Proofs | None = None,
    gates: Mapping[str, GateResult] | None = None,
    waivers: Sequence[Waiver] = (),
    owners: Owners | None = None,
    today: datetime.date = TODAY,
    **policy: object,
) -> tuple[RequirementResult, ...]:
    made = Policy(gates=(), requirements=requirements, **policy)  # type: ignore[arg-type]
    return judge_requirements(
        made,
        proofs or Proofs(),
        gates or {},
        waivers=waivers,
        owners=owners or Owners(()),
        today=today,
    )[0]


def judge(*proofs: Proof, told: Proofs | None = None, **fields: object) -> RequirementResult:
    (result,) = judge_all(requirement("R", *proofs, **fields), proofs=told)
    return result


def trials(*results: Trialled, untold: str = "") -> Proofs:
    made = tuple(
        Trial(subject=a_test(f"tests/test_a.py::test_{number}"), result=result)
        for number, result in enumerate(results)
    )
    return Proofs(tests={"R": made}, untold=untold)


PASS, FLAKY, FAIL, SKIP = Trialled.PASSED, Trialled.FLAKY, Trialled.FAILED, Trialled.SKIPPED


@pytest.mark.parametrize(
    ("results", "state", "risk", "text"),
    [
        ((PASS, PASS), PASSED, False, "2 tests passed"),
        ((PASS, FLAKY), PASSED, True, "1 test passed, 1 passed, and failed before"),
        ((Trialled.UNEXPECTED,), PASSED, True, "1 test passed, expected to fail"),
        ((PASS, FAIL), FAILED, False, "1 test failed, 1 passed"),
        ((Trialled.BROKEN,), FAILED, False, "1 test in error"),
        ((FAIL, SKIP), FAILED, False, "1 test failed, 1 skipped"),
        ((PASS, SKIP), NOT_VERIFIED, False, "1 test skipped, 1 passed"),
        ((PASS, Trialled.DESELECTED), NOT_VERIFIED, False, "1 test deselected, 1 passed"),
        ((PASS, Trialled.EXPECTED), NOT_VERIFIED, False, "1 test failed as expected, 1 passed"),
        ((Trialled.QUARANTINED,), NOT_VERIFIED, False, "1 test failed in quarantine"),
        (
            (FLAKY, Trialled.LOST),
            NOT_VERIFIED,
            False,
            "1 test without a result, 1 passed, and failed before",
        ),
        ((), NOT_VERIFIED, False, "no test is marked with it"),
    ],
)
def test_tests_prove_when_one_ran_and_all_passed(
    results: tuple[Trialled, ...], state: State, risk: bool, text: str
) -> None:
    result = judge(TESTS, told=trials(*results))
    assert (result.state, result.risk, result.message) == (state, risk, f"tests: {text}")
    assert result.effect is (NONE if state is PASSED and not risk else RISK if risk else BLOCK)


@pytest.mark.parametrize(("results", "state"), [((PASS,), NOT_VERIFIED), ((PASS, FAIL), FAILED)])
def test_partial_evidence_proves_nothing_and_hides_no_failure(
    results: tuple[Trialled, ...], state: State
) -> None:
    result = judge(TESTS, told=trials(*results, untold="worker gw1 crashed"))
    assert result.state is state
    assert ("gw1" in result.message) is (state is NOT_VERIFIED)


def test_a_test_that_ran_in_one_environment_may_be_skipped_in_another() -> None:
    linux, windows = a_test(A, "linux"), a_test(A, "windows")
    told = (Trial(subject=linux, result=PASS), Trial(subject=windows, result=SKIP))
    assert judge(TESTS, told=Proofs(tests={"R": told})).state is PASSED
    other = (Trial(subject=a_test(B, "linux"), result=PASS), told[1])
    assert judge(TESTS, told=Proofs(tests={"R": other})).state is NOT_VERIFIED
    lost = (told[0], Trial(subject=windows, result=Trialled.LOST))
    assert judge(TESTS, told=Proofs(tests={"R": lost})).state is NOT_VERIFIED


def test_the_tests_of_a_requirement_are_traced_what_failed_first() -> None:
    (proof,) = judge(TESTS, told=trials(PASS, FAIL)).proofs
    assert [(trace.subject.id[-1], trace.outcome) for trace in proof.traces] == [
        ("1", "failed"),
        ("0", "passed"),
    ]


def found(reading: Reading, **statuses: int) -> Proofs:
    return Proofs(
        findings={BANDIT.select: reading},
        statuses={
            name: ToolRun(
                command=name, format="exit-status", levels=(), exit_status=status, tail="boom"
            )
            for name, status in statuses.items()
        },
    )


def findings(number: int) -> Measurement:
    subject = Subject(kind=SubjectKind.TOOL, id="bandit:high:B1:src/a.py", path="src/a.py")
    return count(number, *([Member(subject=subject, weight=number)] if number else []))


@pytest.mark.parametrize(
    ("told", "state", "effect", "text"),
    [
        (found(findings(0)), PASSED, NONE, "no findings"),
        (found(findings(1)), FAILED, BLOCK, "1 finding"),
        (found(findings(3)), FAILED, BLOCK, "3 findings"),
        (found(missing()), NOT_VERIFIED, BLOCK, "it was off"),
        (found(missing(known=findings(0))), NOT_VERIFIED, BLOCK, "it was off"),
        (found(missing(known=findings(2))), FAILED, BLOCK, "at least 2 findings: it was off"),
        (found(missing(Reason.STALE)), NOT_VERIFIED, RISK, "it was off"),
        (Proofs(), NOT_VERIFIED, BLOCK, "nothing tells what it found"),
        (found(findings(0), bandit=0), PASSED, NONE, "exit status 0"),
        (found(findings(1), bandit=1), FAILED, BLOCK, "exit status 1"),
        (found(findings(1), bandit=139), FAILED, BLOCK, "exit status 139 (SIGSEGV)"),
        (found(missing(), bandit=139), FAILED, BLOCK, "exit status 139 (SIGSEGV)"),
        (found(findings(0), other=139), PASSED, NONE, "no findings"),
    ],
)
def test_a_tool_proves_when_it_ran_and_found_nothing(
    told: Proofs, state: State, effect: Effect, text: str
) -> None:
    result = judge(BANDIT, told=told)
    assert (result.state, result.effect, result.message) == (state, effect, f"bandit: {text}")


def test_of_several_tools_the_one_that_crashed_is_named() -> None:
    both = ToolProof(select=("lint", "smoke"))
    told = Proofs(
        findings={both.select: findings(1)}, statuses=found(findings(1), smoke=134).statuses
    )
    (proof,) = judge(both, told=told).proofs
    assert proof.text == "smoke: exit status 134 (SIGABRT)"
    assert [(trace.subject.id, trace.detail) for trace in proof.traces] == [("smoke", "boom")]


@pytest.mark.parametrize(
    ("look", "words"),
    [
        (README, "README.md"),
        (LookFor(what="no-file", path=".env"), "no .env"),
        (LookFor(what="text", path="ops.md", text="Rollback"), '"Rollback" in ops.md'),
        (LookFor(what="text", path="ops.md", text="R.*", regex=True), "/R.*/ in ops.md"),
        (LookFor(what="no-text", path="src/**", text="TODO"), 'no "TODO" in src/**'),
        (
            LookFor(what="environment-variables", path=".env.example"),
            "environment variables in .env.example",
        ),
    ],
)
def test_a_look_proves_when_it_holds(look: LookFor, words: str) -> None:
    for holds, state in ((True, PASSED), (False, FAILED)):
        seen = Look(holds=holds, detail="seen", paths=(look.path,))
        result = judge(LookProof(look=look), told=Proofs(looks={look.key: seen}))
        assert (result.state, result.message) == (state, f"{words}: seen")


def test_what_nobody_looked_at_is_not_verified() -> None:
    result = judge(A_LOOK)
    assert (result.state, result.shown) == (NOT_VERIFIED, False)
    assert result.message == "README.md: this evidence holds no such look"
    problem = NotMeasured(subject=RUN, reason=Reason.ERROR, message="it is a directory")
    told = Proofs(looks={README.key: problem})
    assert judge(A_LOOK, told=told).message == "README.md: it is a directory"


@pytest.mark.parametrize(
    ("fields", "state", "text"),
    [
        ({}, PASSED, "by @ada on 2026-11-20"),
        ({"date": day(1)}, NOT_VERIFIED, "by @ada on 2026-11-21, a day that has not come"),
        ({"until": day(1)}, PASSED, "by @ada on 2026-11-20, until 2026-11-21"),
        ({"until": TODAY}, PASSED, "by @ada on 2026-11-20, until 2026-11-20"),
        (
            {"date": day(-9), "until": day(-1)},
            NOT_VERIFIED,
            "expired 2026-11-19: by @ada on 2026-11-11",
        ),
        ({"state": Progress.IN_PROGRESS}, IN_PROGRESS, "by @ada on 2026-11-20"),
        ({"state": Progress.BLOCKED}, DEFERRED, "blocked, by @ada on 2026-11-20"),
        ({"state": Progress.NOT_STARTED}, NOT_VERIFIED, "not started, by @ada on 2026-11-20"),
    ],
)
def test_an_attestation_holds_on_its_days(
    fields: dict[str, object], state: State, text: str
) -> None:
    result = judge(attestation(**fields))
    assert (result.state, result.message) == (state, f"attestation: {text}")
    assert result.effect is (NONE if state is PASSED else BLOCK)


def on_gate(
    reading: Reading, condition: str = "== 0", *waivers: Waiver, **fields: object
) -> RequirementResult:
    made = gate("tests.failed", condition, name="R", **fields)
    result = judge_one(made, reading, *waivers)
    (found,) = judge_all(requirement("R", MetricProof(gate=made)), gates={"R": result})
    return found


@pytest.mark.parametrize(
    ("reading", "condition", "state", "effect", "text"),
    [
        (count(0), "== 0", PASSED, NONE, "it holds"),
        (count(2), "== 0", FAILED, BLOCK, "it does not hold"),
        (missing(), "== 0", NOT_VERIFIED, BLOCK, "not measured: it was off"),
        (missing(Reason.STALE), "== 0", NOT_VERIFIED, RISK, "not measured: it was off"),
        (missing(Reason.ERROR), "== 0", NOT_VERIFIED, BLOCK, "error: it was off"),
        (count(2), "<= baseline", NOT_VERIFIED, RISK, "not measured: there is no baseline"),
    ],
)
def test_a_metric_proves_as_its_gate_comes_out(
    reading: Reading, condition: str, state: State, effect: Effect, text: str
) -> None:
    result = on_gate(reading, condition)
    assert (result.state, result.effect) == (state, effect)
    assert result.message == f"tests.failed {condition}: {text}"
    assert result.proofs[0].result is not None


def test_an_inconclusive_value_is_a_risk_and_says_so() -> None:
    made = gate("suite.spurious-red", "<= 5%", name="R")
    result = judge_one(made, Measurement(subject=RUN, value=Fraction(4, 100), low=0.01, high=0.09))
    (found,) = judge_all(requirement("R", MetricProof(gate=made)), gates={"R": result})
    assert (found.state, found.effect, found.shown) == (NOT_VERIFIED, RISK, True)
    assert "inconclusive" in found.message


def test_a_waived_finding_waives_what_rests_on_it() -> None:
    accepted = waiver("tests.failed", A)
    result = on_gate(count(1, A), "== 0", accepted)
    assert (result.state, result.effect, result.waiver) == (WAIVED, RISK, accepted)
    assert result.message.startswith("failed: tests.failed == 0")


def test_the_worst_proof_decides() -> None:
    told = Proofs(tests=trials(PASS).tests, looks={README.key: Look(holds=False, detail="missing")})
    blocked = attestation(state=Progress.IN_PROGRESS)
    result = judge(TESTS, blocked, A_LOOK, told=told)
    assert (result.state, result.message) == (FAILED, "README.md: missing")
    assert [proof.state for proof in result.proofs] == [PASSED, IN_PROGRESS, FAILED]
    assert judge(TESTS, blocked, told=told).state is IN_PROGRESS
    assert judge(blocked, BANDIT).state is NOT_VERIFIED


def test_a_hard_gap_is_not_softened_by_a_soft_one() -> None:
    stale = found(missing(Reason.STALE))
    assert judge(BANDIT, told=stale).effect is RISK
    assert judge(BANDIT, A_LOOK, told=stale).effect is BLOCK


def test_without_a_proof_it_is_not_verified() -> None:
    result = judge()
    assert (result.state, result.effect, result.message) == (
        NOT_VERIFIED,
        BLOCK,
        "nothing proves it",
    )


def test_what_does_not_apply_tells_why_and_is_not_looked_at() -> None:
    result = judge(TESTS, told=trials(FAIL), not_applicable="no web here")
    assert (result.state, result.effect, result.message) == (NOT_APPLICABLE, NONE, "no web here")
    assert (result.proofs, result.shown) == ((), False)


@pytest.mark.parametrize(
    ("severity", "effect"),
    [
        (Severity.CRITICAL, BLOCK),
        (Severity.HIGH, BLOCK),
        (Severity.MEDIUM, RISK),
        (Severity.LOW, NONE),
    ],
)
@pytest.mark.parametrize("told", [trials(FAIL), trials(SKIP), Proofs()])
def test_severity_decides_what_is_not_met(told: Proofs, severity: Severity, effect: Effect) -> None:
    assert judge(TESTS, told=told, severity=severity).effect is effect


def test_severities_are_configured() -> None:
    one = requirement("R", severity=Severity.CRITICAL)
    (result,) = judge_all(one, severities=((Severity.CRITICAL, Level.INFO),))
    assert result.effect is NONE
    (result,) = judge_all(one, severities=((Severity.LOW, Level.BLOCK),))
    assert result.effect is BLOCK


@pytest.mark.parametrize("severity", Severity)
def test_a_flaky_proof_is_at_most_a_risk(severity: Severity) -> None:
    result = judge(TESTS, told=trials(FLAKY), severity=severity)
    assert result.effect is (NONE if severity is Severity.LOW else RISK)


def met(id: str, **fields: object) -> Requirement:
    return requirement(id, attestation(), **fields)


def unmet(id: str, **fields: object) -> Requirement:
    return requirement(id, **fields)


def broken(id: str, **fields: object) -> Requirement:
    return requirement(id, A_LOOK, **fields)


BROKEN = Proofs(looks={README.key: Look(holds=False, detail="missing")})


def test_what_depends_on_something_unmet_is_deferred_and_names_the_root() -> None:
    results = judge_all(
        met("SMOKE", depends_on=("CONFIG",)),
        met("CONFIG", depends_on=("CLI", "DOC")),
        broken("CLI"),
        unmet("DOC"),
        met("LAST", depends_on=("OTHER",)),
        met("OTHER"),
        proofs=BROKEN,
    )
    states = {result.requirement.id: (result.state, result.because) for result in results}
    assert states == {
        "SMOKE": (DEFERRED, ("CLI", "DOC")),
        "CONFIG": (DEFERRED, ("CLI", "DOC")),
        "CLI": (FAILED, ()),
        "DOC": (NOT_VERIFIED, ()),
        "LAST": (PASSED, ()),
        "OTHER": (PASSED, ()),
    }
    assert results[0].message == "waits for CLI (failed), DOC (not verified)"
    assert results[0].effect is BLOCK


def test_what_failed_itself_has_failed_whatever_it_waits_for() -> None:
    results = judge_all(broken("A", depends_on=("B",)), unmet("B"), proofs=BROKEN)
    assert results[0].state is FAILED


def test_what_does_not_apply_is_not_waited_for() -> None:
    results = judge_all(met("A", depends_on=("B",)), unmet("B", not_applicable="no web"))
    assert results[0].state is PASSED


def test_a_waived_dependency_counts_as_met() -> None:
    accepted = waiver("B", state=State.NOT_VERIFIED)
    results = judge_all(met("A", depends_on=("B",)), unmet("B"), waivers=(accepted,))
    assert [(one.state, one.effect) for one in results] == [(PASSED, NONE), (WAIVED, RISK)]
    assert results[1].waiver == accepted


def test_what_waits_for_something_stale_is_as_unsettled() -> None:
    stale = found(missing(Reason.STALE))
    results = judge_all(met("A", depends_on=("B",)), requirement("B", BANDIT), proofs=stale)
    assert [(one.state, one.effect) for one in results] == [(DEFERRED, RISK), (NOT_VERIFIED, RISK)]
    results = judge_all(unmet("A", depends_on=("B",)), requirement("B", BANDIT), proofs=stale)
    assert results[0].effect is BLOCK


def test_circles_and_unknown_names_leave_nothing_met() -> None:
    """The configuration refuses both; a policy made otherwise must not pass through here."""
    results = judge_all(met("A", depends_on=("B",)), met("B", depends_on=("A",)))
    assert {one.state for one in results} == {DEFERRED}
    (result,) = judge_all(met("A", depends_on=("NOBODY",)))
    assert (result.state, result.message) == (
        DEFERRED,
        "waits for NOBODY (which is not configured)",
    )


def test_a_long_chain_is_walked() -> None:
    chain = [met(f"R{number}", depends_on=(f"R{number + 1}",)) for number in range(3000)]
    results = judge_all(*chain, unmet("R3000"))
    assert results[0].because == ("R3000",)


@pytest.mark.parametrize(
    ("accepts", "told", "state"),
    [
        (State.NOT_VERIFIED, Proofs(), WAIVED),
        (State.NOT_VERIFIED, BROKEN, FAILED),
        (State.FAILED, Proofs(), WAIVED),
        (State.FAILED, BROKEN, WAIVED),
    ],
)
def test_a_waiver_covers_its_state_and_none_that_is_worse(
    accepts: State, told: Proofs, state: State
) -> None:
    (result,) = judge_all(broken("R"), proofs=told, waivers=(waiver("R", state=accepts),))
    assert result.state is state
    assert result.effect is (RISK if state is WAIVED else BLOCK)


def test_a_waiver_is_a_risk_however_little_it_matters() -> None:
    """Else what depends on it could become READY by a waiver."""
    low = unmet("R", severity=Severity.LOW)
    (result,) = judge_all(low, waivers=(waiver("R", state=State.FAILED),))
    assert result.effect is RISK


def test_a_refused_waiver_is_told() -> None:
    made = Policy(gates=(), requirements=(broken("R"),))
    refused = judge_requirements(
        made,
        BROKEN,
        {},
        waivers=(waiver("R", state=State.NOT_VERIFIED),),
        owners=Owners(()),
        today=TODAY,
    )[1]
    assert [state.waiver.gate for state in refused] == ["R"]


@pytest.mark.parametrize(
    ("proof", "points", "earned"),
    [
        (attestation(), Fraction(5), 5),
        (attestation(points=Fraction(4)), Fraction(5), 4),
        (attestation(points=Fraction(9)), Fraction(5), 5),
        (attestation(points=Fraction(4), until=day(-1)), Fraction(5), 0),
        (attestation(points=Fraction(2), state=Progress.IN_PROGRESS), Fraction(5), 2),
        (attestation(state=Progress.IN_PROGRESS), Fraction(5), 0),
        (attestation(points=Fraction(2), state=Progress.BLOCKED), Fraction(5), 0),
        (attestation(), None, 1),
    ],
)
def test_points_are_what_is_attested_while_it_holds(
    proof: Attestation, points: Fraction | None, earned: int
) -> None:
    result = judge(proof, points=points)
    assert (result.earned, result.possible) == (earned, points or 1)


def test_points_below_the_maximum_fail_nothing() -> None:
    result = judge(attestation(points=Fraction(1)), points=Fraction(5))
    assert (result.state, result.effect) == (PASSED, NONE)


def test_what_was_due_is_said_from_the_day_after() -> None:
    for due, said in ((day(-1), True), (TODAY, False)):
        assert ("it was due" in judge(due=due).message) is said
    assert "due" not in judge(attestation(), due=day(-1)).message


def test_the_owner_of_what_is_at_fault_is_named_where_nobody_owns_the_requirement() -> None:
    owners = Owners((Component(name="a", paths=("tests/**",), owner="@tests"),))
    told = trials(PASS, FAIL)
    one, other = requirement("R", TESTS), requirement("R", TESTS, owner="@mine")
    assert judge_all(one, proofs=told, owners=owners)[0].owner == "@tests"
    assert judge_all(other, proofs=told, owners=owners)[0].owner == "@mine"


def test_a_verdict_can_rest_on_what_was_measured_or_attested() -> None:
    assert judge(TESTS, told=trials(PASS)).shown
    assert judge(TESTS, told=trials(FAIL)).shown
    assert judge(attestation()).shown
    assert not judge(TESTS, told=trials(SKIP)).shown
    assert not judge(attestation(until=day(-1))).shown
    assert not judge(TESTS, told=trials(PASS), severity=Severity.LOW).shown
