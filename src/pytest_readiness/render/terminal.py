"""The section that people see: the table of gates, what hurts and how to mend it, the verdict.

Pure: a scorecard in, lines of marked-up text out. At ``-q`` one line; else at most about a screen;
at ``-v`` with where every limit came from; at ``-vv`` everything, the evidence's gaps included.
What stands beside the gates (requirements, score, next steps ...) is made by ``render.report``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pytest_readiness.model.scorecard import (
    Effect,
    GateOutcome,
    GateResult,
    Scorecard,
    Verdict,
)
from pytest_readiness.model.value import NamedTuple
from pytest_readiness.render import figures, words
from pytest_readiness.render.line import Line, Span, Writer, finish, plain
from pytest_readiness.render.rows import ordered, rows, titled
from pytest_readiness.render.table import Row, render

__all__ = ["Line", "Span", "headline", "last_line", "plain", "section"]

SCREEN = 40
"""Lines that the section takes at most when findings can be left out."""
_MOST_FINDINGS = 5
_LEAST_DETAILS = 8
_LONGEST = 400
_ORDINARY = ("STEADY", "DETERMINISTIC")
"""Kinds of repeated tests that say nothing beyond the tests' own results."""


class _Brevity(NamedTuple):
    """How a scorecard that holds more than gates is made to fit a screen; a step further each."""

    steps: int
    details: int
    """Lines that gates have for details at least."""
    folded: bool = False
    """Gates that passed are named in one row."""


_BREVITIES = (
    _Brevity(steps=5, details=_LEAST_DETAILS),
    _Brevity(steps=3, details=_LEAST_DETAILS),
    _Brevity(steps=3, details=4),
    _Brevity(steps=3, details=4, folded=True),
)
Pair = tuple[GateResult, str]
"""A gate's result and its title."""


def headline(scorecard: Scorecard) -> str:
    """The title of the section: ``readiness: NOT READY (stage release)``."""
    stage = Writer(80, False).prose(scorecard.stage)
    return f"readiness: {scorecard.verdict.value}" + (f" (stage {stage})" if stage else "")


def headline_markup(scorecard: Scorecard) -> words.Markup:
    return words.VERDICT[scorecard.verdict]


def last_line(scorecard: Scorecard, *, exit_status: int | None = None) -> str:
    """``NOT READY: 2 gates failed, 1 not measured (exit status 1)``, not yet escaped.

    ``exit_status`` is what the process ends with where that is known: pytest's own failure stays,
    whatever the gates say.
    """
    said = scorecard.verdict.value
    if scorecard.explanation:
        said += f": {scorecard.explanation}"
    if exit_status and exit_status != scorecard.exit_code:
        return f"{said} (pytest's own exit status {exit_status} stays)"
    status = scorecard.exit_code if exit_status is None else exit_status
    return f"{said} (exit status {status})" if status else said


def section(
    scorecard: Scorecard,
    *,
    verbosity: int,
    width: int,
    unicode: bool,
    exit_status: int | None = None,
) -> tuple[Line, ...]:
    """All lines below the title. ``width`` in cells; ``unicode`` off leaves printable ASCII only."""
    writer = Writer(max(width, 20), unicode)
    last = last_line(scorecard, exit_status=exit_status)
    markup = words.VERDICT[scorecard.verdict]
    if verbosity < 0:
        text = writer.prose(f"readiness: {last}")
        # one line for whoever searches a log: losing its end to the width would lose the reason
        return (finish([Span(writer.elide(text, max(writer.width, _LONGEST)), markup)]),)
    results = ordered(scorecard.results)
    foot = [*_foot(scorecard, writer, verbosity), (), *writer.paragraph(last, markup)]
    head = _head(scorecard, writer)
    lines: tuple[Line, ...] = ()
    for brevity in _BREVITIES:
        above, below, told = _beside(scorecard, writer, verbosity, brevity.steps)
        table = render(
            _gates(results, verbosity, brevity.folded), writer, most=0 if verbosity >= 2 else 3
        )
        gates = len(results) if verbosity >= 1 else len(table)  # provenance was asked for
        room = SCREEN - len(head) - gates - len(foot)
        if below and verbosity < 1:
            room -= len(above) + len(below) + 1  # the title is on the same screen
        body = _details(results, writer, verbosity, max(room, brevity.details), told)
        lines = (*above, *head, *table, *body, *below, *foot)
        if verbosity >= 1 or not below or len(lines) < SCREEN:
            break
    return lines if lines[0] else lines[1:]


