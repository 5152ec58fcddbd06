"""``python -m MODULE`` in processes of their own, without the start of an interpreter for each.

To start Python and to import pytest is two thirds of what a short session costs. One process does
both, once, and is copied by fork for each session, which has its own memory, files, signals and
exit status. Where there is no fork, and for what only an interpreter's start reads, one is started.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import json
import os
import runpy
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, TextIO

import pytest

ENVIRON = dict(os.environ)
"""Before any test changes it."""
AT_START = ("PYTHON", "COVERAGE_PROCESS_", "LANG", "LC_")
"""Variables whose names begin so count when an interpreter starts; these can be made up for."""
MADE_UP_FOR = ("PYTHONPATH", "PYTHONIOENCODING")
PLACES = ("HOME", "PATH", "TMPDIR")
"""More than these the process must not have: neither a CI nor options are for its first session."""
PLUGINS = {
    "pytest_readiness.plugin": "pytest_readiness",
    "pytest_cov.plugin": "pytest_cov",
    "pytest_benchmark.plugin": "pytest_benchmark",
    "xdist.plugin": "xdist",
    "pytest_rerunfailures": "pytest_rerunfailures",
    "pytest_timeout": "pytest_timeout",
}
"""And what each is part of."""
PATIENCE = 600.0
"""Seconds."""


def runpytest(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """As ``pytester.runpytest_subprocess``."""
    began = time.perf_counter()
    number = sum(1 for _ in pytester.path.glob("runpytest-*"))
    paths = filter(None, (os.getcwd(), os.environ.get("PYTHONPATH", "")))
    done = run(
        *("pytest", f"--basetemp={pytester.path / f'runpytest-{number}'}", *arguments),
        cwd=Path.cwd(),
        environ={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    )
    print(done.stdout, done.stderr, sep="\n")
    lines, errors = done.stdout.splitlines(), done.stderr.splitlines()
    return pytest.RunResult(done.returncode, lines, errors, time.perf_counter() - began)


def run(
    module: str, *arguments: str, cwd: Path, environ: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """``python -m MODULE ARGUMENTS``, what it wrote read as UTF-8."""
    command = [sys.executable, "-m", module, *arguments]
    if not hasattr(os, "fork") or _at_start(environ) != _at_start(ENVIRON):
        return subprocess.run(
            command,
            cwd=cwd,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )
    with tempfile.TemporaryDirectory() as place:
        files = [Path(place, "out"), Path(place, "err")]
        wanted = {
            "command": command,
            "cwd": str(cwd.resolve()),
            "environ": dict(environ),
            "files": list(map(str, files)),
        }
        process, channel = _warm()
        if process.poll() is not None:  # by a test that ends whatever is below its process
            _warm.cache_clear()
            process, channel = _warm()
        print(json.dumps(wanted), file=channel, flush=True)
        status = int(channel.readline())
        said = [file.read_text(encoding="utf-8") for file in files]
    return subprocess.CompletedProcess(command, status, *said)


def _at_start(environ: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in environ.items()
        if name.startswith(AT_START) and name not in MADE_UP_FOR
    }


@cache
def _warm() -> tuple[subprocess.Popen[bytes], TextIO]:
    """The process, and where sessions are asked for, a line each, and their statuses are told."""
    ours, its = socket.socketpair()
    process = subprocess.Popen(
        [sys.executable, __file__, str(its.fileno())],
        env={
            name: value
            for name, value in ENVIRON.items()
            if name.startswith(AT_START) or name in PLACES
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=[its.fileno()],
    )
    its.close()
    ours.settimeout(PATIENCE)
    channel = ours.makefile("rw")
    ours.close()

    def end() -> None:
        with contextlib.suppress(OSError):
            channel.close()
        process.wait()

    atexit.register(end)
    return process, channel


# What follows runs in that process.


def _serve(channel: TextIO) -> dict[str, Any] | None:
    """What a copy of this process is to become; nothing where no more is asked for."""
    _import()
    gc.collect()
    gc.freeze()
    for line in channel:
        child = os.fork()
        if not child:
            wanted: dict[str, Any] = json.loads(line)
            return wanted
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), file=channel, flush=True)
    return None


def _import() -> None:
    """What sessions import, in the way of a session: pytest rewrites the plugins' assertions."""
    import coverage.cmdline
    import coverage.sqldata  # noqa: F401

    before = list(sys.path)
    with tempfile.TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        Path(place, "pyproject.toml").write_text("[tool.pytest-readiness]\n")
        Path(place, "test_warm.py").write_text("def test_warm(): assert 1\n")
        Path(place, "first.py").write_text(
            f"import pytest\npytest.register_assert_rewrite(*{list(PLUGINS.values())})\n"
        )
        patch.chdir(place)
        patch.syspath_prepend(place)
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        loaded = [part for name in ("first", *PLUGINS) for part in ("-p", name)]
        status = pytest.main([*loaded, "--readiness", "--readiness-report=json:report.json"])
        assert status == 0, status
    del sys.modules["test_warm"], sys.modules["first"]
    sys.path[:] = before


def _become(wanted: dict[str, Any]) -> None:
    """What the operating system and the start of an interpreter would have made of it."""
    for number, path in enumerate((os.devnull, *wanted["files"])):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC if number else os.O_RDONLY)
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(wanted["environ"])
    os.chdir(wanted["cwd"])
    if encoding := os.environ.get("PYTHONIOENCODING"):
        for stream in (sys.stdin, sys.stdout, sys.stderr):
            stream.reconfigure(encoding=encoding)  # type: ignore[union-attr]
    given = ENVIRON.get("PYTHONPATH", "").split(os.pathsep)
    found = [path for path in sys.path[1:] if path not in given]
    paths = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    sys.path[:] = [wanted["cwd"], *paths, *found]
    sys.modules["xdist.plugin"]._sys_path[:] = sys.path  # type: ignore[attr-defined]  # workers'
    sys.orig_argv = wanted["command"]
    sys.argv = wanted["command"][2:]


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as connection:
        asked = connection.makefile("rw")
    with asked:
        session = _serve(asked)
    if session is not None:
        _become(session)
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
