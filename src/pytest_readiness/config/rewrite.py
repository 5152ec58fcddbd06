"""Conditions and waivers written into a ``pyproject.toml``; comments, order and formatting stay (by tomlkit).

tomlkit is an extra (``pytest-readiness[ratchet]``): only commands that write a configuration need it.
"""

from __future__ import annotations

import contextlib
import datetime
import re
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from pytest_readiness.config.discovery import TABLE
from pytest_readiness.config.names import KeyPath, dotted
from pytest_readiness.config.toml import parse

_HEAD = re.compile(r"\s*\[")
_OURS = re.compile(rf"\s*\[\[?\s*tool\s*\.\s*[\"']?{TABLE}[\"']?\s*[.\]]")


class RewriteError(ValueError):
    """A change that cannot be written; the text says why and what to do."""


def rewrite(text: str, conditions: Mapping[str, str], added: Mapping[str, str]) -> str:
    """The document with other conditions.

    ``conditions`` maps a gate's key, as its origin has it, to its new condition; ``added`` maps
    metrics to conditions of gates that the document does not have yet.

    :raises RewriteError: where tomlkit is missing, or a key is not in the document.
    """
    tomlkit = _tomlkit()
    document = tomlkit.parse(text)
    ours = _ours(document)
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
    return str(tomlkit.dumps(document))


Fields = Mapping[str, "str | datetime.date"]


def with_waiver(text: str, fields: Fields) -> str:
    """The document with one waiver more; one of the same gate and subject is written anew.

    :raises RewriteError: where tomlkit is missing, or there is no place for it.
    """
    tomlkit = _tomlkit()
    wanted = parse(text)
    entries = wanted.get("tool", {}).get(TABLE, {}).setdefault("waivers", [])
    alike = [entry for entry in entries if _of_the_same(entry, fields)]
    if alike:
        alike[0].clear()
        alike[0].update(fields)
    else:
        entries.append(dict(fields))
    # tomlkit loses its way among tables that are written in parts; at the end there mostly is a place
    for written in (_spliced, _inserted, _appended):
        # whatever it stumbles over, there is another way, or none
        with contextlib.suppress(Exception):
            after = written(tomlkit, text, fields)
            if parse(after) == wanted:
                return after
    raise RewriteError("there is no place for the waiver: write it by hand")


def _spliced(tomlkit: Any, text: str, fields: Fields) -> str:
    """Below the last of the others, else of our tables, in front of the comment on what comes next.

    By lines alone: whether they were understood is seen by reading the result.
    """
    lines = text.splitlines(keepends=True)
    heads = [index for index, line in enumerate(lines) if _HEAD.match(line)]
    ours = [index for index in heads if _OURS.match(lines[index])]
    last = next((index for index in reversed(ours) if "waivers" in lines[index]), ours[-1])
    end = next((index for index in heads if index > last), len(lines))
    place = end
    while not lines[place - 1].strip() or _is_comment(lines[place - 1]):
        place -= 1
    below = place
    while below < end and _is_comment(lines[below]):
        below += 1
    if below == len(lines) or (below < end and not lines[below].strip()):
        place = below  # a comment on what stands above it
    entry = tomlkit.dumps(_entry(tomlkit.document(), fields))
    block = f"\n[[tool.{TABLE}.waivers]]\n{entry}"
    if place < len(lines) and lines[place].strip():
        block += "\n"
    ending = "\r\n" if "\r\n" in text else "\n"
    above = "".join(lines[:place])
    above += "" if above.endswith("\n") else ending
    return above + block.replace("\n", ending) + "".join(lines[place:])


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _inserted(tomlkit: Any, text: str, fields: Fields) -> str:
    """Beside the others, or at the end of our table."""
    document = tomlkit.parse(text)
    ours = _ours(document)
    given = ours.get("waivers")
    if given is None:
        given = tomlkit.aot()
        given.append(_entry(tomlkit.table(), fields))
        ours.append("waivers", given)
        return str(tomlkit.dumps(document))
    for entry in given:
        if _of_the_same(entry, fields):
            for key in [key for key in entry if key not in fields]:
                del entry[key]
            _entry(entry, fields)
            return str(tomlkit.dumps(document))
    in_line = isinstance(given, tomlkit.items.Array)
    given.append(_entry(tomlkit.inline_table() if in_line else tomlkit.table(), fields))
    return str(tomlkit.dumps(document))


def _appended(tomlkit: Any, text: str, fields: Fields) -> str:
    entry = tomlkit.dumps(_entry(tomlkit.document(), fields))
    return f"{text.rstrip()}\n\n[[tool.{TABLE}.waivers]]\n{entry}"


def _of_the_same(entry: Mapping[str, Any], fields: Fields) -> bool:
    return all(entry.get(key, "") == fields.get(key, "") for key in ("gate", "subject"))


def _entry(table: Any, fields: Fields) -> Any:
    for key, value in fields.items():
        table[key] = value
    return table


def _tomlkit() -> Any:
    try:
        import tomlkit
    except ImportError:
        raise RewriteError(
            "writing into pyproject.toml needs tomlkit: pip install 'pytest-readiness[ratchet]'"
        ) from None
    return tomlkit


def _ours(document: Any) -> Any:
    ours = document.get("tool", {}).get(TABLE)
    if ours is None:
        raise RewriteError(f"there is no table [tool.{TABLE}]")
    return ours


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
