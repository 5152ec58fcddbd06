"""Tools from ``[tool.pytest-readiness.tools.NAME]``."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from pytest_readiness.config.command import check_command
from pytest_readiness.config.duration import read_duration
from pytest_readiness.config.known_tools import KNOWN
from pytest_readiness.config.names import nearest, quote
from pytest_readiness.config.table import Table, as_table, kind
from pytest_readiness.config.tool_output import read_output
from pytest_readiness.config.tool_schema import schema
from pytest_readiness.model.metric import RESERVED
from pytest_readiness.model.pattern import pattern
from pytest_readiness.model.policy import Origin
from pytest_readiness.model.tool import Tool

__all__ = ["read_command", "read_tools", "schema"]

TOOL_KEYS = (
    "run",
    "report",
    "format",
    "shell",
    "beside",
    "timeout",
    "max-age",
    "environment",
    "directory",
    "statuses",
    "level",
    "pattern",
    "figure",
    "total",
    "metric",
    "unit",
    "fix",
    "install",
)
COMMAND_KEYS = ("run", "shell", "beside", "timeout", "environment", "directory")
_RUNNING = ("shell", "beside", "timeout", "environment", "directory", "statuses", "install")
"""What is of no meaning where nothing is run."""
_NAME = pattern(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_USUAL = Tool(name="", origin=Origin(source=""))


def read_tools(root: Table, closed: Collection[str] = RESERVED) -> tuple[Tool, ...]:
    """:param closed: namespaces in which a tool's ``metric`` cannot lie."""
    tables = root.table("tools")
    if tables is None:
        return ()
    found = []
    for name, value in tables.data.items():
        table = as_table(tables.source, (*tables.path, name), value)
        if table is not None:
            found.append(_tool(name, table, closed))
    return tuple(tool for tool in found if tool is not None)


def read_command(name: str, table: Table) -> Tool:
    """A command that is run for its exit status alone: ``run``, and how it is run."""
    table.only(COMMAND_KEYS)
    table.need(("run",))
    run = table.text("run")
    return Tool(
        name=name, origin=table.source.origin(table.path), run=run, **_running(table, run, "")
    )


def _tool(name: str, table: Table, closed: Collection[str]) -> Tool | None:
    table.only(TOOL_KEYS)
    if not _NAME.fullmatch(name):
        table.source.problem(
            table.path,
            f"{quote(name)} is no name for a tool: gates select its findings as TOOL:LEVEL:RULE:PATH",
            remedy="write letters, digits, - _ and .",
        )
        return None
    known = KNOWN.get(name, {})
    run, report = table.text("run"), table.text("report")
    if not {"run", "report"} & table.data.keys():
        if not known:
            table.source.problem(
                table.path,
                f"run or report is missing: {quote(name)} is none of the tools that need neither",
                allowed=KNOWN,
                nearest=nearest(name, KNOWN),
                remedy='write the command, as in run = "tool --check src", or the report that another step wrote',
            )
            return None
        run = known["run"]
    return Tool(
        name=name,
        origin=table.source.origin(table.path),
        run=run,
        report=report,
        fix=table.text("fix") or known.get("fix", ""),
        install=table.text("install") or known.get("install", ""),
        **_running(table, run, report),
        **read_output(table, known, run, report, closed),
    )


def _running(table: Table, run: str, report: str) -> dict[str, Any]:
    if report and not run:
        for key in _RUNNING:
            if key in table.data:
                table.problem(key, "nothing is run: there is a report only", remedy="leave it out")
    shell = table.flag("shell", False)
    if not shell and "run" in table.data and run:
        check_command(table, "run", run)
    return {
        "shell": shell,
        "beside": table.flag("beside", False),
        "timeout": read_duration(table, "timeout", _USUAL.timeout),
        "max_age": None
        if table.data.get("max-age") is False
        else read_duration(table, "max-age", _USUAL.max_age or 0.0),
        "environment": _environment(table),
        "directory": _directory(table),
        **_statuses(table),
    }


def _environment(table: Table) -> tuple[tuple[str, str], ...]:
    below = table.table("environment")
    found = []
    for name, value in below.data.items() if below is not None else ():
        if not name.strip() or "=" in name or "\0" in name:
            table.source.problem(
                (*table.path, "environment", name), f"{quote(name)} is no name of a variable"
            )
        elif not isinstance(value, str):
            table.source.problem(
                (*table.path, "environment", name),
                f"{kind(value)} stands where a string is needed",
                remedy="write the value in quotes",
            )
        elif "\0" in value:
            table.source.problem(
                (*table.path, "environment", name), "the value holds a NUL character"
            )
        else:
            found.append((name, value))
    return tuple(found)


def _directory(table: Table) -> str:
    directory = table.text("directory").replace("\\", "/").strip("/")
    given = table.data.get("directory", "")
    if isinstance(given, str) and (
        ".." in directory.split("/") or given.startswith("/") or given[1:2] == ":"
    ):
        table.problem(
            "directory",
            f"{quote(given)} lies outside of the project",
            remedy="write a path relative to the project's root",
        )
        return ""
    return directory


def _statuses(table: Table) -> dict[str, tuple[int, ...]]:
    if "statuses" not in table.data:
        return {}
    value = table.data["statuses"]
    if not isinstance(value, list) or not value:
        wrong = "an empty array" if isinstance(value, list) else kind(value)
        table.problem(
            "statuses",
            f"{wrong} stands where an array of exit statuses is needed",
            remedy="for example statuses = [0, 1]",
        )
        return {}
    for index, one in enumerate(value):
        if isinstance(one, bool) or not isinstance(one, int) or one not in range(256):
            table.source.problem(
                (*table.path, "statuses", index),
                f"{kind(one)} is no exit status",
                allowed=["0 to 255"],
            )
    return {"statuses": tuple(value)}
