"""Source that was to be measured and was not: what is left of it says nothing of the rest."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from sessions import apart

PYPROJECT = """
[tool.pytest.ini_options]
pythonpath = ["src"]
[tool.coverage.run]
{settings}
[tool.pytest-readiness]
{source}
gates."coverage.lines" = ">= 80%"
gates."coverage.patch" = ">= 80%"
"""
GIT = ("-c", "user.name=a", "-c", "user.email=a@b")


@dataclass
class Shop:
    pytester: pytest.Pytester

    def outcomes(self, source: str, settings: str, *args: str) -> tuple[str, str, str]:
        """Of the lines, of the patch, and why the lines were not measured."""
        self.write(
            "pyproject.toml",
            PYPROJECT.format(source=source and f"source = {source}", settings=settings),
        )
        done = apart(
            self.pytester,
            *("--readiness", "--readiness-report=json:report.json", *args),
            plugins="pytest_cov",
        )
        report = json.loads((self.pytester.path / "report.json").read_text())
        gates = {one["name"]: one for one in report["gates"]}
        lines, patch = gates["coverage.lines"], gates["coverage.patch"]
        blocked = "not measured" in (lines["outcome"], patch["outcome"])
        assert done.ret == int(blocked)
        return lines["outcome"], patch["outcome"], json.dumps(lines)

    def write(self, name: str, text: str) -> None:
        path = self.pytester.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def shop(pytester: pytest.Pytester) -> Shop:
    shop = Shop(pytester)
    shop.write("src/shop/__init__.py", "def price():\n    return 1\n")
    shop.write("tests/test_shop.py", "import shop\ndef test_price(): assert shop.price() == 1\n")
    pytester.run("git", "init", "-q", "-b", "main")
    pytester.run("git", "add", "-A")
    pytester.run("git", *GIT, "commit", "-qm", "one")
    return shop


@pytest.mark.parametrize(
    ("source", "settings", "args", "why"),
    [
        ('["src", "scr"]', "", (), "the source 'scr'"),
        ('["shop", "shop.crat"]', "", (), "the source 'shop.crat'"),
        ("", 'source = ["src", "scr"]', (), "the source 'scr'"),
        ("", 'source_pkgs = ["shop", "cart"]', (), "the source 'cart'"),
        ('["src"]', "", ("--cov=tests",), "src/shop/__init__.py belongs to the configured source"),
    ],
)
def test_a_part_of_the_source_that_was_not_measured(
    shop: Shop, source: str, settings: str, args: tuple[str, ...], why: str
) -> None:
    lines, patch, told = shop.outcomes(source, settings, *args)
    assert (lines, patch) == ("not measured", "not applicable")
    assert why in told


@pytest.mark.parametrize(
    ("source", "settings", "args"),
    [
        ('["src"]', "", ()),
        ('["shop"]', "", ()),
        ('["src"]', "", ("--cov=src",)),
        ('["src"]', "", ("--cov=shop",)),
        # left out on purpose
        ('["src", "tests"]', 'omit = ["tests/*"]', ()),
        ("", 'source = ["src", "tests"]\nomit = ["tests/*"]', ()),
    ],
)
def test_all_of_the_source_was(
    shop: Shop, source: str, settings: str, args: tuple[str, ...]
) -> None:
    assert shop.outcomes(source, settings, *args)[:2] == ("passed", "not applicable")


@pytest.mark.parametrize(
    ("source", "args"), [('["src", "bli"]', ()), ('["src", "lib"]', ("--cov=src",))]
)
def test_a_change_of_what_was_not_measured_is_no_change_of_nothing(
    shop: Shop, source: str, args: tuple[str, ...]
) -> None:
    shop.write("lib/new.py", "x = 1\n")
    assert shop.outcomes(source, "", *args)[1] == "not measured"


def test_nothing_of_the_source_was(shop: Shop) -> None:
    lines, _, told = shop.outcomes('["scr"]', "")
    assert lines == "not measured"
    assert "coverage measured no file" in told
