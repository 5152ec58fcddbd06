"""A PostgreSQL server for tests: the one that a variable names, else a throw-away one of our own."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

VARIABLE = "PYTEST_READINESS_POSTGRESQL"
"""URL of a database whose role may create databases and roles."""
ROLE = "readiness_tests"
_ASKED = "local all +readiness_asked scram-sha-256\nlocal all all trust\n"
"""Members of the role ``readiness_asked`` give a password."""


def binaries() -> Path | None:
    """Where ``initdb`` lies: on the path, or where Debian puts the newest."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    places = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(places, key=lambda path: int(re.sub(r"\D", "", path.parts[-3]) or 0))
    return newest[-1].parent if newest else None


@contextlib.contextmanager
def started(programs: Path) -> Iterator[str]:
    """The URL of a server that lives as long as the block, reached by a socket only."""
    # the path of a socket is at most 107 bytes long
    home = Path(tempfile.mkdtemp(prefix="readiness-pg-", dir="/tmp"))
    user = "postgres" if os.getuid() == 0 else None  # it refuses to run as root
    if user:
        shutil.chown(home, user)
    data = home / "data"

    def run(program: str, *arguments: str) -> None:
        command = [str(programs / program), "-D", str(data), *arguments]
        done = subprocess.run(
            command,
            user=user,
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=120,
            check=False,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr.decode()}")

    try:
        run("initdb", "-U", ROLE, "-A", "trust", "-E", "UTF8", "--no-sync")
        (data / "pg_hba.conf").write_text(_ASKED)
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(home),
            "fsync": "off",
            "shared_buffers": "16MB",
        }
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        run("pg_ctl", "start", "-w", "-t", "60", "-l", str(home / "log"), "-o", options)
        try:
            yield f"postgresql://{ROLE}@/postgres?host={home}"
        finally:
            run("pg_ctl", "stop", "-m", "immediate", "-w")
    finally:
        shutil.rmtree(home, ignore_errors=True)
