"""Laws of whole pipelines with requirements, conditions and gates on what those come to."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

import strategies as told
from judging import TODAY, gate, waiver
from pytest_readiness.model.evidence import (
    Collection,
    Evidence,
    Gap,
    Outcome,
    Quarantined,
    Reason,
    Record,
    Run,
    Shard,
)
from pytest_readiness.model.policy import Level, Policy, Waiver
from pytest_readiness.model.requirement import Progress, Proof, Requirement, Severity, State
from pytest_readiness.model.scorecard import Scorecard, Verdict
from pytest_readiness.pipeline import evaluate
from requiring import (
    A_LOOK,
    BANDIT,
    SECTIONS,
    TESTS,
    attestation,
    condition,
    day,
    entry,
    finding,
    looked,
    marked,
    metric,
    ran_tool,
    requirement,
)
from strategies import examples

LAW = examples(40)
READY = Verdict.READY
RANK = (Verdict.READY, Verdict.READY_WITH_RISKS, Verdict.NO_VERDICT, Verdict.NOT_READY)
LEVELS = (Level.INFO, Level.RISK, Level.BLOCK)
NAMES = ("R0", "R1", "R2", "R3")
IDS = (*(f"tests/test_a.py::test_{number}" for number in range(3)), "tests/e2e/test_b.py::test_3")
MARKS = {test: (NAMES[place], "R3") for place, test in enumerate(IDS)}
GATES = (
    gate("tests.failed", "== 0", level=Level.RISK, weight=1),
    gate("requirements.met", ">= 50%", level=Level.RISK),
    gate("requirements.failed", "<= 1"),
    gate("requirements.unverified", "<= 2", level=Level.RISK),
    gate("waivers.active", "<= 3"),
    gate("readiness.score", ">= 40%", level=Level.RISK),
)
_DAYS = st.integers(-1, 4).map(day)
_ATTESTED = st.builds(
    attestation,
    date=st.sampled_from([day(-1), TODAY, TODAY, day(1)]),
    until=st.none() | _DAYS,
    state=st.sampled_from([Progress.DONE, *Progress]),
    points=st.none() | st.fractions(0, 3, max_denominator=2),
)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    requirements: list[Requirement] = []
    for name in NAMES[: draw(st.integers(1, 4))]:
        proofs: list[Proof] = draw(
            st.lists(
                st.sampled_from(
                    [
                        TESTS,
                        TESTS,
                        A_LOOK,
                        A_LOOK,
                        BANDIT,
                        metric(gate("test.duration", "<= 1s"), name),
                    ]
                )
                | _ATTESTED,
                min_size=draw(st.sampled_from([0, 1, 1, 1])),
                max_size=2,
            )
        )
        earlier = st.sampled_from([one.id for one in requirements] or [""])
        requirements.append(
            requirement(
                name,
                *proofs,
                severity=draw(st.sampled_from(Severity)),
                depends_on=tuple(filter(None, draw(st.lists(earlier, unique=True, max_size=2)))),
                not_applicable=draw(st.sampled_from([*[""] * 7, "no web"])),
                points=draw(st.none() | st.fractions(1, 3, max_denominator=2)),
            )
        )
    levels = st.sampled_from(draw(st.sampled_from([LEVELS, LEVELS[1:], LEVELS[2:]])))
    severities = {severity: draw(levels) for severity in Severity}
    return Policy(
        gates=tuple(draw(st.lists(st.sampled_from(GATES), unique=True))),
        requirements=tuple(draw(st.permutations(requirements))),
        severities=tuple(severities.items()),
        conditions=tuple(
            condition(due, done=draw(st.sampled_from([None, TODAY])))
            for due in draw(st.lists(_DAYS, max_size=1))
        ),
        quarantine=tuple(entry("tests/e2e/**", end) for end in draw(st.lists(_DAYS, max_size=1))),
        waivers=tuple(draw(st.lists(WAIVERS.filter(_no_choice), max_size=1))),
    )


WAIVERS = st.builds(
    waiver,
    st.sampled_from([*NAMES, "tests.failed"]),
    state=st.sampled_from([None, State.NOT_VERIFIED, State.FAILED]),
    subject=st.sampled_from(["", "tests/**"]),
    accept=st.sampled_from([None, "<= 5"]),
    not_measured=st.booleans(),
    hotfix=st.booleans(),
    expires=st.sampled_from([day(-1), TODAY]),
)


def _no_choice(one: Waiver) -> bool:
    """It does not accept that something is not known: whoever does that chose to overlook it."""
    return one.state is not State.NOT_VERIFIED and not one.not_measured and not one.hotfix


@st.composite
def suites(draw: st.DrawFn) -> Evidence:
    """One whole run, or two shards; of four tests most pass, and most of what is looked at holds."""
    fine = draw(st.booleans())
    outcomes = [Outcome.PASSED] * (8 if fine else 3)
    outcomes += [Outcome.FAILED, Outcome.SKIPPED, Outcome.XFAILED, Outcome.XPASSED]
    came = {test: draw(st.lists(st.sampled_from(outcomes), min_size=1, max_size=2)) for test in IDS}
    shards = draw(st.sampled_from([1, 1, 2]))
    looks = draw(st.sampled_from([(True,)] * 4 + [(False,), (True, False), ()]))
    found = draw(st.sampled_from([False, False, True]))
    held = draw(st.sampled_from([(), (), IDS[-1:]]))
    absent = draw(st.sampled_from([""] * 6 + ["looks", "marks", "tools:bandit", "tests"]))
    reason = draw(st.sampled_from([Reason.NO_DATA, Reason.STALE]))
    runs = []
    for place in range(shards):
        run, mine = f"run{place}", IDS[place::shards]
        others = tuple(test for test in IDS if test not in mine)
        records = [
            told.record(_manifest(place, shards), run=run),
            told.record(Collection(tests=mine, deselected=others), run=run),
            *(one for test in mine for one in told.chain(test, *came[test], run=run)),
            *(marked(test, *MARKS[test], run=run) for test in IDS),
            *(told.record(Quarantined(entry="tests/e2e/**"), test, run=run) for test in held),
        ]
        if looks and absent != "looks":
            records.append(looked(looks[place % len(looks)], run=run))
        if absent != "tools:bandit":
            records.append(ran_tool("bandit", int(found), run=run))
            records += [finding("bandit", "high", 3, run=run)] if found else []
        if absent:
            records.append(told.record(Gap(reason=reason, message="off"), absent, run=run))
        runs.append(Evidence.of(records).sealed())
    return told.merged(runs)


def _manifest(place: int, shards: int) -> Run:
    shard = Shard(index=place + 1, total=shards) if shards > 1 else None
    return told.run(sections=SECTIONS, shard=shard, tree="t1")


EVIDENCE = suites() | suites() | told.evidences()


def card(made: Evidence, policy: Policy) -> Scorecard:
    return evaluate(made, policy, today=TODAY)


def rank(scorecard: Scorecard) -> int:
    return RANK.index(scorecard.verdict)


@LAW
@given(EVIDENCE, policies(), st.randoms(use_true_random=False))
def test_orders_and_copies_do_not_matter(
    made: Evidence, policy: Policy, order: random.Random
) -> None:
    shuffled = [*made.records, *made.records]
    order.shuffle(shuffled)
    assert card(Evidence.of(shuffled), policy) == card(made, policy)


@LAW
@given(
    told.stories(min_tests=1),
    policies(),
    st.lists(st.integers(0, 2), min_size=1),
    st.integers(1, 3),
    st.data(),
)
def test_shards_and_workers_do_not_matter(
    story: told.Story, policy: Policy, split: list[int], total: int, data: st.DataObject
) -> None:
    """Law 2 for requirements: but for times, which differ between runs."""
    seed = data.draw(st.integers(0, 9))
    layouts = (
        told.whole(story, complete=False),
        told.by_workers(story, total, complete=False),
        told.merged(told.by_shards(story, split, total, complete=False)),
    )
    found = []
    for layout in layouts:
        made = _with_marks(layout, holds=bool(seed % 2))
        found.append(
            [(one.requirement.id, one.state, one.effect) for one in card(made, policy).requirements]
        )
    assert found[0] == found[1] == found[2]


def _marks(run: str, tests: Sequence[str]) -> list[Record]:
    return [marked(test, NAMES[int(test[-1])], "R3", run=run) for test in tests]


def _with_marks(made: Evidence, *, holds: bool) -> Evidence:
    records: list[Record] = []
    for record in made.records:
        data = record.data
        if isinstance(data, Run):
            data = replace(data, sections=(*data.sections, "marks"))
            records += [looked(holds, run=record.run), ran_tool("bandit", run=record.run)]
        elif isinstance(data, Collection):
            records += _marks(record.run, (*data.tests, *data.deselected))
        records.append(record._replace(data=data))
    return Evidence.of(records)


@LAW
@given(EVIDENCE, policies(), st.data())
def test_what_is_lost_never_improves_a_verdict_or_a_score(
    made: Evidence, policy: Policy, data: st.DataObject
) -> None:
    """Law 3: any record of sealed runs, or all that one process of a run told."""
    if made.conflicts():
        return
    victim = data.draw(st.sampled_from(made.records))
    alone = data.draw(st.booleans()) or isinstance(victim.data, Run)
    kept = [
        record
        for record in made.records
        if record != victim
        and (
            alone
            or isinstance(record.data, Run)
            or (record.run, record.process) != (victim.run, victim.process)
        )
    ]
    if any(isinstance(one.data, Quarantined) for one in {*made.records} - {*kept}):
        # which tests ran under quarantine, counts of tests know: every profile has a gate on one
        policy = replace(policy, gates=(*policy.gates, gate("tests.collected", ">= 0")))
    before, after = card(made, policy), card(Evidence.of(kept), policy)
    assert rank(after) >= rank(before)
    if before.score is not None and after.score is not None:
        score, left = before.score, after.score
        assert left.earned / left.possible <= score.earned / score.possible


@LAW
@given(EVIDENCE, policies(), WAIVERS)
def test_a_waiver_never_makes_ready(made: Evidence, policy: Policy, accepted: Waiver) -> None:
    """Law 4, second half: whatever else is gated on what the waiver lets through."""
    before = card(made, policy)
    after = card(made, replace(policy, waivers=(*policy.waivers, accepted)))
    assert after.verdict is not READY or before.verdict is READY


@LAW
@given(EVIDENCE, policies(), st.sampled_from(Severity), st.sampled_from(LEVELS))
def test_tighter_severities_never_improve_a_verdict(
    made: Evidence, policy: Policy, severity: Severity, level: Level
) -> None:
    """Save from NO VERDICT: requirements that only inform show nothing."""
    old = dict(policy.severities)
    if LEVELS.index(level) < LEVELS.index(old[severity]):
        return
    before = card(made, policy)
    after = card(made, replace(policy, severities=tuple({**old, severity: level}.items())))
    assert before.verdict is Verdict.NO_VERDICT or rank(after) >= rank(before)


@LAW
@given(EVIDENCE, policies(), st.data())
def test_another_requirement_or_dependency_never_improves_a_verdict(
    made: Evidence, policy: Policy, data: st.DataObject
) -> None:
    first, *rest = policy.requirements
    if not rest or first.not_applicable:
        return
    other = data.draw(st.sampled_from(rest)).id
    tighter = replace(first, depends_on=(*first.depends_on, other))
    looser = replace(
        policy, gates=GATES[:1]
    )  # of a share, one more requirement can be a better one
    before = card(made, looser)
    after = card(made, replace(looser, requirements=(tighter, *rest)))
    assert rank(after) >= rank(before)
    fewer = card(made, replace(looser, requirements=tuple(rest)))
    if fewer.verdict is not Verdict.NO_VERDICT and all(first.id not in r.depends_on for r in rest):
        assert rank(before) >= rank(fewer)


@LAW
@given(EVIDENCE, policies())
def test_counts_of_requirements_add_up(made: Evidence, policy: Policy) -> None:
    names = ("requirements.met", "requirements.failed", "requirements.unverified")
    conditions = (">= 0%", ">= 0", ">= 0")
    gates = tuple(gate(name, limit) for name, limit in zip(names, conditions, strict=True))
    scorecard = card(made, replace(policy, gates=gates))
    met, failed, unverified = (result.reading for result in scorecard.results[:3])
    applicable = [one for one in scorecard.requirements if one.state is not State.NOT_APPLICABLE]
    total = getattr(met, "part", 0) + getattr(failed, "value", 0) + getattr(unverified, "value", 0)
    assert total == len(applicable)
    assert all(0 <= one.earned <= one.possible for one in scorecard.requirements)


@LAW
@given(told.sets_of_records(), policies())
def test_any_evidence_gives_a_scorecard(made: Evidence, policy: Policy) -> None:
    scorecard = card(made, policy)
    assert len(scorecard.requirements) == len(policy.requirements)
    assert len(scorecard.results) >= len(policy.gates)
