"""What the base's policy keeps hold of, whatever the change says."""

from __future__ import annotations

import pytest

from judging import METRICS, gate
from pytest_readiness.judge.binding import bound
from pytest_readiness.model.policy import Gate, Level, Origin, Policy
from pytest_readiness.model.value import replace

OTHER = gate("tests.failed", "== 0")
STRICT = gate("policy.weakened", "== 0")
LOOSE = gate("policy.weakened", "<= 3")
RISK = replace(STRICT, level=Level.RISK)
PART = replace(STRICT, select=("waiver *",))
BY_HAND = replace(LOOSE, origin=Origin(source="command line"))


@pytest.mark.parametrize(
    ("before", "now", "held"),
    [
        (STRICT, (OTHER, STRICT), False),
        (LOOSE, (OTHER, STRICT), False),
        (STRICT, (OTHER,), True),
        (STRICT, (LOOSE, OTHER), True),
        (STRICT, (RISK, OTHER), True),
        (STRICT, (PART, OTHER), True),
        (STRICT, (BY_HAND, OTHER), False),
        (RISK, (STRICT, OTHER), False),
    ],
)
def test_the_gate_on_weakening_stays(before: Gate, now: tuple[Gate, ...], held: bool) -> None:
    policy = bound(
        Policy(gates=now), Policy(gates=(OTHER, before)), METRICS, where="main@0ac5a808fe"
    )
    if not held:
        assert policy.gates == now
        return
    (found,) = (one for one in policy.gates if one.metric == "policy.weakened")
    assert (found.condition, found.level) == (before.condition, before.level)
    assert str(found.origin) == "main@0ac5a808fe"
    assert OTHER in policy.gates


def test_other_gates_may_go() -> None:
    assert bound(Policy(gates=()), Policy(gates=(OTHER,)), METRICS).gates == ()


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [("base", "", "base"), ("base", "base", "base"), ("", "base", "base"), ("", "", "")],
)
def test_where_waivers_come_from_stays(before: str, now: str, expected: str) -> None:
    policy = bound(
        Policy(gates=(), waivers_from=now), Policy(gates=(), waivers_from=before), METRICS
    )
    assert policy.waivers_from == expected
