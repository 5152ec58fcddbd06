"""Whatever stands in the table: a policy, or a ConfigError whose every problem has a key and printable words."""

from __future__ import annotations

import datetime
import json
import tempfile
from pathlib import Path
from typing import Any

import jsonschema
from hypothesis import given
from hypothesis import strategies as st

from pytest_readiness.config.components import COMPONENT_KEYS
from pytest_readiness.config.gate import GATE_KEYS
from pytest_readiness.config.load import KEYS, load_policy
from pytest_readiness.config.metrics import METRIC_KEYS
from pytest_readiness.config.problem import ConfigError
from pytest_readiness.config.schema import tool_schema
from pytest_readiness.config.stages import STAGE_KEYS
from pytest_readiness.config.waivers import WAIVER_KEYS
from pytest_readiness.measure.catalogue import CATALOGUE
from strategies import examples

VALIDATOR = jsonschema.Draft7Validator(tool_schema("pytest-readiness"))
WORDS = [
    *("library", "starter@1", "auto", "risk", "blocking", "block", "info", "fail", "skip"),
    *("== 0", ">= 90%", "<= 2s", ">= baseline", "<= 5", ">= 101%", "2027-01-31", "src/**", "p95"),
    *("payments", "@me", "lower", "max", "ms", "coverage.file", "tests.skipped", "a.b"),
]
NAMES = [
    *("coverage.lines", "coverage", "lines", "tests", "skipped", "test.duration", "benchmark.time"),
    *("a.b", "a", "checkout", "pr", "release", "\x1b[31m", "", "é\u202e"),
]
KNOWN = [*KEYS, *STAGE_KEYS, *GATE_KEYS, *WAIVER_KEYS, *COMPONENT_KEYS, *METRIC_KEYS]
texts = st.sampled_from(WORDS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
scalars = (
    texts
    | st.integers(-2, 200)
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.dates()
    | st.datetimes()
    | st.times()
)
keys = st.sampled_from([*KNOWN, *NAMES])


def tables(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(keys, values, max_size=5)


values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | tables(inner), max_leaves=8
)
waivers = st.fixed_dictionaries(
    {"gate": texts, "reason": texts, "owner": texts, "expires": st.dates() | texts},
    optional={"subject": texts, "accept": texts},
)
gates = st.dictionaries(
    st.sampled_from([*CATALOGUE, "a.b"]),
    texts | st.fixed_dictionaries({"require": texts}, optional={"level": texts, "select": values}),
    max_size=4,
)
documents = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(KEYS, values),
        "gates": gates | values,
        "waivers": st.lists(waivers, max_size=2) | values,
        "stages": st.dictionaries(keys, st.fixed_dictionaries({"gates": gates}), max_size=2)
        | values,
    },
)


def toml(value: Any) -> str:
    """A value in one line."""
    if isinstance(value, dict):
        pairs = ", ".join(f"{toml(key)} = {toml(below)}" for key, below in value.items())
        return "{" + pairs + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value).lower() if isinstance(value, (bool, float)) else str(value)


@examples(150)
@given(documents | tables(values), texts, texts)
def test_anything(document: dict[str, Any], stage: str, override: str) -> None:
    body = "".join(f"{toml(key)} = {toml(value)}\n" for key, value in document.items())
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "pyproject.toml"
        path.write_text("[tool.pytest-readiness]\n" + body, encoding="utf-8")
        for arguments in ({}, {"stage": stage, "overrides": [override]}):
            try:
                load_policy(path, catalogue=CATALOGUE, **arguments)  # type: ignore[arg-type]
            except ConfigError as error:
                problems = error.problems
            else:
                problems = ()
                # the schema may know less than the loader, never more
                VALIDATOR.validate(document)
            for problem in problems:
                assert problem.key
                assert all(line.isprintable() for line in str(problem).split("\n"))
                # every key stands on a line of its own: the place is that of its first part
                if problem.file == "pyproject.toml":
                    top = list(document)[(problem.line or 0) - 2]
                    assert problem.key.startswith((top, '"'))
