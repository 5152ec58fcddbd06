from __future__ import annotations

import execnet
import pytest

from pytest_readiness.adapter.transport import pack, unpack
from pytest_readiness.collect import Fact
from pytest_readiness.model.evidence import Attempt, Collection, Memory, Outcome

FACTS = (
    Fact("", Collection(tests=("a", "b\udc80\n\x1b::error::"))),
    Fact("b\udc80", Attempt(outcome=Outcome.FAILED, call=0.25, subtests=(1, 2, 3)), 2, "gw1"),
    Fact("", Memory(peak=2**40), process="gw0"),
)


def test_facts_cross_execnet_unchanged() -> None:
    assert unpack(execnet.loads(execnet.dumps(pack(FACTS)))) == FACTS


@pytest.mark.parametrize("text", ["", "[1]", '[["s","attempt",{},0,""]]', '[["s","x",{},0,""]]'])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises((ValueError, TypeError)):
        unpack(text)
