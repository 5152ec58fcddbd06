"""The catalogue's entries of the second order: made of what the other gates and the policy came to."""

from __future__ import annotations

from pytest_readiness.model.metric import Direction, Metric, Unit


def _count(
    name: str, title: str, counts: str, description: str, remedy: str, **more: str
) -> Metric:
    return Metric(
        name=name,
        title=title,
        unit=Unit.COUNT,
        direction=Direction.LOWER,
        category="policy",
        counts=counts,
        description=description,
        remedy=remedy,
        needs=("policy",) if name == "policy.weakened" else (),
        of=more.get("of", ""),
    )


STANDING = (
    Metric(
        name="requirements.met",
        title="Requirements met",
        unit=Unit.RATIO,
        direction=Direction.HIGHER,
        category="requirements",
        counts="requirements",
        description="Requirements that passed, of all that apply. A waived one is not met.",
        remedy="see what is open: `pytest-readiness requirements`",
    ),
    _count(
        "requirements.failed",
        "Failed requirements",
        "requirements",
        "Requirements of which a proof failed, waived ones included.",
        "see what is open: `pytest-readiness requirements`",
    ),
    _count(
        "requirements.unverified",
        "Requirements not verified",
        "requirements",
        "Requirements that nothing proved or disproved: not verified, in progress, deferred.",
        "see what is open: `pytest-readiness requirements`",
    ),
    _count(
        "waivers.active",
        "Waivers in force",
        "waivers",
        "Waivers that accept something in this run.",
        "mend what they accept, and delete them",
    ),
    _count(
        "quarantine.entries",
        "Entries in quarantine",
        "entries",
        "Entries of the quarantine that are in force, whether they hold a test or not.",
        "mend the tests, and delete their entries",
    ),
    _count(
        "policy.weakened",
        "Weakened policy",
        "changes",
        "Changes of the policy since `base` that let pass, or may let pass, what it did not: gates loosened or "
        "removed, waivers and entries of the quarantine added, requirements removed.",
        "take them back, or have them merged on their own first",
    ),
    Metric(
        name="readiness.score",
        title="Score",
        unit=Unit.RATIO,
        direction=Direction.HIGHER,
        category="policy",
        description="The score of the whole scorecard, gates on the score itself left out.",
        remedy="close what is open, the heaviest first",
    ),
)
"""Measured after all other gates have been judged."""
SECOND_ORDER = frozenset(metric.name for metric in STANDING)
