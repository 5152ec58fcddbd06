"""Patch coverage on changes in a real repository."""

from __future__ import annotations

import pytest
from showcase import cloned, git, section
from showcase import pytest as run_pytest

UNTESTED = """

def half_price(cart: Cart) -> int:
    \"\"\"On Mondays.\"\"\"
    price = net(
        cart,
    )
    return price // 2
"""


@pytest.fixture
def shop(tmp_path):
    directory = cloned("shop", tmp_path)
    git(directory, "checkout", "-q", "-b", "change")
    return directory


def judged(directory):
    done = run_pytest(directory, "--readiness", "-v")
    return section(done.stdout)


def row(shown: str, title: str) -> str:
    return next(line for line in shown.splitlines() if title in line)


def test_uncovered_changed_lines_are_named(shop):
    pricing = shop / "src" / "shop" / "pricing.py"
    first = len(pricing.read_text().splitlines()) + 3
    pricing.write_text(pricing.read_text() + UNTESTED)
    git(shop, "commit", "-q", "-a", "-m", "half price")
    shown = judged(shop)
    assert "FAIL" in row(shown, "Patch coverage")
    assert f"src/shop/pricing.py:{first + 2}" in shown


def test_a_covered_change_passes_before_it_is_committed(shop):
    pricing = shop / "src" / "shop" / "pricing.py"
    pricing.write_text(pricing.read_text().replace("BULK = 10", "BULK = 5 + 5"))
    assert "pass" in row(judged(shop), "Patch coverage").lower()


def test_a_change_of_documentation_is_not_applicable(shop):
    (shop / "README.md").write_text("# Shop\n")
    git(shop, "add", "-A")
    git(shop, "commit", "-q", "-m", "a readme")
    shown = row(judged(shop), "Patch coverage").lower()
    assert "fail" not in shown
    assert "pass" not in shown
