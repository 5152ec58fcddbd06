"""The configuration at the merge base, on real repositories."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from test_git import Repository

from pytest_readiness.collect import Fact
from pytest_readiness.collect.policy import base_policy, table_text
from pytest_readiness.model.evidence import BasePolicy, Comparison, Gap, Reason

TABLE = '[tool.pytest-readiness.gates]\n"tests.failed" = "== 0"\n'


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    (tmp_path / "home").mkdir()
    repository = Repository(tmp_path / "repository", tmp_path / "home")
    repository.git("init", "-q", "-b", "main")
    repository.write("pyproject.toml", TABLE)
    repository.write("shop/pyproject.toml", TABLE.replace("0", "1"))
    repository.commit()
    return repository


def read(
    repository: Repository, base: str = "main", name: str = "pyproject.toml", *known: Fact
) -> BasePolicy | Gap:
    (fact,) = base_policy(repository.path / name, base, repository.environ, known)
    assert isinstance(fact.data, BasePolicy | Gap)
    assert fact.subject == ("policy" if isinstance(fact.data, Gap) else "")
    return fact.data


def gates(text: str) -> object:
    return json.loads(text)["gates"]["tests.failed"]


def test_it_is_that_of_the_merge_base(repository: Repository) -> None:
    forked = repository.git("rev-parse", "HEAD")
    repository.git("checkout", "-q", "-b", "change")
    repository.write("pyproject.toml", TABLE.replace("0", "9"))
    repository.commit()
    repository.git("checkout", "-q", "main")
    repository.write("pyproject.toml", TABLE.replace("0", "5"))
    repository.commit()
    repository.git("checkout", "-q", "change")
    found = read(repository, "auto")
    assert isinstance(found, BasePolicy)
    assert (found.base, found.commit, gates(found.text)) == ("main", forked, "== 0")


def test_on_the_base_itself_what_is_committed_counts(repository: Repository) -> None:
    repository.write("pyproject.toml", "")
    found = read(repository)
    assert isinstance(found, BasePolicy)
    assert gates(found.text) == "== 0"


def test_below_the_top(repository: Repository) -> None:
    found = read(repository, name="shop/pyproject.toml")
    assert isinstance(found, BasePolicy)
    assert gates(found.text) == "== 1"


@pytest.mark.parametrize(
    "content", ["", "[tool.ruff]\n", "tool = 3\n", "[tool]\npytest-readiness = 3\n"]
)
def test_a_file_without_our_table_holds_nothing(repository: Repository, content: str) -> None:
    repository.write("pyproject.toml", content)
    repository.commit()
    found = read(repository)
    assert isinstance(found, BasePolicy)
    assert found.text == ""


def test_a_file_that_was_not_there_holds_nothing(repository: Repository) -> None:
    repository.write("new/pyproject.toml", TABLE)
    repository.write("dir/pyproject.toml/x", "")
    repository.commit()
    for name in ("mail/pyproject.toml", "dir/pyproject.toml"):
        (repository.path / name).parent.mkdir(exist_ok=True)
        found = read(repository, name=name)
        assert isinstance(found, BasePolicy)
        assert found.text == ""


def test_what_is_compared_with_already_is_not_looked_for_again(repository: Repository) -> None:
    first = repository.git("rev-parse", "HEAD")
    repository.write("pyproject.toml", TABLE.replace("0", "5"))
    repository.commit()
    known = Fact("", Comparison(base="origin/x", commit=first))
    found = read(repository, "no-such-base", "pyproject.toml", known)
    assert isinstance(found, BasePolicy)
    assert (found.base, gates(found.text)) == ("origin/x", "== 0")


def test_what_hinders_is_a_gap(repository: Repository, tmp_path: Path) -> None:
    def message(base: str = "main", name: str = "pyproject.toml") -> str:
        found = read(repository, base, name)
        assert isinstance(found, Gap)
        assert found.reason is Reason.NO_DATA
        assert found.remedy
        return found.message

    assert "the base 'nowhere' does not exist here" in message("nowhere")
    assert "over two lines" in message(name="py\nproject.toml")
    repository.write("pyproject.toml", "[tool\n")
    repository.commit()
    assert "pyproject.toml at main (" in message()
    repository.write("pyproject.toml", b"a = '\xff'\n")
    repository.commit()
    assert "not UTF-8" in message()
    repository.write("pyproject.toml", "x = " + "[" * 5000 + "]" * 5000)
    repository.commit()
    assert "cannot be read" in message()
    repository.git("checkout", "-q", "--orphan", "other")
    repository.commit()
    assert "no common history" in message()
    repository.environ["PATH"] = ""
    assert "git is not installed" in message()
    outside = tmp_path / "outside"
    outside.mkdir()
    repository.path = outside
    repository.environ["PATH"] = str(Path(shutil.which("git") or "").parent)
    assert "no git work tree" in message()


def test_a_shallow_clone_names_what_to_fetch(repository: Repository) -> None:
    repository.git("checkout", "-q", "-b", "change")
    repository.commit()
    repository.commit()
    clone = repository.clone("shallow", "--depth=1", "--no-single-branch", "--branch=change")
    found = read(clone, "origin/main")
    assert isinstance(found, Gap)
    assert "shallow" in found.message
    assert "--unshallow" in found.remedy


def test_a_clone_without_contents_is_not_a_base_without_configuration(
    repository: Repository,
) -> None:
    repository.git("config", "uploadpack.allowFilter", "true")
    clone = repository.clone("partial", "--filter=blob:none", "--no-checkout")
    found = read(clone, "origin/main")
    assert isinstance(found, Gap)
    assert "does not hold the file's content" in found.message


def test_dates_are_written_as_days_and_secrets_not_at_all() -> None:
    text = table_text(
        b"""
[tool.pytest-readiness]
history = "postgresql://ci:secret@db/readiness"
[[tool.pytest-readiness.waivers]]
expires = 2027-01-31
[tool.pytest-readiness.tools.scan]
run = "scan"
environment = { TOKEN = "secret" }
[[tool.pytest-readiness.requirements]]
id = "OPS-1"
command = { run = "up", environment = { TOKEN = "secret" } }
[[tool.pytest-readiness.requirements]]
id = "OPS-2"
command = "down"
"""
    )
    assert "secret" not in text
    assert json.loads(text) == {
        "history": "postgresql://",
        "waivers": [{"expires": "2027-01-31"}],
        "tools": {"scan": {"run": "scan"}},
        "requirements": [
            {"id": "OPS-1", "command": {"run": "up"}},
            {"id": "OPS-2", "command": "down"},
        ],
    }


def test_a_path_of_a_history_is_no_secret() -> None:
    assert json.loads(table_text(b'tool.pytest-readiness.history = "a/b.db"')) == {
        "history": "a/b.db"
    }
