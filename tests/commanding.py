"""Evidence files as commands are given them, and the configuration that they are judged under."""

from __future__ import annotations

from pathlib import Path

import strategies as made
from pytest_readiness.model.evidence import Attempt, Collection, Evidence, Outcome, Record, Run
from pytest_readiness.publish.evidence import dumps

CONFIG = """
[tool.pytest-readiness.gates]
"tests.failed" = "== 0"
"tests.run" = ">= 2"

[tool.pytest-readiness.stages.release]
exit-code = 9
gates."tests.run" = ">= 3"
"""


def evidence(run: str = "r1", *, tests: tuple[str, ...] = ("a", "b"), **fields: object) -> Evidence:
    manifest: Run = made.run(sections=("tests",), **fields)
    ids = tuple(f"tests/test_{name}.py::test_{name}" for name in tests)
    records = [
        Record(run, "", "", 0, manifest),
        Record(run, "", "", 0, Collection(tests=ids)),
        *(Record(run, "", test, 0, Attempt(outcome=Outcome.PASSED, call=0.1)) for test in ids),
    ]
    return Evidence.of(records).sealed()


def write(path: Path, given: Evidence) -> None:
    path.write_text(dumps(given))
