"""How a tool's output is read: its format, and what says where in it findings or a figure stand."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from pytest_readiness.config.names import nearest, quote
from pytest_readiness.config.table import Table
from pytest_readiness.model.outside import LEVELS
from pytest_readiness.model.pattern import pattern
from pytest_readiness.model.tool import FORMATS

READING = ("pattern", "figure", "total", "metric", "unit")
"""What belongs to one format only."""
GROUPS = ("path", "line", "level", "rule", "message")
"""Groups of a line pattern, any of them; those without names are meant in this order."""
_FIGURES = ("figure", "total", "metric", "unit")
_POINTER = pattern(r"(?:/(?:[^~/]|~[01])*)+")
_FORMATS = {form: form for form in FORMATS}
_OF_REPORTS = tuple(form for form in FORMATS if form != "exit-status")


def read_output(
    table: Table, known: Mapping[str, Any], run: str, report: str, closed: Collection[str]
) -> dict[str, Any]:
    """``format``, ``level`` and what belongs to the format.

    :param known: settings of the tool, where it is known by its name.
    :param closed: namespaces in which its metric cannot lie.
    """
    form = table.choice("format", _FORMATS, known.get("format", "exit-status"))
    found = {"format": form}
    if form == known.get("format"):
        found |= {key: known[key] for key in READING if key in known}
    found |= {key: text for key in READING if (text := table.text(key))}
    found["level"] = table.choice("level", {one: one for one in LEVELS}, known.get("level", ""))
    if "format" not in table.data or form == table.data["format"]:  # else it is a problem already
        _check_format(table, form, run, report)
        _check_keys(table, form, found)
    _check_metric(table, found.get("metric", ""), closed)
    return found


def _check_format(table: Table, form: str, run: str, report: str) -> None:
    if form == "exit-status" and report:
        remedy = f"write format = {quote(guess)}" if (guess := _guess(report)) else ""
        if "format" in table.data:
            table.problem(
                "format", "a report has no exit status", allowed=_OF_REPORTS, remedy=remedy
            )
        else:
            table.source.problem(
                table.path,
                "format is missing: it says how the report is read",
                allowed=_OF_REPORTS,
                remedy=remedy,
            )
    elif form == "exit-status" and "statuses" in table.data:
        table.problem(
            "statuses",
            "of the format exit-status every status is a result: 0 is good, any other is not",
            remedy="leave it out",
        )
    elif form == "coverage" and run and not report:
        table.source.problem(
            table.path,
            "report is missing: coverage's data is a file, and no output of a command",
            remedy='for example report = ".coverage.e2e"',
        )


def _check_keys(table: Table, form: str, found: Mapping[str, str]) -> None:
    if "pattern" in table.data and form != "lines":
        table.problem(
            "pattern",
            f"the format {quote(form)} has no lines to be searched",
            remedy='write format = "lines" beside it',
        )
    elif "pattern" in found:
        _check_pattern(table, found["pattern"])
    for key in _FIGURES:
        if key in table.data and form != "figure":
            table.problem(
                key,
                f"the format {quote(form)} has no figure",
                remedy='write format = "figure" beside it',
            )
        elif key in ("figure", "total") and key in found:
            _check_figure(table, key, found[key])
    if form == "figure" and "figure" not in found and "figure" not in table.data:
        table.source.problem(
            table.path,
            "figure is missing: it says where in the output the number stands",
            remedy='write a JSON pointer, figure = "/totals/percent", or a regular expression with a group',
        )


def _check_pattern(table: Table, text: str) -> None:
    compiled = _compiled(table, "pattern", text)
    if compiled is None:
        return
    names = [f"(?P<{name}>...)" for name in GROUPS]
    for name in compiled.groupindex:
        if name not in GROUPS:
            table.problem(
                "pattern",
                f"it has a group {quote(name)} that means nothing",
                allowed=GROUPS,
                nearest=nearest(name, GROUPS),
            )
    if not compiled.groups:
        table.problem(
            "pattern", "it has no group, so nothing is known of what it finds", allowed=names
        )
    elif compiled.groups > len(GROUPS) and not compiled.groupindex:
        table.problem(
            "pattern",
            f"it has {compiled.groups} groups without names",
            allowed=names,
            remedy="name those that are meant, and write (?:...) for the others",
        )


def _check_figure(table: Table, key: str, text: str) -> None:
    if text.startswith("/"):
        if not _POINTER.fullmatch(text):
            table.problem(
                key,
                f"{quote(text)} is no JSON pointer: ~ stands before 0 or 1 only",
                remedy="write ~0 for ~ and ~1 for / in a key",
            )
        return
    compiled = _compiled(table, key, text, "a JSON pointer begins with /")
    if compiled is not None and not compiled.groups:
        table.problem(
            key,
            f"{quote(text)} has no group around the number",
            remedy=f"put the number into parentheses, or write a JSON pointer: {key} = {quote('/' + text)}",
        )


def _compiled(table: Table, key: str, text: str, remedy: str = "") -> re.Pattern[str] | None:
    try:
        return re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        table.problem(key, f"{quote(text)} is no regular expression: {error}", remedy=remedy)
        return None


def _check_metric(table: Table, name: str, closed: Collection[str]) -> None:
    namespace = name.partition(".")[0]
    if name and not name.isprintable():
        table.problem("metric", f"{quote(name)} is no name of a metric")
    elif name and namespace in closed:
        table.problem(
            "metric",
            f"{quote(name)} cannot be its name: the names {namespace}.* belong to the catalogue",
            remedy="choose a name of your own, such as types.coverage",
        )


def _guess(report: str) -> str:
    """The format that a file of such a name probably has."""
    name = report.rpartition("/")[2]
    if name.startswith(".coverage"):
        return "coverage"
    if name.endswith(".xml"):
        return "coverage-xml" if "cov" in name else "junit"
    suffixes = {".sarif": "sarif", ".info": "lcov", ".lcov": "lcov"}
    return next((form for suffix, form in suffixes.items() if name.endswith(suffix)), "")
