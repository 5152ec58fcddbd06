"""Evidence files: what is written is read back, and nothing else is."""

from __future__ import annotations

import dataclasses
import json
import typing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_readiness.model import lines, value
from pytest_readiness.model.codec import KINDS, CodecError, decode, encode
from pytest_readiness.model.evidence import Attempt, Data, Evidence, Gap, Reason, Record
from pytest_readiness.publish.evidence import EvidenceError, dumps, loads

LINES = st.sets(st.integers(min_value=1, max_value=300)).map(lines.of)
TEXT = st.text(st.characters(exclude_categories=()), max_size=8)  # lone surrogates too

PLAIN: dict[object, st.SearchStrategy[typing.Any]] = {
    lines.Lines: LINES,
    float: st.floats(allow_nan=False, allow_infinity=False),
    str: TEXT,
}


def _strategy(hint: object) -> st.SearchStrategy[typing.Any]:
    """Any value of a field's type, as the types themselves say."""
    if hint in PLAIN:
        return PLAIN[hint]
    args = typing.get_args(hint)
    if typing.get_origin(hint) is tuple:
        if args[-1] is Ellipsis:
            return st.lists(_strategy(args[0]), max_size=3).map(tuple)
        return st.tuples(*map(_strategy, args))
    if args:
        return st.one_of(*map(_strategy, args))
    if hint is Attempt or dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        fields = {name: _strategy(hints[name]) for name, _ in value.fields(hint)}
        return st.builds(typing.cast("typing.Any", hint), **fields)
    return st.from_type(typing.cast("type[object]", hint))


DATA = st.one_of(*(_strategy(kind) for kind in KINDS.values()))
RECORDS = st.builds(Record, TEXT.filter(bool), TEXT, TEXT, st.integers(0, 9), DATA)


@given(st.lists(RECORDS, max_size=6).map(Evidence.of))
def test_what_is_written_is_read_back(evidence: Evidence) -> None:
    text = dumps(evidence)
    assert text.isascii()
    assert loads(text) == evidence
    assert loads(text.encode()) == evidence


@given(DATA)
def test_values_are_json(data: Data) -> None:
    assert decode(data.kind, json.loads(json.dumps(encode(data), allow_nan=False))) == data


@given(st.lists(RECORDS, min_size=1, max_size=3).map(Evidence.of), st.data())
def test_a_truncated_file_is_an_error(evidence: Evidence, data: st.DataObject) -> None:
    text = dumps(evidence).rstrip()
    cut = data.draw(st.integers(0, len(text) - 1))
    with pytest.raises(EvidenceError):
        loads(text[:cut])


GAP = {"reason": "no data", "message": "m"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not readable as JSON"),
        ("[]", "not an evidence file"),
        ('{"schema": "other", "version": 1}', "not an evidence file"),
        ('{"schema": "pytest-readiness/evidence", "version": 2}', "upgrade pytest-readiness"),
        ('{"schema": "pytest-readiness/evidence", "version": true}', "bad schema version"),
        ('{"schema": "pytest-readiness/evidence", "version": 1}', "no list of records"),
        ("[" * 100_000, "not readable as JSON"),
    ],
)
def test_other_files_are_refused(text: str, says: str) -> None:
    with pytest.raises(EvidenceError, match=says):
        loads(text)


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (3, "record 0 is not an object"),
        ({"run": "r", "kind": "nonsense", "data": {}}, "unknown kind 'nonsense'"),
        ({"run": "r", "kind": "gap", "subject": 1, "data": GAP}, "subject is not a string"),
        ({"run": "r", "kind": "gap", "attempt": -1, "data": GAP}, "attempt is not a count"),
        ({"run": "r", "kind": "gap", "attempt": True, "data": GAP}, "attempt is not a count"),
        ({"kind": "gap", "data": GAP}, "names no run"),
        ({"run": "r", "kind": "gap", "data": []}, r"\[\] is not dict"),
        ({"run": "r", "kind": "gap", "data": {"reason": "no data"}}, "Gap has no message"),
        ({"run": "r", "kind": "gap", "data": GAP | {"why": 1}}, "no field 'why'"),
        ({"run": "r", "kind": "gap", "data": GAP | {"reason": "x"}}, "reason: 'x' is none of"),
        ({"run": "r", "kind": "memory", "data": {"peak": 1.5}}, "peak: 1.5 is not int"),
        ({"run": "r", "kind": "memory", "data": {"peak": True}}, "peak: True is not int"),
        (
            {"run": "r", "kind": "fixture", "data": {"scope": "s", "seconds": 1e999, "count": 1}},
            "seconds: inf is not float",
        ),
        (
            {"run": "r", "kind": "changed-file", "data": {"lines": "0-99999999999"}},
            "is not a set of lines",
        ),
        ({"run": "r", "kind": "changed-file", "data": {"lines": "3-1"}}, "not a set of lines"),
    ],
)
def test_every_field_is_checked(entry: object, says: str) -> None:
    text = json.dumps({"schema": "pytest-readiness/evidence", "version": 1, "records": [entry]})
    with pytest.raises(EvidenceError, match=says):
        loads(text)


def test_a_surrogate_in_a_test_id_survives() -> None:
    gap = Gap(reason=Reason.NO_DATA, message="\udc80\u2028::error::\x1b[31m")
    evidence = Evidence.of([Record("r", "", "tests/t.py::t[\udcff]", 0, gap)])
    assert loads(dumps(evidence)) == evidence


def test_decode_names_unknown_kinds() -> None:
    with pytest.raises(CodecError, match="known are attempt, base-policy, benchmark"):
        decode("x", {})
