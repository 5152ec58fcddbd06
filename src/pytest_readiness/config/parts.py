"""Pieces that the JSON schemas of the configuration's tables are made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "pattern": r"\S"}
TEXTS: Schema = {"type": "array", "items": TEXT, "minItems": 1}
ONE_OR_MORE: Schema = {"anyOf": [TEXT, TEXTS]}
FLAG: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": "number", "minimum": 0}
DAY: Schema = {"format": "date"}
"""No type: what reads TOML hands a date over as a date, not as a string."""


def table(properties: Schema, *required: str) -> Schema:
    """A table that has no other keys."""
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**schema, "required": list(required)} if required else schema


def words(options: Iterable[str]) -> Schema:
    return {"enum": list(options)}


def said(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description}


def one_or_more(schema: Schema) -> Schema:
    """A value, or an array of such."""
    return {"anyOf": [schema, {"type": "array", "items": schema, "minItems": 1}]}