def _beside(
    scorecard: Scorecard, writer: Writer, verbosity: int, steps: int
) -> tuple[Sequence[Line], Sequence[Line], Collection[str]]:
    """The report's sections above and below the gates, and what to do as told in them.

    Most scorecards hold nothing but gates.
    """
    card = scorecard
    if not (
        card.summary
        or card.requirements
        or card.conditions
        or card.quarantine
        or card.hotfixes
        or card.decisions
        or card.waivers_ending
        or card.tools
        or (card.drift and (card.drift.changes or card.drift.first))
    ):
        return (), (), ()
    from pytest_readiness.render.report import items, page

    above = page.above(card, writer, verbosity)
    below = page.below(card, writer, verbosity, steps)
    return above, below, items.told(card, writer, steps) if verbosity < 1 else ()


def _head(scorecard: Scorecard, writer: Writer) -> list[Line]:
    """Which part of the suite this is about, where it is not all of it."""
    selection = scorecard.selection
    if selection.whole:
        return []
    causes = ", ".join(selection.causes)
    if scorecard.verdict is Verdict.NO_VERDICT:
        said = "Only a part of the suite ran: the gates are shown for information."
    else:
        said = (
            f"Judged as this pipeline declared it: {causes}. A job that runs a part on purpose "
            "can have gates of its own (--readiness-stage NAME) or none (--no-readiness)."
        )
    return writer.paragraph(said, ("cyan",), most=4)


