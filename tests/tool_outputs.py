"""Outputs of tools for tests: small samples in the shape of the real ones, and how they are read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pytest_readiness.collect.tools.formats import Read, read
from pytest_readiness.model.policy import Origin
from pytest_readiness.model.tool import Tool


def tool(format: str, **fields: Any) -> Tool:
    return Tool(**{"name": "t", "origin": Origin(source="pyproject.toml"), **fields}, format=format)


def read_as(
    format: str,
    output: object,
    root: Path,
    *,
    status: int | None = None,
    written: float | None = None,
    **fields: Any,
) -> Read:
    """``output``: bytes, text, or what is written as JSON."""
    if isinstance(output, str):
        output = output.encode()
    raw = output if isinstance(output, bytes) else json.dumps(output).encode()
    return read(tool(format, **fields), raw, status, root, written=written)


def places(found: Read) -> list[tuple[str, str, str, int, str]]:
    """Level, rule, path, line and message of every place."""
    return [
        (one.level, one.rule, one.path, line, message)
        for one in found.findings
        for line, message in one.places
    ]


def result(rule: str = "R1", uri: str = "src/a.py", line: int | None = 3, **more: Any) -> Any:
    """A result of SARIF as linters write it."""
    place: dict[str, Any] = {"artifactLocation": {"uri": uri}}
    if line is not None:
        place["region"] = {"startLine": line}
    return {
        "ruleId": rule,
        "level": "error",
        "message": {"text": "mend it"},
        "locations": [{"physicalLocation": place}],
        **more,
    }


def without(data: dict[str, Any], *names: str) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key not in names}


def run(*results: Any, name: str = "linter", rules: Any = (), **more: Any) -> dict[str, Any]:
    driver = {"name": name, "version": "1.2", "rules": list(rules)}
    return {"tool": {"driver": driver}, "results": list(results), **more}


def sarif(*runs: Any, version: object = "2.1.0") -> dict[str, Any]:
    return {"version": version, "runs": list(runs)}
