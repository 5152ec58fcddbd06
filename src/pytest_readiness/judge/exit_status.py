"""What an exit status tells, in words."""

from __future__ import annotations

_SIGNALS = {
    1: "SIGHUP",
    2: "SIGINT",
    3: "SIGQUIT",
    4: "SIGILL",
    6: "SIGABRT",
    7: "SIGBUS",
    8: "SIGFPE",
    9: "SIGKILL",
    11: "SIGSEGV",
    13: "SIGPIPE",
    14: "SIGALRM",
    15: "SIGTERM",
    24: "SIGXCPU",
    25: "SIGXFSZ",
    31: "SIGSYS",
}
"""As Linux numbers them; of the machine that judges nothing is asked."""


def said(status: int) -> str:
    """``exit status 139 (SIGSEGV)``; *status* as a shell tells it."""
    name = _SIGNALS.get(status - 128)
    return f"exit status {status} ({name})" if name else f"exit status {status}"
