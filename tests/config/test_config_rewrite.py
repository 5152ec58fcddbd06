"""Conditions are rewritten in place: everything else of the file stays as it is."""

from __future__ import annotations

import pytest

from pytest_readiness.config.rewrite import RewriteError, rewrite

BEFORE = """\
# of the project
[tool.pytest-readiness]
profile = "library"   # to start from

[tool.pytest-readiness.gates]
"coverage.lines"   =   ">= 80% and >= baseline - 0.5pp"   # agreed in May
tests.skipped = "<= 5%"
"coverage.file" = { require = ">= 60%", level = "risk" } # inline

[[tool.pytest-readiness.gates."test.duration"]]
# end to end
require = "<= 10s"
select = ["tests/e2e/**"]

[[tool.pytest-readiness.gates."test.duration"]]
require = "<= 2s"  # the rest

[tool.pytest-readiness.stages.release]
gates."coverage.lines" = ">= 92%" # stricter

[tool.other]
x = 1
"""


@pytest.mark.parametrize(
    ("key", "old", "new"),
    [
        ('gates."coverage.lines"', ">= 80% and >= baseline - 0.5pp", ">= 93% and >= baseline"),
        ("gates.tests.skipped", "<= 5%", "<= 4%"),
        ('gates."coverage.file"', ">= 60%", ">= 70%"),
        ('gates."test.duration"#1', "<= 10s", "<= 8s"),
        ('gates."test.duration"#2', "<= 2s", "<= 1.2s"),
        ('stages.release.gates."coverage.lines"', ">= 92%", ">= 95%"),
    ],
)
def test_only_the_condition_changes(key: str, old: str, new: str) -> None:
    assert rewrite(BEFORE, {key: new}, {}) == BEFORE.replace(f'"{old}"', f'"{new}"')


def test_a_gate_is_added() -> None:
    after = rewrite(BEFORE, {}, {"tests.run": ">= 200"})
    added = [line for line in after.splitlines() if line not in BEFORE.splitlines()]
    assert added == ['"tests.run" = ">= 200"']


def test_gates_are_added_where_there_were_none() -> None:
    after = rewrite('[tool.pytest-readiness]\nprofile = "starter"\n', {}, {"tests.run": ">= 2"})
    assert '[tool.pytest-readiness.gates]\n"tests.run" = ">= 2"\n' in after


def test_what_is_not_there_is_refused() -> None:
    with pytest.raises(RewriteError, match="not found in the file"):
        rewrite(BEFORE, {"gates.nothing": ">= 1"}, {})
    with pytest.raises(RewriteError, match="no table"):
        rewrite("[tool.other]\n", {"gates.nothing": ">= 1"}, {})
