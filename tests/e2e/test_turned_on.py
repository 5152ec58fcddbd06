"""What gates need is turned on for runs that are judged or recorded, and for no others."""

from __future__ import annotations

from pathlib import Path

import pytest
from showcase import pytest as run_pytest

SHOP = "def price(amount):\n    return amount\n"
TESTS = """
import pytest, shop
def test_price(): assert shop.price(1) == 1
def test_other(): pass
"""
POLICY = """
[tool.pytest-readiness.gates]
"coverage.lines" = ">= 100%"
[tool.pytest.ini_options]
pythonpath = ["src"]
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    for name, text in {
        "pyproject.toml": POLICY,
        "src/shop.py": SHOP,
        "tests/test_shop.py": TESTS,
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "on", "status"),
    [
        (("--readiness",), True, 0),
        (("--readiness", "-n1"), True, 0),
        (("--readiness", "--readiness-mode=collect"), True, 0),
        (("--readiness", "--readiness-mode=collect", "-k", "price"), True, 0),
        (("--readiness", "--readiness-shard=1/2", "-k", "price"), True, 0),
        (("--readiness", "--readiness-mode=strict", "-k", "price"), True, 0),
        (("--readiness", "-k", "price"), False, 0),
        (("--readiness", "--collect-only"), False, 0),
        (("--readiness", "--setup-plan"), False, 0),
        (("--readiness", "--no-cov"), False, 1),
        (("--readiness", "-p", "no:cov"), False, 1),
        ((), False, 0),
    ],
)
def test_coverage_is_turned_on_where_its_gates_will_be_judged(
    shop: Path, arguments: tuple[str, ...], on: bool, status: int
) -> None:
    done = run_pytest(shop, *arguments)
    assert done.returncode == status
    assert ("coverage turned on by its gates: --cov=src" in done.stdout) is on
    assert (shop / ".coverage").exists() is on


def test_a_pipeline_declares_its_part(shop: Path) -> None:
    done = run_pytest(shop, "--readiness", "-k", "price", CI="true")
    assert "coverage turned on by its gates" in done.stdout
    assert "READY: all 4 gates passed" in done.stdout


@pytest.mark.parametrize("end", ["pytest.exit('no database')", "raise KeyboardInterrupt"])
def test_coverage_of_a_run_that_was_cut_short_is_no_number(shop: Path, end: str) -> None:
    path = shop / "tests" / "test_shop.py"
    path.write_text(path.read_text().replace("def test_other(): pass", f"def test_other(): {end}"))
    done = run_pytest(shop, "--readiness", "--readiness-mode=strict")
    assert done.returncode == 2
    (row,) = (line for line in done.stdout.splitlines() if "Line coverage  " in line)
    assert "NOT MEASURED" in row
    assert "the run was cut short" in row
