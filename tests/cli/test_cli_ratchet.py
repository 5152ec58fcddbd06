"""Raising gates from the command line, on evidence made by hand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import strategies as made
from commanding import evidence, write
from pytest_readiness import cli
from pytest_readiness.model import lines
from pytest_readiness.model.evidence import Evidence, FileCoverage, Record, Run

Capsys = pytest.CaptureFixture[str]

CONFIG = """\
# ours
[tool.pytest-readiness]
profile = "library"  # to start from

[tool.pytest-readiness.gates]
"coverage.lines" = ">= 50% and >= baseline - 1pp"   # agreed in May
"tests.run" = ">= 1"
"coverage.patch" = false
"""


def covered(run: str, executed: int, tests: int) -> Evidence:
    names = tuple(f"t{number}" for number in range(tests))
    plain = evidence(run, tests=names)
    ((record, manifest),) = plain.select(Run)
    whole = made.run(sections=("coverage", "tests"), started=manifest.started)
    file = FileCoverage(
        digest="d", statements=lines.of(range(1, 101)), executed=lines.of(range(1, executed + 1))
    )
    others = [one for one in plain.records if one is not record]
    return Evidence.of(
        [*others, Record(run, "", "", 0, whole), Record(run, "", "src/a.py", 0, file)]
    ).sealed()


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pyproject.toml").write_text(CONFIG)
    write(tmp_path / "one.json", covered("r1", 94, 12))
    write(tmp_path / "two.json", covered("r2", 92, 11))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


def test_the_change_is_shown_as_a_patch(runs: Path, capsys: Capsys) -> None:
    assert cli.main(["ratchet", "one.json", "two.json"]) == 0
    out = capsys.readouterr().out
    assert '-"coverage.lines" = ">= 50% and >= baseline - 1pp"   # agreed in May' in out
    assert '+"coverage.lines" = ">= 91% and >= baseline - 1pp"   # agreed in May' in out
    assert '+"tests.run" = ">= 10"' in out
    assert "the worst of 2 runs" in out
    assert (runs / "pyproject.toml").read_text() == CONFIG
    patch = out[out.index("--- a/") :]
    done = subprocess.run(["git", "apply", "-"], input=patch, text=True, cwd=runs, check=False)
    assert done.returncode == 0
    assert '">= 91% and >= baseline - 1pp"   # agreed' in (runs / "pyproject.toml").read_text()


def test_written_once_there_is_nothing_left(runs: Path, capsys: Capsys) -> None:
    assert cli.main(["ratchet", "one.json", "two.json", "--write"]) == 0
    written = (runs / "pyproject.toml").read_text()
    assert '"tests.run" = ">= 10"' in written
    assert "# ours\n" in written
    capsys.readouterr()
    assert cli.main(["ratchet", "one.json", "two.json", "--write"]) == 0
    assert "No gate can be raised" in capsys.readouterr().out
    assert (runs / "pyproject.toml").read_text() == written


def test_never_looser(runs: Path, capsys: Capsys) -> None:
    text = CONFIG.replace(">= 50%", ">= 92%").replace('>= 1"', '>= 10"')
    (runs / "pyproject.toml").write_text(text)
    assert cli.main(["ratchet", "two.json", "--write"]) == 0
    assert (runs / "pyproject.toml").read_text() == text


def test_gates_of_the_profile_are_added_when_asked_for(runs: Path, capsys: Capsys) -> None:
    (runs / "pyproject.toml").write_text('[tool.pytest-readiness]\nprofile = "library"\n')
    assert cli.main(["ratchet", "one.json", "--write"]) == 0
    out = capsys.readouterr().out
    assert "coverage.lines" in out
    assert "not in the change" in out
    assert "gates" not in (runs / "pyproject.toml").read_text()
    assert cli.main(["ratchet", "one.json", "--write", "--all"]) == 0
    assert '"coverage.lines" = ">= 93%"' in (runs / "pyproject.toml").read_text()


def test_headroom_is_told(runs: Path, capsys: Capsys) -> None:
    text = CONFIG.replace(" and >= baseline - 1pp", "")
    (runs / "pyproject.toml").write_text(text)
    cli.main(["ratchet", "one.json"])
    out = capsys.readouterr().out
    assert "Headroom in which a fall would pass unseen" in out
    assert "coverage.lines >= 50%: it is at 94 %, 44 percentage points away" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing.json"], "cannot be read"),
        (["one.json", "--margin", "much"], "no number"),
        (["one.json", "--step", "0"], "above 0"),
        (["--last", "0"], "above 0"),
    ],
)
def test_mistakes_end_with_status_4(
    runs: Path, capsys: Capsys, arguments: list[str], words: str
) -> None:
    try:
        status = cli.main(["ratchet", *arguments])
    except SystemExit as stopped:
        status = int(stopped.code or 0)
    assert status == 4
    assert words in capsys.readouterr().err


def test_without_tomlkit_the_list_is_shown_and_the_remedy(runs: Path) -> None:
    blocked = "import sys; sys.modules['tomlkit'] = None; from pytest_readiness import cli; "
    done = subprocess.run(
        [sys.executable, "-c", f"{blocked}sys.exit(cli.main(['ratchet', 'one.json']))"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 4
    assert "pip install 'pytest-readiness[ratchet]'" in done.stderr
    assert ">= 93%" in done.stdout
