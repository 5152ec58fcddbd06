"""Conditions rewritten in a ``pyproject.toml``; comments, order and formatting stay (by tomlkit).

tomlkit is an extra (``pytest-readiness[ratchet]``): only commands that write a configuration need it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from pytest_readiness.config.discovery import TABLE
from pytest_readiness.config.names import KeyPath, dotted


class RewriteError(ValueError):
    """A change that cannot be written; the text says why and what to do."""


def rewrite(text: str, conditions: Mapping[str, str], added: Mapping[str, str]) -> str:
    """The document with other conditions.

    ``conditions`` maps a gate's key, as its origin has it, to its new condition; ``added`` maps
    metrics to conditions of gates that the document does not have yet.

    :raises RewriteError: where tomlkit is missing, or a key is not in the document.
    """
    try:
        import tomlkit
    except ImportError:
        raise RewriteError(
            "writing into pyproject.toml needs tomlkit: pip install 'pytest-readiness[ratchet]'"
        ) from None
    document = tomlkit.parse(text)
    ours: Any = document.get("tool", {}).get(TABLE)
    if ours is None:
        raise RewriteError(f"there is no table [tool.{TABLE}]")
    places = dict(_conditions(ours, ()))
    for key, condition in conditions.items():
        if key not in places:
            raise RewriteError(f"{key} was not found in the file: change it by hand")
        holder, name = places[key]
        holder[name] = condition
    if added:
        gates = ours.setdefault("gates", tomlkit.table())
        for metric, condition in added.items():
            gates[metric] = condition
    return tomlkit.dumps(document)


def _conditions(
    table: MutableMapping[str, Any], path: KeyPath
) -> Iterator[tuple[str, tuple[MutableMapping[str, Any], str]]]:
    """Every text that may be a condition, by the key that its gate's origin has."""
    for name, value in table.items():
        here = (*path, name)
        if isinstance(value, str):
            yield dotted(here), (table, name)
            if name == "require":
                yield dotted(path), (table, name)
        elif isinstance(value, MutableMapping):
            yield from _conditions(value, here)
        elif isinstance(value, list):
            for index, entry in enumerate(value):
                if isinstance(entry, MutableMapping):
                    yield from _conditions(entry, (*here, index))
