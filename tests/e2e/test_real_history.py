"""What decides in ``benchmarks/real_history.py`` whether a session said the right thing."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
A, B, CHANCE = "t.py::a", "t.py::b", "t.py::test_chance"


@pytest.fixture
def expected(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    monkeypatch.delitem(sys.modules, "real_history_expected", raising=False)
    import real_history_expected

    return real_history_expected


@pytest.mark.parametrize(
    ("wanted", "said", "how"),
    [
        ({"outcome": "passed"}, {"outcome": "passed"}, "right"),
        ({"outcome": "passed"}, {"outcome": "failed", "names": {A}}, "wrong"),
        ({"outcome": "passed"}, {"outcome": "inconclusive", "suspect": A, "suspects": 1}, "inconclusive"),
        ({"outcome": "passed"}, {"outcome": "no baseline"}, "inconclusive"),
        ({"outcome": "no baseline"}, {"outcome": "passed"}, "wrong"),
        ({"outcome": "failed", "names": {A}}, {"outcome": "failed", "names": {A}}, "right"),
        ({"outcome": "failed", "names": {A}}, {"outcome": "failed", "names": {A, B}}, "wrong"),
        ({"outcome": "failed", "names": {A}}, {"outcome": "passed"}, "wrong"),
        (
            {"outcome": "failed", "names": {A}},
            {"outcome": "inconclusive", "suspect": A, "suspects": 1},
            "inconclusive",
        ),
        (
            {"outcome": "inconclusive", "suspects": {A, B}},
            {"outcome": "inconclusive", "suspect": A, "suspects": 2},
            "right",
        ),
    ],
)  # fmt: skip
def test_right_inconclusive_wrong(
    expected: ModuleType, wanted: dict[str, object], said: dict[str, object], how: str
) -> None:
    assert expected.how("test.slowdown", expected.Wanted(**wanted), expected.Said(**said)) == how


def test_chance_is_observed_once_and_then_confirmed(expected: ModuleType) -> None:
    past, rungs = expected.Past(runs=5, whole=5, coverage=(9, 10)), []
    for fails in (False, False, True, False, True):
        seen = expected.Seen(
            tree="x", base=True, ran=frozenset({A, CHANCE}), slowed=frozenset(), lines=(9, 10),
            failed=frozenset({CHANCE} if fails else ()),
        )  # fmt: skip
        wanted = expected.expected("chance", seen, past)
        past.add(seen, {})
        rungs.append(
            [
                name
                for name in ("observed", "confirmed", "new")
                if wanted[f"tests.flaky-{name}"].names
            ]
        )
    assert rungs == [[], [], ["observed", "new"], ["observed"], ["confirmed"]]


def test_lines_are_put_below_the_docstring(expected: ModuleType) -> None:
    from real_history import inserted, steps

    source = 'class A:\n    def f(self):\n        """Says."""\n        return 1\n'
    changed = inserted(source, "f", "raise ValueError\n")
    assert changed.splitlines()[2:5] == [
        '        """Says."""',
        "        import os",
        "        raise ValueError",
    ]
    ast.parse(changed)
    assert len(steps(30)) == 30
