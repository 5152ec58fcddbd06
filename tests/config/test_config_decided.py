"""What people decided: waivers beyond a value, the quarantine, conditions of an approval."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import jsonschema
import pytest

from pytest_readiness.config import decided, waivers
from pytest_readiness.config.load import ConfigError, load_policy
from pytest_readiness.measure.catalogue import CATALOGUE
from pytest_readiness.model.policy import Policy
from pytest_readiness.model.requirement import State

SAID = 'reason = "r"\nowner = "@o"\nexpires = 2027-01-31\n'
WAIVER = "[[tool.pytest-readiness.waivers]]\n" + SAID
QUARANTINE = '[[tool.pytest-readiness.quarantine]]\ntest = "t.py::a"\n' + SAID
CONDITION = (
    '[[tool.pytest-readiness.conditions]]\ntext = "kill switch"\nowner = "@o"\ndue = 2027-01-31\n'
)
REST = """
[tool.pytest-readiness.gates]
"coverage.file" = ">= 60%"
[[tool.pytest-readiness.requirements]]
id = "SEC-1"
title = "No secrets"
file = "README.md"
"""


def loaded(root: Path, text: str) -> Policy:
    path = root / "pyproject.toml"
    path.write_text(f"[tool.pytest-readiness]\n{text}\n{REST}")
    return load_policy(path, catalogue=CATALOGUE)


@pytest.mark.parametrize(
    ("fields", "not_measured", "state"),
    [
        ('gate = "coverage.file"\naccept = "not measured"', True, None),
        ('gate = "coverage.file"\naccept = " not  measured "', True, None),
        ('gate = "coverage.file"\nsubject = "src/*"\naccept = "not measured"', True, None),
        ('gate = "SEC-1"\naccept = "not verified"', False, State.NOT_VERIFIED),
        ('gate = "SEC-1"\naccept = "failed"', False, State.FAILED),
    ],
)
def test_what_a_waiver_may_accept_beside_a_value(
    tmp_path: Path, fields: str, not_measured: bool, state: State | None
) -> None:
    (waiver,) = loaded(tmp_path, WAIVER + fields).waivers
    assert (waiver.not_measured, waiver.state, waiver.accept) == (not_measured, state, None)
    assert not waiver.hotfix


def test_what_was_decided(tmp_path: Path) -> None:
    text = 'waiver-days = 30\nwaivers-from = "base"\n' + QUARANTINE + CONDITION
    policy = loaded(tmp_path, f"{text}done = 2026-12-24\n")
    assert (policy.waiver_days, policy.waivers_from) == (30, "base")
    (entry,) = policy.quarantine
    assert (entry.test, entry.reason, entry.owner) == ("t.py::a", "r", "@o")
    assert entry.expires == datetime.date(2027, 1, 31)
    assert str(entry.origin) == "pyproject.toml:4 quarantine#1"
    (condition,) = policy.conditions
    assert (condition.text, condition.owner) == ("kill switch", "@o")
    assert (condition.due, condition.done) == (
        datetime.date(2027, 1, 31),
        datetime.date(2026, 12, 24),
    )
    plain = loaded(tmp_path, "")
    assert (plain.waiver_days, plain.waivers_from) == (90, "")
    assert (plain.quarantine, plain.conditions) == ((), ())


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        (WAIVER + 'gate = "SEC-1"', "waivers#1", 'accept is missing.*"not verified", "failed"'),
        (WAIVER + 'gate = "SEC-1"\naccept = "== 0"', "waivers#1.accept", "no state of a requirement"),
        (WAIVER + 'gate = "SEC-1"\naccept = "not verifed"', "waivers#1.accept", 'mean "not verified"'),
        (WAIVER + 'gate = "SEC-1"\naccept = 3', "waivers#1.accept", "the number 3 is no state"),
        (WAIVER + 'gate = "SEC-1"\naccept = "failed"\nsubject = "a"', "waivers#1.subject", "as a whole"),
        (WAIVER + 'gate = "SEC-2"\naccept = "failed"', "waivers#1.gate", "no requirement of that id.*mean SEC-1"),
        (WAIVER + 'gate = "coverage.file"\naccept = "not mesured"', "waivers#1.accept", 'mean "not measured"'),
        (WAIVER + 'gate = "coverage.file"\naccept = "failed"', "waivers#1.accept", "nothing that a gate's waiver"),
        (WAIVER + 'gate = "coverage.file"\naccept = "sure"', "waivers#1.accept", "no operator|operator"),
        (WAIVER + 'gate = "coverage.file"\naccept = "not measured"\nhotfix = true', "waivers#1.hotfix", "no such key"),
        ("waiver-days = 0", "2: waiver-days", "allowed: 1 to 3660"),
        ('waivers-from = "main"', "2: waivers-from", 'allowed: "base"'),
        (QUARANTINE.replace('reason = "r"\n', ""), "quarantine#1", "reason is missing.*who answers for it"),
        (QUARANTINE.replace("test =", "tests ="), "quarantine#1.tests", "did you mean test"),
        (QUARANTINE.replace("2027-01-31", '"soon"'), "quarantine#1.expires", "is no date"),
        (QUARANTINE.replace("t.py::a", " "), "quarantine#1.test", "the string is empty"),
        (QUARANTINE * 2, "quarantine#2.test", '"t.py::a" stands in quarantine above'),
        ("quarantine = 3", "quarantine", "an array of tables is needed"),
        (CONDITION.replace("due", "until"), "conditions#1.until", "no such key"),
        (CONDITION.replace('owner = "@o"\n', ""), "conditions#1", "owner is missing"),
        (CONDITION + 'done = true', "conditions#1.done", "true is no date"),
    ],
)  # fmt: skip
def test_mistakes(tmp_path: Path, text: str, place: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, text)
    found = [str(problem) for problem in caught.value.problems]
    (mine,) = [one for one in found if re.search(rf"{re.escape(place)}\b", one.replace("\n", " "))]
    assert re.search(says, " ".join(mine.split())), mine


def test_the_schema_knows_the_same() -> None:
    schema = {
        "definitions": {"condition": {"type": "string", "pattern": "^>="}},
        "properties": {**waivers.schema(), **decided.schema()},
        "additionalProperties": False,
    }
    said = {"reason": "r", "owner": "@o", "expires": datetime.date(2027, 1, 31)}
    good = {
        "waivers": [{"gate": "SEC-1", "accept": "not verified", **said}],
        "quarantine": [{"test": "t.py", **said}],
        "conditions": [{"text": "t", "owner": "@o", "due": datetime.date(2027, 1, 31)}],
        "waiver-days": 30,
        "waivers-from": "base",
    }
    jsonschema.validate(good, schema)
    for key, wrong in [
        ("waivers", [{"gate": "SEC-1", "accept": "maybe", **said}]),
        ("quarantine", [{"test": "t.py"}]),
        ("conditions", [{"text": "t", "owner": "@o"}]),
        ("waiver-days", 0),
        ("waivers-from", "main"),
    ]:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**good, key: wrong}, schema)
