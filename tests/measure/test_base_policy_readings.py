"""The configuration at the base as evidence tells of it."""

from __future__ import annotations

import strategies as told
from pytest_readiness.measure.base_policy import base_policy
from pytest_readiness.model.evidence import BasePolicy, Evidence, Gap, Outcome, Reason, Shard
from pytest_readiness.model.measurement import NotMeasured

TEXT = '{"profile": "library@1"}'


def run_of(*data: BasePolicy | Gap, run: str = "r", **fields: object) -> Evidence:
    made = told.evidence_of(("a::b", Outcome.PASSED), sections=("tests", "policy"), **fields)
    more = [
        told.record(one, "" if isinstance(one, BasePolicy) else "policy", run=run) for one in data
    ]
    records = [record._replace(run=run) for record in made.records]
    return Evidence.of([*records, *more]).sealed()


BASE = BasePolicy(base="main", commit="c0ffee", text=TEXT)
GAP = Gap(reason=Reason.NO_DATA, message="no base", remedy="fetch it")


def test_what_nobody_looked_for_is_not_told() -> None:
    assert base_policy(told.evidence_of(("a::b", Outcome.PASSED))) is None


def test_what_was_read_is_told_once_for_all_runs() -> None:
    assert base_policy(run_of(BASE)) == BASE
    assert base_policy(run_of(BASE).merge(run_of(BASE, run="s"))) == BASE
    assert base_policy(run_of(BASE).merge(run_of(GAP, run="s"))) == BASE


def test_why_it_was_not_read_is_told() -> None:
    reading = base_policy(run_of(GAP))
    assert isinstance(reading, NotMeasured)
    assert (reading.message, reading.remedy) == ("no base", "fetch it")
    silent = base_policy(run_of())
    assert isinstance(silent, NotMeasured)
    assert silent.message == "the policy at the base was not read"


def test_two_bases_are_an_error() -> None:
    other = BasePolicy(base="main", commit="decaf", text="{}")
    reading = base_policy(run_of(BASE).merge(run_of(other, run="s")))
    assert isinstance(reading, NotMeasured)
    assert reading.reason is Reason.ERROR
    assert "c0ffee, decaf" in reading.message


def test_a_lost_base_and_a_lost_shard_are_missed() -> None:
    whole = run_of(BASE)
    lost = Evidence.of(one for one in whole.records if not isinstance(one.data, BasePolicy))
    assert isinstance(base_policy(lost), NotMeasured)
    assert isinstance(base_policy(run_of(BASE, shard=Shard(index=1, total=2))), NotMeasured)
