"""The checklist: how many requirements are in which state, which are open, and what proves each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pytest_readiness.model.requirement import Attestation, Severity, State
from pytest_readiness.model.scorecard import Effect, Scorecard
from pytest_readiness.model.standing import ProofResult, RequirementResult, Trace
from pytest_readiness.render import cells, figures, rows, words
from pytest_readiness.render.line import Line, Markup, Writer
from pytest_readiness.render.report.heading import heading
from pytest_readiness.render.table import Row, render

_MOST = 6
_ALIGNED = 80
"""Width from which the words of all categories stand in one column."""
_LEAST = 56
"""Cells of a reason, on however narrow a terminal."""
_TRACES = 3
"""Traces of one proof, where not everything was asked for."""
WORDS: dict[State, str] = {
    State.FAILED: "FAILED",
    State.NOT_VERIFIED: "NOT VERIFIED",
    State.DEFERRED: "DEFERRED",
    State.IN_PROGRESS: "IN PROGRESS",
    State.WAIVED: "WAIVED",
    State.PASSED: "pass",
    State.NOT_APPLICABLE: "n/a",
}
"""In the order in which they are counted and listed."""
_COUNTED = {State.NOT_APPLICABLE: "n/a"}
_OPEN = (State.FAILED, State.NOT_VERIFIED, State.DEFERRED, State.IN_PROGRESS)
_MARKUP: dict[Effect, Markup] = {
    Effect.BLOCK: ("red", "bold"),
    Effect.RISK: ("yellow",),
    Effect.NONE: ("light",),
}
_EFFECTS = tuple(_MARKUP)
_STATES = tuple(WORDS)
_SEVERITIES = tuple(Severity)


def brief(scorecard: Scorecard, writer: Writer) -> list[Line]:
    """Counts, the worst of those that are open, and the ids of the rest."""
    results = scorecard.requirements
    if not results:
        return []
    opened = [result for result in ordered(results) if _told(result)]
    counting = [result for result in opened if result.effect is not Effect.NONE]
    waiting = [result for result in counting if result.state is State.DEFERRED]
    grouped = waiting if len(waiting) > 1 else []
    alone = [result for result in counting if result not in grouped]
    rest = [result for result in opened if result not in counting]
    lines = heading("Requirements", writer, counted(results))
    lines += render([_short(one, writer) for one in alone[:_MOST]], writer, most=2)
    lines += _ids("and more: ", alone[_MOST:], writer)
    for effect in _EFFECTS:
        members = [result for result in grouped if result.effect is effect]
        note = " (a risk)" if effect is Effect.RISK else ""
        lines += _ids("DEFERRED: ", members, writer, _roots(members, results) + note)
    return lines + _ids("does not count: ", rest, writer)


def _ids(
    first: str, results: Sequence[RequirementResult], writer: Writer, why: str = ""
) -> list[Line]:
    """Requirements by nothing but their ids: what -v tells of them takes a line each."""
    if not results:
        return []
    names = ", ".join(result.requirement.id for result in results)
    worst = min((result.effect for result in results), key=_EFFECTS.index)
    return writer.paragraph(f"{names}{why}", _MARKUP[worst], first=first, most=4)


def _roots(waiting: Sequence[RequirementResult], results: Sequence[RequirementResult]) -> str:
    """``: wait for CLI (failed), SUITE (failed)``."""
    states = {result.requirement.id: result.state.value for result in results}
    roots = dict.fromkeys(name for result in waiting for name in result.because)
    told = ", ".join(f"{name} ({states[name]})" if name in states else name for name in roots)
    return f": wait for {told}" if told else ""


def whole(scorecard: Scorecard, writer: Writer, verbosity: int) -> list[Line]:
    """All of them by category, with proofs and traces."""
    results = scorecard.requirements
    if not results:
        return []
    lines = heading("Requirements", writer, counted(results))
    categories: dict[str, list[RequirementResult]] = {}
    for result in results:
        categories.setdefault(result.requirement.category, []).append(result)
    most = None if verbosity >= 2 else _TRACES
    widest = max(len(WORDS[result.state]) for result in results)
    word = widest if writer.width >= _ALIGNED else 0
    for category, members in categories.items():
        if category or len(categories) > 1:
            title = f"{category or 'without a category'}: {counted(members)}"
            lines += writer.paragraph(title, ("cyan",))
        told = [_row(one, _notes(one, most)) for one in ordered(members)]
        lines += render([row._replace(word=row.word.ljust(word)) for row in told], writer)
    return lines


def proved(result: RequirementResult, most: int | None = None) -> list[str]:
    """What came of each proof, what that rests on (set in by two blanks), what was attested."""
    told: list[str] = []
    for proof in result.proofs:
        told += _proof(proof, most)
    for given in result.requirement.proofs:
        if isinstance(given, Attestation):
            told += [f"+ {text}" for text in given.strengths]
            told += [f"- {text}" for text in given.weaknesses]
            told += [f"* {text}" for text in given.notes]
            told += [f"seen in {given.evidence}"] if given.evidence else []
    return told


def counted(results: Sequence[RequirementResult]) -> str:
    """``9 of 14 passed, 1 failed, 2 not verified``: every state that there is."""
    counts = Counter(result.state for result in results)
    passed = counts[State.PASSED]
    said = [f"{figures.count(passed)} of {figures.count(len(results))} passed"]
    said += [
        f"{figures.count(counts[state])} {_COUNTED.get(state, state.value)}"
        for state in WORDS
        if counts[state] and state is not State.PASSED
    ]
    return ", ".join(said)


def ordered(results: Sequence[RequirementResult]) -> list[RequirementResult]:
    """What hurts most first: by effect, state, severity; then the policy's order."""
    return sorted(
        results,
        key=lambda result: (
            _EFFECTS.index(result.effect),
            _STATES.index(result.state),
            _SEVERITIES.index(result.requirement.severity),
        ),
    )


