"""Where a run takes place."""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from pytest_readiness.model.evidence import Environment

LABEL = "PYTEST_READINESS_LABEL"
"""Environment variable that tells environments apart that look alike."""


def environment(
    packages: Iterable[tuple[str, str]] = (), environ: Mapping[str, str] = os.environ
) -> Environment:
    """The environment of this process. Starts no process and never raises.

    ``packages`` are names and versions of what took part: pytest and its plugins; ``environ`` is
    the environment that has the label.
    """
    version = sys.version_info
    uname = os.uname() if hasattr(os, "uname") else None
    return Environment(
        implementation=sys.implementation.name,
        python=f"{version.major}.{version.minor}",
        system=_system(),
        python_full=".".join(map(str, version[:3])) + _stage(version),
        machine=uname.machine
        if uname is not None
        else os.environ.get("PROCESSOR_ARCHITECTURE", ""),
        cpu=_cpu(),
        cpus=_cpus(),
        label=environ.get(LABEL, ""),
        packages=tuple(sorted(dict.fromkeys(packages))),
    )


def _system() -> str:
    return {"win32": "windows"}.get(sys.platform, sys.platform)


def _stage(version: sys._version_info) -> str:
    short = {"alpha": "a", "beta": "b", "candidate": "rc"}.get(version.releaselevel, "")
    return f"{short}{version.serial}" if short else ""


def _cpu(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """The processor's model, where it can be read without starting a process."""
    try:
        with cpuinfo.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                found = re.match(r"(?:model name|Model)\s*:\s*(.*\S)", line)
                if found:
                    return found[1]
    except OSError:
        pass
    return os.environ.get("PROCESSOR_IDENTIFIER", "") or platform.machine()


def _cpus() -> int:
    """Processors that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except (AttributeError, OSError):
        return os.cpu_count() or 0
