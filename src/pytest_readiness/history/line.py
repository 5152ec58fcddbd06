"""An entry, or a hotfix, as one line of JSON: what an export consists of.

Only data: reading one imports, executes and unpickles nothing, and checks every value.
"""

from __future__ import annotations

import base64
import datetime
import json
from typing import Any, cast

from pytest_readiness.history import columns
from pytest_readiness.history.columns import ColumnError
from pytest_readiness.history.decisions import Decided
from pytest_readiness.history.entry import Entry, Suite
from pytest_readiness.history.facts import (
    mapping_from,
    number_from,
    number_json,
    record_from,
    record_json,
    texts_from,
)
from pytest_readiness.history.reading import collected_from, shapes_from
from pytest_readiness.history.rebuild import evidence_of
from pytest_readiness.model import codec
from pytest_readiness.model.codec import CodecError, decode, encode
from pytest_readiness.model.evidence import Decision
from pytest_readiness.model.history import PastRun, Series

NAME = "pytest-readiness/history"
VERSION = 1
_COLUMNS = ("lines", "shape", "setup", "call", "teardown", "cpu")
_OF_DECISION = ("runs", "gate", "project")
_RECORDS = ("attempts", "benchmarks", "files", "rest")


def to_line(entry: Entry) -> str:
    """One line in ASCII, without its end."""
    suite = entry.suite
    document = {
        "schema": NAME,
        "version": VERSION,
        "run": codec.write(PastRun, entry.run),
        "tests": suite.tests,
        "codes": suite.codes,
        "shapes": suite.shapes,
        **{name: _packed(getattr(suite, name)) for name in _COLUMNS},
        "collections": [[*kept[:4], _packed(kept.tests), *kept[5:]] for kept in entry.collections],
        **{name: [record_json(one) for one in getattr(entry, name)] for name in _RECORDS},
        "values": [
            [*series, [[name, number_json(value), held] for name, (value, held) in named.items()]]
            for series, named in entry.values.items()
        ],
    }
    return columns.text(document).decode()


def decision_line(decided: Decided) -> str:
    """One line in ASCII, without its end."""
    document = {
        "schema": NAME,
        "version": VERSION,
        "decision": encode(decided.decision),
        **{name: getattr(decided, name) for name in _OF_DECISION},
    }
    return columns.text(document).decode()


def from_line(text: str | bytes) -> Entry | Decided:
    """Read what :func:`to_line` and :func:`decision_line` wrote. Raises :class:`ColumnError`."""
    try:
        document = mapping_from(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise ColumnError(f"not readable as JSON, cut short perhaps: {error}") from None
    if document.get("schema") != NAME:
        raise ColumnError("not a line of an exported history")
    version = document.get("version")
    if type(version) is not int or version < 1:
        raise ColumnError(f"bad schema version {ascii(version)[:40]}")
    if version > VERSION:
        raise ColumnError(
            f"written under schema version {version}, this pytest-readiness reads up to {VERSION}: "
            "upgrade pytest-readiness"
        )
    try:
        if "decision" in document:
            return _decided(document)
        entry = _entry(document)
    except KeyError as error:
        raise ColumnError(f"no {error.args[0]}") from None
    except (CodecError, TypeError, ValueError) as error:
        raise ColumnError(str(error)) from None
    evidence_of(entry)  # its parts fit each other, or it raises
    return entry


def _entry(document: Any) -> Entry:
    return Entry(
        run=cast("PastRun", codec.read(PastRun, document["run"])),
        suite=Suite(
            tests=texts_from(document["tests"]),
            codes=texts_from(document["codes"]),
            shapes=shapes_from(document["shapes"]),
            **{name: _unpacked(document[name]) for name in _COLUMNS},
        ),
        collections=tuple(
            collected_from(kept, _unpacked(kept[4])) for kept in document["collections"]
        ),
        **{name: tuple(map(record_from, document[name])) for name in _RECORDS},
        values={
            Series(*texts_from(key)): {
                name: (number_from(value), bool(held)) for name, value, held in named
            }
            for *key, named in document["values"]
        },
    )


def _decided(document: Any) -> Decided:
    decision = decode(Decision.kind, document["decision"])
    if not isinstance(decision, Decision):
        raise ColumnError("no decision")
    for day in (decision.expires, decision.decided[:10]):
        datetime.date.fromisoformat(day)  # raises ValueError
    names = texts_from([document[name] for name in _OF_DECISION])
    return Decided(decision=decision, **dict(zip(_OF_DECISION, names, strict=True)))


def _packed(data: bytes) -> str:
    return base64.b64encode(columns.deflate(data)).decode("ascii")


def _unpacked(text: str) -> bytes:
    return columns.inflate(base64.b64decode(text, validate=True))