def owner(result: RequirementResult) -> str:
    return result.owner or result.requirement.owner


def outcome(result: RequirementResult) -> tuple[str, Markup]:
    """The word in front of it, and its colours."""
    if result.state is State.PASSED and result.effect is Effect.NONE:
        return WORDS[result.state], ("green",)
    return WORDS[result.state], _MARKUP[result.effect]


def name(result: RequirementResult) -> str:
    """``SEC-1 No hard-coded secrets``."""
    requirement = result.requirement
    if not requirement.title or requirement.title == requirement.id:
        return requirement.id
    return f"{requirement.id} {requirement.title}"


def why(result: RequirementResult) -> str:
    """Why it is in its state, and what it counts for where it is open and does not block."""
    said, note = _reason(result)
    return said + note


def _reason(result: RequirementResult) -> tuple[str, str]:
    """Why, and what stands behind it: what it counts for."""
    if result.state is State.WAIVED and result.waiver is not None:
        return words.waived(result.waiver), ""
    if result.state is State.NOT_APPLICABLE:
        return result.message or result.requirement.not_applicable, ""
    said = result.message
    if result.state is State.DEFERRED and result.because and not said:
        said = f"waits for {', '.join(result.because)}"
    note = "a risk" if result.risk else ""
    if result.state in _OPEN:
        note = {Effect.BLOCK: "", Effect.RISK: "a risk", Effect.NONE: "does not count"}[
            result.effect
        ]
    return said, f" ({note})" if note and said else note


def _told(result: RequirementResult) -> bool:
    return result.state in _OPEN or result.risk or result.effect is not Effect.NONE


def _row(result: RequirementResult, notes: tuple[str, ...]) -> Row:
    word, markup = outcome(result)
    told = owner(result)
    if result.state is State.WAIVED and result.waiver is not None:
        told = "" if result.waiver.owner == told else told  # the waiver's words name it
    return Row(word, markup, name(result), figures=why(result), detail=told, notes=notes)


def _short(result: RequirementResult, writer: Writer) -> Row:
    """About two lines of reasons at most; what it counts for is never cut off."""
    said, note = _reason(result)
    room = max(writer.width - 20, _LEAST) - cells.width(note)
    return _row(result, ())._replace(figures=writer.head(writer.prose(said), room) + note)


def _notes(result: RequirementResult, most: int | None) -> tuple[str, ...]:
    """What it is worth and until when; its proofs; what stands in an attestation."""
    notes = [_facts(result), *proved(result, most)]
    if result.waiver is not None:
        notes.append(f"waived {words.waived(result.waiver)}: {result.waiver.reason}")
    if result.requirement.risk and _unfinished(result):
        notes.append(f"risk: {result.requirement.risk}")
    return tuple(note for note in notes if note)


def _unfinished(result: RequirementResult) -> bool:
    """There is something left to do: it is open, or attested with less than all of its points."""
    if result.state is State.PASSED:
        return result.earned < result.possible
    return result.state is not State.NOT_APPLICABLE


def _facts(result: RequirementResult) -> str:
    requirement = result.requirement
    said = [requirement.severity.value]
    if requirement.points is not None:
        earned, possible = figures.points((result.earned, result.possible))
        said.append(f"{earned} of {possible} points")
    if requirement.depends_on:
        said.append(f"depends on {', '.join(requirement.depends_on)}")
    if _unfinished(result):
        said += [f"effort {requirement.effort.text}"] if requirement.effort else []
        said += [f"due {requirement.due.isoformat()}"] if requirement.due else []
        said += [f"for {requirement.milestone}"] if requirement.milestone else []
    said.append(str(requirement.origin))
    return ", ".join(said)


def _proof(proof: ProofResult, most: int | None) -> list[str]:
    """``tests: passed: 3 tests passed`` and below it what it rests on."""
    beside = ", a risk" if proof.risk else ""
    said = f"{proof.what}: {proof.state.value}{beside}"
    if proof.result is not None and (value := rows.value(proof.result)):
        said += f": {value}"
    if proof.text and proof.text != proof.state.value:
        said += f": {proof.text}"
    traces = proof.traces[:most]
    told = [said, *(f"  {_trace(trace)}" for trace in traces)]
    left = len(proof.traces) - len(traces)
    return [*told, f"  and {figures.count(left)} more (-vv shows all)"] if left else told


def _trace(trace: Trace) -> str:
    said = f"{words.place(trace.subject)}: {trace.outcome}"
    return f"{said}, {trace.detail}" if trace.detail else said
