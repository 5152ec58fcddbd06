"""Globs over paths, test ids and other names of subjects.

``*`` stands for anything within one directory, ``?`` for one character, ``**`` for any directories,
none among them; a pattern that ends in ``/`` means all that lies below. Brackets are literal: test
ids hold them. A pattern without ``::`` also selects every test of the files that it matches; behind
``::``, where there are no directories, ``*`` and ``?`` stand for ``/`` too.
"""

from __future__ import annotations

import functools
import re

from pytest_readiness.model.pattern import pattern

_TOKEN = pattern(r"\*\*/|\*+|\?|[^*?]+", re.DOTALL)


def matches(pattern: str, name: str) -> bool:
    """Whether the glob matches the whole name, or the file that a test id begins with."""
    return _compiled(pattern).match(name) is not None


@functools.lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    path, separator, test = pattern.partition("::")
    if path.endswith("/") and not separator:
        path += "**"
    if separator:
        regex = _translate(path, "[^/]") + "::" + _translate(test, ".")
    else:
        regex = _translate(path, "[^/]") + "(?:::.*)?"
    return re.compile(f"(?:{regex})\\Z", re.DOTALL)


def _translate(glob: str, any_character: str) -> str:
    """A regular expression for a glob whose single wildcards match ``any_character``."""
    pieces = []
    at_start = True
    for token in _TOKEN.findall(glob):
        if token == "**/" and at_start:
            pieces.append("(?:.*/)?")
        elif token == "**/":  # `a**/b`: no directory of its own
            pieces.append(f"{any_character}*/")
        elif token.startswith("*"):
            pieces.append(".*" if len(token) > 1 else f"{any_character}*")
        elif token == "?":
            pieces.append(any_character)
        else:
            pieces.append(re.escape(token))
        at_start = token.endswith("/")
    return "".join(pieces)
