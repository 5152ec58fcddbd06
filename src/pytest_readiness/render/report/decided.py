"""Decisions that stand beside the gates: hotfixes, waivers that end, quarantine, conditions."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_readiness.model.outside import Decision
from pytest_readiness.model.scorecard import Effect, Scorecard
from pytest_readiness.model.standing import ConditionState, QuarantineState
from pytest_readiness.render import figures
from pytest_readiness.render.line import Line, Markup, Writer
from pytest_readiness.render.report.heading import brief as brief_lines
from pytest_readiness.render.report.heading import heading, listed, more

MOST = 4
"""Entries of a kind that the short section lists."""
_MARKUP: dict[Effect, Markup] = {
    Effect.BLOCK: ("red", "bold"),
    Effect.RISK: ("yellow",),
    Effect.NONE: (),
}


def hotfixes(scorecard: Scorecard, writer: Writer, most: int | None) -> list[Line]:
    """First of all: what was waved through while this evidence was judged, and on earlier days.

    :param most: so many of earlier days, the latest first; None: all. A decision that was taken again
        and again counts once.
    """
    lines: list[Line] = []
    for waiver in scorecard.hotfixes:
        subject = f" for {waiver.subject}" if waiver.subject else ""
        said = (
            f"{waiver.gate}{subject} is waived until {waiver.expires.isoformat()} "
            f"by {waiver.owner}: {waiver.reason}"
        )
        lines += writer.paragraph(said, ("yellow", "bold"), first="HOTFIX: ")
    latest = sorted(scorecard.decisions, key=lambda pair: pair[1].decided, reverse=True)
    told = list(dict.fromkeys(_earlier(gate, decision) for gate, decision in latest))
    for said in told[:most]:
        lines += writer.paragraph(said, ("yellow",), first="hotfix of an earlier day: ")
    lines += more(len(told) - len(told[:most]), writer)
    return [*lines, ()] if lines else []


def _earlier(gate: str, decision: Decision) -> str:
    had = f", which had {decision.value}" if decision.value else ""
    return (
        f"{decision.owner} waived {gate}{had}, on {decision.decided[:10]} until "
        f"{decision.expires}: {decision.reason}"
    )


def brief(scorecard: Scorecard, writer: Writer) -> list[Line]:
    """A line each: conditions, quarantine, waivers that end soon."""
    lines = _conditions(scorecard.conditions, writer, MOST, whole=False)
    lines += _quarantine(scorecard.quarantine, writer, MOST, whole=False)
    return lines + ending(scorecard, writer, MOST)


def conditions(scorecard: Scorecard, writer: Writer) -> list[Line]:
    if not scorecard.conditions:
        return []
    done = sum(map(_is_done, scorecard.conditions))
    note = f"{figures.count(done)} of {figures.count(len(scorecard.conditions))} done"
    told = _conditions(scorecard.conditions, writer, None, whole=True)
    return [*heading("Conditions of the approval", writer, note), *told]


def quarantine(scorecard: Scorecard, writer: Writer) -> list[Line]:
    if not scorecard.quarantine:
        return []
    number = len(scorecard.quarantine)
    note = f"{figures.count(number)} {figures.noun('entries', number)}"
    note = note.replace("entrie", "entry") if number == 1 else note
    told = _quarantine(scorecard.quarantine, writer, None, whole=True)
    return [*heading("Quarantine", writer, note), *told]


def ending(scorecard: Scorecard, writer: Writer, most: int | None) -> list[Line]:
    """Waivers that end within days; the day stands at the end, so no line is left out."""
    entries: list[tuple[str, Markup]] = []
    for state in scorecard.waivers_ending:
        waiver = state.waiver
        subject = f" for {waiver.subject}" if waiver.subject else ""
        entries.append((f"{waiver.gate}{subject} ({waiver.owner}): {state.message}", ("yellow",)))
    return listed(entries, writer, most=most, first="waiver ends soon: ")


def _conditions(
    states: Sequence[ConditionState], writer: Writer, most: int | None, *, whole: bool
) -> list[Line]:
    """What is overdue first; what is done only where everything is shown."""
    rank = (Effect.BLOCK, Effect.RISK, Effect.NONE)
    kept = sorted(
        (state for state in states if whole or not _is_done(state)),
        key=lambda state: (_is_done(state), rank.index(state.effect)),
    )
    entries = [(_condition(state), _MARKUP[state.effect]) for state in kept]
    return _told(entries, "condition: ", writer, most, whole=whole)


def _condition(state: ConditionState) -> str:
    condition = state.condition
    word = "OVERDUE: " if state.effect is Effect.BLOCK else ""
    word = "done: " if _is_done(state) else word
    message = state.message or f"due {condition.due.isoformat()}"
    return f"{word}{condition.text} ({condition.owner}): {message}"


def _is_done(state: ConditionState) -> bool:
    """One that is to be done on a day to come is not."""
    return state.condition.done is not None and state.effect is Effect.NONE


def _quarantine(
    states: Sequence[QuarantineState], writer: Writer, most: int | None, *, whole: bool
) -> list[Line]:
    entries: list[tuple[str, Markup]] = []
    for state in states:
        entry = state.quarantine
        held = len(state.tests)
        said = f"{entry.test} ({entry.owner}, to {entry.expires.isoformat()})"
        if held != 1 or state.tests[0] != entry.test:
            said += f", {figures.count(held)} {figures.noun('tests', held)}"
        said += f": {state.message}" if state.message else f": {entry.reason}"
        if whole and state.message:
            said += f"; {entry.reason}"
        entries.append((said, _MARKUP[state.effect]))
    return _told(entries, "quarantine: ", writer, most, whole=whole)


def _told(
    entries: Sequence[tuple[str, Markup]],
    first: str,
    writer: Writer,
    most: int | None,
    *,
    whole: bool,
) -> list[Line]:
    """Below a heading of their own where all is told, else each with ``first`` in front."""
    if whole:
        return listed(entries, writer, most=most, indent=3)
    return listed(entries, writer, most=most, first=first, lines=brief_lines(writer))
