"""Regular expressions that somebody configured, matched within a time.

``(a+)+$`` takes hours on a line of forty characters, and nothing within a process can end a search that
has begun. An expression that may take long is matched by a process that can be ended.
"""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from pytest_readiness.collect import matcher
from pytest_readiness.collect.matcher import Hit, hits

LIMIT = 30.0
"""Wall seconds for one expression, over all the texts that it is looked for in."""
_SPARE = 5
"""Whole seconds after which the process ends itself: the session may be gone."""
_BRANCHES = 8
"""Optional parts and groups; each may double the time."""


class MatchError(Exception):
    """There is no answer; the text says why, in words that follow the expression."""


class Matching:
    """One expression, to be used in a ``with``."""

    def __init__(self, expression: str, flags: int = 0) -> None:
        """Raises ``re.error``."""
        self.regex = re.compile(expression, flags)
        self._process: subprocess.Popen[bytes] | None = None
        self._timer: threading.Timer | None = None
        self._late = False

    def __enter__(self) -> Matching:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        process, self._process = self._process, None
        if self._timer is not None:
            self._timer.cancel()
        if process is not None:
            process.kill()
            process.communicate()  # closes its pipes too

    def first(self, texts: Sequence[str]) -> Sequence[Hit | None]:
        """Of each text the first hit. Raises :class:`MatchError`."""
        if _is_quick(self.regex.pattern):
            return hits(self.regex, texts)
        try:
            process = self._process or self._start()
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(texts).encode("ascii") + b"\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        except OSError as error:
            if not self._late:
                raise MatchError(f"could not be tried: {error}") from None
            answer = b""
        if self._late:
            raise MatchError(f"took longer than {LIMIT:g} s, and was ended")
        if not answer.endswith(b"\n"):
            raise MatchError("could not be tried: the process that does it died")
        return [None if one is None else (one[0], tuple(one[1])) for one in json.loads(answer)]

    def _start(self) -> subprocess.Popen[bytes]:
        """Raises ``OSError``."""
        process = self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(matcher.__file__))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._timer = threading.Timer(LIMIT, self._end, (process,))
        self._timer.daemon = True
        self._timer.start()
        assert process.stdin is not None
        wanted = [self.regex.pattern, self.regex.flags, math.ceil(LIMIT) + _SPARE]
        process.stdin.write(json.dumps(wanted).encode("ascii") + b"\n")
        return process

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        self._late = True
        process.kill()


def _is_quick(expression: str) -> bool:
    """Whether it repeats nothing: then its time is the text's length times its own."""
    branches = expression.count("?") + expression.count("(")
    return not set("*+{") & set(expression) and branches <= _BRANCHES
