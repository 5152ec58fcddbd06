"""The one place that reads a configuration file."""

from __future__ import annotations

from pathlib import Path

from pytest_readiness.config.discovery import NAME, TABLE, table_names
from pytest_readiness.config.names import KeyPath
from pytest_readiness.config.table import Source, Table, as_table
from pytest_readiness.config.toml import TomlError, locate, parse

_ROOT: KeyPath = ("tool", TABLE)


def read_document(path: Path | None) -> Table:
    """Our table with its lines; an empty one, and problems noted in its source, if there is none."""
    if path is None:
        return _empty(Source(name=NAME))
    source = Source(name=path.name)
    try:
        # as pytest reads it: TOML is UTF-8, and its newlines are the text's own
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        source.problem((), f"it cannot be read: {error.strerror or error}")
        return _empty(source)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        broken = Source(name=path.name, lines={(): line})
        broken.problem((), "it is no TOML: it holds bytes that are not UTF-8")
        return _empty(broken)
    try:
        document = parse(text)
    except TomlError as error:
        broken = Source(name=path.name, lines={} if error.line is None else {(): error.line})
        broken.problem((), f"it is no TOML: {error}")
        return _empty(broken)
    lines = locate(text)
    source = Source(
        name=path.name,
        lines={
            place[len(_ROOT) :]: line
            for place, line in lines.items()
            if place[: len(_ROOT)] == _ROOT
        },
    )
    names = table_names(document)
    for name in names:
        if name != TABLE:
            elsewhere = Source(name=path.name, lines={("tool", name): lines.get(("tool", name), 0)})
            elsewhere.problem(("tool", name), f"the table is called [tool.{TABLE}]")
            source.problems.extend(elsewhere.problems)
    if TABLE in names:
        return as_table(source, (), document["tool"][TABLE]) or _empty(source)
    if not names:
        source.problem((), f"there is no table [tool.{TABLE}] in it")
    return _empty(source)


def _empty(source: Source) -> Table:
    return Table(source=source, path=(), data={})
