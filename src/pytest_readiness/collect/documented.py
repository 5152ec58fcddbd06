"""The check ``environment-variables``: those that the source reads are documented in a file.

Names only: neither the environment nor a file of settings is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pytest_readiness.collect.looks import PATHS, gap, several
from pytest_readiness.collect.project import identity
from pytest_readiness.collect.source import detect_source
from pytest_readiness.collect.tree import NOT_UTF8, Found, find, printable, read
from pytest_readiness.collect.variables import names_in, used
from pytest_readiness.model.evidence import Gap, Look

NAMED = 20
"""At most as many missing names are told."""


def documented(root: Path, path: str, glob: str, source: Sequence[str]) -> Look | Gap:
    """:param glob: of the source; empty: ``source``, or what looks like it."""
    found = _modules(root, glob, source)
    modules = [one for one in found.paths if one.endswith((".py", ".pyw"))]
    unknown = list(found.unknown)
    if not modules:
        return gap(
            unknown or [f"no Python source was found{f' at {glob}' if glob else ''}"],
            'say where it is: check = { name = "environment-variables", source = ["src/**"] }',
        )
    places: dict[str, str] = {}
    computed: list[str] = []
    for module in modules:
        content = read(root, module)
        told = used(content.text.encode("utf-8", "surrogateescape"))
        # what it is written in, it says itself
        why = told.unread or content.unread.replace(NOT_UTF8, "")
        if why:
            unknown.append(f"{printable(module)} {why}")
        for name, line in told.names:
            places.setdefault(name, f"{printable(module)}:{line}")
        computed += (f"{printable(module)}:{line}" for line in told.computed)
    there = find(root, path)
    file = read(root, path) if there.paths else None
    known = names_in(path, file.text) if file is not None else frozenset()
    missing = [name for name in sorted(places) if name not in known]
    paths = ((path,) if file is not None else ()) + tuple(map(printable, modules))
    more = f"; with a name that is made while running: {several(computed)}" if computed else ""
    unsure = there.unknown if file is None else (f"{path} {file.unread}",) * bool(file.unread)
    if missing and unsure:
        return gap(unsure)
    if missing:
        named = several([f"{name} ({places[name]})" for name in missing], NAMED)
        nowhere = f"not in {path}" if file is not None else f"not documented: there is no {path}"
        detail = f"{named} {'is' if len(missing) == 1 else 'are'} {nowhere}{more}"
        at_fault = dict.fromkeys(places[name].rpartition(":")[0] for name in missing)
        at_fault |= dict.fromkeys((path,) if file is not None else ())
        return Look(holds=False, detail=detail, paths=tuple(at_fault)[:PATHS])
    if unknown:
        return gap(unknown, "mend the source, or leave it out")
    count = len(places)
    said = f"{count} variable{'s' * (count != 1)} in {path}" if count else "no variable is read"
    return Look(holds=True, detail=said + more, paths=paths[:PATHS])


def _modules(root: Path, glob: str, source: Sequence[str]) -> Found:
    if glob:
        return find(root, glob)
    paths: dict[str, None] = {}
    unknown: list[str] = []
    for name in source or detect_source(root, identity(root)[0]):
        for place in _places(name):
            found = find(root, place)
            paths.update(dict.fromkeys(found.paths))
            unknown += found.unknown
            if found.paths:
                break
    return Found(tuple(paths), tuple(unknown))


def _places(name: str) -> list[str]:
    """Where a directory, a package or a module may lie."""
    path = name.strip("/")
    dotted = path.replace(".", "/")
    names = list(dict.fromkeys((path, dotted, f"src/{dotted}")))
    return [place for one in names for place in (f"{one}/**/*.py", f"{one}.py")]
