"""Who the report is by, what it is of, and who has approved it."""

from __future__ import annotations

from pytest_readiness.model.scorecard import Scorecard
from pytest_readiness.model.standing import Summary
from pytest_readiness.render import words
from pytest_readiness.render.line import Line, Markup, Writer
from pytest_readiness.render.report.heading import heading, listed

_SHORT = 16
"""Characters of a fingerprint, where not everything was asked for."""


def header(scorecard: Scorecard, writer: Writer, verbosity: int) -> list[Line]:
    """Project, version, reviewer, day, fingerprints; the verdict and why."""
    summary = scorecard.summary
    lines: list[Line] = []
    if summary is not None:
        project = " ".join(part for part in (summary.project, summary.version) if part)
        said = [project, f"reviewed by {summary.reviewer}" if summary.reviewer else ""]
        said.append(summary.today.isoformat() if summary.today else "")
        lines += writer.paragraph(", ".join(part for part in said if part), ("bold",))
    prints = ", ".join(
        f"{what} {text if verbosity >= 2 else text[:_SHORT]}"
        for what, text in scorecard.fingerprints
    )
    if prints:
        lines += writer.paragraph(f"fingerprints: {prints}", ("light",))
    if summary is not None:
        verdict = scorecard.verdict.value
        why = f": {scorecard.explanation}" if scorecard.explanation else ""
        lines += writer.paragraph(f"{verdict}{why}", words.VERDICT[scorecard.verdict])
    return lines


def brief(scorecard: Scorecard, writer: Writer) -> list[Line]:
    """``sign-off: @ada approved 2026-11-20; @bob missing; next review 2026-12-01``."""
    summary = scorecard.summary
    if summary is None:
        return []
    said = [f"{one.approver} {one.message}".strip() for one in summary.signatures]
    if summary.review is not None:
        said.append(f"next review {summary.review.isoformat()}")
    first = "sign-off (required): " if summary.required else "sign-off: "
    return writer.paragraph("; ".join(said), _markup(summary), first=first)


def whole(scorecard: Scorecard, writer: Writer) -> list[Line]:
    summary = scorecard.summary
    if summary is None or not (summary.signatures or summary.review):
        return []
    note = {True: "approved", False: "not approved", None: ""}[summary.signed]
    if summary.required:
        note += ", required"
    entries: list[tuple[str, Markup]] = [
        (f"{one.approver}: {one.message}", ()) for one in summary.signatures
    ]
    if summary.review is not None:
        entries.append((f"next review: {summary.review.isoformat()}", ()))
    return [*heading("Sign-off", writer, note), *listed(entries, writer, most=None, indent=3)]


def _markup(summary: Summary) -> Markup:
    return ("yellow",) if summary.signed is False else ()
