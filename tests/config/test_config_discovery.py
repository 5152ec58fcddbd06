"""Which file holds the configuration."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pytest_readiness.config.discovery import find_config

OURS = "[tool.pytest-readiness]\n"


def make(root: Path, *files: str, text: str = OURS) -> None:
    for name in files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture(name="repository")
def fixture_repository(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    (root / ".git").mkdir(parents=True)
    return root


def test_in_the_rootdir(repository: Path) -> None:
    make(repository, "pyproject.toml")
    assert find_config(repository, repository) == repository / "pyproject.toml"


def test_above_a_rootdir_that_an_ini_file_moved(repository: Path) -> None:
    make(repository, "pyproject.toml")
    make(repository, "tests/pytest.ini", text="[pytest]\n")
    assert find_config(repository / "tests", repository) == repository / "pyproject.toml"


def test_files_of_others_are_passed_over(repository: Path) -> None:
    make(repository, "pyproject.toml")
    make(repository, "pkg/pyproject.toml", text="[tool.ruff]\n# pytest-readiness\n")
    assert find_config(repository / "pkg/tests", repository) == repository / "pyproject.toml"


def test_the_nearest_of_a_monorepo(repository: Path) -> None:
    make(repository, "pyproject.toml", "pkg/pyproject.toml")
    found = find_config(repository / "pkg", repository)
    assert found == repository / "pkg/pyproject.toml"


def test_from_the_rootdir_first_then_from_where_pytest_was_started(
    repository: Path, tmp_path: Path
) -> None:
    make(tmp_path, "elsewhere/pytest.ini", "elsewhere/.git/x", text="")
    make(repository, "pyproject.toml")
    elsewhere = tmp_path / "elsewhere"
    assert find_config(elsewhere, repository / "deep") == repository / "pyproject.toml"
    make(elsewhere, "pyproject.toml")
    assert find_config(elsewhere, repository) == elsewhere / "pyproject.toml"


@pytest.mark.parametrize("marker", [".git", ".hg"])
def test_not_beyond_the_repository(tmp_path: Path, marker: str) -> None:
    make(tmp_path, "pyproject.toml")
    inner = tmp_path / "inner"
    make(inner, f"{marker}/config", text="")
    assert find_config(inner, inner) is None


def test_a_worktrees_git_is_a_file(tmp_path: Path) -> None:
    make(tmp_path, "pyproject.toml")
    make(tmp_path, "inner/.git", text="gitdir: elsewhere")
    assert find_config(tmp_path / "inner/tests", tmp_path / "inner") is None


def test_none(repository: Path) -> None:
    assert find_config(repository, repository) is None


def test_a_directory_of_that_name_is_none(repository: Path) -> None:
    (repository / "pyproject.toml").mkdir()
    assert find_config(repository, repository) is None


@pytest.mark.parametrize(
    "text", ["[tool.pytest-readiness]\na = = 1\n", "[tool.pytest_readiness]\n"]
)
def test_a_broken_or_misspelled_table_is_found_so_that_it_is_told(
    repository: Path, text: str
) -> None:
    make(repository, "pyproject.toml", text=text)
    assert find_config(repository, repository) == repository / "pyproject.toml"


def test_a_broken_file_that_does_not_speak_of_us_is_not_ours(repository: Path) -> None:
    make(repository, "pkg/pyproject.toml", text="a = = 1")
    make(repository, "pyproject.toml")
    assert find_config(repository / "pkg", repository) == repository / "pyproject.toml"


@pytest.mark.parametrize("text", ["tool = 3 # pytest-readiness", "[tool]\nx = 'pytest-readiness'"])
def test_the_name_alone_is_no_table(repository: Path, text: str) -> None:
    make(repository, "pyproject.toml", text=text)
    assert find_config(repository, repository) is None


def test_a_file_that_cannot_be_read_is_not_passed_over_in_silence(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(repository, "pyproject.toml")

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert find_config(repository, repository) == repository / "pyproject.toml"


def test_relative_paths(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(repository, "pyproject.toml")
    (repository / "tests").mkdir()
    monkeypatch.chdir(repository / "tests")
    found = find_config(Path(os.curdir), Path(os.curdir))
    assert found is not None
    assert found.samefile(repository / "pyproject.toml")
