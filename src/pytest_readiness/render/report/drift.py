"""How the policy differs from that of the base."""

from __future__ import annotations

from pytest_readiness.model.scorecard import Scorecard
from pytest_readiness.model.standing import Drift, PolicyChange
from pytest_readiness.render import figures
from pytest_readiness.render.line import Line, Markup, Writer
from pytest_readiness.render.report.heading import brief as brief_lines
from pytest_readiness.render.report.heading import heading, listed

_MOST = 4
_GATED = "policy.weakened"
_WEAKER: Markup = ("yellow",)


def brief(scorecard: Scorecard, writer: Writer) -> list[Line]:
    """What lets pass what the base's policy does not; or that the base has none, unless a gate says so."""
    drift = scorecard.drift
    if drift is None:
        return []
    if drift.first and all(result.gate.metric != _GATED for result in scorecard.results):
        return writer.paragraph(drift.message, ("light",), first="policy: ")
    where = f"weaker than {_base(drift)}"
    weaker = [(f"{where}: {_said(change)}", _WEAKER) for change in drift.changes if change.weaker]
    return listed(weaker, writer, most=_MOST, lines=brief_lines(writer))


def whole(scorecard: Scorecard, writer: Writer) -> list[Line]:
    """All that changed, what is weaker first; or why nothing can be said."""
    drift = scorecard.drift
    if drift is None or not (drift.changes or drift.message):
        return []
    title = f"Policy drift from {_base(drift)}"
    if drift.message:
        mend = f" -> {drift.remedy}" if drift.remedy else ""
        return [
            *heading(title, writer),
            *writer.paragraph(f"not compared: {drift.message}{mend}", indent=3),
        ]
    weaker = sum(change.weaker for change in drift.changes)
    changes = len(drift.changes)
    note = f"{figures.count(changes)} {figures.noun('changes', changes)}, {figures.count(weaker)} weaker"
    entries: list[tuple[str, Markup]] = []
    for change in sorted(drift.changes, key=lambda change: not change.weaker):
        said = f"weaker: {_said(change)}" if change.weaker else _said(change)
        entries.append((said, _WEAKER if change.weaker else ()))
    return [*heading(title, writer, note), *listed(entries, writer, most=None, indent=3)]


def _base(drift: Drift) -> str:
    commit = f"@{drift.commit[:10]}" if drift.commit else ""
    return f"{drift.base or 'the base'}{commit}"


def _said(change: PolicyChange) -> str:
    """``gate coverage.lines loosened: >= 90% is now >= 85% (line 12)``."""
    said = f"{change.what} {change.name} {change.change.value}"
    if change.before and change.after:
        said += f": {change.before} is now {change.after}"
    elif change.before or change.after:
        said += f": {change.after or 'was ' + change.before}"
    return said + (f" (line {change.line})" if change.line else "")
