"""Marked tests, with the requirements that they are marked with and how they came out."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_readiness.measure.results import subject_of
from pytest_readiness.model.evidence import Evidence, Marked
from pytest_readiness.model.metric import SubjectKind
from pytest_readiness.model.requirement import TestsProof
from pytest_readiness.model.standing import RequirementResult, Trace
from pytest_readiness.model.traced import TracedTest


def traced_tests(
    evidence: Evidence, results: Sequence[RequirementResult], *, ran: bool = True
) -> tuple[TracedTest, ...]:
    """One for each marked test, in each environment that it ran in; sorted.

    :param ran: False: the evidence is of no run, and no test has an outcome.
    """
    asked = {
        one.requirement.id
        for one in results
        if any(isinstance(proof, TestsProof) for proof in one.requirement.proofs)
    }
    traces: dict[str, dict[Trace, None]] = {}
    for result in results:
        for proof in result.proofs:
            for trace in proof.traces:
                if trace.subject.kind is SubjectKind.TEST:
                    traces.setdefault(trace.subject.id, {})[trace] = None
    marked: dict[str, dict[str, None]] = {}
    for record, data in evidence.select(Marked):
        marked.setdefault(record.subject, {}).update(dict.fromkeys(data.requirements))
    found = []
    for name, ids in sorted(marked.items()):
        known = (ran and traces.get(name)) or {
            Trace(subject=subject_of(name, ""), outcome=""): None
        }
        idle = tuple(one for one in ids if one not in asked)
        found += [
            TracedTest(
                subject=trace.subject,
                requirements=tuple(ids),
                outcome=trace.outcome,
                detail=trace.detail,
                idle=idle,
            )
            for trace in known
        ]
    return tuple(found)
