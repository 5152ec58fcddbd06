"""Law 1: merging evidence is associative, commutative and idempotent."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from pytest_readiness.model.evidence import (
    EMPTY,
    Evidence,
    Gap,
    Memory,
    Reason,
    Record,
    Run,
)
from strategies import law, records, sets_of_records


@law
@given(sets_of_records(), sets_of_records(), sets_of_records())
def test_associative(one: Evidence, two: Evidence, three: Evidence) -> None:
    assert one.merge(two).merge(three) == one.merge(two.merge(three)) == one.merge(two, three)


@law
@given(sets_of_records(), sets_of_records())
def test_commutative(one: Evidence, two: Evidence) -> None:
    assert one.merge(two) == two.merge(one)


@law
@given(sets_of_records(), sets_of_records())
def test_idempotent_and_with_an_identity(one: Evidence, two: Evidence) -> None:
    assert one.merge(one) == one
    assert one.merge(two).merge(two) == one.merge(two)
    assert one.merge(EMPTY) == EMPTY.merge(one) == one


@law
@given(sets_of_records(), sets_of_records())
def test_nothing_is_lost(one: Evidence, two: Evidence) -> None:
    assert set(one.merge(two).records) == set(one.records) | set(two.records)


@law
@given(st.lists(records()), st.randoms())
def test_order_and_repetition_of_the_records_do_not_matter(
    chosen: list[Record], random: Random
) -> None:
    shuffled = chosen * 2
    random.shuffle(shuffled)
    assert Evidence.of(chosen) == Evidence.of(shuffled)


def test_two_contents_of_one_key_conflict() -> None:
    one, two = (Record("r", "", "", 0, Memory(peak=peak)) for peak in (1, 2))
    evidence = Evidence.of([two, one])
    assert evidence.records == (one, two)
    assert evidence.conflicts() == (one.key,)


def test_two_gaps_of_one_section_are_no_conflict() -> None:
    gaps = [
        Record("r", "", "coverage", 0, Gap(reason=Reason.PARTIAL, message=text)) for text in "ab"
    ]
    assert Evidence.of(gaps).conflicts() == ()


@law
@given(st.lists(records()))
def test_a_sealed_manifest_counts_the_other_records(chosen: list[Record]) -> None:
    result = Evidence.of([*chosen, *chosen]).sealed().records
    others = {one for one in chosen if not isinstance(one.data, Run)}
    assert {one for one in result if not isinstance(one.data, Run)} == others
    for one in result:
        if isinstance(one.data, Run):
            assert sum(count for _, count in one.data.holds) == len(others)
