"""Many writers at once, and writers that are killed: nothing lost, nothing doubled, in both stores."""

from __future__ import annotations

import contextlib
import datetime
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kept import numbered
from pytest_readiness.history.interface import Store, Wanted
from pytest_readiness.history.store import open_store

TESTS = Path(__file__).parents[1]
WRITERS = """
import os, sys, traceback
from pathlib import Path
from kept import numbered, renamed
from pytest_readiness.history.store import open_store

where, writers, each = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
children = []
for writer in range(writers):
    child = os.fork()
    if child:
        children.append(child)
        continue
    status = 1
    try:
        store = open_store(where, Path("/"))
        added = store.append(numbered(500))  # the same run by every one of them
        for number in range(each):
            assert store.append(numbered(writer * each + number, tests=30))
        store.close()
        status = 10 if added else 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)
ended = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
print(sorted(ended))
"""
KILLED = """
import os, signal, sys
from pathlib import Path
from kept import numbered
from pytest_readiness.history import writing
from pytest_readiness.history.store import open_store

store = open_store(sys.argv[1], Path("/"))
attempts = writing._attempts

def dying(*arguments):
    yield from attempts(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)  # its run, suite and evidence are written, not committed

writing._attempts = dying
store.append(numbered(300, tests=3000))
"""


def program(text: str, *arguments: object) -> subprocess.Popen[str]:
    path = os.pathsep.join([str(TESTS), *sys.path])
    return subprocess.Popen(
        [sys.executable, "-c", text, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )


@pytest.mark.parametrize(("writers", "each"), [(2, 10), (20, 3)])
def test_writers_at_once(where: str, tmp_path: Path, writers: int, each: int) -> None:
    """They begin the history at the same moment too."""
    out, err = program(WRITERS, where, writers, each).communicate(timeout=120)
    assert not err, err
    assert out.strip() == str([0] * (writers - 1) + [10])
    with contextlib.closing(open_store(where, tmp_path)) as store:
        assert store.notes == ()
        expected = [numbered(number, tests=30) for number in range(writers * each)]
        assert list(store.entries()) == [*expected, numbered(500)]
        assert len(store.load(Wanted()).runs) == writers * each + 1


def test_a_writer_killed_in_the_middle(where: str, tmp_path: Path) -> None:
    with contextlib.closing(open_store(where, tmp_path)) as store:
        for number in range(3):
            store.append(numbered(number))
    killed = program(KILLED, where)
    _, err = killed.communicate(timeout=60)
    assert (err, killed.returncode) == ("", -signal.SIGKILL)
    with contextlib.closing(open_store(where, tmp_path)) as store:
        assert store.notes == ()
        assert list(store.entries()) == [numbered(number) for number in range(3)]
        assert store.append(numbered(300, tests=3000))
        assert len(list(store.entries())) == 4


def test_what_one_forgets_another_may_be_using(where: str, tmp_path: Path, store: Store) -> None:
    """Contents that only forgotten runs used are there again for the next run that needs them."""
    with contextlib.closing(open_store(where, tmp_path)) as other:
        for number in range(6):
            assert store.append(numbered(number))
            assert other.prune(0, 1, datetime.date(2026, 6, 1)) == (number > 0)
        assert list(other.entries()) == [numbered(5)]


FORGETTING = """
import datetime, sys
from pathlib import Path
from kept import numbered
from pytest_readiness.history.store import open_store

store = open_store(sys.argv[1], Path("/"))
for number in range(int(sys.argv[2]), int(sys.argv[2]) + 15):
    assert store.append(numbered(number, tests=5))
    store.prune(0, 3, datetime.date(2026, 6, 1))
store.close()
"""


def test_forgetting_while_others_write(where: str, tmp_path: Path) -> None:
    running = [program(FORGETTING, where, start) for start in (0, 100, 200)]
    for one in running:
        _, err = one.communicate(timeout=120)
        assert (err, one.returncode) == ("", 0)
    with contextlib.closing(open_store(where, tmp_path)) as store:
        kept = list(store.entries())
        assert kept[-1] == numbered(214, tests=5)
        assert kept == [numbered(int(one.run.id[4:]), tests=5) for one in kept]
