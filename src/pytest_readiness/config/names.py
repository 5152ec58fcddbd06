"""Names as messages show them, and the name that was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from pytest_readiness.model.pattern import pattern

KeyPath = tuple["str | int", ...]
"""Keys and indexes (from 0) from ``[tool.pytest-readiness]`` down."""

_BARE = pattern(r"[A-Za-z0-9_-]+")


def quote(text: str, limit: int = 80) -> str:
    """In double quotes; what cannot be printed is escaped, what is very long is cut."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return '"' + escape(cut.replace("\\", "\\\\").replace('"', '\\"')) + '"'


def escape(text: str) -> str:
    """The text with an escape for each character that cannot be printed."""
    return text if text.isprintable() else "".join(map(_character, text))


def _character(one: str) -> str:
    if one.isprintable():
        return one
    return f"\\u{ord(one):04x}" if ord(one) < 0x10000 else f"\\U{ord(one):08x}"


def dotted(path: KeyPath) -> str:
    """The path as TOML writes it; entries of an array are counted from 1: ``gates."test.duration"#2.level``."""
    if path and str(path[0]).startswith("--"):  # an option of the command line, and its value
        return " ".join([str(path[0]), *(quote(str(part)) for part in path[1:])])
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"#{part + 1}"
        else:
            name = part if _BARE.fullmatch(part) else quote(part)
            text += f".{name}" if text else name
    return text


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name most like this one; empty when none is near."""
    options: dict[str, str] = {}
    for option in known:
        options.setdefault(option.casefold(), option)
    folded = name.casefold()
    plain = folded.replace("_", "-")
    if plain in options:
        return options[plain]
    found = difflib.get_close_matches(folded, options, n=1, cutoff=0.6)
    return options[found[0]] if found else ""
