"""Repeating tests changes nothing of the session; and it runs what it says, whatever a test is called."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

import pytest

from probing import probe, project

SUITE = """
import os
import pytest
import code_under_test
from turns import turn

def test_odd():
    number = turn("odd")
    code_under_test.first() if number == 0 else code_under_test.later()
    assert number

def test_fine(record_property, tmp_path):
    (tmp_path / "file").touch()
    record_property("a", 1)

def test_ends_the_process():
    if turn("ends"):
        os._exit(0)

@pytest.mark.skip
def test_skipped(): pass
"""
CODE = """
def first():
    return 1

def later():
    return 2
"""
CONFTEST = """
import atexit, os, pathlib
LOG = pathlib.Path(os.environ["TURNS"], "log")
SESSION = os.getpid()

def pytest_runtest_logreport(report):
    with LOG.open("a") as out:
        if os.getpid() == SESSION and os.environ.get("OUTER", "") == "1":
            out.write(f"{report.nodeid} {report.when} {report.outcome}\\n")
"""


def _outcome(root: Path) -> dict[str, object]:
    tree = ElementTree.parse(root / "junit.xml")
    for element in tree.iter():
        for name in ("time", "timestamp", "hostname"):
            element.attrib.pop(name, None)
    text = ElementTree.tostring(tree.getroot(), encoding="unicode")
    covered = json.loads((root / "coverage.json").read_text())["files"]
    return {
        "junit": re.sub(r"0x[0-9a-f]+", "", text),
        "log": (root / "turns" / "log").read_text(),
        "covered": {name: one["executed_lines"] for name, one in covered.items()},
        "cache": (root / ".pytest_cache/v/cache/lastfailed").read_text(),
        "files": sorted(
            one.name
            for one in root.iterdir()
            if one.name != "report.json" and not one.name.startswith("runpytest-")
        ),
    }


@pytest.mark.skipif("not hasattr(os, 'fork')", reason="the session's process is copied by fork")
def test_nothing_of_the_session_changes(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = project(
        pytester,
        ini="pythonpath = ['.']",
        test_suite=SUITE,
        code_under_test=CODE,
        conftest=CONFTEST,
    )
    monkeypatch.setenv("OUTER", "1")
    found = []
    for budget in ("", "20min"):
        for file in (root / "turns").iterdir():
            file.unlink()
        seen = probe(
            pytester,
            *("--readiness", "--junitxml=junit.xml", "--cov=code_under_test"),
            *("--cov-report=json", "--basetemp=base"),
            plugins=("pytest_cov",),
            budget=budget,
        )
        assert seen.status == 1
        assert "1 failed, 2 passed, 1 skipped" in seen.output
        found.append((_outcome(root), seen))
    (without, _), (with_it, seen) = found
    # in the fresh processes the conftest file logs too: they are other processes
    assert {**with_it, "log": ""} == {**without, "log": ""}
    assert str(with_it["log"]).startswith(str(without["log"]))
    assert seen.kinds["test_odd"] == "not reproduced"
    assert seen.kinds["test_ends_the_process"] == "unstable by crash or timeout"
    assert (root / "base" / "test_fine0").is_dir()


HOSTILE = r"""
import pytest

@pytest.mark.parametrize("value", [0, 1], ids=["a::b [c]", "d e\n'\"\\"])
def test_names(value): pass

@pytest.mark.parametrize("value", ["ü]@x ☃", "", "-k\x00" + "x" * 300])
def test_texts(value): pass

class TestClass:
    @pytest.mark.parametrize("a", [1])
    @pytest.mark.parametrize("b", ["../x", "@file"])
    def test_method(self, a, b): assert 0

def test_option(request, chosen):
    assert request.config.getoption("--mine") == "x"
    assert request.config.getini("own") == "y"
    assert chosen
