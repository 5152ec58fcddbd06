"""``judge --history``: what the present gates would have said of the runs that are kept."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
from pathlib import Path

import pytest

from pytest_readiness.cli.program import main
from sessions import project, run


@pytest.fixture(name="shop")
def fixture_shop(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Six runs of the base branch, of 4, 4, 2, 2, 4 and 3 tests, and no gate on their number."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    project(pytester, test_shop="")
    for args in (("init", "-q", "-b", "main"), ("add", "pyproject.toml")):
        git(pytester.path, *args)
    for number in (4, 4, 2, 2, 4, 3):
        write(pytester, number)
        git(pytester.path, "add", "test_shop.py")
        git(pytester.path, "commit", "-q", "--allow-empty", "-m", "next")
        assert run(pytester).status == 0
    return pytester


def git(path: Path, *args: str) -> None:
    names = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    subprocess.run(["git", *names, *args], cwd=path, check=True, capture_output=True)


def write(pytester: pytest.Pytester, number: int) -> None:
    (pytester.path / "test_shop.py").write_text(
        "import pytest\n"
        # sizes differ, so that no older bytecode is taken for it
        f"@pytest.mark.parametrize('x', {list(range(number))})\ndef test_a(x): pass\n"
    )


def ask(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str]:
    capsys.readouterr()
    status = main(["judge", "--history", *args])
    said = capsys.readouterr()
    return status, said.out + said.err


def document(capsys: pytest.CaptureFixture[str], *args: str) -> dict[str, object]:
    status, text = ask(capsys, "--json", *args)
    assert status == 0, text
    loaded: dict[str, object] = json.loads(text)
    return loaded


def blocked(told: dict[str, object], gate: str) -> list[int]:
    """Which of the runs judged, by their places."""
    order = [one["id"] for one in told["runs"]]  # type: ignore[attr-defined]
    (found,) = (one for one in told["gates"] if one["name"] == gate)  # type: ignore[attr-defined]
    return [order.index(one["id"]) for one in found["blocked"]]


def test_gates_are_tried_on_the_past(
    shop: pytest.Pytester, capsys: pytest.CaptureFixture[str]
) -> None:
    told = document(capsys, "--gate", "tests.run >= 4")
    assert (told["judged"], blocked(told, "tests.run")) == (6, [2, 3, 5])
    assert len(told["blocked"]) == 3  # type: ignore[arg-type]
    status, text = ask(capsys, "--gate", "tests.run >= 4")
    assert (status, "tests.run >= 4: would have blocked 3 of 6 runs" in text) == (0, True)
    assert ": 2 of 2 tests, needs 4" in text
    assert "3 of 6 runs would have been blocked, 3 of which were ready then" in text

    # without the gate the fall to two tests became the baseline; with it, it would not have
    told = document(capsys, "--gate", "tests.run >= baseline")
    assert blocked(told, "tests.run") == [2, 3, 5]
    (gate,) = (one for one in told["gates"] if one["name"] == "tests.run")  # type: ignore[attr-defined]
    assert (gate["unknown"], gate["passed"]) == (1, 2)  # the first had nothing before it
    last = document(capsys, "--gate", "tests.run >= baseline", "--last", "3")
    assert (last["judged"], blocked(last, "tests.run")) == (3, [2])

    # that it was not measured then is no gate's fault
    told = document(capsys, "--gate", "coverage.lines >= 90%")
    assert (told["blocked"], len(told["unknown"])) == ([], 6)  # type: ignore[arg-type]
    _, text = ask(capsys, "--gate", "coverage.lines >= 90%")
    assert "coverage.lines >= 90%: not measured in 6" in text
    assert "of 6 it cannot be told, something was not measured then" in " ".join(text.split())

    # a part of the suite has no verdict then as now
    run(shop, "-k", "test_a and 1")
    told = document(capsys, "--gate", "tests.run >= 4")
    assert (told["judged"], told["partial"]) == (6, 1)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["evidence.json"], "no evidence files beside it"),
        (["--last", "-1"], "give a number of runs, or 0 for all"),
        (["--report", "json:-"], "--history informs"),
        (["--stage", "none"], "there is no stage"),
    ],
)
def test_mistakes_are_told(
    pytester: pytest.Pytester, capsys: pytest.CaptureFixture[str], args: list[str], said: str
) -> None:
    project(pytester)
    status, text = ask(capsys, "--last", "3", *args)
    assert (status, said in text) == (4, True), text


def test_without_a_history_there_is_nothing_to_judge(
    pytester: pytest.Pytester, capsys: pytest.CaptureFixture[str]
) -> None:
    status, text = ask(capsys)
    assert (status, "no history is kept here" in text) == (4, True)
    project(pytester)
    status, text = ask(capsys)
    assert (status, "there is no history at" in text) == (4, True)
    assert not (pytester.path / ".readiness").exists()


def test_the_present_policy_is_no_change_of_an_old_one(
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What was merged since then is no weakening of what stood there, and binds nobody today."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    pytester.makepyfile(test_shop="def test_a(): pass")

    def configure(least: int, *more: str) -> None:
        pytester.makepyprojecttoml(
            "\n".join(
                [
                    "[tool.pytest-readiness]",
                    'waivers-from = "base"',
                    "[tool.pytest-readiness.gates]",
                    f'"tests.run" = ">= {least}"',
                    *more,
                ]
            )
        )

    configure(1, '"policy.weakened" = "== 0"', '"tests.failed" = "== 0"')
    git(pytester.path, "init", "-q", "-b", "main")
    git(pytester.path, "add", "-A")
    git(pytester.path, "commit", "-q", "-m", "one")
    assert run(pytester).status == 0
    loosened = (
        '"tests.failed" = "<= 3"',
        "[[tool.pytest-readiness.waivers]]",
        'gate = "tests.run"',
        'accept = ">= 1"',
        'reason = "few"',
        'owner = "@a"',
        f"expires = {datetime.date.today() + datetime.timedelta(days=30)}",
    )
    configure(2, *loosened)
    told = document(capsys)
    assert (told["judged"], told["blocked"], told["left_out"]) == (1, [], [])
    (only,) = told["runs"]  # type: ignore[misc]
    assert only["verdict"] == "READY WITH RISKS"  # type: ignore[has-type]
    # nor is it known of a change of today whether it would have been weaker then
    configure(1, '"policy.weakened" = "== 0"', *loosened)
    told = document(capsys)
    assert (told["blocked"], told["unknown"], told["left_out"]) == ([], [], ["policy.weakened"])
    status, text = ask(capsys)
    assert status == 0
    assert "not tried: policy.weakened == 0: it compares a change with its base" in text