def _gates(results: Sequence[GateResult], verbosity: int, folded: bool) -> list[Row]:
    """Every gate's row; of a great many, those that passed are counted, by title as far as it goes.

    ``folded``: so are all that passed, because what else there is to say needs the room.
    """
    table = rows(results, verbosity=verbosity)
    spare = len(table) - (1 if folded else SCREEN // 2)
    if verbosity >= 1 or spare <= 1:
        return table
    calm = [
        row
        for row, result in zip(table, results, strict=True)
        if result.outcome in (GateOutcome.PASSED, GateOutcome.NOT_APPLICABLE)
    ]
    less = calm[-(spare + 1) :]
    if len(less) < 2:
        return table
    kept = [row for row in table if all(row is not other for other in less)]
    for word in dict.fromkeys(row.word for row in less):
        group = [row for row in less if row.word == word]
        names = ", ".join(row.title for row in group)
        number = f"{figures.count(len(group))} more gates"
        fold = Row(word, group[0].markup, number, message=f"(-v shows them) {names}")
        kept += [fold] if len(group) > 1 else group
    return kept


def _wanted(result: GateResult, verbosity: int) -> bool:
    """Gates that hurt; at ``-v`` also what was waived or only informs, at ``-vv`` all findings."""
    if result.effect is Effect.BLOCK or result.outcome in (
        GateOutcome.ERROR,
        GateOutcome.INCONCLUSIVE,
    ):
        return True
    if result.outcome is GateOutcome.WAIVED:
        return verbosity >= 1
    if result.effect is Effect.RISK:
        return True
    return bool(verbosity >= 1 and (result.findings or result.remedy))


def _details(
    results: Sequence[GateResult],
    writer: Writer,
    verbosity: int,
    room: int,
    told: Collection[str] = (),
) -> list[Line]:
    """A block for every gate that hurts, as many and as long as there is room for.

    ``told``: what to do is not said again.
    """
    titles = titled(results)
    pairs = [
        (result, title)
        for result, title in zip(results, titles, strict=True)
        if _wanted(result, verbosity)
    ]
    if not pairs:
        return []
    if verbosity >= 2:
        return _blocks(pairs, writer, None, verbosity)
    for most in range(_MOST_FINDINGS, 0, -1):
        lines = _blocks(pairs, writer, most, verbosity, told)
        if len(lines) <= room:
            return lines
    return _crowded(pairs, writer, verbosity, room, told)


def _crowded(
    pairs: Sequence[Pair], writer: Writer, verbosity: int, room: int, told: Collection[str]
) -> list[Line]:
    """More gates hurt than there is room for: the first ones whole, of the others a line each."""
    from pytest_readiness.render import details

    lines: list[Line] = []
    for whole in range(len(pairs) - 1, -1, -1):
        lines = _blocks(pairs[:whole], writer, 1, verbosity, told)
        lines.append(())
        for result, title in pairs[whole:]:
            lines += details.brief(result, title, writer, told)
        if len(lines) <= room:
            return lines
    left = len(lines) - max(room - 1, 1)
    said = f"and {figures.count(left)} more {figures.noun('gates', left)} (-vv shows all)"
    return [*lines[:-left], *writer.paragraph(said, ("light",))]


def _blocks(
    pairs: Sequence[Pair],
    writer: Writer,
    most: int | None,
    verbosity: int,
    told: Collection[str] = (),
) -> list[Line]:
    from pytest_readiness.render import details

    lines: list[Line] = []
    tall = False
    for result, title in pairs:
        block = details.block(result, title, writer, most=most, verbosity=verbosity, told=told)
        if block and (tall or len(block) > 1 or not lines):
            lines.append(())
        tall = len(block) > 1
        lines += block
    return lines


def _foot(scorecard: Scorecard, writer: Writer, verbosity: int) -> list[Line]:
    """What stands beside the gates: other tools' decisions, idle waivers, gaps, the score."""
    most = None if verbosity >= 2 else 3
    lines: list[Line] = []
    told = [one for one in scorecard.diagnoses if verbosity >= 2 or one.kind.name not in _ORDINARY]
    lines += _list(
        writer,
        "probe",
        [f"{one.subject.name}: {one.text}" for one in told],
        most and _MOST_FINDINGS,
    )
    lines += _list(writer, "note", [f"{tool}: {text}" for tool, text in scorecard.notices], most)
    waivers = [
        f"{state.waiver.gate}"
        + (f" for {state.waiver.subject}" if state.waiver.subject else "")
        + f" ({state.waiver.owner}): {state.message}"
        for state in scorecard.waivers_idle
    ]
    lines += _list(writer, "waiver", waivers, most)
    if verbosity >= 2:
        gaps = [
            f"{name}: {gap.message}" + (f" -> {gap.remedy}" if gap.remedy else "")
            for name, gap in scorecard.gaps
        ]
        lines += _list(writer, "gap", gaps, None)
    if scorecard.elsewhere:
        named = ", ".join(f"{metric} ({stage})" for metric, stage in scorecard.elsewhere)
        lines += writer.paragraph(
            named,
            ("light",),
            first="not part of this stage: ",
            most=0 if verbosity >= 1 else 1,
        )
    lines += _score(scorecard, writer)
    if verbosity >= 1:
        source = scorecard.source or "no configuration found"
        policy = f"profile {scorecard.profile}, {source}" if scorecard.profile else source
        lines += writer.paragraph(f"policy: {policy}", ("light",))
    if verbosity >= 1 and scorecard.would_be is not scorecard.verdict:
        would = f"Were this all, the verdict would be {scorecard.would_be.value}."
        lines += writer.paragraph(would, ("light",))
    return [(), *lines] if lines else []


def _list(writer: Writer, what: str, texts: Sequence[str], most: int | None) -> list[Line]:
    lines: list[Line] = []
    for text in texts[:most]:
        lines += writer.paragraph(text, first=f"{what}: ", most=0 if most is None else 2)
    left = len(texts) - len(texts[:most])
    if left:
        lines += writer.paragraph(f"and {figures.count(left)} more (-vv)", ("light",), indent=3)
    return lines


def _score(scorecard: Scorecard, writer: Writer) -> list[Line]:
    score = scorecard.score
    weighed = scorecard.summary is not None and scorecard.summary.table is not None
    if score is None or not score.possible or weighed:
        return []
    share = score.earned / score.possible
    said = figures.percent(share) + (f", grade {score.grade}" if score.grade else "")
    categories = [
        f"{entry.category} {figures.percent(entry.earned / entry.possible)}"
        for entry in score.categories
        if entry.possible
    ]
    if categories:
        said += f" ({', '.join(categories)})"
    return writer.paragraph(said, first="score: ", most=3)
