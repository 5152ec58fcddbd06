"""The JSON schema and the documented examples: loader and schema agree about all of them."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from regenerate import PROFILES_PAGE, ROOT, SCHEMA, schema_text

from pytest_readiness.config.components import COMPONENT_KEYS
from pytest_readiness.config.gate import GATE_KEYS
from pytest_readiness.config.load import KEYS, load_policy
from pytest_readiness.config.metrics import METRIC_KEYS
from pytest_readiness.config.problem import ConfigError
from pytest_readiness.config.reference import profiles_page
from pytest_readiness.config.schema import tool_schema
from pytest_readiness.config.stages import STAGE_KEYS
from pytest_readiness.config.toml import parse
from pytest_readiness.config.waivers import WAIVER_KEYS
from pytest_readiness.measure.catalogue import CATALOGUE

SAMPLES = [
    pytest.param(text, id=f"{page.stem}-{number}")
    for page in sorted((ROOT / "docs").glob("*.md"))
    for number, text in enumerate(
        re.findall(r"^```toml\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S)
    )
    if "[tool.pytest-readiness" in text
]
VALIDATOR = jsonschema.Draft7Validator(tool_schema("pytest-readiness"))


def table(text: str) -> Any:
    return parse(text)["tool"]["pytest-readiness"]


def load(tmp_path: Path, text: str) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(text, encoding="utf-8")
    load_policy(path, catalogue=CATALOGUE)


def test_generated_files_are_current() -> None:
    how = "run: python tests/config/regenerate.py"
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), how
    assert PROFILES_PAGE.read_text(encoding="utf-8") == profiles_page(), how


def test_the_schema_is_one() -> None:
    jsonschema.Draft7Validator.check_schema(tool_schema("pytest-readiness"))


def test_the_schema_knows_the_loaders_keys() -> None:
    schema = tool_schema("pytest-readiness")
    properties, definitions = schema["properties"], schema["definitions"]
    assert set(properties) == set(KEYS)
    assert set(properties["stages"]["additionalProperties"]["properties"]) == set(STAGE_KEYS)
    assert set(properties["components"]["items"]["properties"]) == set(COMPONENT_KEYS)
    assert set(properties["waivers"]["items"]["properties"]) == set(WAIVER_KEYS)
    assert set(definitions["gate-table"]["properties"]) == set(GATE_KEYS)
    assert set(definitions["metric"]["properties"]) == set(METRIC_KEYS)
    assert set(definitions["gates"]["properties"]) == set(CATALOGUE)


def test_there_are_samples() -> None:
    assert len(SAMPLES) >= 8


@pytest.mark.parametrize("text", SAMPLES)
def test_documented_examples_are_right_for_both(tmp_path: Path, text: str) -> None:
    load(tmp_path, text)
    VALIDATOR.validate(table(text))


def test_an_editors_dates_are_strings(tmp_path: Path) -> None:
    waiver = {
        "gate": "tests.failed",
        "subject": "a",
        "reason": "b",
        "owner": "c",
        "expires": "2027-01-31",
    }
    VALIDATOR.validate({"waivers": [waiver]})


@pytest.mark.parametrize(
    "text",
    [
        'profil = "library"',
        'profile = "libary"',
        'fail-on = "never"',
        "exit-code = 5",
        "exit-code = true",
        'source = "src"',
        "history = true",
        "history-days = 0",
        "history-runs = 1.5",
        'baseline-file = ""',
        "remeasure = 1",
        'base = "-x"',
        'gates."coverage.line" = ">= 90%"',
        'gates."tool.ruff" = "== 0"',
        'gates."coverage.lines" = 90',
        'gates."coverage.lines" = "90%"',
        'gates."coverage.lines" = true',
        'gates."coverage.lines" = []',
        'gates."coverage.lines" = { require = ">= 90%", lvl = "risk" }',
        'gates."coverage.lines" = { require = ">= 90%", level = "riks" }',
        'gates."coverage.file" = { require = ">= 90%", select = "src" }',
        'gates."coverage.lines" = [{ level = "risk" }]',
        'gates.coverage.lines = { require = ">= 90%", weight = 1.5 }',
        'stages.pr.gates."coverage.line" = ">= 90%"',
        'stages.pr.source = ["src"]',
        'components = [{ name = "a" }]',
        'waivers = [{ gate = "tests.run", accept = ">= 1", reason = "a", owner = "b" }]',
        'metrics."a.b".titel = "x"',
        'metrics."a.b".direction = "up"',
    ],
)
def test_mistakes_are_mistakes_for_both(tmp_path: Path, text: str) -> None:
    text = f"[tool.pytest-readiness]\n{text}\n"
    with pytest.raises(ConfigError):
        load(tmp_path, text)
    assert not VALIDATOR.is_valid(table(text))


def test_validate_pyproject_finds_the_schema() -> None:
    (found,) = metadata.entry_points(
        group="validate_pyproject.tool_schema", name="pytest-readiness"
    )
    schema = found.load()(found.name)
    assert schema == tool_schema("pytest-readiness")
    assert schema["$id"].startswith("https://")  # it refuses a schema without one


def test_the_documented_message_is_the_real_one(tmp_path: Path) -> None:
    page = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"^```text\n(2 problems with .*?)^```$", page, re.M | re.S)
    text = (
        "\n" * 7 + '[tool.pytest-readiness.gates]\n"tests.skiped" = "<= 5%"\n\n'
        '"coverage.lines" = ">= 90% and <= 80%"\n'
    )
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    real = str(caught.value).replace(str(tmp_path), "/home/me/shop")
    assert real + "\n" == shown
