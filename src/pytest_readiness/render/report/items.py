"""What is open: blockers and risks as tables, next steps in order, what nothing verified."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_readiness.model.requirement import State
from pytest_readiness.model.scorecard import Effect, GateOutcome, Scorecard
from pytest_readiness.model.standing import Item
from pytest_readiness.render import figures, words
from pytest_readiness.render.grid import Cell, Column, grid
from pytest_readiness.render.line import Line, Markup, Writer
from pytest_readiness.render.report import requirements
from pytest_readiness.render.report.effort import added, effort, items
from pytest_readiness.render.report.heading import brief, heading, listed, more

MOST = 5
"""Next steps, where not all were asked for."""
_COLUMNS = (
    Column("severity"),
    Column("what", elastic=True, least=44, wraps=" "),
    Column("state", elastic=True, rank=5, least=16, wraps=" "),
    Column("category", elastic=True, rank=6, wraps=" "),
    Column("owner", elastic=True, rank=3, least=12, wraps=" "),
    Column("effort", rank=4),
    Column("due", rank=2),
)


def tables(scorecard: Scorecard, writer: Writer) -> list[list[Line]]:
    """Blockers and risks, a section each."""
    summary = scorecard.summary
    if summary is None:
        return []
    found = []
    for title, effect, markup in (
        ("Blockers", Effect.BLOCK, ("red", "bold")),
        ("Risks", Effect.RISK, ("yellow",)),
    ):
        members = [item for item in summary.items if item.effect is effect]
        if members:
            blocks = effect is Effect.BLOCK
            note = added(summary.blockers) if blocks else items(len(members))
            rows = [_row(item, markup) for item in members]
            found.append([*heading(title, writer, note), *grid(_COLUMNS, rows, writer, indent=3)])
    return found


def waived(scorecard: Scorecard, writer: Writer) -> list[Line]:
    """Everything that is accepted for a time: by whom, until when, why."""
    entries: list[tuple[str, Markup]] = []
    for result in scorecard.results:
        for waiver in dict.fromkeys(result.waivers):
            subject = f" for {waiver.subject}" if waiver.subject else ""
            said = f"{words.title(result)}{subject}: {words.waived(waiver)}: {waiver.reason}"
            entries.append((said, ("yellow",)))
    for one in scorecard.requirements:
        if one.waiver is not None:
            said = f"{requirements.name(one)}: {words.waived(one.waiver)}: {one.waiver.reason}"
            entries.append((said, ("yellow",)))
    return _section("Waived", entries, writer)


def unverified(scorecard: Scorecard, writer: Writer) -> list[Line]:
    """Gates without a value, and requirements that nothing proved or disproved."""
    entries: list[tuple[str, Markup]] = []
    for result in scorecard.results:
        if result.outcome is GateOutcome.NOT_MEASURED:
            said = f"{words.title(result)}: {result.message or 'not measured'}"
            entries.append((said, ()))
    for one in scorecard.requirements:
        if one.state in (State.NOT_VERIFIED, State.DEFERRED):
            said = f"{requirements.name(one)}: {one.state.value}"
            why = requirements.why(one)
            entries.append((f"{said}: {why}" if why else said, ()))
    return _section("Not verified", entries, writer)


def told(scorecard: Scorecard, writer: Writer, most: int) -> frozenset[str]:
    """What the first ``most`` next steps say whole: it need not be said twice."""
    items = scorecard.summary.items[:most] if scorecard.summary is not None else ()
    return frozenset(
        _action(item)
        for item in items
        if item.action and len(_paragraph(item, "1. ", writer, 0)) <= brief(writer)
    )


def steps(
    scorecard: Scorecard, writer: Writer, verbosity: int, most: int | None = MOST
) -> list[Line]:
    """What to do, the first thing first; milestones and what a command alone mends where all is shown."""
    summary = scorecard.summary
    if summary is None or not summary.items:
        return []
    number = len(summary.items)
    fixable = sum(item.fixable for item in summary.items)
    note = items(number)
    if fixable:
        note += f", {figures.count(fixable)} by a command alone"
    most = None if verbosity >= 1 else most
    lines = heading("Next steps", writer, note)
    shown = summary.items[:most]
    digits = len(str(len(shown)))
    for index, item in enumerate(shown, 1):
        lines += _paragraph(
            item, f"{index:>{digits}}. ", writer, 0 if verbosity >= 1 else brief(writer)
        )
    lines += more(number - len(shown), writer, 3)
    if verbosity >= 1:
        lines += _milestones(scorecard, writer)
    return lines


def _paragraph(item: Item, first: str, writer: Writer, most: int) -> list[Line]:
    return writer.paragraph(_step(item), first=first, most=most, indent=3, hard=False)


def _milestones(scorecard: Scorecard, writer: Writer) -> list[Line]:
    summary = scorecard.summary
    if summary is None or not summary.milestones:
        return []
    entries: list[tuple[str, Markup]] = [
        (f"{name or 'no milestone'}: {added(hours)}", ()) for name, hours in summary.milestones
    ]
    return [(), *_section("Timeline", entries, writer)]


def _section(title: str, entries: Sequence[tuple[str, Markup]], writer: Writer) -> list[Line]:
    if not entries:
        return []
    note = figures.count(len(entries))
    return [*heading(title, writer, note), *listed(entries, writer, most=None, indent=3)]


def _row(item: Item, markup: Markup) -> list[Cell]:
    return [
        Cell(item.severity.value, markup),
        Cell(_name(item)),
        Cell(item.state),
        Cell(item.category),
        Cell(item.owner),
        Cell(effort(item)),
        Cell(item.due.isoformat() if item.due else ""),
    ]


def _name(item: Item) -> str:
    """A requirement by its id and title, all else by its title."""
    if item.kind == "requirement" and item.title and item.title != item.name:
        return f"{item.name} {item.title}"
    return item.title or item.name


def _action(item: Item) -> str:
    return item.action.replace("`", "")


def _step(item: Item) -> str:
    """``SEC-1 No secrets in the source (@sec, 2h, due 2026-12-01): bandit -r src``."""
    facts = [item.owner, effort(item), f"due {item.due.isoformat()}" if item.due else ""]
    told = ", ".join(fact for fact in facts if fact)
    said = _name(item) + (f" ({told})" if told else "")
    action = _action(item)
    return f"{said}: {action}" if action else f"{said}, {item.state}"
