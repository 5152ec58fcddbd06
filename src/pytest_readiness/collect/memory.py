"""Peak resident memory of this process."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from pytest_readiness.collect import Fact
from pytest_readiness.model.evidence import Gap, Memory, Reason


def memory_facts() -> tuple[Fact, ...]:
    """One :class:`Memory`, or a gap where the system does not tell."""
    peak = _from_proc() or _from_getrusage() or _from_windows()
    if peak is None:
        return (
            Fact(
                "memory",
                Gap(
                    reason=Reason.NO_DATA,
                    message=f"peak memory of a process cannot be read on {sys.platform}",
                ),
            ),
        )
    return (Fact("", Memory(peak=peak)),)


def _from_proc(status: Path = Path("/proc/self/status")) -> int | None:
    """Linux. ``getrusage`` will not do: a process inherits the peak of the one that started it."""
    try:
        found = re.search(rb"^VmHWM:\s*(\d+) kB$", status.read_bytes(), re.MULTILINE)
    except OSError:
        return None
    return int(found[1]) * 1024 if found else None


def _from_getrusage() -> int | None:
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _from_windows() -> int | None:
    if sys.platform != "win32":
        return None
    import ctypes
    from ctypes import wintypes

    class Counters(ctypes.Structure):
        _fields_ = [
            ("cb", wintypes.DWORD),
            ("PageFaultCount", wintypes.DWORD),
            ("PeakWorkingSetSize", ctypes.c_size_t),
            ("WorkingSetSize", ctypes.c_size_t),
            ("QuotaPeakPagedPoolUsage", ctypes.c_size_t),
            ("QuotaPagedPoolUsage", ctypes.c_size_t),
            ("QuotaPeakNonPagedPoolUsage", ctypes.c_size_t),
            ("QuotaNonPagedPoolUsage", ctypes.c_size_t),
            ("PagefileUsage", ctypes.c_size_t),
            ("PeakPagefileUsage", ctypes.c_size_t),
        ]

    counters = Counters(cb=ctypes.sizeof(Counters))
    kernel = ctypes.WinDLL("kernel32")
    kernel.GetCurrentProcess.restype = wintypes.HANDLE
    read = kernel.K32GetProcessMemoryInfo
    read.argtypes = [wintypes.HANDLE, ctypes.POINTER(Counters), wintypes.DWORD]
    if not read(kernel.GetCurrentProcess(), ctypes.byref(counters), counters.cb):
        return None
    return int(counters.PeakWorkingSetSize)
