"""Exit statuses, with a gate that fails in every run."""

from __future__ import annotations

import pytest
from showcase import pytest as run_pytest
from showcase import section

NEVER = ("--readiness", "--readiness-gate", "tests.run >= 1000")


@pytest.mark.parametrize(
    ("code", "options", "status"),
    [
        ("def test_one(): assert 0", (), 1),
        ("import nothing_of_that_name", (), 2),
        ("def test_one(): pass", ("--no-such-option",), 4),
        ("x = 1", (), 5),
        ("import pytest\ndef test_one(): pytest.exit('enough', returncode=42)", (), 42),
        ("def test_one(): raise KeyboardInterrupt", (), 2),
    ],
)
def test_a_status_of_pytest_stays(pytester, code, options, status):
    pytester.makepyfile(test_it=code)
    assert run_pytest(pytester.path, *options).returncode == status
    assert run_pytest(pytester.path, *options, *NEVER).returncode == status


def test_only_success_is_replaced(pytester):
    pytester.makepyfile(test_it="def test_one(): pass")
    assert run_pytest(pytester.path).returncode == 0
    done = run_pytest(pytester.path, *NEVER)
    assert done.returncode == 1
    assert "NOT READY" in section(done.stdout)
    assert "(exit status 1)" in section(done.stdout)


def test_the_status_may_be_chosen(pytester):
    pytester.makefile(".toml", pyproject="[tool.pytest-readiness]\nexit-code = 77\n")
    pytester.makepyfile(test_it="def test_one(): pass")
    done = run_pytest(pytester.path, *NEVER)
    assert done.returncode == 77
    assert "(exit status 77)" in section(done.stdout)
