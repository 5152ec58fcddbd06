"""Below the table: for every gate that hurts the worst findings, their owners, and what to do."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Sequence

from pytest_readiness.model import lines as line_sets
from pytest_readiness.model.measurement import Measurement, NotMeasured, Reading
from pytest_readiness.model.metric import Direction, SubjectKind
from pytest_readiness.model.pattern import pattern
from pytest_readiness.model.scorecard import Finding, GateOutcome, GateResult
from pytest_readiness.render import cells, escape, figures, words
from pytest_readiness.render.line import Line, Span, Writer, finish

_GAP = "  "
_INDENT = 3
_RUNNABLE = (SubjectKind.TEST, SubjectKind.BENCHMARK)
_LEAST_NAME = 10
_LONGEST_ID = 400
_WIDEST = 60
"""Cells of a fact in its column; where one is wider, all stand below their places."""
_MOST_BELOW = 4
"""Lines of facts below a place."""
_PLACEHOLDER = pattern(r"\bTEST\b")
"""What remedies of the catalogue say for the test in question."""


def block(
    result: GateResult,
    title: str,
    writer: Writer,
    *,
    most: int | None,
    verbosity: int,
    told: Collection[str] = (),
) -> list[Line]:
    """Heading, at most ``most`` findings (None: all), what the components have, what to do.

    ``told``: what to do as it stands elsewhere already.
    """
    option = " (-vv shows all)" if verbosity < 2 else ""
    body = places(result, writer, most=most, option=option)
    todo = [action for action in actions(result, writer) if action not in told]
    if not body and len(todo) == 1:
        return _single(result, title, todo[0], writer)
    for action in todo:
        body += writer.paragraph(action, indent=_INDENT, first="-> ", hard=False)
    return [*_heading(result, title, writer), *body] if body else []


def places(result: GateResult, writer: Writer, *, most: int | None, option: str = "") -> list[Line]:
    """The worst findings, how many more there are, and what the components have."""
    findings = result.findings if most is None else result.findings[:most]
    lines = _findings(findings, result, writer)
    left = len(result.findings) - len(findings)
    if left:
        said = f"and {figures.count(left)} more{option}"
        lines += writer.paragraph(said, ("light",), indent=_INDENT)
    return lines + _components(result, writer)


def brief(result: GateResult, title: str, writer: Writer, told: Collection[str] = ()) -> list[Line]:
    """The gate in one line, where many hurt at once: its worst finding, or else what to do."""
    if result.findings:
        worst = result.findings[0]
        where = words.place(worst.subject)
        if worst.lines and worst.subject.line is None:
            where += f":{_line_list(worst, 20)}"
        more = len(result.findings) - 1
        said = [where, worst.owner, f"and {figures.count(more)} more" if more else ""]
    else:
        said = [action for action in actions(result, writer)[:1] if action not in told]
    said = [part for part in said if part]
    if not said:
        return []
    safe, text = writer.prose(title), writer.prose(", ".join(said))
    safe = writer.elide(safe, max(writer.width // 2, 10))
    room = max(writer.width - 3 - cells.width(safe), 8)
    return [finish([Span(" "), Span(safe, ("bold",)), Span(f": {writer.elide(text, room)}")])]


def _heading(result: GateResult, title: str, writer: Writer) -> list[Line]:
    """The title, and the gate's name at the right where there is room for both."""
    safe, name = writer.prose(title), writer.prose(result.gate.name)
    room = min(writer.width, 100) - 2 - cells.width(safe) - len(_GAP) - cells.width(name)
    if safe == name:
        return writer.paragraph(title, ("bold",), indent=1)
    if room < 0:
        return [
            *writer.paragraph(title, ("bold",), indent=1),
            *writer.paragraph(result.gate.name, ("light",), indent=_INDENT),
        ]
    blank = " " * room + _GAP
    return [finish([Span(" "), Span(safe, ("bold",)), Span(blank), Span(name, ("light",))])]


def _single(result: GateResult, title: str, action: str, writer: Writer) -> list[Line]:
    """Title and remedy in one line where they fit, else a heading and the remedy below."""
    safe, text = writer.prose(title), writer.prose(action)
    if 1 + cells.width(safe) + 2 + cells.width(text) <= writer.width:
        return [finish([Span(" "), Span(safe, ("bold",)), Span(f": {text}")])]
    rest = writer.paragraph(action, indent=_INDENT, first="-> ", hard=False)
    return [*_heading(result, title, writer), *rest]


