"""Grades: what a share is called."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def grade(share: Fraction, grades: Sequence[tuple[str, Fraction]]) -> str:
    """The best grade whose bound the exact share reaches; empty: it reaches none, or there are none.

    ``grades`` stand the best first, as in ``Scoring.grades``. Nothing is rounded: 89.999 % is no A
    where that begins at 90 %.
    """
    return next((name for name, bound in grades if share >= bound), "")
