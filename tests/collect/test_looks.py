"""Looks at files: each holds, does not hold, or is a gap that says why that is not known."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_readiness.collect import tree
from pytest_readiness.collect.looks import look_facts
from pytest_readiness.collect.variables import names_in, used
from pytest_readiness.model.evidence import Gap, Look
from pytest_readiness.model.requirement import LookFor

FILES = {
    "README.md": "# Shop\n\nHow to roll back:\nRollback is easy\n",
    "docs/ops.md": "one\r\nRollback: yes\r\n",
    "docs/more.md": "nothing\n",
    "src/shop/a.py": "import os\nTOKEN = os.environ['TOKEN']\n",
    "src/shop/b.py": "KEY = 'AKIA0123'\n",
    ".venv/lib/cacert.pem": "x",
    "node_modules/x/TODO.py": "TODO",
}


@pytest.fixture(name="root")
def fixture_root(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return tmp_path / "project"


def look(root: Path, what: str, path: str, text: str = "", *, regex: bool = False) -> Look | Gap:
    wanted = LookFor(what=what, path=path, text=text, regex=regex)
    (fact,) = look_facts(root, [wanted, wanted])
    assert fact.subject == (wanted.key if isinstance(fact.data, Look) else f"looks:{wanted.key}")
    assert isinstance(fact.data, (Look, Gap))
    return fact.data


@pytest.mark.parametrize(
    ("what", "path", "text", "holds", "detail"),
    [
        ("file", "README.md", "", True, "README.md"),
        ("file", "docs", "", True, "docs"),
        ("file", "docs/**", "", True, "docs/more.md and 1 more"),
        ("file", "docs/", "", True, "docs/more.md and 1 more"),
        ("file", "LICENSE", "", False, "there is no LICENSE"),
        ("file", "README.md/x", "", False, "there is no README.md/x"),
        ("file", "*.rst", "", False, "no file matches *.rst"),
        ("file", "*/ops.md", "", True, "docs/ops.md"),
        ("file", "*/a.py", "", False, "no file matches */a.py"),
        ("no-file", ".env", "", True, "there is no .env"),
        ("no-file", "**/*.pem", "", True, "no file matches **/*.pem"),
        ("no-file", ".venv/**/*.pem", "", False, ".venv/lib/cacert.pem is there"),
        ("no-file", "docs/*.md", "", False, "docs/more.md, docs/ops.md are there"),
        ("text", "docs/ops.md", "Rollback", True, "docs/ops.md:2"),
        ("text", "docs/ops.md", "one\nRoll", True, "docs/ops.md:1"),
        ("text", "docs/ops.md", "rollback", False, "it does not stand in docs/ops.md"),
        ("text", "docs/*.md", "o", True, "docs/more.md:1 and 1 more"),
        ("text", "docs/*.md", "Rollback", False, "it does not stand in docs/more.md"),
        ("text", "docs/x.md", "Rollback", False, "there is no docs/x.md"),
        ("no-text", "docs/x.md", "TODO", False, "there is no docs/x.md"),
        ("no-text", "docs/*.md", "TODO", True, "it does not stand in 2 files"),
        ("no-text", "**/*.py", "TODO", True, "it does not stand in 2 files"),
        ("no-text", "README.md", "Roll", False, "it stands in README.md:4"),
    ],
)
def test_looks(root: Path, what: str, path: str, text: str, holds: bool, detail: str) -> None:
    found = look(root, what, path, text)
    assert isinstance(found, Look)
    assert (found.holds, found.detail) == (holds, detail)


def test_a_regular_expression_knows_lines(root: Path) -> None:
    assert look(root, "text", "docs/ops.md", "^Rollback: (yes|no)$", regex=True) == Look(
        holds=True, detail="docs/ops.md:2", paths=("docs/ops.md",)
    )


def test_what_must_not_stand_there_is_not_repeated(root: Path) -> None:
    found = look(root, "no-text", "src/**/*.py", "AKIA[0-9]+", regex=True)
    assert found == Look(
        holds=False,
        detail="it stands in src/shop/b.py:1",
        paths=("src/shop/b.py",),
    )


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xff\xfe\x00x", "is no text"),
        (b"caf\xe9\n", "is not UTF-8"),
        (b"x" * (tree.LARGEST + 1), "has more than 10 MB"),
    ],
)
def test_what_is_not_surely_read_is_a_gap(root: Path, content: bytes, why: str) -> None:
    (root / "docs/odd.txt").write_bytes(content + b"found")
    for what in ("text", "no-text"):
        found = look(root, what, "docs/odd.txt", "absent")
        assert isinstance(found, Gap)
        assert found.message == f"docs/odd.txt {why}"
    if len(content) < tree.LARGEST:
        found = look(root, "text", "docs/odd.txt", "found")
        assert isinstance(found, Look)
        assert found.holds
    # what one file is certain of decides, whatever the others hold
    assert look(root, "no-text", "docs/*", "Rollback").holds is False  # type: ignore[union-attr]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights")
class TestLinks:
    def test_out_of_the_project(self, root: Path) -> None:
        (root.parent / "secret").write_text("x")
        (root / "link.md").symlink_to(root.parent / "secret")
        for what in ("file", "no-file", "text", "no-text"):
            found = look(root, what, "link.md", "x")
            assert isinstance(found, Gap)
            assert found.message == "link.md is a link out of the project"
        found = look(root, "no-text", "*.md", "absent")
        assert isinstance(found, Gap)

    def test_of_directories(self, root: Path) -> None:
        (root / "src/up").symlink_to(root / "src")
        (root / "src/docs").symlink_to(root / "docs")
        found = look(root, "text", "src/**/ops.md", "Rollback")
        assert isinstance(found, Look)
        assert found.detail == "src/docs/ops.md:2"
        (root / "src/out").symlink_to(root.parent)
        found = look(root, "no-text", "src/**", "absent")
        assert isinstance(found, Gap)
        assert found.message == "src/out is a link out of the project"

    def test_that_lead_nowhere(self, root: Path) -> None:
        (root / "gone").symlink_to(root / "nothing")
        assert isinstance(look(root, "no-file", "gone"), Gap)

    def test_a_pipe_is_not_waited_for(self, root: Path) -> None:
        os.mkfifo(root / "pipe")
        found = look(root, "text", "pipe", "x")
        assert isinstance(found, Gap)
        assert found.message == "pipe is no regular file"

    def test_what_may_not_be_read(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(path: object) -> object:
            if str(path).endswith("docs"):
                raise PermissionError(13, "Permission denied")
            return real(path)  # type: ignore[call-overload]

        real = os.scandir
        monkeypatch.setattr(os, "scandir", refuse)
        for what, path in (("no-file", "**/*.rst"), ("file", "**/*.rst"), ("no-text", "**/*.md")):
            found = look(root, what, path, "absent")
            assert isinstance(found, Gap)
            assert found.message == "docs/ cannot be read (Permission denied)"


def test_too_many_files(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "MOST_FILES", 2)
    assert isinstance(look(root, "no-file", "**/*.rst"), Gap)


def test_nothing_is_ever_raised(root: Path) -> None:
    assert isinstance(look(root, "text", "README.md", "(", regex=True), Gap)
    assert isinstance(look(root, "teleport", "README.md"), Gap)
    assert isinstance(look(root, "file", "a\0b"), Gap)


SOURCE = """\
import os, os.path as p, sys
import os as system
from os import environ as env, getenv, environ

