"""Where a regular expression first matches, in each of some texts. Also a program, run by its path, with no site.

As a program it compiles what its first line of standard input says, and then answers each further line,
a list of texts, with a line: its hits. Whoever started it may end it when that takes too long. It imports
nothing of the package, so that it starts in a few milliseconds.
"""

from __future__ import annotations

import json
import re
import signal
import sys
from collections.abc import Iterable

Hit = tuple[int, tuple[str | None, ...]]
"""Where the match begins, and its groups, the whole of it first."""


def hits(regex: re.Pattern[str], texts: Iterable[str]) -> list[Hit | None]:
    found = map(regex.search, texts)
    return [None if one is None else (one.start(), (one[0], *one.groups())) for one in found]


def main() -> None:
    expression, flags, seconds = json.loads(sys.stdin.buffer.readline())
    if sys.platform != "win32":  # ends the process, whatever it is at, if nobody is left to do so
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(seconds)
    regex = re.compile(expression, flags)
    for line in sys.stdin.buffer:
        sys.stdout.write(json.dumps(hits(regex, json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
