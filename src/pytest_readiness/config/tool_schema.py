"""The JSON schema of ``[tool.pytest-readiness.tools]``."""

from __future__ import annotations

from typing import Any

from pytest_readiness.config.duration import PATTERN
from pytest_readiness.config.known_tools import KNOWN
from pytest_readiness.model.outside import LEVELS
from pytest_readiness.model.tool import FORMATS


def schema() -> dict[str, Any]:
    """Of the table ``tools``, in the words of JSON schema draft-07."""
    text = {"type": "string", "pattern": r"\S"}
    flag = {"type": "boolean"}
    span = {"type": "string", "pattern": PATTERN}
    said: dict[str, tuple[dict[str, Any], str]] = {
        "run": (text, "The command, run without a shell when the tests have ended."),
        "report": (text, "The file that holds its output; alone: one that an earlier step wrote."),
        "format": ({"enum": list(FORMATS)}, "How its output is read."),
        "shell": (flag, "true: the command is given to a shell."),
        "beside": (flag, "true: it runs while the tests run, not after them."),
        "timeout": (span, "After this long it is ended, and not measured."),
        "max-age": (
            {"anyOf": [span, {"const": False}]},
            "An older report of an earlier step is stale; false: never.",
        ),
        "environment": (
            {"type": "object", "additionalProperties": {"type": "string"}},
            "Variables beside those of the session.",
        ),
        "directory": (text, "Where it is run, relative to the project's root."),
        "statuses": (
            {
                "type": "array",
                "minItems": 1,
                "items": {"type": "integer", "minimum": 0, "maximum": 255},
            },
            "Exit statuses with which its output is whole.",
        ),
        "level": ({"enum": list(LEVELS)}, "Level of findings whose format tells none."),
        "pattern": (text, "Of the format lines: a regular expression with named groups."),
        "figure": (text, "JSON pointer, or regular expression with a group, of a number."),
        "total": (text, "The same of what the figure is a part of."),
        "metric": (text, "The metric under which the figure is known."),
        "unit": (text, "The figure's unit."),
        "fix": (text, "The command that mends what can be mended without thinking."),
        "install": (text, "How to get it, as told where it is missing."),
    }
    properties = {key: {**one, "description": words} for key, (one, words) in said.items()}
    known = {"type": "object", "properties": properties, "additionalProperties": False}
    other = {**known, "anyOf": [{"required": ["run"]}, {"required": ["report"]}]}
    return {
        "type": "object",
        "description": "Tools whose findings, figures or exit statuses are judged, by name.",
        "properties": dict.fromkeys(KNOWN, known),
        "propertyNames": {"pattern": "^[A-Za-z0-9_][A-Za-z0-9_.-]*$"},
        "additionalProperties": other,
    }