"""


def test_hostile_names_and_places(pytester: pytest.Pytester) -> None:
    root = project(pytester)
    inner = root / "in ner" / "-dash [1]"
    inner.mkdir(parents=True)
    (root / "in ner" / "pytest.ini").write_text(
        "[pytest]\nown = y\ndisable_test_id_escaping_and_forfeit_all_rights_to_community_support = true\n"
        "addopts = --strict-markers -p no:doctest -x\n"
    )
    (root / "in ner" / "conftest.py").write_text(
        "def pytest_addoption(parser):\n"
        "    parser.addoption('--mine')\n    parser.addini('own', 'own')\n"
    )
    (inner / "conftest.py").write_text("import pytest\n@pytest.fixture\ndef chosen(): return 1\n")
    (inner / "test_hostile ü.py").write_text(HOSTILE, encoding="utf-8")
    seen = probe(
        pytester,
        "--mine=x",
        "--maxfail=100",
        "-p",
        "no:cacheprovider",
        "--",
        "in ner",
    )
    kinds = {name.partition("[")[0]: set[str]() for name in seen.kinds}
    for name, kind in seen.kinds.items():
        kinds[name.partition("[")[0]].add(kind)
    assert kinds == {
        "test_names": {"steady"},
        "test_texts": {"steady"},
        "TestClass::test_method": {"deterministic failure"},
        "test_option": {"steady"},
    }, seen.output
    assert len(seen.kinds) == 8
    # each of them ran in a process of its own too
    assert all("alone: " in one["because"] for one in seen.diagnoses.values()), seen.diagnoses
    (note,) = seen.notes
    assert note.startswith("8 of 8 new, changed or suspected tests were repeated")


SLOW = """
import time
import pytest
@pytest.mark.parametrize("n", range(6))
def test_slow(n): time.sleep(0.4)
def test_hangs_later():
    from turns import turn
    time.sleep(600 if turn("h") else 0)
"""


def test_the_budget_is_kept(pytester: pytest.Pytester) -> None:
    project(pytester, ini="pythonpath = ['.']", test_slow=SLOW)
    seen = probe(pytester, budget="2s")
    (note, *_) = seen.notes
    found = re.search(r"repeated, (\d+) times together, in .* s of 2 s", note)
    assert found is not None, seen.output
    # seven tests, each a dozen times, one of which sleeps for ten minutes
    assert int(found[1]) < 40, note
    assert seen.status == 0


@pytest.mark.parametrize(
    ("args", "environ", "ini"),
    [
        (["--readiness-probe", "here"], "", ""),
        (["here", "--readiness-probe"], "", ""),
        (["here"], "--readiness-probe", ""),
        (["here"], "", "addopts = '--readiness-probe'"),
        (["--readiness-probe", "--", "here"], "", ""),
        (["--readiness-probe=2min", "here"], "", ""),
    ],
)
def test_the_bare_flag_swallows_no_path(
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    args: list[str],
    environ: str,
    ini: str,
) -> None:
    """And it is enough: ``--readiness`` is implied."""
    if environ:
        monkeypatch.setenv("PYTEST_ADDOPTS", environ)
    project(pytester, ini=ini, here__test_a="def test_a(): pass", test_b="def test_b(): assert 0")
    (pytester.path / "pyproject.toml").write_text(f"[tool.pytest.ini_options]\n{ini}\n")
    seen = probe(pytester, *args, budget="")
    assert "1 passed" in seen.output
    (note,) = seen.notes
    assert note.endswith("of 120 s" if "=2min" in args[0] else "of 60 s")
    assert seen.status == 0


@pytest.mark.parametrize("budget", ["soon", "0s", "5", "-1s", "1d"])
def test_a_bad_budget_is_wrong_usage(pytester: pytest.Pytester, budget: str) -> None:
    project(pytester, test_a="def test_a(): pass")
    seen = probe(pytester, budget=budget)
    assert seen.status == 4
    assert "is no time budget; give one as in --readiness-probe=60s" in seen.output


def test_no_readiness_wins(pytester: pytest.Pytester) -> None:
    project(pytester, test_a="def test_a(): pass")
    seen = probe(pytester, "--no-readiness")
    assert "readiness" not in seen.output.replace("--no-readiness", "").partition("collected")[2]
    assert not (pytester.path / "report.json").exists()


def test_under_xdist_only_fresh_processes(pytester: pytest.Pytester) -> None:
    project(
        pytester,
        test_a="S = []\ndef test_a(): S.append(1)\ndef test_b(): assert not S\n"
        "def test_c():\n    S.append(2)\n    assert S.count(2) == 1\n",
    )
    seen = probe(pytester, "-n1", "--dist=loadfile", "--readiness-probe", plugins=("xdist.plugin",))
    assert seen.kinds == {
        "test_a": "steady",
        "test_b": "depends on order",
        "test_c": "not idempotent",
    }, seen.output
    assert seen.diagnoses["test_b"]["polluter"] == "test_a.py::test_a"
    assert (
        "not in the process that ran the tests, only in fresh ones: the tests ran in the workers of "
        "xdist" in seen.notes
    )


def test_what_a_conftest_file_took_down_is_not_used_again(pytester: pytest.Pytester) -> None:
    project(
        pytester,
        conftest="UP = [1]\ndef pytest_sessionfinish(): UP.clear()",
        test_a="from conftest import UP\ndef test_a(): assert UP",
    )
    seen = probe(pytester)
    assert seen.kinds == {"test_a": "steady"}
    assert "again" not in seen.diagnoses["test_a"]["because"]
    assert any("conftest.py has a pytest_sessionfinish" in note for note in seen.notes)


def test_reruns_are_left_out_of_repetitions(pytester: pytest.Pytester) -> None:
    """A rerunning plugin would hide what a single run shows."""
    project(
        pytester,
        ini="pythonpath = ['.']",
        test_a="from turns import unsteady\ndef test_a(): assert unsteady('a')",
    )
    seen = probe(pytester, "--reruns=3", plugins=("rerunfailures",))
    assert seen.status == 0
    assert seen.kinds == {"test_a": "non-deterministic"}, seen.output


HANGS = """
import os, time
from turns import turn, PLACE
def test_hangs():
    if turn("h"):
        (PLACE / "pid").write_text(str(os.getpid()))
        time.sleep(600)
