"""Attestations: somebody's dated word for what no machine can measure."""

from __future__ import annotations

from fractions import Fraction

from pytest_readiness.config import parts
from pytest_readiness.config.parts import DAY, NUMBER, TEXT, TEXTS, Schema, said, words
from pytest_readiness.config.table import Table, kind
from pytest_readiness.model.requirement import Attestation, Progress
from pytest_readiness.model.value import replace

PROGRESS = {progress.value: progress for progress in Progress}
ATTESTATION_KEYS = (
    "by",
    "date",
    "evidence",
    "until",
    "state",
    "points",
    "strengths",
    "weaknesses",
    "notes",
)
_WHY = "an attestation says who vouches for it, and since when"


def read_attestation(table: Table, maximum: Fraction | None) -> Attestation | None:
    """:param maximum: the requirement's points, of which the attestation may give some."""
    table.only(ATTESTATION_KEYS)
    complete = table.need(("by", "date"), _WHY)
    by, date, until = table.text("by"), table.date("date"), table.date("until")
    if date is not None and until is not None and until < date:
        table.problem("until", f"it ends on {until}, before it begins on {date}")
    points = read_points(table)
    if points is not None and maximum is None:
        table.problem(
            "points",
            "nothing says of how many",
            remedy="give the requirement points = 5, their maximum",
        )
    elif points is not None and maximum is not None and points > maximum:
        table.problem("points", f"{shown(points)} is more than the maximum of {shown(maximum)}")
    state = table.choice("state", PROGRESS, Progress.DONE)
    evidence = table.text("evidence")
    strengths, weaknesses, notes = map(table.texts, ("strengths", "weaknesses", "notes"))
    if not complete or not by or date is None:
        return None
    return Attestation(
        by=by,
        date=date,
        evidence=evidence,
        until=until,
        state=state,
        points=points,
        strengths=strengths,
        weaknesses=weaknesses,
        notes=notes,
    )


def read_points(table: Table) -> Fraction | None:
    """Of the key ``points``: the exact number that is written; None where it is absent or wrong."""
    key = "points"
    if key not in table.data:
        return None
    value = table.data[key]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        table.problem(key, f"{kind(value)} stands where a number of points is needed")
        return None
    if not 0 <= value < 10**6:  # NaN is neither
        table.problem(key, f"{str(value)[:30]} is out of range", allowed=["0 to 999999"])
        return None
    return Fraction(repr(value))


def points_of(table: Table) -> Fraction | None:
    """The same where somebody else notes what is wrong with them."""
    return read_points(replace(table, source=replace(table.source, problems=[])))


def shown(points: Fraction) -> str:
    """As people write it; they wrote a decimal."""
    return str(points) if points.denominator == 1 else str(float(points))


def attestation_schema() -> Schema:
    return parts.table(
        {
            "by": said(TEXT, "Who vouches for it."),
            "date": DAY,
            "evidence": said(TEXT, "Where it can be seen."),
            "until": said(DAY, "The last day on which it holds."),
            "state": words(PROGRESS),
            "points": said(NUMBER, "Of the requirement's points."),
            "strengths": TEXTS,
            "weaknesses": TEXTS,
            "notes": TEXTS,
        },
        "by",
        "date",
    )
