"""``TYPE[:DEST]``: which report is written, and where to."""

from __future__ import annotations

import difflib
from collections.abc import Collection

from pytest_readiness.model.pattern import pattern
from pytest_readiness.model.value import dataclass
from pytest_readiness.render.registry import default_path

STDOUT = "-"
_TYPE = pattern(r"[A-Za-z0-9][A-Za-z0-9_.+-]*")


class DestinationError(ValueError):
    """A destination that names no report, or no place; the message says what is allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    kind: str
    """A type of report that is known."""
    path: str
    """As given, or :data:`STDOUT`; relative paths are the caller's to resolve."""
    default: bool = False
    """Nobody gave a path: the type's own, relative to the project's root."""

    @property
    def stdout(self) -> bool:
        return self.path == STDOUT


def parse(text: str, kinds: Collection[str]) -> Destination:
    """Read ``json``, ``json:report.json`` or ``json:-``. Raises :class:`DestinationError`.

    The path begins after the first colon and may hold others (``json:C:\\ci\\report.json``).
    """
    kind, colon, path = text.partition(":")
    kind = kind.strip()
    if kind not in kinds:
        raise DestinationError(_unknown(text, kind, kinds))
    if colon and not path.strip():
        raise DestinationError(
            f"{text!r}: no path after the colon; write {kind}:PATH, {kind}:- for standard output, "
            f"or {kind} alone for {default_path(kind)}"
        )
    if not colon:
        return Destination(kind=kind, path=default_path(kind), default=True)
    return Destination(kind=kind, path=path)


def _unknown(text: str, kind: str, kinds: Collection[str]) -> str:
    known = ", ".join(sorted(kinds))
    near = difflib.get_close_matches(kind.lower(), sorted(kinds), n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    if not _TYPE.fullmatch(kind):
        hint = "; a report is given as TYPE or TYPE:PATH"
    return f"{text!r}: unknown type of report {kind!r}, known: {known}{hint}"