"""


def _start(root: Path) -> subprocess.Popen[str]:
    environ = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "TURNS": str(root / "turns")}
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", "-p", "pytest_readiness.plugin", "--readiness-probe=5min"],
        cwd=root,
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
        # a shell's background jobs ignore it, and so would their children
        preexec_fn=None  # noqa: PLW1509  there is no thread yet
        if sys.platform == "win32"
        else partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )


def _hanging(root: Path) -> int:
    """The process that a test hangs in."""
    deadline = time.monotonic() + 120
    while not (root / "turns" / "pid").exists() or not (root / "turns" / "pid").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return int((root / "turns" / "pid").read_text())


def _gone(pid: int) -> None:
    deadline = time.monotonic() + 60
    while Path(f"/proc/{pid}").exists() and "Z" not in _state(pid):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


@pytest.mark.skipif("sys.platform == 'win32'", reason="no such signal there")
def test_an_interrupt_ends_the_repeating_and_nothing_else(pytester: pytest.Pytester) -> None:
    root = project(pytester, ini="pythonpath = ['.']", test_hangs=HANGS)
    process = _start(root)
    pid = _hanging(root)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output
    assert "(interrupted by Ctrl-C)" in " ".join(output.split())
    assert "1 passed" in output
    _gone(pid)


@pytest.mark.skipif("sys.platform != 'linux'", reason="the kernel does it there")
def test_no_process_outlives_a_session_that_is_killed(pytester: pytest.Pytester) -> None:
    root = project(pytester, ini="pythonpath = ['.']", test_hangs=HANGS)
    process = _start(root)
    pid = _hanging(root)
    process.kill()
    process.communicate(timeout=60)
    _gone(pid)


def test_after_an_interrupt_no_test_runs_again(pytester: pytest.Pytester) -> None:
    project(pytester, test_a="def test_a(): assert 0\ndef test_b(): raise KeyboardInterrupt")
    seen = probe(pytester)
    assert seen.status == 2
    assert seen.kinds == {}
    assert {"tool": "session", "text": "it was interrupted: no test was run again"} in (
        seen.report["notices"]
    )


def test_without_a_repository_changed_is_what_differs_from_last_time(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(pytester.path.parent))
    pytester.makefile(".toml", pyproject="[tool.pytest-readiness]\nhistory = false\n")
    pytester.makepyfile(test_a="def test_a(): pass", test_b="def test_b(): pass")
    assert probe(pytester).kinds == {}
    pytester.makepyfile(test_b="def test_b(): assert True")
    assert probe(pytester).kinds == {"test_b": "steady"}
    assert probe(pytester).kinds == {}


def test_the_history_knows_which_tests_are_new_and_which_are_unsteady(
    pytester: pytest.Pytester,
) -> None:
    pytester.makefile(".toml", pyproject="[tool.pytest-readiness]\n")
    pytester.makepyfile(test_a="import os\ndef test_a(): assert os.environ.get('A')")
    first = probe(pytester)
    assert first.kinds == {"test_a": "deterministic failure"}
    pytester.makepyfile(test_b="def test_b(): pass")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("A", "1")
        assert probe(pytester).kinds == {"test_a": "steady", "test_b": "steady"}
