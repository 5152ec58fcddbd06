"""The JSON schema of ``[tool.pytest-readiness]``, for editors and ``validate-pyproject``.

The file beside this module is what :func:`build` makes of the catalogue; a test keeps it current. It knows
less than the loader does (nothing of units, of what can be met, of names that are defined elsewhere).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources

from pytest_readiness.config import codeowners, decided, requirements, scoring, waivers
from pytest_readiness.config import tool_schema as tools
from pytest_readiness.config.gate import LEVELS, MISSING
from pytest_readiness.config.metrics import AGGREGATES, DIRECTIONS
from pytest_readiness.config.parts import FLAG, TEXT, TEXTS, Schema, said, table, words
from pytest_readiness.config.profiles import PROFILES
from pytest_readiness.config.requirements import SEVERITIES
from pytest_readiness.config.stages import FAIL_ON
from pytest_readiness.model.metric import RESERVED, Metric


def tool_schema(tool_name: str) -> Schema:
    """The schema of pytest-readiness' table in ``pyproject.toml``."""
    text = resources.files(__package__).joinpath("schema.json").read_text(encoding="utf-8")
    schema: Schema = json.loads(text)
    return schema


def build(catalogue: Mapping[str, Metric]) -> Schema:
    """The schema with the catalogue's names in it."""
    gates: Schema = {"$ref": "#/definitions/gates"}
    common: Schema = {
        "profile": said(words(_profile_names()), "Gates to start from."),
        "base": said(
            {**TEXT, "pattern": "^[^-\\s]\\S*$"},
            'What a change is compared with: "auto", a branch, a tag or a commit.',
        ),
        "fail-on": said(words(FAIL_ON), "risk: READY WITH RISKS fails too."),
        "exit-code": said(
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
        **table(
            {
                **common,
                "history": said(
                    {"anyOf": [TEXT, {"const": False}]},
                    "Where runs are kept: a path, or postgresql://...; false: nowhere.",
                ),
                "history-days": said(
                    {"type": "integer", "minimum": 1, "maximum": 36500},
                    "Runs older than that are dropped from the history.",
                ),
                "history-runs": said(
                    {"type": "integer", "minimum": 1, "maximum": 1000000},
                    "Runs beyond that many are dropped from the history, the oldest first.",
                ),
                "baseline-file": said(
                    TEXT, "Published baselines, for where the history is empty or out of reach."
                ),
                "remeasure": said(
                    FLAG,
                    "true: suspects of a slowdown run again at the end of the session.",
                ),
                "source": said(TEXTS, "Packages or directories whose coverage is measured."),
                "stages": {
                    "type": "object",
                    "additionalProperties": table(
                        {
                            **common,
                            "inherit": said(
                                FLAG,
                                "false: the stage has its profile's gates and its own, not the project's.",
                            ),
                        }
                    ),
                },
                "components": {"type": "array", "items": _component()},
                **waivers.schema(),
                **decided.schema(),
                **requirements.schema(),
                **scoring.schema(),
                "tools": tools.schema(),
                **codeowners.schema(),
                "metrics": {"$ref": "#/definitions/metrics"},
            }
        ),
        "definitions": _definitions(catalogue),
    }


def _definitions(catalogue: Mapping[str, Metric]) -> Schema:
    settings: Schema = {
        "name": said(TEXT, "What waivers and reports call the gate."),
        "select": said(TEXTS, "Globs of the subjects that it judges."),
        "component": said(TEXT, "The component whose value is judged."),
        "statistic": said(TEXT, "Which statistic of a benchmark."),
        "level": words(LEVELS),
        "when-missing": words(MISSING),
        "when-no-baseline": words(MISSING),
        "weight": {"type": "integer", "minimum": 0},
        "category": said(TEXT, "In the score and the matrices; else the metric's."),
        "severity": said(words(SEVERITIES), "Of what breaks it, in lists of what is open."),
    }
    require: Schema = {"require": {"$ref": "#/definitions/condition"}}
    gate = table({**require, **settings}, "require")
    names = sorted(catalogue)
    closed = sorted(RESERVED | {name.partition(".")[0] for name in names})
    return {
        "condition": {
            "type": "string",
            "description": 'OP VALUE [and|or OP VALUE]..., such as ">= 90% and >= baseline - 0.5pp"',
            "pattern": r"^\s*(>=|<=|==|>|<)\s*([-+]?[0-9]|baseline)",
        },
        "gate-table": gate,
        "amendment": {**table(settings), "minProperties": 1},
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
        "metric": {**table(_metric()), "minProperties": 1},
        "metrics": {
            "type": "object",
            "additionalProperties": {
                "anyOf": [{"$ref": "#/definitions/metric"}, {"$ref": "#/definitions/metrics"}]
            },
        },
    }


def _component() -> Schema:
    properties = {"name": TEXT, "paths": TEXTS, "owner": TEXT}
    return table(properties, "name", "paths")


def _metric() -> Schema:
    return {
        "title": TEXT,
        "unit": TEXT,
        "direction": words(DIRECTIONS),
        "aggregate": words(AGGREGATES),
        "description": TEXT,
    }


def _profile_names() -> list[str]:
    return [*dict.fromkeys(name.partition("@")[0] for name in PROFILES), *PROFILES]
