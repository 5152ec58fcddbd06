"""The terminal's writer: the only way by which foreign text reaches a terminal or a CI log.

Test ids, paths, messages and names come from the project, its plugins and evidence files, and may
hold anything: escape sequences, newlines, bidirectional overrides, lone surrogates, commands of a
CI's log reader. What is not printable is written as a Python escape, so nothing is hidden either.
"""

from __future__ import annotations

from pytest_readiness.model.pattern import pattern

_COMMAND = pattern(r"#(?=#(?:[A-Za-z]*)\[)")
"""``##[error]``, ``##vso[...]``, ``##teamcity[...]``: read anywhere in a line."""
_WORD = pattern(r"(?:(?<=\s)|^):(?=:)")
_LEADING = pattern(r"^(\s*):(?=:)")
"""``::error::`` and the like: read at the start of a line, and any word may come to stand there."""
_BLANKS = pattern(r"\s+")


def text(raw: str, *, unicode: bool = True) -> str:
    """One line of printable text; with ``unicode`` off, of printable ASCII."""
    if not (raw.isprintable() and (unicode or raw.isascii())):
        raw = "".join(
            char if char.isprintable() and (unicode or char.isascii()) else _escaped(char)
            for char in raw
        )
    if "##" in raw:
        raw = _COMMAND.sub(r"\\x23", raw)
    return _WORD.sub(r"\\x3a", raw) if "::" in raw else raw


def prose(raw: str, *, unicode: bool = True) -> str:
    """As :func:`text`, for sentences: newlines and runs of blanks become one blank."""
    return text(_BLANKS.sub(" ", raw).strip(), unicode=unicode)


def start_of_line(safe: str) -> str:
    """Disarm a line that a CI's log reader would take for a command of its own."""
    return _LEADING.sub(r"\1\\x3a", safe)


def well_formed(raw: str) -> str:
    """Text that every Unicode encoding can hold: lone surrogates become escapes, all else stays."""
    return raw.encode("utf-8", "backslashreplace").decode("utf-8")


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
