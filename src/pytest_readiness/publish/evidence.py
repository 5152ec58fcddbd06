"""Evidence files: one JSON document, schema version first, a record an entry.

Only data: reading one imports, executes and unpickles nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pytest_readiness.model.codec import CodecError, decode, encode
from pytest_readiness.model.evidence import Evidence, Record

NAME = "pytest-readiness/evidence"
VERSION = 1


class EvidenceError(ValueError):
    """A text that is no evidence this version can read; the message says why and what to do."""


def dumps(evidence: Evidence) -> str:
    """Evidence as JSON text, pure ASCII, one record a line, in canonical order."""
    encoder = json.JSONEncoder(separators=(",", ":"), allow_nan=False)
    records = ",\n".join(encoder.encode(_entry(record)) for record in evidence.records)
    return f'{{"schema":"{NAME}","version":{VERSION},"records":[\n{records}\n]}}\n'


def loads(text: str | bytes) -> Evidence:
    """Read what :func:`dumps` wrote. Raises :class:`EvidenceError`."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise EvidenceError(
            f"not readable as JSON, truncated perhaps ({error}): run the session again"
        ) from None
    if not isinstance(document, dict) or document.get("schema") != NAME:
        raise EvidenceError(
            "not an evidence file: those are written by pytest --readiness-evidence=PATH"
        )
    version = document.get("version")
    if type(version) is not int or version < 1:
        raise EvidenceError(f"bad schema version {ascii(version)[:40]}")
    if version > VERSION:
        raise EvidenceError(
            f"written under schema version {version}, this pytest-readiness reads up to "
            f"{VERSION}: upgrade pytest-readiness"
        )
    records = document.get("records")
    if not isinstance(records, list):
        raise EvidenceError("no list of records: run the session again")
    return Evidence.of(_record(number, entry) for number, entry in enumerate(records))


def _entry(record: Record) -> Mapping[str, Any]:
    entry: dict[str, Any] = {"run": record.run, "kind": record.data.kind}
    if record.process:
        entry["process"] = record.process
    if record.subject:
        entry["subject"] = record.subject
    if record.attempt:
        entry["attempt"] = record.attempt
    entry["data"] = encode(record.data)
    return entry


def _record(number: int, entry: Any) -> Record:
    if not isinstance(entry, dict):
        raise EvidenceError(f"record {number} is not an object")
    texts = {name: entry.get(name, "") for name in ("run", "kind", "process", "subject")}
    attempt = entry.get("attempt", 0)
    for name, value in texts.items():
        if type(value) is not str:
            raise EvidenceError(f"record {number}: {name} is not a string")
    if type(attempt) is not int or attempt < 0:
        raise EvidenceError(f"record {number}: attempt is not a count")
    if not texts["run"]:
        raise EvidenceError(f"record {number} names no run")
    try:
        data = decode(texts["kind"], entry.get("data"))
    except CodecError as error:
        raise EvidenceError(f"record {number} ({ascii(texts['kind'])[:40]}): {error}") from None
    return Record(texts["run"], texts["process"], texts["subject"], attempt, data)
