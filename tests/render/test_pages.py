"""The pages on what is shown, against what is shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import reports as made
import scorecards as samples
from pytest_readiness import cli
from pytest_readiness.publish import schema
from pytest_readiness.render import terminal, words
from pytest_readiness.render.report import requirements

DOCS = Path(__file__).parents[2] / "docs"


def test_the_section_of_the_page_is_real() -> None:
    page = (DOCS / "scorecard.md").read_text(encoding="utf-8")
    section = terminal.section(samples.NOT_READY, verbosity=0, width=100, unicode=True)
    block = page.partition("```text\n")[2].partition("\n```")[0]
    assert block == "\n".join(map(terminal.plain, section))


def test_the_whole_report_of_the_page_is_real() -> None:
    page = (DOCS / "scorecard.md").read_text(encoding="utf-8").partition("## The whole report")[2]
    blocks = [part.partition("\n```")[0] for part in page.split("```text\n")[1:]]
    real = ""
    for verbosity in (0, 1):
        section = terminal.section(made.REPORT, verbosity=verbosity, width=100, unicode=True)
        real += "\n".join(map(terminal.plain, section)) + "\n"
    assert len(blocks) > 5
    for block in blocks:
        assert block in real


def test_every_word_for_a_state_is_explained() -> None:
    page = (DOCS / "scorecard.md").read_text(encoding="utf-8")
    for word in requirements.WORDS.values():
        assert f"`{word}`" in page


def test_every_word_for_an_outcome_is_explained() -> None:
    page = (DOCS / "scorecard.md").read_text(encoding="utf-8")
    for word in [*(word for word, _ in words.OUTCOME.values()), "RISK", "info"]:
        assert f"| `{word}` |" in page


def test_every_field_of_the_report_is_explained() -> None:
    page = (DOCS / "json-report.md").read_text(encoding="utf-8")
    for field in json.loads(schema.text("report"))["properties"]:
        assert f"`{field}`" in page


def test_every_option_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    page = (DOCS / "cli.md").read_text(encoding="utf-8")
    with pytest.raises(SystemExit):
        cli.main(["judge", "--help"])
    words_of_help = capsys.readouterr().out.replace("[", " ").replace(",", " ").split()
    options = {word.strip("]:") for word in words_of_help if word.startswith("-")}
    assert len(options) > 8
    for option in options - {"-h", "--help"}:
        assert f"`{option}" in page, option
