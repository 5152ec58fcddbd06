"""JUnit XML: test cases with a failure or an error are findings, the number of cases is the figure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pytest_readiness.collect.tools.formats.levels import DEFAULT
from pytest_readiness.collect.tools.formats.read import Found, Read, UnreadableError, gather
from pytest_readiness.collect.tools.formats.source import Source
from pytest_readiness.collect.tools.formats.xml import parse
from pytest_readiness.model.evidence import Figure

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_ROOTS = ("testsuites", "testsuite")
_BROKEN = ("failure", "error")


def read(source: Source) -> Read:
    root = parse(source, "JUnit XML", _ROOTS)
    tool = source.tool
    level = tool.level or DEFAULT
    cases = 0
    found: list[Found] = []
    for element in root.iter():
        if _tag(element) == "testcase":
            cases += 1
            found += _broken(source, element, level)
        elif _tag(element) == "testsuite":
            # a suite that broke as a whole, and holds no case that could say so
            found += _broken(source, element, level)
    if not cases and not found:
        raise UnreadableError("its JUnit XML holds no test case")
    figure = Figure(metric=tool.metric or "tool.figure", value=cases, unit=tool.unit)
    return Read(findings=gather(tool.name, found), figures=((tool.name, figure),), levels=(level,))


def _broken(source: Source, element: Element, level: str) -> Iterator[Found]:
    name = ".".join(filter(None, (element.get("classname"), element.get("name"))))
    line = element.get("line", "")
    for child in element:
        if _tag(child) in _BROKEN:
            text = child.get("message") or child.text or child.get("type") or "it says no more"
            yield Found(
                level,
                f"{_tag(child)}: {text.strip()}",
                rule=name or _tag(child),
                path=source.path(element.get("file", "")),
                line=int(line) if line.isdecimal() and len(line) < 9 else 0,
            )


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
