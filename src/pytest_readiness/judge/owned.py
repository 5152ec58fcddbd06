"""The part of a scorecard that somebody owns. The verdict is that of the whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from pytest_readiness.model.owner import is_owned, names
from pytest_readiness.model.scorecard import GateResult, Scorecard, WaiverState
from pytest_readiness.model.standing import Summary
from pytest_readiness.model.value import replace

TOOL = "owner"
"""Under which name a scorecard notes that it is a part."""


def owned(
    scorecard: Scorecard, owner: str, sizes: Iterable[tuple[str, Fraction]] = ()
) -> Scorecard:
    """Findings, requirements, decisions and open items of one owner, and a note that says so.

    Verdict, score, drift and what went wrong in the session stay those of the whole, and so does
    what a gate counted: its findings are the owner's.

    :param sizes: hours of the efforts ``S``, ``M`` and ``L``.
    """
    results = tuple(filter(None, (_result(result, owner) for result in scorecard.results)))
    requirements = tuple(
        one for one in scorecard.requirements if is_owned(one.owner or one.requirement.owner, owner)
    )
    part = replace(
        scorecard,
        results=results,
        requirements=requirements,
        conditions=tuple(
            one for one in scorecard.conditions if is_owned(one.condition.owner, owner)
        ),
        quarantine=tuple(
            one for one in scorecard.quarantine if is_owned(one.quarantine.owner, owner)
        ),
        waivers_idle=_waivers(scorecard.waivers_idle, owner),
        waivers_ending=_waivers(scorecard.waivers_ending, owner),
    )
    if scorecard.summary is not None:
        part = replace(part, summary=_summary(scorecard.summary, part, owner, sizes))
    return replace(part, notices=((TOOL, _note(scorecard, part, owner)), *scorecard.notices))


def owners_of(scorecard: Scorecard) -> tuple[str, ...]:
    """Everybody who owns anything in it, each once, by name."""
    found = {name for owner in _owners(scorecard) for name in names(owner)}
    return tuple(sorted(found, key=lambda name: (name.lstrip("@").casefold(), name)))


def _owners(scorecard: Scorecard) -> Iterator[str]:
    for result in scorecard.results:
        yield from (finding.owner for finding in result.findings)
    for requirement in scorecard.requirements:
        yield requirement.owner or requirement.requirement.owner
    yield from (one.condition.owner for one in scorecard.conditions)
    yield from (one.quarantine.owner for one in scorecard.quarantine)
    for state in (*scorecard.waivers_idle, *scorecard.waivers_ending):
        yield state.waiver.owner


def _result(result: GateResult, owner: str) -> GateResult | None:
    findings = tuple(one for one in result.findings if is_owned(one.owner, owner))
    if not findings:
        return None
    # who owns the finding need not be who decided on it
    accepted = {finding.waiver for finding in findings}
    waivers = tuple(one for one in result.waivers if one in accepted)
    return replace(result, findings=findings, waivers=waivers, breakdown=())


def _waivers(states: Iterable[WaiverState], owner: str) -> tuple[WaiverState, ...]:
    return tuple(state for state in states if is_owned(state.waiver.owner, owner))


def _summary(
    summary: Summary, part: Scorecard, owner: str, sizes: Iterable[tuple[str, Fraction]]
) -> Summary:
    """The same arithmetic over the owner's items; the score's table is the whole's."""
    from pytest_readiness.judge.effort import add_up, by_milestone
    from pytest_readiness.judge.matrices import by_category, by_effort, by_owner
    from pytest_readiness.model.scorecard import Effect

    gates = {result.gate.name for result in part.results}
    items = tuple(
        replace(item, owner=owner) if not is_owned(item.owner, owner) else item
        for item in summary.items
        if is_owned(item.owner, owner) or (item.kind == "gate" and item.name in gates)
    )
    hours = dict(sizes)
    return replace(
        summary,
        items=items,
        risks=by_category(items, (row for row, _ in summary.risks.rows)),
        owners=by_owner(items),
        efforts=by_effort(items),
        blockers=add_up((item for item in items if item.effect is Effect.BLOCK), hours),
        milestones=by_milestone(items, hours),
    )


def _note(whole: Scorecard, part: Scorecard, owner: str) -> str:
    shown, all_of = (sum(len(result.findings) for result in one.results) for one in (part, whole))
    said = f"only what {owner} owns is shown, {shown} of {all_of} findings; the verdict is of the whole"
    if not shown and not part.requirements:
        known = owners_of(whole)
        return f"{said} (owners in it: {', '.join(known) if known else 'none'})"
    return said
