"""Sessions with a history: judged by it, recorded in it, and never harmed by it."""

from __future__ import annotations

import contextlib
import datetime
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_readiness.history.decisions import Decided
from pytest_readiness.history.interface import Wanted
from pytest_readiness.history.store import open_store
from pytest_readiness.model.evidence import Decision
from pytest_readiness.model.history import History, Part, Series
from pytest_readiness.model.value import replace
from sessions import Seen, apart, project, run

GATE = '"tests.run" = ">= baseline"\n'
GITHUB = {"CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "acme/shop"}
TWO = "def test_a(): pass\ndef test_b(): pass\n"
ONE = "def test_a(): pass\n"
DATABASE = Path(".readiness/history.db")


@pytest.fixture(autouse=True)
def without_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """What CIs set beside the variables by which they are known."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for name in ("GITHUB_EVENT_NAME", "GITHUB_EVENT_PATH", "GITHUB_BASE_REF", "GITHUB_HEAD_REF"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(name="shop")
def fixture_shop(pytester: pytest.Pytester) -> pytest.Pytester:
    """A repository on its branch ``main`` with a gate on the number of tests."""
    project(pytester, gates=GATE, test_shop=TWO)
    git(pytester, "init", "-q", "-b", "main")
    commit(pytester)
    return pytester


def git(pytester: pytest.Pytester, *args: str) -> None:
    names = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    subprocess.run(["git", *names, *args], cwd=pytester.path, check=True, capture_output=True)


def commit(pytester: pytest.Pytester) -> None:
    git(pytester, "add", "-A", "--", "*.py", "*.toml")
    git(pytester, "commit", "-q", "--allow-empty", "-m", "next")


def change(pytester: pytest.Pytester, content: str) -> None:
    pytester.makepyfile(test_shop=content)
    # two contents of one size within a second: the older bytecode would be taken for the newer's
    for cache in pytester.path.rglob("__pycache__"):
        for file in cache.iterdir():
            file.unlink()
    sys.modules.pop("test_shop", None)


def history(pytester: pytest.Pytester, *parts: Part) -> History:
    store = open_store(str(DATABASE), pytester.path, create=False, read_only=True)
    try:
        return store.load(Wanted(parts=frozenset(parts or {Part.VALUES})))
    finally:
        store.close()


def notices(seen: Seen) -> list[str]:
    return [text for tool, text in seen.scorecard.notices if tool == "history"]


def test_a_fall_is_seen_against_the_base_branch(shop: pytest.Pytester) -> None:
    first = run(shop)
    assert (first.verdict, first.status) == ("READY WITH RISKS", 0)
    message = first.gate("tests.run").message
    assert message == "no baseline: no run was recorded before this one"
    assert notices(first) == []
    assert (run(shop).verdict, run(shop).verdict) == ("READY", "READY")
    git(shop, "checkout", "-q", "-b", "fix")
    change(shop, ONE)
    commit(shop)
    fall = run(shop, "-v")
    assert (fall.verdict, fall.status) == ("NOT READY", 1)
    assert "1 of 1 tests, needs baseline (baseline 2), 1 test short" in fall.output
    day = fall.evidence.records[-1].run[:8]
    assert f"baseline 2 of {day[:4]}-{day[4:6]}-{day[6:]}, main@" in fall.output
    known = history(shop)
    assert [one.base for one in known.runs] == [True, True, True, False]
    assert [one.verdict for one in known.runs][2:] == ["READY", "NOT READY"]
    values = known.values[Series("tests.run")][""]
    assert [(one.value, one.held) for one in values] == [(2, True)] * 3 + [(1, False)]


def test_neither_falls_nor_failures_nor_dirty_trees_move_it(shop: pytest.Pytester) -> None:
    run(shop)
    change(shop, ONE)
    assert run(shop).gate("tests.run").outcome.value == "failed"  # not committed
    commit(shop)
    assert run(shop).gate("tests.run").outcome.value == "failed"
    assert run(shop).gate("tests.run").outcome.value == "failed"  # also the second time
    change(shop, TWO + "def test_c(): pass\ndef test_d(): assert 0\n")
    commit(shop)
    assert run(shop).status == 1
    change(shop, TWO)
    commit(shop)
    assert run(shop).verdict == "READY"  # four tests ran, and pytest failed: they are no baseline
    bases = [(one.base, one.exit_status) for one in history(shop).runs]
    assert bases == [(True, 0), (False, 0), (True, 0), (True, 0), (True, 1), (True, 0)]


def test_what_is_waived_on_the_base_branch_is_the_next_baseline(shop: pytest.Pytester) -> None:
    run(shop)
    change(shop, ONE)
    expires = datetime.datetime.now(datetime.timezone.utc).date() + datetime.timedelta(days=7)
    waiver = (
        '\n[[tool.pytest-readiness.waivers]]\ngate = "tests.run"\naccept = ">= 1"\n'
        f'reason = "moved to another project"\nowner = "@shop"\nexpires = {expires}\n'
    )
    text = (shop.path / "pyproject.toml").read_text()
    (shop.path / "pyproject.toml").write_text(text + waiver)
    commit(shop)
    assert run(shop).gate("tests.run").outcome.value == "waived"
    (shop.path / "pyproject.toml").write_text(text)
    commit(shop)
    assert run(shop).verdict == "READY"


def test_a_hotfix_of_earlier_days_is_shown_and_waives_nothing(shop: pytest.Pytester) -> None:
    today = datetime.datetime.now(datetime.timezone.utc).date()
    made = Decision(reason="r", owner="@o", expires=str(today), decided=f"{today}T00:00:00Z")
    past = replace(made, expires=str(today - datetime.timedelta(days=1)))
    with contextlib.closing(open_store(".readiness/history.db", shop.path)) as store:
        store.decide([Decided(runs=name, gate="tests.run", decision=one) for name, one in
                      [("r1", made), ("r2", past)]])  # fmt: skip
    seen = run(shop, "--readiness-gate", "tests.run >= 99")
    assert seen.status == 1
    assert seen.scorecard.decisions == (("tests.run", made),)
    assert "hotfix of an earlier day: @o waived tests.run" in seen.output


@pytest.mark.parametrize(
    "environ",
    [
        {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_HEAD_REF": "main"},
        {"GITHUB_EVENT_NAME": "pull_request_target"},
    ],
)
def test_a_pull_request_called_like_the_base_branch_moves_nothing(
    shop: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, environ: dict[str, str]
) -> None:
    for name, value in {**GITHUB, "GITHUB_BASE_REF": "main", **environ}.items():
        monkeypatch.setenv(name, value)
    run(shop)
    assert [one.base for one in history(shop).runs] == [False]
    message = run(shop).gate("tests.run").message
    assert message.endswith("the earlier run is not a passing run of the base branch")


def test_a_bare_commit_of_a_ci_is_of_the_branch_that_it_builds(
    shop: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(shop, "checkout", "-q", "--detach")
    for name, value in {**GITHUB, "GITHUB_REF": "refs/heads/main"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("GITHUB_SHA", raising=False)
    run(shop)
    assert [(one.branch, one.base) for one in history(shop).runs] == [("main", True)]


def test_another_environment_has_no_baseline_here(
    shop: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(shop)
    with sqlite3.connect(shop.path / DATABASE) as database:
        database.execute("UPDATE runs SET kin = 'cpython3.8-linux'")
    gate = run(shop).gate("tests.run")
    assert gate.message == "no baseline: no run was recorded before this one"


def test_a_part_of_the_suite_at_a_desk_is_recorded_and_moves_nothing(
    shop: pytest.Pytester,
) -> None:
    run(shop, "-k", "test_a")
    (only,) = history(shop).runs
    assert (only.selection, only.base, only.verdict) == (("-k test_a",), False, "NO VERDICT")


@pytest.mark.parametrize(
    "args", [["--collect-only"], ["--readiness-mode=collect"], ["--readiness-shard=1/2"]]
)
def test_what_is_not_judged_is_not_recorded(shop: pytest.Pytester, args: list[str]) -> None:
    run(shop, *args)
    assert not (shop.path / DATABASE).exists()


@pytest.mark.parametrize("policy", ["history = false", None])
def test_where_no_history_is_kept_none_is_looked_for(
    pytester: pytest.Pytester, policy: str | None
) -> None:
    pytester.makepyfile(test_shop=TWO)
    if policy:
        project(pytester, gates=GATE, policy=policy)
    code = (
        "import sys, pytest\n"
        "status = pytest.main(['--readiness', '-p', 'no:cacheprovider'])\n"
        "loaded = [n for n in sys.modules if n.startswith('pytest_readiness.history')]\n"
        "assert 'sqlite3' not in sys.modules or 'coverage' in sys.modules, 'sqlite3'\n"
        "print('loaded:', loaded)\n"
        "sys.exit(status)\n"
    )
    done = pytester.run(sys.executable, "-c", code)
    assert done.ret == 0
    assert not (pytester.path / DATABASE).exists()
    if policy is None:
        done.stdout.fnmatch_lines(["loaded: []"])
    else:
        done.stdout.fnmatch_lines(["*no baseline: no history is kept*"])


def test_other_stages_gates_find_their_baselines(pytester: pytest.Pytester) -> None:
    project(pytester, test_shop=TWO)
    run(pytester)
    gates = '\n[tool.pytest-readiness.stages.pr.gates]\n"tests.collected" = ">= baseline"\n'
    with open(pytester.path / "pyproject.toml", "a") as file:
        file.write(gates)
    assert run(pytester, "--readiness-stage=pr").verdict == "READY"


def test_workers_leave_the_history_alone(shop: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    done = apart(shop, "--readiness", "-n1", plugins="xdist")
    assert done.ret == 0
    (only,) = history(shop).runs
    assert only.ran == 2


# What is wrong with a history


def bad(path: Path, how: str) -> Iterator[None]:
    """Make the history at ``path`` useless for as long as the iterator lives."""
    if how == "garbage":
        path.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    elif how == "newer":
        with sqlite3.connect(path) as database:
            database.execute("PRAGMA user_version = 999")
    elif how == "foreign":
        path.unlink()
        with sqlite3.connect(path) as database:
            database.execute("CREATE TABLE other (x)")
    elif how == "a directory":
        path.unlink()
        path.mkdir()
    elif how == "damaged inside":
        with sqlite3.connect(path) as database:
            database.execute("UPDATE contents SET data = x'00'")
            database.execute("UPDATE readings SET numbers = x'00'")
    yield


@pytest.mark.parametrize("how", ["newer", "foreign", "a directory", "damaged inside"])
def test_a_history_that_is_no_use_is_told_and_blocks_only_what_needs_it(
    shop: pytest.Pytester, how: str
) -> None:
    run(shop)
    for _ in bad(shop.path / DATABASE, how):
        seen = run(shop)
    assert "INTERNALERROR" not in seen.output
    assert seen.gate("tests.run").outcome.value == "error"
    assert {name: one for name, one in seen.outcomes().items() if name != "tests.run"} == {
        "tests.failed": "passed",
        "tests.errors": "passed",
    }
    assert (seen.verdict, seen.status) == ("NOT READY", 1)
    assert any("history" in text for text in notices(seen)), notices(seen)


@pytest.mark.parametrize("how", ["newer", "foreign", "a directory", "damaged inside", "garbage"])
def test_it_is_no_gates_matter_where_none_needs_it(pytester: pytest.Pytester, how: str) -> None:
    project(pytester, test_shop=TWO)
    run(pytester)
    for _ in bad(pytester.path / DATABASE, how):
        seen = run(pytester)
    assert (seen.verdict, seen.status) == ("READY", 0)
    assert "INTERNALERROR" not in seen.output
    if how != "damaged inside":  # nothing of it is read, and the next run goes beside it
        assert notices(seen), seen.output


def test_a_damaged_file_is_set_aside_and_another_begun(shop: pytest.Pytester) -> None:
    run(shop)
    for _ in bad(shop.path / DATABASE, "garbage"):
        seen = run(shop)
    assert seen.verdict == "READY WITH RISKS"
    assert "was set aside as history.db.corrupt-1" in notices(seen)[0]
    assert run(shop).verdict == "READY"


def test_a_directory_that_cannot_be_written_to(shop: pytest.Pytester) -> None:
    # /proc takes no file from anybody, root included
    text = (shop.path / "pyproject.toml").read_text()
    header = "[tool.pytest-readiness]\n"
    history = 'history = "/proc/self/task/history.db"\n'
    (shop.path / "pyproject.toml").write_text(text.replace(header, header + history))
    seen = run(shop)
    assert seen.status == 0
    assert "this run was not recorded" in notices(seen)[0]


def test_a_history_out_of_reach(shop: pytest.Pytester) -> None:
    (shop.path / "file").write_text("")
    text = (shop.path / "pyproject.toml").read_text()
    header = "[tool.pytest-readiness]\n"
    (shop.path / "pyproject.toml").write_text(
        text.replace(header, f'{header}history = "file/history.db"\n', 1)
    )
    seen = run(shop)
    assert (seen.verdict, seen.status) == ("READY WITH RISKS", 0)
    assert "this run was not recorded" in notices(seen)[0]


@pytest.mark.parametrize(
    ("event", "outcome"), [("push", "error"), ("pull_request", "not measured")]
)
def test_a_fork_is_not_expected_to_reach_the_projects_database(
    shop: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, event: str, outcome: str
) -> None:
    payload = shop.path / "event.json"
    payload.write_text(
        '{"pull_request": {"head": {"repo": {"full_name": "mallory/shop"}},'
        ' "base": {"repo": {"full_name": "acme/shop"}}}}'
    )
    told = {**GITHUB, "GITHUB_EVENT_NAME": event, "GITHUB_EVENT_PATH": str(payload)}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    text = (shop.path / "pyproject.toml").read_text()
    header = "[tool.pytest-readiness]\n"
    database = 'history = "postgresql://ci:secret@127.0.0.1:9/none?connect_timeout=2"\n'
    (shop.path / "pyproject.toml").write_text(text.replace(header, header + database, 1))
    seen = run(shop)
    assert seen.gate("tests.run").outcome.value == outcome
    assert "this run was not recorded" in notices(seen)[-1]
    assert "secret" not in seen.output


def test_the_published_baselines_serve_where_there_is_nothing_else(shop: pytest.Pytester) -> None:
    from pytest_readiness.history import baseline_file
    from pytest_readiness.history.published import published

    run(shop)
    store = open_store(str(DATABASE), shop.path)
    (shop.path / "baseline.json").write_bytes(baseline_file.dumps(published(store)))
    store.close()
    text = (shop.path / "pyproject.toml").read_text()
    header = "[tool.pytest-readiness]\n"
    before = (shop.path / "baseline.json").read_bytes()
    for setting in ("history = false\n", ""):
        (shop.path / DATABASE).unlink(missing_ok=True)
        (shop.path / "pyproject.toml").write_text(
            text.replace(header, f'{header}{setting}baseline-file = "baseline.json"\n', 1)
        )
        assert run(shop).gate("tests.run").outcome.value == "passed"
    assert (shop.path / "baseline.json").read_bytes() == before
    (shop.path / DATABASE).unlink()
    (shop.path / "baseline.json").write_text("{")
    seen = run(shop)
    assert seen.gate("tests.run").outcome.value == "error"
    assert any("baseline.json" in text for text in notices(seen))


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal")
def test_a_session_that_was_killed_is_named_and_costs_no_earlier_run(
    shop: pytest.Pytester,
) -> None:
    run(shop)
    change(shop, "import os, signal\ndef test_a(): os.kill(os.getpid(), signal.SIGKILL)\n")
    killed = apart(shop, "--readiness")
    assert killed.ret == -signal.SIGKILL
    change(shop, TWO)
    seen = run(shop)
    assert "died in test_shop.py::test_a (call)" in seen.output
    assert seen.gate("tests.run").outcome.value == "passed"
    assert len(history(shop).runs) == 2
