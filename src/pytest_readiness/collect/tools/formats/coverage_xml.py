"""Cobertura XML, as coverage writes it and others do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pytest_readiness.collect.tools.formats.arcs import EXIT, Ways
from pytest_readiness.collect.tools.formats.covering import Report, lines_of, told
from pytest_readiness.collect.tools.formats.read import Read, UnreadableError
from pytest_readiness.collect.tools.formats.source import Source
from pytest_readiness.collect.tools.formats.xml import parse
from pytest_readiness.model.pattern import pattern

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_CONDITIONS = pattern(r"\d+(?:\.\d+)?% \((\d{1,6})/(\d{1,6})\)\Z")
_MILLISECONDS = 1_000
_YEAR_2001 = 978_307_200_000
"""A time stamp below is in seconds."""


def read(source: Source) -> Read:
    root = parse(source, "Cobertura XML", ("coverage",))
    sources = [one.text.strip() for one in root.iter("source") if one.text and one.text.strip()]
    # coverage says so where it measured no branches: `branches-valid` is 0 there as in a file without
    branches = any(line.get("branch") == "true" for line in root.iter("line"))
    reports = [
        _report(source, element, sources, branches=branches) for element in root.iter("class")
    ]
    return told(source, reports, _made(root), root.get("version", ""))


def _report(source: Source, element: Element, sources: list[str], *, branches: bool) -> Report:
    name = element.get("filename")
    if not name:
        raise UnreadableError("a `class` has no `filename`")
    statements: list[int] = []
    executed: list[int] = []
    ways: list[Ways] = []
    for line in _lines(element):
        try:
            number, hits = int(line.get("number", "")), int(line.get("hits", ""))
        except ValueError:
            raise UnreadableError(f"{name}: a `line` has no `number` or no `hits`") from None
        statements.append(number)
        if hits > 0:
            executed.append(number)
        if line.get("branch") == "true":
            ways.append(_ways(line, number, name))
    return Report(
        _place(source, name, sources),
        lines_of(statements),
        lines_of(executed),
        ways=tuple(ways) if branches else None,
    )


def _lines(element: Element) -> Iterator[Element]:
    """Of the class itself; those of its methods stand among them once more."""
    for child in element:
        if child.tag == "lines":
            yield from child.iter("line")


def _ways(line: Element, number: int, name: str) -> Ways:
    match = _CONDITIONS.match(line.get("condition-coverage", ""))
    if match is None or int(match[1]) > int(match[2]):
        raise UnreadableError(f"{name}: line {number} has branches, and not how many were taken")
    told = line.get("missing-branches")
    missed = None
    if told is not None:
        names = [one for one in told.split(",") if one]
        if all(one == "exit" or one.isdecimal() for one in names):
            missed = frozenset(EXIT if one == "exit" else int(one) for one in names)
    return Ways(number, int(match[2]), int(match[1]), missed=missed)


def _place(source: Source, name: str, sources: list[str]) -> str:
    """Where the file lies: below one of the report's sources, else below the tool's directory."""
    base = os.path.join(source.root, source.tool.directory)
    name = name.replace("\\", "/")
    places = [os.path.normpath(os.path.join(base, one, name)) for one in (*sources, "")]
    return next((place for place in places if os.path.isfile(place)), places[0])


def _made(root: Element) -> float | None:
    stamp = root.get("timestamp", "")
    if not stamp.isdecimal() or len(stamp) > 15:
        return None
    number = int(stamp)
    return number / _MILLISECONDS if number > _YEAR_2001 else float(number)
