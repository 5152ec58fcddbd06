"""bandit's JSON: findings by severity, and what it could not look at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pytest_readiness.collect.tools.formats import Read, UnreadableError, read
from pytest_readiness.model.policy import Origin
from pytest_readiness.model.tool import Tool

TOOL = Tool(name="bandit", origin=Origin(source=""), run="bandit", format="bandit")
FINDING = {
    "filename": "./src/shop/low.py",
    "issue_severity": "HIGH",
    "issue_confidence": "HIGH",
    "issue_text": "Use of weak MD5 hash for security.",
    "line_number": 7,
    "more_info": "https://bandit.readthedocs.io/en/1.9.4/plugins/b324_hashlib.html",
    "test_id": "B324",
}
SKIPPED = {"filename": "./broken.py", "reason": "syntax error while parsing AST from file"}


def parsed(log: object, status: int = 1) -> Read:
    return read(TOOL, json.dumps(log).encode(), status, Path("/project"))


def test_findings_and_files_that_were_not_looked_at() -> None:
    found = parsed({"results": [FINDING], "errors": [SKIPPED], "metrics": {}})
    assert [one.id for one in found.findings] == [
        "bandit:error:not-analysed:broken.py",
        "bandit:high:B324:src/shop/low.py",
    ]
    skipped, finding = found.findings
    assert skipped.places == ((0, "not looked at: syntax error while parsing AST from file"),)
    assert finding.places == ((7, "Use of weak MD5 hash for security."),)
    assert finding.url == FINDING["more_info"]


def test_of_every_severity_it_is_known_that_there_is_none() -> None:
    found = parsed({"results": [], "errors": []}, 0)
    assert found.findings == ()
    assert found.levels == ("critical", "high", "error", "medium", "low")


@pytest.mark.parametrize(
    ("severity", "level"),
    [("HIGH", "high"), ("MEDIUM", "medium"), ("LOW", "low"), ("UNDEFINED", "low")],
)
def test_severities(severity: str, level: str) -> None:
    (one,) = parsed({"results": [{**FINDING, "issue_severity": severity}], "errors": []}).findings
    assert one.level == level


@pytest.mark.parametrize(
    ("log", "says"),
    [
        ([], "no JSON of bandit"),
        ({"results": []}, "no `results` or `errors`"),
        ({"results": {}, "errors": []}, "no `results` or `errors`"),
        ({"results": [1], "errors": []}, r"`results\[0\]` is no object"),
        (
            {"results": [{**FINDING, "test_id": 3}], "errors": []},
            r"`results\[0\].test_id` is no text",
        ),
        ({"results": [], "errors": [{}]}, r"`errors\[0\].filename` is no text"),
    ],
)
def test_rubbish(log: Any, says: str) -> None:
    with pytest.raises(UnreadableError, match=says):
        parsed(log)
