"""What the docs tell people to type exists, and their pipelines are YAML."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from pytest_readiness import cli
from pytest_readiness.cli.program import parser

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
COMMAND = re.compile(r"(?:^|\$ |run: |- |&& |; )\s*pytest-readiness ([a-z][^`\n|;&]*)")
SUBCOMMANDS = (
    "runs",
    "test",
    "benchmark",
    "trends",
    "decisions",
    "export",
    "import",
    "merge",
    "baseline",
    "prune",
)


def commands() -> list[Any]:
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        blocks = re.findall(r"(?ms)^```(?:console|yaml|bash|sh)\n(.*?)^```", text)
        lines = [line for block in blocks for line in block.splitlines()]
        given = {match[1] for line in lines for match in COMMAND.finditer(line)}
        found += [pytest.param(line.strip(), id=f"{page.stem}: {line.strip()}") for line in given]
    return sorted(found, key=lambda one: str(one.id))


@pytest.mark.parametrize("line", commands())
def test_every_command_of_the_docs_exists(line: str) -> None:
    parser().parse_args(shlex.split(line, comments=True))


def test_there_are_commands() -> None:
    assert len(commands()) > 15


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_every_option_of_history_is_explained(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (ROOT / "docs/cli.md").read_text(encoding="utf-8")
    assert f"`history {name}" in page
    with pytest.raises(SystemExit):
        cli.main(["history", name, "--help"])
    shown = set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out))
    for option in shown - {"--help"}:
        assert f"`{option}" in page, option


def pipelines() -> list[Any]:
    found = []
    for page in PAGES:
        blocks = re.findall(r"(?ms)^```ya?ml\n(.*?)^```", page.read_text(encoding="utf-8"))
        found += [pytest.param(block, id=f"{page.stem}-{n}") for n, block in enumerate(blocks)]
    return found


@pytest.mark.parametrize("text", pipelines())
def test_every_pipeline_of_the_docs_is_yaml(text: str) -> None:
    assert isinstance(yaml.safe_load(text), (dict, list))


def history_page(kind: str) -> list[Any]:
    text = (ROOT / "docs/history.md").read_text(encoding="utf-8")
    blocks = re.findall(rf"(?ms)^<!-- test: {kind} -->\n```yaml\n(.*?)^```", text)
    return [yaml.safe_load(block) for block in blocks]


def test_pipelines_of_github_save_what_they_restore() -> None:
    workflows = history_page("github")
    assert len(workflows) == 2
    for workflow in workflows:
        assert workflow["permissions"] == {"contents": "read"}
        steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
        (restored,) = (one["with"] for one in steps if "cache/restore" in one.get("uses", ""))
        (saved,) = (one for one in steps if "cache/save" in one.get("uses", ""))
        assert restored["key"].startswith(restored["restore-keys"])
        assert saved["with"]["key"] == restored["key"]
        assert saved["with"]["path"] == restored["path"] == ".readiness/history.db"
        assert "github.event_name == 'push'" in saved["if"]
        assert "always()" in saved["if"]
        assert all(("uses" in one) != ("run" in one) for one in steps)


def test_steps_publish_what_everybody_fetches() -> None:
    (publish,), (fetch,) = history_page("steps")
    assert "gh release upload readiness .readiness/baseline.json.gz" in publish["run"]
    assert "/releases/download/readiness/baseline.json.gz" in fetch["run"]
    (page,) = history_page("gitlab")
    for line in (page["test"]["script"][1], page["test"]["after_script"][0]):
        assert line.startswith(("curl", "if"))
        assert "\n" not in line