os.environ["A1"]; system.environ["A2"]; env["A3"]; environ["A4"]
os.environ.get("B1", "x"); env.get("B2"); environ.setdefault("B3", ""); environ.pop("B4", None)
os.getenv("C1"); getenv("C2", 1); system.getenv(key="C3")
"D1" in os.environ; "D2" not in env; assert "D3" in environ
def function(os=os):
    class Inner:
        value: str = os.environ["E1"]
    return f"{os.environ['E2']}"

os.environ["SET"] = "x"
del os.environ["DELETED"]
sys.environ["OTHER"]; other.get("OTHER"); p.environ["OTHER"]; "x" in other
environ.copy(); os.environ.get(); os.environ[1]
"""


def test_uses_of_variables() -> None:
    found = used(SOURCE)
    expected = [
        "A1",
        "A2",
        "A3",
        "A4",
        "B1",
        "B2",
        "B3",
        "B4",
        "C1",
        "C2",
        "C3",
        "D1",
        "D2",
        "D3",
        "E1",
        "E2",
    ]
    assert sorted(name for name, _ in found.names) == expected
    assert dict(found.names)["E1"] == 11
    assert (found.computed, found.unread) == ((), "")


def test_names_of_others_are_no_use() -> None:
    assert used("environ['X']; getenv('X'); from .os import environ; environ['Y']").names == ()
    assert used("import os.path\nos.environ['X']").names == (("X", 2),)


def test_names_that_are_made_while_running_are_told() -> None:
    assert used("import os\nos.environ[x]\nos.getenv('A' + b)").computed == (2, 3)


@pytest.mark.parametrize("source", ["def", "x = '\0'", "(" * 5000, b"# coding: none\n"])
def test_source_that_is_no_source(source: str | bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "cannot be parsed" in used(source).unread
        assert used("'\\d'").unread == ""


def test_what_a_file_documents() -> None:
    text = "A=1\nexport B = 2\n# C=3\n  #D=\n\nE\n# see F\nG: 1\n1H=2\nexport I\n"
    assert names_in(".env.example", text) == {"A", "B", "C", "D", "E", "I"}
    assert names_in("config/prod.env", "X=1") == {"X"}
    assert names_in("docs/environment.md", "| `F_1` | what |") == {"F_1", "what"}


def check(root: Path, glob: str = "") -> Look | Gap:
    return look(root, "environment-variables", ".env.example", glob)


class TestEnvironmentVariables:
    def test_all_are_documented(self, root: Path) -> None:
        (root / ".env.example").write_text("TOKEN=\nUNUSED=1\n")
        assert check(root) == Look(
            holds=True,
            detail="1 variable in .env.example",
            paths=(".env.example", "src/shop/a.py", "src/shop/b.py"),
        )

    def test_missing_ones_are_named(self, root: Path) -> None:
        (root / ".env.example").write_text("OTHER=\n")
        (root / "src/shop/c.py").write_text("from os import environ\nenviron['KEY'], environ[x]\n")
        found = check(root)
        assert isinstance(found, Look)
        assert not found.holds
        assert found.detail == (
            "KEY (src/shop/c.py:2), TOKEN (src/shop/a.py:2) are not in .env.example;"
            " with a name that is made while running: src/shop/c.py:2"
        )
        assert found.paths == ("src/shop/c.py", "src/shop/a.py", ".env.example")

    def test_no_file_documents_them(self, root: Path) -> None:
        found = check(root, "src/**")
        assert isinstance(found, Look)
        assert found.detail == (
            "TOKEN (src/shop/a.py:2) is not documented: there is no .env.example"
        )

    def test_none_is_used(self, root: Path) -> None:
        found = check(root, "src/shop/b.py")
        assert (found.holds, found.detail) == (True, "no variable is read")  # type: ignore[union-attr]

    def test_source_that_cannot_be_parsed(self, root: Path) -> None:
        (root / "src/shop/c.py").write_text("def")
        (root / ".env.example").write_text("TOKEN=\n")
        found = check(root)
        assert isinstance(found, Gap)
        assert found.message == "src/shop/c.py cannot be parsed (line 1)"
        (root / ".env.example").write_text("")
        assert isinstance(check(root), Look)  # one is missing, whatever the other file holds

    def test_no_source(self, root: Path) -> None:
        found = check(root, "lib/**")
        assert isinstance(found, Gap)
        assert found.message == "no Python source was found at lib/**"

    def test_source_as_it_is_configured(self, root: Path) -> None:
        (root / "other").mkdir()
        (root / "other/x.py").write_text("import os\nos.getenv('X')\n")
        for source in ("other", "shop", "other.x"):
            wanted = LookFor(what="environment-variables", path=".env.example")
            (fact,) = look_facts(root, [wanted], [source])
            assert isinstance(fact.data, Look)
            assert ("TOKEN" in fact.data.detail) == (source == "shop")

    def test_neither_the_environment_nor_its_file_is_read(
        self, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TOKEN", "s3cret")
        (root / ".env").write_text("TOKEN=s3cret\n")
        (root / "src/.env").write_text("TOKEN=s3cret\n")
        real = os.open

        def watched(path: object, *args: object, **more: object) -> int:
            assert not str(path).endswith(".env")
            return real(path, *args, **more)  # type: ignore[call-overload, no-any-return]

        monkeypatch.setattr(os, "open", watched)
        found = check(root, "src/**")
        assert isinstance(found, Look)
        assert not found.holds
        assert "s3cret" not in str(found)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=60) | st.binary(max_size=60))
def test_any_source(source: str | bytes) -> None:
    assert used(source) is not None
