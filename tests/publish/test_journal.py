from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pytest_readiness.publish.journal import Journal, dead, forget

STARTED = "2026-11-20T20:10:00.000+00:00"


def directory(root: Path) -> Path:
    path = root / ".readiness" / "journal"
    path.mkdir(parents=True)
    return path


def die(root: Path, steps: str, end: str = "os._exit(1)") -> None:
    """A process that opens a journal, takes ``steps`` with it, and dies."""
    path = root / ".readiness" / "journal"
    path.mkdir(parents=True, exist_ok=True)
    script = f"""
import os, signal, time
from pathlib import Path
from pytest_readiness.publish.journal import Journal
journal = Journal(Path({str(path)!r}), run="r1", process="gw0", started={STARTED!r})
{steps}
{end}
"""
    subprocess.run([sys.executable, "-c", script], check=False)


@pytest.mark.parametrize(
    ("steps", "test", "phase", "finished"),
    [
        ("", "", "setup", 0),
        ("journal.enter('t.py::a')", "t.py::a", "setup", 0),
        ("journal.enter('t.py::a'); journal.phase(1)", "t.py::a", "call", 0),
        ("journal.enter('t.py::a'); journal.phase(2)", "t.py::a", "teardown", 0),
        ("journal.enter('t.py::a'); journal.phase(2); journal.enter('b')", "b", "setup", 1),
        ("[journal.enter(n) for n in ('a', 'bb', 'ccc')]", "ccc", "setup", 2),
        ("[journal.enter(n) for n in ('a', 'bb', 'ccc')]; journal.leave()", "", "setup", 3),
        ("journal.enter('t.py::a[\\udc80\\n\\x1b]')", "t.py::a[\\udc80\n\x1b]", "setup", 0),
        ("journal.plan(['a', 'ä[\\udc80\\n]', ''])", "a", "setup", 0),
        ("journal.plan(['a', 'b']); journal.phases[0] = 2", "a", "teardown", 0),
        ("journal.plan(['a', 'ä[\\udc80\\n]']); journal.reach(1)", "ä[\\udc80\n]", "setup", 1),
        ("journal.plan(['a', 'b']); journal.reach(2)", "", "setup", 2),
        ("journal.plan(['a', 'b']); journal.reach(2); journal.leave()", "", "setup", 2),
        # a test that was not planned
        ("journal.plan(['a', 'b']); journal.reach(1); journal.enter('c')", "c", "setup", 1),
        ("journal.plan(['a']); journal.reach(7)", "", "setup", 7),
        ("journal.enter('t.py::' + 'ä' * 5000)", "t.py::" + "ä" * 1533, "setup", 0),
    ],
)
def test_what_a_dead_process_leaves_is_told(
    tmp_path: Path, steps: str, test: str, phase: str, finished: int
) -> None:
    die(tmp_path, steps)
    (death,) = dead(tmp_path)
    assert (death.run, death.process, death.started) == ("r1", "gw0", STARTED)
    assert (death.test, death.phase, death.finished) == (test, phase, finished)


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), signal.SIGKILL)", "os.abort()"])
def test_no_death_is_too_sudden(tmp_path: Path, end: str) -> None:
    die(tmp_path, "journal.enter('t.py::a'); journal.phase(1)", end)
    (death,) = dead(tmp_path)
    assert "t.py::a (call)" in str(death)
    forget((death,))
    assert dead(tmp_path) == ()


def test_a_living_process_is_not_taken_for_dead(tmp_path: Path) -> None:
    path = directory(tmp_path)
    script = f"""
import sys, time
from pathlib import Path
from pytest_readiness.publish.journal import Journal
journal = Journal(Path({str(path)!r}), run="r1", process="", started={STARTED!r})
journal.enter("t.py::a")
print("ready", flush=True)
sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert dead(tmp_path) == ()
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert [death.test for death in dead(tmp_path)] == ["t.py::a"]


def test_children_of_a_test_do_not_keep_a_dead_process_alive(tmp_path: Path) -> None:
    die(tmp_path, "journal.enter('t.py::a')\nif os.fork() == 0: time.sleep(5)")
    began = time.monotonic()
    deaths = dead(tmp_path)
    assert [death.test for death in deaths] == ["t.py::a"]
    assert time.monotonic() - began < 4, "the child has ended: nothing was tested"


def test_a_clean_end_leaves_nothing(tmp_path: Path) -> None:
    journal = Journal(directory(tmp_path), run="r1", process="", started=STARTED)
    journal.enter("t.py::a")
    journal.leave()
    journal.remove()
    assert dead(tmp_path) == ()
    assert not journal.path.exists()


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 8192, b"{}", b"not json" * 2000, b'{"run": "r1"}' + b"\n" * 9000]
)
def test_what_is_no_journal_is_passed_over(tmp_path: Path, content: bytes) -> None:
    die(tmp_path, "journal.enter('t.py::a')")
    (tmp_path / ".readiness" / "journal" / "odd.journal").write_bytes(content)
    assert [death.test for death in dead(tmp_path)] == ["t.py::a"]


def test_no_directory_no_deaths(tmp_path: Path) -> None:
    assert dead(tmp_path) == ()


def test_a_journal_that_cannot_be_opened_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        Journal(tmp_path / "nowhere", run="r1", process="", started=STARTED)


@pytest.mark.parametrize("ids", [[], ["a", "b\0c"]])
def test_what_cannot_be_planned_is_to_be_entered(tmp_path: Path, ids: list[str]) -> None:
    journal = Journal(directory(tmp_path), run="r1", process="", started=STARTED)
    assert not journal.plan(ids)
    assert journal.plan(["a", "b"])
    journal.remove()


def test_a_plan_for_which_there_is_no_room_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(directory(tmp_path), run="r1", process="", started=STARTED)

    class Full:
        def seek(self, _: int) -> None:
            raise OSError(28, "No space left on device")

    file = journal._file
    monkeypatch.setattr(Journal, "_file", Full())
    assert not journal.plan(["a", "b"])
    monkeypatch.undo()
    assert journal._file is file
    journal.remove()
