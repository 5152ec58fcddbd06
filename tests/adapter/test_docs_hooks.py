"""The examples of docs/hooks.md and docs/ci.md do what the pages say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sessions import project, run

DOCS = Path(__file__).parents[2] / "docs"


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (DOCS / page).read_text(), re.DOTALL)


def test_the_figure_of_a_test_and_the_conftest(pytester: pytest.Pytester) -> None:
    test, conftest, names = blocks("hooks.md", "python")
    (gate,) = blocks("hooks.md", "toml")
    project(pytester, test_a=test)
    (pytester.path / "pyproject.toml").write_text(f'{gate}"docs.pages" = ">= 2"\n')
    pytester.makeconftest(conftest)
    (pytester.path / "docs").mkdir()
    for name in ("a.md", "b.md"):
        (pytester.path / "docs" / name).write_text("")
    seen = run(pytester)
    assert seen.outcomes()["checkout.p95"] == "passed"
    assert seen.outcomes()["docs.pages"] == "passed"
    exec(compile(names, "hooks.md", "exec"), {})


def test_every_hook_and_every_option_is_documented() -> None:
    from pytest_readiness import hookspecs

    page = (DOCS / "hooks.md").read_text()
    for name in vars(hookspecs):
        if name.startswith("pytest_readiness_"):
            assert f"`{name}(" in page


def test_a_smoke_stage(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    (stage,) = blocks("ci.md", "toml")
    content = "import pytest\n@pytest.mark.smoke\ndef test_a(): pass\ndef test_b(): pass"
    project(pytester, gates='"coverage.lines" = ">= 90%"', policy=stage, test_a=content)
    monkeypatch.setenv("CI", "true")
    seen = run(pytester, "--readiness-stage", "smoke", "-m", "smoke")
    assert seen.verdict == "READY"
    assert "coverage.lines" not in seen.outcomes()
