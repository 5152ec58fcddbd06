"""A table that is nearly ours is a mistake to be told: passing over it would drop its gates."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_readiness.config.discovery import find_config, misplaced
from pytest_readiness.config.load import ConfigError, load_policy
from pytest_readiness.measure.catalogue import CATALOGUE

GATES = '"coverage.lines" = ">= 99%"\n'


@pytest.mark.parametrize(
    "header",
    [
        "tool.pytest-rediness.gates",
        "tool.pytest-readyness.gates",
        "tool.pytest_readiness.gates",
        'tool."pytest readiness".gates',
        "tool.readiness.gates",
    ],
)
def test_a_name_that_is_nearly_ours(tmp_path: Path, header: str) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(f"[{header}]\n{GATES}")
    assert find_config(tmp_path, tmp_path) == path
    with pytest.raises(ConfigError, match=r"the table is called \[tool\.pytest-readiness\]"):
        load_policy(path, catalogue=CATALOGUE)


@pytest.mark.parametrize(
    "text",
    [
        "[tool.readiness]\nurl = 'x'\n",
        "[tool.pytest.ini_options]\nreadiness = true\n",
        "[tool.pytest-cov]\nx = 1\n",
        "[project]\nname = 'pytest-randomly'\n",
        "[tool.readiness\n",
    ],
)
def test_names_of_others(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert find_config(tmp_path, tmp_path) is None


@pytest.mark.parametrize(
    ("name", "header", "expected"),
    [
        ("setup.cfg", "tool.pytest-readiness.gates", True),
        ("setup.cfg", "tool:pytest-readiness", True),
        ("pytest.toml", "pytest-readiness.gates", True),
        ("tox.ini", "pytest_readiness", True),
        ("tox.ini", "pytest", False),
        ("setup.cfg", "tool:pytest", False),
        ("pyproject.toml", "tool.pytest-readiness", False),
    ],
)
def test_in_a_file_that_is_not_read(tmp_path: Path, name: str, header: str, expected: bool) -> None:
    path = tmp_path / name
    path.write_text(f"[metadata]\nname = x\n[{header}]\n")
    assert misplaced(path) == (header if expected else "")


def test_no_file_at_all(tmp_path: Path) -> None:
    assert misplaced(None) == ""
    assert misplaced(tmp_path / "setup.cfg") == ""
