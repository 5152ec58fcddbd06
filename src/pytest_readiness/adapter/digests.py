"""Files of tests that changed since tests were repeated last, where no repository tells it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from pathlib import Path

from pytest_readiness.collect.digest import digest
from pytest_readiness.publish.files import state_directory, write_text

_NAME = "repeated.json"


def changed_since(root: Path, paths: Iterable[str]) -> frozenset[str]:
    """Those of ``paths`` (relative to ``root``) whose content differs from what was noted last.

    What is there now is noted for the next time; a file seen for the first time is not changed.
    """
    now: dict[str, str] = {}
    for path in paths:
        with contextlib.suppress(OSError, ValueError):
            now[path] = digest((root / path).read_bytes())
    with contextlib.suppress(OSError):
        file = state_directory(root, "cache") / _NAME
        before: dict[str, str] = {}
        with contextlib.suppress(OSError, ValueError):
            noted = json.loads(file.read_text(encoding="utf-8"))
            before = noted if isinstance(noted, dict) else {}
        write_text(file, json.dumps({**before, **now}))
        return frozenset(path for path in now if before.get(path, now[path]) != now[path])
    return frozenset()
