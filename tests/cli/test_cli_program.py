"""What all commands have in common: arguments, colours, encodings, what is imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from commanding import evidence, write
from pytest_readiness import cli

Capsys = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    ("arguments", "status"),
    [([], 4), (["schema", "x"], 4), (["judge", "x", "--color", "maybe"], 4), (["--help"], 0)],
)
def test_arguments(arguments: list[str], status: int, capsys: Capsys) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert caught.value.code == status


@pytest.mark.parametrize(
    ("environment", "arguments", "coloured"),
    [
        ({}, [], False),
        ({}, ["--color=yes"], True),
        ({"FORCE_COLOR": "1"}, [], True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, [], False),
        ({"PY_COLORS": "1", "NO_COLOR": "1"}, [], True),
        ({"PY_COLORS": "0", "FORCE_COLOR": "1"}, [], False),
        ({"PY_COLORS": "1"}, ["--color=no"], False),
    ],
)
def test_colours(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capsys,
    environment: dict[str, str],
    arguments: list[str],
    coloured: bool,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert cli.main(["judge", "one.json", *arguments]) == 0
    assert ("\x1b[" in capsys.readouterr().out) is coloured


def run(*arguments: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "pytest_readiness.cli", *arguments]
    return subprocess.run(command, capture_output=True, check=False, **options)  # type: ignore[call-overload,no-any-return]


def test_ascii_where_the_stream_holds_no_more(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project / "one.json", evidence(tests=("a", "\u00e9\u4e2d\udc80")))
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    done = run("judge", "one.json", "-vv", "--gate", "tests.run >= 9")
    assert done.returncode == 1
    assert done.stdout.isascii()
    assert done.stderr == b""


def test_judging_imports_neither_pytest_nor_coverage(project: Path) -> None:
    code = (
        "import sys; from pytest_readiness import cli; cli.main(['judge', 'one.json', '-q'])\n"
        "print(sorted({'pytest', '_pytest', 'pluggy', 'coverage'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
