"""Run a project with ``--readiness-probe`` in a process of its own, with few plugins, and read its report."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import warm

TURNS = """
import os, pathlib
PLACE = pathlib.Path(os.environ["TURNS"])

def turn(name):
    "How often it was asked for, in whichever process."
    file = PLACE / name
    number = len(file.read_text()) if file.exists() else 0
    with file.open("a") as out:
        out.write("x")
    return number

def unsteady(name):
    "Fails and passes without a period (Thue and Morse), first it fails."
    return bin(turn(name)).count("1") % 2
"""
"""A module of the project: tests that do something else each time, and each time the same."""


@dataclass(frozen=True)
class Probed:
    """What came of it."""

    status: int
    output: str
    report: dict[str, Any]

    @property
    def kinds(self) -> dict[str, str]:
        """By the test's name."""
        return {name: str(one["kind"]) for name, one in self.diagnoses.items()}

    @property
    def diagnoses(self) -> dict[str, dict[str, Any]]:
        return {
            str(one["subject"]["id"]).partition("::")[2]: one for one in self.report["diagnoses"]
        }

    @property
    def notes(self) -> list[str]:
        return [
            one["text"] for one in self.report["notices"] if one["tool"] in ("probe", "remeasure")
        ]


def project(pytester: pytest.Pytester, *, policy: str = "", ini: str = "", **files: str) -> Path:
    """Files by name, ``/`` written as ``__``; all are new beside an empty commit."""
    pytester.makefile(
        ".toml",
        pyproject="[tool.pytest-readiness]\nprofile = 'starter@1'\nhistory = false\nbase = 'HEAD'\n"
        f"{policy}\n[tool.pytest.ini_options]\n{ini}\n",
    )
    root = pytester.path
    (root / "turns.py").write_text(TURNS, encoding="utf-8")
    (root / "turns").mkdir(exist_ok=True)
    for name, content in files.items():
        path = root / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    for arguments in (("init", "-q"), ("commit", "-q", "--allow-empty", "-m", "nothing")):
        pytester.run("git", "-c", "user.name=a", "-c", "user.email=a@b.c", *arguments)
    return root


def probe(
    pytester: pytest.Pytester, *args: str, plugins: tuple[str, ...] = (), budget: str = "20min"
) -> Probed:
    path = pytester.path / "report.json"
    path.unlink(missing_ok=True)
    loaded = [part for name in ("pytest_readiness.plugin", *plugins) for part in ("-p", name)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        patch.setenv("TURNS", str(pytester.path / "turns"))
        patch.delenv("PYTEST_XDIST_WORKER", raising=False)
        result = warm.runpytest(
            pytester,
            *loaded,
            *([f"--readiness-probe={budget}"] if budget else []),
            f"--readiness-report=json:{path}",
            *args,
        )
    report = json.loads(path.read_text()) if path.exists() else {"diagnoses": [], "notices": []}
    return Probed(int(result.ret), result.stdout.str() + result.stderr.str(), report)
