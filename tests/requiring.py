"""Requirements, and evidence of what proves them, made by hand."""

from __future__ import annotations

import datetime

import strategies as told
from judging import ORIGIN, TODAY, gate
from pytest_readiness.model.evidence import (
    Evidence,
    Look,
    Marked,
    Outcome,
    Record,
    ToolFinding,
    ToolRun,
)
from pytest_readiness.model.policy import Gate
from pytest_readiness.model.requirement import (
    ApprovalCondition,
    Attestation,
    LookFor,
    LookProof,
    MetricProof,
    Proof,
    Quarantine,
    Requirement,
    TestsProof,
    ToolProof,
)

TESTS = TestsProof()
SECTIONS = ("tests", "marks", "looks", "tools")
README = LookFor(what="file", path="README.md")
A_LOOK = LookProof(look=README)
BANDIT = ToolProof(select=("bandit",))


def day(later: int) -> datetime.date:
    return TODAY + datetime.timedelta(days=later)


def requirement(id: str, *proofs: Proof, **fields: object) -> Requirement:
    return Requirement(id=id, title=id, origin=ORIGIN, proofs=proofs, **fields)  # type: ignore[arg-type]


def attestation(**fields: object) -> Attestation:
    return Attestation(**{"by": "@ada", "date": TODAY, **fields})  # type: ignore[arg-type]


def metric(condition: Gate, id: str) -> MetricProof:
    """A proof by a metric, its gate named as a requirement's first one is."""
    return MetricProof(
        gate=gate(condition.metric, condition.condition.text, name=id, select=condition.select)
    )


def condition(due: datetime.date, **fields: object) -> ApprovalCondition:
    return ApprovalCondition(text="watch it", owner="@ops", due=due, origin=ORIGIN, **fields)  # type: ignore[arg-type]


def entry(test: str, expires: datetime.date = TODAY) -> Quarantine:
    return Quarantine(test=test, reason="flaky", owner="@qa", expires=expires, origin=ORIGIN)


def marked(test: str, *requirements: str, run: str = "r", process: str = "") -> Record:
    return told.record(Marked(requirements=requirements), test, run=run, process=process)


def looked(holds: bool, look: LookFor = README, *, run: str = "r", detail: str = "") -> Record:
    return told.record(Look(holds=holds, detail=detail, paths=(look.path,)), look.key, run=run)


def ran_tool(name: str, status: int | None = 0, *, run: str = "r", **fields: object) -> Record:
    usual = {"command": name, "format": "sarif", "levels": ("critical", "high", "low")}
    return told.record(ToolRun(exit_status=status, **{**usual, **fields}), name, run=run)  # type: ignore[arg-type]


def finding(tool: str, level: str, *lines: int, path: str = "src/a.py", run: str = "r") -> Record:
    data = ToolFinding(
        tool=tool, level=level, rule="R1", path=path, places=tuple((line, "bad") for line in lines)
    )
    return told.record(data, data.id, run=run)


def evidence(
    *records: Record, outcomes: tuple[tuple[str, Outcome], ...] = (), sealed: bool = True
) -> Evidence:
    """One run with tests of these outcomes, and further records."""
    usual = outcomes or (("tests/test_a.py::test_a", Outcome.PASSED),)
    made = told.evidence_of(*usual, sections=SECTIONS).merge(Evidence.of(records))
    return made.sealed() if sealed else made
