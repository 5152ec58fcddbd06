"""Requirements with what proves them, and tests with what they prove: for a terminal, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pytest_readiness.model.standing import RequirementResult
from pytest_readiness.model.traced import Traceability, TracedTest
from pytest_readiness.render import escape, figures, words
from pytest_readiness.render.json_standing import standing
from pytest_readiness.render.json_values import Json, subject
from pytest_readiness.render.line import Line, Markup, Writer
from pytest_readiness.render.report.requirements import whole

NAME = "pytest-readiness/requirements"
VERSION = 1
_EVERYTHING = 2
"""The verbosity at which no trace is left out."""


def by_requirement(told: Traceability, writer: Writer) -> Iterator[Line]:
    """Requirement -> tests, files and tools, each with its outcome."""
    yield from _source(told, writer)
    if told.scorecard.requirements:
        yield from whole(told.scorecard, writer, _EVERYTHING)
    else:
        yield from writer.paragraph("No requirement is asked for by that.", ("bold",))
    count = len(told.tests)
    if count:
        said = "1 test is" if count == 1 else f"{figures.count(count)} tests are"
        yield ()
        yield from writer.paragraph(f"{said} marked (--tests lists what each proves)", ("light",))
    yield from _problems(told, writer)


def by_test(told: Traceability, writer: Writer) -> Iterator[Line]:
    """Test -> requirements, each with its state."""
    yield from _source(told, writer)
    results = {result.requirement.id: result for result in told.scorecard.requirements}
    if not told.tests:
        yield from writer.paragraph("No test is marked with any of them.", ("bold",))
    for test in told.tests:
        outcome = f": {test.outcome}" if test.outcome else ""
        detail = f", {test.detail}" if test.detail else ""
        yield from writer.paragraph(f"{words.place(test.subject)}{outcome}{detail}", _colour(test))
        for name in test.requirements:
            yield from writer.paragraph(_proved(name, test, results.get(name)), indent=5)
    yield from _problems(told, writer)


def as_json(told: Traceability) -> str:
    """Both ways; text is what it was, lone surrogates aside: whoever shows it has to escape it."""
    document: Json = {
        "schema": NAME,
        "version": VERSION,
        "source": told.source,
        "ran": told.ran,
        "requirements": standing(told.scorecard)["requirements"],
        "tests": [
            {
                "test": subject(test.subject),
                "requirements": list(test.requirements),
                "outcome": test.outcome,
                "detail": test.detail,
                "idle": list(test.idle),
            }
            for test in told.tests
        ],
        "problems": list(told.problems),
    }
    return json.dumps(_clean(document), indent=2, allow_nan=False) + "\n"


def _source(told: Traceability, writer: Writer) -> Iterator[Line]:
    yield from writer.paragraph(told.source, ("light",))
    yield ()


def _proved(name: str, test: TracedTest, result: RequirementResult | None) -> str:
    if result is None:
        return name
    said = f"{name} {result.requirement.title}: {result.state.value}"
    return f"{said} (it asks for no tests: write tests = true)" if name in test.idle else said


def _colour(test: TracedTest) -> Markup:
    if test.outcome.startswith("passed"):
        return ("green",)
    return ("red",) if test.outcome in ("failed", "error") else ()


def _problems(told: Traceability, writer: Writer) -> Iterator[Line]:
    if told.problems:
        yield ()
    for problem in told.problems:
        yield from writer.paragraph(problem, ("yellow",))


def _clean(value: object) -> object:
    """Without lone surrogates, which JSON in UTF-8 cannot hold."""
    if isinstance(value, str):
        return escape.well_formed(value)
    if isinstance(value, dict):
        return {key: _clean(one) for key, one in value.items()}
    return [_clean(one) for one in value] if isinstance(value, list) else value
