"""Memory, environment and timeouts: what is read of this process and of the session."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest

from observing import observe
from pytest_readiness.collect import environment as environment_module
from pytest_readiness.collect import memory
from pytest_readiness.collect.environment import environment
from pytest_readiness.model.evidence import Gap, Memory, Reason


def test_environment_is_what_the_standard_library_says() -> None:
    found = environment([("pytest", "9.0"), ("coverage", "7"), ("pytest", "9.0")])
    assert found.implementation == platform.python_implementation().lower()
    assert platform.python_version().startswith(found.python + ".")
    assert found.python_full == platform.python_version().rstrip("+")
    assert found.system == platform.system().lower()
    assert found.machine == platform.machine()
    assert found.cpus >= 1
    assert found.packages == (("coverage", "7"), ("pytest", "9.0"))


def test_label(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_READINESS_LABEL", "django5")
    assert environment().key.endswith("-django5")


def test_environment_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    environment()


def test_cpu_without_proc(tmp_path: Path) -> None:
    assert environment_module._cpu(tmp_path / "none")
    (tmp_path / "cpuinfo").write_text("processor\t: 0\nmodel name\t: Some CPU @ 3 GHz \n")
    assert environment_module._cpu(tmp_path / "cpuinfo") == "Some CPU @ 3 GHz"


def test_peak_memory_is_that_of_this_process_alone() -> None:
    # ru_maxrss of a new process starts at the peak of the one that started it
    ((_, big),) = [(fact.subject, fact.data) for fact in memory.memory_facts()]
    code = "from pytest_readiness.collect.memory import *; print(memory_facts()[0].data.peak)"
    block = bytearray(300_000_000)
    block[::4096] = b"x" * len(block[::4096])
    small = int(subprocess.check_output([sys.executable, "-c", code]))
    assert isinstance(big, Memory)
    assert 1_000_000 < small < 200_000_000
    assert memory._from_proc() >= 300_000_000
    del block


def test_memory_without_proc(tmp_path: Path) -> None:
    assert memory._from_proc(tmp_path / "none") is None
    (tmp_path / "status").write_bytes(b"Name:\tx\n")
    assert memory._from_proc(tmp_path / "status") is None
    resident = memory._from_getrusage()
    assert resident is not None
    assert resident > 5_000_000


def test_memory_that_cannot_be_read_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_from_proc", "_from_getrusage", "_from_windows"):
        monkeypatch.setattr(memory, name, lambda: None)
    ((subject, gap, *_),) = memory.memory_facts()
    assert subject == "memory"
    assert isinstance(gap, Gap)
    assert gap.reason is Reason.NO_DATA


@pytest.mark.parametrize(
    ("args", "plugins", "message"),
    [
        (("-p", "no:timeout"), (), "switched off"),
        ((), (), "not loaded"),
        ((), ("timeout",), ""),
        ((), ("pytest_timeout",), ""),
    ],
)
def test_gap_in_timeouts(
    pytester: pytest.Pytester, args: tuple[str, ...], plugins: tuple[str, ...], message: str
) -> None:
    pytester.makepyfile("def test_one(): pass")
    gaps = observe(pytester, *args, plugins=plugins).of(Gap)
    assert ("timeout" in gaps) is bool(message)
    if message:
        assert message in gaps["timeout"].message
        assert gaps["timeout"].remedy