def _findings(findings: Sequence[Finding], result: GateResult, writer: Writer) -> list[Line]:
    """Place, value, short by, owner: in columns where they fit, else the rest below the place."""
    told = [_facts(finding, result) for finding in findings]
    entries = [
        (_place(finding, writer), [_cell(text, writer) for text in texts])
        for finding, texts in zip(findings, told, strict=True)
    ]
    columns = _columns([facts for _, facts in entries])
    facts = [
        _GAP.join(
            cells.pad(text, size) for text, size in zip(texts, columns, strict=True) if size
        ).rstrip()
        for _, texts in entries
    ]
    widest = max((cells.width(place) for place, _ in entries), default=0)
    beside = max((cells.width(text) for text in facts), default=0)
    lines: list[Line] = []
    fits = _INDENT + widest + (len(_GAP) + beside if beside else 0) <= writer.width
    whole = all(cells.width(writer.prose(text)) <= _WIDEST for texts in told for text in texts)
    for (place, _), text, texts in zip(entries, facts, told, strict=True):
        if fits and whole:
            spans = [Span(" " * _INDENT + cells.pad(place, widest)), Span(_GAP + text)]
            lines.append(finish(spans))
            continue
        below = ", ".join(part for part in texts if part)
        lines.append(finish([Span(" " * _INDENT + place)]))
        lines += writer.paragraph(below, indent=_INDENT + 2, most=_MOST_BELOW)
    return lines


def _facts(finding: Finding, result: GateResult) -> tuple[str, str, str, str]:
    value = ""
    if finding.measurement is not None and result.metric is not None:
        value = figures.measurement(finding.measurement, result.metric, result.gate.condition)
    missing = words.short(finding.short, result) if finding.short is not None else ""
    waiver = f"waived {words.waived(finding.waiver)}" if finding.waiver is not None else ""
    owner = "" if finding.waiver and finding.waiver.owner == finding.owner else finding.owner
    return value, missing, waiver or finding.detail, owner


def _cell(text: str, writer: Writer) -> str:
    return writer.elide(writer.prose(text), _WIDEST)


def _columns(rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(cells.width, column)) for column in zip(*rows, strict=True)] if rows else []


def _place(finding: Finding, writer: Writer) -> str:
    """``src/shop/cart.py:41-43,57``: as many lines as fit, the others counted."""
    room = max(writer.width - _INDENT, 12)
    if not finding.lines:
        return _elided(finding, writer, room)
    name = finding.subject.path or finding.subject.name
    if finding.subject.environment and finding.subject.path:
        name = f"{name} [{finding.subject.environment}]"
    listed = _line_list(finding, max(room // 3, 10))
    return f"{writer.elide(writer.text(name), room - len(listed) - 1)}:{listed}"


def _elided(finding: Finding, writer: Writer, room: int) -> str:
    """``file:line name``, of which the name gives way first."""
    whole = writer.text(words.place(finding.subject))
    where, blank, rest = whole.partition(" ")
    left = room - cells.width(where) - 1
    if finding.subject.line is None or not blank or left < _LEAST_NAME:
        return writer.elide(whole, room)
    return f"{where} {writer.elide(rest, left)}"


def _line_list(finding: Finding, room: int) -> str:
    """Ranges of lines up to ``room`` cells; what is left is counted: ``41-43,57 +12``."""
    text, left = "", finding.lines.bit_count()
    total = left
    for first, last in line_sets.ranges(finding.lines):
        part = str(first) if first == last else f"{first}-{last}"
        longer = f"{text},{part}" if text else part
        if text and len(longer) > room - (len(f" +{left}") if left > last - first + 1 else 0):
            return f"{text} +{figures.count(left)}"
        text, left = longer, left - (last - first + 1)
    return text or str(total)


def _components(result: GateResult, writer: Writer) -> list[Line]:
    """``by component: payments 81.2 %, core 95 %``, the worst first."""
    if result.metric is None or not any(
        isinstance(reading, Measurement) for reading in result.breakdown
    ):
        return []
    metric = result.metric

    def rank(reading: Reading) -> tuple[bool, float]:
        value = float(reading.value) if isinstance(reading, Measurement) else 0.0
        down = metric.direction is Direction.LOWER
        return not isinstance(reading, Measurement), -value if down else value

    said = []
    for reading in sorted(result.breakdown, key=rank):
        name = reading.subject.component or reading.subject.name
        if isinstance(reading, Measurement):
            said.append(f"{name} {figures.measurement(reading, metric, result.gate.condition)}")
        else:
            absent = "not measured" if isinstance(reading, NotMeasured) else "not applicable"
            said.append(f"{name} {absent}")
    return writer.paragraph(", ".join(said), indent=_INDENT, first="by component: ", most=2)


def actions(result: GateResult, writer: Writer) -> list[str]:
    """What to do next: the remedy, and a command that runs the worst test alone."""
    test = _runnable(result, writer)
    remedy = result.remedy.replace("`", "")
    if test and _PLACEHOLDER.search(remedy):
        return [_PLACEHOLDER.sub(lambda _: test, remedy)]
    todo = [remedy] if remedy else []
    if test and test not in remedy:
        todo.append(f"pytest {test}")
    return todo


def _runnable(result: GateResult, writer: Writer) -> str:
    """The worst test's id for a shell; empty when none can be run, or typed as it would be shown."""
    if result.outcome is GateOutcome.NOT_MEASURED:
        return ""
    for finding in result.findings:
        subject = finding.subject
        if subject.kind in _RUNNABLE and "::" in subject.id and finding.waiver is None:
            quoted = shlex.quote(subject.id)
            same = escape.prose(quoted, unicode=writer.unicode) == quoted
            return quoted if same and len(quoted) <= _LONGEST_ID else ""
    return ""
