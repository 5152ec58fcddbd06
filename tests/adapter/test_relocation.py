from __future__ import annotations

import pytest

from pytest_readiness.adapter.relocation import relocate
from pytest_readiness.collect import Fact
from pytest_readiness.model.evidence import Attempt, Collection, Gap, Outcome, Reason, Warned

PASSED = Attempt(outcome=Outcome.PASSED)


@pytest.mark.parametrize(
    ("nodeid", "told"),
    [
        ("packages/api/tests/test_a.py::t", "tests/test_a.py::t"),
        ("packages/web/test_b.py::t", "../web/test_b.py::t"),
        ("tests/test_c.py::t[a/b]", "../../tests/test_c.py::t[a/b]"),
        ("packages/test_d.py::t", "../test_d.py::t"),
    ],
)
def test_ids_are_told_from_the_project(nodeid: str, told: str) -> None:
    (fact,) = relocate([Fact(nodeid, PASSED)], "packages/api/")
    assert fact == Fact(told, PASSED)


def test_every_kind_that_holds_ids_is_moved() -> None:
    gap = Gap(reason=Reason.NO_DATA, message="m")
    facts = [
        Fact(
            "",
            Collection(tests=("api/a",), deselected=("api/b",), repeats=(("api/a", "api/c"),)),
        ),
        Fact("UserWarning: w", Warned(count=1, where="api/t.py::a")),
        Fact("api/x", gap),
    ]
    assert list(relocate(facts, "api/")) == [
        Fact("", Collection(tests=("a",), deselected=("b",), repeats=(("a", "c"),))),
        Fact("UserWarning: w", Warned(count=1, where="t.py::a")),
        Fact("api/x", gap),
    ]
    assert list(relocate(facts, "")) == facts
