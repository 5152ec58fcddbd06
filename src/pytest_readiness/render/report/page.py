"""The order of the sections, above the table of gates and below it."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_readiness.model.scorecard import Scorecard
from pytest_readiness.render.line import Line, Writer
from pytest_readiness.render.report import (
    beside,
    decided,
    drift,
    items,
    matrix,
    requirements,
    score,
    sign_off,
    subjects,
    tools,
)
from pytest_readiness.render.report.heading import heading


def above(scorecard: Scorecard, writer: Writer, verbosity: int) -> list[Line]:
    """What was decided by hand comes first, then what the gates are part of."""
    first = decided.hotfixes(scorecard, writer, decided.MOST if verbosity < 1 else None)
    if verbosity < 1:
        return first
    sections = [
        sign_off.header(scorecard, writer, verbosity),
        decided.conditions(scorecard, writer),
        *items.tables(scorecard, writer),
        items.waived(scorecard, writer),
        items.unverified(scorecard, writer),
        score.whole(scorecard, writer),
        requirements.whole(scorecard, writer, verbosity),
    ]
    return [*first, *_apart(sections, after=True), *heading("Gates", writer)]


def below(
    scorecard: Scorecard, writer: Writer, verbosity: int, steps: int = items.MOST
) -> list[Line]:
    """Each section with an empty line in front; ``steps``: so many next steps, where not all are shown."""
    if verbosity < 1:
        lines = [
            *decided.brief(scorecard, writer),
            *drift.brief(scorecard, writer),
            *score.brief(scorecard, writer),
        ]
        sections = [
            requirements.brief(scorecard, writer),
            lines,
            [*items.steps(scorecard, writer, verbosity, steps), *sign_off.brief(scorecard, writer)],
        ]
    else:
        sections = [
            tools.whole(scorecard, writer),
            beside.components(scorecard, writer),
            *subjects.tables(scorecard, writer, verbosity),
            *matrix.matrices(scorecard, writer),
            items.steps(scorecard, writer, verbosity),
            beside.before(scorecard, writer),
            decided.quarantine(scorecard, writer),
            decided.ending(scorecard, writer, None),
            drift.whole(scorecard, writer),
            sign_off.whole(scorecard, writer),
        ]
    return _apart(sections, after=False)


def _apart(sections: Iterable[list[Line]], *, after: bool) -> list[Line]:
    lines: list[Line] = []
    for section in sections:
        if section:
            lines += [*section, ()] if after else [(), *section]
    return lines
