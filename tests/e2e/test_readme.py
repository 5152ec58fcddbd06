"""What the README says and shows is so."""

from __future__ import annotations

import datetime
import re

import pytest
from showcase import README, ROOT, block, cloned, pytest_arguments, section, settled
from showcase import pytest as run_pytest

TEXT = README.read_text("utf-8")


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """The README's first command, as run in a fresh clone."""
    directory = cloned("shop", tmp_path_factory.mktemp("shop"))
    return run_pytest(directory, *pytest_arguments(block(TEXT, "command: shop")))


def test_shows_what_the_first_command_prints(shop):
    """Renew it with ``python tests/e2e/showcase.py``."""
    assert settled(section(shop.stdout)) == settled(block(TEXT, "output: shop"))


def test_first_command_exits_as_its_last_line_says(shop):
    assert "(exit status 1)" in section(shop.stdout)
    assert shop.returncode == 1
    assert shop.stderr == ""


def test_ci_runs_both_commands_to_the_letter():
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    for command in ("command: shop", "command: tests"):
        assert block(TEXT, command).strip() in script


def test_minimal_configuration_is_one(pytester):
    minimal = block(TEXT, "pyproject: minimal")
    pytester.makefile(".toml", pyproject=minimal)
    pytester.makepyfile(
        wares="def f():\n    return 1\n", test_it="import wares\ndef test_one(): pass\n"
    )
    done = run_pytest(pytester.path, "--readiness", "-v")
    named = set(re.findall(r'(?m)^"([\w.]+)" = ', minimal))
    assert len(named) == 3
    assert named <= set(section(done.stdout).split()), done.stdout + done.stderr


def test_requirements_and_tools_as_shown(pytester):
    """As written, but attested today: an attestation ends."""
    today = datetime.datetime.now(datetime.timezone.utc).date()
    shown = block(TEXT, "pyproject: report").replace("2026-11-20", str(today))
    shown = shown.replace("2027-05-20", str(today + datetime.timedelta(days=30)))
    pytester.makefile(".toml", pyproject=shown)
    pytester.makepyfile(
        "import pytest\n\n\n@pytest.mark.readiness('SEC-1')\ndef test_one():\n    pass\n"
    )
    done = run_pytest(pytester.path, "--readiness", "-v")
    assert done.returncode == 0, done.stdout + done.stderr
    words = section(done.stdout)
    assert re.search(r"pass +SEC-1 A password is never logged", words), words
    assert re.search(r"pass +OPS-1 The rollback was tried", words)
    assert re.search(r"pass +Findings of tools +0, needs 0", words)


def test_recorded_figure_is_gated(pytester):
    limit = re.search(r'"checkout.time" = "<= 300ms"', TEXT)
    assert limit
    pytester.makefile(".toml", pyproject=f"[tool.pytest-readiness.gates]\n{limit[0]}\n")
    code = block(TEXT, "test: figure")
    pytester.makepyfile(f"def run_checkout():\n    return 0.31\n\n{code}")
    done = run_pytest(pytester.path, "--readiness", "-v")
    assert done.returncode == 1
    assert re.search(r"FAIL\b.*checkout.time", section(done.stdout)), done.stdout


@pytest.mark.parametrize(
    "page", sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]), ids=lambda page: page.name
)
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text("utf-8"))
    gone = [
        link
        for link in links
        if not re.match(r"\w+:", link) and not (page.parent / link).resolve().exists()
    ]
    assert not gone


def test_every_claim_names_tests_that_exist():
    claims = (ROOT / "docs" / "claims.md").read_text("utf-8")
    table = TEXT.partition("<!-- table: claims -->")[2]
    for claim in re.findall(r"(?m)^\| \*\*(.+?)\*\*", table):
        assert f"**{claim}**" in claims, f"docs/claims.md does not say what checks: {claim}"
    tests = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", claims)
    assert len(tests) >= len(re.findall(r"(?m)^\| \*\*", claims))
    for path, name in tests:
        source = (ROOT / path).read_text("utf-8")
        assert f"def {name}(" in source, f"{path} has no {name}"
