"""The JSON schema of ``[tool.pytest-readiness]``, for editors and ``validate-pyproject``.

The file beside this module is what :func:`build` makes of the catalogue; a test keeps it current. It knows
less than the loader does (nothing of units, of what can be met, of names that are defined elsewhere).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any

from pytest_readiness.config.gate import LEVELS, MISSING
from pytest_readiness.config.metrics import AGGREGATES, DIRECTIONS
from pytest_readiness.config.profiles import PROFILES
from pytest_readiness.config.stages import FAIL_ON
from pytest_readiness.model.metric import RESERVED, Metric

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string", "pattern": r"\S"}
_TEXTS: Schema = {"type": "array", "items": _TEXT, "minItems": 1}


def tool_schema(tool_name: str) -> Schema:
    """The schema of pytest-readiness' table in ``pyproject.toml``."""
    text = resources.files(__package__).joinpath("schema.json").read_text(encoding="utf-8")
    schema: Schema = json.loads(text)
    return schema


def build(catalogue: Mapping[str, Metric]) -> Schema:
    """The schema with the catalogue's names in it."""
    gates: Schema = {"$ref": "#/definitions/gates"}
    common: Schema = {
        "profile": _said(_words(_profile_names()), "Gates to start from."),
        "base": _said(
            {**_TEXT, "pattern": "^[^-\\s]\\S*$"},
            'What a change is compared with: "auto", a branch, a tag or a commit.',
        ),
        "fail-on": _said(_words(FAIL_ON), "risk: READY WITH RISKS fails too."),
        "exit-code": _said(
            {"type": "integer", "anyOf": [{"const": 1}, {"minimum": 8, "maximum": 125}]},
            "What replaces exit status 0 when the verdict is NOT READY.",
        ),
        "gates": gates,
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "https://pytest-readiness.readthedocs.io/schemas/config-1.json",
        "title": "[tool.pytest-readiness]",
        "description": "The policy by which pytest-readiness judges a release.",
        **_object(
            {
                **common,
                "history": _said(
                    {"anyOf": [_TEXT, {"const": False}]},
                    "Where runs are kept: a path, or postgresql://...; false: nowhere.",
                ),
                "history-days": _said(
                    {"type": "integer", "minimum": 1, "maximum": 36500},
                    "Runs older than that are dropped from the history.",
                ),
                "history-runs": _said(
                    {"type": "integer", "minimum": 1, "maximum": 1000000},
                    "Runs beyond that many are dropped from the history, the oldest first.",
                ),
                "baseline-file": _said(
                    _TEXT, "Published baselines, for where the history is empty or out of reach."
                ),
                "remeasure": _said(
                    {"type": "boolean"},
                    "true: suspects of a slowdown run again at the end of the session.",
                ),
                "source": _said(_TEXTS, "Packages or directories whose coverage is measured."),
                "stages": {
                    "type": "object",
                    "additionalProperties": _object(
                        {
                            **common,
                            "inherit": _said(
                                {"type": "boolean"},
                                "false: the stage has its profile's gates and its own, not the project's.",
                            ),
                        }
                    ),
                },
                "components": {"type": "array", "items": _component()},
                "waivers": {"type": "array", "items": _waiver()},
                "metrics": {"$ref": "#/definitions/metrics"},
            }
        ),
        "definitions": _definitions(catalogue),
    }


def _definitions(catalogue: Mapping[str, Metric]) -> Schema:
    settings: Schema = {
        "name": _said(_TEXT, "What waivers and reports call the gate."),
        "select": _said(_TEXTS, "Globs of the subjects that it judges."),
        "component": _said(_TEXT, "The component whose value is judged."),
        "statistic": _said(_TEXT, "Which statistic of a benchmark."),
        "level": _words(LEVELS),
        "when-missing": _words(MISSING),
        "when-no-baseline": _words(MISSING),
        "weight": {"type": "integer", "minimum": 0},
    }
    require: Schema = {"require": {"$ref": "#/definitions/condition"}}
    gate = {**_object({**require, **settings}), "required": ["require"]}
    names = sorted(catalogue)
    closed = sorted(RESERVED | {name.partition(".")[0] for name in names})
    return {
        "condition": {
            "type": "string",
            "description": 'OP VALUE [and|or OP VALUE]..., such as ">= 90% and >= baseline - 0.5pp"',
            "pattern": r"^\s*(>=|<=|==|>|<)\s*([-+]?[0-9]|baseline)",
        },
        "gate-table": gate,
        "amendment": {**_object(settings), "minProperties": 1},
        "gate": {
            "anyOf": [
                {"$ref": "#/definitions/condition"},
                {"const": False},
                {
                    "type": "array",
                    "items": {"$ref": "#/definitions/gate-table"},
                    "minItems": 1,
                },
                {
                    "type": "object",
                    "if": {"required": ["require"]},
                    "then": {"$ref": "#/definitions/gate-table"},
                    "else": {
                        "anyOf": [
                            {"$ref": "#/definitions/amendment"},
                            {"$ref": "#/definitions/namespace"},
                        ]
                    },
                },
            ]
        },
        "namespace": {
            "type": "object",
            "additionalProperties": {"$ref": "#/definitions/gate"},
        },
        "gates": {
            "type": "object",
            "properties": {
                name: {
                    "description": catalogue[name].title,
                    "$ref": "#/definitions/gate",
                }
                for name in names
            },
            "propertyNames": {
                "anyOf": [
                    {"enum": names},
                    {"not": {"pattern": rf"^({'|'.join(closed)})\."}},
                ]
            },
            "additionalProperties": {"$ref": "#/definitions/gate"},
        },
        "metric": {**_object(_metric()), "minProperties": 1},
        "metrics": {
            "type": "object",
            "additionalProperties": {
                "anyOf": [{"$ref": "#/definitions/metric"}, {"$ref": "#/definitions/metrics"}]
            },
        },
    }


def _component() -> Schema:
    properties = {"name": _TEXT, "paths": _TEXTS, "owner": _TEXT}
    return {**_object(properties), "required": ["name", "paths"]}


def _waiver() -> Schema:
    properties: Schema = {
        "gate": _said(_TEXT, "A gate's name or its metric."),
        "subject": _said(_TEXT, "Which of its subjects; a glob."),
        "accept": {"$ref": "#/definitions/condition"},
        "reason": _TEXT,
        "owner": _TEXT,
        # no type: what reads TOML hands a date over as a date, not as a string
        "expires": {"format": "date", "description": "The last day on which it holds."},
    }
    return {**_object(properties), "required": ["gate", "reason", "owner", "expires"]}


def _metric() -> Schema:
    return {
        "title": _TEXT,
        "unit": _TEXT,
        "direction": _words(DIRECTIONS),
        "aggregate": _words(AGGREGATES),
        "description": _TEXT,
    }


def _profile_names() -> list[str]:
    return [*dict.fromkeys(name.partition("@")[0] for name in PROFILES), *PROFILES]


def _object(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _words(words: Iterable[str]) -> Schema:
    return {"enum": list(words)}


def _said(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description}
